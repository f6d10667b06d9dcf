//! Servers that aren't who they should be.

use std::time::Duration;

use picture_worker::fetch::{Failure, Fetcher, Refusal};
use rcgen::{CertificateParams, date_time_ymd};
use tokio::net::TcpListener;

use super::server::{Answer, Authority, Server};
use super::world::{World, refused};

/// A world whose server has another certificate than the usual one.
async fn with(params: CertificateParams) -> World {
    let authority = Authority::new();
    let server = Server::start_with(&authority, &params, |_| Answer::ok(b"picture")).await;
    World::around(authority, server)
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new([name.to_owned()]).unwrap()
}

#[tokio::test]
async fn a_certificate_for_the_name_is_taken() {
    let world = with(params("pictures.test")).await;
    assert_eq!(world.fetch("https://pictures.test/").await.unwrap(), b"picture");
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let world = with(params("other.test")).await;
    assert_eq!(world.refusal("https://pictures.test/").await, Refusal::Certificate);
    assert!(world.server.heads().is_empty());
}

#[tokio::test]
async fn a_certificate_for_the_address_is_none_for_the_name() {
    let world = with(params("127.0.0.1")).await;
    assert_eq!(world.refusal("https://pictures.test/").await, Refusal::Certificate);
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let mut params = params("pictures.test");
    params.not_after = date_time_ymd(2020, 1, 1);
    let world = with(params).await;
    assert_eq!(world.refusal("https://pictures.test/").await, Refusal::Certificate);
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let world = World::new(|_| Answer::ok(b"picture")).await;
    let public = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    for roots in [Authority::new().roots(), public] {
        let fetcher = world.fetcher_trusting(roots);
        let refusal = refused(fetcher.fetch("https://pictures.test/").await);
        assert_eq!(refusal, Refusal::Certificate);
    }
    assert!(world.server.heads().is_empty());
}

#[tokio::test]
async fn a_server_that_never_shakes_hands_is_given_up() {
    let mut world = World::new(|_| Answer::ok(b"picture")).await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    world.server.address = silent.local_addr().unwrap();
    world.names.set("pictures.test", &[&[world.server.address]]);
    world.bounds.connect = Duration::from_millis(50);
    let failure = world.failure_in_time("https://pictures.test/").await;
    assert!(matches!(failure, Failure::Timeout), "{failure:?}");
}

#[tokio::test]
async fn a_fetcher_as_built_connects_to_no_server_of_this_machine() {
    let world = World::new(|_| Answer::ok(b"picture")).await;
    let refusal = refused(Fetcher::new().fetch("https://127.0.0.1/").await);
    assert_eq!(refusal, Refusal::Address([127, 0, 0, 1].into()));
    assert_eq!(world.server.connections(), 0);
}
