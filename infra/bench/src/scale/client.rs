//! One client on one connection (hyper, HTTP/1.1, kept alive), on a thread of its own.

use std::time::Instant;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use local::seed;
use serde_json::json;
use tests::{Kith, Person};
use tokio::net::TcpStream;

use crate::series::Series;

pub type Sent = Request<Full<Bytes>>;

pub fn get(path: &str, person: &Person) -> Sent {
    let token = person.access_token.as_deref().unwrap_or_default();
    let request = Request::builder().uri(path).header(HOST, "localhost");
    let request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    request.body(Full::default()).expect("a request")
}

pub fn sign_in(email: &str) -> Sent {
    let body = json!({"email": email, "password": seed::PASSWORD}).to_string();
    let request = Request::builder().method(Method::POST).uri("/v1/auth/login");
    let request = request.header(HOST, "localhost").header(CONTENT_TYPE, "application/json");
    request.body(Full::from(body)).expect("a request")
}

/// One more round: these requests in turns, `count` in all, once nothing is left
/// to do for earlier ones.
pub async fn send(kith: &Kith, requests: &[Sent], count: usize, series: &mut Series) {
    kith.stack.settled().await;
    let address = kith.stack.url.trim_start_matches("http://").to_owned();
    let requests = requests.to_vec();
    let turn = requests.len();
    let times = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async move {
            let stream = TcpStream::connect(&address).await.expect("a running stack");
            stream.set_nodelay(true).expect("a socket's option");
            let connection = http1::handshake(TokioIo::new(stream)).await;
            let (mut sender, connection) = connection.expect("a connection");
            tokio::spawn(connection);
            let mut times = Vec::with_capacity(count);
            for request in requests.iter().cycle().take(count + requests.len()) {
                let started = Instant::now();
                let answer = sender.send_request(request.clone()).await.expect("an answer");
                assert_eq!(answer.status(), 200, "{}", request.uri());
                answer.collect().await.expect("a whole answer");
                times.push(started.elapsed());
            }
            times
        })
    });
    series.begin_round();
    let times = times.await.expect("times");
    // The first turn connects and fills caches.
    times.into_iter().skip(turn).for_each(|time| series.push(time));
}
