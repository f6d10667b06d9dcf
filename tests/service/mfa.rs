//! The second factor: an authenticator app and recovery codes.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use ring::hmac;
use serde_json::{Value, json};
use tests::{Answer, Kith, PASSWORD, Person};

/// An authenticator app, by the standard's text (RFC 6238) and no code of ours.
pub struct App {
    secret: Vec<u8>,
}

impl App {
    pub fn new(base32: &str) -> Self {
        let letter = |c| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).unwrap();
        let letters: Vec<usize> = base32.chars().map(letter).collect();
        let bit = |n: usize| letters[n / 5] >> (4 - n % 5) & 1;
        let byte = |n: usize| (8 * n..8 * n + 8).fold(0, |byte, n| byte << 1 | bit(n));
        let bytes = (0..letters.len() * 5 / 8).map(|n| u8::try_from(byte(n)).unwrap());
        Self { secret: bytes.collect() }
    }

    /// What it shows now, or so many steps later.
    pub fn code(&self, kith: &Kith, steps: i64) -> String {
        let counter = kith.stack.context.now().as_secs() / 30 + steps;
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let tag = hmac::sign(&key, &counter.to_be_bytes());
        let tag = tag.as_ref();
        let at = usize::from(tag[19] & 15);
        let number = u32::from_be_bytes(tag[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}

/// Enrols an app; its first code is used up.
pub async fn enrol(kith: &Kith, person: &Person) -> (App, Vec<String>) {
    let app = begin(person).await;
    let confirmed = confirm(person, &app.code(kith, 0)).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    // So that the next code is another one.
    kith.wait(Duration::from_mins(1));
    (app, recovery_codes(&confirmed))
}

pub async fn begin(person: &Person) -> App {
    let begun = person.post("/v1/auth/mfa/totp", json!({})).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    App::new(&begun.text("/secret"))
}

pub async fn confirm(person: &Person, code: &str) -> Answer {
    person.post("/v1/auth/mfa/totp/confirm", json!({"code": code})).await
}

pub fn recovery_codes(answer: &Answer) -> Vec<String> {
    let codes = answer.body["recovery_codes"].as_array().unwrap().iter();
    codes.map(|code| code.as_str().unwrap().to_owned()).collect()
}

async fn login(kith: &Kith, person: &Person) -> Answer {
    let body = json!({"email": person.email, "password": PASSWORD});
    kith.nobody().post("/v1/auth/login", body).await
}

/// A sign-in that awaits its second factor.
async fn mfa_token(kith: &Kith, person: &Person) -> String {
    let answer = login(kith, person).await;
    answer.assert_problem(403, "mfa_required");
    answer.text("/mfa_token")
}

async fn verify(kith: &Kith, token: &str, shown: (&str, &str)) -> Answer {
    let mut body = json!({"mfa_token": token});
    body[shown.0] = json!(shown.1);
    kith.nobody().post("/v1/auth/mfa/verify", body).await
}

#[tokio::test]
async fn signing_in_takes_the_code_of_an_enrolled_app() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let begun = ada.post("/v1/auth/mfa/totp", json!({})).await;
    assert_eq!(begun.text("/secret").len(), 32);
    let uri = format!(
        "otpauth://totp/Kith:{}?secret={}&issuer=Kith&algorithm=SHA1&digits=6&period=30",
        ada.email.replace('@', "%40"),
        begun.text("/secret")
    );
    assert_eq!(begun.text("/otpauth_uri"), uri);
    // It doesn't count before its first code.
    assert_eq!(login(&kith, &ada).await.status, 200);
    let app = App::new(&begun.text("/secret"));
    let confirmed = confirm(&ada, &app.code(&kith, 0)).await;
    assert_eq!((confirmed.status.as_u16(), recovery_codes(&confirmed).len()), (200, 10));
    let mfa = ada.get("/v1/auth/mfa").await;
    assert_eq!(mfa.body["totp"]["enabled"], true);
    assert!(mfa.body["totp"]["confirmed_at"].is_string());
    assert_eq!((&mfa.body["recovery_codes_left"], &mfa.body["passkeys"]), (&json!(10), &json!(0)));

    let token = mfa_token(&kith, &ada).await;
    verify(&kith, &token, ("code", "000000")).await.assert_problem(401, "invalid_code");
    kith.wait(Duration::from_mins(1));
    let answer = verify(&kith, &token, ("code", &app.code(&kith, 0))).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let elsewhere = kith.signed_in(&answer);
    assert!(elsewhere.is_signed_in().await);
    // Going on doesn't take it again.
    assert_eq!(elsewhere.refresh().await.status, 200);
}

#[tokio::test]
async fn sessions_without_the_factor_end_when_it_counts_and_those_under_way_too() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let before = kith.sign_in(&ada.email, PASSWORD).await;
    let app = begin(&ada).await;
    let code = app.code(&kith, 0);
    let logins = join_all((0..6).map(|_| login(&kith, &ada)));
    let (logins, confirmed) = tokio::join!(logins, confirm(&ada, &code));
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    assert!(ada.is_signed_in().await);
    assert!(!before.is_signed_in().await);
    for login in logins {
        if login.status == 200 {
            assert!(!kith.signed_in(&login).is_signed_in().await);
        } else {
            assert_eq!(login.status, 403, "{}", login.body);
        }
    }
}

