//! The mapping on a real stream, with functions that fail in every way they can.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::Semaphore;

use super::{MAX_RETRIES, Mapping, Outcome, backoff, outcome, sequence_number};
use crate::engines::tests::Sdk;
use crate::engines::{Consumer, Engines};

/// What a function was handed, by invocation, as the numbers of the users.
type Seen = Arc<Mutex<Vec<Vec<u32>>>>;

async fn engines(folder: &TempDir) -> Arc<Engines> {
    Arc::new(Engines::start(folder.path()).await.unwrap())
}

async fn write(engines: &Engines, users: impl IntoIterator<Item = u32>) {
    let sdk = Sdk::of(engines);
    for user in users {
        sdk.put(&user.to_string()).await;
    }
}

async fn end(mapping: Mapping, engines: Arc<Engines>) {
    mapping.stop().await;
    Arc::into_inner(engines).unwrap().stop().await;
}

fn users(event: &Value) -> Vec<u32> {
    let records = event["Records"].as_array().unwrap();
    let user = |record: &Value| record["dynamodb"]["Keys"]["pk"]["S"].as_str()?.parse().ok();
    records.iter().map(|record| user(record).unwrap()).collect()
}

/// The answer that reports this user's record, if it is in the event.
fn report(event: &Value, user: u32) -> Value {
    let at = users(event).iter().position(|other| *other == user);
    let number = at.map(|at| sequence_number(&event["Records"][at]));
    let failures: Vec<_> = number.iter().map(|n| json!({"itemIdentifier": n})).collect();
    json!({"batchItemFailures": failures})
}

/// A function that answers as `answer` says, and what it sees.
fn function(
    answer: impl Fn(&Value) -> Result<Value, String> + Send + Sync + 'static,
) -> (Seen, impl Fn(Value) -> std::future::Ready<Result<Value, String>> + Send + Sync) {
    let seen = Seen::default();
    let invocations = Arc::clone(&seen);
    let invoke = move |event: Value| {
        seen.lock().unwrap().push(users(&event));
        std::future::ready(answer(&event))
    };
    (invocations, invoke)
}

#[tokio::test]
async fn records_arrive_once_in_order_and_leave_the_stream() {
    let folder = TempDir::new().unwrap();
    let engines = engines(&folder).await;
    write(&engines, 0..230).await;
    let (seen, invoke) = function(|_| Ok(Value::Null));
    let mapping = Mapping::start(&engines, Consumer::Events, MAX_RETRIES, invoke);
    mapping.settled().await;
    let sizes: Vec<_> = seen.lock().unwrap().iter().map(Vec::len).collect();
    assert_eq!(sizes, [100, 100, 30]);
    // Now it sleeps until a write wakes it.
    write(&engines, 230..240).await;
    mapping.settled().await;
    assert_eq!(seen.lock().unwrap().concat(), (0..240).collect::<Vec<_>>());
    assert!(engines.read_stream(Consumer::Events, 1).unwrap().is_empty());
    assert!(engines.dead_letters().is_empty());
    end(mapping, engines).await;
}

#[tokio::test]
async fn a_reported_failure_is_retried_from_there() {
    let folder = TempDir::new().unwrap();
    let engines = engines(&folder).await;
    write(&engines, 0..6).await;
    let tries = Mutex::new(0);
    let (seen, invoke) = function(move |event| {
        let mut tries = tries.lock().unwrap();
        *tries += 1;
        Ok(if *tries < 3 { report(event, 3) } else { report(event, 9) })
    });
    let mapping = Mapping::start(&engines, Consumer::Events, MAX_RETRIES, invoke);
    mapping.settled().await;
    let expected = [vec![0, 1, 2, 3, 4, 5], vec![3, 4, 5], vec![3, 4, 5]];
    assert_eq!(*seen.lock().unwrap(), expected);
    assert!(engines.dead_letters().is_empty());
    end(mapping, engines).await;
}

