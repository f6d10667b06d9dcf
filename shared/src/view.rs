//! What a caller sees of a user: one pure function over owner's wishes and
//! caller, used wherever people are shown.

mod activity;
mod identity;
mod picture;
mod session;
#[cfg(test)]
mod tests;
mod viewer;

use serde::Serialize;
use utoipa::ToSchema;

pub use activity::ActivityView;
pub use identity::IdentityView;
pub use picture::PictureView;
pub use session::SessionView;
pub use viewer::Viewer;

use crate::domain::account::{Account, Role};
use crate::domain::picture::Picture;
use crate::domain::privacy::{Privacy, Visibility};
use crate::domain::profile::{Completion, Profile, ProfileFields, full_name};
use crate::domain::search::Names;
use crate::domain::{Timestamp, UserId};

/// A user as the API shows them. What the caller may not see is `null`.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct User {
    #[schema(value_type = String, format = "uuid")]
    pub id: UserId,
    pub username: Option<String>,
    /// Owner and administrators only.
    #[schema(format = Email)]
    pub email: Option<String>,
    pub display_name: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub full_name: Option<String>,
    pub bio: Option<String>,
    pub location: Option<String>,
    #[schema(format = "uri")]
    pub website: Option<String>,
    pub phone: Option<String>,
    pub timezone: Option<String>,
    pub language: Option<String>,
    pub industry: Option<String>,
    pub job_title: Option<String>,
    pub company: Option<String>,
    #[schema(format = "uri")]
    pub linkedin_url: Option<String>,
    #[schema(format = Date)]
    pub date_of_birth: Option<String>,
    pub gender: Option<String>,
    pub picture: PictureView,
    /// Owner and administrators only, as all below but `created_at`.
    pub profile_completion: Option<Completion>,
    pub role: Option<Role>,
    pub is_active: Option<bool>,
    pub is_verified: Option<bool>,
    pub privacy: Option<Privacy>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub created_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub updated_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_login_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_activity_at: Option<Timestamp>,
}

/// The view of a user for `viewer`; `None` where the user doesn't exist for them.
/// `last_used_at` is when the viewer's own session was last refreshed, where it
/// is the owner's; `pictures_url` is what the URLs of pictures begin with.
#[must_use]
pub fn user(
    profile: Profile,
    account: &Account,
    viewer: Viewer,
    last_used_at: Option<Timestamp>,
    pictures_url: &str,
) -> Option<User> {
    let has_picture = profile.picture.is_some();
    let Shown { profile, extent } = shown(profile, account, viewer)?;
    let Profile { id, fields, picture, picture_decision: _, created_at, updated_at, version: _ } =
        profile;
    let (is_card, is_full) = (extent == Extent::Card, extent == Extent::Full);
    let completion = is_full.then(|| fields.completion(has_picture));
    let privacy = is_full.then(|| fields.privacy.clone());
    let picture = PictureView::new(pictures_url, id, picture.as_ref());
    let user =
        User { created_at: (!is_card).then_some(created_at), ..written(id, fields, picture) };
    if !is_full {
        return Some(user);
    }
    let last_activity = [account.last_login_at, last_used_at, Some(updated_at)].into_iter().max();
    Some(User {
        email: Some(account.email.to_string()),
        profile_completion: completion,
        role: Some(account.role),
        is_active: Some(account.is_active),
        is_verified: Some(account.is_verified),
        privacy,
        updated_at: Some(updated_at),
        last_login_at: account.last_login_at,
        last_activity_at: last_activity.flatten(),
        ..user
    })
}

/// What of a profile is left for somebody.
struct Shown {
    profile: Profile,
    extent: Extent,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Full,
    /// The fields that are open to them.
    Fields,
    Card,
}

/// A profile without what `viewer` may not see; `None` where the user doesn't
/// exist for them.
fn shown(profile: Profile, account: &Account, viewer: Viewer) -> Option<Shown> {
    if account.deletion.is_some() {
        return None;
    }
    let audience = viewer.audience();
    let (profile, extent) = match (viewer, profile.fields.privacy.profile) {
        (Viewer::Owner | Viewer::Admin | Viewer::Service, _) => (profile, Extent::Full),
        _ if !account.is_active => return None,
        (Viewer::Blocked, _)
        | (_, Visibility::Private)
        | (Viewer::Anonymous, Visibility::Connections) => return None,
        // A stranger sees the card, so that they can ask.
        (Viewer::Asked | Viewer::Member, Visibility::Connections) => {
            (on_card(profile, audience), Extent::Card)
        }
        (Viewer::Connection, Visibility::Connections | Visibility::Public)
        | (Viewer::Asked | Viewer::Member | Viewer::Anonymous, Visibility::Public) => {
            (open(profile, audience), Extent::Fields)
        }
    };
    Some(Shown { profile, extent })
}

/// As [`shown`], and the card of a private profile for those whom its owner has
/// asked or is connected with: they know whom it belongs to.
fn acquainted(profile: Profile, account: &Account, viewer: Viewer) -> Option<Profile> {
    let is_acquainted = matches!(viewer, Viewer::Asked | Viewer::Connection);
    let is_private = profile.fields.privacy.profile == Visibility::Private;
    if is_acquainted && is_private && account.is_usable() {
        return Some(on_card(profile, viewer.audience()));
    }
    shown(profile, account, viewer).map(|shown| shown.profile)
}

/// The picture that somebody is shown of a user, and the name that a generated
/// one is made of. `None` where the user doesn't exist for them.
#[must_use]
pub fn picture(
    profile: Profile,
    account: &Account,
    viewer: Viewer,
) -> Option<(Option<Picture>, Option<String>)> {
    let profile = acquainted(profile, account, viewer)?;
    Some((profile.picture, profile.fields.name()))
}

