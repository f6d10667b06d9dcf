//! Pictures through the binaries: sent and read as the gateway does it, and
//! processed as S3 asks for it.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use image::{DynamicImage, ImageFormat};
use local::engines::{Fault, Service};
use serde_json::{Value, json};
use tests::runtime_api::Event;

use crate::deployment::Deployment;

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// The sample, of somebody's own picture.
fn mine(sample: &str, token: &str) -> Event {
    Event::sample(sample).by(token).path("/v1/users/me/picture")
}

fn notification(key: &str) -> Value {
    let mut event = Event::sample("picture-worker-object-created").event;
    event["Records"][0]["s3"]["object"]["key"] = json!(key);
    event
}

#[tokio::test]
async fn a_picture_goes_in_and_comes_out_as_bytes() {
    let mut lambda = Deployment::start().await;
    let ada = lambda.kith.somebody().await;
    let token = ada.access_token.clone().unwrap();
    let put = mine("picture-upload-picture", &token).base64(&jpeg(600, 300));
    let answer = lambda.call(put).await;
    assert_eq!((answer.status.as_u16(), answer.text("/source")), (200, "uploaded".to_owned()));

    let mut picture = lambda.function("picture", &[]).await;
    let get = mine("picture-get-picture", &token).query("size=1024");
    let answer = picture.invoke(&get.event).await.result.unwrap();
    assert_eq!(answer["headers"]["content-type"], "image/jpeg");
    assert_eq!(answer["isBase64Encoded"], true);
    let bytes = BASE64_STANDARD.decode(answer["body"].as_str().unwrap()).unwrap();
    let image = image::load_from_memory(&bytes).unwrap();
    assert_eq!((image.width(), image.height()), (600, 300));

    let tag = answer["headers"]["etag"].as_str().unwrap();
    let again = picture.invoke(&get.header("if-none-match", tag).event).await.result.unwrap();
    assert_eq!((&again["statusCode"], again["body"].as_str()), (&json!(304), Some("")));
    let form = lambda.call(mine("picture-upload-picture-form", &token)).await;
    assert_eq!(form.status, 200, "{}", form.body);
}

#[tokio::test]
async fn the_worker_processes_what_s3_tells_of_however_often() {
    let mut lambda = Deployment::start().await;
    let ada = lambda.kith.somebody().await;
    let token = ada.access_token.clone().unwrap();
    let bytes = jpeg(600, 300);
    let means = json!({"content_type": "image/jpeg", "content_length": bytes.len()});
    let prepare = Event::sample("picture-create-upload").by(&token).json(&means);
    let prepare = prepare.path("/v1/users/me/picture/upload");
    let prepared = lambda.call(prepare).await;
    assert_eq!(prepared.status, 201, "{}", prepared.body);
    let key = format!("uploads/{}/{}", ada.id, prepared.text("/upload_id"));
    // The stack's own worker isn't told.
    lambda.kith.put_silently(&key, &bytes);

    let mut worker = lambda.function("picture-worker", &[("LOG_LEVEL", "info")]).await;
    let engines = std::sync::Arc::clone(&lambda.kith.stack.engines);
    for service in [Service::S3, Service::DynamoDb] {
        engines.fail(service, Fault::Throttle);
        let failed = worker.invoke(&notification(&key)).await.result;
        assert!(failed.is_err(), "Lambda has to try again: {failed:?}");
        engines.fail(service, Fault::None);
    }
    let source = async |lambda: &mut Deployment| {
        let me = lambda.call(Event::sample("profile-get-user").by(&token)).await;
        me.text("/picture/source")
    };
    assert_eq!(source(&mut lambda).await, "generated");
    for _ in 0..2 {
        assert_eq!(worker.invoke(&notification(&key)).await.result, Ok(Value::Null));
        assert_eq!(source(&mut lambda).await, "uploaded");
    }
    let status = Event::sample("picture-get-upload").by(&token);
    let status = lambda.call(status.path(prepared.header("location"))).await;
    assert_eq!(status.text("/status"), "done");

    for event in [
        json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "kith"}),
        json!({"Records": []}),
        notification("uploads/../pictures/x"),
        notification(&format!("pictures/{}/x", ada.id)),
        notification(&key.replace("uploads/", "uploads/x")),
        notification(
            "uploads/01890000-0000-7000-8000-000000000000/01890000-0000-7000-8000-000000000000",
        ),
    ] {
        assert_eq!(worker.invoke(&event).await.result, Ok(Value::Null), "{event}");
    }
    for event in [json!("text"), json!({"Records": 7}), json!({"Records": [{}]})] {
        assert!(worker.invoke(&event).await.result.is_err(), "{event}");
    }
    assert_eq!(source(&mut lambda).await, "uploaded");
    let lines = worker.lines(4).await;
    let line: Value = serde_json::from_str(&lines[3]).unwrap();
    assert!(!lines.concat().contains(&ada.id), "{line}");
}
