//! Passkeys, made by an authenticator of another make.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tests::authenticator::{Browser, Forged};
use tests::{Answer, Kith, PASSWORD, Person};

use crate::mfa::enrol;

const PASSKEYS: &str = "/v1/auth/passkeys";

async fn begin(person: &Person) -> Answer {
    let begun = person.post("/v1/auth/passkeys/registration", json!({})).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    begun
}

/// What completes a registration.
pub async fn new(person: &Person, browser: &mut Browser, name: &str) -> Value {
    let begun = begin(person).await;
    let credential = browser.create(&begun.body["options"]).await;
    json!({"ceremony": begun.body["ceremony"], "credential": credential, "name": name})
}

/// Registers a passkey.
async fn register(kith: &Kith, person: &Person) -> Browser {
    let mut browser = Browser::at(&kith.origin());
    let answer = person.post(PASSKEYS, new(person, &mut browser, "Phone").await).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    browser
}

pub async fn options(kith: &Kith) -> Answer {
    let begun = kith.nobody().post("/v1/auth/passkeys/sign-in/options", json!({})).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    begun
}

pub async fn send(kith: &Kith, begun: &Answer, credential: &Value) -> Answer {
    let body = json!({"ceremony": begun.body["ceremony"], "credential": credential});
    kith.nobody().post("/v1/auth/passkeys/sign-in", body).await
}

async fn sign_in(kith: &Kith, browser: &mut Browser) -> Answer {
    let begun = options(kith).await;
    let credential = browser.get(&begun.body["options"]).await;
    send(kith, &begun, &credential).await
}

async fn items(person: &Person) -> Vec<Value> {
    person.get(PASSKEYS).await.body["items"].as_array().unwrap().clone()
}

fn wrong(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, 422, "{}", answer.body);
    answer.errors()
}

