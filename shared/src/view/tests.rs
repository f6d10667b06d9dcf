//! Every viewer before every profile, against a table that is written out by hand.

use serde_json::{Map, Value, json};

use super::*;
use crate::domain::account::Deletion;
use crate::domain::connection::{Connection, Direction, State};
use crate::domain::email::Email;
use crate::domain::fields::Fields;
use crate::domain::picture::{ContentHash, MediaType, Source};
use crate::domain::privacy::FIELDS;
use crate::domain::profile::ProfilePatch;

/// What somebody sees of a profile.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sees {
    All,
    /// The fields whose wish is among these.
    Fields(&'static [&'static str]),
    /// Of these wishes, display name and picture.
    Card(&'static [&'static str]),
    Nothing,
}

use Sees::{All, Card as OnCard, Fields as Open, Nothing};

const PUBLIC: &[&str] = &["public"];
const CONNECTIONS: &[&str] = &["public", "connections"];
const PROFILES: [&str; 3] = ["public", "connections", "private"];

/// By the profile's own visibility, in the order of [`PROFILES`].
const USERS: [(Viewer, [Sees; 3]); 8] = [
    (Viewer::Owner, [All, All, All]),
    (Viewer::Admin, [All, All, All]),
    (Viewer::Service, [All, All, All]),
    (Viewer::Connection, [Open(CONNECTIONS), Open(CONNECTIONS), Nothing]),
    (Viewer::Asked, [Open(PUBLIC), OnCard(PUBLIC), Nothing]),
    (Viewer::Member, [Open(PUBLIC), OnCard(PUBLIC), Nothing]),
    (Viewer::Anonymous, [Open(PUBLIC), Nothing, Nothing]),
    (Viewer::Blocked, [Nothing, Nothing, Nothing]),
];

/// The same of cards and pictures: who is acquainted sees them of private
/// profiles, too.
fn on_cards(viewer: Viewer, sees: [Sees; 3]) -> [Sees; 3] {
    match viewer {
        Viewer::Connection => [sees[0], sees[1], OnCard(CONNECTIONS)],
        Viewer::Asked => [sees[0], sees[1], OnCard(PUBLIC)],
        _ => sees,
    }
}

impl Sees {
    fn has(self, field: &str, wish: Option<&str>) -> bool {
        let sensitive = ["phone", "date_of_birth", "gender"].contains(&field);
        let wish = wish.unwrap_or(if sensitive { "private" } else { "public" });
        match self {
            All => true,
            Open(wishes) => wishes.contains(&wish),
            OnCard(wishes) => {
                ["display_name", "picture"].contains(&field) && wishes.contains(&wish)
            }
            Nothing => false,
        }
    }
}

fn profile(visibility: &str, wish: Option<(&str, &str)>) -> Profile {
    let wishes: Map<String, Value> =
        wish.map(|(field, wish)| (field.to_owned(), json!(wish))).into_iter().collect();
    let Value::Object(body) = json!({
        "username": "ada", "display_name": "Ada", "first_name": "Augusta", "last_name": "King",
        "bio": "b", "location": "London", "website": "https://example.com",
        "phone": "+442079460123", "timezone": "UTC", "language": "en", "industry": "i",
        "job_title": "j", "company": "c", "linkedin_url": "https://linkedin.com/in/ada",
        "date_of_birth": "1990-01-01", "gender": "f",
        "privacy": {"profile": visibility, "fields": wishes},
    }) else {
        unreachable!()
    };
    let mut fields = Fields::new(body);
    let patch = ProfilePatch::read(&mut fields);
    let fields = fields.finish(Some(patch)).unwrap().apply(ProfileFields::default());
    let picture = Picture {
        id: uuid::Uuid::from_u128(2).into(),
        hash: ContentHash::of(&[b"a picture"]),
        media_type: MediaType::Jpeg,
        source: Source::Uploaded,
    };
    let now = Timestamp::from_millis(0);
    Profile { picture: Some(picture), ..Profile::new(uuid::Uuid::from_u128(1).into(), fields, now) }
}

/// In use, deactivated, deleted, both.
fn accounts() -> [Account; 4] {
    let now = Timestamp::from_millis(0);
    let id = uuid::Uuid::from_u128(1).into();
    let account = Account::new(id, Email::parse("ada@example.com").unwrap(), now);
    let deletion = Some(Deletion { deleted_at: now, erase_at: now });
    [
        account.clone(),
        Account { is_active: false, ..account.clone() },
        Account { deletion, ..account.clone() },
        Account { is_active: false, deletion, ..account },
    ]
}

