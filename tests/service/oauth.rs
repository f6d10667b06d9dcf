//! Signing in with identity providers.

#[path = "oauth/browser.rs"]
mod browser;
#[path = "oauth/impostor.rs"]
mod impostor;
#[path = "oauth/provider.rs"]
mod provider;

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tests::{Answer, Kith, PASSWORD, Person};

use super::activity::{activity, audited, kinds};
use browser::{Browser, PUBLIC_URL, parameter};
use impostor::Impostor;

const APP: &str = "https://app.example.com/in?from=kith";

/// The service with the real provider under several names.
async fn kith_with(issuer: &str) -> Kith {
    let mut environment = vec![
        ("PUBLIC_URL".to_owned(), PUBLIC_URL.to_owned()),
        ("OAUTH_REDIRECTS".to_owned(), format!("{APP},http://localhost:5173/in")),
        ("OAUTH_PROVIDERS".to_owned(), "acme,acme-es,acme-ed,acme-ps".to_owned()),
        // LinkedIn's ways, by the real provider: no PKCE, the secret in the body.
        ("OAUTH_LINKEDIN_CLIENT_ID".to_owned(), "kith-post".to_owned()),
        ("OAUTH_LINKEDIN_CLIENT_SECRET".to_owned(), "a secret of tests".to_owned()),
        ("OAUTH_LINKEDIN_ISSUER".to_owned(), issuer.to_owned()),
    ];
    for (name, client) in
        [("ACME", "RS256"), ("ACME_ES", "ES256"), ("ACME_ED", "EdDSA"), ("ACME_PS", "PS256")]
    {
        environment.extend([
            (format!("OAUTH_{name}_ISSUER"), issuer.to_owned()),
            (format!("OAUTH_{name}_CLIENT_ID"), format!("kith-{client}")),
            (format!("OAUTH_{name}_CLIENT_SECRET"), "a secret of tests".to_owned()),
        ]);
    }
    start(&environment).await
}

/// The service with an impostor.
async fn kith_of(impostor: &Impostor) -> Kith {
    let environment = [
        ("PUBLIC_URL", PUBLIC_URL),
        ("OAUTH_REDIRECTS", APP),
        ("OAUTH_PROVIDERS", "acme"),
        ("OAUTH_ACME_ISSUER", &impostor.issuer),
        ("OAUTH_ACME_CLIENT_ID", "kith"),
        ("OAUTH_ACME_CLIENT_SECRET", "a secret of tests"),
    ];
    Kith::with(&environment).await
}

async fn start(environment: &[(String, String)]) -> Kith {
    let environment: Vec<_> =
        environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Kith::with(&environment).await
}

/// What a provider says of somebody whose address it has verified.
fn verified(subject: &str, email: &str) -> Value {
    json!({"sub": subject, "email": email, "email_verified": true})
}

fn code_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 302, "{}", answer.body);
    let location = answer.header("location");
    assert!(location.starts_with(APP), "{location}");
    parameter(location, "code").unwrap_or_else(|| panic!("no code: {location}"))
}

fn error_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 302, "{}", answer.body);
    parameter(answer.header("location"), "error").unwrap_or_default()
}

async fn exchange(kith: &Kith, code: &str) -> Answer {
    kith.nobody().post("/v1/auth/oauth/token", json!({"code": code})).await
}

async fn verify(kith: &Kith, person: &Person, at: Option<&str>) {
    kith.set_account(&person.id, "is_verified", AttributeValue::Bool(true)).await;
    if let Some(at) = at {
        kith.set_account(&person.id, "verified_at", AttributeValue::S(at.to_owned())).await;
    }
}

async fn providers(kith: &Kith) -> Value {
    kith.stack.settled().await;
    kith.admin().await.get("/v1/admin/stats").await.body["providers"].clone()
}

#[tokio::test]
async fn a_provider_that_is_not_configured_is_not_found() {
    let kith = Kith::start().await;
    let mut browser = Browser::new(&kith);
    for provider in ["google", "linkedin", "acme", "Google", "password", "a%23b"] {
        browser.go(&format!("/v1/auth/oauth/{provider}")).await.assert_problem(404, "not_found");
        let callback = format!("/v1/auth/oauth/{provider}/callback?state=x&code=y");
        browser.go(&callback).await.assert_problem(404, "not_found");
    }
}

