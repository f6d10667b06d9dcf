//! What is done to somebody's data: whoever it belongs to sees it in their
//! activity, and what others do is audited.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::preferences::Preferences;
use super::profile::ProfileFields;
use super::session::Client;
use super::{ActId, ApiKeyId, Timestamp, UserId};

/// How long the audit log is kept.
pub const AUDIT_RETENTION: Duration = Duration::from_hours(400 * 24);

/// Fields of a profile whose values a change tells. The others may be nobody
/// else's business (an address, a birthday), or are long, and would be kept here
/// when their owner has taken them back.
const TOLD: [&str; 7] =
    ["username", "display_name", "first_name", "last_name", "industry", "timezone", "language"];

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Actor {
    /// Somebody in person.
    User { id: UserId },
    /// A program, by a key of its owner.
    ApiKey { id: ApiKeyId, owner: UserId },
    /// The service itself, when a time has come.
    System,
}

impl Actor {
    /// Who it is, or whose key; `None` of the service.
    #[must_use]
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::User { id } | Self::ApiKey { owner: id, .. } => Some(id),
            Self::System => None,
        }
    }

    /// Whether it is this user, or a key of theirs.
    #[must_use]
    pub fn is(self, user: UserId) -> bool {
        self.user() == Some(user)
    }

    /// What users are told of somebody else.
    fn role(self) -> &'static str {
        match self {
            Self::User { .. } => "administrator",
            Self::ApiKey { .. } => "service",
            Self::System => "system",
        }
    }
}

/// One thing that is done to a user's data.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    pub id: ActId,
    /// Whose data it is.
    pub user_id: UserId,
    pub actor: Actor,
    /// What is done, as events call it: `user.updated`.
    pub kind: &'static str,
    /// More of it, by kind. No secrets.
    pub data: Map<String, Value>,
    /// Why, where somebody says so.
    pub reason: Option<String>,
    pub client: Client,
    pub at: Timestamp,
    /// How long the user's activity shows it.
    pub retention: Duration,
    /// Audited though it may be the actor's own data.
    pub is_administrative: bool,
    /// The other user's part of what two users have to do with each other:
    /// nobody intrudes there, so it isn't audited.
    pub is_shared: bool,
}

impl Act {
    /// As administrators do it: audited whoever it concerns.
    #[must_use]
    pub fn as_administrator(self, reason: Option<String>) -> Self {
        Self { is_administrative: true, reason, ..self }
    }

    /// The same for the other user whom it concerns, with what it is to them.
    #[must_use]
    pub fn shared_with(&self, other: UserId, data: Map<String, Value>) -> Self {
        Self { user_id: other, data, is_shared: true, ..self.clone() }
    }

    /// What the user's activity shows. Where others are isn't for the user.
    #[must_use]
    pub fn activity(&self) -> Activity {
        let is_own = self.actor.is(self.user_id);
        let mut data = self.data.clone();
        if !is_own && !self.is_shared {
            data.insert("by".to_owned(), Value::from(self.actor.role()));
        }
        let client = if is_own { self.client.clone() } else { Client::default() };
        Activity {
            id: self.id,
            user_id: self.user_id,
            kind: self.kind.to_owned(),
            data,
            ip_address: client.ip_address,
            user_agent: client.user_agent,
            created_at: self.at,
            expires_at: self.at + self.retention,
        }
    }

    /// What the audit log holds; `None` of what users do to their own data, or
    /// with each other.
    #[must_use]
    pub fn audit(&self) -> Option<AuditEntry> {
        let is_audited =
            !self.is_shared && (self.is_administrative || !self.actor.is(self.user_id));
        is_audited.then(|| AuditEntry {
            id: self.id,
            actor: self.actor,
            action: self.kind.to_owned(),
            target_id: Some(self.user_id),
            reason: self.reason.clone(),
            changes: without_values(self.data.clone()),
            ip_address: self.client.ip_address.clone(),
            created_at: self.at,
        })
    }
}

/// What the log keeps: it outlives its users, whose names are erased with them.
fn without_values(mut data: Map<String, Value>) -> Map<String, Value> {
    if let Some(Value::Object(changes)) = data.get_mut("changes") {
        for (name, change) in changes {
            if TOLD.contains(&name.as_str()) {
                *change = json!({});
            }
        }
    }
    data
}

/// What is told of a change of a profile: the fields that differ, and of some
/// their values.
#[must_use]
pub fn profile_changes(old: &ProfileFields, new: &ProfileFields) -> Value {
    json!({"changes": changes(&json!(old), &json!(new), &TOLD)})
}

/// What is told of a change of preferences: the names of what differs.
#[must_use]
pub fn preferences_changes(old: &Preferences, new: &Preferences) -> Value {
    json!({"changes": changes(&json!(old), &json!(new), &[])})
}

