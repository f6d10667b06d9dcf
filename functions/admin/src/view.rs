//! What administrators see of users.

use std::collections::BTreeSet;

use serde::Serialize;
use shared::domain::account::{Account, Deletion, Provider, Status};
use shared::domain::profile::Profile;
use shared::domain::{Error, Result, Timestamp};
use shared::view::{User, Viewer};
use utoipa::ToSchema;

/// A user as administrators see them: all of it, though they may be deleted.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdministeredUser {
    #[serde(flatten)]
    user: User,
    status: Status,
    /// How they can sign in.
    #[schema(value_type = Vec<String>, example = json!(["password", "google"]))]
    providers: BTreeSet<Provider>,
    /// Within the grace of a deletion.
    deletion: Option<DeletionView>,
    has_second_factor: bool,
}

/// A deletion that can be taken back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdministeredDeletion)]
struct DeletionView {
    #[schema(value_type = String, format = DateTime)]
    deleted_at: Timestamp,
    /// When the data goes for good.
    #[schema(value_type = String, format = DateTime)]
    erase_at: Timestamp,
}

impl AdministeredUser {
    pub fn new(profile: Profile, account: &Account, pictures_url: &str) -> Result<Self> {
        // As the owner would see it again if they took a deletion back.
        let restored = Account { deletion: None, ..account.clone() };
        let user = shared::view::user(profile, &restored, Viewer::Admin, None, pictures_url);
        let deletion = |Deletion { deleted_at, erase_at }| DeletionView { deleted_at, erase_at };
        Ok(Self {
            user: user.ok_or_else(|| Error::internal("administrators don't see everybody"))?,
            status: Status::of(account),
            providers: account.providers.clone(),
            deletion: account.deletion.map(deletion),
            has_second_factor: account.has_second_factor,
        })
    }
}
