//! Clients of AWS, made for a short cold start: no configuration files, no
//! credential chain, no system trust store.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::config::{Aws, Endpoints};
use crate::telemetry::MeterInterceptor;

/// Amazon's root certificates (<https://www.amazontrust.com/repository/>): every
/// AWS endpoint chains to one of them, and loading the system's takes longer
/// than all else a function does before its first request.
const AMAZON_TRUST_SERVICES: &[u8] = include_bytes!("../assets/amazon-trust-services.pem");

/// Makes clients that share one connection pool.
#[derive(Clone, Debug)]
pub struct Sdk {
    config: SdkConfig,
    endpoints: Endpoints,
}

impl Sdk {
    #[must_use]
    pub fn new(aws: &Aws) -> Self {
        let credentials = Credentials::new(
            &aws.access_key_id,
            &aws.secret_access_key,
            aws.session_token.clone(),
            None,
            "environment",
        );
        // A caller waits: three tries within a bound that API Gateway and people bear.
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_attempt_timeout(Duration::from_secs(2))
            .operation_timeout(Duration::from_secs(5))
            .build();
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(aws.region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .retry_config(RetryConfig::standard().with_max_attempts(3))
            .timeout_config(timeouts)
            .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(
                aws_smithy_async::rt::sleep::TokioSleep::new(),
            ));
        config.set_http_client(Some(http_client()));
        Self { config: config.build(), endpoints: aws.endpoints.clone() }
    }

    #[must_use]
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let mut config = aws_sdk_dynamodb::config::Builder::from(&self.config);
        config.set_endpoint_url(self.endpoints.dynamodb.clone());
        let config = config.interceptor(MeterInterceptor);
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }

    #[must_use]
    pub fn secrets_manager(&self) -> aws_sdk_secretsmanager::Client {
        let mut config = aws_sdk_secretsmanager::config::Builder::from(&self.config);
        config.set_endpoint_url(self.endpoints.secrets_manager.clone());
        aws_sdk_secretsmanager::Client::from_conf(config.build())
    }

    /// For the clients that few functions have.
    #[must_use]
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }
}

fn http_client() -> aws_smithy_runtime_api::client::http::SharedHttpClient {
    let trust = TrustStore::empty().with_pem_certificate(AMAZON_TRUST_SERVICES);
    #[expect(clippy::expect_used, reason = "the certificates are compiled in and tested")]
    let tls = TlsContext::builder().with_trust_store(trust).build().expect("valid certificates");
    aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls)
        .build_https()
}
