//! What other services hear of.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use jsonschema::Validator;
use local::engines::{Consumer, Fault, Service};
use serde_json::{Value, json};
use tests::{Kith, PASSWORD, Person};

/// The schemas of `infra/schemas`, by the type of event.
fn schemas() -> HashMap<String, Validator> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/schemas");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let schema = |path: std::path::PathBuf| {
        let schema = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let validator = jsonschema::options().should_validate_formats(true).build(&schema);
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), validator.unwrap())
    };
    files.map(schema).collect()
}

/// Holds that all events are as their schemas say, and of this service.
pub fn assert_valid(events: &[Value]) {
    let schemas = schemas();
    for event in events {
        let kind = event["detail-type"].as_str().unwrap();
        assert_eq!(event["source"], "user-service");
        assert_eq!(event["detail"]["event_type"], kind);
        let schema = schemas.get(kind).unwrap_or_else(|| panic!("no schema of {kind}"));
        let errors: Vec<_> = schema.iter_errors(&event["detail"]).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{event}: {errors:?}");
    }
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["detail-type"].as_str().unwrap()).collect()
}

/// The events that something led to.
async fn told(kith: &Kith, user: &str, work: impl Future) -> Vec<Value> {
    let before = kith.events(user).await.len();
    work.await;
    let events = kith.events(user).await.split_off(before);
    assert_valid(&events);
    events
}

fn updated(event: &Value) -> &Value {
    &event["detail"]["updated_fields"]
}