fn error(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

#[tokio::test]
async fn a_passkey_signs_in_without_address_or_password() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    ada.patch("/v1/users/me", json!({"display_name": "Ada Lovelace"})).await;
    let begun = begin(&ada).await;
    let asked = &begun.body["options"];
    assert_eq!(asked["rp"], json!({"id": "localhost", "name": "Kith"}));
    assert_eq!(asked["user"]["name"], json!(ada.email));
    assert_eq!(asked["user"]["displayName"], "Ada Lovelace");
    assert_eq!(asked["attestation"], "none");
    let selection = &asked["authenticatorSelection"];
    assert_eq!(
        (&selection["residentKey"], &selection["userVerification"]),
        (&json!("required"), &json!("required"))
    );

    let mut browser = Browser::at(&kith.origin());
    let body = new(&ada, &mut browser, " Ada's phone ").await;
    let made = ada.post(PASSKEYS, body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(
        (&made.body["name"], &made.body["last_used_at"]),
        (&json!("Ada's phone"), &Value::Null)
    );
    assert_eq!(made.body["transports"], json!(["hybrid", "internal"]));
    assert_eq!(items(&ada).await, std::slice::from_ref(&made.body));

    let asked = options(&kith).await;
    assert_eq!(asked.body["options"]["allowCredentials"], json!([]));
    assert_eq!(asked.body["options"]["userVerification"], "required");
    let answer = sign_in(&kith, &mut browser).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let elsewhere = kith.signed_in(&answer);
    assert_eq!(elsewhere.id, ada.id);
    let listed = items(&elsewhere).await;
    assert!(listed[0]["last_used_at"].is_string());
    assert_eq!(ada.get("/v1/auth/mfa").await.body["passkeys"], 1);
    // And again, with a counter that has grown.
    assert_eq!(sign_in(&kith, &mut browser).await.status, 200);
}

#[tokio::test]
async fn an_assertion_signs_in_once_however_many_send_it() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    for mut browser in [
        register(&kith, &ada).await,
        // Where no counter tells a second use.
        {
            let mut browser = Browser::at(&kith.origin()).without_counter();
            let body = new(&ada, &mut browser, "Synced").await;
            assert_eq!(ada.post(PASSKEYS, body).await.status, 201);
            browser
        },
    ] {
        let begun = options(&kith).await;
        let credential = browser.get(&begun.body["options"]).await;
        let answers = join_all((0..30).map(|_| send(&kith, &begun, &credential))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        let later = send(&kith, &begun, &credential).await;
        assert!([401, 422].contains(&later.status.as_u16()), "{}", later.body);
        assert_eq!(sign_in(&kith, &mut browser).await.status, 200);
    }
}

#[tokio::test]
async fn a_registration_counts_once() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let mut browser = Browser::at(&kith.origin());
    let body = new(&ada, &mut browser, "Phone").await;
    let answers = join_all((0..20).map(|_| ada.post(PASSKEYS, body.clone()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    let id = items(&ada).await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(ada.delete(&format!("{PASSKEYS}/{id}")).await.status, 204);
    // Not even when its passkey is gone.
    assert_eq!(wrong(&ada.post(PASSKEYS, body).await), error("ceremony", "invalid_ceremony"));
    assert!(items(&ada).await.is_empty());
}

#[tokio::test]
async fn a_ceremony_is_for_one_purpose_session_and_time() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let mut browser = register(&kith, &ada).await;
    let invalid = error("ceremony", "invalid_ceremony");

    let body = new(&ada, &mut Browser::at(&kith.origin()), "Phone").await;
    let bob = kith.verified().await;
    assert_eq!(wrong(&bob.post(PASSKEYS, body.clone()).await), invalid);
    let elsewhere = kith.sign_in(&ada.email, PASSWORD).await;
    assert_eq!(wrong(&elsewhere.post(PASSKEYS, body.clone()).await), invalid);
    let begun = options(&kith).await;
    let mut other = body.clone();
    other["ceremony"] = begun.body["ceremony"].clone();
    assert_eq!(wrong(&ada.post(PASSKEYS, other).await), invalid);

    let credential = browser.get(&begun.body["options"]).await;
    let mut registration = begun.clone();
    registration.body["ceremony"] = body["ceremony"].clone();
    assert_eq!(wrong(&send(&kith, &registration, &credential).await), invalid);
    // The challenge of one ceremony is not that of another.
    let another = options(&kith).await;
    send(&kith, &another, &credential).await.assert_problem(401, "invalid_credentials");

    kith.wait(Duration::from_mins(5));
    assert_eq!(wrong(&send(&kith, &begun, &credential).await), invalid);
    assert_eq!(wrong(&ada.post(PASSKEYS, body).await), invalid);
    for forged in ["", "x", &"A".repeat(400)] {
        let body = json!({"ceremony": forged, "credential": credential});
        let answer = kith.nobody().post("/v1/auth/passkeys/sign-in", body).await;
        assert_eq!(wrong(&answer), invalid);
    }
}

#[tokio::test]
async fn a_registration_from_another_page_or_without_verification_is_none() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let refused = error("credential", "invalid_credential");
    let mut elsewhere = Browser::at("http://localhost:9");
    let body = new(&ada, &mut elsewhere, "Phone").await;
    assert_eq!(wrong(&ada.post(PASSKEYS, body).await), refused);

    let mut begun = begin(&ada).await;
    begun.body["options"]["authenticatorSelection"]["userVerification"] = json!("discouraged");
    let credential = Browser::at(&kith.origin()).create(&begun.body["options"]).await;
    let body = json!({"ceremony": begun.body["ceremony"], "credential": credential});
    assert_eq!(wrong(&ada.post(PASSKEYS, body).await), refused);

    let mut begun = begin(&ada).await;
    begun.body["options"]["challenge"] = json!(BASE64_URL_SAFE_NO_PAD.encode([7; 16]));
    let credential = Browser::at(&kith.origin()).create(&begun.body["options"]).await;
    let body = json!({"ceremony": begun.body["ceremony"], "credential": credential});
    assert_eq!(wrong(&ada.post(PASSKEYS, body).await), refused);
    assert!(items(&ada).await.is_empty());
}

#[tokio::test]
async fn an_assertion_for_another_page_domain_or_purpose_is_none() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let mut browser = register(&kith, &ada).await;
    let own = kith.origin();
    for (origin, rp_id, kind) in [
        ("http://localhost:9", "localhost", "webauthn.get"),
        ("https://evil.example", "localhost", "webauthn.get"),
        (own.as_str(), "example.com", "webauthn.get"),
        (own.as_str(), "localhost", "webauthn.create"),
    ] {
        let begun = options(&kith).await;
        let forged = Forged { origin, rp_id, kind };
        let credential = browser.forge(&begun.body["options"], forged).await;
        let answer = send(&kith, &begun, &credential).await;
        answer.assert_problem(401, "invalid_credentials");
    }
    let mut begun = options(&kith).await;
    begun.body["options"]["userVerification"] = json!("discouraged");
    let credential = browser.get(&begun.body["options"]).await;
    send(&kith, &begun, &credential).await.assert_problem(401, "invalid_credentials");
    // What is forged for our own page is what a browser makes.
    let begun = options(&kith).await;
    let forged = Forged { origin: &own, rp_id: "localhost", kind: "webauthn.get" };
    let credential = browser.forge(&begun.body["options"], forged).await;
    assert_eq!(send(&kith, &begun, &credential).await.status, 200);
}

