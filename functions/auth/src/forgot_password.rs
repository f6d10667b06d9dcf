//! `POST /v1/auth/password/forgot`

use axum::extract::State;
use http::StatusCode;
use shared::domain::email::Email;
use shared::domain::mail::Message;
use shared::http::{Json, Problem};
use shared::store::Attempt;
use shared::{Context, Error};
use utoipa::ToSchema;

#[derive(Debug, ToSchema)]
pub struct ForgottenPassword {
    #[schema(value_type = String, format = Email, example = "ada@example.com")]
    #[expect(dead_code, reason = "documents the body")]
    email: String,
}

/// Ask for a mail with which a forgotten password can be replaced.
///
/// The answer is the same for every address, and so is all that is done for it:
/// whether an account has the address is looked up later, by who sends the mail.
#[utoipa::path(
    post, path = "/v1/auth/password/forgot", tag = "auth",
    request_body = ForgottenPassword,
    responses(
        (status = 202),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn forgot_password(
    State(context): State<Context>,
    Json(mut fields): Json,
) -> Result<StatusCode, Error> {
    let email = fields.required::<Email>("email");
    let email = fields.finish(email)?;
    let attempt = mail_attempt(&context, &email);
    context.store.count(attempt.as_slice(), context.now()).await?;
    context.store.request_mail(&context.mail(Message::PasswordReset { email })).await?;
    Ok(StatusCode::ACCEPTED)
}

/// A mail that somebody has sent to an address counts against it, whoever they
/// are: nobody's mailbox is to be filled.
pub fn mail_attempt(context: &Context, email: &Email) -> Option<Attempt> {
    let attempt = |limit| Attempt { policy: "forgot", limit, who: email.to_string() };
    context.config.limits.forgot.map(attempt)
}
