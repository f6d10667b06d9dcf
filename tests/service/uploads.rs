//! Pictures that clients put straight into the storage.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use local::engines::{Fault, Service};
use picture::publish::{process, show};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::picture::{Source, Upload};
use shared::store::{Replacing, Shown};
use tests::{Answer, Kith, PASSWORD, Person};

use super::pictures::{MINE, fetch, get, huge, objects, png, put, put_to};

/// Prepares an upload of this body.
pub async fn prepare(person: &Person, length: usize) -> Answer {
    let body = json!({"content_type": "image/png", "content_length": length});
    let answer = person.post("/v1/users/me/picture/upload", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer
}

/// Puts a body where an answer says.
pub async fn upload(prepared: &Answer, body: Vec<u8>) -> StatusCode {
    let method = Method::from_bytes(prepared.text("/method").as_bytes()).unwrap();
    let mut request = reqwest::Client::new().request(method, prepared.text("/url")).body(body);
    for (name, value) in prepared.body["headers"].as_object().unwrap() {
        // The length is the body's own, as a browser has it.
        if name != "content-length" {
            request = request.header(name, value.as_str().unwrap());
        }
    }
    request.send().await.unwrap().status()
}

async fn status(kith: &Kith, person: &Person, prepared: &Answer) -> Value {
    kith.stack.settled().await;
    person.get(prepared.header("location")).await.body
}

#[tokio::test]
async fn an_upload_goes_straight_to_the_storage_and_is_processed_there() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let bytes = png([0, 0, 200]);
    let prepared = prepare(&ada, bytes.len()).await;
    assert!(prepared.text("/expires_at").ends_with('Z'));
    let pending =
        json!({"upload_id": prepared.text("/upload_id"), "status": "pending", "error": null});
    assert_eq!(status(&kith, &ada, &prepared).await, pending);
    assert_eq!(upload(&prepared, bytes.clone()).await, 200);
    assert_eq!(status(&kith, &ada, &prepared).await["status"], "done");
    get(&ada, MINE).await.assert_is([0, 0, 200]);
    let left = objects(&kith, "").await;
    assert!(left.len() == 3 && left.iter().all(|key| key.starts_with("pictures/")), "{left:?}");

    // The same URL once more brings nothing back.
    assert_eq!(ada.delete(MINE).await.status, 204);
    assert_eq!(upload(&prepared, bytes.clone()).await, 200);
    assert_eq!(status(&kith, &ada, &prepared).await["status"], "done");
    assert_eq!(objects(&kith, "").await, [""; 0]);
    assert_eq!(ada.get("/v1/users/me").await.text("/picture/source"), "generated");

    for (body, field, code) in [
        (json!({}), "content_type", "required"),
        (
            json!({"content_type": "image/svg+xml", "content_length": 9}),
            "content_type",
            "invalid_value",
        ),
        (
            json!({"content_type": "image/png\r\nx: y", "content_length": 9}),
            "content_type",
            "invalid_value",
        ),
        (
            json!({"content_type": "image/png", "content_length": 0}),
            "content_length",
            "out_of_range",
        ),
        (
            json!({"content_type": "image/png", "content_length": 52_428_801}),
            "content_length",
            "out_of_range",
        ),
        (
            json!({"content_type": "image/png", "content_length": 1.5}),
            "content_length",
            "out_of_range",
        ),
        (
            json!({"content_type": "image/png", "content_length": "9"}),
            "content_length",
            "invalid_type",
        ),
        (
            json!({"content_type": "image/png", "content_length": 9, "key": "x"}),
            "key",
            "unknown_field",
        ),
    ] {
        let answer = ada.post("/v1/users/me/picture/upload", body).await;
        answer.assert_problem(422, "validation_failed");
        assert_eq!(answer.errors()[0], (field.to_owned(), code.to_owned()));
    }
    let most = json!({"content_type": "image/webp", "content_length": 52_428_800});
    assert_eq!(ada.post("/v1/users/me/picture/upload", most).await.status, 201);
}

#[tokio::test]
async fn an_upload_is_bound_to_its_type_length_and_key() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let bytes = png([0, 0, 200]);
    let prepared = prepare(&ada, bytes.len()).await;
    assert_eq!(upload(&prepared, [bytes.clone(), vec![0]].concat()).await, 403, "longer");
    assert_eq!(upload(&prepared, bytes[1..].to_vec()).await, 403, "shorter");
    let client = reqwest::Client::new();
    let html = client.put(prepared.text("/url")).header(CONTENT_TYPE, "text/html");
    assert_eq!(html.body(bytes.clone()).send().await.unwrap().status(), 403, "another type");
    let elsewhere = prepared.text("/url").replace(&prepared.text("/upload_id"), "pictures");
    let request = client.put(elsewhere).header(CONTENT_TYPE, "image/png");
    assert_eq!(request.body(bytes.clone()).send().await.unwrap().status(), 403, "another key");
    let read = client.get(prepared.text("/url")).send().await.unwrap();
    assert_eq!(read.status(), 403, "another method");
    assert_eq!(status(&kith, &ada, &prepared).await["status"], "pending");
    assert_eq!(objects(&kith, "").await, [""; 0]);
    kith.wait(Duration::from_mins(31));
    let ada = kith.sign_in(&ada.email, PASSWORD).await;
    let late = status(&kith, &ada, &prepared).await;
    assert_eq!((&late["status"], &late["error"]["code"]), (&json!("failed"), &json!("expired")));
}

