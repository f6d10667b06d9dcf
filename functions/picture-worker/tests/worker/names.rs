//! Names that lead where they shouldn't.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use picture_worker::fetch::{Failure, Fetcher, Parts, Refusal};

use super::server::{Answer, Server};
use super::world::World;

const METADATA: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)), 443);

/// A world with nothing but pictures.
async fn world() -> World {
    World::new(|_| Answer::ok(b"picture")).await
}

/// Another server on this machine, which nobody may reach.
async fn victim(world: &World) -> Server {
    Server::start(&world.authority, |_| Answer::ok(b"secret")).await
}

#[tokio::test]
async fn a_name_of_a_private_address_is_refused() {
    let world = world().await;
    let victim = victim(&world).await;
    world.names.set("pictures.test", &[&[victim.address]]);
    let refusal = world.refusal("https://pictures.test/").await;
    assert_eq!(refusal, Refusal::Address(victim.address.ip()));
    assert_eq!(victim.connections(), 0);
}

#[tokio::test]
async fn a_name_of_a_public_and_a_private_address_is_refused_in_either_order() {
    let world = world().await;
    let public = world.server.address;
    for answer in [[public, METADATA], [METADATA, public]] {
        world.names.set("pictures.test", &[&answer]);
        let refusal = world.refusal("https://pictures.test/").await;
        assert_eq!(refusal, Refusal::Address(METADATA.ip()));
    }
    assert_eq!(world.server.connections(), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_address_after_the_check_is_asked_for_once() {
    let world = world().await;
    let victim = victim(&world).await;
    world.names.set("pictures.test", &[&[world.server.address], &[victim.address]]);
    assert_eq!(world.fetch("https://pictures.test/").await.unwrap(), b"picture");
    assert_eq!(world.names.asked(), ["pictures.test"]);
    assert_eq!((world.server.connections(), victim.connections()), (1, 0));
    // Nothing of the first answer is kept either.
    let refusal = world.refusal("https://pictures.test/").await;
    assert_eq!(refusal, Refusal::Address(victim.address.ip()));
    assert_eq!(victim.connections(), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_address_between_redirects_is_refused() {
    let world = World::new(|_| Answer::redirect(302, "/again")).await;
    let victim = victim(&world).await;
    world.names.set("pictures.test", &[&[world.server.address], &[victim.address]]);
    let refusal = world.refusal("https://pictures.test/").await;
    assert_eq!(refusal, Refusal::Address(victim.address.ip()));
    assert_eq!((world.server.connections(), victim.connections()), (1, 0));
}

#[tokio::test]
async fn a_second_address_is_tried_when_the_first_is_dead() {
    let world = world().await;
    // Bound and closed again: nothing listens there.
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (answer, roots) = (vec![dead, world.server.address], world.authority.roots());
    let allowed = answer.clone();
    let fetcher = Fetcher::with(Parts {
        resolve: Box::new(move |_| {
            let answer = answer.clone();
            Box::pin(async move { Ok(answer) })
        }),
        permits: Box::new(move |address| allowed.contains(&address)),
        roots,
        bounds: world.bounds,
    });
    assert_eq!(fetcher.fetch("https://pictures.test/").await.unwrap(), b"picture");
}

#[tokio::test]
async fn a_name_that_has_no_address_may_be_tried_again() {
    let world = world().await;
    let failure = world.failure("https://unknown.test/").await;
    assert!(matches!(failure, Failure::Resolve(_)), "{failure:?}");
    world.names.set("empty.test", &[&[]]);
    let failure = world.failure("https://empty.test/").await;
    assert!(matches!(failure, Failure::Resolve(_)), "{failure:?}");
}

#[tokio::test]
async fn a_resolver_that_never_answers_is_given_up() {
    let mut world = world().await;
    world.bounds.whole = Duration::from_millis(50);
    world.names.fall_silent();
    let failure = world.failure_in_time("https://pictures.test/").await;
    assert!(matches!(failure, Failure::Timeout), "{failure:?}");
}
