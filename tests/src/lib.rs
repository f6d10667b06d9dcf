//! What the tests are made of: the whole service on an own data folder, and
//! people who use it through HTTP.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

pub mod authenticator;
pub mod runtime_api;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use local::{Options, Stack};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use shared::context::Clock;
use shared::domain::Timestamp;
use tempfile::TempDir;

/// What everybody signs in with.
pub const PASSWORD: &str = "correct horse battery";

/// The service, running.
pub struct Kith {
    pub stack: Stack,
    skew: Arc<AtomicI64>,
    people: AtomicU32,
    http: reqwest::Client,
    environment: HashMap<String, String>,
    data: TempDir,
}

/// What the service answered.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

/// Somebody with or without an account, at one device.
#[derive(Clone)]
pub struct Person {
    url: String,
    http: reqwest::Client,
    pub id: String,
    pub email: String,
    pub access_token: Option<String>,
    pub refresh_token: String,
}

impl Kith {
    /// The service as a new user gets it.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// The service with these variables in its environment.
    ///
    /// # Panics
    /// Where it doesn't start.
    pub async fn with(environment: &[(&str, &str)]) -> Self {
        // Causes of failures are worth reading; lines of requests aren't.
        let mut variables = HashMap::from([("LOG_LEVEL".to_owned(), "error".to_owned())]);
        let chosen = environment.iter();
        variables.extend(chosen.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let data = tempfile::tempdir().expect("a temporary folder");
        Self::on(data, variables, Arc::default(), AtomicU32::new(0)).await
    }

    /// The service stopped, and started again where it was.
    ///
    /// # Panics
    /// As [`Self::with`].
    pub async fn restart(self) -> Self {
        let Self { stack, skew, people, environment, data, .. } = self;
        stack.stop().await;
        Self::on(data, environment, skew, people).await
    }

    async fn on(
        data: TempDir,
        environment: HashMap<String, String>,
        skew: Arc<AtomicI64>,
        people: AtomicU32,
    ) -> Self {
        let (system, by) = (Clock::system(), Arc::clone(&skew));
        let clock = Clock::new(move || {
            Timestamp::from_millis(system.now().as_millis() + by.load(Ordering::SeqCst))
        });
        let chosen = environment.clone();
        let options = Options { port: 0, data: data.path().to_owned(), environment: chosen, clock };
        let stack = Stack::start(options).await.expect("a running stack");
        Self { stack, skew, people, http: reqwest::Client::new(), environment, data }
    }

    /// Where a front end would be that passkeys are made for.
    #[must_use]
    pub fn origin(&self) -> String {
        self.stack.url.replace("127.0.0.1", "localhost")
    }

    /// Lets time pass.
    pub fn wait(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        self.skew.fetch_add(millis, Ordering::SeqCst);
    }

    /// Somebody without an account.
    #[must_use]
    pub fn nobody(&self) -> Person {
        Person {
            url: self.stack.url.clone(),
            http: self.http.clone(),
            id: String::new(),
            email: String::new(),
            access_token: None,
            refresh_token: String::new(),
        }
    }

    /// Somebody who has just signed up.
    pub async fn somebody(&self) -> Person {
        self.somebody_with(json!({})).await
    }

    /// Somebody who has just signed up with these fields.
    ///
    /// # Panics
    /// Where the service refuses.
    pub async fn somebody_with(&self, fields: Value) -> Person {
        let n = self.people.fetch_add(1, Ordering::SeqCst);
        let mut body = json!({"email": format!("person{n}@example.com"), "password": PASSWORD});
        if let (Some(body), Value::Object(fields)) = (body.as_object_mut(), fields) {
            body.extend(fields);
        }
        let answer = self.nobody().post("/v1/auth/register", body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        self.signed_in(&answer)
    }

    /// Somebody who has just signed up and shown the address to be theirs.
    pub async fn verified(&self) -> Person {
        let person = self.somebody().await;
        self.set_account(&person.id, "is_verified", AttributeValue::Bool(true)).await;
        person
    }

    /// Somebody with a public profile of this name, whom a search can find by now.
    pub async fn known_as(&self, display_name: &str) -> Person {
        let fields = json!({"display_name": display_name, "privacy": {"profile": "public"}});
        let person = self.somebody_with(fields).await;
        self.stack.settled().await;
        person
    }

    /// The events that a user's changes have led to, oldest first.
    pub async fn events(&self, user: &str) -> Vec<Value> {
        self.stack.settled().await;
        let events = self.stack.engines.events().into_iter();
        events.filter(|event| event["detail"]["user_id"] == user).collect()
    }

    /// The mails that an address has got, oldest first.
    pub async fn mails(&self, to: &str) -> Vec<Value> {
        self.stack.settled().await;
        let answer = self.nobody().get(&format!("/local/mails?to={to}")).await;
        answer.body["items"].as_array().cloned().unwrap_or_default()
    }

    /// The token in the last mail that an address has got.
    ///
    /// # Panics
    /// Where it has got none, or the last one has no link.
    pub async fn mailed_token(&self, to: &str) -> String {
        let mails = self.mails(to).await;
        let link = mails.last().and_then(|mail| mail["links"][0].as_str()).expect("a link");
        link.rsplit_once('=').expect("a token").1.to_owned()
    }

    /// Everything in the index, by key, without what counts its changes.
    ///
    /// # Panics
    /// Where the table can't be read.
    pub async fn index(&self) -> BTreeMap<(String, String), BTreeMap<String, AttributeValue>> {
        let client = self.stack.context.sdk.dynamodb();
        let mut pages = client.scan().table_name("kith-index").into_paginator().items().send();
        let mut items = BTreeMap::new();
        while let Some(item) = pages.next().await {
            let mut item: BTreeMap<_, _> = item.expect("an item").into_iter().collect();
            let text = |value: Option<&AttributeValue>| value.and_then(|v| v.as_s().ok()).cloned();
            let key = (text(item.get("pk")), text(item.get("sk")));
            for value in item.values_mut() {
                if let AttributeValue::Ss(words) = value {
                    words.sort();
                }
            }
            item.remove("version");
            items.insert((key.0.unwrap_or_default(), key.1.unwrap_or_default()), item);
        }
        items
    }

    /// The demo administrator, signed in.
    pub async fn admin(&self) -> Person {
        let admin = &self.stack.admin;
        self.sign_in(&admin.email, &admin.password).await
    }

    /// Somebody who signs in on another device.
    ///
    /// # Panics
    /// Where the service refuses.
    pub async fn sign_in(&self, email: &str, password: &str) -> Person {
        let body = json!({"email": email, "password": password});
        let answer = self.nobody().post("/v1/auth/login", body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        self.signed_in(&answer)
    }

    /// Whoever an answer signed in.
    #[must_use]
    pub fn signed_in(&self, answer: &Answer) -> Person {
        Person {
            id: answer.text("/user/id"),
            email: answer.text("/user/email"),
            access_token: Some(answer.text("/access_token")),
            refresh_token: answer.text("/refresh_token"),
            ..self.nobody()
        }
    }

    /// Sets an attribute of an account, as an operator with the AWS console would.
    ///
    /// # Panics
    /// Where the table refuses.
    pub async fn set_account(&self, id: &str, attribute: &str, value: AttributeValue) {
        let client = self.stack.context.sdk.dynamodb();
        let update = client
            .update_item()
            .table_name("kith")
            .key("pk", AttributeValue::S(format!("USER#{id}")))
            .key("sk", AttributeValue::S("SELF#ACCOUNT".to_owned()))
            .update_expression("SET #attribute = :value ADD version :one")
            .expression_attribute_names("#attribute", attribute)
            .expression_attribute_values(":value", value)
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
        update.send().await.expect("an updated account");
    }

    /// Takes an address's password away, as if it had never had one.
    ///
    /// # Panics
    /// Where the table refuses.
    pub async fn forget_password(&self, email: &str) {
        let client = self.stack.context.sdk.dynamodb();
        let update = client
            .update_item()
            .table_name("kith")
            .key("pk", AttributeValue::S(format!("EMAIL#{email}")))
            .key("sk", AttributeValue::S("EMAIL".to_owned()))
            .update_expression("REMOVE password_hash");
        update.send().await.expect("an updated sign-in");
    }

    /// Puts an object into the bucket without anybody's being told.
    ///
    /// # Panics
    /// Where it can't be written.
    pub fn put_silently(&self, key: &str, bytes: &[u8]) {
        let path = self.data.path().join("s3/kith").join(key);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }

    /// How many requests the database got while `work` ran.
    pub async fn counting<T>(&self, work: impl Future<Output = T>) -> (T, u64) {
        let count = || {
            let requests = self.stack.engines.requests().snapshot();
            requests.get("dynamodb").map_or(0, |operations| operations.values().sum())
        };
        let before: u64 = count();
        let result = work.await;
        (result, count() - before)
    }
}

impl Person {
    /// A request to this path, with the access token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.access_token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// The same person with another access token.
    #[must_use]
    pub fn with_access_token(&self, token: impl Into<String>) -> Self {
        Self { access_token: Some(token.into()), ..self.clone() }
    }

    /// The same person with another refresh token.
    #[must_use]
    pub fn with_refresh_token(&self, token: impl Into<String>) -> Self {
        Self { refresh_token: token.into(), ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    /// The display names that a search finds, the best match first.
    ///
    /// # Panics
    /// Where the service refuses.
    pub async fn search(&self, query: &str) -> Vec<String> {
        let request = self.request(Method::GET, "/v1/users/search");
        let answer = send(request.query(&[("q", query), ("limit", "100")])).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let items = answer.body["items"].as_array().cloned().unwrap_or_default();
        let name = |item: &Value| item["display_name"].as_str().unwrap_or_default().to_owned();
        items.iter().map(name).collect()
    }

    /// Exchanges the refresh token this person holds.
    pub async fn refresh(&self) -> Answer {
        let body = json!({"refresh_token": self.refresh_token});
        send(self.http.post(format!("{}/v1/auth/refresh", self.url)).json(&body)).await
    }

    /// Whether the access token is still good.
    pub async fn is_signed_in(&self) -> bool {
        self.get("/v1/users/me").await.status == 200
    }
}

/// Waits until it is so.
///
/// # Panics
/// Where it isn't for too long.
pub async fn until(is_so: impl Fn() -> bool) {
    let patience = std::time::Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(std::time::Instant::now() < patience, "it never came");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Sends a request and reads the answer to its end.
///
/// # Panics
/// Where there is no answer, or one that isn't JSON.
pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.expect("a whole answer");
    let mut body = if bytes.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&bytes).expect("an answer in JSON")
    };
    // A crate of the tests has maps keep the order they were written in.
    body.sort_all_objects();
    Answer { status, headers, body }
}

impl Answer {
    /// The text at a JSON pointer, empty where there is none.
    #[must_use]
    pub fn text(&self, pointer: &str) -> String {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The problem's code.
    #[must_use]
    pub fn code(&self) -> String {
        self.text("/code")
    }

    /// The wrong fields with their codes.
    #[must_use]
    pub fn errors(&self) -> Vec<(String, String)> {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        errors.iter().map(|error| (text(&error["field"]), text(&error["code"]))).collect()
    }

    /// Holds that this is a problem document of that status and code.
    ///
    /// # Panics
    /// Where it isn't.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.code().as_str()), (status, code), "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.text("/request_id"), self.header("x-request-id"));
        assert!(!self.text("/request_id").is_empty() && !self.text("/detail").is_empty());
    }
}