#[tokio::test]
async fn every_change_of_a_user_is_told_in_order() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let ada = kith.somebody_with(json!({"display_name": "Ada"})).await;
    let events = kith.events(&ada.id).await;
    assert_valid(&events);
    assert_eq!(kinds(&events), ["user.created", "session.created"]);
    assert_eq!(events[0]["detail"]["email"], json!(ada.email));
    assert_eq!(events[0]["detail"]["name"], "Ada");

    let change = json!({"bio": "Poet of numbers", "display_name": "Ada L.", "username": "ada"});
    let events = told(&kith, &ada.id, ada.patch("/v1/users/me", change)).await;
    assert_eq!(kinds(&events), ["user.updated"]);
    assert_eq!(updated(&events[0]), &json!(["bio", "display_name", "username"]));
    assert!(!events[0].to_string().contains("Poet"), "names of fields are enough");
    let same = told(&kith, &ada.id, ada.patch("/v1/users/me", json!({"bio": "Poet of numbers"})));
    assert_eq!(kinds(&same.await), [""; 0]);
    let privacy = json!({"privacy": {"profile": "public"}});
    let events = told(&kith, &ada.id, ada.patch("/v1/users/me", privacy)).await;
    assert_eq!(updated(&events[0]), &json!(["privacy"]));

    let preferences = "/v1/users/me/preferences";
    let dark = json!({"theme": "dark", "custom": {"a": 1.5}});
    let events = told(&kith, &ada.id, ada.patch(preferences, dark)).await;
    assert_eq!(kinds(&events), ["preferences.updated"]);
    assert_eq!(updated(&events[0]), &json!(["custom", "theme"]));
    let events = told(&kith, &ada.id, ada.put(preferences, json!({"theme": "dark"}))).await;
    assert_eq!(updated(&events[0]), &json!(["custom"]));

    let phone = told(&kith, &ada.id, kith.sign_in(&ada.email, PASSWORD)).await;
    assert_eq!(kinds(&phone), ["session.created"]);
    let refreshed = told(&kith, &ada.id, ada.refresh()).await;
    assert_eq!(kinds(&refreshed), [""; 0]);
    let change = json!({"current_password": PASSWORD, "new_password": "another good one"});
    let events = told(&kith, &ada.id, ada.put("/v1/auth/password", change)).await;
    assert_eq!(kinds(&events), ["user.password_changed", "session.revoked"]);
    assert_eq!(events[1]["detail"]["session_id"], phone[0]["detail"]["session_id"]);

    let flag = AttributeValue::Bool;
    let verified = kith.set_account(&ada.id, "is_verified", flag(true));
    assert_eq!(kinds(&told(&kith, &ada.id, verified).await), ["user.email_verified"]);
    let path = format!("/v1/admin/users/{}/role", ada.id);
    let role = admin.put(&path, json!({"role": "admin"}));
    let events = told(&kith, &ada.id, role).await;
    assert_eq!((kinds(&events), updated(&events[0])), (vec!["user.updated"], &json!(["role"])));
    let shut = kith.set_account(&ada.id, "is_active", flag(false));
    let events = told(&kith, &ada.id, shut).await;
    assert_eq!(kinds(&events), ["user.status_changed"]);
    assert_eq!(events[0]["detail"]["is_active"], false);
    kith.set_account(&ada.id, "is_active", flag(true)).await;
    kith.set_account(&ada.id, "role", AttributeValue::S("user".to_owned())).await;

    let events = told(&kith, &ada.id, ada.delete("/v1/users/me")).await;
    assert_eq!(kinds(&events), ["user.deleted", "session.revoked"]);
    assert_eq!(events[0]["detail"]["erased"], false);
    let login = json!({"email": ada.email, "password": "another good one"});
    let refused = kith.nobody().post("/v1/auth/login", login).await;
    assert_eq!(events[0]["detail"]["erase_at"], refused.body["erase_at"]);
    let restore = json!({"restore_token": refused.text("/restore_token")});
    let restored = kith.nobody();
    let events = told(&kith, &ada.id, restored.post("/v1/auth/restore", restore)).await;
    assert_eq!(kinds(&events), ["user.restored", "session.created"]);

    let path = format!("/v1/users/{}?immediate=true", ada.id);
    let events = told(&kith, &ada.id, admin.delete(&path)).await;
    assert_eq!(kinds(&events), ["user.deleted", "session.revoked", "user.deleted"]);
    assert_eq!(
        (&events[2]["detail"]["erased"], &events[2]["detail"]["erase_at"]),
        (&json!(true), &Value::Null)
    );

    let events = kith.stack.engines.events();
    let ids: BTreeSet<_> =
        events.iter().map(|event| event["detail"]["event_id"].to_string()).collect();
    assert_eq!(ids.len(), events.len());
    let view =
        kith.nobody().get(&format!("/local/events?user_id={}&type=user.deleted", ada.id)).await;
    assert_eq!(view.body["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_connection_is_told_of_once_for_the_two_who_have_it() {
    let kith = Kith::start().await;
    let open = json!({"privacy": {"profile": "public"}});
    let (ada, bob) = (kith.somebody_with(open.clone()).await, kith.somebody_with(open).await);
    let put = |person: &Person, path: String| {
        let request = person.request(reqwest::Method::PUT, &path);
        async move { tests::send(request).await }
    };
    let to = |person: &Person| format!("/v1/users/me/connections/{}", person.id);
    let of_bob = kith.events(&bob.id).await.len();
    let events = told(&kith, &ada.id, put(&ada, to(&bob))).await;
    assert_eq!(kinds(&events), ["connection.requested"]);
    assert_eq!(events[0]["detail"]["other_id"], json!(bob.id));
    assert_eq!(kinds(&told(&kith, &ada.id, put(&ada, to(&bob))).await), [""; 0]);
    let events = told(&kith, &ada.id, put(&bob, to(&ada))).await;
    assert_eq!(kinds(&events), ["connection.accepted"]);
    let events = told(&kith, &ada.id, bob.delete(&to(&ada))).await;
    assert_eq!(kinds(&events), ["connection.removed"]);
    assert_eq!(events[0]["detail"]["was_accepted"], true);

    // Withdrawn, declined, blocked by the one and by the other; a block alone is no news.
    let block = |person: &Person| format!("/v1/users/me/blocks/{}", person.id);
    for n in 0..4 {
        put(&ada, to(&bob)).await;
        let events = told(&kith, &ada.id, async {
            match n {
                0 => ada.delete(&to(&bob)).await,
                1 => bob.delete(&to(&ada)).await,
                2 => put(&ada, block(&bob)).await,
                _ => put(&bob, block(&ada)).await,
            }
        });
        let events = events.await;
        assert_eq!(kinds(&events), ["connection.removed"], "{n}");
        assert_eq!(events[0]["detail"]["was_accepted"], false);
        if n == 2 {
            let unblocked = told(&kith, &ada.id, ada.delete(&block(&bob))).await;
            assert_eq!(kinds(&unblocked), [""; 0]);
        }
    }
    assert_eq!(kith.events(&bob.id).await.len(), of_bob, "the other side tells nothing");
    bob.delete(&block(&ada)).await;
    put(&bob, to(&ada)).await;
    let admin = kith.admin().await;
    let path = format!("/v1/users/{}?immediate=true", ada.id);
    let events = told(&kith, &bob.id, admin.delete(&path)).await;
    assert_eq!(kinds(&events), ["connection.removed"], "with the account of the other");
}

#[tokio::test]
async fn an_expired_session_is_nobodys_revocation() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let session = ada.get("/v1/users/me/sessions").await.text("/items/0/id");
    let text = |text: String| AttributeValue::S(text);
    let update = kith.stack.context.sdk.dynamodb().update_item().table_name("kith");
    let update = update.key("pk", text(format!("USER#{}", ada.id)));
    let update = update.key("sk", text(format!("SESSION#{session}")));
    let update =
        update.update_expression("SET #ttl = :past").expression_attribute_names("#ttl", "ttl");
    let past = AttributeValue::N("1".to_owned());
    update.expression_attribute_values(":past", past).send().await.unwrap();
    kith.stack.engines.sweep();
    assert!(!ada.is_signed_in().await);
    assert_eq!(kinds(&kith.events(&ada.id).await), ["user.created", "session.created"]);
}

