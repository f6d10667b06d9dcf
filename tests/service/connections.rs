use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Kith, Person};

use super::pictures;

const LIST: &str = "/v1/users/me/connections";
const BLOCKS: &str = "/v1/users/me/blocks";
const NOBODY: &str = "01a1ee27-85d0-7497-a4d3-ecc208a5c54a";

fn to(other: &Person) -> String {
    format!("{LIST}/{}", other.id)
}

fn block(other: &Person) -> String {
    format!("{BLOCKS}/{}", other.id)
}

fn user(other: &Person) -> String {
    format!("/v1/users/{}", other.id)
}

/// A `PUT` without a body.
async fn put(person: &Person, path: &str) -> Answer {
    tests::send(person.request(Method::PUT, path)).await
}

async fn open(kith: &Kith, name: &str, profile: &str, fields: Value) -> Person {
    let privacy = json!({"profile": profile, "fields": fields});
    let person = json!({
        "display_name": name, "first_name": "Augusta", "bio": "b", "phone": "+442079460123",
        "location": "London", "privacy": privacy,
    });
    kith.somebody_with(person).await
}

async fn member(kith: &Kith, name: &str) -> Person {
    open(kith, name, "public", json!({})).await
}

async fn connect(one: &Person, other: &Person) {
    assert_eq!(put(one, &to(other)).await.status, 201);
    assert_eq!(put(other, &to(one)).await.body["state"], "accepted");
}

/// The other users of a list, as it has them.
fn ids(list: &Answer) -> Vec<&str> {
    assert_eq!(list.status, 200, "{}", list.body);
    let items = list.body["items"].as_array().unwrap();
    items.iter().map(|item| item["user_id"].as_str().unwrap()).collect()
}

type Item = HashMap<String, AttributeValue>;

/// What the table has of a user under sort keys that begin so.
async fn stored(kith: &Kith, pk: &str, beginning: &str) -> Vec<Item> {
    let client = kith.stack.context.sdk.dynamodb();
    let query = client
        .query()
        .table_name("kith")
        .key_condition_expression("pk = :pk AND begins_with(sk, :sk)")
        .expression_attribute_values(":pk", AttributeValue::S(pk.to_owned()))
        .expression_attribute_values(":sk", AttributeValue::S(beginning.to_owned()));
    query.send().await.unwrap().items.unwrap_or_default()
}

fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    item.get(name).and_then(|value| value.as_s().ok()).map_or("", |text| text)
}

/// Connections, requests sent and blocks, as an account counts them.
async fn counts(kith: &Kith, person: &Person) -> [String; 3] {
    let account = stored(kith, &format!("USER#{}", person.id), "SELF#ACCOUNT").await.remove(0);
    ["connections", "requests_sent", "blocks"].map(|name| match account.get(name) {
        Some(AttributeValue::N(number)) => number.clone(),
        _ => "0".to_owned(),
    })
}

async fn count(kith: &Kith, person: &Person, name: &str, number: u64) {
    kith.set_account(&person.id, name, AttributeValue::N(number.to_string())).await;
}