#[tokio::test]
async fn a_passkey_is_its_owners_and_signs_what_was_asked() {
    let kith = Kith::start().await;
    let (ada, bob) = (kith.verified().await, kith.verified().await);
    let (mut hers, mut his) = (register(&kith, &ada).await, register(&kith, &bob).await);
    // Both parts of somebody else's name for it, and one.
    let begun = options(&kith).await;
    let other = his.get(&begun.body["options"]).await;
    for parts in [&["userHandle"][..], &["id"], &["userHandle", "id"]] {
        let begun = options(&kith).await;
        let mut credential = hers.get(&begun.body["options"]).await;
        for part in parts {
            match *part {
                "id" => {
                    credential["id"] = other["id"].clone();
                    credential["rawId"] = other["rawId"].clone();
                }
                part => credential["response"][part] = other["response"][part].clone(),
            }
        }
        let answer = send(&kith, &begun, &credential).await;
        answer.assert_problem(401, "invalid_credentials");
    }
    for part in ["signature", "authenticatorData", "clientDataJSON"] {
        let begun = options(&kith).await;
        let mut credential = hers.get(&begun.body["options"]).await;
        let value = credential["response"][part].as_str().unwrap();
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(value).unwrap();
        if part == "clientDataJSON" {
            // It says the same as before.
            bytes.insert(1, b' ');
        } else if let Some(last) = bytes.last_mut() {
            // Of authenticator data, that of the counter.
            *last ^= 1;
        }
        credential["response"][part] = json!(BASE64_URL_SAFE_NO_PAD.encode(bytes));
        let answer = send(&kith, &begun, &credential).await;
        answer.assert_problem(401, "invalid_credentials");
    }
    assert_eq!(sign_in(&kith, &mut hers).await.status, 200);
}

#[tokio::test]
async fn a_counter_that_goes_back_tells_a_copy() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let mut browser = register(&kith, &ada).await;
    let mut copy = browser.clone();
    assert_eq!(sign_in(&kith, &mut browser).await.status, 200);
    sign_in(&kith, &mut copy).await.assert_problem(401, "invalid_credentials");
    assert_eq!(sign_in(&kith, &mut browser).await.status, 200);
}

#[tokio::test]
async fn a_removed_passkey_signs_nobody_in() {
    let kith = Kith::start().await;
    let (ada, bob) = (kith.verified().await, kith.verified().await);
    let mut browser = register(&kith, &ada).await;
    let path = format!("{PASSKEYS}/{}", items(&ada).await[0]["id"].as_str().unwrap());
    bob.delete(&path).await.assert_problem(404, "not_found");
    bob.patch(&path, json!({"name": "mine"})).await.assert_problem(404, "not_found");
    let begun = options(&kith).await;
    let credential = browser.get(&begun.body["options"]).await;
    kith.wait(Duration::from_mins(16));
    let ada = ada.with_access_token(ada.refresh().await.text("/access_token"));
    ada.delete(&path).await.assert_problem(403, "reauthentication_required");
    let late = ada.post("/v1/auth/passkeys/registration", json!({})).await;
    late.assert_problem(403, "reauthentication_required");
    let again = json!({"password": PASSWORD});
    assert_eq!(ada.post("/v1/auth/reauthenticate", again).await.status, 204);
    assert_eq!(ada.delete(&path).await.status, 204);
    ada.delete(&path).await.assert_problem(404, "not_found");
    assert!(send(&kith, &begun, &credential).await.status.is_client_error());
    sign_in(&kith, &mut browser).await.assert_problem(401, "invalid_credentials");
    assert_eq!(ada.get("/v1/auth/mfa").await.body["passkeys"], 0);
}

/// Takes somebody's password away, as if they had never had one.
async fn forget_password(kith: &Kith, person: &Person) {
    let passkey = AttributeValue::L(vec![AttributeValue::S("passkey".to_owned())]);
    kith.set_account(&person.id, "providers", passkey).await;
    let client = kith.stack.context.sdk.dynamodb();
    let update = client
        .update_item()
        .table_name("kith")
        .key("pk", AttributeValue::S(format!("EMAIL#{}", person.email)))
        .key("sk", AttributeValue::S("EMAIL".to_owned()))
        .update_expression("REMOVE password_hash");
    update.send().await.unwrap();
}

