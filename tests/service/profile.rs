use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Kith, PASSWORD, send};

#[tokio::test]
async fn a_patch_keeps_clears_and_sets() {
    let kith = Kith::start().await;
    let ada = kith.somebody_with(json!({"bio": "One.", "location": "London"})).await;
    let patch = json!({
        "bio": null, "first_name": "  Ada ", "last_name": "Lovelace", "website": "https://example.com/a",
        "phone": "+442079460123", "timezone": "Europe/London", "language": "en-gb",
        "linkedin_url": "https://www.linkedin.com/in/ada", "date_of_birth": "1815-12-10", "username": "Ada.L",
    });
    let answer = ada.patch("/v1/users/me", patch).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    insta::assert_json_snapshot!(answer.body, {
        ".id" => "[id]", ".picture" => "[picture]", ".created_at" => "[time]", ".updated_at" => "[time]",
        ".last_login_at" => "[time]", ".last_activity_at" => "[time]",
    });
    assert_eq!(ada.get("/v1/users/@ada.l").await.body, ada.get("/v1/users/me").await.body);
    let replaced = ada.put("/v1/users/me", json!({"first_name": "Ada"})).await;
    assert_eq!(replaced.body["first_name"], "Ada");
    for cleared in ["last_name", "location", "username", "website", "date_of_birth"] {
        assert_eq!(replaced.body[cleared], Value::Null, "{cleared}");
    }
    ada.get("/v1/users/@ada.l").await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn every_rule_has_its_code() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    for (field, value, code) in [
        ("display_name", json!("x".repeat(101)), "too_long"),
        ("display_name", json!("a\u{202e}b"), "invalid_characters"),
        ("first_name", json!("x".repeat(51)), "too_long"),
        ("first_name", json!("a\nb"), "invalid_characters"),
        ("last_name", json!(7), "invalid_type"),
        ("bio", json!("é".repeat(2001)), "too_long"),
        ("bio", json!("a\u{0}b"), "invalid_characters"),
        ("location", json!("x".repeat(101)), "too_long"),
        ("website", json!("javascript:alert(1)"), "invalid_format"),
        ("website", json!(format!("https://example.com/{}", "x".repeat(240))), "too_long"),
        ("phone", json!("020 7946 0123"), "invalid_format"),
        ("timezone", json!("Mars/Base"), "invalid_format"),
        ("language", json!("e"), "invalid_format"),
        ("industry", json!("x".repeat(101)), "too_long"),
        ("job_title", json!("x".repeat(256)), "too_long"),
        ("company", json!("x".repeat(256)), "too_long"),
        ("linkedin_url", json!("https://example.com/in/ada"), "invalid_format"),
        ("date_of_birth", json!("2999-01-01"), "out_of_range"),
        ("date_of_birth", json!("10.12.1815"), "invalid_format"),
        ("gender", json!("x".repeat(21)), "too_long"),
        ("username", json!("ab"), "too_short"),
        ("username", json!("a b c"), "invalid_characters"),
        ("email", json!("eve@example.com"), "read_only"),
        ("role", json!("admin"), "read_only"),
        ("is_verified", json!(true), "read_only"),
        ("id", json!("x"), "read_only"),
        ("picture", json!({}), "read_only"),
        ("profile_completion", json!({}), "read_only"),
        ("password_hash", json!("x"), "unknown_field"),
        ("listing_pk", json!("x"), "unknown_field"),
    ] {
        let answer = ada.patch("/v1/users/me", json!({field: value})).await;
        answer.assert_problem(422, "validation_failed");
        assert_eq!(answer.errors(), [(field.to_owned(), code.to_owned())], "{value}");
    }
    let privacy = json!({"privacy": {"profile": "all", "fields": {"bio": "friends", "shoe_size": "private"}}});
    let errors = ada.patch("/v1/users/me", privacy).await.errors();
    let error = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    assert_eq!(
        errors,
        [
            error("privacy.profile", "invalid_value"),
            error("privacy.fields.bio", "invalid_value"),
            error("privacy.fields.shoe_size", "unknown_field"),
        ]
    );
    // Lengths count characters, not bytes.
    let answer = ada
        .patch("/v1/users/me", json!({"bio": "語".repeat(2000), "display_name": "é".repeat(100)}))
        .await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn writers_at_once_lose_nothing_of_each_other() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let fields = ["bio", "location", "industry", "job_title", "company", "first_name", "last_name"];
    let mut patches: Vec<Value> = fields.iter().map(|field| json!({*field: "set"})).collect();
    patches.extend(
        ["bio", "location", "company"]
            .map(|field| json!({"privacy": {"fields": {field: "private"}}})),
    );
    let answers = join_all(patches.into_iter().map(|patch| ada.patch("/v1/users/me", patch))).await;
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let end = ada.get("/v1/users/me").await.body;
    assert!(fields.iter().all(|field| end[field] == "set"), "{end}");
    assert_eq!(end["privacy"]["fields"].as_object().unwrap().len(), 3);
}