#[tokio::test]
async fn two_connect_when_one_asks_and_the_other_says_yes() {
    let kith = Kith::start().await;
    let (ada, bob) = (member(&kith, "Ada").await, member(&kith, "Bob").await);
    let asked = put(&ada, &to(&bob)).await;
    assert_eq!((asked.status.as_u16(), &asked.body["state"]), (201, &json!("pending")));
    assert_eq!(asked.body["user_id"], json!(bob.id));
    assert_eq!(asked.body["user"]["display_name"], "Bob");
    assert_eq!(asked.body["user"]["picture"]["source"], "generated");
    assert_eq!(asked.body["direction"], "out");
    let again = put(&ada, &to(&bob)).await;
    assert_eq!((again.status.as_u16(), &again.body), (200, &asked.body));
    assert_eq!(again.header("etag"), asked.header("etag"));
    let seen = bob.get(&to(&ada)).await;
    assert_eq!((&seen.body["state"], &seen.body["direction"]), (&json!("pending"), &json!("in")));
    assert_eq!(seen.body["user"]["display_name"], "Ada");

    let stale = bob.request(Method::PUT, &to(&ada)).header("if-match", "\"1-x\"");
    tests::send(stale).await.assert_problem(412, "version_mismatch");
    let accept = bob.request(Method::PUT, &to(&ada)).header("if-match", seen.header("etag"));
    let accepted = tests::send(accept).await;
    assert_eq!((accepted.status.as_u16(), &accepted.body["state"]), (200, &json!("accepted")));
    assert_eq!(accepted.body["direction"], "in");
    assert_eq!(accepted.body["created_at"], asked.body["created_at"]);
    let read = ada.get(&to(&bob)).await;
    assert_eq!(read.body["state"], "accepted");
    let known = ada.request(Method::GET, &to(&bob)).header("if-none-match", read.header("etag"));
    assert_eq!(tests::send(known).await.status, 304);

    for (query, of_ada, of_bob) in [
        ("", 1, 1),
        ("?state=accepted", 1, 1),
        ("?state=pending", 0, 0),
        ("?direction=out", 1, 0),
        ("?state=accepted&direction=in", 0, 1),
    ] {
        assert_eq!(ids(&ada.get(&format!("{LIST}{query}")).await).len(), of_ada, "{query}");
        assert_eq!(ids(&bob.get(&format!("{LIST}{query}")).await).len(), of_bob, "{query}");
    }
    for query in ["state=blocked", "state=", "direction=both", "limit=0"] {
        ada.get(&format!("{LIST}?{query}")).await.assert_problem(422, "validation_failed");
    }

    let stale = ada.request(Method::DELETE, &to(&bob)).header("if-match", asked.header("etag"));
    tests::send(stale).await.assert_problem(412, "version_mismatch");
    assert_eq!(bob.delete(&to(&ada)).await.status, 204);
    for (one, other) in [(&ada, &bob), (&bob, &ada)] {
        one.get(&to(other)).await.assert_problem(404, "not_found");
        one.delete(&to(other)).await.assert_problem(404, "not_found");
        assert_eq!(ids(&one.get(LIST).await), [""; 0]);
        assert_eq!(counts(&kith, one).await, ["0", "0", "0"]);
    }
}

#[tokio::test]
async fn one_side_alone_opens_nothing() {
    let kith = Kith::start().await;
    let fields = json!({"phone": "connections", "location": "private"});
    let ada = open(&kith, "Ada", "connections", fields).await;
    let eve = member(&kith, "Eve").await;
    let is_card = |answer: &Answer| answer.status == 200 && answer.body["bio"].is_null();
    assert!(is_card(&eve.get(&user(&ada)).await));
    // Nothing that the asker sends makes more of it than a request.
    let forged = json!({"state": "accepted", "direction": "in", "user_id": ada.id});
    for _ in 0..3 {
        let answer = eve.put(&format!("{}?direction=in", to(&ada)), forged.clone()).await;
        assert_eq!(
            (&answer.body["state"], &answer.body["direction"]),
            (&json!("pending"), &json!("out"))
        );
        assert!(is_card(&eve.get(&user(&ada)).await));
    }
    // Nor does asking in the name of the one who is asked.
    let path = format!("{}/connections/{}", user(&ada), eve.id);
    put(&eve, &path).await.assert_problem(404, "not_found");
    assert!(is_card(&eve.get(&user(&ada)).await));

    let tag = eve.get(&user(&ada)).await.header("etag").to_owned();
    put(&ada, &to(&eve)).await;
    let seen = eve.get(&user(&ada)).await;
    assert_eq!((&seen.body["bio"], &seen.body["phone"]), (&json!("b"), &json!("+442079460123")));
    assert_eq!((&seen.body["location"], &seen.body["email"]), (&Value::Null, &Value::Null));
    assert_ne!(seen.header("etag"), tag);
    assert!(seen.header("etag").starts_with("\"0-"), "no version of what they can't see");
    ada.delete(&to(&eve)).await;
    assert!(is_card(&eve.get(&user(&ada)).await));
}

