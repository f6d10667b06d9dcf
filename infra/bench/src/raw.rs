//! What the functions are made of, by itself: a read through the SDK, set up as
//! theirs is, and the check of a password.

use std::process::Stdio;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use serde_json::{Value, json};
use shared::aws::Sdk;
use shared::config::Config;
use shared::domain::fields::Field;
use shared::domain::password::{NewPassword, Password};
use shared::passwords::Passwords;
use shared::store::keys;
use tests::Person;
use tokio::process::Command;

use crate::Plan;
use crate::series::Series;
use crate::setup::Setup;

/// The times of a process that does nothing else.
#[derive(Default)]
pub struct Raw {
    /// `GetItem` of one item.
    pub get: Series,
    /// `BatchGetItem` of what `GET /v1/users/me` reads.
    pub batch: Series,
    /// The check of a password.
    pub password: Series,
}

#[derive(clap::Args)]
pub struct Arguments {
    /// Reads of either kind.
    count: usize,
    /// Partition and sort keys, in turns.
    keys: Vec<String>,
}

impl Raw {
    /// One more round, of what belongs to this person.
    pub async fn measure(&mut self, setup: &Setup, plan: &Plan, person: &Person) {
        let sessions = person.get("/v1/users/me/sessions").await;
        let sessions = sessions.body["items"].as_array().cloned().unwrap_or_default();
        let session = sessions.iter().find(|session| session["current"] == true);
        let session = session.and_then(|session| session["id"].as_str()).expect("a session");
        let (id, session) = (person.id.parse().expect("an id"), session.parse().expect("an id"));
        let keys = [keys::account(id), keys::profile(id), keys::session(id, session)];

        let mut command = Command::new(std::env::current_exe().expect("a path of our own"));
        command.arg("raw").arg(plan.calls.to_string());
        command.args(keys.into_iter().flat_map(|key| [key.pk, key.sk]));
        command.env_clear().envs(setup.environment()).stdout(Stdio::piped()).kill_on_drop(true);
        let output = command.spawn().expect("ourselves").wait_with_output().await;
        let output = output.expect("times").stdout;
        let times: Value = serde_json::from_slice(&output).expect("times in JSON");
        for (series, name) in
            [(&mut self.get, "get"), (&mut self.batch, "batch"), (&mut self.password, "password")]
        {
            series.begin_round();
            let nanos = times[name].as_array().into_iter().flatten().filter_map(Value::as_u64);
            nanos.for_each(|nanos| series.push(Duration::from_nanos(nanos)));
        }
    }
}

/// The process's own part: prints its times in nanoseconds.
pub async fn run(Arguments { count, keys }: Arguments) {
    let config = Config::from_env().expect("a function's environment");
    let client = Sdk::new(&config.aws).dynamodb();
    let item = |key: &[String]| {
        [("pk", &key[0]), ("sk", &key[1])]
            .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.clone())))
            .into()
    };
    let items: Vec<_> = keys.chunks_exact(2).map(item).collect();
    let get = async || {
        let key = items.first().cloned();
        let request = client.get_item().table_name(&config.table_name).set_key(key);
        let answer = request.consistent_read(true).send().await.expect("an answer");
        assert!(answer.item.is_some(), "nothing to read");
    };
    let batch = async || {
        let page = KeysAndAttributes::builder().set_keys(Some(items.clone())).consistent_read(true);
        let page = page.build().expect("a page");
        let request = client.batch_get_item().request_items(&config.table_name, page);
        let answer = request.send().await.expect("an answer");
        let found = answer.responses.into_iter().flatten().flat_map(|(_, items)| items).count();
        assert_eq!(found, items.len(), "nothing to read");
    };
    let passwords = Passwords::new();
    let password = |text: &str| Value::from(text);
    let new = NewPassword::read(password(tests::PASSWORD)).expect("a password");
    let hash = passwords.hash(&new, [7; 16]).await.expect("a hash");
    let known = Password::read(password(tests::PASSWORD)).expect("a password");
    let verify = async || {
        assert!(passwords.verify(&known, Some(&hash)).await.expect("a hash"));
    };
    let times = json!({
        "get": times(count, get).await,
        "batch": times(count, batch).await,
        "password": times(count.div_ceil(10), verify).await,
    });
    println!("{times}");
}

/// How often `work` is done before it counts.
const WARM_UP: usize = 20;

async fn times(count: usize, work: impl AsyncFn()) -> Vec<u64> {
    let mut times = Vec::with_capacity(count);
    for n in 0..count + WARM_UP {
        let started = Instant::now();
        work().await;
        if n >= WARM_UP {
            times.push(u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX));
        }
    }
    times
}