#[tokio::test]
async fn an_upload_that_fails_says_why_and_leaves_nothing() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let whole = png([0, 0, 200]);
    for (bytes, code) in [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "unsupported_media_type"),
        (whole[..whole.len() - 20].to_vec(), "invalid_image"),
        (huge(&whole, 60_000, 60_000), "image_too_large"),
    ] {
        let prepared = prepare(&ada, bytes.len()).await;
        assert_eq!(upload(&prepared, bytes).await, 200);
        let status = status(&kith, &ada, &prepared).await;
        assert_eq!(status["status"], "failed");
        assert_eq!(status["error"]["code"], code);
        assert!(!status["error"]["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(objects(&kith, "").await, [""; 0]);
    assert!(kith.stack.engines.dead_letters().is_empty());
    assert_eq!(ada.get("/v1/users/me").await.text("/picture/source"), "generated");
}

#[tokio::test]
async fn the_later_choice_wins_whatever_arrives_when() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let (first, second) = (png([10, 0, 0]), png([0, 10, 0]));
    let one = prepare(&ada, first.len()).await;
    let two = prepare(&ada, second.len()).await;
    upload(&two, second.clone()).await;
    assert_eq!(status(&kith, &ada, &two).await["status"], "done");
    upload(&one, first.clone()).await;
    assert_eq!(status(&kith, &ada, &one).await["error"]["code"], "superseded");
    get(&ada, MINE).await.assert_is([0, 10, 0]);
    assert_eq!(objects(&kith, "").await.len(), 3);

    let three = prepare(&ada, first.len()).await;
    assert_eq!(put(&ada, png([0, 0, 10])).await.status, 200);
    upload(&three, first.clone()).await;
    assert_eq!(status(&kith, &ada, &three).await["error"]["code"], "superseded");
    get(&ada, MINE).await.assert_is([0, 0, 10]);

    let four = prepare(&ada, first.len()).await;
    assert_eq!(ada.delete(MINE).await.status, 204);
    upload(&four, first).await;
    assert_eq!(status(&kith, &ada, &four).await["error"]["code"], "superseded");
    assert_eq!(ada.get("/v1/users/me").await.text("/picture/source"), "generated");
    assert_eq!(objects(&kith, "").await, [""; 0]);
}

#[tokio::test]
async fn without_storage_nothing_changes_and_uploads_are_tried_again() {
    let kith = Kith::start().await;

    let ada = kith.somebody().await;

    put(&ada, png([5, 5, 5])).await;

    kith.stack.settled().await;

    let engines = &kith.stack.engines;

    engines.fail(Service::S3, Fault::Refuse);

    put(&ada, png([50, 50, 50])).await.assert_problem(503, "unavailable");

    ada.get(MINE).await.assert_problem(503, "unavailable");

    let tag = {
        engines.fail(Service::S3, Fault::None);
        get(&ada, MINE).await.header("etag").to_owned()
    };

    engines.fail(Service::S3, Fault::Refuse);

    let known = ada.request(Method::GET, MINE).header("if-none-match", tag);

    assert_eq!(fetch(known).await.status, 304, "what the client has needs no storage");

    engines.fail(Service::S3, Fault::None);

    get(&ada, MINE).await.assert_is([5, 5, 5]);

    // The storage is gone while the worker is at it: where three tries aren't enough, the status
    // says so.
    let bytes = png([60, 60, 60]);
    let prepared = prepare(&ada, bytes.len()).await;
    engines.fail(Service::S3, Fault::Throttle);
    engines.object_created(&format!("uploads/{}/{}", ada.id, prepared.text("/upload_id")));
    let failed = async {
        loop {
            let answer = ada.get(prepared.header("location")).await.body;
            if answer["status"] == "failed" {
                return answer;
            }
        }
    };
    let failed = tokio::time::timeout(Duration::from_mins(1), failed).await.unwrap();
    assert_eq!(failed["error"]["code"], "processing_failed");
    engines.fail(Service::S3, Fault::None);
    kith.stack.settled().await;
    let letters = engines.dead_letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0]["requestContext"]["condition"], "RetriesExhausted");
    assert!(letters[0]["requestPayload"]["Records"][0]["s3"]["object"]["key"].is_string());
    get(&ada, MINE).await.assert_is([5, 5, 5]);
}