#[tokio::test]
async fn a_record_that_is_reported_for_ever_is_given_up_alone() {
    let folder = TempDir::new().unwrap();
    let engines = engines(&folder).await;
    write(&engines, 0..5).await;
    let (seen, invoke) = function(|event| Ok(report(event, 1)));
    let record = engines.read_stream(Consumer::Events, 2).unwrap().remove(1);
    let mapping = Mapping::start(&engines, Consumer::Events, 2, invoke);
    mapping.settled().await;
    let rest = vec![1, 2, 3, 4];
    let expected = [vec![0, 1, 2, 3, 4], rest.clone(), rest, vec![2, 3, 4]];
    assert_eq!(*seen.lock().unwrap(), expected);
    let mut letters = engines.dead_letters();
    assert_eq!(letters.len(), 1);
    let number = record["dynamodb"]["SequenceNumber"].clone();
    let arrival = letters[0]["DDBStreamBatchInfo"]["approximateArrivalOfFirstRecord"].take();
    assert!(arrival.as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    let expected = json!({
        "shardId": "shardId-00000001-kith",
        "startSequenceNumber": number,
        "endSequenceNumber": number,
        "approximateArrivalOfFirstRecord": null,
        "approximateArrivalOfLastRecord": arrival,
        "batchSize": 1,
        "streamArn": record["eventSourceARN"],
    });
    assert_eq!(letters[0]["DDBStreamBatchInfo"], expected);
    let context = &letters[0]["requestContext"];
    assert_eq!(context["condition"], "RetryAttemptsExhausted");
    assert_eq!(context["approximateInvokeCount"], 3);
    assert_eq!(letters[0]["payload"], json!({"Records": [record]}));
    end(mapping, engines).await;
}

#[tokio::test]
async fn a_record_that_fails_the_function_is_isolated_and_given_up() {
    let fail = |kind: u32| match kind {
        0 => Err("failed".to_owned()),
        1 => Ok(json!({"batchItemFailures": [{"itemIdentifier": ""}]})),
        2 => Ok(json!({"batchItemFailures": [{"itemIdentifier": "of another batch"}]})),
        _ => panic!("on purpose"),
    };
    for kind in 0..4 {
        let folder = TempDir::new().unwrap();
        let engines = engines(&folder).await;
        write(&engines, 0..20).await;
        let done = Arc::new(Mutex::new(Vec::new()));
        let processed = Arc::clone(&done);
        let (seen, invoke) = function(move |event| {
            let users = users(event);
            if users.contains(&13) {
                return fail(kind);
            }
            processed.lock().unwrap().extend(users);
            Ok(json!({"batchItemFailures": []}))
        });
        let mapping = Mapping::start(&engines, Consumer::Events, 1, invoke);
        mapping.settled().await;
        let others = (0..20).filter(|user| *user != 13).collect::<Vec<_>>();
        assert_eq!(*done.lock().unwrap(), others);
        let alone = seen.lock().unwrap().iter().filter(|users| **users == [13]).count();
        assert_eq!(alone, 2);
        let letters = engines.dead_letters();
        assert_eq!(letters.iter().flat_map(|l| users(&l["payload"])).collect::<Vec<_>>(), [13]);
        end(mapping, engines).await;
    }
}

#[tokio::test]
async fn the_next_start_goes_on_where_the_last_one_was() {
    let folder = TempDir::new().unwrap();
    let first = engines(&folder).await;
    write(&first, 0..5).await;
    let reached = Arc::new(Semaphore::new(0));
    let tries = Arc::clone(&reached);
    let (seen, invoke) = function(move |event| {
        tries.add_permits(1);
        Ok(report(event, 2))
    });
    let mapping = Mapping::start(&first, Consumer::Events, MAX_RETRIES, invoke);
    // The second try comes when what the first one did is out of the stream.
    reached.acquire_many(2).await.unwrap().forget();
    end(mapping, first).await;
    assert_eq!(seen.lock().unwrap()[..2], [vec![0, 1, 2, 3, 4], vec![2, 3, 4]]);

    let second = engines(&folder).await;
    write(&second, 5..6).await;
    let (seen, invoke) = function(|_| Ok(json!({})));
    let mapping = Mapping::start(&second, Consumer::Events, MAX_RETRIES, invoke);
    mapping.settled().await;
    assert_eq!(seen.lock().unwrap().concat(), [2, 3, 4, 5]);
    end(mapping, second).await;
}

#[tokio::test]
async fn each_function_reads_by_itself_and_gets_what_it_wants() {
    let folder = TempDir::new().unwrap();
    let engines = engines(&folder).await;
    let sdk = Sdk::of(&engines);
    write(&engines, 0..2).await;
    sdk.put_entity("2", "mail").await;
    write(&engines, 3..150).await;
    // Overwritten, it is no new mail.
    sdk.put_entity("2", "mail").await;
    let (seen, invoke) = function(|_| Err("SES is down".to_owned()));
    let mails = Mapping::start(&engines, Consumer::Mail, MAX_RETRIES, invoke);
    let (seen_of_events, invoke) = function(|_| Ok(Value::Null));
    let events = Mapping::start(&engines, Consumer::Events, MAX_RETRIES, invoke);
    events.settled().await;
    assert_eq!(seen_of_events.lock().unwrap().concat().len(), 151);
    assert!(mails.settled().now_or_never().is_none());
    mails.stop().await;
    assert!(seen.lock().unwrap().iter().all(|users| *users == [2]));

    let (seen, invoke) = function(|_| Ok(Value::Null));
    let mails = Mapping::start(&engines, Consumer::Mail, MAX_RETRIES, invoke);
    mails.settled().await;
    assert_eq!(*seen.lock().unwrap(), [[2]]);
    assert_eq!(engines.newest_sequence_number().unwrap(), None);
    mails.stop().await;
    end(events, engines).await;
}

#[tokio::test]
async fn settled_waits_for_what_was_written_before_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let engines = engines(&folder).await;
    let (entered, let_go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (enter, go) = (Arc::clone(&entered), Arc::clone(&let_go));
    let mapping = Mapping::start(&engines, Consumer::Events, MAX_RETRIES, move |_| {
        let (enter, go) = (Arc::clone(&enter), Arc::clone(&go));
        async move {
            enter.add_permits(1);
            go.acquire().await.unwrap().forget();
            Ok(Value::Null)
        }
    });
    mapping.settled().await;
    write(&engines, 0..1).await;
    entered.acquire().await.unwrap().forget();
    {
        let mut settled = std::pin::pin!(mapping.settled());
        assert!(settled.as_mut().now_or_never().is_none());
        write(&engines, 1..2).await;
        let_go.add_permits(1);
        settled.await;
    }
    assert!(mapping.settled().now_or_never().is_none());
    let_go.add_permits(1);
    mapping.settled().await;
    assert!(engines.read_stream(Consumer::Events, 1).unwrap().is_empty());
    end(mapping, engines).await;
}

#[tokio::test]
async fn a_stop_waits_neither_for_a_retry_nor_for_ever_for_the_function() {
    let folder = TempDir::new().unwrap();
    let engines = engines(&folder).await;
    write(&engines, 0..1).await;
    let entered = Arc::new(Semaphore::new(0));
    let enter = Arc::clone(&entered);
    let hanging = Mapping::start(&engines, Consumer::Events, MAX_RETRIES, move |_| {
        enter.add_permits(1);
        pending()
    });
    entered.acquire().await.unwrap().forget();
    let started = Instant::now();
    hanging.stop().await;
    assert!(started.elapsed() < Duration::from_secs(3));

    let enter = Arc::clone(&entered);
    let (_, invoke) = function(move |_| {
        enter.add_permits(1);
        Err("failed".to_owned())
    });
    let failing = Mapping::start(&engines, Consumer::Events, MAX_RETRIES, invoke);
    // By then the wait for the next try is over a second.
    entered.acquire_many(6).await.unwrap().forget();
    let started = Instant::now();
    failing.stop().await;
    assert!(started.elapsed() < Duration::from_secs(1));
    assert_eq!(engines.read_stream(Consumer::Events, 10).unwrap().len(), 1);
    Arc::into_inner(engines).unwrap().stop().await;
}

#[test]
fn answers_are_read_as_lambda_reads_them() {
    let record = |n: u32| json!({"dynamodb": {"SequenceNumber": n.to_string()}});
    let records = [record(1), record(2), record(3)];
    let all = Outcome::Done(3);
    for answer in [json!(null), json!("done"), json!({}), json!({"batchItemFailures": null})] {
        assert_eq!(outcome(&records, &answer), all, "{answer}");
    }
    for (failures, expected) in [
        (json!([]), all),
        (json!([{"itemIdentifier": "1"}]), Outcome::Done(0)),
        (json!([{"itemIdentifier": "3"}, {"itemIdentifier": "2"}]), Outcome::Done(1)),
        (json!([{"itemIdentifier": "3"}, {"itemIdentifier": "4"}]), Outcome::Failed),
        (json!([{"itemIdentifier": null}]), Outcome::Failed),
        (json!([{"id": "1"}]), Outcome::Failed),
    ] {
        let answer = json!({"batchItemFailures": failures});
        assert_eq!(outcome(&records, &answer), expected, "{answer}");
    }
}

#[test]
fn waits_double_up_to_five_seconds() {
    let millis = [1, 2, 3, 7, 8, 100].map(|failures| backoff(failures).as_millis());
    assert_eq!(millis, [50, 100, 200, 3200, 5000, 5000]);
}
