//! Searches: what they take, and what they ask of the database.

use http::Method;
use serde_json::Value;
use tests::{Kith, Person};

use super::client::{Sent, get};
use super::queries::Kind;
use crate::series::Series;

/// People of a page.
pub const PAGE: usize = 20;

/// What searches of one kind take.
pub struct Search {
    pub kind: Kind,
    pub times: Series,
    /// Requests to the database for each page.
    pub requests: Vec<u64>,
}

/// Makes each search once, to count what it asks for; and the requests, to be
/// sent in turns.
pub async fn prepare(
    kith: &Kith,
    kind: Kind,
    users: u64,
    callers: &[Person],
) -> (Search, Vec<Sent>) {
    let (mut requests, mut sent) = (Vec::new(), Vec::new());
    for (query, caller) in kind.queries(users).iter().zip(callers.iter().cycle()) {
        let limit = PAGE.to_string();
        let mut parameters = vec![("q", query.as_str()), ("limit", limit.as_str())];
        // A cursor is its caller's only.
        let mut cursor = String::new();
        if kind == Kind::NextPage {
            let first = caller.get(&path(caller, &parameters)).await;
            cursor.push_str(&first.text("/next_cursor"));
            assert!(!cursor.is_empty(), "{query} has one page: {}", first.body);
            parameters.push(("cursor", cursor.as_str()));
        }
        let path = path(caller, &parameters);
        let (page, asked) = kith.counting(caller.get(&path)).await;
        let shown = page.body["items"].as_array().map_or(0, Vec::len);
        assert_eq!(page.status, 200, "{query}: {}", page.body);
        assert!(kind.shows(PAGE).contains(&shown), "{kind:?}, {query}: {shown} people");
        requests.push(asked);
        sent.push(get(&path, caller));
    }
    (Search { kind, times: Series::default(), requests }, sent)
}

/// Whether a search for this name finds this person.
pub async fn finds(name: &str, person: &Person) -> bool {
    let page = person.get(&path(person, &[("q", name)])).await;
    let items = page.body["items"].as_array().map_or(&[][..], Vec::as_slice);
    items.iter().any(|item: &Value| item["id"] == person.id.as_str())
}

/// The path of a search, with its query.
fn path(person: &Person, parameters: &[(&str, &str)]) -> String {
    let request = person.request(Method::GET, "/v1/users/search").query(parameters);
    let request = request.build().expect("a request");
    format!("{}?{}", request.url().path(), request.url().query().unwrap_or_default())
}
