//! Users on their way in, and out again.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{join, join_all};
use local::engines::{Fault, Service};
use reqwest::Method;
use serde_json::{Value, json};
use shared::store::Segment;
use tests::{Answer, Kith, PASSWORD, Person, send, until};

const IMPORT: &str = "/v1/admin/users/import";

/// What the old hashes are of.
const OLD: &str = "correct horse";

/// Made by argon2-cffi, bcrypt and `hashlib`.
const HASHES: [(&str, &str); 4] = [
    (
        "argon2",
        "$argon2i$v=19$m=1024,t=4,p=2$MDEyMzQ1Njc4OWFiY2RlZg$3Ob+B4LEm+qKgaw92Umk2C/hDE/T6sWSNXm++heg8ag",
    ),
    ("bcrypt", "$2b$06$u0AZ7ryYiAa9TToJRDvi8utgYB8mDjsBRSyKEqzUm.gEix.2Bna4K"),
    (
        "scrypt",
        "$scrypt$ln=14,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$0LupyHkzAIgDr9UDsriAAf87vMbCbcaUfDvFOAHk0D0",
    ),
    ("pbkdf2", "$pbkdf2-sha1$i=100000,l=20$c2l4dGVlbiBieXRlIHNsdA$5cgLmEsnbS6+RuDJ8NG/qk5aJ9M"),
];

pub async fn import(who: &Person, lines: impl Into<reqwest::Body>) -> Answer {
    let request = who.request(Method::POST, IMPORT);
    send(request.header("content-type", "application/x-ndjson").body(lines)).await
}

fn ndjson(users: &[Value]) -> String {
    users.iter().flat_map(|user| [user.to_string(), "\n".to_owned()]).collect()
}

/// Number, status, and fields with codes.
type Told = (u64, String, Vec<(String, String)>);

fn results(answer: &Answer) -> Vec<Told> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let result = |result: &Value| {
        let errors = result["errors"].as_array().unwrap().iter();
        let errors = errors.map(|error| (text(&error["field"]), text(&error["code"])));
        (result["line"].as_u64().unwrap(), text(&result["status"]), errors.collect())
    };
    answer.body["results"].as_array().unwrap().iter().map(result).collect()
}

fn statuses(answer: &Answer) -> Vec<String> {
    results(answer).into_iter().map(|(_, status, _)| status).collect()
}

