//! How administrators find people: by every word of their names, username and
//! address, whatever privacy says, and by what their accounts are. Without
//! typing errors, so that one range of entries has the answer.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::words;
use crate::domain::Timestamp;
use crate::domain::account::{Account, Provider, Role, Status};
use crate::domain::contact::Username;
use crate::domain::email::Email;
use crate::domain::profile::Profile;
use crate::domain::text::Name;

/// Somebody, as administrators find them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryEntry {
    pub status: Status,
    pub role: Role,
    pub created_at: Timestamp,
    pub email: Email,
    pub providers: BTreeSet<Provider>,
    /// Folded.
    pub words: BTreeSet<String>,
}

impl DirectoryEntry {
    #[must_use]
    pub fn of(profile: &Profile, account: &Account) -> Self {
        let fields = &profile.fields;
        let names = [
            fields.first_name.as_ref().map(Name::as_str),
            fields.last_name.as_ref().map(Name::as_str),
            fields.display_name.as_ref().map(Name::as_str),
            fields.username.as_ref().map(Username::as_str),
            Some(account.email.as_str()),
        ];
        let found = words::of_name(names.into_iter().flatten());
        let found = found.iter().flat_map(|word| words::starts(word));
        Self {
            status: Status::of(account),
            role: account.role,
            created_at: account.created_at,
            email: account.email.clone(),
            providers: account.providers.clone(),
            words: found.map(str::to_owned).collect(),
        }
    }

    /// The first of the words that begin so.
    #[must_use]
    pub fn word(&self, beginning: &str) -> Option<&str> {
        let mut words = self.words.iter().filter(|word| word.starts_with(beginning));
        words.next().map(String::as_str)
    }
}

/// What an administrator looks for. All that is said has to fit.
#[derive(Clone, Debug, Default)]
pub struct DirectoryQuery {
    pub status: Option<Status>,
    pub role: Option<Role>,
    pub provider: Option<Provider>,
    pub text: Option<SearchText>,
}

impl DirectoryQuery {
    /// The statuses and roles that fit.
    pub fn kinds(&self) -> impl Iterator<Item = (Status, Role)> {
        let statuses = match self.status {
            Some(status) => vec![status],
            None => vec![Status::Active, Status::Inactive, Status::Deleted],
        };
        let roles = match self.role {
            Some(role) => vec![role],
            None => vec![Role::User, Role::Admin],
        };
        statuses
            .into_iter()
            .flat_map(move |status| roles.clone().into_iter().map(move |role| (status, role)))
    }

    #[must_use]
    pub fn finds(&self, entry: &DirectoryEntry) -> bool {
        self.status.is_none_or(|status| entry.status == status)
            && self.role.is_none_or(|role| entry.role == role)
            && self.provider.as_ref().is_none_or(|provider| entry.providers.contains(provider))
            && self.text.as_ref().is_none_or(|text| text.finds(entry))
    }
}

/// Text to look for: every word has to begin one of somebody's words, and what
/// has an `@`, the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchText {
    /// The longest first: it narrows the most.
    words: Vec<String>,
    /// The same.
    addresses: Vec<String>,
}

impl SearchText {
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let is_address = |token: &&str| token.find('@').is_some_and(|at| at > 0);
        let (addresses, others): (Vec<_>, Vec<_>) = text.split_whitespace().partition(is_address);
        let mut addresses: Vec<_> = addresses.into_iter().map(str::to_lowercase).collect();
        let mut words = words::of_query(&others.join(" "));
        for list in [&mut addresses, &mut words] {
            list.sort_by_key(|text| std::cmp::Reverse(text.chars().count()));
        }
        Self { words, addresses }
    }

    /// The word to look up.
    #[must_use]
    pub fn word(&self) -> Option<&str> {
        self.words.first().map(String::as_str)
    }

    /// The beginning of an address to look up, which narrows more than a word.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.addresses.first().map(String::as_str)
    }

    /// Nothing but punctuation finds nobody.
    fn finds(&self, entry: &DirectoryEntry) -> bool {
        let Self { words, addresses } = self;
        !(words.is_empty() && addresses.is_empty())
            && words.iter().all(|word| entry.word(word).is_some())
            && addresses.iter().all(|address| entry.email.as_str().starts_with(address))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::fields::Fields;
    use crate::domain::profile::{ProfileFields, ProfilePatch};

    fn entry(fields: serde_json::Value, email: &str) -> DirectoryEntry {
        let serde_json::Value::Object(fields) = fields else { panic!("no object") };
        let at = Timestamp::from_millis(0);
        let account = Account::new(uuid::Uuid::nil().into(), Email::parse(email).unwrap(), at);
        let fields = ProfilePatch::read(&mut Fields::new(fields)).apply(ProfileFields::default());
        let profile = Profile::new(account.id, fields, at);
        DirectoryEntry::of(&profile, &account)
    }

    #[test]
    fn people_are_found_by_names_username_and_address() {
        let name = json!({
            "display_name": "Zoë Jean-Pierre", "last_name": "王小明", "username": "zo_jp.7",
            "privacy": {"profile": "private"},
        });
        let zoe = entry(name, "Zoe.J+x@mail.example.org");
        for (text, is_found) in [
            ("zoe", true),
            ("ZOË jeanp", true),
            ("pierre z", true),
            ("小明", true),
            ("zo_jp.7", true),
            ("@zo_jp", true),
            ("example.org", true),
            ("@mail.example", true),
            ("zoe.j+", true),
            ("zoe.j+x@mail", true),
            ("ZOE.J+x@ jean", true),
            ("j+x@mail", false),
            ("zoe.j@", false),
            ("oe", false),
            ("zoe ada", false),
            ("--", false),
            ("@", false),
        ] {
            let query =
                DirectoryQuery { text: Some(SearchText::parse(text)), ..DirectoryQuery::default() };
            assert_eq!(query.finds(&zoe), is_found, "{text}");
        }
    }

    #[test]
    fn filters_have_to_fit_all() {
        let ada = entry(json!({}), "ada@example.com");
        let all = DirectoryQuery::default();
        assert_eq!(all.kinds().count(), 6);
        assert!(all.finds(&ada));
        let inactive = DirectoryQuery { status: Some(Status::Inactive), ..all.clone() };
        assert!(!inactive.finds(&ada));
        assert!(inactive.kinds().all(|(status, _)| status == Status::Inactive));
        let password = DirectoryQuery { provider: Some(Provider::password()), ..all.clone() };
        assert!(password.finds(&ada));
        let admins = DirectoryQuery { role: Some(Role::Admin), ..password };
        assert!(!admins.finds(&ada));
    }
}
