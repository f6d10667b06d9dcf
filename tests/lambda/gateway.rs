//! What is particular to the API Gateway's events.

use serde_json::{Value, json};
use tests::PASSWORD;
use tests::runtime_api::Event;

use crate::deployment::Deployment;

/// A deployment, and the access token of somebody who has just signed up.
async fn signed_up() -> (Deployment, String) {
    let mut lambda = Deployment::start().await;
    let body = json!({"email": "zoe@example.com", "password": PASSWORD});
    let answer = lambda.call(Event::sample("auth-register").json(&body)).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    (lambda, answer.text("/access_token"))
}

#[tokio::test]
async fn a_base64_body_is_the_body_it_encodes() {
    let (mut lambda, token) = signed_up().await;
    let patch = Event::sample("profile-update-user").by(&token);
    let bytes = json!({"display_name": "Zoë 🛶"}).to_string().into_bytes();
    let answer = lambda.call(patch.clone().base64(&bytes)).await;
    assert_eq!((answer.status.as_u16(), answer.text("/display_name").as_str()), (200, "Zoë 🛶"));
    // What isn't UTF-8 comes no other way.
    let answer = lambda.call(patch.clone().base64(b"{\"bio\": \"\xff\"}")).await;
    answer.assert_problem(400, "malformed_request");
    let answer = lambda.call(patch.clone().base64(&vec![b' '; 300 * 1024])).await;
    answer.assert_problem(413, "payload_too_large");
    let mut empty = patch;
    empty.event.as_object_mut().unwrap().remove("body");
    lambda.call(empty).await.assert_problem(400, "malformed_request");
}

#[tokio::test]
async fn cookies_count_as_the_header_they_were_and_sign_nobody_in() {
    let (mut lambda, token) = signed_up().await;
    let mut me = Event::sample("profile-get-user").by(&token);
    let answer = lambda.call(me.clone().cookies(&["theme=dark", "consent=none"])).await;
    assert_eq!(answer.status, 200);
    let long = format!("long={}", "x".repeat(6 * 1024));
    let answer = lambda.call(me.clone().cookies(&[&long, &long])).await;
    answer.assert_problem(431, "headers_too_large");
    me.event["headers"].as_object_mut().unwrap().remove("authorization");
    let session = format!("access_token={token}");
    lambda.call(me.cookies(&[&session])).await.assert_problem(401, "authentication_required");
}

#[tokio::test]
async fn headers_of_several_values_come_joined() {
    let (mut lambda, token) = signed_up().await;
    let me = Event::sample("profile-get-user").by(&token);
    let etag = lambda.call(me.clone()).await.header("etag").to_owned();
    let answer = lambda.call(me.clone().header("if-none-match", &format!("\"x\",{etag}"))).await;
    assert_eq!((answer.status.as_u16(), answer.body), (304, Value::Null));
    let answer = lambda.call(me.header("if-none-match", "\"x\",\"y\"")).await;
    assert_eq!(answer.status, 200);
    let patch = Event::sample("profile-update-user").by(&token).json(&json!({"bio": "b"}));
    let stale = lambda.call(patch.clone().header("if-match", "\"8-x\", \"9-x\"")).await;
    stale.assert_problem(412, "version_mismatch");
    let fresh = lambda.call(patch.header("if-match", &format!("\"8-x\", {etag}"))).await;
    assert_eq!(fresh.status, 200, "{}", fresh.body);
}