#[tokio::test]
async fn a_code_signs_in_once_however_many_send_it() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let (app, _) = enrol(&kith, &ada).await;
    let token = mfa_token(&kith, &ada).await;
    let code = app.code(&kith, 0);
    let answers = join_all((0..50).map(|_| verify(&kith, &token, ("code", &code)))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.assert_problem(401, "invalid_code");
    }
    // Nor one of a moment before it.
    verify(&kith, &token, ("code", &app.code(&kith, -1))).await.assert_problem(401, "invalid_code");
    kith.wait(Duration::from_secs(30));
    assert_eq!(verify(&kith, &token, ("code", &app.code(&kith, 0))).await.status, 200);
}

#[tokio::test]
async fn a_code_is_good_a_step_early_or_late_and_no_more() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let (app, _) = enrol(&kith, &ada).await;
    kith.wait(Duration::from_mins(2));
    let token = mfa_token(&kith, &ada).await;
    for steps in [-3, 3] {
        // Not two, since the clock may tick between the code and the call.
        let code = app.code(&kith, steps);
        verify(&kith, &token, ("code", &code)).await.assert_problem(401, "invalid_code");
    }
    for steps in [0, 1] {
        let code = app.code(&kith, steps);
        assert_eq!(verify(&kith, &token, ("code", &code)).await.status, 200, "{steps}");
    }
}