#[tokio::test]
async fn the_first_sign_in_makes_a_verified_account_and_the_next_finds_it() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let claims = json!({
        "sub": "ada", "email": "Ada@Example.com", "email_verified": true,
        "name": "Ada Lovelace", "given_name": "Ada", "family_name": "L".repeat(80), "locale": "en_GB",
    });
    let answer = Browser::new(&kith).sign_in("acme", &claims, None).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let ada = kith.signed_in(&answer);
    let me = ada.get("/v1/users/me").await.body;
    assert_eq!((&me["email"], &me["is_verified"]), (&json!("ada@example.com"), &json!(true)));
    assert_eq!((&me["display_name"], &me["first_name"]), (&json!("Ada Lovelace"), &json!("Ada")));
    assert_eq!((&me["last_name"], &me["language"]), (&json!("L".repeat(50)), &json!("en-GB")));
    let login = json!({"email": "ada@example.com", "password": PASSWORD});
    kith.nobody().post("/v1/auth/login", login).await.assert_problem(401, "invalid_credentials");

    // The subject is who it is: another address there makes nobody else of her.
    let claims = verified("ada", "other@example.com");
    let answer = Browser::new(&kith).sign_in("acme", &claims, Some(APP)).await;
    let location = answer.header("location").to_owned();
    assert!(location.starts_with("https://app.example.com/in?from=kith&code="), "{location}");
    let answer = exchange(&kith, &code_of(&answer)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(kith.signed_in(&answer).id, ada.id);
    assert_eq!(kith.signed_in(&answer).email, "ada@example.com");
    assert_eq!(providers(&kith).await["acme"], 1);
}

#[tokio::test]
async fn every_kind_of_signature_is_verified_and_linkedin_has_its_ways() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    for name in ["acme", "acme-es", "acme-ed", "acme-ps", "linkedin"] {
        let claims = verified(name, &format!("{name}@example.com"));
        let answer = Browser::new(&kith).sign_in(name, &claims, None).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
    }
    let linkedin = Browser::new(&kith).begin("linkedin", None).await;
    assert_eq!(parameter(&linkedin, "code_challenge"), None);
    let acme = Browser::new(&kith).begin("acme", None).await;
    assert_eq!(parameter(&acme, "code_challenge_method").as_deref(), Some("S256"));
    for name in ["state", "nonce", "code_challenge"] {
        assert_eq!(parameter(&acme, name).unwrap().len(), 43, "{name}");
    }
    assert_eq!(parameter(&acme, "scope").as_deref(), Some("openid profile email"));
}

#[tokio::test]
async fn an_address_that_is_not_in_the_id_token_comes_from_the_userinfo_endpoint() {
    let Some(issuer) = provider::issuer_with_userinfo() else { return };
    let kith = kith_with(issuer).await;
    let answer =
        Browser::new(&kith).sign_in("acme", &verified("ada", "ada@example.com"), None).await;
    assert_eq!(kith.signed_in(&answer).email, "ada@example.com");
}

#[tokio::test]
async fn another_browser_cannot_finish_what_one_has_begun() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let mut mallory = Browser::new(&kith);
    let authorization = mallory.begin("acme", None).await;
    let back = mallory.consent(&authorization, &verified("mallory", "mallory@example.com")).await;

    // Ada is sent there: she has no cookie, or one of her own sign-in.
    let mut ada = mallory.another();
    ada.go(&back).await.assert_problem(400, "invalid_state");
    ada.begin("acme", None).await;
    ada.go(&back).await.assert_problem(400, "invalid_state");
    let own = ada.cookies.values().next().unwrap().clone();
    let name = mallory.cookies.keys().next().unwrap().clone();
    ada.cookies = [(name, own)].into();
    ada.go(&back).await.assert_problem(400, "invalid_state");

    assert_eq!(mallory.go(&back).await.status, 200);
}

#[tokio::test]
async fn a_callback_works_once_within_ten_minutes_and_for_its_provider_only() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let mut browser = Browser::new(&kith);
    let claims = verified("ada", "ada@example.com");
    let authorization = browser.begin("acme", Some(APP)).await;
    let back = browser.consent(&authorization, &claims).await;
    // Another provider's callback with this one's state.
    let mixed_up = back.replace("/acme/", "/acme-es/");
    browser.go(&mixed_up).await.assert_problem(400, "invalid_state");
    let before = browser.cookies.clone();
    code_of(&browser.go(&back).await);
    assert!(browser.cookies.is_empty(), "{:?}", browser.cookies);
    browser.go(&back).await.assert_problem(400, "invalid_state");
    // The cookie alone doesn't make it another one.
    browser.cookies = before;
    browser.go(&back).await.assert_problem(400, "invalid_state");

    let authorization = browser.begin("acme", Some(APP)).await;
    let back = browser.consent(&authorization, &claims).await;
    kith.wait(Duration::from_mins(10));
    browser.go(&back).await.assert_problem(400, "invalid_state");
}