/// The lines of everybody, by address.
async fn exported(kith: &Kith) -> BTreeMap<String, String> {
    let store = &kith.stack.context.store;
    let mut lines = BTreeMap::new();
    for number in 0..4 {
        let mut after = None;
        loop {
            let page = store.users_of(Segment { number, of: 4 }, after).await.unwrap();
            for id in page.ids {
                let user = store.whole_user(id).await.unwrap().unwrap();
                let line = serde_json::to_string(&user).unwrap();
                lines.insert(user.email.to_string(), line);
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    lines.remove("admin@example.com");
    lines
}

/// Everything in the table but what only tells of requests, by key.
async fn table(kith: &Kith) -> BTreeMap<(String, String), String> {
    let client = kith.stack.context.sdk.dynamodb();
    let mut items = client.scan().table_name("kith").into_paginator().items().send();
    let mut found = BTreeMap::new();
    while let Some(item) = items.next().await {
        let item = item.unwrap();
        let text = |name: &str| item[name].as_s().unwrap().clone();
        found.insert((text("pk"), text("sk")), format!("{item:?}").chars().count().to_string());
    }
    found
}

/// Users with all that a line can hold.
fn everybody() -> Vec<Value> {
    let hash = |n: usize| HASHES[n].1;
    vec![
        json!({
            "email": "Full@Example.com", "password_hash": hash(0), "is_verified": true,
            "verified_at": "2020-02-01T00:00:00Z", "password_reset_at": "2020-03-01T00:00:00Z",
            "id": "01890a5d-ac96-774b-bcce-b302099a8057", "created_at": "2020-01-01T00:00:00Z",
            "identities": [
                {"provider": "google", "subject": "g-1", "email": "full@gmail.example"},
                {"provider": "my-idp", "issuer": "https://id.example.com", "subject": "Ü #%1",
                 "linked_at": "2021-01-01T00:00:00Z"},
            ],
            "issuers": ["corp"],
            "username": "full.user", "display_name": "Zoë 日本 👩‍🚀", "first_name": "Zoë",
            "last_name": "Lovelace", "bio": "two\nlines", "location": "London",
            "website": "https://example.com/a?b=c", "phone": "+442079460123",
            "timezone": "Europe/London", "language": "en-GB", "industry": "i", "job_title": "j",
            "company": "c", "linkedin_url": "https://www.linkedin.com/in/zoe",
            "date_of_birth": "1990-12-31", "gender": "f",
            "privacy": {"profile": "public", "fields": {"phone": "public", "bio": "private"}},
            "preferences": {"theme": "dark", "language": "de", "discovery": {"interests": ["a", "ß"]},
                "custom": {"n": [1, 1.5, 18_446_744_073_709_551_615_u64, null], "é": {"deep": {}}}},
            "extensions": [
                {"type": "skills", "data": {"a": [1, 2.5], "b": null}, "is_public": true,
                 "sort_order": -7},
                {"type": "note", "data": {}, "created_at": "2021-05-05T00:00:00Z"},
            ],
        }),
        json!({"email": "bcrypt@example.com", "password_hash": hash(1), "is_active": false,
            "display_name": "Inactive"}),
        json!({"email": "scrypt@example.com", "password_hash": hash(2), "role": "admin"}),
        json!({"email": "pbkdf2@example.com", "password_hash": hash(3), "is_verified": true,
            "first_name": "Margaret", "privacy": {"profile": "public"}}),
        json!({"email": "bare@example.com"}),
    ]
}

#[tokio::test]
async fn users_move_from_one_service_to_another_and_are_the_same_there() {
    let (here, there) = (Kith::start().await, Kith::start().await);
    let answer = import(&here.admin().await, ndjson(&everybody())).await;
    assert_eq!(statuses(&answer), ["created"; 5], "{}", answer.body);
    assert_eq!((&answer.body["imported"], &answer.body["rejected"]), (&json!(5), &json!(0)));
    // Somebody who came by themself, too.
    let grown = json!({"username": "grown", "bio": "b", "privacy": {"profile": "connections"}});
    let grown = here.somebody_with(grown).await;
    grown.patch("/v1/users/me/preferences", json!({"custom": {"x": [{"y": 1}]}})).await;
    let before = exported(&here).await;
    assert_eq!(before.len(), 6);
    let file: String = before.values().flat_map(|line| [line.as_str(), "\n"]).collect();
    let answer = import(&there.admin().await, file).await;
    assert_eq!(statuses(&answer), ["created"; 6], "{}", answer.body);
    assert_eq!(exported(&there).await, before);
    for key in ["picture", "sessions", "last_login_at"] {
        assert!(before.values().all(|line| !line.contains(&format!("\"{key}\":{{"))), "{key}");
    }
    // They are who they were.
    let again = there.sign_in(&grown.email, PASSWORD).await;
    assert_eq!(again.id, grown.id);
    let preferences = again.get("/v1/users/me/preferences").await;
    assert_eq!(preferences.body["custom"]["x"][0]["y"], 1);
}

#[tokio::test]
async fn imported_users_sign_in_with_their_old_password_which_is_hashed_anew() {
    let kith = Kith::start().await;
    let users: Vec<_> = HASHES
        .iter()
        .map(|(name, hash)| json!({"email": format!("{name}@example.com"), "password_hash": hash}))
        .collect();
    let answer = import(&kith.admin().await, ndjson(&users)).await;
    assert_eq!(statuses(&answer), ["created"; 4], "{}", answer.body);
    for (name, hash) in HASHES {
        let email = format!("{name}@example.com");
        let wrong = json!({"email": email, "password": "correct horsf"});
        kith.nobody()
            .post("/v1/auth/login", wrong)
            .await
            .assert_problem(401, "invalid_credentials");
        kith.sign_in(&email, OLD).await;
        let line = exported(&kith).await.remove(&email).unwrap();
        assert!(line.contains("$argon2id$v=19$m=19456,t=2,p=1$"), "{line}");
        assert!(!line.contains(hash), "{name}");
        kith.sign_in(&email, OLD).await;
    }
}

#[tokio::test]
async fn imported_users_are_found_listed_counted_and_audited_and_get_no_mail() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let before = admin.get("/v1/admin/stats").await.body;
    let answer = import(&admin, ndjson(&everybody())).await;
    let id = answer.text("/results/3/id");
    kith.stack.settled().await;
    let somebody = kith.somebody().await;
    assert_eq!(somebody.search("margaret").await.len(), 1);
    let shown = somebody.get(&format!("/v1/users/{id}")).await;
    assert_eq!(shown.body["first_name"], "Margaret");
    let listed = admin.get("/v1/users?limit=100").await;
    let listed = listed.body["items"].as_array().unwrap();
    assert!(listed.iter().any(|user| user["id"] == id.as_str()));
    let old = admin.get("/v1/users/01890a5d-ac96-774b-bcce-b302099a8057").await;
    assert_eq!(old.body["created_at"], "2020-01-01T00:00:00.000Z");
    kith.stack.settled().await;
    let after = admin.get("/v1/admin/stats").await.body;
    let more = |pointer: &str| {
        let count = |body: &Value| body.pointer(pointer).and_then(Value::as_i64).unwrap_or(0);
        count(&after) - count(&before)
    };
    assert_eq!((more("/total_users"), more("/providers/google")), (6, 1));
    assert_eq!((more("/active_users"), more("/providers/corp")), (5, 1));
    let kinds: Vec<_> = kith.events(&id).await.iter().map(|e| e["detail-type"].clone()).collect();
    assert_eq!(kinds, ["user.created"]);
    assert!(kith.mails("pbkdf2@example.com").await.is_empty());
    let items = table(&kith).await;
    let audited = items.keys().filter(|(pk, _)| pk.starts_with("AUDIT#")).count();
    assert_eq!(audited, 5);
    let of_user = items.keys().filter(|(pk, _)| *pk == format!("USER#{id}"));
    let of_user: Vec<_> = of_user.map(|(_, sk)| sk.split('#').next().unwrap()).collect();
    assert_eq!(of_user, ["ACTIVITY", "SELF", "SELF"]);
}

#[tokio::test]
async fn whoever_is_there_is_left_alone() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let ada = kith.somebody_with(json!({"username": "ada", "bio": "mine"})).await;
    let file = ndjson(&everybody());
    import(&admin, file.clone()).await;
    let before = exported(&kith).await;
    let answer = import(&admin, file).await;
    assert_eq!(statuses(&answer), ["exists"; 5]);
    assert_eq!(answer.text("/results/0/id"), "01890a5d-ac96-774b-bcce-b302099a8057");
    let taken = [
        json!({"email": ada.email.to_uppercase(), "bio": "stolen", "role": "admin"}),
        json!({"email": "new1@example.com", "username": "ADA"}),
        json!({"email": "new2@example.com", "id": ada.id}),
        json!({"email": "new3@example.com", "identities": [
            {"provider": "g", "issuer": "https://other.example", "subject": "g-1"},
            {"provider": "google", "subject": "g-1"}]}),
    ];
    let answer = import(&admin, ndjson(&taken)).await;
    let error = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
    let expected = [
        (1, "exists".to_owned(), vec![]),
        (2, "rejected".to_owned(), error("username", "username_taken")),
        (3, "rejected".to_owned(), error("id", "already_exists")),
        (4, "rejected".to_owned(), error("identities.1", "already_exists")),
    ];
    assert_eq!(results(&answer), expected);
    assert_eq!(answer.text("/results/0/id"), ada.id);
    assert_eq!(answer.body["results"][1]["id"], Value::Null);
    assert_eq!(exported(&kith).await, before);
    // Of lines that want the same, the first has it, though it takes longer.
    let much: Vec<_> =
        (0..40).map(|_| json!({"type": "t", "data": {"x": "x".repeat(20_000)}})).collect();
    let first = json!({"email": "same@example.com", "bio": "0", "extensions": much});
    let same: Vec<_> = std::iter::once(first)
        .chain((1..20).map(|n| json!({"email": "same@example.com", "bio": format!("{n}")})))
        .chain([json!({"email": "other@example.com", "username": "same"})])
        .chain([json!({"email": "another@example.com", "username": "same"})])
        .collect();
    let answer = import(&admin, ndjson(&same)).await;
    let statuses = statuses(&answer);
    assert_eq!(statuses[..2], ["created", "exists"]);
    assert_eq!(statuses[19..], ["exists", "created", "rejected"]);
    let first = exported(&kith).await.remove("same@example.com").unwrap();
    assert!(first.contains(r#""bio":"0""#), "{first}");
}

#[tokio::test]
async fn the_same_file_from_twenty_sides_makes_each_user_once() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let users: Vec<_> = (0..20)
        .map(|n| json!({"email": format!("u{n}@example.com"), "username": format!("user{n}")}))
        .collect();
    let file = ndjson(&users);
    // As clients do: what met a database that was too busy is sent again.
    let persistently = || async {
        let mut created = 0;
        loop {
            let answer = import(&admin, file.clone()).await;
            let found = results(&answer);
            created += found.iter().filter(|(_, status, _)| status == "created").count();
            match found.iter().find(|(_, status, _)| status == "rejected") {
                None => return (created, answer),
                Some((_, _, errors)) => assert_eq!(errors[0].1, "unavailable"),
            }
        }
    };
    let answers = join_all((0..20).map(|_| persistently())).await;
    let created: usize = answers.iter().map(|(created, _)| created).sum();
    assert!((1..=20).contains(&created), "{created}");
    assert_eq!(exported(&kith).await.len(), 20);
    for n in 0..20 {
        let id = |(_, answer): &(usize, Answer)| answer.text(&format!("/results/{n}/id"));
        let ids: BTreeSet<_> = answers.iter().map(id).collect();
        assert_eq!(ids.len(), 1, "line {n}");
    }
    kith.stack.settled().await;
    let statistics = admin.get("/v1/admin/stats").await;
    assert_eq!(statistics.body["total_users"], 21);
}

#[tokio::test]
async fn a_thousand_lines_are_taken_and_no_more() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let line = |n: usize| format!("{{\"email\":\"u{n}@example.com\"}}\n");
    let file: String = (0..1000).map(line).collect();
    let answer = import(&admin, file.clone()).await;
    assert_eq!(answer.body["imported"], 1000, "{}", answer.body["results"][999]);
    assert_eq!(answer.body["results"][999]["line"], 1000);
    let answer = import(&admin, format!("{file}{}", line(1000))).await;
    answer.assert_problem(422, "validation_failed");
    assert_eq!(answer.errors(), [(String::new(), "too_many".to_owned())]);
    import(&admin, "x".repeat(4 * 1024 * 1024 + 1)).await.assert_problem(413, "payload_too_large");
    let sent = admin.post(IMPORT, json!({"email": "a@example.com"})).await;
    sent.assert_problem(415, "unsupported_media_type");
    assert!(results(&import(&admin, "").await).is_empty());
}

#[tokio::test]
async fn only_administrators_import() {
    let kith = Kith::start().await;
    let (admin, ada) = (kith.admin().await, kith.somebody().await);
    let line = r#"{"email":"new@example.com"}"#;
    import(&ada, line).await.assert_problem(403, "forbidden");
    import(&kith.nobody(), line).await.assert_problem(401, "authentication_required");
    // What they send isn't looked at.
    ada.post(IMPORT, json!({})).await.assert_problem(403, "forbidden");
    let by_key = |scope: &'static str| {
        let (kith, admin) = (&kith, &admin);
        async move {
            let body = json!({"name": "k", "scopes": [scope]});
            let key = admin.post("/v1/auth/api-keys", body).await.text("/key");
            let request = kith.nobody().request(Method::POST, IMPORT).header("x-api-key", key);
            send(request.header("content-type", "application/ndjson; charset=UTF-8").body(line))
                .await
        }
    };
    by_key("users:write:all").await.assert_problem(403, "forbidden");
    assert_eq!(statuses(&by_key("admin").await), ["created"]);
}

