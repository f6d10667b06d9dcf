use serde_json::{Value, json};
use tests::Kith;

/// Everything somebody can say of themselves.
fn everything(profile: &str, fields: &Value) -> Value {
    json!({
        "username": format!("ada.{profile}"), "display_name": "Ada", "first_name": "Augusta", "last_name": "King",
        "bio": "b", "location": "London", "website": "https://example.com", "phone": "+442079460123",
        "timezone": "UTC", "language": "en", "industry": "i", "job_title": "j", "company": "c",
        "linkedin_url": "https://linkedin.com/in/ada", "date_of_birth": "1990-01-01", "gender": "f",
        "privacy": {"profile": profile, "fields": fields},
    })
}

/// Fields of an answer that aren't null.
fn shown(body: &Value) -> Vec<&str> {
    let fields = body.as_object().unwrap().iter();
    fields.filter(|(_, value)| !value.is_null()).map(|(name, _)| name.as_str()).collect()
}

const CARD: [&str; 3] = ["picture", "id", "display_name"];
const OPEN: [&str; 16] = [
    "id",
    "username",
    "display_name",
    "first_name",
    "last_name",
    "full_name",
    "bio",
    "location",
    "website",
    "timezone",
    "language",
    "industry",
    "job_title",
    "company",
    "linkedin_url",
    "picture",
];

#[tokio::test]
async fn everybody_sees_what_the_owner_allows_and_no_more() {
    for allow_public in [false, true] {
        let kith =
            Kith::with(&[("ALLOW_PUBLIC_PROFILES", if allow_public { "true" } else { "false" })])
                .await;
        let member = kith.somebody().await;
        let admin = kith.admin().await;
        for profile in ["public", "connections", "private"] {
            let ada = kith.somebody_with(everything(profile, &json!({}))).await;
            let path = format!("/v1/users/{}", ada.id);
            for full in [&ada, &admin] {
                let body = full.get(&path).await.body;
                assert_eq!(body["email"], ada.email);
                assert!(
                    OPEN.iter()
                        .chain(&["phone", "date_of_birth", "gender"])
                        .all(|f| shown(&body).contains(f))
                );
            }
            let seen = member.get(&path).await;
            match profile {
                "public" => {
                    let mut expected = OPEN.to_vec();
                    expected.push("created_at");
                    let mut found = shown(&seen.body);
                    expected.sort_unstable();
                    found.sort_unstable();
                    assert_eq!(found, expected);
                }
                "connections" => {
                    let mut found = shown(&seen.body);
                    found.sort_unstable_by(|a, b| b.cmp(a));
                    assert_eq!(found, CARD);
                }
                _ => seen.assert_problem(404, "not_found"),
            }
            let stranger = kith.nobody().get(&path).await;
            match (allow_public, profile) {
                (false, _) => stranger.assert_problem(401, "authentication_required"),
                (true, "public") => assert_eq!(stranger.body, seen.body),
                (true, _) => stranger.assert_problem(404, "not_found"),
            }
        }
    }
}

#[tokio::test]
async fn every_field_can_be_kept_closer_than_the_profile() {
    let kith = Kith::start().await;
    let member = kith.somebody().await;
    // Of a picture that is kept closer, `pictures` tells: there is always one.
    let of_others = ["id", "full_name", "picture"];
    for field in OPEN.iter().filter(|field| !of_others.contains(field)) {
        for wish in ["private", "connections"] {
            let person = everything("public", &json!({*field: wish}));
            let mut person = person;
            person["username"] = json!(format!("u{}.{wish}", field.replace('_', "")));
            let ada = kith.somebody_with(person).await;
            let seen = member.get(&format!("/v1/users/{}", ada.id)).await.body;
            assert_eq!(seen[*field], Value::Null, "{field} {wish}");
            assert!(ada.get("/v1/users/me").await.body[*field].is_string());
            if field.ends_with("st_name") {
                assert!(!seen["full_name"].as_str().unwrap().contains(if *field == "first_name" {
                    "Augusta"
                } else {
                    "King"
                }));
            }
        }
    }
    // What is closed by default can be opened.
    let opened = json!({"phone": "public", "date_of_birth": "public", "gender": "public"});
    let ada = kith.somebody_with(everything("public", &opened)).await;
    let seen = member.get(&format!("/v1/users/{}", ada.id)).await.body;
    assert_eq!((&seen["phone"], &seen["gender"]), (&json!("+442079460123"), &json!("f")));
}

#[tokio::test]
async fn a_wish_takes_effect_at_once() {
    let kith = Kith::start().await;
    let member = kith.somebody().await;
    let ada = kith.somebody_with(json!({"privacy": {"profile": "public"}})).await;
    let is_listed =
        async || member.get("/v1/users?limit=100").await.body.to_string().contains(&ada.id);
    assert!(is_listed().await);
    ada.patch("/v1/users/me", json!({"privacy": {"profile": "private"}})).await;
    assert!(!is_listed().await);
    member.get(&format!("/v1/users/{}", ada.id)).await.assert_problem(404, "not_found");
    ada.patch("/v1/users/me", json!({"privacy": {"profile": "connections"}})).await;
    assert!(is_listed().await);
}

#[tokio::test]
async fn a_hidden_username_does_not_find_its_owner() {
    let kith = Kith::start().await;
    let member = kith.somebody().await;
    let fields = json!({"username": "private"});
    let ada = kith.somebody_with(everything("public", &fields)).await;
    member.get("/v1/users/@ada.public").await.assert_problem(404, "not_found");
    assert_eq!(ada.get("/v1/users/@ada.public").await.status, 200);
    assert_eq!(kith.admin().await.get("/v1/users/@ada.public").await.status, 200);
    let open = kith.somebody_with(everything("connections", &json!({}))).await;
    assert_eq!(member.get("/v1/users/@ada.connections").await.body["id"], open.id.as_str());
}

#[tokio::test]
async fn strangers_list_public_profiles_where_that_is_allowed() {
    let kith = Kith::with(&[("ALLOW_PUBLIC_PROFILES", "true")]).await;
    let nobody = kith.nobody();
    assert_eq!(nobody.get("/v1/users").await.body, json!({"items": [], "next_cursor": null}));
    assert_eq!(nobody.get("/v1/users?ids=").await.body["items"], json!([]));
    let ada = kith.somebody_with(everything("public", &json!({}))).await;
    kith.somebody_with(everything("connections", &json!({}))).await;
    kith.somebody_with(everything("private", &json!({}))).await;
    let listed = nobody.get("/v1/users").await;
    assert_eq!(listed.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed.body["items"][0]["id"], ada.id.as_str());
    nobody
        .get("/v1/users?email=a@example.com")
        .await
        .assert_problem(401, "authentication_required");
}