#[tokio::test]
async fn two_tabs_sign_in_at_once_and_cookies_do_not_pile_up() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let mut browser = Browser::new(&kith);
    let claims = verified("ada", "ada@example.com");
    let one = browser.begin("acme", Some(APP)).await;
    let other = browser.begin("acme", Some(APP)).await;
    let (one, other) =
        (browser.consent(&one, &claims).await, browser.consent(&other, &claims).await);
    code_of(&browser.go(&other).await);
    code_of(&browser.go(&one).await);
    for _ in 0..20 {
        browser.begin("acme", Some(APP)).await;
        assert!(browser.cookies.len() <= 4);
    }
    let (name, value) = browser.cookies.iter().next().unwrap();
    assert!(name.starts_with("__Host-oauth-"), "{name}");
    assert!(!value.contains("verifier") && BASE64_URL_SAFE_NO_PAD.decode(value).is_ok());
    let answer = browser.go("/v1/auth/oauth/acme").await;
    // Those before it are forgotten.
    let cookie = answer.headers.get_all("set-cookie").iter().next_back().unwrap().to_str().unwrap();
    for attribute in ["Path=/", "Max-Age=600", "HttpOnly", "SameSite=Lax", "Secure"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
}

#[tokio::test]
async fn of_many_parallel_exchanges_of_a_code_one_succeeds() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let claims = verified("ada", "ada@example.com");
    let mut browser = Browser::new(&kith);
    let code = code_of(&browser.sign_in("acme", &claims, Some(APP)).await);
    let nobody = kith.nobody();
    let tries = (0..20).map(|_| nobody.post("/v1/auth/oauth/token", json!({"code": code})));
    let answers = futures_util::future::join_all(tries).await;
    let signed_in = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(signed_in, 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.assert_problem(401, "invalid_token");
    }
    let code = code_of(&browser.sign_in("acme", &claims, Some(APP)).await);
    kith.wait(Duration::from_mins(1));
    exchange(&kith, &code).await.assert_problem(401, "invalid_token");
    for code in ["", "x", "kith_ot_", &code[..20]] {
        exchange(&kith, code).await.assert_problem(401, "invalid_token");
    }
}

#[tokio::test]
async fn of_many_parallel_first_sign_ins_one_makes_the_account() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let claims = verified("ada", "ada@example.com");
    let mut backs = Vec::new();
    for _ in 0..6 {
        let mut browser = Browser::new(&kith);
        let authorization = browser.begin("acme", None).await;
        let back = browser.consent(&authorization, &claims).await;
        backs.push((browser, back));
    }
    let finish = backs.iter_mut().map(|(browser, back)| browser.go(back));
    let answers = futures_util::future::join_all(finish).await;
    let ids: Vec<_> = answers.iter().map(|answer| answer.text("/user/id")).collect();
    assert!(!ids[0].is_empty() && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(providers(&kith).await["acme"], 1);
}

#[tokio::test]
async fn nobody_is_sent_anywhere_but_to_exactly_the_allowed_urls() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let mut browser = Browser::new(&kith);
    for url in [
        "https://evil.example.com/in?from=kith",
        "https://app.example.com",
        "https://app.example.com/in",
        "https://app.example.com/in?from=kith&more",
        "https://app.example.com/in?from=kith#code",
        "https://app.example.com/in?from=kith#",
        "https://app.example.com/in/../in?from=kith",
        "https://app.example.com.evil.example.com/in?from=kith",
        "https://evil.example.com/app.example.com/in?from=kith",
        "https://app.example.com@evil.example.com/in?from=kith",
        "https://evil@app.example.com/in?from=kith",
        "https://app.example.com:443/in?from=kith",
        "https:\\\\app.example.com\\in?from=kith",
        "https:/app.example.com/in?from=kith",
        "//app.example.com/in?from=kith",
        "HTTPS://APP.EXAMPLE.COM/in?from=kith",
        "https://app.example.com/IN?from=kith",
        "http://app.example.com/in?from=kith",
        "http://localhost:5174/in",
        "http://127.0.0.1:5173/in",
        "http://0x7f000001:5173/in",
        "http://2130706433:5173/in",
        "javascript:alert(1)",
        " https://app.example.com/in?from=kith",
        "https://app.example.com/in?from=kith\n",
        "",
    ] {
        let query = reqwest::Url::parse_with_params("http://x/", [("redirect_to", url)]).unwrap();
        let path = format!("/v1/auth/oauth/acme?{}", query.query().unwrap());
        let answer = browser.go(&path).await;
        answer.assert_problem(422, "validation_failed");
        assert_eq!(
            answer.errors(),
            [("redirect_to".to_owned(), "not_allowed".to_owned())],
            "{url}"
        );
    }
    browser.begin("acme", Some("http://localhost:5173/in")).await;
}

