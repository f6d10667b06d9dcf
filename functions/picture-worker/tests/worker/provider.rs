//! What a provider's picture becomes.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};
use picture_worker::Worker;
use serde_json::{Value, json};
use shared::config::PictureWorker;
use shared::context::Clock;
use shared::domain::UploadId;
use shared::domain::picture::{Source, Upload};
use shared::domain::session::Client;
use shared::pictures::take_over;
use tests::{Kith, Person};

use super::server::Answer;
use super::world::World;

const MINE: &str = "/v1/users/me/picture";

fn png() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(300, 300).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// The answers of a provider.
fn provider(path: &str) -> Answer {
    match path {
        "/ada" => Answer::ok(&png()),
        "/page" => Answer::ok(b"<!doctype html><svg/>"),
        "/busy" => Answer::with(503, "", b""),
        _ => Answer::with(404, "", b""),
    }
}

/// The service, with a worker that reaches the provider.
struct Stack {
    kith: Kith,
    worker: Worker,
    _world: World,
}

impl Stack {
    async fn start() -> Self {
        let (kith, world) = (Kith::start().await, World::new(provider).await);
        let config = PictureWorker::read(|name| kith.stack.environment.get(name).cloned());
        let worker = Worker::new(config.unwrap(), world.fetcher(), Clock::system());
        Self { kith, worker, _world: world }
    }

    /// Has a worker take over a picture, and says whether Lambda would try again.
    async fn take_over(&self, person: &Person, path: &str) -> (UploadId, bool) {
        let context = &self.kith.stack.context;
        let (id, now) = (context.new_id(), context.now());
        let url = Some(format!("https://pictures.test{path}"));
        let upload = Upload::new(id, person.id.parse().unwrap(), Source::Provider, now);
        context.store.begin_upload(&Upload { url, ..upload }).await.unwrap();
        // The stack's own worker, which isn't told, doesn't know this provider.
        let key = format!("uploads/{}/{id}", person.id);
        self.kith.put_silently(&key, b"");
        let event = json!({"Records": [{"s3": {"object": {"key": key}}}]});
        for _ in 0..3 {
            if self.worker.invoke(event.clone()).await.is_ok() {
                return (id, false);
            }
        }
        (id, true)
    }

    async fn failure(&self, person: &Person, id: UploadId) -> Value {
        let status = person.get(&format!("{MINE}/upload/{id}")).await.body;
        status["error"]["code"].clone()
    }
}

#[tokio::test]
async fn a_providers_picture_counts_until_its_owner_decides() {
    let stack = Stack::start().await;
    let ada = stack.kith.somebody().await;
    assert!(!stack.take_over(&ada, "/ada").await.1);
    assert_eq!(ada.get("/v1/users/me").await.text("/picture/source"), "provider");
    let score = |answer: tests::Answer| answer.body["profile_completion"]["missing"].to_string();
    assert!(!score(ada.get("/v1/users/me").await).contains("picture"));

    assert_eq!(ada.delete(MINE).await.status, 204);
    let (id, _) = stack.take_over(&ada, "/ada").await;
    assert_eq!(stack.failure(&ada, id).await, "superseded");
    assert_eq!(ada.get("/v1/users/me").await.text("/picture/source"), "generated");
}

#[tokio::test]
async fn what_a_provider_does_not_give_fails_and_says_so() {
    let stack = Stack::start().await;
    let ada = stack.kith.somebody().await;
    for (path, is_tried_again, code) in [
        ("/nobody", false, "unreachable"),
        ("/page", false, "unsupported_media_type"),
        ("/busy", true, "processing_failed"),
    ] {
        let (id, again) = stack.take_over(&ada, path).await;
        assert_eq!(again, is_tried_again, "{path}");
        assert_eq!(stack.failure(&ada, id).await, code, "{path}");
    }

    // The worker of the stack itself reaches public addresses alone.
    let context = &stack.kith.stack.context;
    for url in ["https://127.0.0.1/latest", "https://169.254.169.254/latest", "http://example.com"]
    {
        let id =
            take_over(context, ada.id.parse().unwrap(), &Client::default(), url).await.unwrap();
        stack.kith.stack.settled().await;
        assert_eq!(stack.failure(&ada, id).await, "unreachable", "{url}");
    }
    assert_eq!(ada.get("/v1/users/me").await.text("/picture/source"), "generated");
}
