//! Pictures: sent, shown, generated, removed.

use std::io::Cursor;

use futures_util::future::join_all;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::json;
use tests::{Answer, Kith, PASSWORD, Person, send};

use super::uploads::prepare;

pub const MINE: &str = "/v1/users/me/picture";

/// An answer that isn't JSON.
pub struct Bytes {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.status, String::from_utf8_lossy(&self.body))
    }
}

impl Bytes {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn size(&self) -> (u32, u32) {
        let image = image::load_from_memory(&self.body).unwrap();
        (image.width(), image.height())
    }

    fn colour(&self) -> [u8; 3] {
        let image = image::load_from_memory(&self.body).unwrap().to_rgb8();
        image.get_pixel(image.width() / 2, image.height() / 2).0
    }

    /// Holds that it is of this colour, as far as JPEG keeps one.
    #[track_caller]
    pub fn assert_is(&self, colour: [u8; 3]) {
        assert_eq!(self.status, 200, "{self:?}");
        let found = self.colour();
        let is_near = found.iter().zip(colour).all(|(found, wanted)| found.abs_diff(wanted) < 6);
        assert!(is_near, "{found:?} instead of {colour:?}");
    }
}

pub async fn fetch(request: RequestBuilder) -> Bytes {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Bytes { status, headers, body: response.bytes().await.unwrap().to_vec() }
}

pub async fn get(person: &Person, path: &str) -> Bytes {
    fetch(person.request(Method::GET, path)).await
}

/// A picture of one colour.
pub fn plain(width: u32, height: u32, colour: [u8; 3], format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = RgbImage::from_pixel(width, height, Rgb(colour));
    DynamicImage::from(image).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn png(colour: [u8; 3]) -> Vec<u8> {
    plain(320, 200, colour, ImageFormat::Png)
}

pub async fn put(person: &Person, bytes: impl Into<reqwest::Body>) -> Answer {
    put_to(person, MINE, bytes).await
}

pub async fn put_to(person: &Person, path: &str, bytes: impl Into<reqwest::Body>) -> Answer {
    send(person.request(Method::PUT, path).header(CONTENT_TYPE, "image/png").body(bytes)).await
}

/// A form of these parts: name and content.
fn form(person: &Person, method: Method, parts: &[(&str, &[u8])]) -> RequestBuilder {
    let mut body = Vec::new();
    for (name, content) in parts {
        let head = format!(
            "--limit\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"a.txt\"\r\n\
             content-type: text/plain\r\n\r\n"
        );
        body.extend([head.as_bytes(), content, b"\r\n"].concat());
    }
    body.extend(b"--limit--\r\n");
    let request = person.request(method, MINE);
    request.header(CONTENT_TYPE, "multipart/form-data; boundary=limit").body(body)
}

/// The keys of all objects of a user, and of all users' where it is empty.
pub async fn objects(kith: &Kith, user: &str) -> Vec<String> {
    kith.stack.settled().await;
    let sdk = &kith.stack.context.sdk;
    let endpoint = sdk.endpoints().s3.clone().unwrap();
    let config = aws_sdk_s3::config::Builder::from(sdk.config()).endpoint_url(endpoint);
    let client = aws_sdk_s3::Client::from_conf(config.force_path_style(true).build());
    let found = client.list_objects_v2().bucket("kith").send().await.unwrap();
    let keys = found.contents().iter().filter_map(|object| object.key.clone());
    keys.filter(|key| key.contains(user)).collect()
}

#[tokio::test]
async fn what_is_sent_is_shown_in_every_size_under_urls_of_its_own() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let answer = put(&ada, plain(1600, 800, [200, 30, 40], ImageFormat::Jpeg)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["source"], "uploaded");
    let user = ada.get("/v1/users/me").await;
    assert_eq!(user.body["picture"], answer.body);
    let missing = user.body["profile_completion"]["missing"].as_array().unwrap();
    assert!(!missing.contains(&json!("picture")));

    let url = |pointer| answer.text(pointer).strip_prefix(&kith.stack.url).unwrap().to_owned();
    for (url, size) in [
        (url("/url"), (1024, 512)),
        (url("/thumbnails/256"), (256, 256)),
        (url("/thumbnails/64"), (64, 64)),
        (MINE.to_owned(), (256, 256)),
        (format!("{MINE}?size=1024"), (1024, 512)),
        (format!("/v1/users/{}/picture?size=64&format=png", ada.id), (64, 64)),
    ] {
        let picture = get(&ada, &url).await;
        assert_eq!((picture.status.as_u16(), picture.size()), (200, size), "{url}");
        assert_eq!(picture.header("content-type"), "image/jpeg");
        assert_eq!(picture.header("x-content-type-options"), "nosniff");
        assert_eq!(picture.header("cache-control"), "private, no-cache");
        picture.assert_is([200, 30, 40]);
        let again = ada.request(Method::GET, &url).header("if-none-match", picture.header("etag"));
        let again = fetch(again).await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
        assert_eq!(again.header("etag"), picture.header("etag"));
    }
    let [small, large] = ["64", "256"].map(|size| format!("{MINE}?size={size}"));
    assert_ne!(get(&ada, &small).await.header("etag"), get(&ada, &large).await.header("etag"));

    // The same content has the same URL, another one another, and nothing old stays.
    let again = put(&ada, plain(1600, 800, [200, 30, 40], ImageFormat::Jpeg)).await;
    assert_eq!(again.body, answer.body);
    let other = put(&ada, png([0, 0, 250])).await;
    assert_ne!(other.text("/url"), answer.text("/url"));
    assert_eq!(objects(&kith, &ada.id).await.len(), 3);
    get(&ada, MINE).await.assert_is([0, 0, 250]);
}

