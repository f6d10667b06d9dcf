//! Who may do what with whose data: every route that names a user, tried by
//! everybody who may not.

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Kith, Person};

use crate::routes::groups;

/// What a route is to those who call it. A new one is its user's own.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    /// For the user, and for administrators and services. To others it isn't there.
    Own,
    /// As `Own`, and members see it of those who show themselves.
    Shown,
    /// For the user and administrators.
    OwnOrAdmin,
    /// For administrators, as the path says.
    Admin,
}

fn rule(method: &str, path: &str) -> Rule {
    if path.starts_with("/v1/admin/") {
        return Rule::Admin;
    }
    match (method, path.strip_prefix("/v1/users/{user_id}").unwrap()) {
        ("GET", "" | "/picture" | "/extensions" | "/extensions/{extension_id}") => Rule::Shown,
        ("DELETE", "/identities/{provider}") => Rule::OwnOrAdmin,
        _ => Rule::Own,
    }
}

/// Every route that names a user, deletions last, and that of the user at the end.
fn routes() -> Vec<(String, String)> {
    let routes = groups().into_iter().flat_map(|(_, routes)| routes);
    let mut routes: Vec<_> = routes.filter(|(_, path)| path.contains("{user_id}")).collect();
    routes.sort_by_key(|(method, path)| {
        (method == "DELETE", !path.starts_with("/v1/admin/"), std::cmp::Reverse(path.clone()))
    });
    assert!(routes.len() > 20);
    routes
}

/// Somebody with something under every path.
struct User {
    person: Person,
    session: String,
    extension: String,
    upload: String,
}

impl User {
    async fn new(kith: &Kith, privacy: &str) -> Self {
        let person = kith.somebody_with(json!({"privacy": {"profile": privacy}})).await;
        let elsewhere = kith.sign_in(&person.email, tests::PASSWORD).await;
        let sessions = elsewhere.get("/v1/users/me/sessions").await;
        let other = |item: &&Value| item["current"] == true;
        let other = sessions.body["items"].as_array().unwrap().iter().find(other).unwrap();
        let body = json!({"type": "badge", "data": {}, "is_public": true});
        let extension = person.post("/v1/users/me/extensions", body).await.text("/id");
        let body = json!({"content_type": "image/png", "content_length": 100});
        let upload = person.post("/v1/users/me/picture/upload", body).await.text("/upload_id");
        assert!(!extension.is_empty() && !upload.is_empty());
        let session = other["id"].as_str().unwrap().to_owned();
        Self { person, session, extension, upload }
    }

    /// The path with this user in it. What a new path names must be said here.
    fn path(&self, template: &str) -> String {
        let nobody = "01a12a75-ddd0-74f8-996d-a763b7a969b1";
        let part = |part: &str| match part {
            "{user_id}" => self.person.id.clone(),
            "{session_id}" => self.session.clone(),
            "{extension_id}" => self.extension.clone(),
            "{upload_id}" => self.upload.clone(),
            "{provider}" => "google".to_owned(),
            "{export_id}" | "{other_id}" => nobody.to_owned(),
            part if part.starts_with('{') => panic!("what is {part} of {template}?"),
            part => part.to_owned(),
        };
        template.split('/').map(part).collect::<Vec<_>>().join("/")
    }
}

/// Somebody who calls, by token or key.
struct Caller {
    name: &'static str,
    person: Person,
    key: Option<String>,
}

impl Caller {
    fn by_token(name: &'static str, person: &Person) -> Self {
        Self { name, person: person.clone(), key: None }
    }

    async fn by_key(kith: &Kith, name: &'static str, owner: &Person, scopes: &[&str]) -> Self {
        let made = owner.post("/v1/auth/api-keys", json!({"name": "k", "scopes": scopes})).await;
        assert_eq!(made.status, 201, "{}", made.body);
        Self { name, person: kith.nobody(), key: Some(made.text("/key")) }
    }

    /// A call whose body says nothing: who may not call isn't told so.
    async fn call(&self, method: &str, path: &str) -> Answer {
        let method: Method = method.parse().unwrap();
        let mut request = self.person.request(method.clone(), path);
        if let Some(key) = &self.key {
            request = request.header("x-api-key", key);
        }
        let has_body = method != Method::GET;
        let request = if has_body { request.json(&json!({})) } else { request };
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        // A picture is an answer, too.
        let body = response.json().await.unwrap_or_default();
        Answer { status, headers, body }
    }
}

/// A token with somebody else's name in it, signed as the stranger's was.
fn forged(stranger: &Person, victim: &str) -> Person {
    let token = stranger.access_token.as_deref().unwrap();
    let parts: Vec<_> = token.split('.').collect();
    let claims = BASE64_URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
    let mut claims: Value = serde_json::from_slice(&claims).unwrap();
    claims["sub"] = json!(victim);
    claims["user_id"] = json!(victim);
    let claims = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
    stranger.with_access_token(format!("{}.{claims}.{}", parts[0], parts[2]))
}

