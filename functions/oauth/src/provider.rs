//! Being a client of an `OpenID` provider: its metadata and keys, the way to it,
//! and what it vouches for when somebody comes back.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient,
    CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey, CoreJsonWebKeySet,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode,
    CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, AsyncHttpClient, AuthType, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, ProviderMetadata, RedirectUrl, Scope,
};
use serde::{Deserialize, Serialize};
use shared::config::{Dialect, IdentityProvider};
use shared::domain::account::Provider as Name;
use shared::outbound::{Outbound, OutboundError, is_permitted};
use shared::{Context, Error, Result};
use url::Url;

use crate::flow::Flow;

/// Time for one call of a provider.
const PATIENCE: Duration = Duration::from_secs(3);

/// How old metadata and keys may get.
const METADATA_AGE: Duration = Duration::from_hours(1);

/// How often an unknown key id may cause a read of the keys, so that made-up
/// ids can't turn into requests.
const UNKNOWN_KEY_PAUSE: Duration = Duration::from_secs(10);

/// A provider's metadata (`OpenID` Connect Discovery 1.0, section 3), keys included.
pub type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What later standards have added to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct More {
    /// RFC 9207, section 3.
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for More {}

pub type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What is known of providers, for the life of the process.
#[derive(Clone, Default)]
pub struct Providers(Arc<RwLock<BTreeMap<Name, Arc<Known>>>>);

/// One provider, as it was when it was last asked.
pub struct Known {
    pub metadata: Metadata,
    discovered_at: Instant,
    keys_read_at: Instant,
}

/// Why a provider gave no answer.
#[derive(Debug)]
pub enum CallError {
    /// Its documents name an address in clear text.
    Address,
    Outbound(OutboundError),
    /// It says that it can't.
    Status(u16),
}

impl Providers {
    /// What a provider says of itself.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn known(
        &self,
        context: &Context,
        provider: &IdentityProvider,
    ) -> Result<Arc<Known>> {
        let known =
            self.0.read().unwrap_or_else(PoisonError::into_inner).get(&provider.name).cloned();
        match known {
            Some(known) if known.discovered_at.elapsed() < METADATA_AGE => Ok(known),
            _ => {
                let metadata = discover(context, provider).await?;
                let now = Instant::now();
                Ok(self.keep(provider, Known { metadata, discovered_at: now, keys_read_at: now }))
            }
        }
    }

    /// The same with the keys that the provider has now; `None` where they have
    /// just been read.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn with_new_keys(
        &self,
        context: &Context,
        provider: &IdentityProvider,
        known: &Known,
    ) -> Result<Option<Arc<Known>>> {
        if known.keys_read_at.elapsed() < UNKNOWN_KEY_PAUSE {
            return Ok(None);
        }
        let http = Http::new(context, provider);
        let keys = CoreJsonWebKeySet::fetch_async(known.metadata.jwks_uri(), &http).await;
        let metadata = known.metadata.clone().set_jwks(keys.map_err(Error::unavailable)?);
        let discovered_at = known.discovered_at;
        Ok(Some(
            self.keep(provider, Known { metadata, discovered_at, keys_read_at: Instant::now() }),
        ))
    }

    fn keep(&self, provider: &IdentityProvider, known: Known) -> Arc<Known> {
        let known = Arc::new(known);
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(provider.name.clone(), Arc::clone(&known));
        known
    }
}

async fn discover(context: &Context, provider: &IdentityProvider) -> Result<Metadata> {
    let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(Error::internal)?;
    let http = Http::new(context, provider);
    let metadata = Metadata::discover_async(issuer, &http).await.map_err(Error::unavailable)?;
    let pages = metadata.authorization_endpoint().as_str().parse();
    if !pages.is_ok_and(|uri| http.permits(&uri)) || metadata.token_endpoint().is_none() {
        return Err(Error::unavailable("the provider names no endpoints that could be used"));
    }
    Ok(metadata)
}

/// Calls one provider, at addresses that the configuration or its documents name.
pub struct Http {
    outbound: Outbound,
    /// Only a provider on this machine may name addresses on this machine.
    is_local: bool,
}

impl Http {
    pub fn new(context: &Context, provider: &IdentityProvider) -> Self {
        let is_local = provider.issuer.starts_with("http://");
        Self { outbound: context.outbound().clone(), is_local }
    }

    fn permits(&self, uri: &http::Uri) -> bool {
        let is_https = uri.scheme() == Some(&http::uri::Scheme::HTTPS);
        is_permitted(uri) && (is_https || self.is_local)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = CallError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, CallError>> + Send>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        let (outbound, is_permitted) = (self.outbound.clone(), self.permits(request.uri()));
        Box::pin(async move {
            if !is_permitted {
                return Err(CallError::Address);
            }
            let response = outbound.send(request, PATIENCE).await.map_err(CallError::Outbound)?;
            let status = response.status();
            if status.is_server_error() || status == http::StatusCode::TOO_MANY_REQUESTS {
                return Err(CallError::Status(status.as_u16()));
            }
            Ok(response.map(Vec::from))
        })
    }
}

/// Us, as a provider knows us.
///
/// # Errors
/// [`Error::Internal`].
pub fn client(
    provider: &IdentityProvider,
    metadata: &Metadata,
    secret: Option<ClientSecret>,
) -> Result<Client> {
    let id = ClientId::new(provider.client_id.clone());
    let redirect = RedirectUrl::new(provider.redirect_uri.clone()).map_err(Error::internal)?;
    let supported = metadata.token_endpoint_auth_methods_supported();
    // What isn't said is HTTP Basic (Discovery 1.0, section 3).
    let takes_basic =
        supported.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
    let authentication = match provider.dialect {
        Dialect::Standard if takes_basic => AuthType::BasicAuth,
        Dialect::Standard | Dialect::LinkedIn => AuthType::RequestBody,
    };
    let client = CoreClient::from_provider_metadata(metadata.clone(), id, secret);
    Ok(client.set_redirect_uri(redirect).set_auth_type(authentication))
}

/// Where somebody goes to sign in.
///
/// # Errors
/// [`Error::Unavailable`], [`Error::Internal`].
pub async fn authorization_url(
    providers: &Providers,
    context: &Context,
    provider: &IdentityProvider,
    state: &str,
    flow: &Flow,
) -> Result<Url> {
    let known = providers.known(context, provider).await?;
    let client = client(provider, &known.metadata, None)?;
    let (state, nonce) = (state.to_owned(), flow.nonce.clone());
    let request = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            || CsrfToken::new(state),
            || Nonce::new(nonce),
        )
        .add_scopes(provider.scopes.iter().cloned().map(Scope::new));
    let verifier = PkceCodeVerifier::new(flow.verifier.clone());
    let (url, ..) = match provider.dialect {
        Dialect::Standard => {
            let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
            request.set_pkce_challenge(challenge).url()
        }
        Dialect::LinkedIn => request.url(),
    };
    Ok(url)
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str("the provider names an address that isn't https"),
            Self::Outbound(error) => error.fmt(f),
            Self::Status(status) => write!(f, "the provider answers {status}"),
        }
    }
}

impl std::error::Error for CallError {}
