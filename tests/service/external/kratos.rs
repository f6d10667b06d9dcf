//! The cookie of an Ory Kratos.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Kith, send};
use tokio::net::TcpListener;

const ME: &str = "/v1/users/me";
const ADA: &str = "ory_kratos_session=MTYyMzM5|ada";

/// Stands in for Kratos's public API: `/sessions/whoami`, as its documentation
/// has it.
struct Kratos {
    url: String,
    state: Arc<Sessions>,
}

#[derive(Default)]
struct Sessions {
    by_cookie: Mutex<HashMap<String, Value>>,
    asked: Mutex<Vec<HeaderMap>>,
    mood: Mutex<Option<u16>>,
}

impl Kratos {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Sessions::default());
        let routes = axum::Router::new()
            .route("/sessions/whoami", get(whoami))
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, state }
    }

    fn signs_in(&self, cookie: &str, session: Value) {
        self.state.by_cookie.lock().unwrap().insert(cookie.to_owned(), session);
    }

    /// From now on it answers with this status; 0: not at all.
    fn answers(&self, status: Option<u16>) {
        *self.state.mood.lock().unwrap() = status;
    }

    fn asked(&self) -> usize {
        self.state.asked.lock().unwrap().len()
    }
}

async fn whoami(State(state): State<Arc<Sessions>>, headers: HeaderMap) -> Response {
    let cookie = headers.get("cookie").and_then(|value| value.to_str().ok()).map(str::to_owned);
    state.asked.lock().unwrap().push(headers);
    let mood = *state.mood.lock().unwrap();
    match mood {
        Some(0) => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            StatusCode::OK.into_response()
        }
        Some(status) => StatusCode::from_u16(status).unwrap().into_response(),
        None => {
            let sessions = state.by_cookie.lock().unwrap();
            if let Some(session) = cookie.and_then(|cookie| sessions.get(&cookie).cloned()) {
                Json(session).into_response()
            } else {
                let error = json!({"error": {"code": 401, "status": "Unauthorized",
                        "reason": "No valid session cookie found.", "request": "x",
                        "message": "The request could not be authorized"}});
                (StatusCode::UNAUTHORIZED, Json(error)).into_response()
            }
        }
    }
}

fn session(kith: &Kith, subject: &str, verified: bool) -> Value {
    let expiry = kith.stack.context.now() + Duration::from_hours(24);
    let email = format!("{subject}@example.com");
    json!({
        "id": "e1f6a0c6-1a0a-4b6a-8f2e-8b5d2f1f9a10", "active": true,
        "expires_at": expiry.to_string(), "authenticated_at": "2026-01-01T00:00:00Z",
        "authenticator_assurance_level": "aal1",
        "authentication_methods": [{"method": "password", "aal": "aal1", "completed_at": "2026-01-01T00:00:00Z"}],
        "issued_at": "2026-01-01T00:00:00Z",
        "identity": {
            "id": subject, "schema_id": "default", "schema_url": "http://127.0.0.1/schemas/default",
            "state": "active", "traits": {"email": email, "name": {"first": "Ada"}},
            "verifiable_addresses": [{"id": "x", "value": email, "verified": verified,
                "via": "email", "status": if verified { "completed" } else { "pending" }}],
            "recovery_addresses": [], "metadata_public": null,
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        },
        "devices": [],
    })
}

async fn start() -> (Kratos, Kith) {
    let kratos = Kratos::start().await;
    let url = format!("{}/", kratos.url);
    let environment =
        [("KRATOS_PUBLIC_URL", url.as_str()), ("CORS_ORIGINS", "https://app.example.com")];
    let kith = Kith::with(&environment).await;
    (kratos, kith)
}

async fn get_by(kith: &Kith, cookie: &str) -> Answer {
    send(kith.nobody().request(Method::GET, ME).header("cookie", cookie)).await
}

#[tokio::test]
async fn a_session_of_kratos_is_taken_by_its_cookie() {
    let (kratos, kith) = start().await;
    kratos.signs_in(ADA, session(&kith, "ada", true));
    let by = |method: Method, path: &str| {
        let cookies = format!("theme=dark; {ADA}; csrf=1");
        kith.nobody().request(method, path).header("cookie", cookies)
    };
    send(by(Method::GET, ME)).await.assert_problem(404, "not_found");
    let create = by(Method::POST, "/v1/users").header("origin", "https://app.example.com");
    let made = send(create.json(&json!({"display_name": "Ada"}))).await;
    assert_eq!((made.status.as_u16(), made.text("/email").as_str()), (201, "ada@example.com"));
    assert_eq!(made.body["is_verified"], true);
    let expected = shared::tokens::external::user_id("kratos", "ada").unwrap();
    assert_eq!(made.text("/id"), expected.to_string());
    let (me, requests) = kith.counting(send(by(Method::GET, ME))).await;
    assert_eq!((me.text("/id"), requests), (made.text("/id"), 1));
    // It was asked once, and told nothing but its own cookie.
    assert_eq!(kratos.asked(), 1);
    let asked = kratos.state.asked.lock().unwrap()[0].clone();
    assert_eq!(asked["cookie"], ADA);
    for name in ["authorization", "x-api-key", "origin", "x-session-token"] {
        assert!(!asked.contains_key(name), "{name}");
    }
    // A token goes first, be it good or bad.
    let bob = kith.somebody().await;
    let both = bob.request(Method::GET, ME).header("cookie", ADA);
    assert_eq!(send(both).await.text("/id"), bob.id);
    let bad = bob.with_access_token("x").request(Method::GET, ME).header("cookie", ADA);
    send(bad).await.assert_problem(401, "invalid_token");
    // An address that Kratos hasn't verified isn't verified.
    let eve = "ory_kratos_session=eve";
    kratos.signs_in(eve, session(&kith, "eve", false));
    let create = kith.nobody().request(Method::POST, "/v1/users").header("cookie", eve);
    let create = create.header("sec-fetch-site", "same-origin").json(&json!({}));
    assert_eq!(send(create).await.body["is_verified"], false);
    // Without the setting, a cookie is nothing.
    let kith = Kith::start().await;
    get_by(&kith, ADA).await.assert_problem(401, "authentication_required");
}