#[tokio::test]
async fn a_recovery_code_signs_in_once_however_it_is_written() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let (_, codes) = enrol(&kith, &ada).await;
    let token = mfa_token(&kith, &ada).await;
    let loose = format!(" {} ", codes[0].to_lowercase().replace('-', " "));
    let sent = [&codes[0], &loose].into_iter().cycle().take(30);
    let answers = join_all(sent.map(|code| verify(&kith, &token, ("recovery_code", code)))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    let ok = answers.iter().find(|answer| answer.status == 200).unwrap();
    let mfa = kith.signed_in(ok).get("/v1/auth/mfa").await;
    assert_eq!(mfa.body["recovery_codes_left"], 9);
    for code in &codes[1..] {
        let answer = verify(&kith, &token, ("recovery_code", code)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let last = verify(&kith, &token, ("recovery_code", &codes[9])).await;
    last.assert_problem(401, "invalid_code");
    // Those of somebody else are none.
    let bob = kith.verified().await;
    let (_, theirs) = enrol(&kith, &bob).await;
    verify(&kith, &token, ("recovery_code", &theirs[0])).await.assert_problem(401, "invalid_code");
}

#[tokio::test]
async fn new_recovery_codes_kill_the_old_ones() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    ada.post("/v1/auth/mfa/recovery-codes", json!({})).await.assert_problem(404, "not_found");
    let (_, old) = enrol(&kith, &ada).await;
    let new = recovery_codes(&ada.post("/v1/auth/mfa/recovery-codes", json!({})).await);
    assert!(new.len() == 10 && !new.contains(&old[0]));
    let token = mfa_token(&kith, &ada).await;
    verify(&kith, &token, ("recovery_code", &old[0])).await.assert_problem(401, "invalid_code");
    assert_eq!(verify(&kith, &token, ("recovery_code", &new[0])).await.status, 200);
    kith.wait(Duration::from_mins(16));
    let late = ada.refresh().await;
    let ada = ada.with_access_token(late.text("/access_token"));
    let refused = ada.post("/v1/auth/mfa/recovery-codes", json!({})).await;
    refused.assert_problem(403, "reauthentication_required");
}

#[tokio::test]
async fn an_enrolment_takes_its_own_code_in_time() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    confirm(&ada, "123456").await.assert_problem(404, "not_found");
    let replaced = begin(&ada).await;
    let app = begin(&ada).await;
    let wrong = confirm(&ada, &replaced.code(&kith, 0)).await;
    assert_eq!(wrong.errors(), [("code".to_owned(), "invalid_code".to_owned())]);
    for (body, code) in [
        (json!({}), "required"),
        (json!({"code": 123_456}), "invalid_type"),
        (json!({"code": "12345"}), "invalid_format"),
        (json!({"code": "1".repeat(100)}), "too_long"),
    ] {
        let answer = ada.post("/v1/auth/mfa/totp/confirm", body).await;
        assert_eq!(answer.errors(), [("code".to_owned(), code.to_owned())]);
    }
    kith.wait(Duration::from_mins(10));
    confirm(&ada, &app.code(&kith, 0)).await.assert_problem(404, "not_found");
    let app = begin(&ada).await;
    assert_eq!(confirm(&ada, &app.code(&kith, 0)).await.status, 200);
    confirm(&ada, &app.code(&kith, 1)).await.assert_problem(409, "already_exists");
    let again = ada.post("/v1/auth/mfa/totp", json!({})).await;
    again.assert_problem(409, "already_exists");
    let bob = kith.verified().await;
    kith.wait(Duration::from_mins(16));
    let bob = bob.with_access_token(bob.refresh().await.text("/access_token"));
    let late = bob.post("/v1/auth/mfa/totp", json!({})).await;
    late.assert_problem(403, "reauthentication_required");
}

#[tokio::test]
async fn guesses_are_counted_by_the_account_whatever_the_token() {
    let kith = Kith::with(&[("RATE_LIMIT_MFA", "3/10m")]).await;
    let ada = kith.verified().await;
    // The first code is a try as well.
    let (app, codes) = enrol(&kith, &ada).await;
    for _ in 0..2 {
        let token = mfa_token(&kith, &ada).await;
        verify(&kith, &token, ("code", "000000")).await.assert_problem(401, "invalid_code");
    }
    let token = mfa_token(&kith, &ada).await;
    let code = app.code(&kith, 0);
    for shown in [("code", code.as_str()), ("recovery_code", codes[0].as_str())] {
        verify(&kith, &token, shown).await.assert_problem(429, "rate_limited");
    }
    let body = json!({"password": PASSWORD, "code": code});
    let again = ada.post("/v1/auth/reauthenticate", body).await;
    again.assert_problem(429, "rate_limited");
    // Somebody else isn't held up.
    let bob = kith.verified().await;
    enrol(&kith, &bob).await;
    kith.wait(Duration::from_mins(10));
    let token = mfa_token(&kith, &ada).await;
    assert_eq!(verify(&kith, &token, ("code", &app.code(&kith, 0))).await.status, 200);
}

