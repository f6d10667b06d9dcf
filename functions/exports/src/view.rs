//! What clients see of an export.

use axum::response::Response;
use serde::Serialize;
use shared::domain::export::{Export, Progress};
use shared::domain::{ExportId, Timestamp};
use shared::http::Preconditions;
use shared::pictures::Link;
use shared::{Context, Result};
use utoipa::ToSchema;

/// An export. It is known for seven days.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Export)]
pub struct ExportView {
    #[schema(value_type = String, format = "uuid")]
    id: ExportId,
    status: Progress,
    /// Of a ready one: where the file is, for whoever has this link.
    #[schema(format = "uri")]
    url: Option<String>,
    /// When the link ends; reading the export again makes another.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

impl ExportView {
    pub async fn of(context: &Context, export: &Export) -> Result<Self> {
        let now = context.now();
        let status = export.state(now);
        let link = match status {
            Progress::Ready => Some(context.pictures()?.link(export, now).await?),
            Progress::Pending | Progress::Failed => None,
        };
        let (url, expires_at) =
            link.map(|Link { url, expires_at }| (Some(url), Some(expires_at))).unwrap_or_default();
        Ok(Self { id: export.id, status, url, expires_at })
    }

    /// The answer to a read.
    pub fn answer(&self, preconditions: &Preconditions) -> Result<Response> {
        preconditions.answer(if self.status == Progress::Pending { 1 } else { 2 }, self)
    }
}
