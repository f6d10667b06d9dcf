//! Who may see what of a profile.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::fields::{Field, Fields, Patch, Reason};
use super::text::string;

/// From whom something is kept.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody who is signed in.
    Public,
    /// People the owner is connected with.
    Connections,
    /// The owner alone.
    #[default]
    Private,
}

impl Field for Visibility {
    fn read(value: Value) -> Result<Self, Reason> {
        match string(value)?.as_str() {
            "public" => Ok(Self::Public),
            "connections" => Ok(Self::Connections),
            "private" => Ok(Self::Private),
            _ => Err(Reason::new("invalid_value", "must be public, connections or private")),
        }
    }
}

/// The fields that can be kept closer than the profile itself.
pub const FIELDS: [&str; 17] = [
    "username",
    "display_name",
    "first_name",
    "last_name",
    "bio",
    "location",
    "website",
    "phone",
    "timezone",
    "language",
    "industry",
    "job_title",
    "company",
    "linkedin_url",
    "date_of_birth",
    "gender",
    "picture",
];

/// What stays private in an open profile until its owner says otherwise.
const SENSITIVE: [&str; 3] = ["phone", "date_of_birth", "gender"];

/// The owner's wishes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Privacy {
    pub profile: Visibility,
    /// Per field, where it differs from the profile's.
    pub fields: BTreeMap<String, Visibility>,
}

impl Privacy {
    /// The audience of one field: never wider than the profile's.
    #[must_use]
    pub fn of(&self, field: &str) -> Visibility {
        let wish = self.fields.get(field).copied().unwrap_or(if SENSITIVE.contains(&field) {
            Visibility::Private
        } else {
            Visibility::Public
        });
        wish.max(self.profile)
    }
}

/// A merge patch over [`Privacy`].
#[derive(Clone, Debug, Default, PartialEq, Eq, ToSchema)]
#[schema(as = PrivacyPatch)]
pub struct PrivacyPatch {
    #[schema(value_type = Option<Visibility>)]
    pub profile: Patch<Visibility>,
    #[schema(value_type = Option<BTreeMap<String, Visibility>>)]
    pub fields: Patch<BTreeMap<String, Patch<Visibility>>>,
}

impl PrivacyPatch {
    pub fn read(fields: &mut Fields) -> Self {
        Self {
            profile: fields.patch("profile"),
            fields: fields.object("fields", |fields| {
                let known =
                    fields.names().into_iter().filter(|name| FIELDS.contains(&name.as_str()));
                known.map(|name| (name.clone(), fields.patch(&name))).collect()
            }),
        }
    }

    #[must_use]
    pub(super) fn replacing(self) -> Self {
        let fields = match self.fields {
            Patch::Set(fields) => fields,
            Patch::Keep | Patch::Clear => BTreeMap::new(),
        };
        // Every known field is named, so that none of the old wishes stays.
        let all = FIELDS.iter().map(|name| {
            let wish = fields.get(*name).cloned().unwrap_or(Patch::Clear);
            ((*name).to_owned(), wish)
        });
        Self { profile: self.profile.replacing(), fields: Patch::Set(all.collect()) }
    }

    pub(super) fn apply(self, privacy: &mut Privacy) {
        self.profile.apply_or(&mut privacy.profile, Visibility::default());
        match self.fields {
            Patch::Keep => {}
            Patch::Clear => privacy.fields.clear(),
            Patch::Set(fields) => {
                for (name, wish) in fields {
                    match wish {
                        Patch::Keep => {}
                        Patch::Clear => drop(privacy.fields.remove(&name)),
                        Patch::Set(visibility) => drop(privacy.fields.insert(name, visibility)),
                    }
                }
            }
        }
    }
}
