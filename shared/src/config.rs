//! Configuration from the environment, parsed once into typed values. What is
//! missing or wrong fails at the start and names its variable.

mod external;
mod mail;
mod oauth;
mod passkeys;
mod values;

use std::fmt;
use std::time::Duration;

pub use external::{External, Issuer, IssuerKeys, KRATOS, Secret};
use values::{Count, Source, Span, days, per};

use crate::domain::session::Lifetimes;
pub use mail::{Mail, Mailbox, PageUrl};
pub use passkeys::Passkeys;

pub use oauth::{ClientSecret, Dialect, IdentityProvider, OAuth};

/// Everything a function may be told. `docs/configuration.md` lists the variables.
#[derive(Clone, Debug)]
pub struct Config {
    pub aws: Aws,
    pub tokens: Tokens,
    pub sessions: Sessions,
    pub limits: Limits,
    pub external: External,
    /// Whose pages may call with credentials.
    pub cors_origins: Vec<String>,
    /// Only `oauth` has providers.
    pub oauth: OAuth,
    pub table_name: String,
    /// The table that is made from the other one's stream.
    pub index_table_name: String,
    pub verification_keys_secret: String,
    /// Only functions that start sessions have it.
    pub signing_keys_secret: Option<String>,
    /// Only functions that use them have the bucket and the bus.
    pub bucket_name: Option<String>,
    pub event_bus_name: Option<String>,
    /// How long a deleted account can be restored.
    pub deletion_grace: Duration,
    /// How long users' activity is kept.
    pub activity_retention: Duration,
    /// Only functions that have passkeys know whose they are.
    pub passkeys: Option<Passkeys>,
    /// What people know the service by: passkeys and authenticator apps show it.
    pub service_name: String,
    /// Whether public profiles show without signing in.
    pub allow_public_profiles: bool,
    /// What the URLs of pictures begin with, without a slash at the end; empty
    /// where clients resolve them against the API's own address.
    pub pictures_url: String,
    pub log_level: tracing::Level,
}

/// Where the services are and how to sign for them.
#[derive(Clone)]
pub struct Aws {
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: Option<String>,
    pub endpoints: Endpoints,
}

/// Endpoints other than AWS's own, per service, as `AWS_ENDPOINT_URL_<SERVICE>`.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    pub dynamodb: Option<String>,
    pub secrets_manager: Option<String>,
    pub s3: Option<String>,
    pub eventbridge: Option<String>,
    pub sqs: Option<String>,
    pub ses: Option<String>,
}

/// Access tokens.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub issuer: String,
    pub audience: String,
    pub algorithm: Algorithm,
    pub lifetime: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Es256,
    Hs256,
    EdDsa,
}

#[derive(Clone, Copy, Debug)]
pub struct Sessions {
    pub lifetimes: Lifetimes,
    /// Per user; the least recently used ends when one more comes.
    pub max_active: usize,
}

/// Rate limits; `None` is off.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    pub register: Option<Limit>,
    pub login_ip: Option<Limit>,
    pub login_account: Option<Limit>,
    /// Mails that are asked for, per address.
    pub forgot: Option<Limit>,
    /// Second factors, per account.
    pub mfa: Option<Limit>,
    /// Exports that are asked for, per user.
    pub export: Option<Limit>,
    /// All calls of an API key.
    pub api_key: Option<Limit>,
}

/// So many tries in a window, like `20/1h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub tries: u32,
    pub window: Duration,
}

/// A variable that is missing or can't be read.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError {
    pub variable: &'static str,
    pub problem: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "environment variable {} {}", self.variable, self.problem)
    }
}

impl std::error::Error for ConfigError {}

/// What the function that makes keys is told.
#[derive(Clone, Debug)]
pub struct KeyRotation {
    pub aws: Aws,
    pub verification_keys_secret: String,
    pub algorithm: Algorithm,
    /// Of access tokens: keys are kept for it.
    pub token_lifetime: Duration,
    pub log_level: tracing::Level,
}

/// What the function that reads the table's stream is told.
#[derive(Clone, Debug)]
pub struct Events {
    pub aws: Aws,
    pub table_name: String,
    pub index_table_name: String,
    pub event_bus_name: String,
    pub bucket_name: String,
    pub pictures_url: String,
    /// Where records go that can't be processed.
    pub dead_letter_queue_url: String,
    pub log_level: tracing::Level,
}

/// What the function that processes uploaded pictures is told.
#[derive(Clone, Debug)]
pub struct PictureWorker {
    pub aws: Aws,
    pub table_name: String,
    pub bucket_name: String,
    /// How long users see what was done to their data.
    pub activity_retention: Duration,
    pub log_level: tracing::Level,
}

/// What the function that makes exports is told.
#[derive(Clone, Debug)]
pub struct ExportWorker {
    pub aws: Aws,
    pub table_name: String,
    pub bucket_name: String,
    pub log_level: tracing::Level,
}

