//! Finding people by name.

use aws_sdk_dynamodb::types::AttributeValue;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Kith, Person, send};

async fn page(person: &Person, query: &[(&str, &str)]) -> Answer {
    send(person.request(Method::GET, "/v1/users/search").query(query)).await
}

fn ids(answer: &Answer) -> Vec<String> {
    let items = answer.body["items"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// The ids of all pages.
async fn walk(person: &Person, q: &str, limit: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut cursor = None::<String>;
    loop {
        let mut query = vec![("q", q), ("limit", limit)];
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let answer = page(person, &query).await;
        seen.extend(ids(&answer));
        cursor = answer.body["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            return seen;
        }
    }
}

#[tokio::test]
async fn names_are_found_by_the_beginnings_of_their_words_in_any_script() {
    let kith = Kith::start().await;
    let seeker = kith.somebody().await;
    let names = [
        (
            "Zoë Fährmann",
            &["zoe", "FAHR zoe", "fährmann", "ｚｏｅ", "zo fa"][..],
            &["hrmann", "mann"][..],
        ),
        ("Łukasz Żółć", &["lukasz", "zolc", "Żół"], &["kasz"]),
        ("İpek Işık", &["ipek", "ISIK", "ışık", "işık"], &[]),
        ("Nguyễn Thị Đào", &["nguyen dao", "Nguyễn", "thi"], &[]),
        ("Søren Weiß", &["soren", "weiss", "WEISS"], &[]),
        ("Νίκος Παπαδόπουλος", &["νικοσ", "ΝΙΚΟΣ", "παπαδοπουλος"], &[]),
        ("Артём Щербаков", &["артем", "ЩЕРБ"], &[]),
        ("أحمد يحيى", &["احمد", "يحيي"], &[]),
        ("דָּוִד כהן", &["דוד", "כהן"], &[]),
        ("王小明", &["王小明", "小明", "王小"], &["明王"]),
        ("山田太郎", &["山田", "太郎", "太郎 山田"], &[]),
        ("김민수", &["김민", "민수"], &["민김"]),
        (
            "Jean-Pierre O'Neill",
            &["jean pierre", "jeanpierre", "jean-p", "pierre", "oneill", "o’neill", "neill"],
            &[],
        ),
        ("J. R. R. Tolkien", &["j tolk", "r. tolkien"], &["j. s"]),
    ];
    for (name, ..) in names {
        kith.known_as(name).await;
    }
    for (name, found_by, missed_by) in names {
        for query in found_by {
            assert_eq!(seeker.search(query).await, [name], "{query}");
        }
        for query in missed_by {
            assert_eq!(seeker.search(query).await, [""; 0], "{query}");
        }
    }
    for query in ["--", "🙂🙂", "%00", "zoe tolkien", "' OR 1=1", "SEARCH#zo", "a."] {
        assert_eq!(seeker.search(query).await, [""; 0], "{query}");
    }
}

#[tokio::test]
async fn typing_errors_are_forgiven_by_the_length_of_the_word() {
    let kith = Kith::start().await;
    let seeker = kith.somebody().await;
    for name in ["Katherine Johnson", "Anna Bell", "Bartholomew Konstantinidis"] {
        kith.known_as(name).await;
    }
    let katherine = [
        "katharine",
        "kahterine",
        "kathrine",
        "kattherine",
        "jatherine",
        "atherine",
        "akatherine",
        "kahtarine",
        "johsnon",
        "ohnson",
        "jhonson",
        "johnsonn",
        "johnnson kath",
        "jonson katherin",
        "kathx",
        "katherxne",
    ];
    for query in katherine {
        assert_eq!(seeker.search(query).await, ["Katherine Johnson"], "{query}");
    }
    for query in ["bartolomev", "abrtholomew", "konstatninids", "bartholomew konstantinidsi"] {
        assert_eq!(seeker.search(query).await, ["Bartholomew Konstantinidis"], "{query}");
    }
    for query in
        ["anan", "bekl", "nna", "jxhnsxn", "bxrtxolxmew", "katxerxnx", "ktah", "johnson bekl"]
    {
        assert_eq!(seeker.search(query).await, [""; 0], "{query}");
    }
}

#[tokio::test]
async fn all_who_are_near_are_found_page_by_page_however_many_there_are() {
    let kith = Kith::start().await;
    let seeker = kith.somebody().await;
    let mut near = Vec::new();
    for letter in 'a'..='z' {
        if letter != 'k' {
            near.push(kith.known_as(&format!("{letter}estrel Person")).await.id);
        }
    }
    for limit in ["3", "100"] {
        assert_eq!(walk(&seeker, "kestrel", limit).await, near);
    }
    // Both words of a query may be the wrong one.
    for name in ["Alexander Marie", "Bob Maria", "Bob Mario", "Bob Marit", "Bob Marin", "Bob Marix"]
    {
        kith.known_as(name).await;
    }
    for query in ["elexander marie", "laexander marie", "alexander mraie", "elexander mraie"] {
        assert_eq!(seeker.search(query).await, ["Alexander Marie"], "{query}");
    }
    kith.known_as("コンスタンティン アレクサンドロフスキー イワノフ").await;
    for query in ["イワノフ コンスタンティン", "アレクサンドロフスキー イワノフ"]
    {
        assert_eq!(seeker.search(query).await.len(), 1, "{query}");
    }
    let long = json!({
        "display_name": "A B C D E F G H I J K L", "last_name": "Wolfeschlegel",
        "privacy": {"profile": "public"},
    });
    kith.somebody_with(long).await;
    kith.stack.settled().await;
    assert_eq!(seeker.search("wolfeschlegel").await.len(), 1);
    assert_eq!(seeker.search("wolfe k").await.len(), 1);
}

#[tokio::test]
async fn whole_words_come_before_beginnings_and_those_before_typing_errors() {
    let kith = Kith::start().await;
    let seeker = kith.somebody().await;
    let ranked =
        ["Adam Marian", "Zoe Marian", "Bea Marianne", "Yan Mariano", "Cleo Marjan", "Xenia Maryan"];
    for name in
        ["Zoe Marian", "Cleo Marjan", "Yan Mariano", "Adam Marian", "Xenia Maryan", "Bea Marianne"]
    {
        kith.known_as(name).await;
    }
    kith.known_as("Ada Markus").await;
    assert_eq!(seeker.search("marian").await, ranked);
    // Who has both words comes before who has one that both begin.
    for name in ["Anna Eriksson", "Erik Eriksson", "Eriksson Erikssen"] {
        kith.known_as(name).await;
    }
    let eriks = ["Erik Eriksson", "Anna Eriksson", "Eriksson Erikssen"];
    assert_eq!(seeker.search("erik eriksson").await, eriks);
    assert_eq!(
        seeker.search("eriksson eri").await,
        ["Anna Eriksson", "Erik Eriksson", "Eriksson Erikssen"]
    );
    // The end of a name comes before all that goes on from it.
    for name in ["Ann B", "Anna", "Ann", "Ann-Sophie"] {
        kith.known_as(name).await;
    }
    let anns = ["Ann", "Ann B", "Ann-Sophie", "Anna", "Anna Eriksson"];
    assert_eq!(seeker.search("ann").await, anns);
    // Nobody twice, not even where one word is meant in several ways.
    for name in ["Mario A", "Mario B", "Marios C"] {
        kith.known_as(name).await;
    }
    let all = ids(&page(&seeker, &[("q", "mar maria"), ("limit", "100")]).await);
    let seen = walk(&seeker, "mar maria", "1").await;
    assert_eq!(seen, all);
    assert_eq!(seen.iter().collect::<std::collections::BTreeSet<_>>().len(), seen.len());
    // Two of the same name: by id, which is by age.
    let twins = [kith.known_as("Twin Marian").await.id, kith.known_as("Twin Marian").await.id];
    assert_eq!(ids(&page(&seeker, &[("q", "twin")]).await), twins);
}

#[tokio::test]
async fn pages_hold_still_while_others_come_and_go() {
    let kith = Kith::start().await;
    let seeker = kith.somebody().await;
    let mut people = Vec::new();
    for n in 10..40 {
        let last = ["Marlow", "Marlowe", "Marlov"][n % 3];
        people.push(kith.known_as(&format!("N{n} {last}")).await);
    }
    let all = ids(&page(&seeker, &[("q", "marlow"), ("limit", "100")]).await);
    assert_eq!(all.len(), 30);

    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let mut query = vec![("q", "marlow"), ("limit", "7")];
        if !cursor.is_empty() {
            query.push(("cursor", &cursor));
        }
        let answer = page(&seeker, &query).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        seen.extend(ids(&answer));
        // Somebody new at the top, and somebody gone who has been shown.
        kith.known_as("A0 Marlow").await;
        let gone = people.iter().find(|person| person.id == seen[0]).unwrap();
        gone.patch("/v1/users/me", json!({"privacy": {"profile": "private"}})).await;
        match answer.body["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
        assert_eq!(answer.body["items"].as_array().unwrap().len(), 7);
    }
    assert_eq!(seen, all);

    let cursor = page(&seeker, &[("q", "marlow"), ("limit", "7")]).await.text("/next_cursor");
    let other = kith.somebody().await;
    for (person, query) in [(&seeker, "marlowe"), (&other, "marlow")] {
        page(person, &[("q", query), ("cursor", &cursor)])
            .await
            .assert_problem(400, "invalid_cursor");
    }
    let listing = format!("/v1/users?cursor={cursor}");
    seeker.get(&listing).await.assert_problem(400, "invalid_cursor");
    page(&seeker, &[("q", "marlow"), ("cursor", "MDA")])
        .await
        .assert_problem(400, "invalid_cursor");
}

#[tokio::test]
async fn nobody_is_found_against_their_wish_not_even_for_a_moment() {
    let kith = Kith::start().await;
    let seeker = kith.somebody().await;
    let ada = kith.somebody_with(json!({
        "display_name": "Ada Lovelace", "first_name": "Augusta", "last_name": "Byron",
        "location": "London", "company": "Analytical Engines",
        "privacy": {"profile": "public", "fields": {"last_name": "private", "company": "private"}},
    }));
    let ada = ada.await;
    kith.stack.settled().await;

    assert_eq!(seeker.search("byron").await, [""; 0]);
    let mut found = page(&seeker, &[("q", "augusta")]).await;
    let picture = found.body["items"][0].as_object_mut().unwrap().remove("picture").unwrap();
    assert_eq!(picture, seeker.get(&format!("/v1/users/{}", ada.id)).await.body["picture"]);
    assert_eq!(
        found.body["items"],
        json!([{
            "id": ada.id, "display_name": "Ada Lovelace", "full_name": "Augusta",
            "location": "London", "job_title": null, "company": null,
        }])
    );

    // The index follows by moments; a search doesn't wait for it.
    let privacy = |privacy: Value| ada.patch("/v1/users/me", json!({"privacy": privacy}));
    privacy(json!({"fields": {"first_name": "private"}})).await;
    assert_eq!(seeker.search("augusta").await, [""; 0]);
    privacy(json!({"fields": {"first_name": null}, "profile": "private"})).await;
    assert_eq!(seeker.search("augusta").await, [""; 0]);
    kith.stack.settled().await;
    assert!(kith.index().await.keys().all(|(pk, _)| !pk.starts_with("SEARCH#")));

    // A card is a name, and no more.
    privacy(json!({"profile": "connections"})).await;
    kith.stack.settled().await;
    assert_eq!(seeker.search("augusta").await, [""; 0]);
    let card = page(&seeker, &[("q", "lovelace")]).await;
    assert_eq!(card.body["items"][0]["display_name"], "Ada Lovelace");
    assert_eq!(card.body["items"][0]["location"], Value::Null);

    privacy(json!({"profile": "public"})).await;
    kith.stack.settled().await;
    let active = |is_active| AttributeValue::Bool(is_active);
    kith.set_account(&ada.id, "is_active", active(false)).await;
    assert_eq!(seeker.search("augusta").await, [""; 0]);
    kith.stack.settled().await;
    assert!(kith.index().await.keys().all(|(pk, _)| !pk.starts_with("SEARCH#")));
    kith.set_account(&ada.id, "is_active", active(true)).await;
    kith.stack.settled().await;
    assert_eq!(seeker.search("augusta").await, ["Ada Lovelace"]);

    ada.delete("/v1/users/me").await;
    assert_eq!(seeker.search("augusta").await, [""; 0]);
    kith.stack.settled().await;
    assert_eq!(seeker.search("augusta").await, [""; 0]);
    let words =
        |(pk, _): &(String, String)| pk.starts_with("WORD#") || pk.starts_with("NEIGHBOURS#");
    assert!(!kith.index().await.keys().any(words), "a name outlives its last bearer");
}

#[tokio::test]
async fn a_search_says_what_is_wrong_with_it() {
    let kith = Kith::start().await;
    let seeker = kith.somebody().await;
    for (q, code) in [("", "too_short"), (" x ", "too_short"), (&"x".repeat(101), "too_long")] {
        let answer = page(&seeker, &[("q", q)]).await;
        answer.assert_problem(422, "validation_failed");
        assert_eq!(answer.errors(), [("q".to_owned(), code.to_owned())]);
    }
    let answer = seeker.get("/v1/users/search").await;
    assert_eq!(answer.errors(), [("q".to_owned(), "required".to_owned())]);
    for limit in ["0", "101", "x"] {
        page(&seeker, &[("q", "ada"), ("limit", limit)])
            .await
            .assert_problem(422, "validation_failed");
    }
    assert_eq!(page(&seeker, &[("q", &"語".repeat(100))]).await.status, 200);
    page(&kith.nobody(), &[("q", "ada")]).await.assert_problem(401, "authentication_required");
    seeker.post("/v1/auth/logout", json!({})).await;
    page(&seeker, &[("q", "ada")]).await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn without_signing_in_only_public_profiles_show_and_only_where_they_may() {
    let kith = Kith::with(&[("ALLOW_PUBLIC_PROFILES", "true")]).await;
    kith.known_as("Ada Lovelace").await;
    let card = json!({"display_name": "Ada Card", "privacy": {"profile": "connections"}});
    kith.somebody_with(card).await;
    kith.stack.settled().await;
    assert_eq!(kith.nobody().search("ada").await, ["Ada Lovelace"]);
    // Nor does a page tell that somebody else is there.
    let answer = page(&kith.nobody(), &[("q", "ada"), ("limit", "1")]).await;
    assert_eq!((ids(&answer).len(), &answer.body["next_cursor"]), (1, &Value::Null));
    assert_eq!(kith.somebody().await.search("ada").await, ["Ada Card", "Ada Lovelace"]);
}

#[tokio::test]
async fn a_name_of_many_words_is_filed_whole_and_renamed_whole() {
    let kith = Kith::start().await;
    let seeker = kith.somebody().await;
    let long =
        "abcdefgh bcdefghi cdefghij defghijk efghijkl fghijklm ghijklmn hijklmno ijklmnop jklmnopq";
    let person = kith.known_as(long).await;
    for query in ["abcdefgh", "jklmnopq", "hijkl bcd", "jklmnopq abcdefgh ghij"] {
        assert_eq!(seeker.search(query).await, [long], "{query}");
    }
    let entries = kith.index().await.len();
    assert!(entries > 200, "{entries}: one transaction would do");
    let other =
        "zyxwvuts yxwvutsr xwvutsrq wvutsrqp vutsrqpo utsrqpon tsrqponm srqponml rqponmlk qponmlkj";
    person.patch("/v1/users/me", json!({"display_name": other})).await;
    kith.stack.settled().await;
    assert_eq!(kith.index().await.len(), entries);
    assert_eq!(seeker.search("abcdefgh").await, [""; 0]);
    assert_eq!(seeker.search("qponmlkj zyxwvuts").await, [other]);
}
