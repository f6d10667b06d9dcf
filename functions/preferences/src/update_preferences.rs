//! `PATCH /v1/users/{user_id}/preferences`, and what it shares with `PUT`.

use axum::extract::State;
use axum::response::Response;
use shared::domain::UserId;
use shared::domain::activity::preferences_changes;
use shared::domain::fields::Fields;
use shared::domain::preferences::{Broken, Preferences, PreferencesPatch};
use shared::domain::session::Client;
use shared::http::conditional::resource_response;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Json, Preconditions, Problem, Target};
use shared::store::Retries;
use shared::tokens::Credential;
use shared::{Context, Error, Result};

use crate::get_preferences::load;

/// Change preferences.
///
/// A JSON Merge Patch (RFC 7396): absent keeps, a value sets, `null` restores
/// the default.
#[utoipa::path(
    patch, path = "/v1/users/{user_id}/preferences", tag = "preferences",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("If-Match" = Option<String>, Header, description = "Change this version only"),
    ),
    request_body(content = PreferencesPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = Preferences, headers(("ETag" = String))),
        (status = 412, description = "`version_mismatch`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn update_preferences(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    preconditions: Preconditions,
    Json(fields): Json,
) -> Result<Response, Error> {
    let patch = read(fields);
    let id = target.resolve(&context, Some(&credential)).await?;
    let by = (&credential, &client);
    change(&context, by, id, &preconditions, patch, PreferencesPatch::apply).await
}

/// The patch in a body.
pub fn read(mut fields: Fields) -> Result<PreferencesPatch> {
    let patch = PreferencesPatch::read(&mut fields);
    fields.finish(Some(patch))
}

/// Changes preferences that the caller may write, until nobody is faster. What
/// is wrong with the patch is for those to know who may.
pub async fn change(
    context: &Context,
    (credential, client): (&Credential, &Client),
    id: UserId,
    preconditions: &Preconditions,
    patch: Result<PreferencesPatch>,
    apply: fn(PreferencesPatch, Preferences) -> Result<Preferences, Broken>,
) -> Result<Response> {
    let mut retries = Retries::default();
    loop {
        let (caller, old) = load(context, credential, id).await?;
        let patch = match patch {
            Ok(ref patch) => patch.clone(),
            Err(error) => return Err(error),
        };
        let exactly = preconditions.check(old.version)?;
        let new = apply(patch, old.preferences.clone())
            .map_err(|(field, reason)| Error::field(field, reason.code, reason.message))?;
        if new == old.preferences {
            return resource_response(old.version, &new);
        }
        let data = preferences_changes(&old.preferences, &new);
        let act = context.act(caller.actor(), id, client, "preferences.updated", data);
        if let Some(new) = context.store.update_preferences(id, &old, &new, exactly, &act).await? {
            return resource_response(new.version, &new.preferences);
        }
        retries.again().await?;
    }
}