#[tokio::test]
async fn who_cannot_be_asked_is_not_there() {
    let kith = Kith::start().await;
    let ada = member(&kith, "Ada").await;
    let hidden = kith.somebody().await;
    let deleted = member(&kith, "Deleted").await;
    deleted.delete("/v1/users/me").await;
    let shut = member(&kith, "Shut").await;
    kith.set_account(&shut.id, "is_active", AttributeValue::Bool(false)).await;
    let blocking = member(&kith, "Blocking").await;
    put(&blocking, &block(&ada)).await;
    let mut answers = BTreeSet::new();
    for id in [&hidden.id, &deleted.id, &shut.id, &blocking.id, NOBODY, "x", "@ada"] {
        let mut answer = put(&ada, &format!("{LIST}/{id}")).await;
        answer.assert_problem(404, "not_found");
        answer.body["request_id"].take();
        answers.insert(answer.body.to_string());
        ada.get(&format!("{LIST}/{id}")).await.assert_problem(404, "not_found");
        ada.delete(&format!("{LIST}/{id}")).await.assert_problem(404, "not_found");
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    for path in [to(&ada), format!("{LIST}/{}", ada.id.to_uppercase()), block(&ada)] {
        let answer = put(&ada, &path).await;
        answer.assert_problem(422, "validation_failed");
        assert_eq!(answer.errors()[0].0, "other_id");
    }
    let only = ada.request(Method::PUT, &to(&hidden)).header("if-match", "*");
    tests::send(only).await.assert_problem(412, "version_mismatch");
    put(&kith.nobody(), &to(&ada)).await.assert_problem(401, "authentication_required");
    assert_eq!(stored(&kith, &format!("USER#{}", ada.id), "CONNECTION#").await.len(), 0);
}

#[tokio::test]
async fn who_asks_shows_their_card_even_of_a_private_profile() {
    let kith = Kith::start().await;
    let ada = open(&kith, "Ada", "private", json!({})).await;
    let shy = open(&kith, "Shy", "private", json!({"display_name": "connections"})).await;
    let bob = member(&kith, "Bob").await;
    pictures::put(&ada, pictures::png([9, 9, 9])).await;
    let picture = format!("{}/picture", user(&ada));
    bob.get(&user(&ada)).await.assert_problem(404, "not_found");
    bob.get(&picture).await.assert_problem(404, "not_found");
    put(&ada, &to(&bob)).await;
    put(&shy, &to(&bob)).await;
    let inbox = bob.get(&format!("{LIST}?direction=in")).await;
    assert_eq!(ids(&inbox), [&shy.id, &ada.id], "the newest first");
    let [of_shy, of_ada] = [0, 1].map(|n| &inbox.body["items"][n]["user"]);
    assert_eq!((&of_ada["display_name"], &of_ada["id"]), (&json!("Ada"), &json!(ada.id)));
    assert_eq!(of_ada["picture"]["source"], "uploaded");
    assert_eq!(of_shy["display_name"], Value::Null);
    let shown = pictures::get(&bob, &picture).await;
    shown.assert_is([9, 9, 9]);
    assert_eq!(shown.header("cache-control"), "private, no-cache");
    // All else of it stays private, connected or not.
    bob.get(&user(&ada)).await.assert_problem(404, "not_found");
    put(&bob, &to(&ada)).await;
    put(&bob, &to(&shy)).await;
    bob.get(&user(&ada)).await.assert_problem(404, "not_found");
    let list = bob.get(LIST).await;
    assert_eq!(list.body["items"][0]["user"]["display_name"], "Shy");
    assert_eq!(list.body["items"][1]["user"]["display_name"], "Ada");
    bob.delete(&to(&ada)).await;
    bob.get(&picture).await.assert_problem(404, "not_found");

    // Whom one has asked may hide before they answer.
    let eve = member(&kith, "Eve").await;
    put(&bob, &to(&eve)).await;
    eve.patch("/v1/users/me", json!({"privacy": {"profile": "private"}})).await;
    let asked = bob.get(&to(&eve)).await;
    assert_eq!((&asked.body["user"]["display_name"], asked.status.as_u16()), (&Value::Null, 200));
}

#[tokio::test]
async fn a_private_askers_username_stays_theirs() {
    let kith = Kith::start().await;
    let ada = open(&kith, "Ada", "private", json!({})).await;
    ada.patch("/v1/users/me", json!({"username": "ada"})).await;
    let bob = member(&kith, "Bob").await;
    assert_eq!(put(&ada, &to(&bob)).await.status, 201);
    for path in ["/v1/users/@ada", "/v1/users/@ada/picture"] {
        bob.get(path).await.assert_problem(404, "not_found");
    }
    let picture = format!("{}/picture", user(&ada));
    assert_eq!(pictures::get(&bob, &picture).await.status, 200);
}

#[tokio::test]
async fn what_is_wrong_with_a_wish_for_a_picture_does_not_tell_who_exists() {
    let kith = Kith::start().await;
    let (eve, hidden) = (kith.somebody().await, kith.known_as("Ada").await);
    hidden.patch("/v1/users/me", json!({"privacy": {"profile": "private"}})).await;
    let nobody = "01a12a75-ddd0-74f8-996d-a763b7a969b1";
    for id in [hidden.id.as_str(), nobody] {
        let answer = eve.get(&format!("/v1/users/{id}/picture?size=9")).await;
        answer.assert_problem(404, "not_found");
    }
    hidden.get("/v1/users/me/picture?size=9").await.assert_problem(422, "validation_failed");
}

#[tokio::test]
async fn a_users_connections_are_theirs_and_administrators() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let (ada, bob, eve) =
        (member(&kith, "Ada").await, member(&kith, "Bob").await, member(&kith, "Eve").await);
    connect(&ada, &bob).await;
    let of_ada = |rest: &str| format!("{}{rest}", user(&ada));
    for path in
        ["/connections".to_owned(), "/blocks".to_owned(), format!("/connections/{}", bob.id)]
    {
        eve.get(&of_ada(&path)).await.assert_problem(404, "not_found");
        admin.get(&format!("/v1/users/{NOBODY}{path}")).await.assert_problem(404, "not_found");
        assert_eq!(admin.get(&of_ada(&path)).await.status, 200);
    }
    for (method, path) in [
        (Method::DELETE, format!("/connections/{}", bob.id)),
        (Method::PUT, format!("/connections/{}", eve.id)),
        (Method::PUT, format!("/blocks/{}", bob.id)),
        (Method::DELETE, format!("/blocks/{}", bob.id)),
    ] {
        let answer = tests::send(eve.request(method, &of_ada(&path))).await;
        answer.assert_problem(404, "not_found");
    }
    assert_eq!(ids(&ada.get(LIST).await), [&bob.id]);
    let end = admin.delete(&of_ada(&format!("/connections/{}", bob.id))).await;
    assert_eq!(end.status, 204);
    assert_eq!(ids(&bob.get(LIST).await), [""; 0]);

    // Whose address an activity tells: the actor's own alone. Administrators are audited.
    let of = async |person: &Person| {
        let items = stored(&kith, &format!("USER#{}", person.id), "ACTIVITY#").await;
        let of_connections = items.into_iter().filter(|item| text(item, "type").contains("conn"));
        of_connections
            .map(|item| {
                let by = match item.get("data") {
                    Some(AttributeValue::M(data)) => text(data, "by").to_owned(),
                    _ => String::new(),
                };
                (text(&item, "type").to_owned(), !text(&item, "ip_address").is_empty(), by)
            })
            .collect::<Vec<_>>()
    };
    let act =
        |kind: &str, is_own: bool, by: &str| (format!("connection.{kind}"), is_own, by.to_owned());
    assert_eq!(
        of(&ada).await,
        [
            act("requested", true, ""),
            act("accepted", false, ""),
            act("removed", false, "administrator")
        ]
    );
    assert_eq!(
        of(&bob).await,
        [act("requested", false, ""), act("accepted", true, ""), act("removed", false, "")]
    );
    let month = &ada.get("/v1/users/me").await.text("/created_at")[..7].to_owned();
    let mut audited = Vec::new();
    for shard in 0..4 {
        audited.extend(stored(&kith, &format!("AUDIT#{month}#{shard}"), "").await);
    }
    let audited = audited.iter().filter(|entry| text(entry, "action").starts_with("connection."));
    let audited: Vec<_> = audited.map(|entry| text(entry, "target_id").to_owned()).collect();
    assert_eq!(audited, [ada.id]);
}