#[tokio::test]
async fn stale_writers_are_told_and_copies_are_not_sent_again() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let read = ada.get("/v1/users/me").await;
    let tag = read.header("etag").to_owned();
    assert_eq!(read.header("cache-control"), "private, no-cache");
    let with = async |method: Method, name: &str, tag: &str| {
        let request = ada.request(method.clone(), "/v1/users/me").header(name, tag);
        let request = if method == Method::GET || method == Method::DELETE {
            request
        } else {
            request.json(&json!({"bio": tag}))
        };
        send(request).await
    };
    let copy = with(Method::GET, "if-none-match", &tag).await;
    assert_eq!((copy.status.as_u16(), copy.header("etag")), (304, tag.as_str()));
    let changed = with(Method::PATCH, "if-match", &tag).await;
    assert_eq!(changed.status, 200);
    for method in [Method::PATCH, Method::PUT, Method::DELETE] {
        with(method, "if-match", &tag).await.assert_problem(412, "version_mismatch");
    }
    assert_eq!(with(Method::GET, "if-none-match", &tag).await.status, 200);
    assert_eq!(with(Method::PUT, "if-match", changed.header("etag")).await.status, 200);
    assert_eq!(with(Method::PATCH, "if-match", "*").await.status, 200);
    // A sign-in elsewhere isn't an edit that could be lost.
    let tag = ada.get("/v1/users/me").await.header("etag").to_owned();
    kith.sign_in(&ada.email, PASSWORD).await;
    assert_eq!(with(Method::PATCH, "if-match", &tag).await.status, 200);
}

