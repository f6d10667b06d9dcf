use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::context::Clock;
use tests::{Kith, PASSWORD};

#[tokio::test]
async fn signing_up_signs_in() {
    let kith = Kith::start().await;
    let body = json!({
        "email": " Ada@Example.com ", "password": PASSWORD, "display_name": "Ada", "bio": "Counts.",
    });
    let answer = kith.nobody().post("/v1/auth/register", body).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("cache-control"), "private, no-store");
    insta::assert_json_snapshot!(answer.body, {
        ".access_token" => "[token]", ".refresh_token" => "[token]", ".user.id" => "[id]",
        ".user.picture" => "[picture]",
        ".user.created_at" => "[time]", ".user.updated_at" => "[time]",
        ".user.last_login_at" => "[time]", ".user.last_activity_at" => "[time]",
    });
    assert!(kith.signed_in(&answer).is_signed_in().await);
}

#[tokio::test]
async fn what_is_wrong_with_a_registration_is_said_of_every_field() {
    let kith = Kith::start().await;
    let refused = async |body: Value| {
        let answer = kith.nobody().post("/v1/auth/register", body).await;
        answer.assert_problem(422, "validation_failed");
        answer.errors()
    };
    let error = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    assert_eq!(
        refused(json!({})).await,
        [error("email", "required"), error("password", "required")]
    );
    assert_eq!(
        refused(json!({"email": "ada", "password": "short", "role": "admin", "x": 1, "bio": 2}))
            .await,
        [
            error("email", "invalid_format"),
            error("password", "too_short"),
            error("role", "read_only"),
            error("bio", "invalid_type"),
            error("x", "unknown_field"),
        ]
    );
    for weak in ["password123", "lovelace@example.com", "Lovelace", "Ada Lovelace"] {
        let body = json!({
            "email": "lovelace@example.com", "password": weak, "first_name": "Ada", "last_name": "Lovelace",
        });
        assert_eq!(refused(body).await, [error("password", "weak_password")], "{weak}");
    }
}

#[tokio::test]
async fn an_address_is_registered_once_however_many_try() {
    let kith = Kith::start().await;
    let register = |n: usize| {
        let nobody = kith.nobody();
        // Case doesn't make another address.
        let email = if n.is_multiple_of(2) { "ada@example.com" } else { "ADA@example.com" };
        async move {
            nobody.post("/v1/auth/register", json!({"email": email, "password": PASSWORD})).await
        }
    };
    let answers = join_all((0..50).map(register)).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.assert_problem(409, "email_taken");
    }
}

#[tokio::test]
async fn a_username_is_taken_once_however_many_try() {
    let kith = Kith::start().await;
    let register = |n: usize| {
        let nobody = kith.nobody();
        let body =
            json!({"email": format!("p{n}@example.com"), "password": PASSWORD, "username": "Ada"});
        async move { nobody.post("/v1/auth/register", body).await }
    };
    let answers = join_all((0..10).map(register)).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.assert_problem(409, "username_taken");
    }
    // The losers left nothing behind: their addresses are free.
    let loser = answers.iter().position(|answer| answer.status == 409).unwrap();
    let body = json!({"email": format!("p{loser}@example.com"), "password": PASSWORD});
    assert_eq!(kith.nobody().post("/v1/auth/register", body).await.status, 201);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_the_same() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let login = async |email: &str, password: &str| {
        let body = json!({"email": email, "password": password});
        let mut answer = kith.nobody().post("/v1/auth/login", body).await;
        answer.assert_problem(401, "invalid_credentials");
        answer.body["request_id"] = Value::Null;
        answer.body
    };
    assert_eq!(login(&ada.email, "wrong").await, login("nobody@example.com", PASSWORD).await);
}

#[tokio::test]
async fn a_deactivated_account_is_named_to_its_owner_only() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    kith.set_account(&ada.id, "is_active", AttributeValue::Bool(false)).await;
    assert!(!ada.is_signed_in().await);
    let login = async |password: &str| {
        kith.nobody()
            .post("/v1/auth/login", json!({"email": ada.email, "password": password}))
            .await
    };
    login("wrong").await.assert_problem(401, "invalid_credentials");
    login(PASSWORD).await.assert_problem(403, "account_disabled");
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_for_a_new_pair() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let answer = ada.refresh().await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["token_type"], "Bearer");
    assert_eq!(answer.body["expires_in"], 900);
    assert_ne!(answer.text("/refresh_token"), ada.refresh_token);
    assert_eq!(answer.text("/user"), "");
    let next = ada
        .with_access_token(answer.text("/access_token"))
        .with_refresh_token(answer.text("/refresh_token"));
    assert!(next.is_signed_in().await);
    assert_eq!(next.refresh().await.status, 200);
}