#[tokio::test]
async fn headers_of_the_request_do_not_move_the_callback() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let headers = [
        ("host", "evil.example.com"),
        ("x-forwarded-host", "evil.example.com"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.example.com"),
        ("origin", "https://evil.example.com"),
    ];
    let answer = Browser::new(&kith).go_with("/v1/auth/oauth/acme", &headers).await;
    let redirect = parameter(answer.header("location"), "redirect_uri").unwrap();
    assert_eq!(redirect, format!("{PUBLIC_URL}/v1/auth/oauth/acme/callback"));
}

#[tokio::test]
async fn an_address_that_the_provider_has_not_verified_opens_nothing() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let ada = kith.somebody().await;
    verify(&kith, &ada, None).await;
    for email_verified in [json!(false), Value::Null, json!("false")] {
        for email in ["nobody@example.com", &ada.email] {
            let claims = json!({"sub": "x", "email": email, "email_verified": email_verified});
            let answer = Browser::new(&kith).sign_in("acme", &claims, None).await;
            answer.assert_problem(403, "email_not_verified");
            let answer = Browser::new(&kith).sign_in("acme", &claims, Some(APP)).await;
            assert_eq!(error_of(&answer), "email_not_verified");
        }
    }
    let answer = Browser::new(&kith).sign_in("acme", &json!({"sub": "x"}), None).await;
    answer.assert_problem(403, "email_not_verified");
    assert_eq!(providers(&kith).await["acme"], Value::Null);
}

#[tokio::test]
async fn an_account_is_linked_only_when_both_sides_have_verified_the_address() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let ada = kith.somebody().await;
    let claims = verified("ada", &ada.email);
    // Whoever signed up with it hasn't shown that it is theirs.
    let answer = Browser::new(&kith).sign_in("acme", &claims, None).await;
    answer.assert_problem(409, "email_taken");
    let answer = Browser::new(&kith).sign_in("acme", &claims, Some(APP)).await;
    assert_eq!(error_of(&answer), "email_taken");

    verify(&kith, &ada, None).await;
    let answer = Browser::new(&kith).sign_in("acme", &claims, None).await;
    assert_eq!(kith.signed_in(&answer).id, ada.id);
    let items = ada.get("/v1/users/me/identities").await.body["items"].clone();
    assert_eq!((&items[0]["provider"], &items[0]["email"]), (&json!("acme"), &json!(ada.email)));
    assert!(items[0]["linked_at"].is_string() && items[0].as_object().unwrap().len() == 3);
    kith.sign_in(&ada.email, PASSWORD).await;

    // Another person of the same provider, with the same address.
    let claims = verified("somebody else", &ada.email);
    let answer = Browser::new(&kith).sign_in("acme", &claims, None).await;
    answer.assert_problem(409, "email_taken");
}

#[tokio::test]
async fn whoever_signed_up_with_somebody_elses_address_is_thrown_out_when_its_owner_comes() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let mallory = kith.somebody_with(json!({"email": "ada@example.com"})).await;
    // Ada verifies the address without thinking, and Mallory changes the password then.
    verify(&kith, &mallory, Some("2026-01-01T00:00:00.000Z")).await;
    let change = json!({"current_password": PASSWORD, "new_password": "another long one 77"});
    assert_eq!(mallory.put("/v1/auth/password", change).await.status, 204);
    let laptop = kith.sign_in("ada@example.com", "another long one 77").await;

    let claims = verified("ada", "ada@example.com");
    let answer = Browser::new(&kith).sign_in("acme", &claims, None).await;
    let ada = kith.signed_in(&answer);
    assert_eq!(ada.id, mallory.id);
    assert!(ada.is_signed_in().await);
    for mallory in [&mallory, &laptop] {
        assert!(!mallory.is_signed_in().await);
        mallory.refresh().await.assert_problem(401, "invalid_token");
    }
    for password in [PASSWORD, "another long one 77"] {
        let login = json!({"email": "ada@example.com", "password": password});
        let answer = kith.nobody().post("/v1/auth/login", login).await;
        answer.assert_problem(401, "invalid_credentials");
    }
    let stats = providers(&kith).await;
    assert_eq!(stats["acme"], 1);
    // The demo administrator's alone.
    assert_eq!(stats["password"], 1);
}