#[tokio::test]
async fn paths_and_queries_arrive_as_they_were_sent() {
    let (mut lambda, token) = signed_up().await;
    let list = Event::sample("profile-list-users-by-ids").by(&token);
    let me = lambda.call(Event::sample("profile-get-user").by(&token)).await.text("/id");
    let found = lambda.call(list.query(&format!("ids=me%2C{me}&limit=1"))).await;
    assert_eq!(found.body["items"].as_array().map(Vec::len), Some(1), "{}", found.body);
    // The stage is `$default`, so no path begins with its name.
    let user = Event::sample("profile-get-user").by(&token);
    assert_eq!(user.event["requestContext"]["stage"], "$default");
    for (path, status) in [
        (format!("/v1/users/{me}"), 200),
        ("/v1/users/%6De".to_owned(), 200),
        (format!("/v1/users/{}", me.to_uppercase()), 200),
        ("/$default/v1/users/me".to_owned(), 404),
        ("/v1/users/%00".to_owned(), 404),
        ("/v1/users/%ff%fe".to_owned(), 404),
        ("/v1/users/a b".to_owned(), 404),
        ("/v1/users/ñ".to_owned(), 404),
        ("/v1/users/<%>".to_owned(), 404),
    ] {
        let answer = lambda.call(user.clone().path(&path)).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
    for query in [
        "limit=%zz",
        "limit=1&limit=2",
        "&&&=",
        "%ff=%00",
        "cursor=a+b",
        "q=<script>",
        "q=a b`\\^|",
        "q=語\u{202e}\u{0}",
    ] {
        let answer = lambda.call(Event::sample("profile-list-users").by(&token).query(query)).await;
        assert!(answer.status.as_u16() < 500, "{query}: {}", answer.body);
    }
    // Nor does a host that can't be one end the process.
    let hosted = Event::sample("profile-get-user").by(&token).header("host", "[:::");
    assert_eq!(lambda.call(hosted).await.status, 200);
}

#[tokio::test]
async fn the_caller_is_where_the_gateway_says() {
    let mut lambda = Deployment::start().await;
    let body = json!({"email": "zoe@example.com", "password": PASSWORD});
    let register = Event::sample("auth-register").json(&body).from("198.51.100.23");
    // Whoever calls can set these.
    let register = register
        .header("x-forwarded-for", "192.0.2.1, 192.0.2.2")
        .header("x-real-ip", "192.0.2.3")
        .header("forwarded", "for=192.0.2.4");
    let token = lambda.call(register).await.text("/access_token");
    let sessions = lambda.call(Event::sample("sessions-list-sessions").by(&token)).await;
    let session = &sessions.body["items"][0];
    assert_eq!(session["ip_address"], "198.51.100.23");
    assert_eq!((&session["device_type"], &session["os"]), (&json!("mobile"), &json!("iOS")));
}

#[tokio::test]
async fn a_customer_with_a_whole_network_of_addresses_is_one_client() {
    let lambda = Deployment::start().await;
    let mut auth = lambda.function("auth", &[("RATE_LIMIT_LOGIN_IP", "3/1m")]).await;
    let mut login = async |n: usize, ip: &str| {
        let login = json!({"email": format!("p{n}@example.com"), "password": "wrong"});
        let event = Event::sample("auth-login").json(&login).from(ip);
        // What a client can say of itself.
        let event = event.header("x-forwarded-for", &format!("203.0.113.{n}"));
        auth.call(&event).await.status.as_u16()
    };
    for (n, ip) in ["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:ffff:ffff:ffff:ffff"]
        .into_iter()
        .enumerate()
    {
        assert_eq!(login(n, ip).await, 401);
    }
    assert_eq!(login(3, "2001:db8:1:2:3:4:5:6").await, 429);
    assert_eq!(login(4, "2001:0db8:0001:0002::9").await, 429);
    // The neighbours', and the old form of an address.
    assert_eq!(login(5, "2001:db8:1:3::1").await, 401);
    for n in 6..9 {
        let ip = if n % 2 == 0 { "::ffff:198.51.100.7" } else { "198.51.100.7" };
        assert_eq!(login(n, ip).await, 401);
    }
    assert_eq!(login(9, "::ffff:198.51.100.7").await, 429);
}

#[tokio::test]
async fn the_gateways_id_names_the_request_and_the_clients_is_echoed() {
    let (mut lambda, token) = signed_up().await;
    let mut me = Event::sample("profile-get-user").by(&token).header("x-request-id", "forged");
    let traced = lambda.call(me.clone()).await;
    assert_eq!(traced.header("x-correlation-id"), "4bf92f3577b34da6a3ce929d0e0e4736");
    me.event["headers"].as_object_mut().unwrap().remove("traceparent");
    me.event["requestContext"]["requestId"] = json!("Jb3pQ6tYEjMEPHw=");
    let answer = lambda.call(me.clone()).await;
    assert_eq!(answer.header("x-request-id"), "Jb3pQ6tYEjMEPHw=");
    assert_eq!(answer.header("x-correlation-id"), "Jb3pQ6tYEjMEPHw=");
    let answer = lambda.call(me.clone().header("x-correlation-id", "checkout-4711")).await;
    assert_eq!(answer.header("x-correlation-id"), "checkout-4711");
    let answer = lambda.call(me.by("x.y.z")).await;
    answer.assert_problem(401, "invalid_token");
    assert_eq!(answer.text("/request_id"), "Jb3pQ6tYEjMEPHw=");
}

#[tokio::test]
async fn what_has_no_route_is_refused_by_the_default_one() {
    let mut lambda = Deployment::start().await;
    let default = Event::sample("system-default");
    lambda.call(default.clone()).await.assert_problem(404, "not_found");
    for (method, path, allow) in [
        ("GET", "/v1/auth/login", "POST"),
        ("POST", "/v1/users/me", "DELETE,GET,PATCH,PUT"),
        // The one function answers its own routes to `HEAD`, too.
        ("TRACE", "/health", "GET,HEAD"),
        ("DELETE", "/v1/users/me/preferences", "GET,PATCH,PUT"),
    ] {
        let answer = lambda.call(default.clone().method(method).path(path)).await;
        answer.assert_problem(405, "method_not_allowed");
        let mut found: Vec<_> = answer.header("allow").split(',').map(str::trim).collect();
        found.sort_unstable();
        assert_eq!(found.join(","), allow, "{method} {path}");
    }
    for path in ["", "//", "/v1", "/v1/users/me/", "/%", "/../etc/passwd", "/v1/nothing?x=1"] {
        let answer = lambda.call(default.clone().path(path)).await;
        assert!(matches!(answer.status.as_u16(), 404 | 405), "{path}: {}", answer.body);
    }
}
