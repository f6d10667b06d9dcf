//! `POST /v1/auth/login`

use axum::Json as Answer;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::domain::account::{Account, Deletion};
use shared::domain::email::Email;
use shared::domain::fields::Fields;
use shared::domain::password::Password;
use shared::domain::session::Client;
use shared::domain::text::Name;
use shared::domain::{Timestamp, UserId};
use shared::http::layer::{CallingClient, network};
use shared::http::{Json, Problem};
use shared::store::{Attempt, Retries, SignIn};
use shared::tokens::sealed;
use shared::{Context, Error, Result};
use std::time::Duration;
use utoipa::ToSchema;

use crate::tokens::{self, SignedIn};

/// How long the offer to restore a deleted account stands.
const OFFER: Duration = Duration::from_mins(15);

/// What a restore token is sealed for.
pub const RESTORE: &str = "restore account";

/// What a restore token says.
#[derive(Debug, Serialize, Deserialize)]
pub struct Restore {
    pub user_id: UserId,
    /// The deletion that it takes back, and no later one.
    pub deleted_at: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(Debug, ToSchema)]
pub struct Login {
    #[schema(value_type = String, format = Email, example = "ada@example.com")]
    email: Email,
    #[schema(value_type = String, format = Password)]
    password: Password,
    /// What the session list shows, like `Ada's phone`.
    #[schema(value_type = Option<String>, max_length = 100)]
    device_name: Option<Name<100>>,
}

impl Login {
    fn read(mut fields: Fields) -> Result<Self> {
        let email = fields.required("email");
        let password = fields.required("password");
        let device_name = fields.optional("device_name");
        let login =
            email.zip(password).map(|(email, password)| Self { email, password, device_name });
        fields.finish(login)
    }
}

/// Sign in with a password.
///
/// A wrong password and an unknown address get the same answer after the same
/// time. After the right password, a deactivated account is 403
/// `account_disabled`; a deleted one within its grace is 403 `account_deleted`
/// with `restore_token` and `erase_at`.
#[utoipa::path(
    post, path = "/v1/auth/login", tag = "auth",
    request_body = Login,
    responses(
        (status = 200, body = SignedIn),
        (status = 401, description = "`invalid_credentials`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`account_disabled`, `account_deleted`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn login(
    State(context): State<Context>,
    CallingClient(client): CallingClient,
    Json(fields): Json,
) -> Result<Answer<SignedIn>, Error> {
    let Login { email, password, device_name } = Login::read(fields)?;
    let client = Client { device_name, ..client };
    let attempts = attempts(&context, &client, &email);
    let (counted, sign_in) =
        tokio::join!(context.store.count(&attempts, context.now()), context.store.sign_in(&email),);
    counted?;
    let sign_in = sign_in?;
    let hash = sign_in.as_ref().map(|sign_in| &sign_in.password_hash);
    let is_right = context.passwords.verify(&password, hash).await?;
    let Some(sign_in) = sign_in.filter(|_| is_right) else {
        return Err(Error::InvalidCredentials);
    };
    start_session(&context, &sign_in, client).await.map(Answer)
}

/// The policies that a try counts against.
pub fn attempts(context: &Context, client: &Client, email: &Email) -> Vec<Attempt> {
    let limits = &context.config.limits;
    let ip = network(client.ip_address.as_deref().unwrap_or_default());
    let by_ip = limits.login_ip.map(|limit| Attempt { policy: "login-ip", limit, who: ip });
    let by_account = limits.login_account.map(|limit| Attempt {
        policy: "login-account",
        limit,
        who: email.to_string(),
    });
    by_ip.into_iter().chain(by_account).collect()
}

/// Starts a session for somebody who has shown who they are.
async fn start_session(context: &Context, sign_in: &SignIn, client: Client) -> Result<SignedIn> {
    let SignIn { user_id, password_hash } = sign_in;
    let max = context.config.sessions.max_active;
    let mut retries = Retries::default();
    loop {
        let person = context.store.person(*user_id, context.now()).await?;
        let person = person.ok_or(Error::InvalidCredentials)?;
        check(context, &person.account).await?;
        let start = tokens::start(context, &person.account, &person.profile, client.clone());
        if context.store.start_session(&person, &start.session, password_hash, max).await? {
            let last_login_at = Some(start.session.created_at);
            let account = Account { last_login_at, ..person.account };
            return tokens::signed_in(context, start, &account, person.profile).await;
        }
        retries.again().await?;
    }
}

/// Refuses accounts that are out of use, to whoever knows their password.
async fn check(context: &Context, account: &Account) -> Result<()> {
    if !account.is_active {
        return Err(Error::AccountDisabled);
    }
    let Some(Deletion { deleted_at, erase_at }) = account.deletion else { return Ok(()) };
    let now = context.now();
    if now >= erase_at {
        return Err(Error::InvalidCredentials);
    }
    let restore = Restore { user_id: account.id, deleted_at, expires_at: now + OFFER };
    let payload = serde_json::to_vec(&restore).map_err(Error::internal)?;
    let signing = context.keys.signing().await?;
    let restore_token = sealed::seal(&signing.seal_key, RESTORE, &payload);
    Err(Error::AccountDeleted { restore_token, erase_at })
}
