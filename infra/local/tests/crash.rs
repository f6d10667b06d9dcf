//! The process dies in the middle of its work, without any warning.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Client;
use serde_json::{Value, json};

const USERS: usize = 100;
/// Changed one after the other, so that their order is known.
const CHAIN: [&str; 5] = ["bio", "location", "first_name", "last_name", "display_name"];
/// Changed all at once.
const CROWD: [&str; 5] = ["industry", "job_title", "company", "gender", "phone"];

/// A running stack, killed when dropped.
struct Kith {
    process: Child,
    url: String,
}

impl Kith {
    fn start(data: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_local"))
            .args(["--port", "0", "--data"])
            .arg(data)
            .env("LOG_LEVEL", "error")
            // Of its own accord it is the address, which the next start won't have.
            .env("JWT_ISSUER", "http://kith.test")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = lines.find_map(|line| line.unwrap().strip_prefix("API:").map(str::to_owned));
        let url = line.unwrap().trim().to_owned();
        // The rest is read, so that nothing waits for it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, url }
    }
}

impl Drop for Kith {
    fn drop(&mut self) {
        // SIGKILL: the process gets no chance to finish anything.
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[derive(Clone)]
struct User {
    id: String,
    token: String,
}

async fn register(http: &Client, url: &str, n: usize) -> User {
    let body = json!({"email": format!("u{n}@example.com"), "password": "correct horse battery"});
    let request = http.post(format!("{url}/v1/auth/register")).json(&body);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    let text = |pointer: &str| answer.pointer(pointer).unwrap().as_str().unwrap().to_owned();
    User { id: text("/user/id"), token: text("/access_token") }
}

/// Whether the change was answered.
async fn change(http: &Client, url: &str, user: &User, field: &str) -> bool {
    let value = if field == "phone" { "+442079460123" } else { "Changed" };
    let request = http.patch(format!("{url}/v1/users/me")).bearer_auth(&user.token);
    let answer = request.json(&json!({(field): value})).send().await;
    answer.is_ok_and(|answer| answer.status() == 200)
}

/// A change that is refused.
async fn fail(http: &Client, url: &str, user: &User) {
    let request = http.patch(format!("{url}/v1/users/me")).bearer_auth(&user.token);
    let request =
        request.header("if-match", "\"0-stale\"").json(&json!({"website": "https://x.org"}));
    if let Ok(answer) = request.send().await {
        assert_eq!(answer.status(), 412);
    }
}

/// What a user's events tell, in order: those that came twice, once.
fn told<'a>(events: &'a [Value], user: &str) -> Vec<&'a Value> {
    let mut ids = BTreeSet::new();
    let own = events.iter().map(|event| &event["detail"]);
    own.filter(|detail| detail["user_id"] == user && ids.insert(detail["event_id"].to_string()))
        .collect()
}

/// The fields that they name.
fn updated(events: &[Value], user: &str) -> Vec<String> {
    let fields =
        told(events, user).into_iter().filter_map(|detail| detail["updated_fields"].as_array());
    fields.flatten().map(|field| field.as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_that_was_written_is_told_after_a_kill_and_no_other() {
    let data = tempfile::tempdir().unwrap();
    let http = Client::new();
    let kith = Kith::start(data.path());
    let url = kith.url.clone();
    let users = join_all((0..USERS).map(|n| register(&http, &url, n))).await;

    let answered = Arc::new(AtomicUsize::new(0));
    let mut writes = Vec::new();
    for user in &users {
        let user = user.clone();
        let (http, url, answered) = (http.clone(), url.clone(), Arc::clone(&answered));
        writes.push(tokio::spawn(async move {
            let chain = async {
                for field in CHAIN {
                    fail(&http, &url, &user).await;
                    answered.fetch_add(
                        change(&http, &url, &user, field).await.into(),
                        Ordering::SeqCst,
                    );
                }
            };
            let crowd = CROWD.map(|field| async {
                let is_done = change(&http, &url, &user, field).await;
                answered.fetch_add(is_done.into(), Ordering::SeqCst);
            });
            tokio::join!(chain, join_all(crowd));
        }));
    }
    while answered.load(Ordering::SeqCst) < USERS * 4 {
        tokio::task::yield_now().await;
    }
    drop(kith);
    join_all(writes).await;
    let answered = answered.load(Ordering::SeqCst);
    assert!(answered < USERS * 10, "killed too late: all {answered} were answered");

    let before = std::fs::read_to_string(data.path().join("events.ndjson")).unwrap();
    let before = before.matches(r#""event_type":"user.updated""#).count();

    let kith = Kith::start(data.path());
    let mut written = BTreeMap::new();
    for user in &users {
        let request = http.get(format!("{}/v1/users/me", kith.url)).bearer_auth(&user.token);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let profile: Value = answer.json().await.unwrap();
        let is_set = |field: &&str| !profile[*field].is_null();
        let fields: BTreeSet<_> = CHAIN.iter().chain(&CROWD).copied().filter(is_set).collect();
        written.insert(user.id.clone(), fields);
    }
    let total: usize = written.values().map(BTreeSet::len).sum();
    assert!(total >= answered, "{answered} were answered, {total} are there");
    assert!(before < total, "all {total} had been told before");

    let started = Instant::now();
    let events = loop {
        let request = http.get(format!("{}/local/events", kith.url)).send().await.unwrap();
        let page: Value = request.json().await.unwrap();
        let events = page["items"].as_array().unwrap().clone();
        let told: usize = users.iter().map(|user| updated(&events, &user.id).len()).sum();
        if told >= total {
            break events;
        }
        assert!(started.elapsed() < Duration::from_mins(2), "{told} of {total} were told");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    println!("{total} written, {answered} answered and {before} told before the kill");
    for (user, fields) in written {
        let told = updated(&events, &user);
        assert_eq!(told.iter().map(String::as_str).collect::<BTreeSet<_>>(), fields);
        assert_eq!(told.len(), fields.len(), "{told:?}");
        let chain: Vec<_> = told.iter().filter(|field| CHAIN.contains(&field.as_str())).collect();
        assert_eq!(chain, CHAIN.iter().take(chain.len()).collect::<Vec<_>>(), "out of order");
        let kinds = self::told(&events, &user).into_iter().map(|detail| &detail["event_type"]);
        let kinds: Vec<_> = kinds.collect();
        assert_eq!(kinds[..2], ["user.created", "session.created"]);
    }
}
