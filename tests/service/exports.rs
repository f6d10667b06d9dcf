//! Exports of one's own data, and of everybody's.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::time::Duration;

use export_worker::{KINDS, Shown};
use local::engines::{Fault, Service};
use serde_json::{Value, json};
use tests::{Answer, Kith, Person};

use super::everything::{self, attribute, items, put_item, text, user};
use super::pictures::objects;

const MINE: &str = "/v1/users/me/export";
const ALL: &str = "/v1/admin/export";

/// Asks for an export, and waits until it is made or given up.
async fn export(kith: &Kith, person: &Person, path: &str) -> Answer {
    let asked = person.post(path, json!({})).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    assert_eq!(asked.body["status"], "pending");
    kith.stack.settled().await;
    person.get(asked.header("location")).await
}

/// What is behind a link, and what it is to be called.
async fn download(answer: &Answer) -> (Vec<u8>, String) {
    assert_eq!(answer.body["status"], "ready", "{}", answer.body);
    let response = reqwest::get(answer.text("/url")).await.unwrap();
    assert_eq!(response.status(), 200);
    let name = response.headers()["content-disposition"].to_str().unwrap().to_owned();
    (response.bytes().await.unwrap().to_vec(), name)
}

/// The files of an archive, by name.
struct Archive(zip::ZipArchive<std::io::Cursor<Vec<u8>>>);

impl Archive {
    async fn of(answer: &Answer) -> Self {
        let (bytes, name) = download(answer).await;
        assert!(name.starts_with("attachment; filename=\"kith-export-20"), "{name}");
        assert!(name.ends_with(".zip\""), "{name}");
        Self(zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap())
    }

    fn names(&self) -> Vec<String> {
        self.0.file_names().map(|name| name.unwrap().into_owned()).collect()
    }

    fn bytes(&mut self, name: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.0.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    }

    fn json(&mut self, name: &str) -> Value {
        serde_json::from_slice(&self.bytes(name)).unwrap()
    }
}

#[tokio::test]
async fn an_export_has_all_that_is_stored_but_for_secrets() {
    let kith = Kith::start().await;
    let (friend, admin) = (kith.somebody().await, kith.admin().await);
    let ada = everything::somebody(&kith, &friend).await;
    assert_eq!(
        admin.patch(&format!("/v1/users/{}", ada.id), json!({"bio": "x"})).await.status,
        200
    );
    let answer = export(&kith, &ada, MINE).await;
    let mut archive = Archive::of(&answer).await;

    let own: Vec<_> = items(&kith)
        .await
        .into_iter()
        .filter(|item| attribute(item, "pk") == user(&ada.id))
        .collect();
    let mut seen = BTreeSet::new();
    for item in &own {
        let (entity, sk) = (attribute(item, "entity"), attribute(item, "sk"));
        let kind = everything::KINDS.iter().find(|(prefix, _)| sk.starts_with(prefix));
        assert_eq!(kind.map(|(_, entity)| *entity), Some(entity), "{sk}");
        let kind = KINDS.iter().find(|kind| kind.entity == entity).unwrap();
        seen.insert(entity.to_owned());
        let shown = match kind.shown {
            Shown::One(file) => archive.json(file.name),
            Shown::List(file) => {
                // What names the item in its partition, or its time, names it in the file.
                let list = archive.json(file.name);
                let names = ["id", "other_id", "provider", "confirmed_at", "created_at"];
                let name = names.into_iter().find(|name| item.contains_key(*name)).unwrap();
                let list = list.as_array().unwrap();
                let is_it = |shown: &&Value| shown[name] == attribute(item, name);
                list.iter().find(is_it).unwrap_or_else(|| panic!("no {sk} in {list:?}")).clone()
            }
            Shown::LeftOut { because } => {
                assert!(!because.is_empty());
                continue;
            }
        };
        assert!(shown.is_object(), "{entity}: {shown}");
    }
    let expected: BTreeSet<_> =
        everything::KINDS.iter().map(|(_, entity)| (*entity).to_owned()).collect();
    assert_eq!(seen, expected, "somebody who has everything has one of each kind");

    assert_eq!(archive.json("account.json")["email"], ada.email);
    assert_eq!(archive.json("profile.json")["location"], "Zanzibarland");
    assert_eq!(archive.json("preferences.json")["custom"], json!({"n": 1.5}));
    assert_eq!(archive.json("extensions.json")[0]["data"], json!({"level": 7}));
    let picture = archive.bytes("pictures/1024.jpg");
    let picture = if picture.is_empty() { archive.bytes("pictures/1024.webp") } else { picture };
    assert!(!picture.is_empty());
    assert!(String::from_utf8(archive.bytes("README.txt")).unwrap().contains("profile.json"));
    let names = archive.names();
    let whole: String = names
        .iter()
        .map(|name| String::from_utf8_lossy(&archive.bytes(name)).into_owned())
        .collect();
    for item in &own {
        for secret in [
            "refresh_hash",
            "previous_hash",
            "older_hash",
            "secret_hash",
            "secret",
            "public_key",
            "state_of_key",
            "recovery_codes",
        ] {
            let value = attribute(item, secret);
            assert!(value.is_empty() || !whole.contains(value), "{secret} of {item:?}");
        }
    }
    assert!(!whole.contains("$argon2"));
    assert!(!whole.contains(&admin.id), "who the administrators are is theirs");
}

