//! Answers that lie, swell or never end.

use std::time::Duration;

use picture_worker::fetch::{Bounds, Failure, Refusal};

use super::server::Answer;
use super::world::World;

const URL: &str = "https://pictures.test/";
const OK: &str = "HTTP/1.1 200 OK\r\n";

/// What sockets and TLS may hold beyond what a client has read.
const IN_FLIGHT: usize = 16 * 1024 * 1024;

/// A world with a bound of 1000 bytes.
async fn small(answer: Answer) -> World {
    let mut world = World::new(move |_| answer.clone()).await;
    world.bounds.bytes = 1000;
    world
}

#[tokio::test]
async fn the_bytes_of_a_200_are_given_as_they_are() {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let answer = Answer::with(200, "Content-Type: text/html\r\n", &bytes);
    let world = World::new(move |_| answer.clone()).await;
    assert_eq!(world.fetch(URL).await.unwrap(), bytes);
}

#[tokio::test]
async fn a_body_of_no_stated_length_is_read_to_its_end() {
    let world = small(Answer::new(format!("{OK}\r\npicture"))).await;
    assert_eq!(world.fetch(URL).await.unwrap(), b"picture");
    let chunked = "Transfer-Encoding: chunked\r\n\r\n4\r\npict\r\n3\r\nure\r\n0\r\n\r\n";
    let world = small(Answer::new(format!("{OK}{chunked}"))).await;
    assert_eq!(world.fetch(URL).await.unwrap(), b"picture");
}

#[tokio::test]
async fn a_body_of_just_the_bound_is_taken_and_one_byte_more_is_not() {
    let world = small(Answer::ok(&[7; 1000])).await;
    assert_eq!(world.fetch(URL).await.unwrap().len(), 1000);
    let world = small(Answer::ok(&[7; 1001])).await;
    assert_eq!(world.refusal(URL).await, Refusal::TooLarge);
    let mut closed = format!("{OK}\r\n").into_bytes();
    closed.resize(closed.len() + 1000, 7);
    assert_eq!(small(Answer::new(closed.clone())).await.fetch(URL).await.unwrap().len(), 1000);
    closed.push(7);
    assert_eq!(small(Answer::new(closed)).await.refusal(URL).await, Refusal::TooLarge);
}

#[tokio::test]
async fn a_length_over_ten_mebibytes_is_refused_before_a_byte_of_it_comes() {
    let bound = Bounds::default().bytes;
    assert_eq!(bound, 10 * 1024 * 1024);
    for length in [bound + 1, 1 << 40] {
        // Nothing follows: a client that waited for the body would run out of time.
        let head = format!("{OK}Content-Length: {length}\r\n\r\n");
        let answer = Answer::new(head).then_forever("x", Duration::from_mins(1));
        let world = World::new(move |_| answer.clone()).await;
        assert_eq!(world.refusal(URL).await, Refusal::TooLarge, "{length}");
    }
}

#[tokio::test]
async fn bytes_beyond_the_stated_length_are_not_read() {
    let head = format!("{OK}Content-Length: 7\r\n\r\npicture");
    let world = small(Answer::new(head).then_forever(vec![b'x'; 65536], Duration::ZERO)).await;
    assert_eq!(world.fetch(URL).await.unwrap(), b"picture");
    world.server.left().await;
    assert!(world.server.written() < IN_FLIGHT, "{}", world.server.written());
}

#[tokio::test]
async fn an_endless_body_is_refused_at_the_bound() {
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(65536)).into_bytes();
    let chunked = "Transfer-Encoding: chunked\r\n";
    for (headers, rest) in [
        ("", vec![b'x'; 65536]),
        (chunked, chunk.clone()),
        // The smaller of two words is a lie (RFC 9112, section 6.3).
        ("Content-Length: 7\r\nTransfer-Encoding: chunked\r\n", chunk),
    ] {
        let answer = Answer::new(format!("{OK}{headers}\r\n"));
        let world = small(answer.then_forever(rest, Duration::ZERO)).await;
        assert_eq!(world.refusal(URL).await, Refusal::TooLarge, "{headers}");
        world.server.left().await;
        assert!(world.server.written() < IN_FLIGHT, "{}", world.server.written());
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_picture() {
    let world = small(Answer::new(format!("{OK}Content-Length: 100\r\n\r\npict"))).await;
    let failure = world.failure(URL).await;
    assert!(matches!(failure, Failure::Http(_)), "{failure:?}");
}

#[tokio::test]
async fn an_endless_head_is_given_up() {
    for rest in ["X-Filler: xxxxxxxxxxxxxxxxxxxxxxxx\r\n", "x"] {
        let answer = Answer::new(OK).then_forever(rest.repeat(1000), Duration::ZERO);
        let world = small(answer).await;
        let failure = world.failure(URL).await;
        assert!(matches!(failure, Failure::Http(_)), "{failure:?}");
        world.server.left().await;
        assert!(world.server.written() < IN_FLIGHT, "{}", world.server.written());
    }
}

#[tokio::test]
async fn a_compressed_body_stays_compressed() {
    // 83 bytes that unfold to 50,000 zeros (RFC 1952).
    let head = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xc1, 0x01, 0x0d, 0x00,
        0x00, 0x00, 0xc2, 0xa0, 0xf7, 0x4f, 0x6d, 0x0f, 0x07, 0x14,
    ];
    let tail = [0x4f, 0x06, 0x25, 0xb3, 0xb7, 0x16, 0x50, 0xc3, 0x00, 0x00];
    let bomb = [head.as_slice(), &[0; 48], &tail].concat();
    for encoding in ["gzip", "br", "zstd", "deflate", "gzip, gzip"] {
        let headers = format!("Content-Encoding: {encoding}\r\n");
        let world = small(Answer::with(200, &headers, &bomb)).await;
        assert_eq!(world.fetch(URL).await.unwrap(), bomb, "{encoding}");
    }
}

#[tokio::test]
async fn a_slow_drip_ends_in_time() {
    let drip = Duration::from_millis(10);
    for answer in [
        Answer::new(OK).then_forever("X", drip),
        Answer::new("").then_forever("HTTP/1.1 103 Early Hints\r\n\r\n", drip),
        Answer::new(format!("{OK}Content-Length: 1000\r\n\r\n")).then_forever("x", drip),
        Answer::new(format!("{OK}\r\n")).then_forever("x", drip),
    ] {
        let mut world = small(answer).await;
        world.bounds.whole = Duration::from_millis(200);
        let failure = world.failure_in_time(URL).await;
        assert!(matches!(failure, Failure::Timeout), "{failure:?}");
        // Nor does anything go on reading behind the fetch's back.
        world.server.left().await;
    }
}

#[tokio::test]
async fn a_status_decides_whether_it_is_tried_again() {
    for status in [201, 204, 206, 300, 304, 400, 401, 403, 404, 410, 418, 451] {
        let world = small(Answer::with(status, "", b"")).await;
        assert_eq!(world.refusal(URL).await, Refusal::Status(status));
    }
    for status in [408, 425, 429, 500, 502, 503, 504, 599] {
        let world = small(Answer::with(status, "", b"")).await;
        let failure = world.failure(URL).await;
        assert!(matches!(failure, Failure::Status(s) if s == status), "{failure:?}");
    }
}
