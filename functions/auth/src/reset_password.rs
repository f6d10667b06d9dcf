//! `POST /v1/auth/password/reset`

use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use shared::domain::activity::Actor;
use shared::domain::fields::{Fields, Text};
use shared::domain::mail::Message;
use shared::domain::one_time::{OneTime, Purpose};
use shared::domain::password::NewPassword;
use shared::http::layer::CallingClient;
use shared::http::{Json, Problem};
use shared::store::{Along, INVALID_TOKEN, NewPasswordByMail, Person, Retries, SignIn};
use shared::tokens::OneTimeToken;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

#[derive(Debug, ToSchema)]
pub struct PasswordReset {
    /// From the link in the mail.
    #[schema(value_type = String)]
    token: OneTimeToken,
    /// Not a common one, nor the address or a name.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128)]
    new_password: NewPassword,
}

impl PasswordReset {
    fn read(mut fields: Fields) -> Result<Self> {
        let token = fields.required::<Text>("token");
        let new_password = fields.required("new_password");
        let (Text(token), new_password) = fields.finish(token.zip(new_password))?;
        let token = OneTimeToken::parse(&token).ok_or(INVALID_TOKEN)?;
        Ok(Self { token, new_password })
    }
}

/// Set a new password with the token of a mail. All sessions end.
///
/// It signs nobody in. The token is good once, for 30 minutes, and for the
/// password that there was when it was made: a change of the password is the end
/// of all tokens before it. The address is verified by it.
#[utoipa::path(
    post, path = "/v1/auth/password/reset", tag = "auth",
    request_body = PasswordReset,
    responses(
        (status = 204),
        (status = 401, description = "`invalid_token`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn reset_password(
    State(context): State<Context>,
    CallingClient(client): CallingClient,
    Json(fields): Json,
) -> Result<StatusCode, Error> {
    let PasswordReset { token, new_password } = PasswordReset::read(fields)?;
    let store = &context.store;
    let purpose = Purpose::ResetPassword;
    let one_time = store.one_time(&token, purpose, context.now()).await?.ok_or(INVALID_TOKEN)?;
    let (mut person, mut old) = owner(&context, &one_time).await?;
    crate::change_password::check(&new_password, &one_time.email, &person.profile.fields)?;
    let new = context.passwords.hash(&new_password, context.random()).await?;
    let mail = context.mail(Message::PasswordChanged { user_id: one_time.user_id });
    let mut retries = Retries::default();
    loop {
        let (id, data) = (one_time.user_id, json!({"by_mail": true}));
        let act = context.act(Actor::User { id }, id, &client, "user.password_changed", data);
        let along = Along { mail: Some(&mail), acts: &[act], ..Along::default() };
        let password = NewPasswordByMail { old: old.password_hash.as_ref(), new: &new, along };
        if store.reset_password(&token, &person, password, context.now()).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
        retries.again().await?;
        (person, old) = owner(&context, &one_time).await?;
    }
}

/// Whose password it is, where the token is still good for it.
async fn owner(context: &Context, one_time: &OneTime) -> Result<(Person, SignIn)> {
    let OneTime { user_id, email, password_changed_at, .. } = one_time;
    let (person, sign_in) =
        tokio::join!(context.store.person(*user_id, context.now()), context.store.sign_in(email),);
    let person = person?.filter(|Person { account, .. }| {
        account.is_usable()
            && account.is_resettable()
            && account.email == *email
            && account.password_changed_at == *password_changed_at
    });
    let sign_in = sign_in?.filter(|sign_in| sign_in.user_id == *user_id);
    person.zip(sign_in).ok_or(INVALID_TOKEN)
}
