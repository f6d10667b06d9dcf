//! What a provider vouches for: the code is exchanged for an ID token, and that
//! is believed only after every check of `OpenID` Connect Core 1.0, section 3.1.3.7.

use std::ops::RangeInclusive;
use std::time::Duration;

use chrono::{DateTime, Utc};
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderValue, Request, StatusCode};
use openidconnect::core::{
    CoreErrorResponseType, CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreTokenResponse,
};
use openidconnect::{
    AsyncHttpClient, AuthorizationCode, ClaimsVerificationError, ClientSecret, Nonce,
    NonceVerifier, OAuth2TokenResponse, PkceCodeVerifier, RequestTokenError,
    SignatureVerificationError, TokenResponse,
};
use shared::config::{Dialect, IdentityProvider};
use shared::domain::Timestamp;
use shared::domain::identity::Refusal;
use shared::{Context, Error, Result};
use tokio::time::timeout;

use crate::client_secrets::client_secret;
use crate::flow::Flow;
use crate::provider::{Http, Known, Providers, client};
use crate::vouched::{UserInfo, Vouched};

/// Time for all calls of a provider together: somebody waits.
const PATIENCE: Duration = Duration::from_secs(8);

/// Seconds that an ID token may be old which was just asked for; less than none
/// where the provider's clock is ahead of ours.
const AGES: RangeInclusive<i64> = -60..=600;

/// Signatures with public keys. Never `none`, and never one by the client
/// secret, which isn't made to be a key.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 4] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Who comes back with this code.
///
/// # Errors
/// [`Refusal::SignInFailed`] where the provider doesn't vouch for anybody;
/// [`Error::Unavailable`] where it doesn't answer; [`Error::Internal`] where we
/// aren't its client.
pub async fn identify(
    providers: &Providers,
    context: &Context,
    provider: &IdentityProvider,
    code: &str,
    flow: &Flow,
) -> Result<Vouched> {
    let exchange = async {
        let known = providers.known(context, provider).await?;
        let tokens = exchange(context, provider, &known, code, flow).await?;
        let claims = match claims(context, provider, &known, &tokens, flow)? {
            Checked::Claims(claims) => claims,
            Checked::UnknownKey => {
                let known = providers.with_new_keys(context, provider, &known).await?;
                let known = known.ok_or_else(|| failed(provider, "its key is unknown"))?;
                match claims(context, provider, &known, &tokens, flow)? {
                    Checked::Claims(claims) => claims,
                    Checked::UnknownKey => return Err(failed(provider, "its key is unknown")),
                }
            }
        };
        let vouched = Vouched::new(&claims).ok_or_else(|| failed(provider, "no usable subject"))?;
        with_address(context, provider, &known, &tokens, vouched).await
    };
    let late = |_| Error::unavailable(format!("{} takes too long", provider.name.as_str()));
    timeout(PATIENCE, exchange).await.map_err(late)?
}

/// An ID token that was checked.
enum Checked {
    Claims(Box<CoreIdTokenClaims>),
    /// Signed with a key that may be newer than those we know.
    UnknownKey,
}

/// The reason is for operators; people are told no more than that it failed.
fn failed(provider: &IdentityProvider, reason: impl std::fmt::Display) -> Error {
    let provider = provider.name.as_str();
    tracing::warn!(target: "kith", provider, %reason, "a provider's sign-in was refused");
    Error::Federation(Refusal::SignInFailed)
}

async fn exchange(
    context: &Context,
    provider: &IdentityProvider,
    known: &Known,
    code: &str,
    flow: &Flow,
) -> Result<CoreTokenResponse> {
    let secret = client_secret(context, provider).await?;
    let secret = ClientSecret::new(secret.reveal().to_owned());
    let client = client(provider, &known.metadata, Some(secret))?;
    let request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
    let request = request.map_err(Error::internal)?;
    let request = match provider.dialect {
        Dialect::Standard => {
            request.set_pkce_verifier(PkceCodeVerifier::new(flow.verifier.clone()))
        }
        Dialect::LinkedIn => request,
    };
    let http = Http::new(context, provider);
    request.request_async(&http).await.map_err(|error| match error {
        RequestTokenError::Request(error) => Error::unavailable(error),
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            CoreErrorResponseType::InvalidGrant | CoreErrorResponseType::InvalidRequest => {
                failed(provider, answer.error().as_ref())
            }
            // Somebody has configured it wrongly, or the provider has changed its mind.
            error => Error::internal(format!(
                "{} refuses us as a client: {}",
                provider.name.as_str(),
                error.as_ref()
            )),
        },
        // Whose text could quote a token.
        RequestTokenError::Parse(error, _) => {
            failed(provider, format_args!("its answer can't be read at {}", error.path()))
        }
        RequestTokenError::Other(error) => failed(provider, error),
    })
}

fn claims(
    context: &Context,
    provider: &IdentityProvider,
    known: &Known,
    tokens: &CoreTokenResponse,
    flow: &Flow,
) -> Result<Checked> {
    let now = context.now();
    let token = tokens.id_token().ok_or_else(|| failed(provider, "no ID token"))?;
    let client = client(provider, &known.metadata, None)?;
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || time(now))
        .set_issue_time_verifier_fn(move |issued_at| {
            let age = (time(now) - issued_at).num_seconds();
            if AGES.contains(&age) { Ok(()) } else { Err(format!("issued {age} seconds ago")) }
        });
    let nonce = |claimed: Option<&Nonce>| match (claimed, provider.dialect) {
        (None, Dialect::LinkedIn) => Ok(()),
        (claimed, _) => Nonce::new(flow.nonce.clone()).verify(claimed),
    };
    let claims = match token.claims(&verifier, nonce) {
        Ok(claims) => claims,
        Err(ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey,
        )) => return Ok(Checked::UnknownKey),
        Err(error) => return Err(failed(provider, error)),
    };
    // An audience beside us is refused already; this one was meant for somebody else.
    let party = claims.authorized_party();
    if party.is_some_and(|party| party.as_str() != provider.client_id) {
        return Err(failed(provider, "another authorized party"));
    }
    Ok(Checked::Claims(Box::new(claims.clone())))
}

fn time(time: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(time.as_millis()).unwrap_or_default()
}

/// Asks the userinfo endpoint where the ID token has no address.
async fn with_address(
    context: &Context,
    provider: &IdentityProvider,
    known: &Known,
    tokens: &CoreTokenResponse,
    mut vouched: Vouched,
) -> Result<Vouched> {
    let Some(endpoint) = known.metadata.userinfo_endpoint() else { return Ok(vouched) };
    if vouched.email.is_some() {
        return Ok(vouched);
    }
    let bearer = HeaderValue::from_str(&format!("Bearer {}", tokens.access_token().secret()));
    let bearer = bearer.map_err(|_| failed(provider, "an access token that is no header"))?;
    let request = Request::get(endpoint.as_str())
        .header(AUTHORIZATION, bearer)
        .header(ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(Error::internal)?;
    let answer = Http::new(context, provider).call(request).await.map_err(Error::unavailable)?;
    let info: Option<UserInfo> = serde_json::from_slice(answer.body()).ok();
    let info = info.filter(|_| answer.status() == StatusCode::OK);
    let info = info.ok_or_else(|| failed(provider, "its userinfo can't be read"))?;
    // A token of somebody else's, or substituted (Core 1.0, section 5.3.2).
    if info.sub != vouched.subject {
        return Err(failed(provider, "its userinfo is of another subject"));
    }
    vouched.add(&info);
    Ok(vouched)
}
