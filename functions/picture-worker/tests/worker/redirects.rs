//! Redirects to where a URL of one's own wouldn't get.

use picture_worker::fetch::Refusal;

use super::server::{Answer, Server};
use super::world::World;

/// A world whose `/` redirects to `location`; all else is a picture.
async fn redirecting(location: impl Into<String>) -> World {
    let location = location.into();
    World::new(move |path| match path {
        "/" => Answer::redirect(302, &location),
        _ => Answer::ok(b"picture"),
    })
    .await
}

#[tokio::test]
async fn a_redirect_keeps_every_rule_of_a_url() {
    let loopback = Refusal::Address([127, 0, 0, 1].into());
    for (location, refusal) in [
        ("http://pictures.test/p", Refusal::Scheme),
        ("file:///etc/passwd", Refusal::Scheme),
        ("data:image/png;base64,AAAA", Refusal::Scheme),
        ("https://pictures.test:8443/p", Refusal::Port),
        ("//user@pictures.test/p", Refusal::Userinfo),
        ("//localhost/p", Refusal::Host),
        ("//127.0.0.1/p", loopback),
        ("/\\127.1/p", loopback),
        ("https://0x7f000001/p", loopback),
        ("https://169.254.169.254/", Refusal::Address([169, 254, 169, 254].into())),
        ("https://[::1]/", Refusal::Address("::1".parse().unwrap())),
        ("https://", Refusal::Url),
    ] {
        let world = redirecting(location).await;
        assert_eq!(world.refusal("https://pictures.test/").await, refusal, "{location}");
        assert_eq!(world.server.connections(), 1, "{location}");
    }
}

#[tokio::test]
async fn a_redirect_to_a_name_of_a_private_address_is_refused() {
    let world = redirecting("https://inside.test/").await;
    let victim = Server::start(&world.authority, |_| Answer::ok(b"secret")).await;
    world.names.set("inside.test", &[&[victim.address]]);
    let refusal = world.refusal("https://pictures.test/").await;
    assert_eq!(refusal, Refusal::Address(victim.address.ip()));
    assert_eq!(world.names.asked(), ["pictures.test", "inside.test"]);
    assert_eq!(victim.connections(), 0);
}

#[tokio::test]
async fn a_redirect_to_another_name_is_followed_and_takes_nothing_along() {
    for status in [301, 302, 303, 307, 308] {
        let world = World::new(move |path| match path {
            "/?token=secret" => Answer::redirect(status, "//other.test/p"),
            _ => Answer::ok(b"picture"),
        })
        .await;
        let picture = world.fetch("https://pictures.test/?token=secret").await.unwrap();
        assert_eq!(picture, b"picture", "{status}");
        assert_eq!(world.names.asked(), ["pictures.test", "other.test"]);
        let heads = world.server.heads();
        assert!(heads[1].starts_with("GET /p HTTP/1.1\r\nhost: other.test\r\n"), "{}", heads[1]);
        for absent in ["secret", "cookie", "referer", "authorization"] {
            assert!(!heads[1].contains(absent), "{absent} in {}", heads[1]);
        }
    }
}

#[tokio::test]
async fn three_redirects_are_followed_and_a_fourth_is_not() {
    let world = World::new(|path| match path {
        "/4" => Answer::redirect(302, "/3"),
        "/3" => Answer::redirect(302, "/2"),
        "/2" => Answer::redirect(302, "/1"),
        "/1" => Answer::redirect(302, "/0"),
        _ => Answer::ok(b"picture"),
    })
    .await;
    assert_eq!(world.fetch("https://pictures.test/3").await.unwrap(), b"picture");
    assert_eq!(world.refusal("https://pictures.test/4").await, Refusal::Redirects);
    assert_eq!(world.server.connections(), 4 + 4);
}

#[tokio::test]
async fn a_redirect_to_itself_ends() {
    let world = redirecting("/").await;
    assert_eq!(world.refusal("https://pictures.test/").await, Refusal::Redirects);
    assert_eq!(world.server.connections(), 4);
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_refused() {
    let world = World::new(|_| Answer::with(302, "", b"")).await;
    assert_eq!(world.refusal("https://pictures.test/").await, Refusal::Redirects);
    let world = redirecting("\u{1}").await;
    world.fetch("https://pictures.test/").await.unwrap_err();
}