#[tokio::test]
async fn whom_somebody_blocks_finds_them_nowhere() {
    let kith = Kith::start().await;
    let (ada, eve) = (member(&kith, "Ada Lovelace").await, member(&kith, "Eve Moriarty").await);
    ada.patch("/v1/users/me", json!({"username": "lovelace"})).await;
    connect(&eve, &ada).await;
    assert_eq!(put(&ada, &block(&eve)).await.status, 204);
    assert_eq!(put(&ada, &block(&eve)).await.status, 204, "again");
    kith.stack.settled().await;
    for path in [
        user(&ada),
        "/v1/users/@lovelace".to_owned(),
        format!("{}/picture", user(&ada)),
        to(&ada),
        format!("{}/preferences", user(&ada)),
    ] {
        eve.get(&path).await.assert_problem(404, "not_found");
    }
    assert_eq!(eve.get(&format!("/v1/users?ids={}", ada.id)).await.body["items"], json!([]));
    assert!(!eve.get("/v1/users?limit=100").await.body.to_string().contains(&ada.id));
    assert_eq!(eve.search("lovelace").await, [""; 0]);
    assert_eq!(ids(&eve.get(LIST).await), [""; 0]);
    for person in [&ada, &eve] {
        assert_eq!(counts(&kith, person).await[..2], ["0", "0"]);
    }

    // Asking again gets nowhere, from either side.
    put(&eve, &to(&ada)).await.assert_problem(404, "not_found");
    put(&ada, &to(&eve)).await.assert_problem(409, "blocked");
    assert_eq!(stored(&kith, &format!("USER#{}", eve.id), "CONNECTION#").await.len(), 0);
    // Others and the blocker see as before.
    assert_eq!(kith.somebody().await.get(&user(&ada)).await.status, 200);
    assert_eq!(kith.admin().await.get(&user(&ada)).await.status, 200);
    assert_eq!(ada.get(&user(&eve)).await.status, 200);
    // Nobody takes somebody else's block back, and it isn't in the way of one's own.
    eve.delete(&block(&ada)).await.assert_problem(404, "not_found");
    assert_eq!(put(&eve, &block(&ada)).await.status, 204);
    let list = eve.get(BLOCKS).await;
    assert_eq!((ids(&list), &list.body["items"][0]["user"]), (vec![&*ada.id], &Value::Null));
    ada.get(&user(&eve)).await.assert_problem(404, "not_found");
    assert_eq!(eve.delete(&block(&ada)).await.status, 204);
    eve.get(&user(&ada)).await.assert_problem(404, "not_found");

    let list = ada.get(BLOCKS).await;
    assert_eq!(list.body["items"][0]["user"]["display_name"], "Eve Moriarty");
    assert_eq!(ada.delete(&block(&eve)).await.status, 204);
    ada.delete(&block(&eve)).await.assert_problem(404, "not_found");
    assert_eq!(eve.get(&user(&ada)).await.status, 200);
    eve.get(&to(&ada)).await.assert_problem(404, "not_found");
    assert_eq!(counts(&kith, &ada).await, ["0", "0", "0"]);
    assert_eq!(put(&eve, &to(&ada)).await.status, 201);
}