/// What the function that erases accounts is told.
#[derive(Clone, Debug)]
pub struct Erasure {
    pub aws: Aws,
    pub table_name: String,
    pub log_level: tracing::Level,
}

/// A variable of the process's environment.
#[must_use]
pub fn environment(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the one door to the environment")]
    std::env::var(name).ok()
}

impl KeyRotation {
    /// # Errors
    /// Names the variable that is missing or wrong.
    pub fn from_env() -> Result<Self, ConfigError> {
        let source = Source(&environment);
        Ok(Self {
            aws: Aws::read(&source)?,
            verification_keys_secret: source.required("VERIFICATION_KEYS_SECRET")?,
            algorithm: source.or("JWT_ALGORITHM", Algorithm::Es256)?,
            token_lifetime: token_lifetime(&source)?,
            log_level: source.or("LOG_LEVEL", tracing::Level::INFO)?,
        })
    }
}

impl Events {
    /// # Errors
    /// Names the variable that is missing or wrong.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(environment)
    }

    /// # Errors
    /// As [`Self::from_env`].
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let source = Source(&variable);
        Ok(Self {
            aws: Aws::read(&source)?,
            table_name: source.required("TABLE_NAME")?,
            index_table_name: source.required("INDEX_TABLE_NAME")?,
            event_bus_name: source.required("EVENT_BUS_NAME")?,
            bucket_name: source.required("BUCKET_NAME")?,
            pictures_url: pictures_url(&source),
            dead_letter_queue_url: source.required("DEAD_LETTER_QUEUE_URL")?,
            log_level: source.or("LOG_LEVEL", tracing::Level::INFO)?,
        })
    }
}

impl PictureWorker {
    /// # Errors
    /// Names the variable that is missing or wrong.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(environment)
    }

    /// # Errors
    /// As [`Self::from_env`].
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let source = Source(&variable);
        Ok(Self {
            aws: Aws::read(&source)?,
            table_name: source.required("TABLE_NAME")?,
            bucket_name: source.required("BUCKET_NAME")?,
            activity_retention: activity_retention(&source)?,
            log_level: source.or("LOG_LEVEL", tracing::Level::INFO)?,
        })
    }
}

fn activity_retention(source: &Source<'_>) -> Result<Duration, ConfigError> {
    Ok(source.or("ACTIVITY_RETENTION", days(90))?.0)
}

impl ExportWorker {
    /// # Errors
    /// Names the variable that is missing or wrong.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(environment)
    }

    /// # Errors
    /// As [`Self::from_env`].
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let source = Source(&variable);
        Ok(Self {
            aws: Aws::read(&source)?,
            table_name: source.required("TABLE_NAME")?,
            bucket_name: source.required("BUCKET_NAME")?,
            log_level: source.or("LOG_LEVEL", tracing::Level::INFO)?,
        })
    }
}

impl Erasure {
    /// # Errors
    /// Names the variable that is missing or wrong.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(environment)
    }

    /// # Errors
    /// As [`Self::from_env`].
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let source = Source(&variable);
        Ok(Self {
            aws: Aws::read(&source)?,
            table_name: source.required("TABLE_NAME")?,
            log_level: source.or("LOG_LEVEL", tracing::Level::INFO)?,
        })
    }
}

fn token_lifetime(source: &Source<'_>) -> Result<Duration, ConfigError> {
    Ok(source.or("ACCESS_TOKEN_TTL", Span(Duration::from_mins(15)))?.0)
}

/// Origins, separated by commas, as browsers write them.
fn origins(source: &Source<'_>) -> Vec<String> {
    let text = source.optional("CORS_ORIGINS").unwrap_or_default();
    let origins = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    origins.map(str::to_ascii_lowercase).collect()
}

fn pictures_url(source: &Source<'_>) -> String {
    source.optional("PICTURES_URL").unwrap_or_default().trim_end_matches('/').to_owned()
}

impl Aws {
    fn read(source: &Source<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            region: source.required("AWS_REGION")?,
            access_key_id: source.required("AWS_ACCESS_KEY_ID")?,
            secret_access_key: source.required("AWS_SECRET_ACCESS_KEY")?,
            session_token: source.optional("AWS_SESSION_TOKEN"),
            endpoints: Endpoints {
                dynamodb: source.optional("AWS_ENDPOINT_URL_DYNAMODB"),
                secrets_manager: source.optional("AWS_ENDPOINT_URL_SECRETS_MANAGER"),
                s3: source.optional("AWS_ENDPOINT_URL_S3"),
                eventbridge: source.optional("AWS_ENDPOINT_URL_EVENTBRIDGE"),
                sqs: source.optional("AWS_ENDPOINT_URL_SQS"),
                ses: source.optional("AWS_ENDPOINT_URL_SESV2"),
            },
        })
    }
}