#[tokio::test]
async fn the_last_way_to_sign_in_stays_until_there_is_a_password() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let mut browser = register(&kith, &ada).await;
    register(&kith, &ada).await;
    forget_password(&kith, &ada).await;
    let login = json!({"email": ada.email, "password": PASSWORD});
    let refused = kith.nobody().post("/v1/auth/login", login).await;
    refused.assert_problem(401, "invalid_credentials");
    let listed = items(&ada).await;
    let path = |n: usize| format!("{PASSKEYS}/{}", listed[n]["id"].as_str().unwrap());
    // One of two may go, however many try at once.
    let (one, other) = (path(0), path(1));
    let both = tokio::join!(ada.delete(&one), ada.delete(&other));
    let mut statuses = [both.0.status.as_u16(), both.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);
    let left = if both.0.status == 409 { &one } else { &other };
    ada.delete(left).await.assert_problem(409, "last_sign_in_method");
    if left == &one {
        assert_eq!(sign_in(&kith, &mut browser).await.status, 200);
    }

    // Somebody who can't know the current password sets the first one.
    let body = json!({"new_password": "another horse battery"});
    kith.wait(Duration::from_mins(16));
    let late = ada.with_access_token(ada.refresh().await.text("/access_token"));
    let refused = late.put("/v1/auth/password", body.clone()).await;
    refused.assert_problem(403, "reauthentication_required");
    let nothing = late.post("/v1/auth/reauthenticate", json!({})).await;
    nothing.assert_problem(403, "reauthentication_required");
    let guess = late.post("/v1/auth/reauthenticate", json!({"password": PASSWORD})).await;
    guess.assert_problem(403, "wrong_password");
}

#[tokio::test]
async fn somebody_without_a_password_sets_their_first() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let mut browser = register(&kith, &ada).await;
    forget_password(&kith, &ada).await;
    let ada = kith.signed_in(&sign_in(&kith, &mut browser).await);
    let new = "another horse battery";
    let guess = json!({"current_password": PASSWORD, "new_password": new});
    ada.put("/v1/auth/password", guess).await.assert_problem(403, "wrong_password");
    assert_eq!(ada.put("/v1/auth/password", json!({"new_password": new})).await.status, 204);
    assert!(kith.sign_in(&ada.email, new).await.is_signed_in().await);
    // From now on there is one to be asked for.
    let again = ada.put("/v1/auth/password", json!({"new_password": "a third battery"})).await;
    assert_eq!(wrong(&again), error("current_password", "required"));
    let path = format!("{PASSKEYS}/{}", items(&ada).await[0]["id"].as_str().unwrap());
    assert_eq!(ada.delete(&path).await.status, 204);
}

#[tokio::test]
async fn a_passkey_is_both_factors_and_admits_no_one_who_is_shut_out() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let mut browser = register(&kith, &ada).await;
    enrol(&kith, &ada).await;
    let answer = sign_in(&kith, &mut browser).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    // What takes a recent sign-in with the second factor is satisfied.
    let here = kith.signed_in(&answer);
    assert_eq!(here.delete("/v1/auth/mfa/totp").await.status, 204);

    assert_eq!(here.delete("/v1/users/me").await.status, 202);
    let deleted = sign_in(&kith, &mut browser).await;
    deleted.assert_problem(403, "account_deleted");
    let body = json!({"restore_token": deleted.text("/restore_token")});
    assert_eq!(kith.nobody().post("/v1/auth/restore", body).await.status, 200);
    kith.set_account(&ada.id, "is_active", AttributeValue::Bool(false)).await;
    sign_in(&kith, &mut browser).await.assert_problem(403, "account_disabled");
}

