//! The bus and the queue, as who sends to them meets them.

use aws_sdk_eventbridge::error::ProvideErrorMetadata;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};
use serde_json::json;
use tempfile::TempDir;

use super::{Sdk, event};
use crate::engines::{Engines, Fault, Service};

#[tokio::test]
async fn the_queue_keeps_messages_for_who_looks() {
    let folder = TempDir::new().unwrap();
    let engines = Engines::start(folder.path()).await.unwrap();
    let sdk = Sdk::of(&engines);
    let url = &sdk.names["DEAD_LETTER_QUEUE_URL"];
    assert_eq!(
        *url,
        format!("{}/000000000000/kith-dead-letters", sdk.names["AWS_ENDPOINT_URL_SQS"])
    );
    let send =
        |url: &str, body: &str| sdk.queues.send_message().queue_url(url).message_body(body).send();
    let answer = send(url, r#"{"n":1}"#).await.unwrap();
    assert!(!answer.message_id().unwrap().is_empty());
    send(url, "text").await.unwrap();
    let letters = engines.dead_letters();
    let sent_at = letters[0]["sent_at"].as_str().unwrap();
    assert!(sent_at.parse::<jiff::Timestamp>().is_ok());
    let second = json!({"body": "text", "sent_at": letters[1]["sent_at"]});
    assert_eq!(letters, [json!({"n": 1, "sent_at": sent_at}), second]);

    let other = url.replace("kith", "other");
    let large = "x".repeat(1024 * 1024 + 1);
    for (url, body, code) in [
        (&other, "text", "QueueDoesNotExist"),
        (url, "", "MissingParameter"),
        (url, &large, "InvalidParameterValue"),
    ] {
        let error = send(url, body).await.unwrap_err().into_service_error();
        assert_eq!(error.meta().code(), Some(code));
    }
    assert_eq!(engines.dead_letters().len(), 2);
    engines.fail(Service::Sqs, Fault::Throttle);
    let throttled = send(url, "text").await.unwrap_err().into_service_error();
    assert!(throttled.is_request_throttled());
    assert_eq!(engines.requests().snapshot()["sqs"]["SendMessage"], 6);
    engines.stop().await;
}

#[tokio::test]
async fn ses_keeps_good_mails_and_refuses_bad_ones() {
    let folder = TempDir::new().unwrap();
    let engines = Engines::start(folder.path()).await.unwrap();
    let sdk = Sdk::of(&engines);
    let send = |from: &str, to: &str, subject: &str| {
        let part = |data: &str| Content::builder().data(data).build().unwrap();
        let body = Body::builder().text(part("See <https://a.example/b#c>, or https://d.example."));
        let message = Message::builder().subject(part(subject)).body(body.build()).build();
        let request = sdk.mails.send_email().from_email_address(from);
        let request = request.content(EmailContent::builder().simple(message).build());
        request.destination(Destination::builder().to_addresses(to).build()).send()
    };
    let answer = send("\"Kith\" <kith@example.com>", "ada@example.com", "Grüße").await.unwrap();
    assert!(!answer.message_id().unwrap().is_empty());
    let mails = engines.mails();
    let (id, at) = (answer.message_id(), &mails[0]["sent_at"]);
    assert!(at.as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    let expected = json!({
        "message_id": id,
        "sent_at": at,
        "from": "\"Kith\" <kith@example.com>",
        "to": "ada@example.com",
        "subject": "Grüße",
        "text": "See <https://a.example/b#c>, or https://d.example.",
        "html": null,
        "links": ["https://a.example/b#c", "https://d.example"],
    });
    assert_eq!(mails, [expected]);
    for (from, to, subject) in [
        ("", "ada@example.com", "s"),
        ("Käse <kith@example.com>", "ada@example.com", "s"),
        ("kith@example.com", "", "s"),
        ("kith@example.com", "ada", "s"),
        ("kith@example.com", "ada@example.com, bob@example.com", "s"),
        ("kith@example.com", "ada@example.com\r\nBcc: bob@example.com", "s"),
        ("kith@example.com", "ada@example.com", "s\r\nBcc: bob@example.com"),
    ] {
        let error = send(from, to, subject).await.unwrap_err().into_service_error();
        assert!(error.is_bad_request_exception(), "{from:?} {to:?} {subject:?}: {error:?}");
    }
    engines.fail(Service::Ses, Fault::Throttle);
    let throttled = send("k@example.com", "a@example.com", "s").await.unwrap_err();
    assert!(throttled.into_service_error().is_too_many_requests_exception());
    assert_eq!(engines.requests().snapshot()["ses"]["SendEmail"], 9);
    engines.stop().await;
    let engines = Engines::start(folder.path()).await.unwrap();
    assert_eq!(engines.mails(), mails);
    engines.stop().await;
}

#[tokio::test]
async fn the_bus_keeps_good_events_and_refuses_bad_ones_one_by_one() {
    let folder = TempDir::new().unwrap();
    let engines = Engines::start(folder.path()).await.unwrap();
    let sdk = Sdk::of(&engines);
    let aws = PutEventsRequestEntry::builder().event_bus_name("kith").source("aws.s3");
    let entries = [
        event("user.created", r#"{"user_id":"1"}"#),
        event("user.created", "[]"),
        event("", "{}"),
        aws.detail_type("x").detail("{}").build(),
    ];
    let answer = sdk.events.put_events().set_entries(Some(entries.into()));
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.failed_entry_count(), 3);
    let codes: Vec<_> = answer.entries().iter().map(|entry| entry.error_code()).collect();
    let refused = ["MalformedDetail", "InvalidArgument", "NotAuthorizedForSourceException"];
    assert_eq!(codes, [&[None], &refused.map(Some)[..]].concat());

    let events = engines.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["id"].as_str(), answer.entries()[0].event_id());
    assert_eq!(events[0]["detail-type"], "user.created");
    assert_eq!(events[0]["detail"], json!({"user_id": "1"}));

    let eleven = vec![event("user.created", "{}"); 11];
    let large = json!({"x": "x".repeat(1024 * 1024)}).to_string();
    for entries in [eleven, vec![event("user.created", &large)]] {
        let refused = sdk.events.put_events().set_entries(Some(entries)).send().await;
        assert_eq!(refused.unwrap_err().code(), Some("ValidationException"));
    }
    sdk.events.describe_event_bus().name("kith").send().await.unwrap();
    let unknown = sdk.events.describe_event_bus().name("other").send().await.unwrap_err();
    assert!(unknown.into_service_error().is_resource_not_found_exception());
    engines.stop().await;
}

#[tokio::test]
async fn a_share_of_the_entries_fails_on_demand_the_same_ones_each_time() {
    let folder = TempDir::new().unwrap();
    let engines = Engines::start(folder.path()).await.unwrap();
    let sdk = Sdk::of(&engines);
    let put = async || {
        let entries = vec![event("user.created", "{}"); 10];
        let answer = sdk.events.put_events().set_entries(Some(entries)).send().await.unwrap();
        let codes: Vec<_> =
            answer.entries().iter().map(|e| e.error_code().map(str::to_owned)).collect();
        let failed = codes.iter().flatten().count();
        assert_eq!(usize::try_from(answer.failed_entry_count()).unwrap(), failed);
        assert!(
            answer.entries().iter().all(|e| e.event_id().is_none() == e.error_code().is_some())
        );
        codes
    };
    let mut runs = Vec::new();
    for _run in 0..2 {
        engines.fail_entries(30);
        let mut codes = Vec::new();
        for _request in 0..10 {
            codes.extend(put().await);
        }
        runs.push(codes);
    }
    assert_eq!(runs[0], runs[1]);
    let failed: Vec<_> = runs[0].iter().flatten().collect();
    assert!((15..=45).contains(&failed.len()), "{failed:?}");
    let alternate = ["InternalFailure", "ThrottlingException"].into_iter().cycle();
    assert!(failed.iter().zip(alternate).all(|(code, expected)| *code == expected));
    assert_eq!(engines.events().len(), 200 - 2 * failed.len());
    engines.fail_entries(100);
    assert_eq!(put().await.iter().flatten().count(), 10);
    engines.fail_entries(0);
    assert_eq!(put().await.iter().flatten().count(), 0);
    engines.stop().await;
}