#[test]
fn every_kind_of_a_users_items_is_decided_on() {
    let keys = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/src/store/keys.rs");
    let keys = std::fs::read_to_string(keys).unwrap();
    let table = keys.split("//! The index table").next().unwrap();
    let rows = table.lines().filter(|line| line.contains("| `USER#<id>` |"));
    let mut prefixes = BTreeSet::new();
    for row in rows {
        let sk = row.rsplit('`').nth(1).unwrap();
        let known = everything::KINDS.iter().find(|(prefix, _)| sk.starts_with(prefix));
        let (prefix, entity) = known.unwrap_or_else(|| panic!("nobody has decided on {sk}"));
        assert!(KINDS.iter().any(|kind| kind.entity == *entity), "{entity}");
        prefixes.insert(*prefix);
    }
    assert_eq!(prefixes.len(), everything::KINDS.len());
}

#[tokio::test]
async fn a_kind_that_nobody_has_decided_on_fails_the_export() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    put_item(&kith, (&user(&ada.id), "NEW#1"), "new_kind", vec![]).await;
    let failed = export(&kith, &ada, MINE).await;
    assert_eq!(
        failed.body,
        json!({"id": failed.text("/id"), "status": "failed", "url": null, "expires_at": null})
    );
    assert!(objects(&kith, &ada.id).await.iter().all(|key| key.starts_with("pictures/")));
    assert_eq!(kith.stack.engines.dead_letters().len(), 1);
}

#[tokio::test]
async fn an_export_tells_nothing_of_those_who_did_something_to_its_user() {
    let kith = Kith::start().await;
    let (ada, admin) = (kith.somebody().await, kith.admin().await);
    let picture = format!("/v1/users/{}/picture", ada.id);
    assert_eq!(
        super::pictures::put_to(&admin, &picture, super::pictures::png([1, 2, 3])).await.status,
        200
    );
    let bio = json!({"bio": "Moderated."});
    assert_eq!(admin.patch(&format!("/v1/users/{}", ada.id), bio).await.status, 200);
    let mut archive = Archive::of(&export(&kith, &ada, MINE).await).await;
    for name in archive.names() {
        let text = String::from_utf8_lossy(&archive.bytes(&name)).into_owned();
        assert!(!text.contains(&admin.id), "{name}: {text}");
    }
    assert_eq!(archive.json("uploads.json")[0]["progress"], "done");
}

