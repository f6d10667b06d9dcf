//! `PUT /v1/users/{user_id}/connections/{other_id}`

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use shared::domain::account::Account;
use shared::domain::connection::{Connection, Pair, State as ConnectionState};
use shared::domain::privacy::Visibility;
use shared::domain::profile::Profile;
use shared::http::conditional::resource_response;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Preconditions, Problem, Target};
use shared::store::{Along, Retries};
use shared::view::Viewer;
use shared::{Context, Error, Result};

use super::{ConnectionView, Two, acts, two};

/// Ask somebody to connect, or accept what they have asked.
///
/// The one who is asked sees the card of the one who asks (id, display name and
/// picture, as far as `privacy.fields` leaves them open), even of a private
/// profile. Asked again, it answers the same.
#[utoipa::path(
    put, path = "/v1/users/{user_id}/connections/{other_id}", tag = "connections",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "Who asks: an id, `me`, or `@` and a username"),
        ("other_id" = String, Path, description = "The id of the other one"),
        ("If-Match" = Option<String>, Header, description = "Accept this version only"),
    ),
    responses(
        (status = 200, body = ConnectionView, headers(("ETag" = String))),
        (status = 201, body = ConnectionView, description = "A new request", headers(("ETag" = String))),
        (status = 404, description = "`not_found`: there is nobody, or nobody who may be asked", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`blocked`, `connection_limit`", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`version_mismatch`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`: nobody connects with themself", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn request_connection(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    Path(path): Path<HashMap<String, String>>,
    preconditions: Preconditions,
) -> Result<Response, Error> {
    let mut retries = Retries::default();
    loop {
        let Two { caller, pair, other } = two(&context, &credential, &target, &path).await?;
        if pair.user == pair.other {
            return Err(Error::field("other_id", "invalid_value", "must be somebody else's"));
        }
        match pair.connection() {
            Some(own) => drop(preconditions.check(own.version)?),
            None => preconditions.check_absent()?,
        }
        let new = pair.ask(context.now())?;
        let other = other.filter(|(_, account)| account.is_usable()).ok_or(Error::NotFound)?;
        let Some(new) = new else { return answer(&context, &pair, other, StatusCode::OK) };
        let is_accepted = new.own.as_ref().is_some_and(is_accepted);
        if !is_accepted && other.0.fields.privacy.profile == Visibility::Private {
            return Err(Error::NotFound);
        }
        let (kind, asked, status) = if is_accepted {
            ("connection.accepted", None, StatusCode::OK)
        } else {
            ("connection.requested", Some(&other.0), StatusCode::CREATED)
        };
        let acts = acts(&context, &caller, &client, kind, &new);
        if context.store.change_connection(&pair, &new, asked, Along::acts(&acts)).await? {
            return answer(&context, &new, other, status);
        }
        retries.again().await?;
    }
}

fn is_accepted(connection: &Connection) -> bool {
    connection.state == ConnectionState::Accepted
}

fn answer(
    context: &Context,
    pair: &Pair,
    other: (Profile, Account),
    status: StatusCode,
) -> Result<Response> {
    let own = pair.connection().ok_or(Error::NotFound)?;
    let viewer = Viewer::of(pair.theirs.as_ref());
    let view = ConnectionView::new(context, own, viewer, other).ok_or(Error::NotFound)?;
    let mut response = resource_response(own.version, &view)?;
    *response.status_mut() = status;
    Ok(response)
}
