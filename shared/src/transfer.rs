//! Users on their way in and out: one line of NDJSON each, which an import
//! reads and a full export writes.
//!
//! What a line doesn't hold can't be moved. Sessions, API keys and one-time
//! tokens are good for this service's keys and addresses only, second factors are
//! encrypted for it, and passkeys are bound to its domain: people sign in again
//! and enrol again. Pictures are objects, for which a line has no room. Activity
//! and the audit log tell of what was done here.

mod extension;
mod json;

use std::collections::{BTreeSet, HashSet};

use serde::Serialize;
use serde_json::Value;

pub use extension::Extension;
pub use json::object;

use crate::domain::account::{Account, Provider, Role};
use crate::domain::email::Email;
use crate::domain::fields::{Field, Fields, Patch, Reason};
use crate::domain::identity::{Identity, Issuer, Subject, well_known_issuer};
use crate::domain::preferences::{Preferences, PreferencesPatch};
use crate::domain::profile::{Profile, ProfileFields, ProfilePatch};
use crate::domain::{Error, ExtensionId, Timestamp, UserId};
use crate::passwords::Hash;

/// Bytes of a line: more than the largest user of this service takes.
pub const MAX_LINE: usize = 2 * 1024 * 1024;

/// So many that one transaction takes them, with all else that a user has.
const MAX_IDENTITIES: usize = 16;
const MAX_ISSUERS: usize = 16;
const MAX_EXTENSIONS: usize = 50;

/// A line. Serialised, it can be read again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct User {
    /// `None`: a new one is made.
    pub id: Option<UserId>,
    pub email: Email,
    /// None: they sign in otherwise, or set a password by mail.
    pub password_hash: Option<Hash>,
    pub is_verified: bool,
    /// See [`Account::verified_at`].
    pub verified_at: Option<Timestamp>,
    /// See [`Account::password_reset_at`].
    pub password_reset_at: Option<Timestamp>,
    pub is_active: bool,
    pub role: Role,
    pub created_at: Timestamp,
    /// By provider.
    pub identities: Vec<Identity>,
    /// Issuers elsewhere whose tokens they sign in with, by what the
    /// configuration calls them. Whom those name is in the id.
    pub issuers: BTreeSet<Provider>,
    #[serde(flatten)]
    pub profile: ProfileFields,
    /// `None`: the defaults.
    pub preferences: Option<Preferences>,
    /// By id.
    pub extensions: Vec<Extension>,
}

impl User {
    /// Reads a line's object. What only the service sets is refused, and so is
    /// what a line doesn't hold.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming every field that is wrong.
    pub fn read(mut fields: Fields, now: Timestamp) -> Result<Self, Error> {
        let id = fields.optional("id");
        let email = fields.required::<Email>("email");
        let password_hash = fields.optional("password_hash");
        let is_verified = fields.optional("is_verified").unwrap_or(false);
        let verified_at = past(&mut fields, "verified_at", now);
        let password_reset_at = past(&mut fields, "password_reset_at", now);
        let is_active = fields.optional("is_active").unwrap_or(true);
        let role = fields.optional("role").unwrap_or(Role::User);
        let created_at = past(&mut fields, "created_at", now).unwrap_or(now);
        let identities = identities(&mut fields, created_at, now);
        let issuers = issuers(&mut fields);
        let preferences = preferences(&mut fields);
        let extensions = extensions(&mut fields, created_at, now);
        // What has been taken out isn't read-only here.
        let patch = ProfilePatch::read(&mut fields);
        patch.check(&mut fields, now);
        let profile = patch.apply(ProfileFields::default());
        fields.finish(email.map(|email| Self {
            id,
            email,
            password_hash,
            is_verified,
            verified_at,
            password_reset_at,
            is_active,
            role,
            created_at,
            identities,
            issuers,
            profile,
            preferences,
            extensions,
        }))
    }

    /// The line of a user who is here.
    #[must_use]
    pub fn of(
        account: Account,
        profile: Profile,
        password_hash: Option<Hash>,
        preferences: Option<Preferences>,
        identities: Vec<Identity>,
        extensions: Vec<Extension>,
    ) -> Self {
        let Account {
            id,
            email,
            role,
            is_active,
            is_verified,
            verified_at,
            created_at,
            providers,
            password_reset_at,
            // Told from when people use the account, here.
            last_login_at: _,
            password_changed_at: _,
            devices: _,
            // Stays, and with it what it says.
            has_second_factor: _,
            // Nobody who is deleted is moved.
            deletion: _,
            version: _,
        } = account;
        let Profile {
            id: _,
            fields: profile,
            picture: _,
            picture_decision: _,
            created_at: _,
            updated_at: _,
            version: _,
        } = profile;
        let known: BTreeSet<&Provider> = identities.iter().map(|one| &one.provider).collect();
        let is_issuer = |way: &Provider| {
            !known.contains(way) && *way != Provider::password() && *way != Provider::passkey()
        };
        let issuers = providers.iter().filter(|way| is_issuer(way)).cloned().collect();
        Self {
            id: Some(id),
            email,
            password_hash,
            is_verified,
            verified_at,
            password_reset_at,
            is_active,
            role,
            created_at,
            identities,
            issuers,
            profile,
            preferences,
            extensions,
        }
    }