#[tokio::test]
async fn nobody_reaches_what_is_somebody_elses() {
    let kith = Kith::start().await;
    let stranger = kith.somebody().await;
    let (suspended, deleted, ended) =
        (kith.somebody().await, kith.somebody().await, kith.somebody().await);
    kith.set_account(&suspended.id, "is_active", AttributeValue::Bool(false)).await;
    assert_eq!(deleted.delete("/v1/users/me").await.status, 202);
    assert_eq!(ended.post("/v1/auth/logout", json!({})).await.status, 204);
    let both = ["users:read", "users:write"];
    let reader = Caller::by_key(&kith, "a reader's key", &stranger, &both[..1]).await;
    let writer = Caller::by_key(&kith, "a writer's key", &stranger, &both[1..]).await;
    let nobody = Caller::by_token("nobody", &kith.nobody());
    let others = [
        Caller::by_token("a stranger", &stranger),
        Caller::by_key(&kith, "a stranger's key", &stranger, &both).await,
    ];

    for privacy in ["private", "public"] {
        let user = User::new(&kith, privacy).await;
        let invalid = [
            Caller::by_token("a suspended user", &suspended),
            Caller::by_token("a deleted user", &deleted),
            Caller::by_token("an ended session", &ended),
            Caller::by_token("a forger", &forged(&stranger, &user.person.id)),
            Caller::by_token("nonsense", &stranger.with_access_token("a.b.c")),
        ];
        let own_reader = Caller::by_key(&kith, "own reader", &user.person, &both[..1]).await;
        let own_writer = Caller::by_key(&kith, "own writer", &user.person, &both[1..]).await;
        for (method, template) in routes() {
            let (path, rule) = (user.path(&template), rule(&method, &template));
            let is = |name: &str, answer: &Answer, status: u16, code: &str| {
                let found = (answer.status.as_u16(), answer.code());
                let expected = (status, code.to_owned());
                assert_eq!(found, expected, "{method} {template} by {name}: {}", answer.body);
            };
            let answer = nobody.call(&method, &path).await;
            is("nobody", &answer, 401, "authentication_required");
            for caller in &invalid {
                is(caller.name, &caller.call(&method, &path).await, 401, "invalid_token");
            }
            let wrong =
                if method == "GET" { [&writer, &own_writer] } else { [&reader, &own_reader] };
            for caller in wrong {
                is(caller.name, &caller.call(&method, &path).await, 403, "forbidden");
            }
            for caller in &others {
                let answer = caller.call(&method, &path).await;
                match rule {
                    Rule::Shown if privacy == "public" => {
                        assert_eq!(answer.status, 200, "{method} {template}: {}", answer.body);
                    }
                    Rule::Own | Rule::Shown | Rule::OwnOrAdmin => {
                        is(caller.name, &answer, 404, "not_found");
                    }
                    Rule::Admin => is(caller.name, &answer, 403, "forbidden"),
                }
            }
        }
        // All this has changed nothing.
        assert!(user.person.is_signed_in().await);
        let path = user.path("/v1/users/{user_id}/extensions/{extension_id}");
        assert_eq!(user.person.get(&path).await.status, 200);
    }
}

#[tokio::test]
async fn users_administrators_and_services_reach_what_is_theirs_to() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let all = ["users:read:all", "users:write:all"];
    let service = Caller::by_key(&kith, "a service", &admin, &all).await;
    let admin = Caller::by_token("an administrator", &admin);
    for who in ["the user", "an administrator", "a service"] {
        let user = User::new(&kith, "private").await;
        let own = Caller::by_token("the user", &user.person);
        let caller = match who {
            "the user" => &own,
            "an administrator" => &admin,
            _ => &service,
        };
        for (method, template) in routes() {
            let answer = caller.call(&method, &user.path(&template)).await;
            let about = format!("{method} {template} by {who}: {} {}", answer.status, answer.body);
            let reaches = match rule(&method, &template) {
                Rule::Own | Rule::Shown => true,
                Rule::OwnOrAdmin => who != "a service",
                Rule::Admin => who == "an administrator",
            };
            // An empty body tells them what is wrong with it, or changes nothing.
            let is_there = ["{provider}", "{export_id}", "{other_id}"];
            let is_there = !is_there.iter().any(|part| template.contains(part));
            match answer.status.as_u16() {
                401 | 403 | 404 if reaches && is_there => panic!("{about}"),
                401 | 403 if reaches => panic!("{about}"),
                403 | 404 => {}
                status => assert!(reaches && status < 500, "{about}"),
            }
        }
    }
}
