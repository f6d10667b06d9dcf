//! Lists of users as administrators ask for them.

use ::tests::Person;

use super::client::{Sent, get};
use super::crowd;
use crate::series::Series;

/// What lists of one kind take.
pub struct List {
    pub name: &'static str,
    pub times: Series,
}

/// Each kind of list, with the requests for it.
pub fn prepare(admin: &Person) -> Vec<(List, Vec<Sent>)> {
    let one = |query: &str| vec![get(&format!("/v1/admin/users{query}"), admin)];
    let searches = crowd::names().into_iter().map(|name| format!("/v1/admin/users?search={name}"));
    [
        ("GET /v1/admin/users", one("")),
        ("… ?status=active&role=user", one("?status=active&role=user")),
        ("… ?provider=password", one("?provider=password")),
        ("… ?search=, a name", searches.map(|path| get(&path, admin)).collect()),
    ]
    .map(|(name, requests)| (List { name, times: Series::default() }, requests))
    .into()
}
