use proptest::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Kith, PASSWORD, Person, send};

/// Sends bytes as a body.
async fn raw(
    person: &Person,
    method: Method,
    path: &str,
    media_type: &str,
    body: Vec<u8>,
) -> tests::Answer {
    send(person.request(method, path).header("content-type", media_type).body(body)).await
}

#[tokio::test]
async fn every_error_is_a_problem_document() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    ada.get("/v1/nothing").await.assert_problem(404, "not_found");
    ada.get("/%2e%2e/%00").await.assert_problem(404, "not_found");
    ada.get("/v1/users/%ff%fe").await.assert_problem(404, "not_found");
    let login = "/v1/auth/login";
    let json = "application/json";
    raw(&ada, Method::POST, login, json, b"{".to_vec())
        .await
        .assert_problem(400, "malformed_request");
    raw(&ada, Method::POST, login, json, Vec::new()).await.assert_problem(400, "malformed_request");
    raw(&ada, Method::POST, login, json, b"{\"email\": \"\xff\"}".to_vec())
        .await
        .assert_problem(400, "malformed_request");
    raw(&ada, Method::POST, login, json, vec![b'['; 10_000])
        .await
        .assert_problem(400, "malformed_request");
    raw(&ada, Method::POST, login, json, b"[]".to_vec())
        .await
        .assert_problem(422, "validation_failed");
    raw(&ada, Method::POST, login, json, vec![b' '; 300 * 1024])
        .await
        .assert_problem(413, "payload_too_large");
    for media_type in
        ["application/json-patch+json", "application/json; charset=utf-16", "json", ""]
    {
        let answer = raw(&ada, Method::POST, login, media_type, b"{}".to_vec()).await;
        answer.assert_problem(415, "unsupported_media_type");
    }
    raw(&ada, Method::POST, login, "text/plain", b"{}".to_vec())
        .await
        .assert_problem(415, "unsupported_media_type");
    send(ada.request(Method::POST, login)).await.assert_problem(415, "unsupported_media_type");
    let long = format!("/v1/users?cursor={}", "x".repeat(9000));
    ada.get(&long).await.assert_problem(414, "uri_too_long");
    let headers = ada.request(Method::GET, "/v1/users/me").header("x-large", "x".repeat(11_000));
    send(headers).await.assert_problem(431, "headers_too_large");
    let chunked = reqwest::Body::wrap_stream(futures_util::stream::iter(
        (0..300).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1024])),
    ));
    let request = ada.request(Method::POST, login).header("content-type", json).body(chunked);
    send(request).await.assert_problem(413, "payload_too_large");
}

#[tokio::test]
async fn a_wrong_method_names_the_right_ones() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    for (method, path, allow) in [
        (Method::GET, "/v1/auth/login", "POST"),
        (Method::POST, "/v1/users/me", "DELETE,GET,HEAD,PATCH,PUT"),
        (Method::DELETE, "/v1/users/me/preferences", "GET,HEAD,PATCH,PUT"),
        (Method::TRACE, "/health", "GET,HEAD"),
        (Method::OPTIONS, "/v1/auth/login", "POST"),
    ] {
        let answer = send(ada.request(method, path)).await;
        answer.assert_problem(405, "method_not_allowed");
        let mut found: Vec<_> = answer.header("allow").split(',').map(str::trim).collect();
        found.sort_unstable();
        assert_eq!(found.join(","), allow, "{path}");
    }
}

