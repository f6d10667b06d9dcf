//! All users, as administrators list and find them.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Kith, Person, send};

const USERS: &str = "/v1/admin/users";

/// Somebody, and what must find them: written down, and not worked out.
struct Known {
    id: String,
    created_at: String,
    email: String,
    words: Vec<String>,
    status: &'static str,
    role: &'static str,
    providers: Vec<&'static str>,
}

impl Known {
    /// Whether the filters find them, by the API's own words.
    fn fits(&self, filters: &[(&str, &str)]) -> bool {
        filters.iter().all(|(name, value)| match *name {
            "status" => self.status == *value,
            "role" => self.role == *value,
            "provider" => self.providers.contains(value),
            _ => value.split_whitespace().all(|text| match text.find('@') {
                Some(at) if at > 0 => self.email.starts_with(text),
                _ => {
                    let mut words = text.split(['@', '_', '.']).filter(|word| !word.is_empty());
                    words.all(|word| self.words.iter().any(|own| own.starts_with(word)))
                }
            }),
        })
    }
}

const NAMES: [(&str, &[&str]); 7] = [
    ("Zoë Fährmann", &["zoe", "fahrmann"]),
    ("Jean-Pierre O'Connor", &["jean", "pierre", "jeanpierre", "oconnor", "o", "connor"]),
    ("Maria Garcia", &["maria", "garcia"]),
    ("MARTA Gomez", &["marta", "gomez"]),
    ("Marian Mare", &["marian", "mare"]),
    ("Émile Zola", &["emile", "zola"]),
    ("王小明", &["王小明", "小明"]),
];

async fn list(admin: &Person, filters: &[(&str, &str)]) -> Answer {
    send(admin.request(Method::GET, USERS).query(filters)).await
}

fn ids(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let items = answer.body["items"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// All pages of a list, one after the other.
async fn pages(admin: &Person, filters: &[(&str, &str)], limit: &str) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut params = vec![("limit", limit)];
        params.extend_from_slice(filters);
        params.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let answer = list(admin, &params).await;
        let page = ids(&answer);
        assert!(page.len() <= limit.parse().unwrap());
        found.extend(page);
        match answer.body["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return found,
        }
    }
}

async fn somebody(kith: &Kith, admin: &Person, n: usize) -> Known {
    let (name, words) = NAMES[n % NAMES.len()];
    let domain = ["example.com", "mail.example.org", "shop.test"][n % 3];
    let local = if n.is_multiple_of(2) { format!("user.{n}") } else { format!("box{n}+tag") };
    let email = format!("{local}@{domain}");
    let visibility = ["private", "public", "connections"][n % 3];
    let mut fields =
        json!({"email": email, "display_name": name, "privacy": {"profile": visibility}});
    let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    words.extend(email.split(['.', '+', '@']).map(str::to_owned));
    if n % 4 == 1 {
        fields["username"] = json!(format!("handle_{n}"));
        words.extend(["handle".to_owned(), n.to_string()]);
    }
    let person = kith.somebody_with(fields).await;
    let path = format!("{USERS}/{}", person.id);
    let mut providers = vec!["password"];
    if n.is_multiple_of(5) {
        providers.push("google");
        let all = ["password", "google"].map(|name| AttributeValue::S(name.to_owned()));
        kith.set_account(&person.id, "providers", AttributeValue::L(all.to_vec())).await;
    }
    let role = if n.is_multiple_of(6) { "admin" } else { "user" };
    let answer = admin.put(&format!("{path}/role"), json!({"role": role})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut status = "active";
    if n % 7 == 2 {
        let shut = json!({"is_active": false, "reason": "spam"});
        assert_eq!(admin.put(&format!("{path}/status"), shut).await.status, 200);
        status = "inactive";
    }
    if n % 8 == 3 {
        assert_eq!(admin.delete(&format!("/v1/users/{}", person.id)).await.status, 202);
        status = "deleted";
    }
    let created_at = answer.text("/created_at");
    Known { id: person.id, created_at, email, words, status, role, providers }
}

/// Sixty people of all kinds, and the demo administrator, the newest first.
async fn crowd(kith: &Kith, admin: &Person) -> Vec<Known> {
    let me = admin.get("/v1/users/me").await;
    let words = ["demo", "admin", "example", "com"].map(str::to_owned).to_vec();
    let mut crowd = vec![Known {
        id: admin.id.clone(),
        created_at: me.text("/created_at"),
        email: admin.email.clone(),
        words,
        status: "active",
        role: "admin",
        providers: vec!["password"],
    }];
    crowd.extend(join_all((0..60).map(|n| somebody(kith, admin, n))).await);
    crowd.sort_by(|a, b| (&b.created_at, &b.id).cmp(&(&a.created_at, &a.id)));
    kith.stack.settled().await;
    crowd
}

#[tokio::test]
async fn every_combination_of_filters_finds_whom_it_says_and_nobody_else() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let crowd = crowd(&kith, &admin).await;
    let searches = [
        "mar",
        "maria",
        "o",
        "zoe",
        "小明",
        "jean connor",
        "mar gar",
        "user",
        "4",
        "handle_4",
        "@handle",
        "example.org",
        "com",
        "user.2",
        "user.2@",
        "box7+tag@mail.example.org",
        "mar user.2@",
        "box1 test",
        "nobody",
        "ar",
        "user.2@ user.1@",
    ];
    let some = |values: &[&'static str]| {
        values.iter().copied().map(Some).chain([None]).collect::<Vec<_>>()
    };
    let mut all = Vec::new();
    for status in some(&["active", "inactive", "deleted"]) {
        for role in some(&["user", "admin"]) {
            for provider in some(&["google", "unheard-of"]) {
                for search in some(&["mar", "user"]) {
                    all.push([
                        ("status", status),
                        ("role", role),
                        ("provider", provider),
                        ("search", search),
                    ]);
                }
            }
        }
    }
    all.extend(searches.map(|text| {
        [("search", Some(text)), ("status", None), ("role", None), ("provider", None)]
    }));
    all.push([("provider", Some("password")), ("status", None), ("role", None), ("search", None)]);
    for filters in all {
        let filters: Vec<_> =
            filters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let expected: Vec<_> = crowd.iter().filter(|known| known.fits(&filters)).collect();
        let expected: Vec<_> = expected.into_iter().map(|known| known.id.clone()).collect();
        let found = pages(&admin, &filters, "100").await;
        if filters.iter().any(|(name, _)| *name == "search") {
            let sets = [&found, &expected].map(|ids| ids.iter().collect::<BTreeSet<_>>());
            assert_eq!(sets[0], sets[1], "{filters:?}");
            assert_eq!(found.len(), sets[0].len(), "{filters:?}");
        } else {
            assert_eq!(found, expected, "{filters:?}");
        }
    }
}