#[tokio::test]
async fn whoever_moved_an_account_to_somebody_elses_address_is_thrown_out_too() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let claims = verified("mallory", "mallory@example.com");
    let mallory = kith.signed_in(&Browser::new(&kith).sign_in("acme", &claims, None).await);
    let change = json!({"new_email": "ada@example.com"});
    assert_eq!(mallory.put("/v1/auth/email", change).await.status, 202);
    // Ada follows the link without thinking.
    let token = json!({"token": kith.mailed_token("ada@example.com").await});
    assert_eq!(kith.nobody().post("/v1/auth/email/verify", token).await.status, 204);

    let own = verified("ada", "ada@example.com");
    let ada = kith.signed_in(&Browser::new(&kith).sign_in("acme-es", &own, None).await);
    assert_eq!(ada.id, mallory.id);
    assert!(!mallory.is_signed_in().await);
    let again = kith.signed_in(&Browser::new(&kith).sign_in("acme", &claims, None).await);
    assert_ne!(again.id, ada.id);
    let again = kith.signed_in(&Browser::new(&kith).sign_in("acme-es", &own, None).await);
    assert_eq!(again.id, ada.id);
}

#[tokio::test]
async fn a_password_that_was_reset_by_mail_is_the_owners_and_stays() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let ada = kith.somebody().await;
    let at = "2026-01-01T00:00:00.000Z";
    verify(&kith, &ada, Some(at)).await;
    kith.set_account(&ada.id, "password_reset_at", AttributeValue::S(at.to_owned())).await;
    let answer = Browser::new(&kith).sign_in("acme", &verified("ada", &ada.email), None).await;
    assert_eq!(kith.signed_in(&answer).id, ada.id);
    assert!(ada.is_signed_in().await);
    kith.sign_in(&ada.email, PASSWORD).await;
}

#[tokio::test]
async fn an_account_with_a_second_factor_is_not_opened_by_an_address() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let ada = kith.somebody().await;
    verify(&kith, &ada, None).await;
    let claims = verified("ada", &ada.email);
    let flag = AttributeValue::Bool(true);
    kith.set_account(&ada.id, "has_second_factor", flag.clone()).await;
    let answer = Browser::new(&kith).sign_in("acme", &claims, None).await;
    answer.assert_problem(409, "email_taken");
    // Linked before, it is asked for like after a password.
    kith.set_account(&ada.id, "has_second_factor", AttributeValue::Bool(false)).await;
    assert_eq!(Browser::new(&kith).sign_in("acme", &claims, None).await.status, 200);
    kith.set_account(&ada.id, "has_second_factor", flag).await;
    let answer = Browser::new(&kith).sign_in("acme", &claims, None).await;
    answer.assert_problem(403, "mfa_required");
    let code = code_of(&Browser::new(&kith).sign_in("acme", &claims, Some(APP)).await);
    exchange(&kith, &code).await.assert_problem(403, "mfa_required");
}

#[tokio::test]
async fn a_shut_or_deleted_account_stays_so() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let claims = verified("ada", "ada@example.com");
    let answer = Browser::new(&kith).sign_in("acme", &claims, None).await;
    let ada = kith.signed_in(&answer);
    kith.set_account(&ada.id, "is_active", AttributeValue::Bool(false)).await;
    let answer = Browser::new(&kith).sign_in("acme", &claims, None).await;
    answer.assert_problem(403, "account_disabled");
    let code = code_of(&Browser::new(&kith).sign_in("acme", &claims, Some(APP)).await);
    exchange(&kith, &code).await.assert_problem(403, "account_disabled");

    kith.set_account(&ada.id, "is_active", AttributeValue::Bool(true)).await;
    assert_eq!(ada.delete("/v1/users/me").await.status, 202);
    let answer = Browser::new(&kith).sign_in("acme", &claims, None).await;
    answer.assert_problem(403, "account_deleted");
    let token = answer.text("/restore_token");
    let restore = json!({"restore_token": token});
    assert_eq!(kith.nobody().post("/v1/auth/restore", restore).await.status, 200);
}

#[tokio::test]
async fn an_erased_account_leaves_no_sign_in_behind() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let claims = verified("ada", "ada@example.com");
    let answer = Browser::new(&kith).sign_in("acme", &claims, None).await;
    let ada = kith.signed_in(&answer);
    let admin = kith.admin().await;
    let erase = admin.delete(&format!("/v1/users/{}?immediate=true", ada.id)).await;
    assert_eq!(erase.status, 202, "{}", erase.body);
    let answer = Browser::new(&kith).sign_in("acme", &claims, None).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_ne!(kith.signed_in(&answer).id, ada.id);
}

