//! Every kind of item that belongs to a user, and what an export shows of it.
//!
//! A kind that isn't here fails the export: nobody has decided on it. What
//! isn't shown says why.

use serde_json::Value;
use shared::store::{Belonging, LAST_EXPORTS};
use shared::{Error, Result};

/// One kind of item.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// As items name it.
    pub entity: &'static str,
    pub shown: Shown,
}

/// Where a kind of item shows.
#[derive(Clone, Copy, Debug)]
pub enum Shown {
    /// One file with the one item there is.
    One(File),
    /// One file with a list of them.
    List(File),
    /// Nowhere.
    LeftOut { because: &'static str },
}

#[derive(Clone, Copy, Debug)]
pub struct File {
    pub name: &'static str,
    /// What is in it, as the archive itself says.
    pub about: &'static str,
    pub attributes: Attributes,
}

/// What of an item shows.
#[derive(Clone, Copy, Debug)]
pub enum Attributes {
    /// All but these.
    AllBut(&'static [&'static str]),
    /// These alone: it also holds secrets.
    Only(&'static [&'static str]),
}

use Attributes::{AllBut, Only};

/// An act that is filed in a moment, if it isn't yet.
const CARRIED: [&str; 1] = ["activity"];

/// Of every kind there is in a user's partition.
pub const KINDS: [Kind; 15] = [
    one("account", "account.json", "how you sign in, and since when", AllBut(&LAST_EXPORTS)),
    one(
        "profile",
        "profile.json",
        "what you say of yourself, and who may see it",
        AllBut(&CARRIED),
    ),
    one("preferences", "preferences.json", "how you like applications to be", AllBut(&CARRIED)),
    list(
        "session",
        "sessions.json",
        "where you are signed in",
        Only(&[
            "id",
            "user_id",
            "email",
            "name",
            "role",
            "client",
            "amr",
            "auth_time",
            "created_at",
            "last_used_at",
            "expires_at",
            "ends_at",
        ]),
    ),
    list("activity", "activity.json", "what was done to your data, and by whom", AllBut(&[])),
    list("connection", "connections.json", "how you stand to other users", AllBut(&[])),
    list("extension", "extensions.json", "what applications keep with your profile", AllBut(&[])),
    list("identity", "identities.json", "who you are at identity providers", AllBut(&[])),
    list(
        "passkey",
        "passkeys.json",
        "your passkeys, without the keys",
        Only(&[
            "id",
            "user_id",
            "name",
            "transports",
            "is_backed_up",
            "created_at",
            "last_used_at",
        ]),
    ),
    list(
        "api_key",
        "api_keys.json",
        "your API keys, without the keys",
        Only(&["id", "name", "scopes", "prefix", "created_at", "expires_at", "last_used_at"]),
    ),
    list(
        "factor",
        "factors.json",
        "your second factor, without its secret",
        Only(&["expires_at", "confirmed_at"]),
    ),
    list(
        "upload",
        "uploads.json",
        "pictures that you have uploaded lately",
        // Not who else has done it, and from where.
        Only(&[
            "id",
            "user_id",
            "source",
            "url",
            "progress",
            "failure",
            "length",
            "created_at",
            "started_at",
            "attempts",
        ]),
    ),
    list("export", "exports.json", "exports that were asked for lately", AllBut(&[])),
    left_out("one_time_token", "it is a secret that a mail has brought you, for minutes"),
    left_out("sign_in_code", "it is a secret between two steps of a sign-in, for a minute"),
];

const fn one(
    entity: &'static str,
    name: &'static str,
    about: &'static str,
    attributes: Attributes,
) -> Kind {
    Kind { entity, shown: Shown::One(File { name, about, attributes }) }
}

const fn list(
    entity: &'static str,
    name: &'static str,
    about: &'static str,
    attributes: Attributes,
) -> Kind {
    Kind { entity, shown: Shown::List(File { name, about, attributes }) }
}

const fn left_out(entity: &'static str, because: &'static str) -> Kind {
    Kind { entity, shown: Shown::LeftOut { because } }
}

impl Shown {
    /// What was decided on this item's kind.
    ///
    /// # Errors
    /// [`Error::Internal`] where nobody has.
    pub fn of(item: &Belonging) -> Result<Self> {
        let entity = item.kind()?;
        if entity == "connection" && is_block_by_other(item) {
            return Ok(Self::LeftOut { because: "whom somebody blocks is not to be told" });
        }
        let kind = KINDS.iter().find(|kind| kind.entity == entity);
        let unknown = || Error::internal(format!("no export knows of the kind {entity:?}"));
        kind.map(|kind| kind.shown).ok_or_else(unknown)
    }
}

/// Both sides know of a block; the one who is blocked has the other's secret.
fn is_block_by_other(item: &Belonging) -> bool {
    item.text("state") == Some("blocked") && item.text("direction") == Some("in")
}

impl File {
    /// What shows of an item.
    ///
    /// # Errors
    /// [`Error::Internal`] where it has no form in JSON.
    pub fn json(&self, item: &Belonging) -> Result<Value> {
        item.json(|name| match self.attributes {
            AllBut(hidden) => !hidden.contains(&name),
            Only(shown) => shown.contains(&name),
        })
    }
}