#[tokio::test]
async fn tabs_that_refresh_at_once_all_stay_signed_in() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let answers = join_all((0..10).map(|_| ada.refresh())).await;
    let tokens: Vec<_> = answers.iter().map(|answer| answer.text("/refresh_token")).collect();
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert!(tokens.iter().all(|token| *token == tokens[0]), "one successor for all");
    let sessions = ada.get("/v1/users/me/sessions").await;
    assert_eq!(sessions.body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_tab_that_is_late_by_two_refreshes_stays_signed_in() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let second = ada.with_refresh_token(ada.refresh().await.text("/refresh_token"));
    let third = second.refresh().await.text("/refresh_token");
    assert_eq!(ada.refresh().await.text("/refresh_token"), third);
    assert_eq!(second.refresh().await.text("/refresh_token"), third);
    // The grace runs from when a token was replaced, not from the last use.
    kith.wait(Duration::from_secs(8));
    assert_eq!(ada.with_refresh_token(third.as_str()).refresh().await.status, 200);
    kith.wait(Duration::from_secs(3));
    second.refresh().await.assert_problem(401, "token_reused");
    assert!(!ada.is_signed_in().await);
}

#[tokio::test]
async fn a_refresh_token_used_again_after_the_grace_ends_the_session() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let renewed = ada.refresh().await;
    kith.wait(Duration::from_secs(9));
    assert_eq!(ada.refresh().await.text("/refresh_token"), renewed.text("/refresh_token"));
    kith.wait(Duration::from_secs(2));
    ada.refresh().await.assert_problem(401, "token_reused");
    assert!(!ada.is_signed_in().await);
    let thief = ada.with_refresh_token(renewed.text("/refresh_token"));
    thief.refresh().await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn sessions_end_without_use_and_at_the_latest_after_their_age() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let day = Duration::from_hours(24);
    let mut now = ada.clone();
    // Refreshed every 20 days it slides, until the 90th.
    for _ in 0..4 {
        kith.wait(20 * day);
        let answer = now.refresh().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        now.refresh_token = answer.text("/refresh_token");
    }
    kith.wait(11 * day);
    now.refresh().await.assert_problem(401, "invalid_token");

    let grace = kith.somebody().await;
    kith.wait(31 * day);
    grace.refresh().await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn signing_out_kills_the_token_at_the_next_request() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let elsewhere = kith.sign_in(&ada.email, PASSWORD).await;
    assert_eq!(ada.post("/v1/auth/logout", json!({})).await.status, 204);
    let dead = ada.get("/v1/users/me").await;
    dead.assert_problem(401, "invalid_token");
    assert_eq!(dead.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    ada.post("/v1/auth/logout", json!({})).await.assert_problem(401, "invalid_token");
    ada.refresh().await.assert_problem(401, "invalid_token");
    assert!(elsewhere.is_signed_in().await);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let elsewhere = kith.sign_in(&ada.email, PASSWORD).await;
    let change = async |current: &str, new: &str| {
        ada.put("/v1/auth/password", json!({"current_password": current, "new_password": new}))
            .await
    };
    change("wrong", "another good one").await.assert_problem(403, "wrong_password");
    assert_eq!(
        change(PASSWORD, &ada.email).await.errors(),
        [("new_password".to_owned(), "weak_password".to_owned())]
    );
    assert!(elsewhere.is_signed_in().await);
    assert_eq!(change(PASSWORD, "another good one").await.status, 204);
    assert!(ada.is_signed_in().await);
    assert!(!elsewhere.is_signed_in().await);
    elsewhere.refresh().await.assert_problem(401, "invalid_token");
    kith.sign_in(&ada.email, "another good one").await;
    kith.nobody()
        .post("/v1/auth/login", json!({"email": ada.email, "password": PASSWORD}))
        .await
        .assert_problem(401, "invalid_credentials");
}