#[tokio::test]
async fn an_export_is_its_owners_and_whoever_may_read_everybody() {
    let kith = Kith::start().await;
    let (ada, eve, admin) = (kith.somebody().await, kith.somebody().await, kith.admin().await);
    let hers = format!("/v1/users/{}/export", ada.id);
    eve.post(&hers, json!({})).await.assert_problem(404, "not_found");
    kith.nobody().post(&hers, json!({})).await.assert_problem(401, "authentication_required");
    let ready = export(&kith, &ada, MINE).await;
    let one = format!("{hers}/{}", ready.text("/id"));
    assert_eq!(ada.get(&one).await.status, 200);
    eve.get(&one).await.assert_problem(404, "not_found");
    eve.get(&format!("{MINE}/{}", ready.text("/id"))).await.assert_problem(404, "not_found");
    for id in ["x", "01900000-0000-7000-8000-000000000000", "..%2F..%2Fpictures"] {
        ada.get(&format!("{MINE}/{id}")).await.assert_problem(404, "not_found");
    }
    // What an administrator does with it is on record.
    assert_eq!(admin.get(&one).await.status, 200);
    export(&kith, &admin, &hers).await;
    let audit: Vec<_> = items(&kith)
        .await
        .iter()
        .filter(|item| {
            attribute(item, "entity") == "audit" && attribute(item, "target_id") == ada.id
        })
        .map(|item| attribute(item, "action").to_owned())
        .collect();
    assert_eq!(audit.len(), 3, "{audit:?}");
    assert!(audit.contains(&"export.opened".to_owned()), "{audit:?}");
    assert!(audit.contains(&"export.requested".to_owned()), "{audit:?}");
    // The link alone opens nothing once it is changed.
    let url = ready.text("/url").replace(&ada.id, &eve.id);
    assert_eq!(reqwest::get(url).await.unwrap().status(), 403);
}

#[tokio::test]
async fn an_export_lives_a_week_and_its_link_a_quarter_of_an_hour() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let ready = export(&kith, &ada, MINE).await;
    let path = format!("{MINE}/{}", ready.text("/id"));
    let left = ready.text("/expires_at").parse::<shared::domain::Timestamp>().unwrap();
    let left = left.since(kith.stack.context.now());
    assert!(left > Duration::from_mins(13) && left <= Duration::from_mins(15), "{left:?}");
    let again = ada.request(reqwest::Method::GET, &path);
    let again = tests::send(again.header("if-none-match", ready.header("etag"))).await;
    assert!([200, 304].contains(&again.status.as_u16()), "a minute may have passed");
    kith.wait(Duration::from_hours(7 * 24));
    let ada = kith.sign_in(&ada.email, tests::PASSWORD).await;
    ada.get(&path).await.assert_problem(404, "not_found");
    // Its file goes when TTL takes the note.
    assert_eq!(objects(&kith, "exports/").await.len(), 1);
    let client = kith.stack.context.sdk.dynamodb();
    let forget = client.delete_item().table_name("kith").key("pk", text(&user(&ada.id)));
    let note = format!("EXPORT#{}", ready.text("/id"));
    forget.key("sk", text(&note)).send().await.unwrap();
    assert_eq!(objects(&kith, "exports/").await, [""; 0]);
}

#[tokio::test]
async fn one_export_is_under_way_however_many_ask_for_it() {
    let kith = Kith::with(&[("RATE_LIMIT_EXPORT", "20/1d")]).await;
    let ada = kith.somebody().await;
    kith.stack.settled().await;
    kith.stack.engines.fail(Service::S3, Fault::Throttle);
    let asked = (0..8).map(|_| ada.post(MINE, json!({})));
    let asked = futures_util::future::join_all(asked).await;
    let ids: BTreeSet<_> = asked.iter().map(|answer| answer.text("/id")).collect();
    assert!(asked.iter().all(|answer| answer.status == 202), "{asked:?}");
    assert_eq!(ids.len(), 1, "{ids:?}");
    let own = items(&kith).await;
    let exports = own.iter().filter(|item| attribute(item, "entity") == "export");
    assert_eq!(exports.count(), 1);
    // One that nobody has made within the hour doesn't hold up the next.
    kith.wait(Duration::from_mins(61));
    let ada = kith.sign_in(&ada.email, tests::PASSWORD).await;
    let first = ada.get(&format!("{MINE}/{}", asked[0].text("/id"))).await;
    assert_eq!(first.body["status"], "failed");
    kith.stack.engines.fail(Service::S3, Fault::None);
    let second = export(&kith, &ada, MINE).await;
    assert_eq!(second.body["status"], "ready");
    assert!(!ids.contains(&second.text("/id")));
    let first = ada.get(&format!("{MINE}/{}", asked[0].text("/id"))).await;
    assert_eq!(first.body["status"], "failed", "nor does it come back");
    assert!(objects(&kith, "requests/").await.is_empty());
}

