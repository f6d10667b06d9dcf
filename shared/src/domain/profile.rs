//! The profile: what somebody says of themselves.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::contact::{LinkedInUrl, Phone, Username, Website};
use super::fields::{Fields, Patch, Reason};
use super::locale::{Date, Language, Timezone};
use super::picture::Picture;
use super::privacy::{Privacy, PrivacyPatch};
use super::text::{Line, Name, Prose};
use super::{Timestamp, UploadId, UserId};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub id: UserId,
    #[serde(flatten)]
    pub fields: ProfileFields,
    /// The one that was uploaded or taken over, if any.
    #[serde(default)]
    pub picture: Option<Picture>,
    /// The latest decision on the picture, a removal too: an upload that was
    /// begun before it comes too late.
    #[serde(default)]
    pub picture_decision: Option<UploadId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Grows with every change.
    pub version: u64,
}

impl Profile {
    /// A profile as it is made.
    #[must_use]
    pub fn new(id: UserId, fields: ProfileFields, now: Timestamp) -> Self {
        let (picture, picture_decision) = (None, None);
        let (created_at, updated_at) = (now, now);
        Self { id, fields, picture, picture_decision, created_at, updated_at, version: 1 }
    }

    /// Grows with every decision on the picture; 0 before the first.
    #[must_use]
    pub fn picture_version(&self) -> u64 {
        self.picture_decision.map_or(0, |decision| decision.sequence())
    }
}

/// Names of a user resource that only the service sets.
pub const READ_ONLY: [&str; 12] = [
    "id",
    "email",
    "full_name",
    "picture",
    "profile_completion",
    "role",
    "is_active",
    "is_verified",
    "created_at",
    "updated_at",
    "last_login_at",
    "last_activity_at",
];

