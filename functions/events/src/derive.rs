//! What a change means, in events.

use serde_json::{Map, Value, json};
use shared::domain::account::Account;
use shared::domain::connection::{Connection, Direction, State};
use shared::domain::preferences::Preferences;
use shared::domain::profile::Profile;
use shared::domain::{Timestamp, UserId};
use shared::store::{Images, What};
use shared::view::PictureView;
use uuid::Uuid;

use crate::record::Record;

/// Event ids are `UUIDv5` (RFC 9562, section 5.5) of record and type in this space.
const NAMESPACE: Uuid = uuid::uuid!("5f0c6c1e-7d57-4a53-9a0b-3c1f8e0f6b52");

/// An event of the domain.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub user: UserId,
    pub kind: &'static str,
    /// As the schema of its kind says.
    pub detail: Map<String, Value>,
    pub at: Timestamp,
}

/// The events of one change, in order.
#[must_use]
pub fn events(record: &Record, pictures_url: &str) -> Vec<Event> {
    let mut events = Events { record, made: Vec::new() };
    match &record.change.what {
        What::Account { images, name } => events.of_account(images, name.as_deref()),
        What::Profile { images, updated_fields } => {
            if let (Some(_), Some(new), false) =
                (&images.old, &images.new, updated_fields.is_empty())
            {
                events.add(
                    "user.updated",
                    new.updated_at,
                    json!({"updated_fields": updated_fields}),
                );
            }
            events.of_picture(images, pictures_url);
        }
        What::Preferences(images) => {
            let old = images.old.clone().unwrap_or_default();
            if let Some(new) = &images.new {
                let updated = differing(&old, new);
                if !updated.is_empty() {
                    events.add(
                        "preferences.updated",
                        record.at,
                        json!({"updated_fields": updated}),
                    );
                }
            }
        }
        What::Session(images) => match (&images.old, &images.new) {
            (None, Some(new)) => {
                let data = json!({"session_id": new.id});
                events.add("session.created", new.created_at, data);
            }
            // A session whose time has come hasn't been revoked by anybody.
            (Some(old), None) if !record.is_expiry => {
                events.add("session.revoked", record.at, json!({"session_id": old.id}));
            }
            _ => {}
        },
        What::Connection(images) => events.of_connection(images),
        // How it went shows in the picture.
        What::Upload(_) | What::Export(_) => {}
    }
    events.made
}

struct Events<'a> {
    record: &'a Record,
    made: Vec<Event>,
}

impl Events<'_> {
    fn of_account(&mut self, images: &Images<Account>, name: Option<&str>) {
        let at = self.record.at;
        match (&images.old, &images.new) {
            (None, Some(new)) => {
                let data = json!({"email": new.email, "name": name});
                self.add("user.created", new.created_at, data);
            }
            (Some(old), Some(new)) => self.of_changed_account(old, new),
            (Some(_), None) => {
                self.add("user.deleted", at, json!({"erased": true, "erase_at": null}));
            }
            (None, None) => {}
        }
    }

    fn of_changed_account(&mut self, old: &Account, new: &Account) {
        let at = self.record.at;
        let changed = [("email", old.email != new.email), ("role", old.role != new.role)];
        let updated: Vec<_> =
            changed.iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
        if !updated.is_empty() {
            self.add("user.updated", at, json!({"updated_fields": updated}));
        }
        if new.is_verified && !old.is_verified {
            self.add("user.email_verified", at, json!({}));
        }
        if new.password_changed_at != old.password_changed_at {
            self.add("user.password_changed", new.password_changed_at.unwrap_or(at), json!({}));
        }
        if new.is_active != old.is_active {
            self.add("user.status_changed", at, json!({"is_active": new.is_active}));
        }
        match (&old.deletion, &new.deletion) {
            (None, Some(deletion)) => {
                let data = json!({"erased": false, "erase_at": deletion.erase_at});
                self.add("user.deleted", deletion.deleted_at, data);
            }
            (Some(_), None) => self.add("user.restored", at, json!({})),
            _ => {}
        }
    }

    fn of_picture(&mut self, images: &Images<Profile>, pictures_url: &str) {
        let (Some(old), Some(new)) = (&images.old, &images.new) else { return };
        if old.picture == new.picture {
            return;
        }
        match &new.picture {
            Some(picture) => {
                let view = PictureView::new(pictures_url, new.id, Some(picture));
                self.add("picture.updated", new.updated_at, json!({"picture": view}));
            }
            None => self.add("picture.deleted", new.updated_at, json!({})),
        }
    }

    /// Of the side of whoever asked: the other one's says the same. Blocks are
    /// nobody's news, only that they end something.
    fn of_connection(&mut self, images: &Images<Connection>) {
        let asked = |side: &Option<Connection>| {
            side.clone().filter(|side| !side.is_block() && side.direction == Direction::Out)
        };
        let at = self.record.at;
        match (asked(&images.old), asked(&images.new)) {
            (None, Some(new)) => {
                let data = json!({"other_id": new.other_id});
                self.add("connection.requested", new.created_at, data);
            }
            (Some(old), Some(new)) if old.state != new.state => {
                let data = json!({"other_id": new.other_id});
                self.add("connection.accepted", new.updated_at, data);
            }
            (Some(old), None) => {
                let was_accepted = old.state == State::Accepted;
                let data = json!({"other_id": old.other_id, "was_accepted": was_accepted});
                self.add("connection.removed", at, data);
            }
            _ => {}
        }
    }

    fn add(&mut self, kind: &'static str, at: Timestamp, data: Value) {
        let user = self.record.change.user;
        let id = Uuid::new_v5(&NAMESPACE, format!("{} {kind}", self.record.id).as_bytes());
        let Value::Object(mut detail) = data else { return };
        detail.insert("event_id".to_owned(), json!(id));
        detail.insert("event_type".to_owned(), json!(kind));
        detail.insert("user_id".to_owned(), json!(user));
        detail.insert("timestamp".to_owned(), json!(at));
        self.made.push(Event { user, kind, detail, at });
    }
}

/// The names of what differs, sorted.
fn differing(old: &Preferences, new: &Preferences) -> Vec<String> {
    let (old, new) = (json!(old), json!(new));
    let names = new.as_object().into_iter().flatten();
    let differing = names.filter(|(name, value)| old[*name] != **value);
    let mut differing: Vec<_> = differing.map(|(name, _)| name.clone()).collect();
    differing.sort();
    differing
}
