//! URLs that aren't what they seem.

use picture_worker::fetch::{Fetcher, Refusal};

use super::server::Answer;
use super::world::{World, refused};

async fn all_are_refused(urls: &[&str], refusal: Refusal) {
    let fetcher = Fetcher::new();
    for url in urls {
        assert_eq!(refused(fetcher.fetch(url).await), refusal, "{url}");
    }
}

#[tokio::test]
async fn only_https_is_fetched() {
    let urls = [
        "http://pictures.test/",
        "ftp://pictures.test/",
        "file:///etc/passwd",
        "file://pictures.test/etc/passwd",
        "data:image/png;base64,AAAA",
        "gopher://pictures.test/_x",
        "ws://pictures.test/",
        "javascript:alert(1)",
        "blob:https://pictures.test/1",
        "unix:/var/run/docker.sock",
    ];
    all_are_refused(&urls, Refusal::Scheme).await;
}

#[tokio::test]
async fn only_port_443_is_fetched() {
    let urls = [
        "https://pictures.test:80/",
        "https://pictures.test:22/",
        "https://pictures.test:8443/",
        "https://pictures.test:0/",
        "https://8.8.8.8:53/",
    ];
    all_are_refused(&urls, Refusal::Port).await;
}

#[tokio::test]
async fn a_url_with_credentials_is_refused() {
    let urls = [
        "https://user@pictures.test/",
        "https://user:password@pictures.test/",
        "https://:password@pictures.test/",
        "https://pictures.test%40@127.0.0.1/",
        "https://pictures.test:443@127.0.0.1/",
    ];
    all_are_refused(&urls, Refusal::Userinfo).await;
}

#[tokio::test]
async fn an_address_is_known_in_every_disguise() {
    let urls = [
        "https://127.0.0.1/",
        "https://127.0.0.1./",
        "https://127.1/",
        "https://127.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0x7f.0x0.0x0.0x1/",
        "https://017700000001/",
        "https://0177.0.0.1/",
        "https://0177.0.0.01/",
        "https://%31%32%37.0.0.1/",
        "https://127%2e0%2e0%2e1/",
        "https://127。0。0。1/",
        "https://１２７.０.０.１/",
        "https://①②⑦.⓪.⓪.①/",
        "https:\\\\127.0.0.1\\",
        "https:127.0.0.1",
        "https:///127.0.0.1/",
        " \thttps://127.0.\n0.1/",
        "https://127.0.0.1\\@pictures.test/",
        "https://127.0.0.1#@pictures.test/",
        "https://127.0.0.1?@pictures.test/",
        "https://127.0.0.1:443/",
    ];
    all_are_refused(&urls, Refusal::Address([127, 0, 0, 1].into())).await;
    let mapped = "::ffff:127.0.0.1".parse().unwrap();
    let urls = [
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[0:0:0:0:0:ffff:7f00:0001]/",
    ];
    all_are_refused(&urls, Refusal::Address(mapped)).await;
}

#[tokio::test]
async fn a_name_that_is_not_of_the_public_dns_is_refused() {
    let long = format!("https://{}.test/", "a".repeat(64));
    let urls = [
        "https://localhost/",
        "https://LOCALHOST/",
        "https://localhost./",
        "https://metadata/",
        "https://pictures.test./",
        "https://pictures..test/",
        "https://.pictures.test/",
        "https://-.test/",
        "https://./",
        &long,
    ];
    all_are_refused(&urls, Refusal::Host).await;
}

#[tokio::test]
async fn what_is_not_a_url_is_refused() {
    let urls = [
        "",
        "/picture",
        "//pictures.test/",
        "https://",
        "https:///",
        "https://:443/",
        "https://@/",
        "https://pic tures.test/",
        "https://256.256.256.256/",
        "https://1.2.3.4.5/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://127.0.0.1%00.pictures.test/",
        "https://pictures.test:65536/",
        "https://\u{202e}.test\u{0}/",
    ];
    all_are_refused(&urls, Refusal::Url).await;
}

#[tokio::test]
async fn an_international_name_is_asked_for_in_ascii() {
    let world = World::new(|_| Answer::ok(b"picture")).await;
    world.failure("https://bücher.test/").await;
    world.failure("https://ＰＩＣ．test/").await;
    assert_eq!(world.names.asked(), ["xn--bcher-kva.test", "pic.test"]);
}

#[tokio::test]
async fn a_request_says_no_more_than_it_must() {
    let world = World::new(|_| Answer::ok(b"picture")).await;
    world.fetch("https://PICTURES.test:443//a/../p?sz=96&k=é#fragment").await.unwrap();
    let expected = concat!(
        "GET //p?sz=96&k=%C3%A9 HTTP/1.1\r\n",
        "host: pictures.test\r\n",
        "user-agent: Kith/",
        env!("CARGO_PKG_VERSION"),
        "\r\n",
        "accept: image/*\r\n",
        "accept-encoding: identity\r\n",
        "connection: close\r\n",
        "\r\n",
    );
    assert_eq!(world.server.heads(), [expected]);
}

#[tokio::test]
async fn an_error_tells_nothing_of_the_url() {
    let world = World::new(|_| Answer::with(404, "", b"")).await;
    for url in [
        "https://pictures.test/secret-path?token=secret",
        "http://secret:secret@pictures.test/?secret",
        "https://secret host/?secret",
        "https://unknown.test/secret",
    ] {
        let error = world.fetch(url).await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(!text.contains("secret"), "{text}");
    }
}