#[tokio::test]
async fn a_session_that_kratos_ends_ends_within_seconds() {
    let (kratos, kith) = start().await;
    let good = session(&kith, "ada", true);
    kratos.signs_in(ADA, good.clone());
    assert_eq!(get_by(&kith, ADA).await.status, 404);
    kratos.state.by_cookie.lock().unwrap().clear();
    kith.wait(Duration::from_secs(5));
    get_by(&kith, ADA).await.assert_problem(401, "invalid_token");

    let mut inactive = good.clone();
    inactive["active"] = json!(false);
    let mut unsaid = good.clone();
    unsaid.as_object_mut().unwrap().remove("active");
    let mut over = good.clone();
    over["expires_at"] = json!(kith.stack.context.now().to_string());
    let mut shut = good.clone();
    shut["identity"]["state"] = json!("inactive");
    for session in [inactive, unsaid, over, shut] {
        kratos.signs_in(ADA, session);
        get_by(&kith, ADA).await.assert_problem(401, "invalid_token");
    }
    // One that ends sooner than an answer is kept for.
    let mut brief = good;
    brief["expires_at"] = json!((kith.stack.context.now() + Duration::from_secs(2)).to_string());
    kratos.signs_in(ADA, brief);
    assert_eq!(get_by(&kith, ADA).await.status, 404);
    kith.wait(Duration::from_secs(2));
    get_by(&kith, ADA).await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn kratos_being_away_makes_nobody_a_stranger() {
    let (kratos, kith) = start().await;
    kratos.signs_in(ADA, session(&kith, "ada", true));
    for (status, expected) in
        [(500, 503), (404, 503), (302, 503), (200, 503), (401, 401), (403, 401)]
    {
        kratos.answers(Some(status));
        let answer = get_by(&kith, ADA).await;
        assert_eq!(answer.status.as_u16(), expected, "{status}");
    }
    kratos.answers(Some(0));
    let started = Instant::now();
    get_by(&kith, ADA).await.assert_problem(503, "unavailable");
    assert!(started.elapsed() < Duration::from_secs(4));
    let gone = Kith::with(&[("KRATOS_PUBLIC_URL", "http://127.0.0.1:1")]).await;
    get_by(&gone, ADA).await.assert_problem(503, "unavailable");
    let public = send(gone.nobody().request(Method::GET, "/v1/users").header("cookie", ADA)).await;
    public.assert_problem(503, "unavailable");
}

#[tokio::test]
async fn one_cookie_never_answers_for_another() {
    let (kratos, kith) = start().await;
    let bob = "ory_kratos_session=MTYyMzM5|bob";
    kratos.signs_in(ADA, session(&kith, "ada", true));
    kratos.signs_in(bob, session(&kith, "bob", true));
    let id = async |cookie: &str| {
        let create = kith.nobody().request(Method::POST, "/v1/users").header("cookie", cookie);
        send(create.header("origin", "https://app.example.com").json(&json!({}))).await.text("/id")
    };
    let (adas, bobs) = (id(ADA).await, id(bob).await);
    assert_ne!(adas, bobs);
    for (cookie, id) in [(ADA, &adas), (bob, &bobs), (ADA, &adas)] {
        assert_eq!(&get_by(&kith, cookie).await.text("/id"), id);
    }
    // Near misses, two at once, and what is no cookie's value.
    let asked = kratos.asked();
    for other in [
        "ory_kratos_session=MTYyMzM5|ad",
        "ory_kratos_session=MTYyMzM5|ada1",
        "ory_kratos_session=",
        &format!("{ADA}; {bob}"),
        &format!("{ADA}; {ADA}"),
        "ory_kratos_session=a,b",
        "ory_kratos_session=a b",
        "ory_kratos_session=\"a\"",
    ] {
        get_by(&kith, other).await.assert_problem(401, "invalid_token");
    }
    assert_eq!(kratos.asked(), asked + 2);
    for none in ["ory_kratos_sessio=x", "Ory_kratos_session=x", "my_ory_kratos_session=x", "x"] {
        get_by(&kith, none).await.assert_problem(401, "authentication_required");
    }
}

#[tokio::test]
async fn no_foreign_page_changes_anything_by_a_cookie() {
    let (kratos, kith) = start().await;
    kratos.signs_in(ADA, session(&kith, "ada", true));
    let create = |headers: &[(&str, &str)]| {
        let mut request = kith.nobody().request(Method::POST, "/v1/users").header("cookie", ADA);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(request.json(&json!({})))
    };
    for headers in [
        &[][..],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "")],
        &[("origin", "https://app.example.com.evil.example")],
        &[("origin", "http://app.example.com")],
        &[("origin", "https://evil.example"), ("referer", "https://app.example.com/")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("host", "app.example.com")],
    ] {
        create(headers).await.assert_problem(403, "forbidden");
    }
    get_by(&kith, ADA).await.assert_problem(404, "not_found");
    assert_eq!(create(&[("origin", "https://app.example.com")]).await.status, 201);
}
