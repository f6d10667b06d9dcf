//! Exports: what is stored of somebody, or of everybody, as a file to take along.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ExportId, Timestamp, UserId};

/// How long an export is kept.
pub const EXPORT_MEMORY: Duration = Duration::from_hours(7 * 24);

/// How long a link to its file is good.
pub const LINK_LIFETIME: Duration = Duration::from_mins(15);

/// How often making it is tried: as often as Lambda invokes asynchronously.
pub const ATTEMPTS: u32 = 3;

/// What isn't ready by then has died on the way.
const PATIENCE: Duration = Duration::from_hours(1);

/// What is begun by then has the time that a function has to be ready.
const BEGIN_WITHIN: Duration = Duration::from_mins(40);

/// Whose data an export has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// That of the user it belongs to.
    Personal,
    /// Everybody's, for the administrator it belongs to.
    Everybody,
}

/// How far an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ExportStatus)]
pub enum Progress {
    Pending,
    Ready,
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    pub id: ExportId,
    pub user_id: UserId,
    pub scope: Scope,
    pub progress: Progress,
    /// How often its making has been begun.
    #[serde(default)]
    pub attempts: u32,
    /// Bytes of the file, once there is one.
    #[serde(default)]
    pub size: Option<u64>,
    pub created_at: Timestamp,
    /// When file and note go.
    pub expires_at: Timestamp,
}

impl Export {
    #[must_use]
    pub fn new(id: ExportId, user_id: UserId, scope: Scope, now: Timestamp) -> Self {
        Self {
            id,
            user_id,
            scope,
            progress: Progress::Pending,
            attempts: 0,
            size: None,
            created_at: now,
            expires_at: now + EXPORT_MEMORY,
        }
    }

    /// How far it is. Nobody is left to note that it failed where its maker
    /// died, or was never called.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> Progress {
        match self.progress {
            Progress::Pending if now > self.created_at + PATIENCE => Progress::Failed,
            progress => progress,
        }
    }

    /// Whether there is time enough left to make it.
    #[must_use]
    pub fn may_begin(&self, now: Timestamp) -> bool {
        now <= self.created_at + BEGIN_WITHIN
    }

    /// What the file is called where it is saved.
    #[must_use]
    pub fn file_name(&self) -> String {
        let date = self.created_at.date();
        match self.scope {
            Scope::Personal => format!("kith-export-{date}.zip"),
            Scope::Everybody => format!("kith-users-{date}.ndjson.gz"),
        }
    }

    #[must_use]
    pub fn media_type(&self) -> &'static str {
        match self.scope {
            Scope::Personal => "application/zip",
            Scope::Everybody => "application/gzip",
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_nobody_makes_fails_in_time() {
        let asked = Timestamp::from_millis(1_764_000_000_000);
        let ids = (ExportId::from(Uuid::nil()), UserId::from(Uuid::nil()));
        let export = Export::new(ids.0, ids.1, Scope::Personal, asked);
        let hour = Duration::from_hours(1);
        assert_eq!(export.state(asked + hour), Progress::Pending);
        assert_eq!(export.state(asked + hour + Duration::from_millis(1)), Progress::Failed);
        assert!(export.may_begin(asked) && !export.may_begin(asked + hour));
        let ready = Export { progress: Progress::Ready, ..export };
        assert_eq!(ready.state(asked + hour * 24), Progress::Ready);
        assert_eq!(ready.file_name(), "kith-export-2025-11-24.zip");
    }
}