#[tokio::test]
async fn an_mfa_token_is_ours_and_lasts_ten_minutes() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let (app, _) = enrol(&kith, &ada).await;
    let token = mfa_token(&kith, &ada).await;
    let deleted = kith.verified().await;
    deleted.delete("/v1/users/me").await;
    let restore = login(&kith, &deleted).await.text("/restore_token");
    for forged in ["", "x", &token[1..], &format!("{token}A"), &restore] {
        let answer = verify(&kith, forged, ("code", &app.code(&kith, 0))).await;
        answer.assert_problem(401, "invalid_token");
    }
    let restored = kith.nobody().post("/v1/auth/restore", json!({"restore_token": token})).await;
    restored.assert_problem(401, "invalid_token");
    kith.wait(Duration::from_mins(10));
    let late = verify(&kith, &token, ("code", &app.code(&kith, 0))).await;
    late.assert_problem(401, "invalid_token");
    for (body, field, code) in [
        (json!({"mfa_token": token}), "code", "required"),
        (json!({"mfa_token": token, "recovery_code": "x"}), "recovery_code", "invalid_format"),
        (json!({"code": "123456"}), "mfa_token", "required"),
        (
            json!({"mfa_token": token, "code": "123456", "recovery_code": "0000-0000-0000-0000"}),
            "recovery_code",
            "conflicting",
        ),
    ] {
        let answer = kith.nobody().post("/v1/auth/mfa/verify", body).await;
        assert_eq!(answer.errors(), [(field.to_owned(), code.to_owned())]);
    }
}

#[tokio::test]
async fn a_password_changed_meanwhile_takes_the_first_factor_back() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let (app, _) = enrol(&kith, &ada).await;
    let token = mfa_token(&kith, &ada).await;
    kith.wait(Duration::from_millis(5));
    let body = json!({"current_password": PASSWORD, "new_password": "another horse battery"});
    assert_eq!(ada.put("/v1/auth/password", body).await.status, 204);
    let answer = verify(&kith, &token, ("code", &app.code(&kith, 0))).await;
    answer.assert_problem(401, "invalid_credentials");
}

#[tokio::test]
async fn a_deleted_account_gives_its_restore_token_after_the_second_factor_only() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let (app, _) = enrol(&kith, &ada).await;
    assert_eq!(ada.delete("/v1/users/me").await.status, 202);
    let first = login(&kith, &ada).await;
    first.assert_problem(403, "mfa_required");
    assert!(first.body.get("restore_token").is_none());
    let (token, code) = (first.text("/mfa_token"), app.code(&kith, 0));
    let second = verify(&kith, &token, ("code", &code)).await;
    second.assert_problem(403, "account_deleted");
    verify(&kith, &token, ("code", &code)).await.assert_problem(401, "invalid_code");
    let body = json!({"restore_token": second.text("/restore_token")});
    let restored = kith.nobody().post("/v1/auth/restore", body).await;
    assert_eq!(restored.status, 200, "{}", restored.body);
    let ada = kith.signed_in(&restored);
    // The session knows that the factor was shown, and the account that it has one.
    mfa_token(&kith, &ada).await;
    assert_eq!(ada.delete("/v1/auth/mfa/totp").await.status, 204);
}

#[tokio::test]
async fn removing_the_app_takes_a_recent_sign_in_and_its_codes_along() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    ada.delete("/v1/auth/mfa/totp").await.assert_problem(404, "not_found");
    let (app, codes) = enrol(&kith, &ada).await;
    kith.wait(Duration::from_mins(16));
    let ada = ada.with_access_token(ada.refresh().await.text("/access_token"));
    let token = mfa_token(&kith, &ada).await;
    let late = ada.delete("/v1/auth/mfa/totp").await;
    late.assert_problem(403, "reauthentication_required");
    let body = json!({"password": PASSWORD, "code": app.code(&kith, 0)});
    assert_eq!(ada.post("/v1/auth/reauthenticate", body).await.status, 204);
    assert_eq!(ada.delete("/v1/auth/mfa/totp").await.status, 204);
    assert_eq!(login(&kith, &ada).await.status, 200);
    let mfa = ada.get("/v1/auth/mfa").await;
    assert_eq!(mfa.body["totp"], json!({"enabled": false, "confirmed_at": null}));
    assert_eq!(mfa.body["recovery_codes_left"], 0);
    let old = verify(&kith, &token, ("recovery_code", &codes[0])).await;
    old.assert_problem(401, "invalid_code");
}