/// The one list of what people write into their profile: the values, the merge
/// patch over them and how it is read all follow from it.
macro_rules! profile_fields {
    ($($(#[$schema:meta])* $name:ident: $type:ty,)*) => {
        /// The writable values.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        pub struct ProfileFields {
            $(#[serde(default)] pub $name: Option<$type>,)*
            #[serde(default)]
            pub privacy: Privacy,
        }

        /// A merge patch over the writable values. Absent keeps, `null` clears.
        #[derive(Clone, Debug, Default, PartialEq, ToSchema)]
        #[schema(as = ProfileFields)]
        pub struct ProfilePatch {
            $($(#[$schema])* pub $name: Patch<$type>,)*
            /// Who sees the profile and its fields.
            #[schema(value_type = Option<PrivacyPatch>)]
            pub privacy: Patch<PrivacyPatch>,
        }

        impl ProfilePatch {
            /// Reads the writable fields; read-only ones are named as such.
            pub fn read(fields: &mut Fields) -> Self {
                fields.read_only(&READ_ONLY);
                Self {
                    $($name: fields.patch(stringify!($name)),)*
                    privacy: fields.object("privacy", PrivacyPatch::read),
                }
            }

            /// The same under `PUT`: what isn't sent is cleared.
            #[must_use]
            pub fn replacing(self) -> Self {
                Self {
                    $($name: self.$name.replacing(),)*
                    privacy: match self.privacy {
                        Patch::Set(patch) => Patch::Set(patch.replacing()),
                        _ => Patch::Clear,
                    },
                }
            }

            /// The values after the patch.
            #[must_use]
            pub fn apply(self, mut values: ProfileFields) -> ProfileFields {
                $(self.$name.apply(&mut values.$name);)*
                match self.privacy {
                    Patch::Keep => {}
                    Patch::Clear => values.privacy = Privacy::default(),
                    Patch::Set(patch) => patch.apply(&mut values.privacy),
                }
                values
            }
        }
    };
}

profile_fields! {
    /// Unique handle: `a-z 0-9 _ .`, upper case folded.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 30, example = "ada.lovelace")]
    username: Username,
    #[schema(value_type = Option<String>, max_length = 100, example = "Ada Lovelace")]
    display_name: Name<100>,
    #[schema(value_type = Option<String>, max_length = 50, example = "Ada")]
    first_name: Name<50>,
    #[schema(value_type = Option<String>, max_length = 50, example = "Lovelace")]
    last_name: Name<50>,
    #[schema(value_type = Option<String>, max_length = 2000)]
    bio: Prose<2000>,
    #[schema(value_type = Option<String>, max_length = 100, example = "London")]
    location: Line<100>,
    /// An `http` or `https` URL.
    #[schema(value_type = Option<String>, max_length = 255, format = "uri", example = "https://example.com")]
    website: Website,
    /// E.164.
    #[schema(value_type = Option<String>, example = "+442079460123")]
    phone: Phone,
    /// IANA name.
    #[schema(value_type = Option<String>, example = "Europe/London")]
    timezone: Timezone,
    /// BCP 47.
    #[schema(value_type = Option<String>, example = "en-GB")]
    language: Language,
    #[schema(value_type = Option<String>, max_length = 100)]
    industry: Line<100>,
    #[schema(value_type = Option<String>, max_length = 255)]
    job_title: Line<255>,
    #[schema(value_type = Option<String>, max_length = 255)]
    company: Line<255>,
    /// A URL on linkedin.com.
    #[schema(value_type = Option<String>, max_length = 500, format = "uri")]
    linkedin_url: LinkedInUrl,
    /// A day in the past.
    #[schema(value_type = Option<String>, format = Date, example = "1990-12-31")]
    date_of_birth: Date,
    #[schema(value_type = Option<String>, max_length = 20)]
    gender: Line<20>,
}

impl ProfilePatch {
    /// The rules that need to know the time.
    pub fn check(&self, fields: &mut Fields, now: Timestamp) {
        if let Patch::Set(date) = &self.date_of_birth
            && !date.is_before(now)
        {
            fields.error("date_of_birth", Reason::new("out_of_range", "must be in the past"));
        }
    }
}

impl ProfileFields {
    /// First and last name, as far as they are known.
    #[must_use]
    pub fn full_name(&self) -> Option<String> {
        full_name(self.first_name.as_ref(), self.last_name.as_ref())
    }

    /// What to call somebody: the display name, else the full name.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        self.display_name.as_ref().map(ToString::to_string).or_else(|| self.full_name())
    }

    /// What everybody knows and a password therefore mustn't be.
    pub fn known_names(&self) -> impl Iterator<Item = String> {
        [
            self.username.as_ref().map(ToString::to_string),
            self.display_name.as_ref().map(ToString::to_string),
            self.first_name.as_ref().map(ToString::to_string),
            self.last_name.as_ref().map(ToString::to_string),
            self.full_name(),
        ]
        .into_iter()
        .flatten()
    }

    #[must_use]
    pub fn completion(&self, has_picture: bool) -> Completion {
        let parts = [
            ("display_name", self.display_name.is_some()),
            ("first_name", self.first_name.is_some()),
            ("last_name", self.last_name.is_some()),
            ("bio", self.bio.is_some()),
            ("location", self.location.is_some()),
            ("website", self.website.is_some()),
            ("timezone", self.timezone.is_some()),
            ("picture", has_picture),
        ];
        let missing: Vec<_> =
            parts.iter().filter(|(_, there)| !there).map(|(name, _)| *name).collect();
        let filled = parts.len() - missing.len();
        let status = match filled {
            7.. => CompletionStatus::Complete,
            4.. => CompletionStatus::Partial,
            _ => CompletionStatus::Empty,
        };
        Completion { status, score: filled * 100 / parts.len(), missing }
    }
}

#[must_use]
pub fn full_name(first: Option<&Name<50>>, last: Option<&Name<50>>) -> Option<String> {
    match (first, last) {
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        (Some(name), None) | (None, Some(name)) => Some(name.to_string()),
        (None, None) => None,
    }
}

/// How much of a profile is filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Completion {
    pub status: CompletionStatus,
    /// Per cent.
    #[schema(minimum = 0, maximum = 100)]
    pub score: usize,
    /// The fields that would raise it.
    pub missing: Vec<&'static str>,
}

/// From 7 of 8 fields complete, from 4 partial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CompletionStatus {
    Empty,
    Partial,
    Complete,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patch(value: serde_json::Value) -> ProfilePatch {
        let serde_json::Value::Object(object) = value else { panic!("not an object") };
        let mut fields = Fields::new(object);
        let patch = ProfilePatch::read(&mut fields);
        fields.finish(Some(patch)).unwrap()
    }

    #[test]
    fn a_patch_keeps_what_it_does_not_name_and_a_replacement_clears_it() {
        let values = patch(
            json!({"first_name": "Ada", "bio": "x", "privacy": {"fields": {"bio": "private"}}}),
        )
        .apply(ProfileFields::default());
        let kept = patch(json!({"last_name": "Lovelace", "bio": null})).apply(values.clone());
        assert_eq!(kept.full_name().as_deref(), Some("Ada Lovelace"));
        assert_eq!(kept.bio, None);
        assert_eq!(kept.privacy, values.privacy);
        let replaced = patch(json!({"last_name": "Lovelace"})).replacing().apply(values);
        assert_eq!(replaced.full_name().as_deref(), Some("Lovelace"));
        assert_eq!(replaced.privacy, Privacy::default());
    }

    #[test]
    fn completion_counts_eight_fields() {
        let values = patch(json!({
            "display_name": "A", "first_name": "A", "last_name": "L", "bio": "x",
            "location": "London", "website": "https://example.com", "timezone": "UTC",
        }))
        .apply(ProfileFields::default());
        let completion = values.completion(false);
        assert_eq!((completion.status, completion.score), (CompletionStatus::Complete, 87));
        assert_eq!(completion.missing, ["picture"]);
        assert_eq!(ProfileFields::default().completion(false).status, CompletionStatus::Empty);
    }
}