#[tokio::test]
async fn a_block_does_not_tell_who_exists() {
    let kith = Kith::start().await;
    let ada = member(&kith, "Ada").await;
    let hidden = kith.somebody().await;
    for id in [NOBODY, &hidden.id] {
        let path = format!("{BLOCKS}/{id}");
        assert_eq!(put(&ada, &path).await.status, 204);
        put(&ada, &format!("{LIST}/{id}")).await.assert_problem(409, "blocked");
    }
    let list = ada.get(BLOCKS).await;
    assert_eq!(ids(&list), [&hidden.id, NOBODY]);
    for item in list.body["items"].as_array().unwrap() {
        assert_eq!(item["user"], Value::Null);
    }
    hidden.patch("/v1/users/me", json!({"privacy": {"profile": "public"}})).await;
    hidden.get(&user(&ada)).await.assert_problem(404, "not_found");
    for id in [NOBODY, &hidden.id] {
        assert_eq!(ada.delete(&format!("{BLOCKS}/{id}")).await.status, 204);
    }
}

#[tokio::test]
async fn who_leaves_is_in_nobodys_list() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let (ada, bob, eve) =
        (member(&kith, "Ada").await, member(&kith, "Bob").await, member(&kith, "Eve").await);
    connect(&ada, &bob).await;
    put(&eve, &to(&ada)).await;
    ada.delete("/v1/users/me").await;
    for person in [&bob, &eve] {
        assert_eq!(ids(&person.get(LIST).await), [""; 0]);
        person.get(&to(&ada)).await.assert_problem(404, "not_found");
    }
    // Taken back, all is as it was.
    let login = json!({"email": ada.email, "password": tests::PASSWORD});
    let token = kith.nobody().post("/v1/auth/login", login).await.text("/restore_token");
    kith.nobody().post("/v1/auth/restore", json!({"restore_token": token})).await;
    assert_eq!(ids(&bob.get(LIST).await), [&ada.id]);
    kith.set_account(&ada.id, "is_active", AttributeValue::Bool(false)).await;
    assert_eq!(ids(&bob.get(LIST).await), [""; 0]);

    assert_eq!(counts(&kith, &eve).await, ["1", "1", "0"]);
    assert_eq!(admin.delete(&format!("{}?immediate=true", user(&ada))).await.status, 202);
    for person in [&bob, &eve] {
        let left = stored(&kith, &format!("USER#{}", person.id), "CONNECTION#").await;
        assert_eq!(left.len(), 0);
        assert_eq!(counts(&kith, person).await, ["0", "0", "0"]);
    }
    assert_eq!(stored(&kith, &format!("USER#{}", ada.id), "").await.len(), 0);
}

