//! `PATCH /v1/users/{user_id}`, and what it shares with `PUT`.

use axum::extract::State;
use axum::response::Response;
use shared::domain::activity::profile_changes;
use shared::domain::fields::Fields;
use shared::domain::profile::{Profile, ProfilePatch};
use shared::domain::session::Client;
use shared::domain::{Timestamp, UserId};
use shared::http::conditional::resource_response;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Json, Preconditions, Problem, Target};
use shared::store::{Retries, user_keys};
use shared::tokens::Credential;
use shared::view::{self, User};
use shared::{Context, Error, Result};

/// Change a user's profile.
///
/// A JSON Merge Patch (RFC 7396): absent keeps, `null` clears, a value sets.
#[utoipa::path(
    patch, path = "/v1/users/{user_id}", tag = "profile",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("If-Match" = Option<String>, Header, description = "Change this version only"),
    ),
    request_body(content = ProfilePatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = User, headers(("ETag" = String))),
        (status = 409, description = "`username_taken`", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`version_mismatch`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn update_user(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    preconditions: Preconditions,
    Json(fields): Json,
) -> Result<Response, Error> {
    let patch = read(fields, context.now());
    let id = target.resolve(&context, Some(&credential)).await?;
    change(&context, (&credential, &client), id, &preconditions, patch).await
}

/// The patch in a body.
pub fn read(mut fields: Fields, now: Timestamp) -> Result<ProfilePatch> {
    let patch = ProfilePatch::read(&mut fields);
    patch.check(&mut fields, now);
    fields.finish(Some(patch))
}

/// Changes a profile that the caller may write, until nobody is faster. What is
/// wrong with the patch is for those to know who may.
pub async fn change(
    context: &Context,
    (credential, client): (&Credential, &Client),
    id: UserId,
    preconditions: &Preconditions,
    patch: Result<ProfilePatch>,
) -> Result<Response> {
    let store = &context.store;
    let mut retries = Retries::default();
    loop {
        let now = context.now();
        let (caller, items) = store.authenticate(credential, now, user_keys(id)).await?;
        let (old, account) = items.user(id)?.ok_or(Error::NotFound)?;
        if !caller.may_access(id) || account.deletion.is_some() {
            return Err(Error::NotFound);
        }
        let patch = match patch {
            Ok(ref patch) => patch.clone(),
            Err(error) => return Err(error),
        };
        let exactly = preconditions.check(old.version)?;
        let fields = patch.apply(old.fields.clone());
        let changed = if fields == old.fields {
            Some(old)
        } else {
            let data = profile_changes(&old.fields, &fields);
            let act = context.act(caller.actor(), id, client, "user.updated", data);
            let new = Profile { fields, updated_at: now, ..old.clone() };
            store.update_profile(&old, &new, exactly, &act).await?
        };
        if let Some(profile) = changed {
            let last_used_at = caller.last_used_at(id);
            let version = profile.version;
            let pictures_url = &context.config.pictures_url;
            let viewer = caller.viewer_of(id, &items)?;
            let user = view::user(profile, &account, viewer, last_used_at, pictures_url);
            return resource_response(version, &user.ok_or(Error::NotFound)?);
        }
        retries.again().await?;
    }
}
