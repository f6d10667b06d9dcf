//! The client secrets that aren't in the environment: one secret in Secrets
//! Manager, a JSON object by provider. Only this function may read it.

use std::collections::BTreeMap;

use shared::config::{ClientSecret, IdentityProvider};
use shared::{Context, Error, Result};

/// The client secret of a provider.
///
/// # Errors
/// [`Error::Unavailable`] where Secrets Manager is; [`Error::Internal`] where
/// there is none.
pub async fn client_secret(context: &Context, provider: &IdentityProvider) -> Result<ClientSecret> {
    if let Some(secret) = &provider.client_secret {
        return Ok(secret.clone());
    }
    let id = context.config.oauth.client_secrets_secret.as_deref();
    let id = id.ok_or_else(|| Error::internal("OAUTH_CLIENT_SECRETS_SECRET is missing"))?;
    let client = context.sdk.secrets_manager();
    let answer = client.get_secret_value().secret_id(id).send().await;
    let answer = answer.map_err(Error::unavailable)?;
    let text = answer.secret_string().unwrap_or_default();
    // The error would quote the text.
    let secrets: BTreeMap<String, ClientSecret> = serde_json::from_str(text)
        .map_err(|_| Error::internal("the client secrets aren't a JSON object of texts"))?;
    let name = provider.name.as_str();
    let missing = || Error::internal(format!("there is no client secret of {name}"));
    secrets.get(name).cloned().ok_or_else(missing)
}