#[tokio::test]
async fn who_is_erased_leaves_no_object() {
    let kith = Kith::start().await;
    let (ada, admin) = (kith.somebody().await, kith.admin().await);
    put(&ada, png([5, 5, 5])).await;
    let bytes = png([6, 6, 6]);
    let prepared = prepare(&ada, bytes.len()).await;
    assert_eq!(ada.delete("/v1/users/me").await.status, 202);
    let hers = format!("/v1/users/{}/picture", ada.id);
    admin.get(&hers).await.assert_problem(404, "not_found");
    put_to(&admin, &hers, png([1, 1, 1])).await.assert_problem(404, "not_found");
    assert_eq!(objects(&kith, &ada.id).await.len(), 3, "it can be restored");
    // What arrives now is shown to nobody.
    assert_eq!(upload(&prepared, bytes.clone()).await, 200);
    assert_eq!(objects(&kith, &ada.id).await.len(), 3);
    let path = format!("/v1/users/{}?immediate=true", ada.id);
    assert_eq!(admin.delete(&path).await.status, 202);
    assert_eq!(objects(&kith, &ada.id).await, [""; 0]);
    assert_eq!(upload(&prepared, bytes).await, 200);
    assert_eq!(objects(&kith, &ada.id).await, [""; 0]);
}

#[tokio::test]
async fn what_dies_on_its_way_goes_with_its_note() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    put(&ada, png([5, 5, 5])).await;
    let prepared = prepare(&ada, 100).await;
    let id = prepared.text("/upload_id");
    // A worker that stored two sizes and died.
    kith.put_silently(&format!("uploads/{}/{id}", ada.id), b"x");
    for size in [64, 256] {
        kith.put_silently(&format!("pictures/{}/{id}/{:032x}-{size}", ada.id, 1), b"x");
    }
    assert_eq!(objects(&kith, &ada.id).await.len(), 6);
    let client = kith.stack.context.sdk.dynamodb();
    let past = client
        .update_item()
        .table_name("kith")
        .update_expression("SET #ttl = :past, progress = :begun");
    let past = past.expression_attribute_names("#ttl", "ttl");
    let past =
        past.expression_attribute_values(":begun", AttributeValue::S("processing".to_owned()));
    let past =
        past.expression_attribute_values(":past", AttributeValue::N("1000000000".to_owned()));
    let past = past.key("pk", AttributeValue::S(format!("USER#{}", ada.id)));
    past.key("sk", AttributeValue::S(format!("UPLOAD#{id}"))).send().await.unwrap();
    kith.stack.engines.sweep();
    let left = objects(&kith, &ada.id).await;
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(left.iter().all(|key| !key.contains(&id)), "{left:?}");
    get(&ada, MINE).await.assert_is([5, 5, 5]);
    ada.get(prepared.header("location")).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn what_became_of_an_upload_is_known_for_a_day() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let bytes = png([5, 5, 5]);
    let prepared = prepare(&ada, bytes.len()).await;
    upload(&prepared, bytes).await;
    kith.wait(Duration::from_hours(23));
    let again = kith.sign_in(&ada.email, PASSWORD).await;
    assert_eq!(status(&kith, &again, &prepared).await["status"], "done");
    kith.wait(Duration::from_hours(2));
    let again = kith.sign_in(&ada.email, PASSWORD).await;
    again.get(prepared.header("location")).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn of_two_files_of_one_upload_the_first_stays_and_the_other_leaves_nothing() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let context = &kith.stack.context;
    let user = ada.id.parse().unwrap();
    let upload = Upload::new(context.new_id(), user, Source::Uploaded, context.now());
    context.store.begin_upload(&upload).await.unwrap();
    // As two workers do at once, when the same URL is used twice.
    let mut outcomes = Vec::new();
    for colour in [[1, 1, 1], [2, 2, 2], [1, 1, 1]] {
        context.store.start_upload(user, upload.id, context.now()).await.unwrap();
        let variants = process(png(colour).into()).await.unwrap().unwrap();
        let (store, pictures) = (&context.store, context.pictures().unwrap());
        let (now, kept) = (context.now(), context.config.activity_retention);
        let shown = show(store, pictures, &upload, &variants, Replacing::Any, now, kept);
        let (_, shown) = shown.await.unwrap();
        outcomes.push(shown == Shown::Yes);
        assert_eq!(objects(&kith, &ada.id).await.len(), 3);
    }
    assert_eq!(outcomes, [true, false, true]);
    get(&ada, MINE).await.assert_is([1, 1, 1]);
    assert_eq!(ada.delete(MINE).await.status, 204);
    assert_eq!(objects(&kith, &ada.id).await, [""; 0]);
}