#[tokio::test]
async fn the_bytes_tell_what_a_picture_is_and_forms_are_taken_too() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let bytes = plain(90, 120, [10, 200, 30], format);
        let request = ada.request(Method::PUT, MINE).header(CONTENT_TYPE, "text/html");
        assert_eq!(send(request.body(bytes.clone())).await.status, 200, "{format:?}");
        let request = ada.request(Method::POST, MINE).body(bytes.clone());
        assert_eq!(send(request).await.status, 200, "{format:?}");
        for method in [Method::PUT, Method::POST] {
            let parts = [("csrf", &b"token"[..]), ("file", &bytes), ("after", b"")];
            let answer = send(form(&ada, method, &parts)).await;
            assert_eq!(answer.status, 200, "{format:?}: {}", answer.body);
        }
    }
    let before = ada.get("/v1/users/me").await.body["picture"].clone();

    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let polyglot = [b"<html><!-- ".to_vec(), png([1, 2, 3])].concat();
    for bytes in [svg, polyglot, b"BM\x3a\0\0\0".to_vec(), b"GIF8".to_vec(), Vec::new()] {
        put(&ada, bytes.clone()).await.assert_problem(415, "unsupported_media_type");
        let form = send(form(&ada, Method::POST, &[("file", &bytes)])).await;
        form.assert_problem(415, "unsupported_media_type");
    }
    let whole = plain(90, 120, [10, 200, 30], ImageFormat::Png);
    for (bytes, code) in [
        (whole[..whole.len() / 2].to_vec(), "invalid_image"),
        (huge(&whole, 50_000, 50_000), "image_too_large"),
        (huge(&whole, 10_000, 5_001), "image_too_large"),
        (huge(&whole, 0, 7), "invalid_image"),
    ] {
        let answer = put(&ada, bytes).await;
        answer.assert_problem(422, "validation_failed");
        assert_eq!(answer.errors(), [("file".to_owned(), code.to_owned())]);
    }
    put(&ada, vec![0xff; 4 * 1024 * 1024 + 1]).await.assert_problem(413, "payload_too_large");
    let large = vec![0xff; 4 * 1024 * 1024 + 1];
    let form_of = |parts: &[(&str, &[u8])]| form(&ada, Method::POST, parts);
    send(form_of(&[("file", &large)])).await.assert_problem(413, "payload_too_large");
    let missing = send(form_of(&[("picture", b"x")])).await;
    assert_eq!(missing.errors(), [("file".to_owned(), "required".to_owned())]);
    for content_type in ["multipart/form-data", "multipart/form-data; boundary=other"] {
        let request = ada.request(Method::POST, MINE).header(CONTENT_TYPE, content_type);
        let answer = send(request.body("--limit\r\nbroken")).await;
        answer.assert_problem(400, "malformed_request");
    }

    // None of it has changed anything, or left anything.
    assert_eq!(ada.get("/v1/users/me").await.body["picture"], before);
    assert_eq!(objects(&kith, &ada.id).await.len(), 3);
}