#[tokio::test]
async fn exports_are_limited_by_the_day() {
    let kith = Kith::with(&[("RATE_LIMIT_EXPORT", "2/1d")]).await;
    let ada = kith.somebody().await;
    for _ in 0..2 {
        export(&kith, &ada, MINE).await;
    }
    let refused = ada.post(MINE, json!({})).await;
    refused.assert_problem(429, "rate_limited");
    kith.somebody()
        .await
        .post(&format!("/v1/users/{}/export", ada.id), json!({}))
        .await
        .assert_problem(404, "not_found");
}

#[tokio::test]
async fn what_fails_for_the_moment_is_made_after_all_and_once() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    kith.stack.settled().await;
    kith.stack.engines.fail(Service::S3, Fault::Throttle);
    let asked = ada.post(MINE, json!({})).await;
    assert_eq!(asked.status, 202);
    kith.stack.engines.fail(Service::S3, Fault::None);
    kith.stack.settled().await;
    let ready = ada.get(asked.header("location")).await;
    assert_eq!(ready.body["status"], "ready");
    let before = objects(&kith, "exports/").await;
    // Told of once more, as S3 may.
    let key = format!("requests/exports/{}/{}", ada.id, asked.text("/id"));
    kith.stack.engines.object_created(&key);
    kith.stack.settled().await;
    assert_eq!(ada.get(asked.header("location")).await.body["status"], "ready");
    assert_eq!(objects(&kith, "exports/").await, before);
    assert_eq!(before.len(), 1);
}

#[tokio::test]
async fn all_users_are_exported_by_administrators_only() {
    let kith = Kith::start().await;
    let (friend, admin) = (kith.somebody().await, kith.admin().await);
    let ada = everything::somebody(&kith, &friend).await;
    let gone = kith.somebody().await;
    gone.delete("/v1/users/me").await;
    ada.post(ALL, json!({})).await.assert_problem(403, "forbidden");
    kith.nobody().post(ALL, json!({})).await.assert_problem(401, "authentication_required");
    let ready = export(&kith, &admin, ALL).await;
    let (bytes, name) = download(&ready).await;
    assert!(name.contains("kith-users-20") && name.ends_with(".ndjson.gz\""), "{name}");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: BTreeSet<_> = lines.iter().map(|line| line["id"].as_str().unwrap()).collect();
    assert_eq!(ids, BTreeSet::from([ada.id.as_str(), &friend.id, &admin.id]));
    assert_eq!(lines.len(), 3);

    // It is no personal export, nor another's, nor anybody else's.
    let id = ready.text("/id");
    admin.get(&format!("{MINE}/{id}")).await.assert_problem(404, "not_found");
    admin.get(&format!("{ALL}/x")).await.assert_problem(404, "not_found");
    ada.get(&format!("{ALL}/{id}")).await.assert_problem(403, "forbidden");
    let own = export(&kith, &admin, MINE).await.text("/id");
    admin.get(&format!("{ALL}/{own}")).await.assert_problem(404, "not_found");
    let audited = items(&kith).await;
    let audited = audited.iter().filter(|item| attribute(item, "entity") == "audit");
    let actions: Vec<_> = audited.map(|item| attribute(item, "action")).collect();
    assert!(actions.contains(&"export.requested") && actions.contains(&"export.opened"));
}