    /// The account and the profile that an import makes of it.
    #[must_use]
    pub fn account(&self, id: UserId, now: Timestamp) -> (Account, Profile) {
        let password = self.password_hash.as_ref().map(|_| Provider::password());
        let identities = self.identities.iter().map(|identity| identity.provider.clone());
        let providers = password.into_iter().chain(identities).chain(self.issuers.iter().cloned());
        let account = Account {
            role: self.role,
            is_active: self.is_active,
            is_verified: self.is_verified,
            verified_at: self.verified_at,
            password_reset_at: self.password_reset_at,
            providers: providers.collect(),
            ..Account::new(id, self.email.clone(), self.created_at)
        };
        let profile =
            Profile { created_at: self.created_at, ..Profile::new(id, self.profile.clone(), now) };
        (account, profile)
    }
}

/// A time that isn't after `now`, nor before 1970, where times stop sorting as
/// texts before long.
fn past(fields: &mut Fields, name: &str, now: Timestamp) -> Option<Timestamp> {
    let time: Timestamp = fields.optional(name)?;
    if (Timestamp::from_millis(0)..=now).contains(&time) {
        return Some(time);
    }
    fields.error(name, Reason::new("out_of_range", "must be between 1970 and now"));
    None
}

fn not_unique(message: &str) -> Reason {
    Reason::new("not_unique", message)
}

fn identities(fields: &mut Fields, created_at: Timestamp, now: Timestamp) -> Vec<Identity> {
    let mut providers = BTreeSet::new();
    let mut subjects = HashSet::new();
    let mut identities = fields.objects("identities", MAX_IDENTITIES, |fields| {
        let provider = fields.required::<Provider>("provider");
        let known = provider.as_ref().and_then(well_known_issuer);
        let issuer = match (fields.optional::<Issuer>("issuer"), known) {
            (Some(Issuer(issuer)), _) => Some(issuer),
            (None, Some(issuer)) => Some(issuer.to_owned()),
            (None, None) => {
                if provider.is_some() && !fields.has_error("issuer") {
                    fields.error("issuer", Reason::required());
                }
                None
            }
        };
        let subject = fields.required::<Subject>("subject");
        let email = fields.optional::<Email>("email");
        let linked_at = past(fields, "linked_at", now).unwrap_or(created_at);
        let (provider, issuer, Subject(subject)) = (provider?, issuer?, subject?);
        if !providers.insert(provider.clone()) {
            fields.error("provider", not_unique("is there twice"));
        }
        if !subjects.insert((issuer.clone(), subject.clone())) {
            fields.error("subject", not_unique("is there twice with this issuer"));
        }
        Some(Identity { provider, issuer, subject, email, linked_at })
    });
    identities.sort_by(|one, other| one.provider.cmp(&other.provider));
    identities
}

fn issuers(fields: &mut Fields) -> BTreeSet<Provider> {
    fields.optional("issuers").map(|Issuers(names)| names).unwrap_or_default()
}

/// Names of issuers, none of which is another way to sign in.
struct Issuers(BTreeSet<Provider>);

impl Field for Issuers {
    fn read(value: Value) -> Result<Self, Reason> {
        let Value::Array(entries) = value else {
            return Err(Reason::invalid_type("a list of strings"));
        };
        if entries.len() > MAX_ISSUERS {
            let message = format!("must have at most {MAX_ISSUERS} entries");
            return Err(Reason::new("too_many", message));
        }
        let entries = entries.into_iter().enumerate();
        let names = entries.map(|(index, entry)| {
            let Issuer(name) = Issuer::read(entry)
                .map_err(|r| Reason::new(r.code, format!("entry {index} {}", r.message)))?;
            let provider = Provider::issuer(&name);
            if [Provider::password(), Provider::passkey()].contains(&provider) {
                let message = format!("entry {index} isn't an issuer");
                return Err(Reason::new("invalid_value", message));
            }
            Ok(provider)
        });
        names.collect::<Result<_, _>>().map(Self)
    }
}

fn preferences(fields: &mut Fields) -> Option<Preferences> {
    match fields.object("preferences", PreferencesPatch::read) {
        Patch::Keep | Patch::Clear => None,
        Patch::Set(patch) => match patch.replace() {
            Ok(preferences) => Some(preferences),
            Err((field, reason)) => {
                fields.error(&format!("preferences.{field}"), reason);
                None
            }
        },
    }
}

fn extensions(fields: &mut Fields, created_at: Timestamp, now: Timestamp) -> Vec<Extension> {
    let mut ids = HashSet::<ExtensionId>::new();
    let mut extensions = fields.objects("extensions", MAX_EXTENSIONS, |fields| {
        let extension = Extension::read(fields, created_at, now)?;
        if extension.id.is_some_and(|id| !ids.insert(id)) {
            fields.error("id", not_unique("is there twice"));
        }
        Some(extension)
    });
    extensions.sort_by_key(|extension| extension.id);
    extensions
}

#[cfg(test)]
mod tests;
