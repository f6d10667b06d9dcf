//! The local stack over HTTP with few and many users: one client on one
//! connection (hyper, HTTP/1.1, kept alive), on a thread of its own.

use std::time::Instant;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use local::{names, seed};
use serde_json::json;
use tests::Kith;
use tokio::net::TcpStream;

use crate::Plan;
use crate::series::Series;

/// What calls take among so many users.
pub struct Scale {
    pub users: u64,
    pub me: Series,
    pub list: Series,
    pub login: Series,
}

/// Users who take turns in calling, spread over all there are.
const CALLERS: u64 = 20;

type Sent = Request<Full<Bytes>>;

pub async fn measure(plan: &Plan) -> Vec<Scale> {
    let kith = Kith::start().await;
    let mut scales = Vec::new();
    for &users in plan.users {
        eprintln!("  {users} …");
        seed::seed(&kith.stack.context, users, || ()).await.expect("demo users");
        let (mut me, mut list, mut login) = (Vec::new(), Vec::new(), Vec::new());
        for n in 0..CALLERS {
            let nth = n * users / CALLERS;
            let email = names::person(nth).email;
            let token = kith.sign_in(&email, seed::PASSWORD).await.access_token;
            let token = token.unwrap_or_default();
            me.push(get("/v1/users/me", &token));
            list.push(get("/v1/users", &token));
            // Somebody else: many sign-ins end the sessions before them.
            login.push(sign_in(&names::person(nth + 1).email));
        }
        let mut scale = Scale {
            users,
            me: Series::default(),
            list: Series::default(),
            login: Series::default(),
        };
        for _ in 0..plan.rounds {
            let few = plan.calls.div_ceil(10);
            for (series, requests, count) in [
                (&mut scale.me, &me, plan.calls),
                (&mut scale.list, &list, few),
                (&mut scale.login, &login, few),
            ] {
                send(&kith, requests, count, series).await;
            }
        }
        scales.push(scale);
    }
    scales
}

fn get(path: &str, token: &str) -> Sent {
    let request = Request::builder().uri(path).header(HOST, "localhost");
    let request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    request.body(Full::default()).expect("a request")
}

fn sign_in(email: &str) -> Sent {
    let body = json!({"email": email, "password": seed::PASSWORD}).to_string();
    let request = Request::builder().method(Method::POST).uri("/v1/auth/login");
    let request = request.header(HOST, "localhost").header(CONTENT_TYPE, "application/json");
    request.body(Full::from(body)).expect("a request")
}

/// One more round: these requests in turns, `count` in all.
async fn send(kith: &Kith, requests: &[Sent], count: usize, series: &mut Series) {
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
