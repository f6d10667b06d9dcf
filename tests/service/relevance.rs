//! What a search of 5,000 people of many cultures must answer. The expectations
//! come from `tests/relevance/reference.py`, which looks at everybody.

use std::time::Instant;

use local::{names, seed};
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use tests::{Kith, Person, send};

const PEOPLE: u64 = 5000;

#[derive(Deserialize)]
struct Expectation {
    q: String,
    kind: String,
    /// Numbers of people, the best first; those of a group are equals.
    expect: Vec<Vec<u64>>,
    total: usize,
}

/// The display names of all who are found.
async fn found(seeker: &Person, query: &str) -> Vec<String> {
    let request = seeker.request(Method::GET, "/v1/users/search");
    let answer = send(request.query(&[("q", query), ("limit", "60")])).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    assert_eq!(answer.body["next_cursor"], Value::Null, "{query}");
    let items = answer.body["items"].as_array().unwrap().iter();
    items.map(|item| item["display_name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_people_are_found_as_a_look_at_each_of_them_finds_them() {
    let kith = Kith::start().await;
    let started = Instant::now();
    seed::seed_as(&kith.stack.context, PEOPLE, |_| "public", || ()).await.unwrap();
    let seeded = started.elapsed();
    kith.stack.settled().await;
    println!("{PEOPLE} people written in {seeded:.1?}, found after {:.1?}", started.elapsed());
    let seeker = kith.somebody().await;

    let set = include_str!("../relevance/relevance.json");
    let set: Vec<Expectation> = serde_json::from_str(set).unwrap();
    assert!(set.len() >= 200);
    let (mut wanted, mut recalled, mut answered, mut right) = (0, 0, 0, 0);
    let mut wrong = Vec::new();
    for Expectation { q, kind, expect, total } in &set {
        let found = found(&seeker, q).await;
        let expected: Vec<_> =
            expect.iter().flatten().map(|n| names::person(*n).display_name).collect();
        let first = &found[..found.len().min(expected.len())];
        wanted += expected.len();
        recalled += expected.iter().filter(|name| first.contains(name)).count();
        answered += found.len();
        // The best are named; of all others who may be found the number is known.
        let named = first.iter().filter(|name| expected.contains(name)).count();
        right += named + (found.len() - first.len()).min(total - expected.len());
        if first != expected || found.len() != *total {
            wrong.push(format!(
                "{kind} {q:?}: {first:?} of {}, not {expected:?} of {total}",
                found.len()
            ));
        }
    }
    println!(
        "{} queries: recall@10 {recalled} of {wanted}, precision {right} of {answered}",
        set.len()
    );
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
