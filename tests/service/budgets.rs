//! What each call may ask of the database, counted at the database.

use serde_json::json;
use tests::{Kith, PASSWORD};

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a line for each call")]
async fn every_call_keeps_to_its_budget_of_requests() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let elsewhere = kith.sign_in(&ada.email, PASSWORD).await;
    let login = json!({"email": ada.email, "password": PASSWORD});
    let register = json!({"email": "new@example.com", "password": PASSWORD, "username": "new"});
    let password = json!({"current_password": PASSWORD, "new_password": "another good one"});
    let preferences = "/v1/users/me/preferences";
    let mut lines = Vec::new();
    macro_rules! budget {
        ($kith:expr, $name:literal, $budget:literal, $status:literal, $call:expr) => {{
            let (answer, requests) = $kith.counting($call).await;
            assert_eq!(answer.status, $status, "{}: {answer:?}", $name);
            lines.push(format!("{:<24} {requests} of {}", $name, $budget));
            assert!((1..=$budget).contains(&requests), "{}: {requests} of {}", $name, $budget);
        }};
    }
    let nobody = kith.nobody();
    budget!(kith, "GET users/me", 1, 200, ada.get("/v1/users/me"));
    budget!(kith, "PATCH users/me", 2, 200, ada.patch("/v1/users/me", json!({"bio": "b"})));
    budget!(
        kith,
        "PATCH users/me, handle",
        2,
        200,
        ada.patch("/v1/users/me", json!({"username": "ada"}))
    );
    budget!(kith, "GET activity", 2, 200, ada.get("/v1/users/me/activity"));
    budget!(kith, "GET preferences", 1, 200, ada.get(preferences));
    budget!(kith, "PATCH preferences", 2, 200, ada.patch(preferences, json!({"theme": "dark"})));
    budget!(kith, "PUT preferences", 2, 200, ada.put(preferences, json!({})));
    budget!(kith, "GET sessions", 1, 200, ada.get("/v1/users/me/sessions"));
    budget!(kith, "login", 3, 200, nobody.post("/v1/auth/login", login.clone()));
    budget!(kith, "refresh", 1, 200, elsewhere.refresh());
    budget!(kith, "register", 1, 201, nobody.post("/v1/auth/register", register));
    budget!(kith, "logout", 1, 204, elsewhere.post("/v1/auth/logout", json!({})));
    budget!(kith, "PUT password", 3, 204, ada.put("/v1/auth/password", password));
    let bob = kith.somebody().await;
    let verification = "/v1/auth/email/verification";
    budget!(kith, "POST email/verification", 2, 202, bob.post(verification, json!({})));
    let token = json!({"token": kith.mailed_token(&bob.email).await});
    budget!(kith, "POST email/verify", 2, 204, nobody.post("/v1/auth/email/verify", token));
    let change = json!({"new_email": "bob@example.org", "current_password": PASSWORD});
    budget!(kith, "PUT email", 3, 202, bob.put("/v1/auth/email", change));
    let token = json!({"token": kith.mailed_token("bob@example.org").await});
    budget!(kith, "POST email/verify, new", 4, 204, nobody.post("/v1/auth/email/verify", token));
    let forgot = json!({"email": "bob@example.org"});
    budget!(kith, "POST password/forgot", 1, 202, nobody.post("/v1/auth/password/forgot", forgot));
    let token = kith.mailed_token("bob@example.org").await;
    let reset = json!({"token": token, "new_password": "another good one"});
    budget!(kith, "POST password/reset", 4, 204, nobody.post("/v1/auth/password/reset", reset));
    budget!(kith, "GET users?ids=", 1, 200, ada.get("/v1/users?ids=me"));
    budget!(kith, "GET users", 6, 200, ada.get("/v1/users"));
    let extensions = "/v1/users/me/extensions";
    let extension = json!({"type": "badge", "data": {}});
    budget!(kith, "POST extensions", 2, 201, ada.post(extensions, extension.clone()));
    let path = ada.post(extensions, extension.clone()).await.header("location").to_owned();
    budget!(kith, "GET extensions", 2, 200, ada.get(extensions));
    budget!(kith, "GET extension", 2, 200, ada.get(&path));
    budget!(kith, "PATCH extension", 2, 200, ada.patch(&path, json!({"sort_order": 1})));
    budget!(kith, "PUT extension", 2, 200, ada.put(&path, extension));
    budget!(kith, "DELETE extension", 2, 204, ada.delete(&path));
    let (mfa, totp) = ("/v1/auth/mfa", "/v1/auth/mfa/totp");
    let grace = kith.verified().await;
    budget!(kith, "GET mfa", 2, 200, grace.get(mfa));
    budget!(kith, "POST mfa/totp", 2, 201, grace.post(totp, json!({})));
    let app = super::mfa::begin(&grace).await;
    let code = app.code(&kith, 0);
    budget!(kith, "POST mfa/totp/confirm", 3, 200, super::mfa::confirm(&grace, &code));
    kith.wait(std::time::Duration::from_mins(1));
    let login = json!({"email": grace.email, "password": PASSWORD});
    budget!(kith, "login, to be verified", 2, 403, nobody.post("/v1/auth/login", login.clone()));
    let token = nobody.post("/v1/auth/login", login).await.text("/mfa_token");
    let body = json!({"mfa_token": token, "code": app.code(&kith, 0)});
    budget!(kith, "POST mfa/verify", 3, 200, nobody.post("/v1/auth/mfa/verify", body));
    kith.wait(std::time::Duration::from_mins(1));
    let body = json!({"password": PASSWORD, "code": app.code(&kith, 0)});
    budget!(kith, "POST reauthenticate", 4, 204, grace.post("/v1/auth/reauthenticate", body));
    let codes = "/v1/auth/mfa/recovery-codes";
    budget!(kith, "POST mfa/recovery-codes", 2, 200, grace.post(codes, json!({})));
    budget!(kith, "DELETE mfa/totp", 2, 204, grace.delete(totp));
    let passkeys = "/v1/auth/passkeys";
    let registration = "/v1/auth/passkeys/registration";
    budget!(kith, "POST passkeys/registration", 2, 200, grace.post(registration, json!({})));
    let mut browser = tests::authenticator::Browser::at(&kith.origin());
    let body = super::passkeys::new(&grace, &mut browser, "Phone").await;
    budget!(kith, "POST passkeys", 3, 201, grace.post(passkeys, body));
    budget!(kith, "GET passkeys", 2, 200, grace.get(passkeys));
    let id = grace.get(passkeys).await.text("/items/0/id");
    let path = format!("{passkeys}/{id}");
    budget!(kith, "PATCH passkey", 3, 200, grace.patch(&path, json!({"name": "Key"})));
    let begun = super::passkeys::options(&kith).await;
    let credential = browser.get(&begun.body["options"]).await;
    let signing_in = super::passkeys::send(&kith, &begun, &credential);
    budget!(kith, "POST passkeys/sign-in", 3, 200, signing_in);
    budget!(kith, "DELETE passkey", 3, 204, grace.delete(&path));
    let picture = super::pictures::png([1, 2, 3]);
    let length = picture.len();
    let means = json!({"content_type": "image/png", "content_length": length});
    let uploads = "/v1/users/me/picture/upload";
    budget!(kith, "PUT picture", 3, 200, super::pictures::put(&ada, picture));
    let broken = super::pictures::put(&ada, &b"\xff\xd8\xff"[..]);
    budget!(kith, "PUT picture, refused", 1, 422, broken);
    budget!(kith, "GET picture", 1, 200, super::pictures::get(&ada, super::pictures::MINE));
    budget!(kith, "POST picture/upload", 2, 201, ada.post(uploads, means));
    budget!(kith, "DELETE picture", 2, 204, ada.delete(super::pictures::MINE));
    let eve = kith.known_as("Eve").await;
    let of_ada = |rest: &str| format!("/v1/users/me/{rest}/{}", ada.id);
    let put = |path: String| {
        let request = eve.request(reqwest::Method::PUT, &path);
        async move { tests::send(request).await }
    };
    let (connection, block) = (of_ada("connections"), of_ada("blocks"));
    ada.patch("/v1/users/me", json!({"privacy": {"profile": "public"}})).await;
    budget!(kith, "PUT connection", 2, 201, put(connection.clone()));
    budget!(kith, "PUT connection, again", 1, 200, put(connection.clone()));
    budget!(kith, "GET connection", 1, 200, eve.get(&connection));
    budget!(kith, "GET connections", 3, 200, eve.get("/v1/users/me/connections"));
    budget!(kith, "GET user, connected", 1, 200, eve.get(&format!("/v1/users/{}", ada.id)));
    budget!(kith, "DELETE connection", 2, 204, eve.delete(&connection));
    budget!(kith, "PUT block", 2, 204, put(block.clone()));
    budget!(kith, "GET blocks", 3, 200, eve.get("/v1/users/me/blocks"));
    budget!(kith, "DELETE block", 2, 204, eve.delete(&block));
    ada.patch("/v1/users/me", json!({"privacy": {"profile": "private"}})).await;
    let export = "/v1/users/me/export";
    budget!(kith, "POST export", 3, 202, ada.post(export, json!({})));
    let path = ada.post(export, json!({})).await.header("location").to_owned();
    budget!(kith, "GET export", 1, 200, ada.get(&path));
    let search = |query: &str| {
        let path = format!("/v1/users/search?q={query}");
        let ada = ada.clone();
        async move { ada.get(&path).await }
    };
    for name in ["Maria Garcia", "Marta Gomez", "Mario Garcia"] {
        kith.known_as(name).await;
    }
    budget!(kith, "search, a word", 2, 200, search("garc"));
    budget!(kith, "search, 2 letters", 3, 200, search("ma"));
    budget!(kith, "search, nobody", 3, 200, search("katherine"));
    budget!(kith, "search, two words", 3, 200, search("mar%20gar"));
    budget!(kith, "search, misspelled", 4, 200, search("gacria"));
    // The words that are near, each with its people.
    budget!(kith, "search, all near", 6, 200, search("maria"));
    let keys = "/v1/auth/api-keys";
    let new_key = json!({"name": "k", "scopes": ["users:read", "users:write"]});
    budget!(kith, "POST api-keys", 3, 201, ada.post(keys, new_key.clone()));
    let made = ada.post(keys, new_key.clone()).await;
    let by_key = |key: &str| {
        let request = kith.nobody().request(reqwest::Method::GET, "/v1/users/me");
        tests::send(request.header("x-api-key", key))
    };
    // The first use in a minute is noted.
    budget!(kith, "GET users/me, new key", 2, 200, by_key(&made.text("/key")));
    budget!(kith, "GET users/me, key", 1, 200, by_key(&made.text("/key")));
    budget!(kith, "GET api-keys", 2, 200, ada.get(keys));
    budget!(kith, "DELETE api-keys", 2, 204, ada.delete(&format!("{keys}/{}", made.text("/id"))));
    let admin = kith.admin().await;
    let new_user = json!({"email": "service@example.com"});
    budget!(kith, "POST users", 2, 201, admin.post("/v1/users", new_user));
    budget!(kith, "GET admin/stats", 2, 200, admin.get("/v1/admin/stats"));
    let (users, cleo) = ("/v1/admin/users", kith.somebody().await);
    let path = format!("{users}/{}", cleo.id);
    kith.stack.settled().await;
    budget!(kith, "GET admin/users", 26, 200, admin.get(users));
    let some = format!("{users}?role=admin&status=active");
    budget!(kith, "GET admin/users, of a kind", 6, 200, admin.get(&some));
    let found = format!("{users}?search=person&status=active&role=user");
    budget!(kith, "GET admin/users, search", 4, 200, admin.get(&found));
    let found = format!("{users}?provider=password");
    budget!(kith, "GET admin/users, provider", 14, 200, admin.get(&found));
    budget!(kith, "GET admin/user", 4, 200, admin.get(&path));
    let role = json!({"role": "admin"});
    budget!(kith, "PUT admin/user/role", 3, 200, admin.put(&format!("{path}/role"), role));
    budget!(kith, "PUT admin/user/status", 3, 200, super::admin::shut(&admin, &cleo.id));
    budget!(kith, "GET admin/audit", 5, 200, admin.get("/v1/admin/audit?limit=1"));
    let of_cleo = format!("/v1/admin/audit?target_id={}", cleo.id);
    budget!(kith, "GET admin/audit, of one", 3, 200, admin.get(&of_cleo));
    let line =
        r#"{"email":"import@example.com","identities":[{"provider":"google","subject":"1"}]}"#;
    budget!(kith, "POST admin import", 2, 200, super::import::import(&admin, line));
    budget!(kith, "POST admin import, there", 2, 200, super::import::import(&admin, line));
    budget!(kith, "DELETE sessions", 2, 204, ada.delete("/v1/users/me/sessions"));
    budget!(kith, "DELETE users/me", 2, 202, ada.delete("/v1/users/me"));

    // With limits on, one more: both policies of a sign-in are one write.
    let limits = [
        ("RATE_LIMIT_REGISTER", "20/1h"),
        ("RATE_LIMIT_LOGIN_IP", "100/1m"),
        ("RATE_LIMIT_LOGIN_ACCOUNT", "10/1m"),
        ("RATE_LIMIT_API_KEY", "600/1m"),
    ];
    let kith = Kith::with(&limits).await;
    let ada = kith.somebody().await;
    let login = json!({"email": ada.email, "password": PASSWORD});
    let nobody = kith.nobody();
    budget!(kith, "login, limited", 4, 200, nobody.post("/v1/auth/login", login.clone()));
    let register = json!({"email": "new@example.com", "password": PASSWORD});
    // Of several within a window, the second on ask how the counters stand.
    budget!(kith, "login, again", 5, 200, nobody.post("/v1/auth/login", login.clone()));
    budget!(kith, "register, limited", 3, 201, nobody.post("/v1/auth/register", register));
    let key = ada.post(keys, new_key).await.text("/key");
    let by_key = || {
        let request = kith.nobody().request(reqwest::Method::GET, "/v1/users/me");
        tests::send(request.header("x-api-key", &key))
    };
    by_key().await;
    // Its tries within a window ask how the counter stands, beside the read.
    budget!(kith, "GET users/me, key limited", 3, 200, by_key());
    println!("{}", lines.join("\n"));
}