/// Which of two is deactivated, and which deleted, cuts what they see.
fn of_account(sees: Sees, account: usize) -> Sees {
    match (sees, account) {
        (sees, 0) | (sees @ All, 1) => sees,
        _ => Nothing,
    }
}

fn has(view: &Value, field: &str) -> bool {
    match field {
        "picture" => view["picture"]["source"] == "uploaded",
        field => !view[field].is_null(),
    }
}

/// Each field with each wish, and none at all.
fn wishes() -> impl Iterator<Item = Option<(&'static str, &'static str)>> {
    let all = FIELDS.into_iter().flat_map(|field| PROFILES.map(|wish| Some((field, wish))));
    all.chain([None])
}

#[test]
fn everybody_sees_what_the_table_says() {
    let mut cases = 0;
    for (viewer, sees) in USERS {
        for (visibility, sees) in PROFILES.into_iter().zip(sees) {
            for (number, account) in accounts().iter().enumerate() {
                let sees = of_account(sees, number);
                for wish in wishes() {
                    let case = format!("{viewer:?} {visibility} {number} {wish:?}");
                    let view = user(profile(visibility, wish), account, viewer, None, "");
                    assert_eq!(view.is_some(), sees != Nothing, "{case}");
                    cases += 1;
                    let Some(view) = view else { continue };
                    let view = json!(view);
                    for field in FIELDS {
                        let wish = wish.filter(|(of, _)| *of == field).map(|(_, wish)| wish);
                        assert_eq!(has(&view, field), sees.has(field, wish), "{case}: {field}");
                    }
                    for ours in ["email", "role", "is_active", "privacy", "updated_at"] {
                        assert_eq!(has(&view, ours), sees == All, "{case}: {ours}");
                    }
                    assert_eq!(has(&view, "created_at"), !matches!(sees, OnCard(_)), "{case}");
                }
            }
        }
    }
    assert_eq!(cases, 8 * 3 * 4 * (17 * 3 + 1));
}

#[test]
fn cards_and_pictures_are_for_those_who_know_the_user() {
    for (viewer, sees) in USERS {
        for (visibility, sees) in PROFILES.into_iter().zip(on_cards(viewer, sees)) {
            for (number, account) in accounts().iter().enumerate() {
                let sees = of_account(sees, number);
                for wish in wishes() {
                    let case = format!("{viewer:?} {visibility} {number} {wish:?}");
                    let wish_of = |field| wish.filter(|(of, _)| *of == field).map(|(_, wish)| wish);
                    let shown = card(profile(visibility, wish), account, viewer, "");
                    assert_eq!(shown.is_some(), sees != Nothing, "{case}");
                    let bytes = picture(profile(visibility, wish), account, viewer);
                    assert_eq!(bytes.is_some(), sees != Nothing, "{case}");
                    let Some((shown, (bytes, name))) = shown.zip(bytes) else { continue };
                    let shown = json!(shown);
                    for field in ["display_name", "picture"] {
                        let is_seen = sees.has(field, wish_of(field));
                        assert_eq!(has(&shown, field), is_seen, "{case}: {field}");
                    }
                    assert_eq!(bytes.is_some(), has(&shown, "picture"), "{case}");
                    // Initials tell of no name that is hidden.
                    let shows_name = has(&shown, "display_name") || !matches!(sees, OnCard(_));
                    assert_eq!(name.is_some(), shows_name, "{case}");
                }
            }
        }
    }
}

#[test]
fn somebody_is_seen_by_how_they_stand_to_the_viewer() {
    let (user_id, other_id) = (uuid::Uuid::from_u128(1).into(), uuid::Uuid::from_u128(2).into());
    let (created_at, updated_at) = (Timestamp::from_millis(0), Timestamp::from_millis(0));
    let of = |state, direction| {
        let standing =
            Connection { user_id, other_id, state, direction, created_at, updated_at, version: 1 };
        Viewer::of(Some(&standing))
    };
    assert_eq!(Viewer::of(None), Viewer::Member);
    // One side alone opens nothing.
    assert_eq!(of(State::Pending, Direction::In), Viewer::Member);
    assert_eq!(of(State::Pending, Direction::Out), Viewer::Asked);
    assert_eq!(of(State::Accepted, Direction::In), Viewer::Connection);
    assert_eq!(of(State::Accepted, Direction::Out), Viewer::Connection);
    assert_eq!(of(State::Blocked, Direction::Out), Viewer::Blocked);
}
