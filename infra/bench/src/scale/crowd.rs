//! People whose names are common among few users as among many, so that at each scale the same
//! queries fill pages: a page of two people is no measure of one of twenty.

use local::names::{self, Person};
use serde_json::json;
use tests::Kith;

/// Names of either kind; all pairs are borne.
const NAMES: usize = 4;

/// Bearers of each pair. Each name has more than two pages of them.
const NAMESAKES: usize = 11;

/// The fewest letters of a name: with a typing error it is still known for what it is.
const LONG: usize = 7;

/// Signs them up.
pub async fn gather(kith: &Kith) {
    let (first_names, last_names) = (first_names(), last_names());
    for first_name in &first_names {
        for last_name in &last_names {
            for _ in 0..NAMESAKES {
                kith.somebody_with(json!({
                    "display_name": format!("{first_name} {last_name}"),
                    "first_name": first_name,
                    "last_name": last_name,
                    "privacy": {"profile": "public"},
                }))
                .await;
            }
        }
    }
    kith.stack.settled().await;
}

/// What they are called, each of which finds a full page and another one.
pub fn names() -> Vec<&'static str> {
    [first_names(), last_names()].concat()
}

fn first_names() -> Vec<&'static str> {
    common(|person| person.first_name)
}

fn last_names() -> Vec<&'static str> {
    common(|person| person.last_name)
}

/// English names, since all of their letters count in a query as they are.
fn common(name: fn(&Person) -> &'static str) -> Vec<&'static str> {
    let mut common = Vec::new();
    let people = (0..).map(names::person).filter(|person| person.language == "en");
    for name in people.map(|person| name(&person)) {
        let is_plain = name.chars().all(|c| c.is_ascii_alphabetic());
        if is_plain && name.len() >= LONG && !common.contains(&name) {
            common.push(name);
        }
        if common.len() == NAMES {
            break;
        }
    }
    common
}