/// Whether there is such a user for `viewer`, be it by a card.
#[must_use]
pub fn shows(profile: &Profile, account: &Account, viewer: Viewer) -> bool {
    shown(profile.clone(), account, viewer).is_some()
}

impl User {
    /// Whether it is what somebody shows of themself to whoever may only ask to
    /// see more.
    #[must_use]
    pub fn is_card(&self) -> bool {
        self.created_at.is_none()
    }
}

/// The card of a user, where `viewer` knows them.
#[must_use]
pub fn card(
    profile: Profile,
    account: &Account,
    viewer: Viewer,
    pictures_url: &str,
) -> Option<Card> {
    let Profile { id, fields, picture, .. } = acquainted(profile, account, viewer)?;
    let picture = PictureView::new(pictures_url, id, picture.as_ref());
    Some(Card { id, display_name: fields.display_name.map(|name| name.to_string()), picture })
}

/// By what people recognise each other.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Card {
    #[schema(value_type = String, format = "uuid")]
    pub id: UserId,
    pub display_name: Option<String>,
    pub picture: PictureView,
}

impl Card {
    /// Of somebody who shows nothing.
    #[must_use]
    pub fn hidden(id: UserId, pictures_url: &str) -> Self {
        Self { id, display_name: None, picture: PictureView::new(pictures_url, id, None) }
    }
}

/// The names that members know somebody by: what a search may find them with.
#[must_use]
pub fn names(profile: Profile, account: &Account) -> Option<Names> {
    let Shown { profile, extent } = shown(profile, account, Viewer::Member)?;
    Some(Names {
        display_name: profile.fields.display_name.map(|name| name.to_string()),
        first_name: profile.fields.first_name.map(|name| name.to_string()),
        last_name: profile.fields.last_name.map(|name| name.to_string()),
        is_card: extent == Extent::Card,
    })
}

/// The fields whose audience includes `audience`.
fn open(profile: Profile, audience: Visibility) -> Profile {
    let is_seen = profile.fields.privacy.of("picture") <= audience;
    Profile {
        picture: profile.picture.filter(|_| is_seen),
        fields: only(profile.fields, audience),
        ..profile
    }
}

fn on_card(profile: Profile, audience: Visibility) -> Profile {
    // The card follows the owner's wish for the field itself, not the profile's.
    let privacy = profile.fields.privacy;
    let is_seen = |field: &str| privacy.fields.get(field).is_none_or(|wish| *wish <= audience);
    let display_name = profile.fields.display_name.filter(|_| is_seen("display_name"));
    let picture = profile.picture.filter(|_| is_seen("picture"));
    let fields = ProfileFields { display_name, privacy, ..ProfileFields::default() };
    Profile { fields, picture, ..profile }
}

fn only(fields: ProfileFields, audience: Visibility) -> ProfileFields {
    let ProfileFields {
        username,
        display_name,
        first_name,
        last_name,
        bio,
        location,
        website,
        phone,
        timezone,
        language,
        industry,
        job_title,
        company,
        linkedin_url,
        date_of_birth,
        gender,
        privacy,
    } = fields;
    let sees = |field: &str| privacy.of(field) <= audience;
    ProfileFields {
        username: username.filter(|_| sees("username")),
        display_name: display_name.filter(|_| sees("display_name")),
        first_name: first_name.filter(|_| sees("first_name")),
        last_name: last_name.filter(|_| sees("last_name")),
        bio: bio.filter(|_| sees("bio")),
        location: location.filter(|_| sees("location")),
        website: website.filter(|_| sees("website")),
        phone: phone.filter(|_| sees("phone")),
        timezone: timezone.filter(|_| sees("timezone")),
        language: language.filter(|_| sees("language")),
        industry: industry.filter(|_| sees("industry")),
        job_title: job_title.filter(|_| sees("job_title")),
        company: company.filter(|_| sees("company")),
        linkedin_url: linkedin_url.filter(|_| sees("linkedin_url")),
        date_of_birth: date_of_birth.filter(|_| sees("date_of_birth")),
        gender: gender.filter(|_| sees("gender")),
        privacy,
    }
}

/// The wire form of what somebody has written; account data is not in it.
fn written(id: UserId, fields: ProfileFields, picture: PictureView) -> User {
    let ProfileFields {
        username,
        display_name,
        first_name,
        last_name,
        bio,
        location,
        website,
        phone,
        timezone,
        language,
        industry,
        job_title,
        company,
        linkedin_url,
        date_of_birth,
        gender,
        privacy: _,
    } = fields;
    User {
        id,
        username: username.map(|v| v.to_string()),
        email: None,
        full_name: full_name(first_name.as_ref(), last_name.as_ref()),
        display_name: display_name.map(|v| v.to_string()),
        first_name: first_name.map(|v| v.to_string()),
        last_name: last_name.map(|v| v.to_string()),
        bio: bio.map(|v| v.to_string()),
        location: location.map(|v| v.to_string()),
        website: website.map(|v| v.to_string()),
        phone: phone.map(|v| v.to_string()),
        timezone: timezone.map(|v| v.as_str().to_owned()),
        language: language.map(|v| v.as_str().to_owned()),
        industry: industry.map(|v| v.to_string()),
        job_title: job_title.map(|v| v.to_string()),
        company: company.map(|v| v.to_string()),
        linkedin_url: linkedin_url.map(|v| v.to_string()),
        date_of_birth: date_of_birth.map(|v| v.to_string()),
        gender: gender.map(|v| v.to_string()),
        picture,
        profile_completion: None,
        role: None,
        is_active: None,
        is_verified: None,
        privacy: None,
        created_at: None,
        updated_at: None,
        last_login_at: None,
        last_activity_at: None,
    }
}