impl Config {
    /// # Errors
    /// Names the variable that is missing or wrong.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(environment)
    }

    /// Configuration from any source of variables by name; an empty value is none.
    ///
    /// # Errors
    /// As [`Self::from_env`].
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let source = Source(&variable);
        let issuer = source.required("JWT_ISSUER")?;
        Ok(Self {
            aws: Aws::read(&source)?,
            oauth: OAuth::read(&source, &issuer)?,
            tokens: Tokens {
                issuer,
                audience: source.required("JWT_AUDIENCE")?,
                algorithm: source.or("JWT_ALGORITHM", Algorithm::Es256)?,
                lifetime: token_lifetime(&source)?,
            },
            sessions: Sessions {
                lifetimes: Lifetimes {
                    idle: source.or("REFRESH_TOKEN_TTL", days(30))?.0,
                    absolute: source.or("SESSION_MAX_AGE", days(90))?.0,
                },
                max_active: source.or("MAX_ACTIVE_SESSIONS", Count(10))?.0,
            },
            limits: Limits {
                register: source.or("RATE_LIMIT_REGISTER", per(20, 3600))?.0,
                login_ip: source.or("RATE_LIMIT_LOGIN_IP", per(100, 60))?.0,
                login_account: source.or("RATE_LIMIT_LOGIN_ACCOUNT", per(10, 60))?.0,
                forgot: source.or("RATE_LIMIT_FORGOT", per(5, 3600))?.0,
                mfa: source.or("RATE_LIMIT_MFA", per(10, 600))?.0,
                export: source.or("RATE_LIMIT_EXPORT", per(5, 86_400))?.0,
                api_key: source.or("RATE_LIMIT_API_KEY", per(600, 60))?.0,
            },
            external: External::read(&source, &source.required("JWT_ISSUER")?)?,
            cors_origins: origins(&source),
            table_name: source.required("TABLE_NAME")?,
            index_table_name: source.required("INDEX_TABLE_NAME")?,
            verification_keys_secret: source.required("VERIFICATION_KEYS_SECRET")?,
            signing_keys_secret: source.optional("SIGNING_KEYS_SECRET"),
            bucket_name: source.optional("BUCKET_NAME"),
            event_bus_name: source.optional("EVENT_BUS_NAME"),
            deletion_grace: source.or("DELETION_GRACE", days(30))?.0,
            activity_retention: activity_retention(&source)?,
            passkeys: Passkeys::read(&source)?,
            service_name: source.optional("PASSKEY_RP_NAME").unwrap_or_else(|| "Kith".to_owned()),
            allow_public_profiles: source.or("ALLOW_PUBLIC_PROFILES", false)?,
            pictures_url: pictures_url(&source),
            log_level: source.or("LOG_LEVEL", tracing::Level::INFO)?,
        })
    }
}

impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").field("region", &self.region).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(changes: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::read(|name| match changes.iter().find(|(changed, _)| *changed == name) {
            Some((_, value)) => Some((*value).to_owned()),
            None => matches!(
                name,
                "AWS_REGION"
                    | "AWS_ACCESS_KEY_ID"
                    | "AWS_SECRET_ACCESS_KEY"
                    | "TABLE_NAME"
                    | "INDEX_TABLE_NAME"
                    | "VERIFICATION_KEYS_SECRET"
                    | "JWT_ISSUER"
                    | "JWT_AUDIENCE"
            )
            .then(|| "x".to_owned()),
        })
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        assert_eq!(
            read(&[("TABLE_NAME", "")]).unwrap_err().to_string(),
            "environment variable TABLE_NAME is missing"
        );
        for (name, value) in [
            ("ACCESS_TOKEN_TTL", "15"),
            ("ACCESS_TOKEN_TTL", "0m"),
            ("MAX_ACTIVE_SESSIONS", "0"),
            ("JWT_ALGORITHM", "none"),
            ("RATE_LIMIT_REGISTER", "many"),
            ("RATE_LIMIT_REGISTER", "0/1h"),
            ("ALLOW_PUBLIC_PROFILES", "yes"),
            ("REFRESH_TOKEN_TTL", "é"),
            ("RATE_LIMIT_MFA", "ten"),
        ] {
            assert_eq!(read(&[(name, value)]).unwrap_err().variable, name);
        }
    }

    #[test]
    fn values_are_typed() {
        let config =
            read(&[("RATE_LIMIT_REGISTER", "3/10m"), ("RATE_LIMIT_LOGIN_IP", "off")]).unwrap();
        assert_eq!(
            config.limits.register,
            Some(Limit { tries: 3, window: Duration::from_mins(10) })
        );
        assert_eq!(config.limits.login_ip, None);
        assert_eq!(config.limits.forgot, Some(Limit { tries: 5, window: Duration::from_hours(1) }));
        assert_eq!(config.sessions.lifetimes.absolute, Duration::from_hours(24 * 90));
    }
}