#[tokio::test]
async fn pages_leave_nobody_out_and_show_nobody_twice() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    crowd(&kith, &admin).await;
    for filters in [
        &[][..],
        &[("role", "user"), ("status", "active")],
        &[("provider", "password")],
        &[("provider", "google")],
        &[("search", "mar")],
        &[("search", "example")],
        &[("search", "user."), ("provider", "google")],
        &[("search", "user.")],
    ] {
        let whole = pages(&admin, filters, "100").await;
        assert!(whole.len() > 2, "{filters:?}");
        let limit = if whole.len() < 30 { "1" } else { "6" };
        assert_eq!(pages(&admin, filters, limit).await, whole, "{filters:?} by {limit}");
    }
}

#[tokio::test]
async fn a_cursor_is_for_one_person_and_the_same_filters() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    for _ in 0..3 {
        kith.somebody().await;
    }
    let other = kith.somebody().await;
    let path = format!("{USERS}/{}/role", other.id);
    assert_eq!(admin.put(&path, json!({"role": "admin"})).await.status, 200);
    kith.stack.settled().await;
    let filters = [("search", "person"), ("limit", "1")];
    let cursor = list(&admin, &filters).await.text("/next_cursor");
    let with = |search, cursor| [("search", search), ("limit", "1"), ("cursor", cursor)];
    assert_eq!(list(&admin, &with("person", &cursor)).await.status, 200);
    for (who, params) in [
        (&other, with("person", cursor.as_str())),
        (&admin, with("perso", &cursor)),
        (&admin, with("person", &cursor[1..])),
        (&admin, with("person", "made-up")),
        (&admin, [("role", "user"), ("limit", "1"), ("cursor", &cursor)]),
    ] {
        list(who, &params).await.assert_problem(400, "invalid_cursor");
    }
}

#[tokio::test]
async fn an_unknown_value_of_a_filter_is_named() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let long = "x".repeat(101);
    let provider = "x".repeat(256);
    for (name, value, code) in [
        ("status", "gone", "invalid_value"),
        ("status", "", "invalid_value"),
        ("role", "root", "invalid_value"),
        ("search", "  ", "too_short"),
        ("search", &long, "too_long"),
        ("provider", "", "too_short"),
        ("provider", &provider, "too_long"),
        ("limit", "0", "out_of_range"),
    ] {
        let answer = list(&admin, &[(name, value)]).await;
        answer.assert_problem(422, "validation_failed");
        assert_eq!(answer.errors(), [(name.to_owned(), code.to_owned())]);
    }
}