#[tokio::test]
async fn every_answer_names_its_request_and_echoes_the_clients_id() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let with = async |name: &str, value: &str| {
        send(ada.request(Method::GET, "/v1/users/me").header(name, value)).await
    };
    let answer = with("x-correlation-id", "order-7").await;
    assert_eq!(answer.header("x-correlation-id"), "order-7");
    assert_ne!(answer.header("x-request-id"), "");
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let answer = with("traceparent", &format!("00-{trace}-00f067aa0ba902b7-01")).await;
    assert_eq!(answer.header("x-correlation-id"), trace);
    let answer = with("x-correlation-id", "{\"evil\": \"line\"}").await;
    assert_eq!(answer.header("x-correlation-id"), answer.header("x-request-id"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn browsers_of_listed_origins_only_are_let_in() {
    for wrong in ["*", "app.example.com", "https://app.example.com/", "https://*.example.com"] {
        assert!(local::origins(&format!("https://ok.example.com,{wrong}")).is_err(), "{wrong}");
    }
    let kith = Kith::with(&[("CORS_ORIGINS", "https://app.example.com")]).await;
    let nobody = kith.nobody();
    let preflight = async |origin: &str| {
        let request = nobody.request(Method::OPTIONS, "/v1/users/me").header("origin", origin);
        let request = request.header("access-control-request-method", "PATCH");
        send(request.header("access-control-request-headers", "authorization,if-match")).await
    };
    let allowed = preflight("https://app.example.com").await;
    assert_eq!(allowed.status, 200);
    assert_eq!(allowed.header("access-control-allow-origin"), "https://app.example.com");
    assert_eq!(allowed.header("access-control-allow-credentials"), "true");
    assert!(allowed.header("access-control-allow-methods").contains("PATCH"));
    for origin in ["https://app.example.com.evil.example", "http://app.example.com", "null"] {
        assert_eq!(preflight(origin).await.header("access-control-allow-origin"), "", "{origin}");
    }
}

#[tokio::test]
async fn pages_have_limits_and_cursors_are_nobodys_invention() {
    let kith = Kith::start().await;
    let public = json!({"privacy": {"profile": "public"}});
    let people = [
        kith.somebody_with(public.clone()).await,
        kith.somebody_with(public.clone()).await,
        kith.somebody_with(public).await,
    ];
    let [ada, eve, _] = &people;
    for limit in ["0", "101", "abc", "-1", "1.5", ""] {
        let answer = ada.get(&format!("/v1/users?limit={limit}")).await;
        answer.assert_problem(422, "validation_failed");
        assert_eq!(answer.errors(), [("limit".to_owned(), "out_of_range".to_owned())]);
    }
    let cursor = ada.get("/v1/users?limit=1").await.text("/next_cursor");
    assert_eq!(ada.get(&format!("/v1/users?limit=1&cursor={cursor}")).await.status, 200);
    let mut altered = cursor.clone().into_bytes();
    altered[3] = if altered[3] == b'A' { b'B' } else { b'A' };
    let altered = String::from_utf8(altered).unwrap();
    for forged in ["", "x", &altered, &cursor[1..], "eyJhIjoxfQ", "%00", "%F0%9F%92%A9"] {
        ada.get(&format!("/v1/users?cursor={forged}")).await.assert_problem(400, "invalid_cursor");
    }
    // Another person's, and another list's.
    eve.get(&format!("/v1/users?cursor={cursor}")).await.assert_problem(400, "invalid_cursor");
    ada.get(&format!("/v1/users/me/sessions?cursor={cursor}"))
        .await
        .assert_problem(400, "invalid_cursor");
}

/// Every byte percent-encoded.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |encoded, byte| format!("{encoded}%{byte:02X}"))
}

/// Any JSON, a bit hostile.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        Just(json!("a\u{0}\u{202e}#%")),
        Just(json!("x".repeat(3000))),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(any_name(), inner, 0..6)
                .prop_map(|object| Value::Object(object.into_iter().collect())),
        ]
    })
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "email",
            "password",
            "username",
            "display_name",
            "bio",
            "website",
            "phone",
            "timezone",
            "language",
            "date_of_birth",
            "privacy",
            "fields",
            "profile",
            "role",
            "id",
            "theme",
            "notifications",
            "discovery",
            "age_min",
            "interests",
            "custom",
            "refresh_token",
            "restore_token",
            "current_password",
            "new_password",
        ])
        .prop_map(str::to_owned),
        ".{0,12}",
    ]
}

#[test]
fn nothing_that_a_client_sends_is_an_error_of_ours() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (kith, ada) = runtime.block_on(async {
        let kith = Kith::start().await;
        let ada = kith.somebody().await;
        (kith, ada)
    });
    let calls = [
        (Method::PATCH, "/v1/users/me"),
        (Method::PUT, "/v1/users/me"),
        (Method::PATCH, "/v1/users/me/preferences"),
        (Method::PUT, "/v1/users/me/preferences"),
        (Method::POST, "/v1/auth/register"),
        (Method::POST, "/v1/auth/login"),
        (Method::POST, "/v1/auth/refresh"),
        (Method::POST, "/v1/auth/restore"),
        (Method::PUT, "/v1/auth/password"),
    ];
    let config =
        ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(body in prop::collection::hash_map(any_name(), any_json(), 0..6), call in 0..calls.len())| {
        let (method, path) = calls[call].clone();
        let answer = runtime.block_on(send(ada.request(method, path).json(&body)));
        prop_assert!(answer.status.as_u16() < 500, "{} {}", path, answer.body);
    });
    let config =
        ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(id in "[^/?#\\\\]{1,30}", query in "\\PC{0,30}")| {
        let (id, query) = (encoded(&id), encoded(&query));
        for path in [
            format!("/v1/users/{id}"), format!("/v1/users/@{id}"), format!("/v1/users/{id}/preferences"),
            format!("/v1/users/me/sessions/{id}"), format!("/v1/users?ids={query}"), format!("/v1/users?limit={query}"),
            format!("/v1/users?cursor={query}"), format!("/v1/users?{query}"),
        ] {
            let answer = runtime.block_on(ada.get(&path));
            prop_assert!(answer.status.as_u16() < 500, "{} {}", path, answer.body);
        }
    });
    runtime.block_on(async {
        assert_eq!(
            kith.nobody()
                .post("/v1/auth/login", json!({"email": ada.email, "password": PASSWORD}))
                .await
                .status,
            200
        );
    });
}
