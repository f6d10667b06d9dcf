//! The tokens that a sign-in gives.

use serde::Serialize;
use shared::domain::account::Account;
use shared::domain::profile::Profile;
use shared::domain::session::{Client, Session};
use shared::tokens::{RefreshToken, access};
use shared::view::{self, User, Viewer};
use shared::{Context, Result};
use utoipa::ToSchema;

/// An access token and what keeps the session alive.
#[derive(Serialize, ToSchema)]
pub struct TokenPair {
    /// A JWT of type `at+jwt`.
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds that the access token lives.
    expires_in: u64,
    /// Opaque, single-use.
    refresh_token: String,
}

/// A sign-in: who it is, and their tokens.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    user: Option<User>,
    #[serde(flatten)]
    tokens: TokenPair,
}

/// A session about to start, with the secret that only its client will know.
pub struct Start {
    pub session: Session,
    refresh_token: RefreshToken,
}

/// A new session of this account.
pub fn start(context: &Context, account: &Account, profile: &Profile, client: Client) -> Start {
    let id = context.new_id();
    let refresh_token = RefreshToken::new(account.id, id, context.random());
    let hash = refresh_token.hash();
    let lifetimes = context.config.sessions.lifetimes;
    let session = Session::start(id, account, profile, hash, client, lifetimes, context.now());
    Start { session, refresh_token }
}

/// The answer to a sign-in whose session has been stored.
pub async fn signed_in(
    context: &Context,
    start: Start,
    account: &Account,
    profile: Profile,
) -> Result<SignedIn> {
    let Start { session, refresh_token } = start;
    let tokens = pair(context, &session, &refresh_token).await?;
    let pictures_url = &context.config.pictures_url;
    let user = view::user(profile, account, Viewer::Full, None, pictures_url);
    Ok(SignedIn { user, tokens })
}

/// A new access token beside a refresh token.
pub async fn pair(
    context: &Context,
    session: &Session,
    refresh_token: &RefreshToken,
) -> Result<TokenPair> {
    let config = &context.config.tokens;
    let jti = context.new_id::<uuid::Uuid>().to_string();
    let access_token = access::issue(&context.keys, config, session, jti, context.now()).await?;
    let signing = context.keys.signing().await?;
    Ok(TokenPair {
        access_token,
        token_type: "Bearer",
        expires_in: config.lifetime.as_secs(),
        refresh_token: refresh_token.reveal(&signing.refresh_key),
    })
}