/// Holds that two users have the same of each other, and count it.
async fn assert_agree(kith: &Kith, one: &Person, other: &Person) {
    let of =
        async |person: &Person| stored(kith, &format!("USER#{}", person.id), "CONNECTION#").await;
    let (own, theirs) = (of(one).await, of(other).await);
    assert_eq!(own.len(), theirs.len());
    let is_pending = |item: &Item| text(item, "state") == "pending";
    for (own, theirs) in own.iter().zip(&theirs) {
        assert_eq!(text(own, "state"), text(theirs, "state"));
        assert_ne!(text(own, "direction"), text(theirs, "direction"));
        assert_eq!(own["version"], theirs["version"]);
    }
    for (person, items) in [(one, &own), (other, &theirs)] {
        let sent = items.iter().filter(|i| is_pending(i) && text(i, "direction") == "out").count();
        let expected = [items.len().to_string(), sent.to_string(), "0".to_owned()];
        assert_eq!(counts(kith, person).await, expected);
    }
}

#[tokio::test]
async fn whoever_acts_at_once_both_sides_stay_equal() {
    let kith = Kith::start().await;
    let (ada, bob) = (member(&kith, "Ada").await, member(&kith, "Bob").await);
    let (to_bob, to_ada) = (to(&bob), to(&ada));
    // Two who ask each other at the same moment are connected.
    let asks = (0..20).map(|n| if n % 2 == 0 { put(&ada, &to_bob) } else { put(&bob, &to_ada) });
    let answers = join_all(asks).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| [200, 201].contains(&answer.status.as_u16())));
    assert_eq!(ada.get(&to_bob).await.body["state"], "accepted");
    assert_agree(&kith, &ada, &bob).await;

    let ends = (0..20).map(|n| if n % 2 == 0 { ada.delete(&to_bob) } else { bob.delete(&to_ada) });
    let ends = join_all(ends).await;
    assert_eq!(ends.iter().filter(|answer| answer.status == 204).count(), 1);
    assert_agree(&kith, &ada, &bob).await;

    for _ in 0..3 {
        let all = (0..20).map(async |n| match n % 4 {
            0 => put(&ada, &to_bob).await,
            1 => put(&bob, &to_ada).await,
            2 => ada.delete(&to_bob).await,
            _ => bob.delete(&to_ada).await,
        });
        let answers = join_all(all).await;
        assert!(answers.iter().all(|answer| answer.status.as_u16() < 500));
        assert_agree(&kith, &ada, &bob).await;
    }

    // A block at the same time as everything else wins.
    let eve = member(&kith, "Eve").await;
    let blocks = block(&eve);
    let (to_eve, of_eve) = (to(&eve), to(&ada));
    let all = (0..20).map(async |n| match n {
        10 => put(&ada, &blocks).await,
        n if n % 2 == 0 => put(&ada, &to_eve).await,
        _ => put(&eve, &of_eve).await,
    });
    join_all(all).await;
    assert_eq!(ids(&eve.get(LIST).await), [""; 0]);
    eve.get(&user(&ada)).await.assert_problem(404, "not_found");
    assert_eq!(counts(&kith, &eve).await, ["0", "0", "0"]);
    assert_eq!(counts(&kith, &ada).await[1..], ["0", "1"]);
}

