//! The function that sends mails, called as Lambda calls it.

use local::engines::{Fault, Service};
use serde_json::{Value, json};
use tests::runtime_api::Event;

use crate::deployment::Deployment;

/// The record of a mail that is in the outbox. Who serves the stack's own stream
/// must not be faster, so SES is down until then.
async fn outbox(lambda: &Deployment) -> Value {
    lambda.kith.stack.settled().await;
    lambda.kith.stack.engines.fail(Service::Ses, Fault::Refuse);
    let ada = lambda.kith.somebody().await;
    let client = lambda.kith.stack.context.sdk.dynamodb();
    let items = client.scan().table_name("kith").send().await.unwrap().items.unwrap();
    let is_mail = |pk: &&String| pk.starts_with("MAIL#");
    let pk = items.iter().find_map(|item| item["pk"].as_s().ok().filter(is_mail)).unwrap();
    let mut event = Event::sample("mail-stream").event;
    event["Records"][0]["dynamodb"]["Keys"]["pk"]["S"] = json!(pk);
    event["Records"][0]["to"] = json!(ada.email);
    event
}

#[tokio::test]
async fn a_mail_of_the_outbox_is_sent_once_and_comes_again_until_then() {
    let lambda = Deployment::start().await;
    let engines = &lambda.kith.stack.engines;
    let mut mail = lambda.function("mail", &[("LOG_LEVEL", "info")]).await;
    let mut event = outbox(&lambda).await;
    let to = event["Records"][0]["to"].take();
    let number = event["Records"][0]["dynamodb"]["SequenceNumber"].clone();
    let foreign = json!([{"dynamodb": {"Keys": {"pk": {"S": "USER#1"}}}}, "no record", {}]);
    let records = event["Records"].as_array_mut().unwrap();
    records.splice(0..0, foreign.as_array().unwrap().clone());

    let again = json!({"batchItemFailures": [{"itemIdentifier": number}]});
    assert_eq!(mail.invoke(&event).await.result, Ok(again));
    let lines = mail.lines(2).await;
    let line: Value = serde_json::from_str(&lines[1]).unwrap();
    assert_eq!((&line["message"], &line["function"]), (&json!("batch"), &json!("mail")));
    assert_eq!(
        (&line["records"], &line["failed"], &line["dropped"]),
        (&json!(4), &json!(1), &json!(3))
    );

    // From here on the stack's own mapping may be faster: sent it is in any case.
    engines.fail(Service::Ses, Fault::None);
    assert_eq!(mail.invoke(&event).await.result, Ok(json!({"batchItemFailures": []})));
    let address = to.as_str().unwrap();
    let mails = lambda.kith.mails(address).await;
    assert!((1..=2).contains(&mails.len()), "{mails:?}");
    let verify = format!("{}/console#verify=", lambda.kith.stack.url);
    assert!(mails[0]["links"][0].as_str().unwrap().starts_with(&verify), "{}", mails[0]);
    assert_eq!(mail.invoke(&event).await.result, Ok(json!({"batchItemFailures": []})));
    assert_eq!(lambda.kith.mails(address).await.len(), mails.len());
    let lines = [lines, mail.lines(2).await].concat().join("\n");
    assert!(!lines.contains(address) && !lines.contains("kith_ot_"), "{lines}");
    for event in [json!({}), json!(null), json!({"Records": []})] {
        assert_eq!(mail.invoke(&event).await.result, Ok(json!({"batchItemFailures": []})));
    }
}