#[tokio::test]
async fn identities_are_unlinked_by_their_owner_but_for_the_last_way_in() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let claims = verified("ada", "ada@example.com");
    let path = "/v1/users/me/identities/acme";
    let ada = kith.signed_in(&Browser::new(&kith).sign_in("acme", &claims, None).await);
    ada.delete(path).await.assert_problem(409, "last_sign_in_method");
    ada.delete("/v1/users/me/identities/acme-es").await.assert_problem(404, "not_found");
    ada.delete("/v1/users/me/identities/a%23b").await.assert_problem(404, "not_found");

    let second = Browser::new(&kith).sign_in("acme-es", &claims, None).await;
    // The same issuer and subject are the same identity, whatever name it has here.
    assert_eq!(kith.signed_in(&second).id, ada.id);
    let bob = kith.somebody().await;
    let of_ada = format!("/v1/users/{}/identities", ada.id);
    bob.get(&of_ada).await.assert_problem(404, "not_found");
    bob.delete(&format!("{of_ada}/acme")).await.assert_problem(404, "not_found");
    kith.nobody().get(&of_ada).await.assert_problem(401, "authentication_required");

    verify(&kith, &bob, None).await;
    let claims = verified("bob", &bob.email);
    assert_eq!(Browser::new(&kith).sign_in("acme", &claims, None).await.status, 200);
    let admin = kith.admin().await;
    let of_bob = format!("/v1/users/{}/identities", bob.id);
    assert_eq!(admin.get(&of_bob).await.body["items"].as_array().unwrap().len(), 1);
    kith.wait(Duration::from_mins(16));
    let bob = bob.with_access_token(bob.refresh().await.text("/access_token"));
    bob.delete(path).await.assert_problem(403, "reauthentication_required");
    let bob = kith.sign_in(&bob.email, PASSWORD).await;
    assert_eq!(bob.delete(path).await.status, 204);
    bob.delete(path).await.assert_problem(404, "not_found");
    assert_eq!(bob.get(&of_bob).await.body, json!({"items": [], "next_cursor": null}));
    assert_eq!(providers(&kith).await["acme"], 1);
}

#[tokio::test]
async fn a_code_of_a_provider_that_has_been_unlinked_is_worth_nothing() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let ada = kith.somebody().await;
    verify(&kith, &ada, None).await;
    let claims = verified("ada", &ada.email);
    let code = code_of(&Browser::new(&kith).sign_in("acme", &claims, Some(APP)).await);
    assert_eq!(ada.delete("/v1/users/me/identities/acme").await.status, 204);
    exchange(&kith, &code).await.assert_problem(401, "sign_in_failed");
}

#[tokio::test]
async fn a_refusal_of_the_provider_reaches_the_app_by_our_code() {
    let Some(issuer) = provider::issuer() else { return };
    let kith = kith_with(issuer).await;
    let mut browser = Browser::new(&kith);
    let authorization = browser.begin("acme", Some(APP)).await;
    let state = parameter(&authorization, "state").unwrap();
    let issuer = reqwest::Url::parse_with_params("http://x/", [("iss", issuer)]).unwrap();
    let issuer = issuer.query().unwrap();
    let path = format!("/v1/auth/oauth/acme/callback?state={state}&error=%3Cscript%3E&{issuer}");
    assert_eq!(error_of(&browser.go(&path).await), "access_denied");
    let state = parameter(&browser.begin("acme", None).await, "state").unwrap();
    let path = format!("/v1/auth/oauth/acme/callback?state={state}&error=access_denied&{issuer}");
    browser.go(&path).await.assert_problem(403, "access_denied");
    // RFC 9207: another issuer's answer, and one that doesn't name its issuer.
    for iss in ["&iss=https%3A%2F%2Fevil.example.com", ""] {
        let state = parameter(&browser.begin("acme", None).await, "state").unwrap();
        let path = format!("/v1/auth/oauth/acme/callback?state={state}&code=x{iss}");
        browser.go(&path).await.assert_problem(400, "invalid_state");
    }
    // A code that the provider hasn't made.
    let state = parameter(&browser.begin("acme", None).await, "state").unwrap();
    let path = format!("/v1/auth/oauth/acme/callback?state={state}&code=x&{issuer}");
    browser.go(&path).await.assert_problem(401, "sign_in_failed");
}