#[tokio::test]
async fn a_deletion_can_be_taken_back_once_within_its_grace() {
    let kith = Kith::start().await;
    let ada = kith.somebody_with(json!({"username": "ada"})).await;
    let deleted = ada.delete("/v1/users/me").await;
    assert_eq!(deleted.status, 202);
    assert!(!ada.is_signed_in().await);
    let login = async || {
        kith.nobody()
            .post("/v1/auth/login", json!({"email": ada.email, "password": PASSWORD}))
            .await
    };
    let refused = login().await;
    refused.assert_problem(403, "account_deleted");
    assert_eq!(refused.text("/erase_at"), deleted.text("/erase_at"));
    // The address and the username stay taken.
    let again = json!({"email": ada.email, "password": PASSWORD});
    kith.nobody().post("/v1/auth/register", again).await.assert_problem(409, "email_taken");
    let again = json!({"email": "b@example.com", "password": PASSWORD, "username": "ada"});
    kith.nobody().post("/v1/auth/register", again).await.assert_problem(409, "username_taken");

    let token = refused.text("/restore_token");
    let restore = async |token: &str| {
        kith.nobody().post("/v1/auth/restore", json!({"restore_token": token})).await
    };
    restore(&token[1..]).await.assert_problem(401, "invalid_token");
    let restored = restore(&token).await;
    assert_eq!(restored.status, 200);
    assert_eq!(restored.text("/user/username"), "ada");
    let back = kith.signed_in(&restored);
    assert!(back.is_signed_in().await);
    restore(&token).await.assert_problem(401, "invalid_token");

    // A token for an old deletion doesn't take back a new one.
    kith.wait(Duration::from_secs(1));
    back.delete("/v1/users/me").await;
    restore(&token).await.assert_problem(401, "invalid_token");
    kith.wait(Duration::from_hours(24 * 30));
    login().await.assert_problem(401, "invalid_credentials");
}

#[tokio::test]
async fn other_services_can_verify_tokens_on_their_own() {
    for algorithm in ["ES256", "EdDSA", "HS256"] {
        let kith = Kith::with(&[("JWT_ALGORITHM", algorithm)]).await;
        let ada = kith.somebody_with(json!({"display_name": "Ada"})).await;
        assert!(ada.is_signed_in().await);
        let metadata = kith.nobody().get("/.well-known/openid-configuration").await;
        assert_eq!(metadata.text("/issuer"), kith.stack.url);
        assert_eq!(metadata.text("/jwks_uri"), format!("{}/.well-known/jwks.json", kith.stack.url));
        let jwks = kith.nobody().get("/.well-known/jwks.json").await;
        let keys = jwks.body["keys"].as_array().unwrap();
        assert!(!jwks.body.to_string().contains("\"d\""));
        let token = ada.access_token.unwrap();
        let header = jsonwebtoken::decode_header(&token).unwrap();
        assert_eq!(header.typ.as_deref(), Some("at+jwt"));
        if algorithm == "HS256" {
            // A shared secret isn't published.
            assert!(keys.is_empty());
            continue;
        }
        assert_eq!(keys[0]["kid"], header.kid.unwrap());
        let key = serde_json::from_value(keys[0].clone()).unwrap();
        let key = jsonwebtoken::DecodingKey::from_jwk(&key).unwrap();
        let mut validation = jsonwebtoken::Validation::new(header.alg);
        validation.set_audience(&["kith"]);
        validation.set_issuer(&[&kith.stack.url]);
        let claims = jsonwebtoken::decode::<Value>(&token, &key, &validation).unwrap().claims;
        assert_eq!(claims["sub"], ada.id);
        assert_eq!(claims["user_id"], ada.id);
        assert_eq!(claims["email"], ada.email);
        assert_eq!(claims["name"], "Ada");
        assert_eq!(claims["role"], "user");
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 900);
        assert!(claims["sid"].is_string() && claims["jti"].is_string());
    }
}

#[tokio::test]
async fn a_rotated_key_leaves_everybody_signed_in() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let context = &kith.stack.context;
    let rotation = keys::Rotation {
        client: context.sdk.secrets_manager(),
        verification_secret: context.config.verification_keys_secret.clone(),
        algorithm: context.config.tokens.algorithm,
        token_lifetime: context.config.tokens.lifetime,
        clock: Clock::new({
            let context = context.clone();
            move || context.now()
        }),
        rng: shared::context::Rng::system(),
    };
    let kid = async || {
        let secret = rotation.client.get_secret_value().secret_id("kith/signing-keys").send().await;
        let secret: Value = serde_json::from_str(secret.unwrap().secret_string().unwrap()).unwrap();
        secret["keys"][0]["kid"].as_str().unwrap().to_owned()
    };
    let before = kid().await;
    let rotate = async |client_request_token: &str| {
        for step in keys::Step::ALL {
            let event = keys::Event {
                step,
                secret_id: "kith/signing-keys".to_owned(),
                client_request_token: client_request_token.to_owned(),
            };
            // Secrets Manager repeats a step whose answer it missed.
            rotation.step(&event).await.unwrap();
            rotation.step(&event).await.unwrap();
        }
    };
    rotate("0123456789abcdef0123456789abcdef").await;
    let after = kid().await;
    assert_ne!(before, after);
    let public = async || {
        let secret = rotation.client.get_secret_value().secret_id("kith/verification-keys");
        secret.send().await.unwrap().secret_string().unwrap().to_owned()
    };
    let published = public().await;
    assert!(published.contains(&before) && published.contains(&after));
    assert!(!published.contains("\"d\""));
    assert!(ada.is_signed_in().await);
    assert_eq!(ada.refresh().await.status, 200);
    // However soon the next one comes, what the first key has signed lives on.
    rotate("fedcba9876543210fedcba9876543210").await;
    let published = public().await;
    assert!(published.contains(&before) && published.contains(&after));
    // Once all of it has expired, the next rotation drops the key.
    kith.wait(Duration::from_mins(22));
    rotate("00112233445566778899aabbccddeeff").await;
    let published = public().await;
    assert!(!published.contains(&before) && !published.contains(&after));
}

