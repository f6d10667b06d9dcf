//! Extensions of a profile, as a line has them.

use serde::Serialize;

use super::past;
use crate::domain::extension::ExtensionContent;
use crate::domain::fields::Fields;
use crate::domain::{ExtensionId, Timestamp};

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Extension {
    /// `None`: a new one is made.
    pub id: Option<ExtensionId>,
    #[serde(flatten)]
    pub content: ExtensionContent,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Extension {
    pub(super) fn read(fields: &mut Fields, made_at: Timestamp, now: Timestamp) -> Option<Self> {
        let id = fields.optional("id");
        let created_at = past(fields, "created_at", now).unwrap_or(made_at);
        let updated_at = past(fields, "updated_at", now).unwrap_or(created_at);
        let content = ExtensionContent::take(fields)?;
        Some(Self { id, content, created_at, updated_at })
    }
}