/// A sign-in at the impostor, which hands out what `token` makes of the nonce.
async fn at_impostor(
    kith: &Kith,
    impostor: &Impostor,
    token: impl FnOnce(&str) -> String,
) -> Answer {
    let mut browser = Browser::new(kith);
    let authorization = browser.begin("acme", None).await;
    let state = parameter(&authorization, "state").unwrap();
    impostor.hand_out(&token(&parameter(&authorization, "nonce").unwrap()));
    browser.go(&format!("/v1/auth/oauth/acme/callback?state={state}&code=x")).await
}

#[tokio::test]
async fn an_id_token_that_fails_any_check_signs_nobody_in() {
    let impostor = Impostor::start().await;
    let kith = kith_of(&impostor).await;
    let header = json!({"alg": "EdDSA", "kid": "own"});
    let now = impostor.claims("")["iat"].as_i64().unwrap();
    let wrong = [
        ("iss", json!("https://evil.example.com")),
        ("iss", Value::Null),
        ("aud", json!("another client")),
        ("aud", json!(["kith", "another client"])),
        ("aud", json!([])),
        ("aud", Value::Null),
        ("azp", json!("another client")),
        ("nonce", json!("another nonce")),
        ("nonce", Value::Null),
        ("exp", json!(now)),
        ("exp", json!("9999999999")),
        ("exp", Value::Null),
        ("iat", json!(now - 3600)),
        ("iat", json!(now + 3600)),
        ("iat", Value::Null),
        ("sub", json!("")),
        ("sub", json!("s".repeat(256))),
        ("sub", Value::Null),
    ];
    for (name, value) in wrong {
        let answer = at_impostor(&kith, &impostor, |nonce| {
            let mut claims = impostor.claims(nonce);
            claims[name] = value.clone();
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            }
            impostor.token(&header, &claims)
        });
        let answer = answer.await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (401, "sign_in_failed"),
            "{name} {value}"
        );
    }
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "NONE"}),
        json!({"alg": "HS256", "kid": "own"}),
        json!({"alg": "RS256", "kid": "own"}),
        json!({"alg": "EdDSA", "kid": "another"}),
        json!({"alg": "EdDSA", "kid": "own", "crit": ["exp"]}),
    ] {
        let token = |nonce: &str| impostor.token(&header, &impostor.claims(nonce));
        let answer = at_impostor(&kith, &impostor, token).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (401, "sign_in_failed"),
            "{header}"
        );
    }
    let unsigned = |nonce: &str| {
        let token = impostor.token(&json!({"alg": "none"}), &impostor.claims(nonce));
        token[..=token.rfind('.').unwrap()].to_owned()
    };
    at_impostor(&kith, &impostor, unsigned).await.assert_problem(401, "sign_in_failed");
    let forged = |nonce: &str| {
        let mut token = impostor.token(&header, &impostor.claims(nonce)).into_bytes();
        let last = token.len() - 5;
        token[last] = if token[last] == b'A' { b'B' } else { b'A' };
        String::from_utf8(token).unwrap()
    };
    at_impostor(&kith, &impostor, forged).await.assert_problem(401, "sign_in_failed");
    at_impostor(&kith, &impostor, |_| "not a token".to_owned())
        .await
        .assert_problem(401, "sign_in_failed");

    // And that it isn't something else: the same without a fault.
    let token = |nonce: &str| impostor.token(&header, &impostor.claims(nonce));
    assert_eq!(at_impostor(&kith, &impostor, token).await.status, 200);
}

#[tokio::test]
async fn made_up_key_ids_do_not_turn_into_requests() {
    let impostor = Impostor::start().await;
    let kith = kith_of(&impostor).await;
    let started = std::time::Instant::now();
    for n in 0..5 {
        let header = json!({"alg": "EdDSA", "kid": format!("made up {n}")});
        let token = |nonce: &str| impostor.token(&header, &impostor.claims(nonce));
        at_impostor(&kith, &impostor, token).await.assert_problem(401, "sign_in_failed");
    }
    let most = 1 + u32::try_from(started.elapsed().as_secs() / 10).unwrap();
    impostor.say(|says| assert!(says.key_reads <= most, "{}", says.key_reads));
}

#[tokio::test]
async fn userinfo_of_another_subject_is_not_believed() {
    let impostor = Impostor::start().await;
    let kith = kith_of(&impostor).await;
    let header = json!({"alg": "EdDSA", "kid": "own"});
    let token = |nonce: &str| {
        let mut claims = impostor.claims(nonce);
        claims.as_object_mut().unwrap().remove("email");
        impostor.token(&header, &claims)
    };
    let info = json!({"sub": "ada", "email": "ada@example.com", "email_verified": true});
    impostor.say(|says| says.userinfo = info);
    at_impostor(&kith, &impostor, token).await.assert_problem(401, "sign_in_failed");
    // What LinkedIn answers: a locale of its own form.
    let info = json!({
        "sub": "mallory", "email": "mallory@example.com", "email_verified": true,
        "locale": {"country": "US", "language": "en"},
    });
    impostor.say(|says| says.userinfo = info);
    assert_eq!(at_impostor(&kith, &impostor, token).await.status, 200);
}