/// Puts a hash that another system made into the place of a password's.
async fn import(kith: &Kith, email: &str, hash: &str) {
    let update = kith.stack.context.sdk.dynamodb().update_item().table_name("kith");
    let update = update
        .key("pk", AttributeValue::S(format!("EMAIL#{email}")))
        .key("sk", AttributeValue::S("EMAIL".to_owned()))
        .update_expression("SET password_hash = :hash")
        .expression_attribute_values(":hash", AttributeValue::S(hash.to_owned()));
    update.send().await.unwrap();
}

/// The hash that an address signs in with.
async fn hash_of(kith: &Kith, email: &str) -> String {
    let get = kith.stack.context.sdk.dynamodb().get_item().table_name("kith").consistent_read(true);
    let get = get
        .key("pk", AttributeValue::S(format!("EMAIL#{email}")))
        .key("sk", AttributeValue::S("EMAIL".to_owned()));
    let item = get.send().await.unwrap().item.unwrap();
    item["password_hash"].as_s().unwrap().clone()
}

#[tokio::test]
async fn a_password_that_another_system_hashed_signs_in_and_is_hashed_anew() {
    let kith = Kith::start().await;
    for hash in [
        "$2b$06$u0AZ7ryYiAa9TToJRDvi8utgYB8mDjsBRSyKEqzUm.gEix.2Bna4K",
        "$scrypt$ln=14,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$0LupyHkzAIgDr9UDsriAAf87vMbCbcaUfDvFOAHk0D0",
        "$pbkdf2-sha256$29000$MDEyMzQ1Njc4OWFiY2RlZg$uHVoxjLD1v3uqpdY8ehNPGUYMiKj8ROQSRwMSE033NY",
        "$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$L1b1NjppUoj/KIEORq1pof4waLxklM0mqKZzt9nCsKI",
    ] {
        let ada = kith.somebody().await;
        import(&kith, &ada.email, hash).await;
        let login = async |password: &str| {
            let body = json!({"email": ada.email, "password": password});
            kith.nobody().post("/v1/auth/login", body).await
        };
        login(PASSWORD).await.assert_problem(401, "invalid_credentials");
        assert_eq!(hash_of(&kith, &ada.email).await, hash, "a wrong password changes nothing");
        // Whoever comes first hashes; nobody is refused for coming second.
        let answers = join_all((0..4).map(|_| login("correct horse"))).await;
        for answer in answers {
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        let new = hash_of(&kith, &ada.email).await;
        assert!(new.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(login("correct horse").await.status, 200);
        assert_eq!(hash_of(&kith, &ada.email).await, new, "once is enough");
        login(PASSWORD).await.assert_problem(401, "invalid_credentials");
    }
}

#[tokio::test]
async fn a_stored_hash_that_would_take_for_ever_takes_no_time() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    for hash in [
        "$argon2id$v=19$m=4194304,t=100,p=1$MDEyMzQ1Njc4OWFiY2RlZg$L1b1NjppUoj/KIEORq1pof4waLxklM0mqKZzt9nCsKI",
        "$2b$31$u0AZ7ryYiAa9TToJRDvi8utgYB8mDjsBRSyKEqzUm.gEix.2Bna4K",
        "$scrypt$ln=24,r=64,p=64$MDEyMzQ1Njc4OWFiY2RlZg$0LupyHkzAIgDr9UDsriAAf87vMbCbcaUfDvFOAHk0D0",
        "$pbkdf2-sha512$4294967295$MDEyMzQ1Njc4OWFiY2RlZg$uHVoxjLD1v3uqpdY8ehNPGUYMiKj8ROQSRwMSE033NY",
    ] {
        import(&kith, &ada.email, hash).await;
        let started = Instant::now();
        let body = json!({"email": ada.email, "password": "correct horse"});
        let answer = kith.nobody().post("/v1/auth/login", body).await;
        answer.assert_problem(401, "invalid_credentials");
        assert!(started.elapsed() < Duration::from_secs(2), "{hash}: {:?}", started.elapsed());
    }
}
