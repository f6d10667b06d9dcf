use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const NOW: i64 = 1_800_000_000_000;

fn now() -> Timestamp {
    Timestamp::from_millis(NOW)
}

fn read(line: &str) -> Result<User, Error> {
    let object =
        object(line.as_bytes()).map_err(|reason| Error::field("", reason.code, reason.message))?;
    User::read(Fields::new(object), now())
}

fn errors(line: &str) -> Vec<(String, &'static str)> {
    match read(line) {
        Err(Error::Invalid(errors)) => errors.into_iter().map(|e| (e.field, e.code)).collect(),
        other => panic!("{line} gave {other:?}"),
    }
}

/// All that a line can hold.
fn everything() -> Value {
    json!({
        "id": "01890a5d-ac96-774b-bcce-b302099a8057",
        "email": "Ada@Example.com",
        "password_hash": "$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
        "is_verified": true, "verified_at": "2020-02-01T00:00:00Z",
        "password_reset_at": "2020-03-01T01:00:00+01:00",
        "is_active": false, "role": "admin", "created_at": "2020-01-01T00:00:00.1239Z",
        "identities": [
            {"provider": "my-idp", "issuer": "https://id.example.com/", "subject": " Ünï# ",
             "email": "a@b.example", "linked_at": "2021-01-01T00:00:00Z"},
            {"provider": "google", "subject": "1"},
        ],
        "issuers": ["corp.eu", "https://hs256.example"],
        "username": "ada.l", "display_name": "Ada", "first_name": "A", "last_name": "L",
        "bio": "two\nlines 日本語 \u{1F469}\u{200d}\u{1F680}", "location": "London",
        "website": "https://example.com", "phone": "+442079460123", "timezone": "Europe/London",
        "language": "en-GB", "industry": "i", "job_title": "j", "company": "c",
        "linkedin_url": "https://www.linkedin.com/in/ada", "date_of_birth": "1815-12-10",
        "gender": "f",
        "privacy": {"profile": "public", "fields": {"phone": "connections", "bio": "private"}},
        "preferences": {"theme": "dark", "custom": {"a": [1, 1.5, null, {"b": "\u{e9}"}]}},
        "extensions": [
            {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "type": "skills",
             "data": {"x": [1, 2.25, 18_446_744_073_709_551_615_u64]}, "is_public": true,
             "sort_order": -3, "created_at": "2021-01-01T00:00:00Z",
             "updated_at": "2022-01-01T00:00:00Z"},
        ],
    })
}

#[test]
fn a_line_that_is_written_is_read_as_the_same() {
    let user = read(&everything().to_string()).unwrap();
    let line = serde_json::to_string(&user).unwrap();
    let again = read(&line).unwrap();
    assert_eq!(again, user);
    assert_eq!(serde_json::to_string(&again).unwrap(), line);
    // Of the account and profile that it becomes, too.
    let id = user.id.unwrap();
    let (account, profile) = user.account(id, now());
    let of = User::of(
        account,
        profile,
        user.password_hash.clone(),
        user.preferences.clone(),
        user.identities.clone(),
        user.extensions.clone(),
    );
    assert_eq!(of, user);
}