#[tokio::test]
async fn what_is_linked_and_unlinked_shows_in_the_activity() {
    let impostor = Impostor::start().await;
    let kith = kith_of(&impostor).await;
    let header = json!({"alg": "EdDSA", "kid": "own"});
    let vouch = |subject: &'static str, email: String| {
        let impostor = &impostor;
        let header = &header;
        move |nonce: &str| {
            let mut claims = impostor.claims(nonce);
            claims["sub"] = json!(subject);
            claims["email"] = json!(email);
            impostor.token(header, &claims)
        }
    };
    let path = "/v1/users/me/activity";
    let new = at_impostor(&kith, &impostor, vouch("new", "new@example.com".to_owned())).await;
    let new = activity(&kith.signed_in(&new), path).await;
    assert_eq!(kinds(&new), ["session.created", "user.created"]);
    assert_eq!(new[0]["data"]["amr"], json!(["fed"]));
    assert_eq!(new[1]["data"], json!({"provider": "acme"}));
    assert_eq!(new[1]["ip_address"], "127.0.0.1");

    // An account that may be a stranger's loses its password.
    let bob = kith.somebody().await;
    verify(&kith, &bob, None).await;
    let answer = at_impostor(&kith, &impostor, vouch("bob", bob.email.clone())).await;
    let bob = kith.signed_in(&answer);
    let entries = activity(&bob, path).await;
    assert_eq!(kinds(&entries)[0], "session.created");
    let mut linked = kinds(&entries[1..]);
    linked.sort_unstable();
    assert!(linked.contains(&"identity.linked"), "{linked:?}");
    assert_eq!(audited(&kith).await, [""; 0]);

    let password = json!({"new_password": "another good one"});
    bob.put("/v1/auth/password", password).await;
    let admin = kith.admin().await;
    let unlink = format!("/v1/users/{}/identities/acme", bob.id);
    assert_eq!(admin.delete(&unlink).await.status, 204);
    let entries = activity(&bob, path).await;
    assert_eq!(kinds(&entries)[0], "identity.unlinked");
    assert_eq!(entries[0]["data"], json!({"provider": "acme", "by": "administrator"}));
    assert_eq!(audited(&kith).await, ["identity.unlinked"]);
}

#[tokio::test]
async fn a_provider_that_is_down_slow_or_endless_is_unavailable() {
    let impostor = Impostor::start().await;
    let kith = kith_of(&impostor).await;
    let mut browser = Browser::new(&kith);
    let start = "/v1/auth/oauth/acme";
    impostor.say(|says| says.padding = 2 * 1024 * 1024);
    browser.go(start).await.assert_problem(503, "unavailable");
    impostor.say(|says| says.padding = 0);
    let honest = impostor.says.lock().unwrap().discovery.clone();
    for (name, value) in [
        ("issuer", json!("https://evil.example.com")),
        ("jwks_uri", json!("http://192.0.2.1/jwks")),
        ("authorization_endpoint", json!("http://192.0.2.1/auth")),
        ("authorization_endpoint", json!("javascript:alert(1)")),
    ] {
        let mut discovery = honest.clone();
        discovery[name] = value;
        impostor.say(|says| says.discovery = discovery);
        browser.go(start).await.assert_problem(503, "unavailable");
    }
    impostor.say(|says| {
        says.discovery = honest;
        says.delay = Duration::from_secs(30);
    });
    browser.go(start).await.assert_problem(503, "unavailable");
    impostor.say(|says| says.delay = Duration::ZERO);
    assert_eq!(browser.go(start).await.status, 302);
    // Where the app is known, it hears of it.
    let authorization = browser.begin("acme", Some(APP)).await;
    let state = parameter(&authorization, "state").unwrap();
    impostor.say(|says| says.delay = Duration::from_secs(30));
    let answer = browser.go(&format!("{start}/callback?state={state}&code=x")).await;
    assert_eq!(error_of(&answer), "unavailable");
}

#[tokio::test]
async fn nobody_at_the_providers_address_is_unavailable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let kith = kith_with(&issuer).await;
    let answer = Browser::new(&kith).go("/v1/auth/oauth/acme").await;
    answer.assert_problem(503, "unavailable");
}