#[tokio::test]
async fn no_text_of_a_filter_reaches_other_entries() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let ada = kith.somebody_with(json!({"email": "a#b%c@example.com"})).await;
    kith.stack.settled().await;
    assert_eq!(ids(&list(&admin, &[("search", "a#b%c@")]).await), [ada.id.as_str()]);
    assert_eq!(ids(&list(&admin, &[("search", "a#b%")]).await), [ada.id.as_str()]);
    for (name, value) in [
        ("provider", "password#ACTIVE#USER#0"),
        ("provider", "password#ACTIVE"),
        ("search", "#@"),
        ("search", "a#@"),
        ("search", "--"),
        ("search", "@"),
        ("search", "\u{10FFFF}@"),
    ] {
        assert_eq!(ids(&list(&admin, &[(name, value)]).await), [""; 0], "{value}");
    }
}

#[tokio::test]
async fn lists_follow_what_becomes_of_somebody() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let ada = kith.somebody_with(json!({"display_name": "Ada", "username": "ada"})).await;
    let path = format!("{USERS}/{}", ada.id);
    let found = |filters: Vec<(&'static str, &'static str)>| {
        let (kith, admin) = (&kith, &admin);
        async move {
            kith.stack.settled().await;
            !ids(&list(admin, &filters).await).is_empty()
        }
    };
    assert!(found(vec![("search", "ada"), ("role", "user")]).await);
    ada.patch("/v1/users/me", json!({"display_name": "Grace", "username": "hopper"})).await;
    assert!(!found(vec![("search", "ada")]).await);
    assert!(found(vec![("search", "hopp grac")]).await);
    admin.put(&format!("{path}/role"), json!({"role": "admin"})).await;
    assert!(found(vec![("search", "hopper"), ("role", "admin")]).await);
    assert!(!found(vec![("search", "hopper"), ("role", "user")]).await);
    let shut = json!({"is_active": false, "reason": "spam"});
    admin.put(&format!("{path}/status"), shut).await;
    assert!(found(vec![("search", "hopper"), ("status", "inactive")]).await);
    assert!(!found(vec![("search", "hopper"), ("status", "active")]).await);
    admin.delete(&format!("/v1/users/{}", ada.id)).await;
    assert!(found(vec![("search", "hopper"), ("status", "deleted")]).await);
    assert!(!found(vec![("search", "hopper"), ("status", "inactive")]).await);
    let erase = format!("/v1/users/{}?immediate=true", ada.id);
    assert_eq!(admin.delete(&erase).await.status, 202);
    assert!(!found(vec![("search", "hopper")]).await);
    let left = kith.index().await.into_iter();
    assert_eq!(left.filter(|entry| format!("{entry:?}").contains(&ada.id)).count(), 0);
}

#[tokio::test]
async fn an_entry_that_lags_behind_shows_nobody_who_does_not_fit() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let ada = kith.somebody_with(json!({"display_name": "Ada"})).await;
    kith.stack.settled().await;
    // As if the stream stood still: what the index says of her is out of date.
    let shard = u8::from_str_radix(&ada.id[34..], 16).unwrap() % 2;
    let item = |pk: String, sk: String| {
        let text = AttributeValue::S;
        std::collections::HashMap::from([("pk".to_owned(), text(pk)), ("sk".to_owned(), text(sk))])
    };
    let stale = item(
        format!("DIRECTORY#PROVIDER#google#ACTIVE#USER#{shard}"),
        format!("2026-01-01T00:00:00.000Z#{}", ada.id),
    );
    let client = kith.stack.context.sdk.dynamodb();
    client.put_item().table_name("kith-index").set_item(Some(stale)).send().await.unwrap();
    assert_eq!(ids(&list(&admin, &[("provider", "google")]).await), [""; 0]);
    let answer = kith.nobody().post("/local/reindex", Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let keys = kith.index().await.into_keys();
    assert_eq!(keys.filter(|(pk, _)| pk.contains("google")).count(), 0);
}

#[tokio::test]
async fn a_page_costs_the_same_however_many_users_there_are() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    kith.somebody_with(json!({"display_name": "Maria"})).await;
    kith.stack.settled().await;
    let lists = [vec![], vec![("provider", "password")], vec![("search", "mar")]];
    let mut before = Vec::new();
    for filters in &lists {
        before.push(kith.counting(list(&admin, filters)).await.1);
    }
    join_all((0..30).map(|_| kith.somebody_with(json!({"display_name": "Maria"})))).await;
    kith.stack.settled().await;
    for (filters, before) in lists.iter().zip(before) {
        let (answer, requests) = kith.counting(list(&admin, filters)).await;
        assert_eq!(ids(&answer).len(), 20);
        assert_eq!(requests, before, "{filters:?}");
    }
}
