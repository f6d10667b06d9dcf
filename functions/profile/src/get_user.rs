//! `GET /v1/users/{user_id}`

use axum::extract::State;
use axum::response::Response;
use shared::domain::privacy::Visibility;
use shared::http::{MaybeCredentials, Preconditions, Problem, Target};
use shared::store::user_keys;
use shared::view::{self, User, Viewer};
use shared::{Context, Error, Result};

/// Read a user.
///
/// Owner and administrators see everything; others what the owner's privacy
/// allows, the rest being `null`. Who may see nothing gets 404.
#[utoipa::path(
    get, path = "/v1/users/{user_id}", tag = "profile",
    security((), ("access_token" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a copy"),
    ),
    responses(
        (status = 200, body = User, headers(("ETag" = String))),
        (status = 304, description = "The copy is current"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn get_user(
    State(context): State<Context>,
    MaybeCredentials(claims): MaybeCredentials,
    target: Target,
    preconditions: Preconditions,
) -> Result<Response, Error> {
    if claims.is_none() && !context.config.allow_public_profiles {
        return Err(Error::AuthenticationRequired);
    }
    let id = target.resolve(&context, claims.as_ref()).await?;
    let (items, viewer, last_used_at) = match &claims {
        Some(claims) => {
            let (caller, items) =
                context.store.authenticate(claims, context.now(), user_keys(id)).await?;
            let own = caller.id() == id;
            let viewer = if own || caller.is_admin() { Viewer::Full } else { Viewer::Member };
            (items, viewer, own.then_some(caller.session.last_used_at))
        }
        None => (context.store.read(user_keys(id)).await?, Viewer::Anonymous, None),
    };
    let (profile, account) = items.user(id)?.ok_or(Error::NotFound)?;
    let wish = profile.fields.privacy.fields.get("username");
    let is_findable = wish.is_none_or(|wish| *wish == Visibility::Public);
    if matches!(target, Target::Username(_)) && viewer != Viewer::Full && !is_findable {
        return Err(Error::NotFound);
    }
    let version = profile.version;
    let user = view::user(profile, &account, viewer, last_used_at).ok_or(Error::NotFound)?;
    preconditions.answer(version, &user)
}