#[tokio::test]
async fn a_session_becomes_recent_by_all_that_the_account_has() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let again = |body: Value| ada.post("/v1/auth/reauthenticate", body);
    let field = |answer: &Answer| answer.errors();
    assert_eq!(field(&again(json!({})).await), [("password".to_owned(), "required".to_owned())]);
    again(json!({"password": "wrong"})).await.assert_problem(403, "wrong_password");
    assert_eq!(again(json!({"password": PASSWORD})).await.status, 204);
    let (app, codes) = enrol(&kith, &ada).await;
    let code = app.code(&kith, 0);
    let only_one = again(json!({"password": PASSWORD})).await;
    assert_eq!(field(&only_one), [("code".to_owned(), "required".to_owned())]);
    let only_one = again(json!({"code": code})).await;
    assert_eq!(field(&only_one), [("password".to_owned(), "required".to_owned())]);
    let wrong = again(json!({"password": "wrong", "code": code})).await;
    wrong.assert_problem(403, "wrong_password");
    let wrong = again(json!({"password": PASSWORD, "code": "000000"})).await;
    assert_eq!(field(&wrong), [("code".to_owned(), "invalid_code".to_owned())]);
    let both = join_all((0..10).map(|_| again(json!({"password": PASSWORD, "code": code})))).await;
    assert_eq!(both.iter().filter(|answer| answer.status == 204).count(), 1);
    let code = json!({"password": PASSWORD, "recovery_code": codes[3], "code": null});
    assert_eq!(again(code.clone()).await.status, 204);
    let used = again(code).await;
    assert_eq!(field(&used), [("recovery_code".to_owned(), "invalid_code".to_owned())]);
    kith.nobody()
        .post("/v1/auth/reauthenticate", json!({}))
        .await
        .assert_problem(401, "authentication_required");
}

#[tokio::test]
async fn changing_the_password_takes_a_recent_sign_in_where_there_is_a_second_factor() {
    let kith = Kith::start().await;
    let (ada, bob) = (kith.verified().await, kith.verified().await);
    let (app, _) = enrol(&kith, &ada).await;
    kith.wait(Duration::from_mins(16));
    let body = json!({"current_password": PASSWORD, "new_password": "another horse battery"});
    let bob = bob.with_access_token(bob.refresh().await.text("/access_token"));
    assert_eq!(bob.put("/v1/auth/password", body.clone()).await.status, 204);
    let ada = ada.with_access_token(ada.refresh().await.text("/access_token"));
    let late = ada.put("/v1/auth/password", body.clone()).await;
    late.assert_problem(403, "reauthentication_required");
    let shown = json!({"password": PASSWORD, "code": app.code(&kith, 0)});
    assert_eq!(ada.post("/v1/auth/reauthenticate", shown).await.status, 204);
    assert_eq!(ada.put("/v1/auth/password", body).await.status, 204);
}

#[tokio::test]
async fn the_table_tells_no_secret() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    let begun = ada.post("/v1/auth/mfa/totp", json!({})).await;
    let app = App::new(&begun.text("/secret"));
    let codes = recovery_codes(&confirm(&ada, &app.code(&kith, 0)).await);
    let client = kith.stack.context.sdk.dynamodb();
    let mut pages = client.scan().table_name("kith").into_paginator().items().send();
    let mut factors = 0;
    while let Some(item) = pages.next().await {
        let item = item.unwrap();
        factors += usize::from(item["sk"] == AttributeValue::S("FACTOR#TOTP".to_owned()));
        let text = format!("{item:?}");
        for secret in codes.iter().chain([&begun.text("/secret")]) {
            assert!(!text.contains(secret) && !text.contains(&secret.replace('-', "")), "{text}");
        }
    }
    assert_eq!(factors, 1);
}
