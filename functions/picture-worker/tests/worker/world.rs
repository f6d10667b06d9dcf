//! A fetcher in an internet of one server's size.

use std::collections::{HashMap, VecDeque};
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use picture_worker::fetch::{Bounds, Failure, FetchError, Fetcher, Parts, Refusal, is_public};
use tokio::time::timeout;
use tokio_rustls::rustls::RootCertStore;

use super::server::{Answer, Authority, Server};

/// A DNS whose answers change: each name has several, the last of them for good.
#[derive(Clone, Default)]
pub struct Names(Arc<Mutex<Zone>>);

#[derive(Default)]
struct Zone {
    answers: HashMap<String, VecDeque<Vec<SocketAddr>>>,
    asked: Vec<String>,
    silent: bool,
}

impl Names {
    pub fn set(&self, name: &str, answers: &[&[SocketAddr]]) {
        let answers = answers.iter().map(|answer| answer.to_vec()).collect();
        self.0.lock().unwrap().answers.insert(name.to_owned(), answers);
    }

    /// Lets every later question wait for ever.
    pub fn fall_silent(&self) {
        self.0.lock().unwrap().silent = true;
    }

    /// The names that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.0.lock().unwrap().asked.clone()
    }

    fn answer(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        let mut zone = self.0.lock().unwrap();
        zone.asked.push(name.to_owned());
        let answers = zone.answers.get_mut(name).ok_or(io::ErrorKind::NotFound)?;
        let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Ok(next.unwrap())
    }
}

/// A server at `pictures.test` and `other.test`, and a fetcher that may reach
/// its address beside the public ones.
pub struct World {
    pub authority: Authority,
    pub names: Names,
    pub server: Server,
    pub bounds: Bounds,
}

impl World {
    pub async fn new(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let authority = Authority::new();
        let server = Server::start(&authority, answer).await;
        Self::around(authority, server)
    }

    pub fn around(authority: Authority, server: Server) -> Self {
        let names = Names::default();
        names.set("pictures.test", &[&[server.address]]);
        names.set("other.test", &[&[server.address]]);
        Self { authority, names, server, bounds: Bounds::default() }
    }

    pub fn fetcher(&self) -> Fetcher {
        self.fetcher_trusting(self.authority.roots())
    }

    pub fn fetcher_trusting(&self, roots: RootCertStore) -> Fetcher {
        let (names, server) = (self.names.clone(), self.server.address);
        Fetcher::with(Parts {
            resolve: Box::new(move |name| {
                let answer = names.answer(name);
                let silent = names.0.lock().unwrap().silent;
                Box::pin(async move { if silent { pending().await } else { answer } })
            }),
            permits: Box::new(move |address| address == server || is_public(address.ip())),
            roots,
            bounds: self.bounds,
        })
    }

    pub async fn fetch(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        self.fetcher().fetch(url).await
    }

    /// What becomes of a fetch that must end early: within far less than the
    /// usual bounds, far more than those that the test has set.
    pub async fn failure_in_time(&self, url: &str) -> Failure {
        let ended = timeout(Duration::from_secs(2), self.fetch(url)).await;
        failed(ended.expect("an end within the bound"))
    }

    pub async fn refusal(&self, url: &str) -> Refusal {
        refused(self.fetch(url).await)
    }

    pub async fn failure(&self, url: &str) -> Failure {
        failed(self.fetch(url).await)
    }
}

#[track_caller]
pub fn refused(result: Result<Vec<u8>, FetchError>) -> Refusal {
    match result {
        Err(FetchError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[track_caller]
pub fn failed(result: Result<Vec<u8>, FetchError>) -> Failure {
    match result {
        Err(FetchError::Failed(failure)) => failure,
        other => panic!("not failed: {other:?}"),
    }
}