fn changes(old: &Value, new: &Value, told: &[&str]) -> Map<String, Value> {
    let names = new.as_object().into_iter().flatten().map(|(name, _)| name);
    let differing = names.filter(|name| old[*name] != new[*name]);
    let change = |name: &String| {
        if told.contains(&name.as_str()) {
            json!({"old": old[name], "new": new[name]})
        } else {
            json!({})
        }
    };
    differing.map(|name| (name.clone(), change(name))).collect()
}

/// An entry of a user's activity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    pub id: ActId,
    pub user_id: UserId,
    #[serde(rename = "type")]
    pub kind: String,
    pub data: Map<String, Value>,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// An entry of the audit log. Of personal data it has what its actor wrote as
/// the reason, and where they were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    pub id: ActId,
    pub actor: Actor,
    pub action: String,
    /// Who it was done to, where it was one user.
    pub target_id: Option<UserId>,
    pub reason: Option<String>,
    pub changes: Map<String, Value>,
    pub ip_address: Option<String>,
    pub created_at: Timestamp,
}

impl AuditEntry {
    /// That a user has been erased, and nothing of them.
    #[must_use]
    pub fn erasure(id: ActId, actor: Actor, user: UserId, now: Timestamp) -> Self {
        Self {
            id,
            actor,
            action: "user.erased".to_owned(),
            target_id: Some(user),
            reason: None,
            changes: Map::new(),
            ip_address: None,
            created_at: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn act(actor: Actor, user_id: UserId) -> Act {
        let fields = |name: &str, phone: &str| -> ProfileFields {
            serde_json::from_value(json!({"display_name": name, "phone": phone, "bio": "b"}))
                .unwrap()
        };
        let (old, new) = (fields("Ada", "+442079460123"), fields("Ada L.", "+442079460124"));
        let Value::Object(data) = profile_changes(&old, &new) else { unreachable!() };
        Act {
            id: Uuid::from_u128(7).into(),
            user_id,
            actor,
            kind: "user.updated",
            data,
            reason: None,
            client: Client {
                ip_address: Some("203.0.113.9".to_owned()),
                user_agent: Some("curl".to_owned()),
                device_name: None,
            },
            at: Timestamp::from_millis(1_000),
            retention: Duration::from_mins(1),
            is_administrative: false,
            is_shared: false,
        }
    }

    #[test]
    fn ones_own_acts_show_where_they_came_from_and_are_not_audited() {
        let ada = UserId::from(Uuid::from_u128(1));
        let key = Actor::ApiKey { id: Uuid::from_u128(2).into(), owner: ada };
        for actor in [Actor::User { id: ada }, key] {
            let act = act(actor, ada);
            assert_eq!(act.audit(), None);
            let activity = act.activity();
            assert_eq!(activity.ip_address.as_deref(), Some("203.0.113.9"));
            assert_eq!(activity.user_agent.as_deref(), Some("curl"));
            assert_eq!(activity.expires_at, Timestamp::from_millis(61_000));
            let name = json!({"old": "Ada", "new": "Ada L."});
            let told = json!({"changes": {"display_name": name, "phone": {}}});
            assert_eq!(Value::Object(activity.data), told);
        }
    }

    #[test]
    fn what_others_do_is_audited_and_shows_neither_them_nor_in_the_log_its_values() {
        let (ada, eve) = (UserId::from(Uuid::from_u128(1)), UserId::from(Uuid::from_u128(3)));
        let key = Actor::ApiKey { id: Uuid::from_u128(2).into(), owner: eve };
        let others = [
            (Actor::User { id: eve }, "administrator"),
            (key, "service"),
            (Actor::System, "system"),
        ];
        for (actor, by) in others {
            let act = act(actor, ada);
            let activity = act.activity();
            assert_eq!((activity.ip_address, activity.user_agent), (None, None));
            assert_eq!(activity.data["by"], by);
            let entry = act.audit().unwrap();
            assert_eq!((entry.actor, entry.target_id), (actor, Some(ada)));
            assert_eq!(entry.ip_address.as_deref(), Some("203.0.113.9"));
            let names = json!({"changes": {"display_name": {}, "phone": {}}});
            assert_eq!(Value::Object(entry.changes), names);
        }
    }

    #[test]
    fn what_administrators_do_as_such_is_audited_though_it_is_their_own() {
        let ada = UserId::from(Uuid::from_u128(1));
        let act = act(Actor::User { id: ada }, ada).as_administrator(Some("why".to_owned()));
        assert_eq!(act.audit().unwrap().reason.as_deref(), Some("why"));
        assert!(!act.activity().data.contains_key("by"));
    }

    #[test]
    fn of_preferences_only_names_are_told() {
        let old = Preferences::default();
        let custom = json!({"token": "hidden"}).as_object().cloned().unwrap();
        let new = Preferences { custom, ..old.clone() };
        assert_eq!(preferences_changes(&old, &new), json!({"changes": {"custom": {}}}));
    }
}