#[tokio::test]
async fn a_profile_is_its_owners_and_the_administrators() {
    let kith = Kith::start().await;
    let (ada, eve) = (kith.somebody_with(json!({"username": "ada"})).await, kith.somebody().await);
    let admin = kith.admin().await;
    for path in [format!("/v1/users/{}", ada.id), "/v1/users/@ada".to_owned()] {
        eve.get(&path).await.assert_problem(404, "not_found");
        eve.patch(&path, json!({"bio": "x"})).await.assert_problem(404, "not_found");
        eve.put(&path, json!({})).await.assert_problem(404, "not_found");
        eve.delete(&path).await.assert_problem(404, "not_found");
        assert_eq!(admin.patch(&path, json!({"bio": "By the administrator."})).await.status, 200);
    }
    assert_eq!(ada.get("/v1/users/me").await.body["bio"], "By the administrator.");
    eve.get("/v1/users/no-id").await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn deleting_hides_at_once_and_erasing_leaves_nothing() {
    let kith = Kith::start().await;
    let (ada, eve) = (
        kith.somebody_with(json!({"privacy": {"profile": "public"}, "username": "ada"})).await,
        kith.somebody().await,
    );
    let admin = kith.admin().await;
    let path = format!("/v1/users/{}", ada.id);
    assert_eq!(eve.get(&path).await.status, 200);
    ada.delete(&format!("{path}?immediate=true")).await.assert_problem(403, "forbidden");
    assert_eq!(ada.delete(&path).await.status, 202);
    for person in [&eve, &admin] {
        person.get(&path).await.assert_problem(404, "not_found");
        person.get("/v1/users/@ada").await.assert_problem(404, "not_found");
        let listed = person.get("/v1/users").await.body.to_string();
        assert!(!listed.contains(&ada.id));
        assert_eq!(person.get(&format!("/v1/users?ids={}", ada.id)).await.body["items"], json!([]));
    }
    admin.patch(&path, json!({"bio": "x"})).await.assert_problem(404, "not_found");
    assert_eq!(admin.delete(&format!("{path}?immediate=true")).await.status, 202);
    assert_eq!(
        super::erasure::left_of(&kith, &ada.id, &[&ada.email, "USERNAME#ada"]).await,
        [""; 0]
    );
    // The address and the username are free, and inherit nothing.
    let again = json!({"email": ada.email, "password": PASSWORD, "username": "ada"});
    let again = kith.nobody().post("/v1/auth/register", again).await;
    assert_eq!(again.status, 201);
    assert_ne!(again.text("/user/id"), ada.id);
}

#[tokio::test]
async fn many_users_are_read_in_the_order_asked_for() {
    let kith = Kith::start().await;
    let open = json!({"privacy": {"profile": "public"}});
    let (ada, bob) = (kith.somebody_with(open.clone()).await, kith.somebody_with(open).await);
    let (hidden, eve) = (kith.somebody().await, kith.somebody().await);
    let unknown = "01900000-0000-7000-8000-000000000000";
    let path = format!("/v1/users?ids={},{unknown},{},{},{},me", bob.id, hidden.id, ada.id, bob.id);
    let (answer, requests) = kith.counting(eve.get(&path)).await;
    let ids: Vec<_> =
        answer.body["items"].as_array().unwrap().iter().map(|user| user["id"].clone()).collect();
    assert_eq!(ids, [json!(bob.id), json!(ada.id), json!(eve.id)]);
    assert_eq!(requests, 1);
    let many = vec![unknown; 1]
        .into_iter()
        .chain(std::iter::repeat_n("x", 1))
        .collect::<Vec<_>>()
        .join(",");
    eve.get(&format!("/v1/users?ids={many}")).await.assert_problem(422, "validation_failed");
    let many: Vec<_> = (0..101).map(|n| format!("01900000-0000-7000-8000-{n:012}")).collect();
    assert_eq!(
        eve.get(&format!("/v1/users?ids={}", many.join(","))).await.errors(),
        [("ids".to_owned(), "too_many".to_owned())]
    );
    assert_eq!(eve.get(&format!("/v1/users?ids={}", many[..100].join(","))).await.status, 200);
}

#[tokio::test]
async fn only_administrators_look_up_addresses() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let path = format!("/v1/users?email={}", ada.email.to_uppercase());
    ada.get(&path).await.assert_problem(403, "forbidden");
    let admin = kith.admin().await;
    assert_eq!(admin.get(&path).await.body["items"][0]["id"], ada.id.as_str());
    assert_eq!(admin.get("/v1/users?email=nobody@example.com").await.body["items"], json!([]));
    admin.get("/v1/users?email=nobody").await.assert_problem(422, "validation_failed");
}

#[tokio::test]
async fn a_list_shows_what_the_caller_may_see_newest_first() {
    let kith = Kith::start().await;
    let mut visible = Vec::new();
    for n in 0..12 {
        kith.wait(std::time::Duration::from_millis(2));
        let profile = ["public", "connections", "private"][n % 3];
        let person = kith.somebody_with(json!({"privacy": {"profile": profile}, "bio": "b"})).await;
        if profile != "private" {
            visible.push(person.id);
        }
    }
    kith.wait(std::time::Duration::from_millis(2));
    let eve = kith.somebody().await;
    visible.push(eve.id.clone());
    visible.reverse();
    let read = async |limit: usize| {
        let mut ids = Vec::new();
        let mut path = format!("/v1/users?limit={limit}");
        loop {
            let page = eve.get(&path).await;
            assert_eq!(page.status, 200, "{}", page.body);
            let items = page.body["items"].as_array().unwrap();
            assert!(items.len() <= limit);
            ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            match page.body["next_cursor"].as_str() {
                Some(cursor) => path = format!("/v1/users?limit={limit}&cursor={cursor}"),
                None => return ids,
            }
        }
    };
    for limit in [1, 2, 5, 9, 100] {
        assert_eq!(read(limit).await, visible, "{limit}");
    }
    let admin = kith.admin().await;
    let all = admin.get("/v1/users?limit=100").await;
    assert_eq!(all.body["items"].as_array().unwrap().len(), 14);
}