#[tokio::test]
async fn limits_hold_exactly() {
    let kith = Kith::start().await;
    let ada = member(&kith, "Ada").await;
    let people = join_all((0..6).map(|_| member(&kith, "Bob"))).await;
    count(&kith, &ada, "requests_sent", 497).await;
    count(&kith, &ada, "connections", 497).await;
    let asks = people.iter().map(async |person| put(&ada, &to(person)).await.status.as_u16());
    let mut asked = join_all(asks).await;
    asked.sort_unstable();
    assert_eq!(asked, [201, 201, 201, 409, 409, 409]);
    assert_eq!(counts(&kith, &ada).await, ["500", "500", "0"]);
    let refused = people.iter().map(async |person| put(&ada, &to(person)).await);
    let refused: Vec<_> = join_all(refused).await;
    let refused: Vec<_> = refused.into_iter().filter(|answer| answer.status == 409).collect();
    assert_eq!(refused.len(), 3);
    refused[0].assert_problem(409, "connection_limit");

    // Who has as many as they may can't be asked either, nor ask.
    let full = member(&kith, "Full").await;
    count(&kith, &full, "connections", 5_000).await;
    let bob = member(&kith, "Bob").await;
    put(&bob, &to(&full)).await.assert_problem(409, "connection_limit");
    put(&full, &to(&bob)).await.assert_problem(409, "connection_limit");
    assert_eq!(counts(&kith, &bob).await, ["0", "0", "0"]);
    count(&kith, &bob, "blocks", 5_000).await;
    put(&bob, &block(&full)).await.assert_problem(409, "connection_limit");
}

#[tokio::test]
async fn lists_have_pages_and_cursors_of_their_own() {
    let kith = Kith::start().await;
    let ada = member(&kith, "Ada").await;
    let mut people = Vec::new();
    for n in 0..7 {
        let person = member(&kith, &format!("Person {n}")).await;
        if n % 2 == 0 {
            put(&person, &to(&ada)).await
        } else {
            put(&ada, &to(&person)).await
        };
        people.insert(0, person);
    }
    let expected: Vec<_> = people.iter().map(|person| person.id.clone()).collect();
    let page = async |person: &Person, query: &str| person.get(&format!("{LIST}?{query}")).await;
    let (mut found, mut query) = (Vec::new(), "limit=3".to_owned());
    loop {
        let answer = page(&ada, &query).await;
        found.extend(ids(&answer).into_iter().map(str::to_owned));
        let Some(cursor) = answer.body["next_cursor"].as_str() else { break };
        query = format!("limit=3&cursor={cursor}");
    }
    assert_eq!(found, expected);
    // Who has gone leaves no gap in a page.
    people[1].delete("/v1/users/me").await;
    let answer = page(&ada, "limit=3").await;
    assert_eq!(ids(&answer), [&expected[0], &expected[2], &expected[3]]);

    let cursor = answer.text("/next_cursor");
    for (person, query) in [
        (&people[0], format!("cursor={cursor}")),
        (&ada, format!("cursor={cursor}&state=pending")),
        (&ada, format!("cursor={cursor}x")),
    ] {
        page(person, &query).await.assert_problem(400, "invalid_cursor");
    }
    let path = format!("{BLOCKS}?cursor={cursor}");
    ada.get(&path).await.assert_problem(400, "invalid_cursor");
    let path = format!("{}/connections?cursor={cursor}", user(&ada));
    kith.admin().await.get(&path).await.assert_problem(400, "invalid_cursor");
}

