//! `PUT /v1/auth/email`

use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use shared::domain::account::Account;
use shared::domain::email::Email;
use shared::domain::fields::Fields;
use shared::domain::mail::Message;
use shared::domain::password::Password;
use shared::http::layer::CallingClient;
use shared::http::{Json, Problem, SessionCredentials};
use shared::store::Along;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::current_password;
use crate::forgot_password::mail_attempt;

#[derive(Debug, ToSchema)]
pub struct EmailChange {
    #[schema(value_type = String, format = Email, example = "ada@example.org")]
    new_email: Email,
    /// Of accounts that have one.
    #[schema(value_type = Option<String>, format = Password)]
    current_password: Option<Password>,
}

impl EmailChange {
    fn read(mut fields: Fields, account: &Account) -> Result<Self> {
        let new_email = fields.required("new_email");
        let current_password = current_password::read(&mut fields, account);
        let change = new_email.map(|new_email| Self { new_email, current_password });
        fields.finish(change)
    }
}

/// Ask for another address. It takes effect when it is verified.
///
/// A mail to the new address brings the token for that; one to the old address
/// says what has been asked for. Whether somebody else has the new address
/// already shows nowhere: they get no mail.
#[utoipa::path(
    put, path = "/v1/auth/email", tag = "auth",
    security(("access_token" = [])),
    request_body = EmailChange,
    responses(
        (status = 202),
        (status = 403, description = "`wrong_password`, `reauthentication_required`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn change_email(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
    CallingClient(client): CallingClient,
    Json(fields): Json,
) -> Result<StatusCode, Error> {
    let store = &context.store;
    let (caller, _) = store.authenticate_session(&claims, context.now(), []).await?;
    let EmailChange { new_email, current_password } = EmailChange::read(fields, &caller.account)?;
    let given = current_password.as_ref();
    // Both get a mail.
    let mut addresses = vec![&new_email, &caller.account.email];
    addresses.dedup();
    let mails = addresses.into_iter().map(|email| mail_attempt(&context, email));
    current_password::check(&context, &caller, &client, given, mails).await?;
    let actor = caller.actor();
    let account = caller.account;
    if new_email != account.email {
        let user_id = account.id;
        let password_changed_at = account.password_changed_at;
        let from = account.email.clone();
        let asked = Message::EmailChange { user_id, email: new_email, from, password_changed_at };
        let notice = Message::EmailChangeNotice { user_id, email: account.email };
        let mails = [asked, notice].map(|message| context.mail(message));
        // The address itself isn't told: whose it is remains to be shown.
        let kind = "user.email_change_requested";
        let act = context.act(actor, user_id, &client, kind, json!({}));
        store.request_mails(user_id, &mails, Along::acts(&[act])).await?;
    }
    Ok(StatusCode::ACCEPTED)
}