#[test]
fn a_line_of_an_address_alone_has_defaults() {
    let user = read(r#"{"email": "ada@example.com"}"#).unwrap();
    assert_eq!((user.id, user.role, user.is_active), (None, Role::User, true));
    assert_eq!((user.is_verified, user.created_at), (false, now()));
    let (account, profile) = user.account(uuid::Uuid::nil().into(), now());
    assert!(account.providers.is_empty());
    assert_eq!(profile.fields, ProfileFields::default());
}

#[test]
fn what_is_wrong_is_named_by_its_path() {
    for (line, field, code) in [
        ("{", "", "malformed_request"),
        ("[]", "", "invalid_type"),
        ("{}", "email", "required"),
        (r#"{"email":"a@b.c","email":"a@b.d"}"#, "", "malformed_request"),
        (r#"{"email":"a@b.c","preferences":{"custom":{"a":1,"a":1}}}"#, "", "malformed_request"),
        (r#"{"email":"a@b.c","__proto__":{}}"#, "__proto__", "unknown_field"),
        (r#"{"email":"a@b.c","picture":{}}"#, "picture", "read_only"),
        (r#"{"email":"a@b.c","updated_at":"2020-01-01T00:00:00Z"}"#, "updated_at", "read_only"),
        (r#"{"email":"a@b.c","full_name":"x"}"#, "full_name", "read_only"),
        (r#"{"email":"a@b.c","password":"correct horse"}"#, "password", "unknown_field"),
        (r#"{"email":"a@b.c","password_hash":"md5"}"#, "password_hash", "unsupported_hash"),
        (
            r#"{"email":"a@b.c","password_hash":"$2b$31$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m"}"#,
            "password_hash",
            "hash_too_costly",
        ),
        (r#"{"email":"a@b.c","role":"root"}"#, "role", "invalid_value"),
        (r#"{"email":"a@b.c","id":"me"}"#, "id", "invalid_format"),
        (r#"{"email":"a@b.c","created_at":"2999-01-01T00:00:00Z"}"#, "created_at", "out_of_range"),
        (
            r#"{"email":"a@b.c","created_at":"-000001-01-01T00:00:00Z"}"#,
            "created_at",
            "out_of_range",
        ),
        (r#"{"email":"a@b.c","created_at":7}"#, "created_at", "invalid_type"),
        (r#"{"email":"a@b.c","display_name":"a\u0000"}"#, "display_name", "invalid_characters"),
        (r#"{"email":"a@b.c","privacy":{"profile":"all"}}"#, "privacy.profile", "invalid_value"),
        (
            r#"{"email":"a@b.c","preferences":{"discovery":{"age_min":65,"age_max":20}}}"#,
            "preferences.discovery.age_min",
            "out_of_range",
        ),
        (
            r#"{"email":"a@b.c","identities":[{"provider":"corp","subject":"1"}]}"#,
            "identities.0.issuer",
            "required",
        ),
        (
            r#"{"email":"a@b.c","identities":[{"provider":"password","subject":"1"}]}"#,
            "identities.0.provider",
            "invalid_format",
        ),
        (
            r#"{"email":"a@b.c","identities":[{"provider":"google","subject":"1"},{"provider":"google","subject":"2"}]}"#,
            "identities.1.provider",
            "not_unique",
        ),
        (
            r#"{"email":"a@b.c","identities":[{"provider":"google","subject":"1"},{"provider":"g","subject":"1","issuer":"https://accounts.google.com"}]}"#,
            "identities.1.subject",
            "not_unique",
        ),
        (
            r#"{"email":"a@b.c","identities":[{"provider":"google","subject":"a\nb"}]}"#,
            "identities.0.subject",
            "invalid_characters",
        ),
        (r#"{"email":"a@b.c","issuers":["password"]}"#, "issuers", "invalid_value"),
        (r#"{"email":"a@b.c","extensions":[{"data":{}}]}"#, "extensions.0.type", "required"),
        (
            r#"{"email":"a@b.c","extensions":[{"type":"t","data":{},"sort_order":1e3}]}"#,
            "extensions.0.sort_order",
            "invalid_type",
        ),
    ] {
        assert_eq!(errors(line), [(field.to_owned(), code)], "{line}");
    }
    let deep =
        format!(r#"{{"email":"a@b.c","preferences":{}1{}}}"#, "[".repeat(500), "]".repeat(500));
    assert_eq!(errors(&deep), [(String::new(), "malformed_request")]);
    assert_eq!(object(b"{\"email\":\"\xff@b.c\"}").unwrap_err().code, "malformed_request");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(line in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(object) = object(&line) {
            let _ = User::read(Fields::new(object), now());
        }
    }
}