#[tokio::test]
async fn passkeys_are_named_and_twenty_at_most() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    register(&kith, &ada).await;
    let path = format!("{PASSKEYS}/{}", items(&ada).await[0]["id"].as_str().unwrap());
    let named = ada.patch(&path, json!({"name": " Key "})).await;
    assert_eq!((named.status.as_u16(), &named.body["name"]), (200, &json!("Key")));
    assert_eq!(ada.patch(&path, json!({})).await.body["name"], "Key");
    assert_eq!(ada.patch(&path, json!({"name": null})).await.body["name"], Value::Null);
    assert_eq!(items(&ada).await[0]["name"], Value::Null);
    for (body, field, code) in [
        (json!({"name": "x".repeat(101)}), "name", "too_long"),
        (json!({"name": "a\u{202e}b"}), "name", "invalid_characters"),
        (json!({"id": "x"}), "id", "unknown_field"),
    ] {
        assert_eq!(wrong(&ada.patch(&path, body).await), error(field, code));
    }
    for missing in ["x", "00000000-0000-7000-8000-000000000000"] {
        let path = format!("{PASSKEYS}/{missing}");
        ada.patch(&path, json!({"name": "x"})).await.assert_problem(404, "not_found");
    }
    let mut bodies = Vec::new();
    for _ in 0..24 {
        bodies.push(new(&ada, &mut Browser::at(&kith.origin()), "Phone").await);
    }
    let answers = join_all(bodies.into_iter().map(|body| ada.post(PASSKEYS, body))).await;
    for answer in answers.iter().filter(|answer| answer.status != 201 && answer.status != 409) {
        assert_eq!(wrong(answer), error("credential", "too_many"));
    }
    while items(&ada).await.len() < 20 {
        register(&kith, &ada).await;
    }
    assert_eq!(items(&ada).await.len(), 20);
    let excluded = begin(&ada).await;
    assert_eq!(excluded.body["options"]["excludeCredentials"].as_array().unwrap().len(), 20);
    let one_more = new(&ada, &mut Browser::at(&kith.origin()), "Phone").await;
    assert_eq!(wrong(&ada.post(PASSKEYS, one_more).await), error("credential", "too_many"));
}

/// A change of one place in the JSON, and in what its text encodes.
#[derive(Clone, Debug)]
enum Change {
    /// Sets the part to something else.
    Replace(usize, Value),
    /// Changes bytes of what it encodes: at, by, cut to.
    Bytes(usize, usize, u8, Option<usize>),
}

fn change() -> impl Strategy<Value = Change> {
    let values = prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!(-1)),
        Just(json!(1e300)),
        ".{0,20}".prop_map(Value::from),
        "[A-Za-z0-9_-]{0,90}".prop_map(Value::from),
    ];
    prop_oneof![
        (any::<usize>(), values).prop_map(|(part, value)| Change::Replace(part, value)),
        (any::<usize>(), any::<usize>(), any::<u8>(), proptest::option::of(any::<usize>()))
            .prop_map(|(part, at, by, cut)| Change::Bytes(part, at, by, cut)),
    ]
}

impl Change {
    fn apply(self, credential: &mut Value) {
        let parts = |value: &Value| -> Vec<String> {
            let names = |prefix: &str, value: &Value| -> Vec<String> {
                let fields = value.as_object().into_iter().flatten();
                fields.map(|(name, _)| format!("{prefix}/{name}")).collect()
            };
            [names("", value), names("/response", &value["response"])].concat()
        };
        let parts = parts(credential);
        match self {
            Self::Replace(part, value) => {
                *credential.pointer_mut(&parts[part % parts.len()]).unwrap() = value;
            }
            Self::Bytes(part, at, by, cut) => {
                let part = credential.pointer_mut(&parts[part % parts.len()]).unwrap();
                let text = part.as_str().unwrap_or_default();
                let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
                if let Some(at) = at.checked_rem(bytes.len()) {
                    bytes[at] = by;
                    bytes.truncate(cut.map_or(bytes.len(), |cut| cut % bytes.len()));
                    *part = json!(BASE64_URL_SAFE_NO_PAD.encode(bytes));
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_sent_as_a_credential_is_refused_and_no_failure() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let mut browser = register(&kith, &ada).await;
    let registration = new(&ada, &mut Browser::at(&kith.origin()), "Phone").await;
    let begun = options(&kith).await;
    let assertion = browser.get(&begun.body["options"]).await;
    let mut runner = TestRunner::deterministic();
    let draw = proptest::collection::vec(change(), 1..3);
    for _ in 0..1500 {
        let changes = draw.new_tree(&mut runner).unwrap().current();
        let (mut made, mut got) = (registration.clone(), assertion.clone());
        for change in changes {
            change.clone().apply(&mut made["credential"]);
            change.apply(&mut got);
        }
        if made != registration {
            let answer = ada.post(PASSKEYS, made.clone()).await;
            // What the library doesn't read may be anything.
            assert!([201, 409, 422].contains(&answer.status.as_u16()), "{made} {}", answer.body);
        }
        let answer = send(&kith, &begun, &got).await;
        assert!([200, 401, 422].contains(&answer.status.as_u16()), "{got} {}", answer.body);
    }
}
