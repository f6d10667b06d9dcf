//! `GET /v1/admin/users/{user_id}`

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use shared::domain::SessionId;
use shared::domain::preferences::Preferences;
use shared::http::{Credentials, Preconditions, Problem, Target};
use shared::store::{Dossier, Person};
use shared::view::{ActivityView, IdentityView, SessionView};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::view::AdministeredUser;

/// Entries of the activity that are shown.
const RECENT: usize = 20;

/// A user with what belongs to them.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdministeredUserDetail {
    #[serde(flatten)]
    user: AdministeredUser,
    preferences: Preferences,
    /// Newest first.
    sessions: Vec<SessionView>,
    identities: Vec<IdentityView>,
    /// The last 20, newest first.
    activity: Vec<ActivityView>,
}

/// Read a user with what belongs to them, deleted ones too.
#[utoipa::path(
    get, path = "/v1/admin/users/{user_id}", tag = "admin",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a copy"),
    ),
    responses(
        (status = 200, body = AdministeredUserDetail, headers(("ETag" = String))),
        (status = 304, description = "The copy is current"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn get_user(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    target: Result<Target, Error>,
    preconditions: Preconditions,
) -> Result<Response, Error> {
    let (_, id) = crate::about(&context, &credential, target).await?;
    // Large: three reads at once.
    let dossier = Box::pin(context.store.dossier(id, RECENT, context.now())).await?;
    let dossier = dossier.ok_or(Error::NotFound)?;
    let version = dossier.person.account.version;
    let pictures_url = &context.config.pictures_url;
    preconditions.answer(version, &detail(dossier, credential.session_id(), pictures_url)?)
}

fn detail(
    dossier: Dossier,
    current: Option<SessionId>,
    pictures_url: &str,
) -> Result<AdministeredUserDetail> {
    let Dossier { person, preferences, identities, activity } = dossier;
    let Person { account, profile, mut sessions } = person;
    // An id is the time of the sign-in.
    sessions.sort_unstable_by_key(|session| std::cmp::Reverse(session.id));
    let sessions = sessions.into_iter().map(|session| SessionView::new(session, current));
    Ok(AdministeredUserDetail {
        user: AdministeredUser::new(profile, &account, pictures_url)?,
        preferences: preferences.preferences,
        sessions: sessions.collect(),
        identities: identities.into_iter().map(IdentityView::from).collect(),
        activity: activity.into_iter().map(ActivityView::from).collect(),
    })
}
