//! `POST /v1/auth/restore`

use axum::Json as Answer;
use axum::extract::State;
use serde_json::json;
use shared::domain::account::{Account, Deletion};
use shared::domain::activity::Actor;
use shared::domain::fields::Text;
use shared::http::layer::CallingClient;
use shared::http::{Json, Problem};
use shared::sign_in::{Restore, SignedIn, signed_in, start};
use shared::store::{Along, Person, Retries};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

const INVALID: Error = Error::InvalidToken("The restore token is invalid or has been used.");

#[derive(Debug, ToSchema)]
pub struct RestoreRequest {
    /// From the answer 403 `account_deleted` to a sign-in.
    #[schema(value_type = String)]
    #[expect(dead_code, reason = "documents the body")]
    restore_token: String,
}

/// Take a deletion back and sign in.
#[utoipa::path(
    post, path = "/v1/auth/restore", tag = "auth",
    request_body = RestoreRequest,
    responses(
        (status = 200, body = SignedIn),
        (status = 401, description = "`invalid_token`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn restore_account(
    State(context): State<Context>,
    CallingClient(client): CallingClient,
    Json(mut fields): Json,
) -> Result<Answer<SignedIn>, Error> {
    let token = fields.required::<Text>("restore_token");
    let Text(token) = fields.finish(token)?;
    let now = context.now();
    let signing = context.keys.signing().await?;
    let restore = Restore::open(&signing, &token, now).ok_or(INVALID)?;
    let mut retries = Retries::default();
    loop {
        let person = context.store.person(restore.user_id, now).await?.ok_or(INVALID)?;
        let Person { account, profile, .. } = person;
        let is_this_deletion = |deletion: Deletion| {
            deletion.deleted_at == restore.deleted_at && now < deletion.erase_at
        };
        if !account.deletion.is_some_and(is_this_deletion) {
            return Err(INVALID);
        }
        if !account.is_active {
            return Err(Error::AccountDisabled);
        }
        let methods = restore.methods.clone();
        let start = start(&context, &account, &profile, client.clone(), methods);
        let session = &start.session;
        let (actor, data) = (Actor::User { id: account.id }, json!({"session_id": session.id}));
        let act = context.act(actor, account.id, &session.client, "user.restored", data);
        let along = Along::acts(std::slice::from_ref(&act));
        if context.store.restore_account(&account, &profile, session, along).await? {
            let last_login_at = Some(start.session.created_at);
            let account = Account { deletion: None, last_login_at, ..account };
            return signed_in(&context, start, &account, profile).await.map(Answer);
        }
        retries.again().await?;
    }
}