#[tokio::test]
async fn nothing_is_told_of_what_did_not_happen_and_no_secret_of_what_did() {
    let kith = Kith::start().await;
    let ada = kith.somebody_with(json!({"username": "ada", "phone": "+442079460123"})).await;
    let before = kith.events(&ada.id).await.len();
    let all = kith.stack.engines.events().len();
    let nobody = kith.nobody();
    for (status, answer) in [
        (
            409,
            nobody
                .post("/v1/auth/register", json!({"email": ada.email, "password": PASSWORD}))
                .await,
        ),
        (
            409,
            nobody
                .post(
                    "/v1/auth/register",
                    json!({"email": "b@example.com", "password": PASSWORD, "username": "ada"}),
                )
                .await,
        ),
        (
            401,
            nobody
                .post("/v1/auth/login", json!({"email": ada.email, "password": "wrong one"}))
                .await,
        ),
        (422, ada.patch("/v1/users/me", json!({"website": "x"})).await),
        (
            403,
            ada.put(
                "/v1/auth/password",
                json!({"current_password": "x", "new_password": "another good one"}),
            )
            .await,
        ),
    ] {
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    assert_eq!(kith.events(&ada.id).await.len(), before);
    assert_eq!(kith.stack.engines.events().len(), all);

    ada.patch("/v1/users/me", json!({"phone": "+442079460999"})).await;
    ada.refresh().await;
    kith.stack.settled().await;
    let told = Value::from(kith.stack.engines.events()).to_string();
    let tokens = [ada.access_token.clone().unwrap(), ada.refresh_token.clone()];
    for secret in
        tokens.iter().map(String::as_str).chain(["argon2", "hash", PASSWORD, "+4420", "127.0.0.1"])
    {
        assert!(!told.contains(secret), "{secret}");
    }
}

/// Ten people, each with a change after the other; their names say how many.
async fn changes(kith: &Kith) -> Vec<Person> {
    let people = join_all((0..10).map(|_| kith.somebody())).await;
    join_all(people.iter().map(|person| async move {
        for n in 0..10 {
            let change = json!({"display_name": format!("Change {n}"), "bio": format!("{n}")});
            let fields = if n % 2 == 0 { change } else { json!({"bio": format!("{n}")}) };
            assert_eq!(person.patch("/v1/users/me", fields).await.status, 200);
        }
    }))
    .await;
    people
}

/// Holds that each of them had all their changes told, once and in order.
async fn assert_told(kith: &Kith, people: &[Person]) {
    let both = json!(["bio", "display_name"]);
    for person in people {
        let events = kith.events(&person.id).await;
        // The same id: the same event, once more.
        let mut ids = BTreeSet::new();
        let first = |event: &&Value| ids.insert(event["detail"]["event_id"].to_string());
        let events: Vec<_> = events.iter().filter(first).cloned().collect();
        assert_eq!(kinds(&events)[..2], ["user.created", "session.created"]);
        let fields: Vec<_> = events[2..].iter().map(updated).cloned().collect();
        let expected: Vec<_> =
            (0..10).map(|n| if n % 2 == 0 { both.clone() } else { json!(["bio"]) }).collect();
        assert_eq!(fields, expected);
    }
}

#[tokio::test]
async fn a_bus_that_refuses_a_third_of_all_entries_loses_none_and_mixes_up_none() {
    let kith = Kith::start().await;
    kith.stack.engines.fail_entries(30);
    let people = changes(&kith).await;
    kith.stack.settled().await;
    kith.stack.engines.fail_entries(0);
    assert_told(&kith, &people).await;
    assert_eq!(kith.stack.engines.dead_letters(), [Value::Null; 0]);
}

#[tokio::test]
async fn what_happens_while_the_bus_is_down_is_told_when_it_is_back() {
    let kith = Kith::start().await;
    for fault in [Fault::Throttle, Fault::Refuse] {
        kith.stack.engines.fail(Service::EventBridge, fault);
        let people = changes(&kith).await;
        let seen = kith.stack.engines.events().len();
        kith.stack.engines.fail(Service::EventBridge, Fault::None);
        assert_told(&kith, &people).await;
        assert!(kith.stack.engines.events().len() >= seen + 12 * 10);
    }
    assert_eq!(kith.stack.engines.dead_letters(), [Value::Null; 0]);
}

#[tokio::test]
async fn an_index_that_is_down_follows_when_it_is_back() {
    let kith = Kith::start().await;
    let seeker = kith.somebody().await;
    kith.stack.engines.fail(Service::DynamoDbOfEvents, Fault::Throttle);
    let fields = json!({"display_name": "Ada", "privacy": {"profile": "public"}});
    let ada = kith.somebody_with(fields).await;
    kith.stack.engines.fail(Service::DynamoDbOfEvents, Fault::None);
    kith.stack.settled().await;
    assert_eq!(seeker.search("ada").await, ["Ada"]);
    assert_told_once(&kith.events(&ada.id).await);
}

fn assert_told_once(events: &[Value]) {
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for event in events {
        let kind = event["detail-type"].to_string();
        told.entry(kind).or_default().insert(event["detail"]["event_id"].to_string());
    }
    assert!(told.values().all(|ids| ids.len() == 1), "{told:?}");
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_kept_and_holds_nobody_up() {
    let kith = Kith::start().await;
    let seeker = kith.somebody().await;
    let ada = kith.known_as("Ada Lovelace").await;
    kith.stack.settled().await;
    let client = kith.stack.context.sdk.dynamodb();
    let set = async |value: AttributeValue| {
        let key = |text: &str| AttributeValue::S(text.to_owned());
        let update = client.update_item().table_name("kith");
        let update =
            update.key("pk", key(&format!("USER#{}", ada.id))).key("sk", key("SELF#PROFILE"));
        let update = update.update_expression("SET display_name = :value");
        update.expression_attribute_values(":value", value).send().await.unwrap();
    };
    set(AttributeValue::N("7".to_owned())).await;
    let bob = kith.known_as("Bob Other").await;
    assert_eq!(seeker.search("bob").await, ["Bob Other"]);
    assert_eq!(kinds(&kith.events(&bob.id).await), ["user.created", "session.created"]);

    let letters = kith.stack.engines.dead_letters();
    assert_eq!(letters.len(), 1, "{letters:?}");
    let record = &letters[0]["Records"][0];
    assert_eq!(record["dynamodb"]["NewImage"]["display_name"], json!({"N": "7"}));
    assert!(letters[0]["error"].as_str().unwrap().contains(&ada.id));

    // Put right, the letter is an event that the function takes.
    set(AttributeValue::S("Ada Byron".to_owned())).await;
    kith.stack.settled().await;
    let mut letter = letters[0].clone();
    letter["Records"][0]["dynamodb"]["NewImage"]["display_name"] = json!({"S": "Ada Byron"});
    let answer = kith.stack.events.invoke(letter).await.unwrap();
    assert_eq!(answer, json!({"batchItemFailures": []}));
    assert_eq!(seeker.search("byron").await, ["Ada Byron"]);
    let events = kith.events(&ada.id).await;
    assert_eq!(updated(events.last().unwrap()), &json!(["display_name"]));
}

/// A list of words that is as long as it may get.
async fn fill_list(kith: &Kith, neighbour: &str) {
    let words = (0..400).map(|n| format!("zyxw{n}")).collect();
    let put = kith.stack.context.sdk.dynamodb().put_item().table_name("kith-index");
    let put = put.item("pk", AttributeValue::S(format!("NEIGHBOURS#{neighbour}")));
    let put = put.item("sk", AttributeValue::S("NEIGHBOURS".to_owned()));
    put.item("words", AttributeValue::Ss(words)).send().await.unwrap();
}

#[tokio::test]
async fn a_full_list_of_words_takes_no_more_and_stops_nobody() {
    let kith = Kith::start().await;
    let seeker = kith.somebody().await;
    fill_list(&kith, "zyxw").await;
    let zyx = kith.known_as("Zyxwvo").await;
    assert_eq!(kinds(&kith.events(&zyx.id).await), ["user.created", "session.created"]);
    assert_eq!(seeker.search("zyxwvo").await, ["Zyxwvo"]);
    let index = kith.index().await;
    let list = &index[&("NEIGHBOURS#zyxw".to_owned(), "NEIGHBOURS".to_owned())]["words"];
    assert_eq!(list.as_ss().unwrap().len(), 400);
    // By its other neighbours it is found all the same.
    assert_eq!(seeker.search("zyxvwo").await, ["Zyxwvo"]);
    assert_eq!(kith.stack.engines.dead_letters(), [Value::Null; 0]);
}

#[tokio::test]
async fn a_batch_that_comes_again_or_late_changes_nothing() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let ada = kith.known_as("Ada Lovelace").await;
    let bob = kith.known_as("Bob Byron").await;
    kith.stack.settled().await;
    // Hold the stream, and take what it would deliver.
    kith.stack.engines.fail(Service::EventBridge, Fault::Refuse);
    ada.patch("/v1/users/me", json!({"display_name": "Ada Byron"})).await;
    ada.patch("/v1/users/me", json!({"display_name": "Ada King"})).await;
    let zoe = json!({"display_name": "Zoë", "privacy": {"profile": "public"}});
    let zoe = kith.somebody_with(zoe).await;
    admin.delete(&format!("/v1/users/{}?immediate=true", bob.id)).await;
    let records = kith.stack.engines.read_stream(Consumer::Events, 100).unwrap();
    assert!(records.len() >= 8, "{}", records.len());
    kith.stack.engines.fail(Service::EventBridge, Fault::None);
    kith.stack.settled().await;
    let (index, statistics) = (kith.index().await, admin.get("/v1/admin/stats").await.body);
    let ids = |events: Vec<Value>| -> BTreeSet<String> {
        events.iter().map(|event| event["detail"]["event_id"].to_string()).collect()
    };
    let told = ids(kith.stack.engines.events());

    let mut backwards = records.clone();
    backwards.reverse();
    for batch in [records.clone(), backwards, records[2..].to_vec(), records] {
        let answer = kith.stack.events.invoke(json!({"Records": batch})).await.unwrap();
        assert_eq!(answer, json!({"batchItemFailures": []}));
    }
    assert_eq!(kith.index().await, index);
    assert_eq!(admin.get("/v1/admin/stats").await.body, statistics);
    assert_eq!(ids(kith.stack.engines.events()), told);
    assert_eq!(ada.search("king").await, ["Ada King"]);
    assert_eq!(ada.search("zoe").await.len(), 1);
    assert_eq!(ids(kith.events(&zoe.id).await).len(), 2);
}
