//! What there is to see of a session.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::device::device;
use crate::domain::session::{Client, Session};
use crate::domain::{SessionId, Timestamp};

/// A sign-in on one device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    #[schema(value_type = String, format = "uuid")]
    id: SessionId,
    /// The one that asks.
    current: bool,
    /// As the client named it.
    device_name: Option<String>,
    /// `desktop`, `mobile` or `tablet`.
    device_type: Option<&'static str>,
    os: Option<&'static str>,
    browser: Option<&'static str>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The sign-in or the last refresh.
    #[schema(value_type = String, format = DateTime)]
    last_used_at: Timestamp,
    /// Unless it is refreshed before.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl SessionView {
    /// The view of a session, for whoever comes by the `current` one.
    #[must_use]
    pub fn new(session: Session, current: Option<SessionId>) -> Self {
        let expires_at = session.expiry();
        let Session { id, client, created_at, last_used_at, .. } = session;
        let Client { device_name, user_agent, ip_address } = client;
        let device = device(user_agent.as_deref().unwrap_or_default());
        Self {
            id,
            current: Some(id) == current,
            device_name: device_name.map(|name| name.to_string()),
            device_type: device.kind,
            os: device.os,
            browser: device.browser,
            ip_address,
            user_agent,
            created_at,
            last_used_at,
            expires_at,
        }
    }
}
