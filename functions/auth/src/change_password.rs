//! `PUT /v1/auth/password`

use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use shared::domain::account::Account;
use shared::domain::activity::Actor;
use shared::domain::email::Email;
use shared::domain::fields::Fields;
use shared::domain::mail::Message;
use shared::domain::password::{NewPassword, Password};
use shared::domain::profile::ProfileFields;
use shared::http::layer::CallingClient;
use shared::http::{Json, Problem, SessionCredentials};
use shared::store::{Along, Retries};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::current_password;

#[derive(Debug, ToSchema)]
pub struct PasswordChange {
    /// Of accounts that have one.
    #[schema(value_type = Option<String>, format = Password)]
    current_password: Option<Password>,
    /// Not a common one, nor the address or a name.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128)]
    new_password: NewPassword,
}

impl PasswordChange {
    fn read(mut fields: Fields, account: &Account) -> Result<Self> {
        let current_password = current_password::read(&mut fields, account);
        let new_password = fields.required("new_password");
        let change = new_password.map(|new_password| Self { current_password, new_password });
        fields.finish(change)
    }
}

/// Refuses a password that is what everybody knows of its owner.
pub fn check(password: &NewPassword, email: &Email, profile: &ProfileFields) -> Result<()> {
    let names: Vec<_> = profile.known_names().collect();
    let known = names.iter().map(String::as_str);
    password
        .check_against(known.chain([email.as_str(), email.local_part()]))
        .map_err(|reason| Error::field("new_password", reason.code, reason.message))
}

/// Change the password. All other sessions end, and a mail says so.
///
/// An account with a second factor needs a recent sign-in for it, as does one
/// that has no password and so sets its first without `current_password`.
#[utoipa::path(
    put, path = "/v1/auth/password", tag = "auth",
    security(("access_token" = [])),
    request_body = PasswordChange,
    responses(
        (status = 204),
        (status = 403, description = "`wrong_password`, `reauthentication_required`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn change_password(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
    CallingClient(client): CallingClient,
    Json(fields): Json,
) -> Result<StatusCode, Error> {
    let store = &context.store;
    let (mut caller, profile, mut sessions) =
        store.authenticate_with_sessions(&claims, context.now()).await?;
    let change = PasswordChange::read(fields, &caller.account)?;
    let given = change.current_password.as_ref();
    let old = current_password::check(&context, &caller, &client, given, []).await?;
    check(&change.new_password, &caller.account.email, &profile.fields)?;
    let new = context.passwords.hash(&change.new_password, context.random()).await?;
    let mail = context.mail(Message::PasswordChanged { user_id: caller.id() });
    let mut retries = Retries::default();
    loop {
        let others = sessions.iter().map(|s| s.id).filter(|id| *id != claims.sid);
        let (account, now) = (&caller.account, context.now());
        let actor = Actor::User { id: account.id };
        let act = context.act(actor, account.id, &client, "user.password_changed", json!({}));
        let along = Along { once: None, mail: Some(&mail), acts: &[act] };
        if store.change_password(account, old.as_ref(), &new, now, others, along).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
        retries.again().await?;
        (caller, _, sessions) = store.authenticate_with_sessions(&claims, context.now()).await?;
    }
}
