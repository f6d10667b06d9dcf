//! What each call may ask of the database, counted at the database.

use serde_json::json;
use tests::{Kith, PASSWORD};

#[tokio::test]
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
    budget!(kith, "GET preferences", 1, 200, ada.get(preferences));
    budget!(kith, "PATCH preferences", 2, 200, ada.patch(preferences, json!({"theme": "dark"})));
    budget!(kith, "PUT preferences", 2, 200, ada.put(preferences, json!({})));
    budget!(kith, "GET sessions", 1, 200, ada.get("/v1/users/me/sessions"));
    budget!(kith, "login", 3, 200, nobody.post("/v1/auth/login", login.clone()));
    budget!(kith, "refresh", 1, 200, elsewhere.refresh());
    budget!(kith, "register", 1, 201, nobody.post("/v1/auth/register", register));
    budget!(kith, "logout", 1, 204, elsewhere.post("/v1/auth/logout", json!({})));
    budget!(kith, "PUT password", 3, 204, ada.put("/v1/auth/password", password));
    budget!(kith, "GET users?ids=", 1, 200, ada.get("/v1/users?ids=me"));
    budget!(kith, "GET users", 6, 200, ada.get("/v1/users"));
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
    let admin = kith.admin().await;
    budget!(kith, "GET admin/stats", 2, 200, admin.get("/v1/admin/stats"));
    budget!(kith, "DELETE sessions", 2, 204, ada.delete("/v1/users/me/sessions"));
    budget!(kith, "DELETE users/me", 2, 202, ada.delete("/v1/users/me"));

    // With limits on, one more: both policies of a sign-in are one write.
    let limits = [
        ("RATE_LIMIT_REGISTER", "20/1h"),
        ("RATE_LIMIT_LOGIN_IP", "100/1m"),
        ("RATE_LIMIT_LOGIN_ACCOUNT", "10/1m"),
    ];
    let kith = Kith::with(&limits).await;
    let ada = kith.somebody().await;
    let login = json!({"email": ada.email, "password": PASSWORD});
    let nobody = kith.nobody();
    // The first of a window also opens it.
    budget!(kith, "login, windows open", 5, 200, nobody.post("/v1/auth/login", login.clone()));
    let register = json!({"email": "new@example.com", "password": PASSWORD});
    budget!(kith, "login, limited", 4, 200, nobody.post("/v1/auth/login", login.clone()));
    budget!(kith, "register, limited", 2, 201, nobody.post("/v1/auth/register", register));
    println!("{}", lines.join("\n"));
}
