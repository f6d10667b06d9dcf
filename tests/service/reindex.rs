//! The index can be lost, and be made again in use.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use tests::{Kith, PASSWORD};

type Item = std::collections::HashMap<String, AttributeValue>;

async fn rebuild(kith: &Kith) -> Value {
    let answer = kith.nobody().post("/local/reindex", Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

fn item(pk: &str, sk: &str, words: Option<&str>) -> Item {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let words = words.map(|words| ("words".to_owned(), text(words)));
    let key = [("pk".to_owned(), text(pk)), ("sk".to_owned(), text(sk))];
    key.into_iter().chain(words).collect()
}

#[tokio::test]
async fn a_lost_index_is_made_again_and_a_wrong_one_is_put_right() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let seeker = kith.somebody().await;
    for name in ["Zoë Fährmann", "Ada Lovelace", "王小明"] {
        kith.known_as(name).await;
    }
    let gone = kith.known_as("Gone Tomorrow").await;
    gone.delete("/v1/users/me").await;
    kith.stack.settled().await;
    let index = kith.index().await;
    let counted = admin.get("/v1/admin/stats").await.body;
    let client = kith.stack.context.sdk.dynamodb();

    // Lost altogether.
    for (pk, sk) in index.keys() {
        let key = Some(item(pk, sk, None));
        client.delete_item().table_name("kith-index").set_key(key).send().await.unwrap();
    }
    assert_eq!(seeker.search("ada").await, [""; 0]);
    assert_eq!(rebuild(&kith).await, json!({"users": 6}));
    assert_eq!(admin.get("/v1/admin/stats").await.body, counted);
    let uncounted = |index: &std::collections::BTreeMap<(String, String), _>| {
        let keys = index.keys().filter(|(pk, _)| !pk.starts_with("STATISTICS#"));
        keys.cloned().collect::<Vec<_>>()
    };
    assert_eq!(uncounted(&kith.index().await), uncounted(&index));

    // Some of it lost, and some that shouldn't be there.
    let (pk, sk) = index.keys().find(|(pk, _)| pk == "SEARCH#lovelace").unwrap();
    let key = Some(item(pk, sk, None));
    client.delete_item().table_name("kith-index").set_key(key).send().await.unwrap();
    let nobody = "0199d3a1-0000-7000-8000-000000000000";
    for stray in [
        item("SEARCH#lovelace", &format!("0lovelace#{nobody}"), Some("lovelace")),
        item("SEARCH#lovelace", &format!("0byron#{}", seeker.id), Some("lovelace")),
        item("WORD#byron", "WORD", None),
        Item::from_iter([
            ("words".to_owned(), AttributeValue::Ss(vec!["augusta".to_owned()])),
            ("pk".to_owned(), AttributeValue::S("NEIGHBOURS#august".to_owned())),
            ("sk".to_owned(), AttributeValue::S("NEIGHBOURS".to_owned())),
        ]),
    ] {
        client.put_item().table_name("kith-index").set_item(Some(stray)).send().await.unwrap();
    }
    assert_eq!(rebuild(&kith).await, json!({"users": 6}));
    assert_eq!(uncounted(&kith.index().await), uncounted(&index));
    assert_eq!(admin.get("/v1/admin/stats").await.body, counted);
}

#[tokio::test]
async fn a_rebuild_disturbs_nobody() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let seeker = kith.somebody().await;
    let people = (0..40).map(|n| {
        kith.somebody_with(json!({
            "display_name": format!("Before {n}"), "privacy": {"profile": "public"},
        }))
    });
    let people = futures_util::future::join_all(people).await;
    kith.stack.settled().await;
    let change = async |n: usize| {
        let person = &people[n];
        match n % 4 {
            0 => person.patch("/v1/users/me", json!({"display_name": format!("After {n}")})).await,
            1 => person.patch("/v1/users/me", json!({"privacy": {"profile": "private"}})).await,
            2 => person.delete("/v1/users/me").await,
            _ => admin.delete(&format!("/v1/users/{}?immediate=true", person.id)).await,
        }
    };
    let all = futures_util::future::join_all((0..40).map(change));
    let (changed, first, second) = tokio::join!(all, rebuild(&kith), rebuild(&kith));
    assert!(changed.iter().all(|answer| answer.status.is_success()), "{changed:?}");
    assert!(first["users"].is_u64() && second["users"].is_u64());
    kith.stack.settled().await;

    assert_eq!(seeker.search("before").await, [""; 0]);
    let after = seeker.search("after").await;
    assert_eq!(after.len(), 10, "{after:?}");
    let statistics = admin.get("/v1/admin/stats").await.body;
    assert_eq!(statistics["total_users"], 2 + 20);
    assert_eq!(statistics["searchable_users"], 10);
    let index = kith.index().await;
    rebuild(&kith).await;
    let keys = |index: &std::collections::BTreeMap<(String, String), _>| {
        index.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(keys(&kith.index().await), keys(&index));
    let login = json!({"email": people[2].email, "password": PASSWORD});
    kith.nobody().post("/v1/auth/login", login).await.assert_problem(403, "account_deleted");
}