#[tokio::test]
async fn what_is_malicious_is_rejected_alone_and_leaves_nothing() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let deep = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
    let bcrypt =
        |cost: u8| format!("$2b${cost}$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m");
    let object = |rest: String| format!(r#"{{"email":"evil@example.com",{rest}}}"#).into_bytes();
    let lines: Vec<(Vec<u8>, &str, &str)> = vec![
        (object(r#""updated_at":"2020-01-01T00:00:00Z""#.into()), "updated_at", "read_only"),
        (object(r#""picture":{"url":"https://evil.example"}"#.into()), "picture", "read_only"),
        (object(r#""version":9"#.into()), "version", "unknown_field"),
        (object(r#""has_second_factor":false"#.into()), "has_second_factor", "unknown_field"),
        (object(r#""listing_pk":"LISTING#OPEN#0""#.into()), "listing_pk", "unknown_field"),
        (object(r#""__proto__":{"role":"admin"}"#.into()), "__proto__", "unknown_field"),
        (object(r#""email":"two@example.com""#.into()), "", "malformed_request"),
        (object(format!(r#""preferences":{{"custom":{{"a":{}}}}}"#, deep(9))), "preferences.custom", "too_deep"),
        (object(format!(r#""bio":{}"#, deep(100_000))), "", "malformed_request"),
        (object(format!(r#""bio":"{}""#, "x".repeat(2 * 1024 * 1024))), "", "too_long"),
        (object(r#""display_name":"a\u0000b""#.into()), "display_name", "invalid_characters"),
        (b"{\"email\":\"evil@example.com\",\"bio\":\"\0\"}".to_vec(), "", "malformed_request"),
        (b"{\"email\":\"evil@example.com\",\"bio\":\"\xff\xfe\"}".to_vec(), "", "malformed_request"),
        (object(format!(r#""password_hash":"{}""#, bcrypt(31))), "password_hash", "hash_too_costly"),
        (object(r#""password_hash":"$argon2id$v=19$m=4194304,t=9,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA""#.into()), "password_hash", "hash_too_costly"),
        (object(r#""created_at":"9999-01-01T00:00:00Z""#.into()), "created_at", "out_of_range"),
        (object(r#""identities":[{"provider":"passkey","subject":"1"}]"#.into()), "identities.0.provider", "invalid_format"),
        (object(r#""identities":[{"provider":"g","issuer":"https://a.example#\u000a","subject":"1"}]"#.into()), "identities.0.issuer", "invalid_characters"),
        (object(r#""extensions":[{"type":"t","data":{},"version":3}]"#.into()), "extensions.0.version", "unknown_field"),
        (b"null".to_vec(), "", "invalid_type"),
        (b"{\"email\":\"evil@example.com\"".to_vec(), "", "malformed_request"),
    ];
    let before = table(&kith).await;
    for (line, field, code) in &lines {
        let answer = import(&admin, line.clone()).await;
        let expected = vec![((*field).to_owned(), (*code).to_owned())];
        let shown = String::from_utf8_lossy(&line[..line.len().min(80)]).into_owned();
        assert_eq!(results(&answer), [(1, "rejected".to_owned(), expected)], "{shown}");
        assert_eq!(table(&kith).await, before, "{shown}");
    }
    // Among others, which go on. Two megabytes more would be too much for one call.
    let mut file = b"{\"email\":\"first@example.com\"}\n\n".to_vec();
    for (line, ..) in &lines {
        file.extend_from_slice(line);
        file.push(b'\n');
    }
    file.extend_from_slice(b"{\"email\":\"last@example.com\"}");
    let answer = import(&admin, file).await;
    let created: Vec<_> =
        results(&answer).into_iter().filter(|r| r.1 == "created").map(|r| r.0).collect();
    let last = u64::try_from(lines.len()).unwrap() + 3;
    assert_eq!(created, [1, last]);
    assert_eq!(answer.body["rejected"], lines.len());
    let found: Vec<_> = exported(&kith).await.into_keys().collect();
    assert_eq!(found, ["first@example.com", "last@example.com"]);
}

#[tokio::test]
async fn an_imported_administrator_counts_and_a_deactivated_one_does_not() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let users: Vec<_> = (0..30)
        .map(|n| {
            let is_active = n % 3 != 0;
            json!({"email": format!("a{n}@example.com"), "role": "admin", "is_active": is_active})
        })
        .collect();
    let answer = import(&admin, ndjson(&users)).await;
    assert_eq!(statuses(&answer), vec!["created"; 30]);
    let client = kith.stack.context.sdk.dynamodb();
    let key = aws_sdk_dynamodb::types::AttributeValue::S("ADMINS".to_owned());
    let item = client.get_item().table_name("kith").key("pk", key.clone()).key("sk", key);
    let item = item.send().await.unwrap().item.unwrap();
    assert_eq!(item["ids"].as_ss().unwrap().len(), 21);
}

#[tokio::test]
async fn a_database_that_fails_is_told_apart_from_a_bad_line() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let users: Vec<_> = (0..200).map(|n| json!({"email": format!("u{n}@example.com")})).collect();
    let file = format!("{}nonsense\n", ndjson(&users));
    let writes = || {
        let requests = kith.stack.engines.requests().snapshot();
        requests["dynamodb"].get("TransactWriteItems").copied().unwrap_or_default()
    };
    let before = writes();
    let outage = async {
        until(|| writes() > before + 20).await;
        kith.stack.engines.fail(Service::DynamoDb, Fault::Throttle);
    };
    let (answer, ()) = join(import(&admin, file.clone()), outage).await;
    kith.stack.engines.fail(Service::DynamoDb, Fault::None);
    let found = results(&answer);
    assert_eq!(found[200].2, [(String::new(), "malformed_request".to_owned())]);
    let is_passing = |errors: &[(String, String)]| matches!(errors, [(field, code)] if field.is_empty() && matches!(code.as_str(), "unavailable" | "not_attempted"));
    let there = exported(&kith).await;
    let (mut created, mut failed) = (0, 0);
    for (line, status, errors) in &found[..200] {
        let is_there = there.contains_key(&format!("u{}@example.com", line - 1));
        match status.as_str() {
            "created" => {
                assert!(is_there, "line {line} was lost");
                created += 1;
            }
            "rejected" if is_passing(errors) => failed += 1,
            _ => panic!("line {line}: {status} {errors:?}"),
        }
    }
    assert!(created >= 20 && failed > 0, "{created} created, {failed} failed");
    // Whatever became of them, sending them again makes each once.
    let again = import(&admin, file).await;
    assert!(statuses(&again)[..200].iter().all(|status| status != "rejected"));
    assert_eq!(exported(&kith).await.len(), 200);
}
