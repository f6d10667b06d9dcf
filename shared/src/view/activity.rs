//! What there is to see of what was done to somebody's data.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::domain::activity::Activity;
use crate::domain::{ActId, Timestamp};

/// One thing that was done to a user's data.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Activity)]
pub struct ActivityView {
    #[schema(value_type = String, format = "uuid")]
    id: ActId,
    /// As events call it, where there is one.
    #[serde(rename = "type")]
    #[schema(example = "user.updated")]
    kind: String,
    /// More of it, by type; `by`, where it wasn't the user: `administrator`,
    /// `service` or `system`.
    #[schema(value_type = Object)]
    data: Map<String, Value>,
    /// Of what the user did.
    ip_address: Option<String>,
    user_agent: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<Activity> for ActivityView {
    fn from(activity: Activity) -> Self {
        let Activity { id, user_id: _, kind, data, ip_address, user_agent, created_at, .. } =
            activity;
        Self { id, kind, data, ip_address, user_agent, created_at }
    }
}
