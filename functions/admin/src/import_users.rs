//! `POST /v1/admin/users/import`

mod batch;

use std::time::{Duration, Instant};

use axum::Json as Answer;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use batch::Batch;
use serde::Serialize;
use shared::domain::{FieldError, UserId};
use shared::http::body;
use shared::http::layer::CallingClient;
use shared::http::problem::FieldProblem;
use shared::http::{Credentials, IdempotencyKey, Problem};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

const NDJSON: [&str; 2] = ["application/x-ndjson", "application/ndjson"];

const MAX_BODY: usize = 4 * 1024 * 1024;
const MAX_LINES: usize = 1000;

/// How long lines are begun. The one begun last may take nine seconds more, and
/// the gateway waits for thirty.
const TIME: Duration = Duration::from_secs(18);

/// What became of each line.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportReport {
    /// Users who were made.
    imported: usize,
    rejected: usize,
    /// In the order of the lines, without empty ones.
    results: Vec<LineResult>,
}

/// What became of one line.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineResult {
    /// From 1; empty lines count.
    line: usize,
    status: Status,
    /// Of who was made, or has the address already; `null` where the line was
    /// rejected.
    #[schema(value_type = Option<String>)]
    id: Option<UserId>,
    /// Why the line was rejected. One that was `not_attempted` or met an
    /// `unavailable` database is to be sent again.
    #[schema(value_type = Vec<FieldProblem>)]
    errors: Vec<FieldError>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Status {
    Created,
    /// Somebody has the address, and nothing about them was changed.
    Exists,
    Rejected,
}

/// Import users from elsewhere.
///
/// Newline-delimited JSON, one user a line: up to 1,000 lines in up to 4 MiB.
/// Each line is imported wholly or not at all, whatever becomes of the others,
/// so that a file may be sent again: who is there already is left alone. Lines
/// that the time didn't suffice for are rejected as `not_attempted`.
#[utoipa::path(
    post, path = "/v1/admin/users/import", tag = "admin",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "For sending it again, within a day, without its being done twice"),
    ),
    request_body(
        content = String, content_type = "application/x-ndjson",
        example = json!("{\"email\": \"ada@example.com\", \"is_verified\": true, \"display_name\": \"Ada\"}\n"),
    ),
    responses(
        (status = 200, body = ImportReport),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "`payload_too_large`", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`: `too_many` lines", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn import_users(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    key: IdempotencyKey,
    request: Request,
) -> Result<Response, Error> {
    let (until, now) = (Instant::now() + TIME, context.now());
    let (caller, _) = context.store.authenticate(&credential, now, []).await?;
    if !caller.is_admin() {
        return Err(Error::Forbidden("Only administrators may import users."));
    }
    body::check_type(&request, &NDJSON, "application/x-ndjson, in UTF-8 and not encoded")?;
    let body = body::read(request, MAX_BODY).await?;
    let call = key.of(&context, Some(caller.id()), &body).await?;
    let lines = lines(&body)?;
    if let Some(answer) = call.claim(&context).await? {
        return Ok(answer);
    }
    let batch = Batch { context: &context, actor: caller.actor(), client: &client, now, until };
    let results = batch.run(lines).await;
    let count = |status| results.iter().filter(|result| result.status == status).count();
    let (imported, rejected) = (count(Status::Created), count(Status::Rejected));
    let report = Answer(ImportReport { imported, rejected, results });
    call.keep(&context, report.into_response()).await
}

/// The lines with their numbers, without empty ones.
fn lines(body: &[u8]) -> Result<Vec<(usize, &[u8])>> {
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    // Before they are gathered: a body of line ends only would be millions.
    if body.split(|byte| *byte == b'\n').nth(MAX_LINES).is_some() {
        let message = format!("must have at most {MAX_LINES} lines");
        return Err(Error::field("", "too_many", message));
    }
    let lines = body.split(|byte| *byte == b'\n').zip(1..);
    let lines = lines.map(|(line, number)| (number, line.trim_ascii()));
    Ok(lines.filter(|(_, line)| !line.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_with_empty_ones_and_given_without() {
        let found = lines(b"a\r\n\n  \nb").unwrap();
        assert_eq!(found, [(1, &b"a"[..]), (4, &b"b"[..])]);
        assert!(lines(b"").unwrap().is_empty());
        assert_eq!(lines("a\n".repeat(MAX_LINES).as_bytes()).unwrap().len(), MAX_LINES);
        assert!(lines("\n".repeat(MAX_LINES + 1).as_bytes()).is_err());
        assert!(lines(format!("{}a", "a\n".repeat(MAX_LINES)).as_bytes()).is_err());
    }
}
