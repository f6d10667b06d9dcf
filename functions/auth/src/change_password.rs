//! `PUT /v1/auth/password`

use axum::extract::State;
use http::StatusCode;
use shared::domain::email::Email;
use shared::domain::fields::Fields;
use shared::domain::password::{NewPassword, Password};
use shared::domain::profile::ProfileFields;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Json, Problem};
use shared::store::Retries;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::login::attempts;

#[derive(Debug, ToSchema)]
pub struct PasswordChange {
    #[schema(value_type = String, format = Password)]
    current_password: Password,
    /// Not a common one, nor the address or a name.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128)]
    new_password: NewPassword,
}

impl PasswordChange {
    fn read(mut fields: Fields) -> Result<Self> {
        let current_password = fields.required("current_password");
        let new_password = fields.required("new_password");
        let change = current_password
            .zip(new_password)
            .map(|(current_password, new_password)| Self { current_password, new_password });
        fields.finish(change)
    }

    fn check(&self, email: &Email, profile: &ProfileFields) -> Result<()> {
        let names: Vec<_> = profile.known_names().collect();
        let known = names.iter().map(String::as_str);
        self.new_password
            .check_against(known.chain([email.as_str(), email.local_part()]))
            .map_err(|reason| Error::field("new_password", reason.code, reason.message))
    }
}

/// Change the password. All other sessions end.
#[utoipa::path(
    put, path = "/v1/auth/password", tag = "auth",
    security(("access_token" = [])),
    request_body = PasswordChange,
    responses(
        (status = 204),
        (status = 403, description = "`wrong_password`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn change_password(
    State(context): State<Context>,
    Credentials(claims): Credentials,
    CallingClient(client): CallingClient,
    Json(fields): Json,
) -> Result<StatusCode, Error> {
    let store = &context.store;
    let (mut caller, profile, mut sessions) =
        store.authenticate_with_sessions(&claims, context.now()).await?;
    let change = PasswordChange::read(fields)?;
    let email = &caller.account.email;
    // A stolen session mustn't be a way to guess the password.
    store.count(&attempts(&context, &client, email), context.now()).await?;
    let sign_in = store.sign_in(email).await?.ok_or(Error::WrongPassword)?;
    let old = &sign_in.password_hash;
    if !context.passwords.verify(&change.current_password, Some(old)).await? {
        return Err(Error::WrongPassword);
    }
    change.check(email, &profile.fields)?;
    let new = context.passwords.hash(&change.new_password, context.random()).await?;
    let mut retries = Retries::default();
    loop {
        let others = sessions.iter().map(|s| s.id).filter(|id| *id != claims.sid);
        if store.change_password(&caller.account, old, &new, context.now(), others).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
        retries.again().await?;
        (caller, _, sessions) = store.authenticate_with_sessions(&claims, context.now()).await?;
    }
}
