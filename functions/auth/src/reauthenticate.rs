//! `POST /v1/auth/reauthenticate`

use axum::extract::State;
use http::StatusCode;
use shared::domain::account::Account;
use shared::domain::fields::Fields;
use shared::domain::password::Password;
use shared::domain::session::Method;
use shared::http::layer::CallingClient;
use shared::http::{Json, Problem, SessionCredentials};
use shared::store::Guard;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::attempts::attempts_again;
use crate::current_password::has_password;
use crate::mfa::confirm_totp::wrong_code;
use crate::mfa::{Shown, attempt, check, shown_again};

#[derive(ToSchema)]
#[schema(as = Reauthentication)]
#[expect(dead_code, reason = "documents the body")]
pub struct Again {
    /// Of accounts that have one.
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<Password>,
    /// Of accounts with a second factor.
    #[schema(example = "123456")]
    code: Option<String>,
    /// Instead of `code`.
    #[schema(example = "9G2K-0XQ7-MB4R-VT61")]
    recovery_code: Option<String>,
}

/// What is shown: all that the account has.
fn read(mut fields: Fields, account: &Account) -> Result<(Option<Password>, Option<Shown>)> {
    let password = if has_password(account) {
        fields.required("password")
    } else {
        fields.optional("password")
    };
    let shown = Shown::read(&mut fields, account.has_second_factor);
    fields.finish(Some((password, shown)))
}

/// Make the current session a recent one.
///
/// Takes the password where there is one, and the second factor where there is
/// one. Whoever has neither signs in again.
#[utoipa::path(
    post, path = "/v1/auth/reauthenticate", tag = "auth",
    security(("access_token" = [])),
    request_body = Again,
    responses(
        (status = 204),
        (status = 403, description = "`wrong_password`, `reauthentication_required`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`, of `code` and `recovery_code` with `invalid_code`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn reauthenticate(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
    CallingClient(client): CallingClient,
    Json(fields): Json,
) -> Result<StatusCode, Error> {
    let (store, now) = (&context.store, context.now());
    let (caller, _) = store.authenticate_session(&claims, now, []).await?;
    let account = &caller.account;
    let (password, shown) = read(fields, account)?;
    let mut tries = Vec::new();
    if password.is_some() {
        tries.extend(attempts_again(&context, &client, account.id));
    }
    if shown.is_some() {
        tries.extend(attempt(&context, account.id));
    }
    store.count(&tries, now).await?;
    let mut methods = Vec::new();
    if let Some(password) = &password {
        let known = store.sign_in(&account.email).await?;
        let hash = known.as_ref().and_then(|known| known.password_hash.as_ref());
        if !context.passwords.verify(password, hash).await? {
            return Err(Error::WrongPassword);
        }
        methods.push(Method::Password);
    }
    let mut guard = Guard::None;
    let field = shown.as_ref().map_or("code", Shown::field);
    let told = |error| if matches!(error, Error::InvalidCode) { wrong_code(field) } else { error };
    if let Some(shown) = &shown {
        let totp = store.totp(account.id).await?;
        let method;
        (method, guard) = check(&context, account.id, totp.as_ref(), shown).await.map_err(told)?;
        methods.push(method);
    }
    if methods.is_empty() {
        return Err(Error::ReauthenticationRequired);
    }
    let session = shown_again(&caller.session, &methods, now);
    store.reauthenticate(account, &session, &guard, now).await.map_err(told)?;
    Ok(StatusCode::NO_CONTENT)
}
