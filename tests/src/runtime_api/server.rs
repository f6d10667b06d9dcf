//! The server's side of the Runtime API.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use shared::context::Clock;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

use super::PATIENCE;

/// An event for the function.
pub struct Delivery {
    pub id: String,
    pub event: String,
}

/// What the function made of one.
pub struct Outcome {
    pub id: String,
    pub at: Instant,
    pub result: Result<Bytes, Bytes>,
}

/// Where events come from, and where everything else goes to.
pub struct Api {
    deliveries: Mutex<mpsc::UnboundedReceiver<Delivery>>,
    polls: mpsc::UnboundedSender<Instant>,
    results: mpsc::UnboundedSender<Outcome>,
}

impl Api {
    pub fn new(
        deliveries: mpsc::UnboundedReceiver<Delivery>,
        polls: mpsc::UnboundedSender<Instant>,
        results: mpsc::UnboundedSender<Outcome>,
    ) -> Self {
        Self { deliveries: Mutex::new(deliveries), polls, results }
    }
}

/// The Runtime API on a free port, and its address.
pub async fn serve(api: Api) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = listener.local_addr().expect("its address").to_string();
    let routes = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(respond))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(fail))
        .route("/2018-06-01/runtime/init/error", post(fail_to_start))
        .with_state(Arc::new(api));
    let listener = listener.tap_io(|socket| socket.set_nodelay(true).expect("a socket's option"));
    let server = async { axum::serve(listener, routes).await.expect("a running server") };
    (address, tokio::spawn(server))
}

/// The next event, once there is one.
async fn next(State(api): State<Arc<Api>>) -> Response {
    let _ = api.polls.send(Instant::now());
    let Some(Delivery { id, event }) = api.deliveries.lock().await.recv().await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let deadline = Clock::system().now() + PATIENCE;
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-west-1:000000000000:function:kith".to_owned(),
        ),
        (
            "lambda-runtime-trace-id",
            "Root=1-6b001dc4-e2add805eff2d9473248ed69;Parent=53995c3f42cd8ad8;Sampled=0".to_owned(),
        ),
    ];
    (headers, event).into_response()
}

async fn respond(State(api): State<Arc<Api>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    let _ = api.results.send(Outcome { id, at: Instant::now(), result: Ok(body) });
    StatusCode::ACCEPTED
}

async fn fail(State(api): State<Arc<Api>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    let _ = api.results.send(Outcome { id, at: Instant::now(), result: Err(body) });
    StatusCode::ACCEPTED
}

/// The process ends after it, and that is what counts.
async fn fail_to_start() -> StatusCode {
    StatusCode::ACCEPTED
}