/// What somebody finds of a user in each place that shows people: nothing,
/// `card` (the name of the card alone) or `bio`, which stands for fields.
async fn walk(viewer: &Person, of: &Person) -> [&'static str; 5] {
    let read = |user: &Value| match user {
        Value::Null => "",
        user if user["bio"] == "b" => "bio",
        user if user["display_name"].is_string() => "card",
        _ => "bare",
    };
    let find = |list: &Answer| {
        let items = list.body["items"].as_array().cloned().unwrap_or_default();
        items.into_iter().find(|item| item["id"] == json!(of.id)).unwrap_or_default()
    };
    let one = viewer.get(&user(of)).await;
    let picture = pictures::get(viewer, &format!("{}/picture", user(of))).await;
    // A search shows no bio, but the place.
    let mut found = find(&viewer.get("/v1/users/search?q=zenobia&limit=100").await);
    if found["location"] == "London" {
        found["bio"] = json!("b");
    }
    [
        read(if one.status == 200 { &one.body } else { &Value::Null }),
        read(&find(&viewer.get(&format!("/v1/users?ids={}", of.id)).await)),
        read(&find(&viewer.get("/v1/users?limit=100").await)),
        read(&found),
        if picture.status == 200 { "picture" } else { "" },
    ]
}

#[tokio::test]
async fn every_place_shows_each_viewer_the_same() {
    let kith = Kith::with(&[("ALLOW_PUBLIC_PROFILES", "true")]).await;
    let admin = kith.admin().await;
    let key = json!({"name": "k", "scopes": ["users:read:all"]});
    let key = admin.post("/v1/auth/api-keys", key).await.text("/key");
    let (full, fields) =
        (["bio", "bio", "bio", "bio", "picture"], ["bio", "bio", "bio", "bio", "picture"]);
    let card = ["card", "card", "card", "card", "picture"];
    let unfound = ["bio", "bio", "bio", "", "picture"];
    let (nothing, only_picture) = ([""; 5], ["", "", "", "", "picture"]);
    for (profile, of_full, of_connection, of_asked, of_member, of_anonymous) in [
        ("public", full, fields, fields, fields, fields),
        ("connections", full, fields, card, card, nothing),
        // Who knows a private user's card can load its picture.
        ("private", unfound, only_picture, only_picture, nothing, nothing),
    ] {
        let ada = open(&kith, "Zenobia", profile, json!({})).await;
        let (connection, asked, blocked, member) = (
            member(&kith, "Connection").await,
            member(&kith, "Asked").await,
            member(&kith, "Blocked").await,
            member(&kith, "Member").await,
        );
        connect(&ada, &connection).await;
        put(&ada, &to(&asked)).await;
        put(&ada, &block(&blocked)).await;
        kith.stack.settled().await;
        for (name, viewer, expected) in [
            ("owner", &ada, of_full),
            ("admin", &admin, of_full),
            ("connection", &connection, of_connection),
            ("asked", &asked, of_asked),
            ("member", &member, of_member),
            ("anonymous", &kith.nobody(), of_anonymous),
            ("blocked", &blocked, nothing),
        ] {
            assert_eq!(walk(viewer, &ada).await, expected, "{profile} {name}");
        }
        let service = kith.nobody().request(Method::GET, &user(&ada)).header("x-api-key", &key);
        assert_eq!(tests::send(service).await.body["email"], json!(ada.email));
        let names = async |person: &Person| {
            person.get(&to(&ada)).await.body["user"]["display_name"].clone()
        };
        assert_eq!(
            (names(&connection).await, names(&asked).await),
            (json!("Zenobia"), json!("Zenobia"))
        );
        assert_eq!((names(&member).await, names(&blocked).await), (Value::Null, Value::Null));
        ada.delete("/v1/users/me").await;
    }
}