/// The same PNG, claiming to be of another size.
pub fn huge(png: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png.to_vec();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

#[tokio::test]
async fn a_picture_is_its_owners_to_change_and_an_administrators() {
    let kith = Kith::start().await;
    let (ada, eve, admin) = (kith.known_as("Ada").await, kith.somebody().await, kith.admin().await);
    let hers = format!("/v1/users/{}/picture", ada.id);
    put(&ada, png([9, 9, 9])).await;
    let prepared = prepare(&ada, 10).await;
    let location = prepared.header("location").to_owned();
    let means = json!({"content_type": "image/png", "content_length": 10});
    let nobody = kith.nobody();
    let ended = kith.sign_in(&ada.email, PASSWORD).await;
    assert_eq!(ended.post("/v1/auth/logout", json!({})).await.status, 204);
    for (person, status, code) in [
        (&eve, 404, "not_found"),
        (&nobody, 401, "authentication_required"),
        (&ended, 401, "invalid_token"),
    ] {
        let answers = [
            put_to(person, &hers, png([1, 1, 1])).await,
            // Nobody's bytes are looked at before it is known whose they are.
            put_to(person, &hers, "no picture").await,
            person.delete(&hers).await,
            person.post(&format!("{hers}/upload"), means.clone()).await,
            person.post(&format!("{hers}/upload"), json!({})).await,
            person.get(&location).await,
        ];
        for answer in answers {
            answer.assert_problem(status, code);
        }
    }
    get(&ada, MINE).await.assert_is([9, 9, 9]);
    let elsewhere = format!("/v1/users/me/picture/upload/{}", prepared.text("/upload_id"));
    eve.get(&elsewhere).await.assert_problem(404, "not_found");
    ada.get("/v1/users/me/picture/upload/x%23y").await.assert_problem(404, "not_found");

    assert_eq!(put_to(&admin, &hers, png([90, 90, 90])).await.status, 200);
    get(&ada, MINE).await.assert_is([90, 90, 90]);
    assert_eq!(admin.get(&location).await.body["status"], "pending");
    assert_eq!(admin.delete(&hers).await.status, 204);
    assert_eq!(ada.get("/v1/users/me").await.body["picture"]["source"], "generated");
    let nobody_there = "/v1/users/01890000-0000-7000-8000-000000000000/picture";
    put_to(&admin, nobody_there, png([1, 1, 1])).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn a_picture_shows_to_whom_the_profile_and_the_field_do() {
    let kith = Kith::start().await;
    let (ada, eve, admin) =
        (kith.known_as("Ada L").await, kith.somebody().await, kith.admin().await);
    let hers = format!("/v1/users/{}/picture", ada.id);
    let url = put(&ada, png([200, 0, 0])).await.text("/url");
    let url = url.strip_prefix(&kith.stack.url).unwrap().to_owned();
    let privacy = |profile: &str, picture: Option<&str>| json!({"privacy": {"profile": profile, "fields": {"picture": picture}}});
    let tag = async || eve.get(&format!("/v1/users/{}", ada.id)).await.header("etag").to_owned();
    ada.patch("/v1/users/me", privacy("public", Some("private"))).await;
    let before = tag().await;
    put(&ada, png([200, 0, 0])).await;
    assert_eq!(tag().await, before, "of a hidden picture others don't learn that it changes");
    let source = |person: &Person| {
        let (person, path) = (person.clone(), format!("/v1/users/{}", ada.id));
        async move { person.get(&path).await.text("/picture/source") }
    };
    for (profile, field, sees) in [
        ("private", None, None),
        ("connections", None, Some("uploaded")),
        ("connections", Some("private"), Some("generated")),
        ("public", Some("private"), Some("generated")),
        ("public", Some("connections"), Some("generated")),
        ("public", None, Some("uploaded")),
    ] {
        ada.patch("/v1/users/me", privacy(profile, field)).await;
        kith.nobody().get(&hers).await.assert_problem(401, "authentication_required");
        get(&ada, MINE).await.assert_is([200, 0, 0]);
        assert_eq!(get(&admin, &hers).await.colour(), [200, 0, 0]);
        let seen = get(&eve, &hers).await;
        match sees {
            None => assert_eq!(seen.status, 404, "{profile} {field:?}"),
            Some("uploaded") => seen.assert_is([200, 0, 0]),
            Some(_) => {
                assert_eq!(seen.header("content-type"), "image/svg+xml", "{profile} {field:?}");
                // The URL alone opens nothing.
                assert_eq!(get(&eve, &url).await.header("content-type"), "image/svg+xml");
                assert_eq!(get(&eve, &format!("{hers}?d=404")).await.status, 404);
            }
        }
        assert_eq!(source(&eve).await, sees.unwrap_or_default());
        assert_eq!(source(&ada).await, "uploaded");
    }
    // What every member may see may be kept, under the URL of this very picture.
    assert_eq!(
        get(&eve, &url).await.header("cache-control"),
        "private, max-age=31536000, immutable"
    );
    let stale = format!("{hers}?size=1024&v=0000");
    assert_eq!(get(&eve, &stale).await.header("cache-control"), "private, no-cache");

    let kith = Kith::with(&[("ALLOW_PUBLIC_PROFILES", "true")]).await;
    let (ada, nobody) = (kith.known_as("Ada").await, kith.nobody());
    let url = put(&ada, png([0, 200, 0])).await.text("/thumbnails/64");
    let path = url.strip_prefix(&kith.stack.url).unwrap();
    let seen = get(&nobody, path).await;
    seen.assert_is([0, 200, 0]);
    assert_eq!(seen.header("cache-control"), "public, max-age=31536000, immutable");
    for profile in ["connections", "private"] {
        ada.patch("/v1/users/me", privacy(profile, None)).await;
        nobody.get(path).await.assert_problem(404, "not_found");
    }
}

#[tokio::test]
async fn nobody_is_without_a_picture() {
    let kith = Kith::start().await;
    let fields = json!({"display_name": "Zoë", "first_name": "Ada", "last_name": "Lovelace",
        "privacy": {"profile": "public", "fields": {"display_name": "private"}}});
    let ada = kith.somebody_with(fields).await;
    let (eve, someone) = (kith.known_as("Eve").await, kith.known_as("Eve").await);
    let hers = format!("/v1/users/{}/picture", ada.id);
    let svg = get(&ada, MINE).await;
    assert_eq!(svg.header("content-type"), "image/svg+xml");
    assert!(svg.header("content-security-policy").contains("sandbox"));
    assert!(String::from_utf8(svg.body.clone()).unwrap().starts_with("<svg"));
    assert_eq!(get(&ada, &format!("{MINE}?format=svg&size=256")).await.body, svg.body);
    // Initials are of the name that the caller may see.
    assert_ne!(get(&eve, &hers).await.body, svg.body);
    assert_ne!(get(&eve, &hers).await.header("etag"), svg.header("etag"));
    assert_ne!(get(&eve, MINE).await.body, get(&someone, MINE).await.body, "by the id");
    for size in [64, 256, 1024] {
        let png = get(&ada, &format!("{MINE}?format=png&size={size}")).await;
        assert_eq!((png.header("content-type"), png.size()), ("image/png", (size, size)));
    }
    let again = ada.request(Method::GET, MINE).header("if-none-match", svg.header("etag"));
    assert_eq!(fetch(again).await.status, 304);
    ada.patch("/v1/users/me", json!({"display_name": "Xenia"})).await;
    let renamed = ada.request(Method::GET, MINE).header("if-none-match", svg.header("etag"));
    assert_eq!(fetch(renamed).await.status, 200);

    ada.get(&format!("{MINE}?d=404")).await.assert_problem(404, "not_found");
    for (query, field) in [
        ("size=128", "size"),
        ("size=", "size"),
        ("size=064", "size"),
        ("format=gif", "format"),
        ("d=mm", "d"),
    ] {
        let answer = ada.get(&format!("{MINE}?{query}")).await;
        answer.assert_problem(422, "validation_failed");
        assert_eq!(answer.errors(), [(field.to_owned(), "invalid_value".to_owned())]);
    }
    let user = ada.get("/v1/users/me").await.body;
    assert_eq!(user["picture"]["source"], "generated");
    let url = user["picture"]["url"].as_str().unwrap().strip_prefix(&kith.stack.url).unwrap();
    assert_eq!(get(&ada, url).await.status, 200);
    assert!(user["profile_completion"]["missing"].as_array().unwrap().contains(&json!("picture")));
    let found = eve.get("/v1/users/search?q=lovelace").await;
    assert_eq!(found.text("/items/0/picture/source"), "generated");
}

#[tokio::test]
async fn a_removed_picture_leaves_nothing_and_the_bus_is_told() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let events = kith.events(&ada.id).await.len();
    put(&ada, png([1, 2, 3])).await;
    let shown = ada.get("/v1/users/me").await.body["picture"].clone();
    assert_eq!(ada.delete(MINE).await.status, 204);
    assert_eq!(get(&ada, MINE).await.header("content-type"), "image/svg+xml");
    assert_eq!(objects(&kith, "").await, [""; 0]);
    assert_eq!(ada.delete(MINE).await.status, 204, "there is none to remove any more");

    let events = kith.events(&ada.id).await.split_off(events);
    super::events::assert_valid(&events);
    let kinds: Vec<_> = events.iter().map(|event| event["detail-type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["picture.updated", "picture.deleted"]);
    assert_eq!(events[0]["detail"]["picture"], shown);
}

#[tokio::test]
async fn a_condition_holds_for_the_picture_alone() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let generated = get(&ada, MINE).await.header("etag").to_owned();
    let put_if = |tag: &str, colour| {
        let request = ada.request(Method::PUT, MINE).header("if-match", tag).body(png(colour));
        send(request)
    };
    let first = put_if(&generated, [10, 10, 10]).await;
    assert_eq!(first.status, 200, "{}", first.body);
    put_if(&generated, [20, 20, 20]).await.assert_problem(412, "version_mismatch");
    ada.patch("/v1/users/me", json!({"bio": "Another version of the profile"})).await;
    let tag = get(&ada, &format!("{MINE}?size=64")).await.header("etag").to_owned();
    let second = put_if(&tag, [30, 30, 30]).await;
    assert_eq!(second.status, 200, "{}", second.body);
    let delete_if = |tag: &str| send(ada.request(Method::DELETE, MINE).header("if-match", tag));
    delete_if(first.header("etag")).await.assert_problem(412, "version_mismatch");
    get(&ada, MINE).await.assert_is([30, 30, 30]);
    assert_eq!(delete_if(second.header("etag")).await.status, 204);
    assert_eq!(objects(&kith, &ada.id).await, [""; 0]);
}

#[tokio::test]
async fn of_many_at_once_one_stays_whole() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let colours: Vec<u8> = (1..=12).map(|n| n * 20).collect();
    let answers = join_all(colours.iter().map(|n| put(&ada, png([*n, *n, *n])))).await;
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let left = objects(&kith, "").await;
    assert_eq!(left.len(), 3, "{left:?}");
    assert_eq!(get(&ada, MINE).await.status, 200);
    let urls: Vec<_> = answers.iter().map(|answer| answer.text("/url")).collect();
    assert!(urls.contains(&ada.get("/v1/users/me").await.text("/picture/url")));

    // Removing and sending at once: it ends as one or the other, with nothing left over.
    let (_, sent) = tokio::join!(ada.delete(MINE), put(&ada, png([7, 7, 7])));
    assert_eq!(sent.status, 200);
    let is_there = ada.get("/v1/users/me").await.text("/picture/source") == "uploaded";
    assert_eq!(objects(&kith, "").await.len(), if is_there { 3 } else { 0 });
}
