//! How fast users come in through the API.

use std::fmt::Write as _;
use std::time::Instant;

use local::import::{Import, SignIn};
use local::names;
use serde_json::json;
use tests::Kith;

use super::Indexed;

/// Imports so many users into a stack that has none, as an operator would: from
/// a file, with the program for it.
pub async fn measure(users: u64) -> Indexed {
    let kith = Kith::start().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("users.ndjson");
    std::fs::write(&file, (0..users).map(line).collect::<String>()).expect("a written file");
    let admin = &kith.stack.admin;
    let (email, password) = (admin.email.clone(), admin.password.clone());
    let sign_in = SignIn::Password { email, password };
    let started = Instant::now();
    let import = Import { file: &file, to: &kith.stack.url, sign_in };
    assert_eq!(import.run().await, Ok(true), "a line was rejected");
    let written = Instant::now();
    kith.stack.settled().await;
    Indexed { users, took: started.elapsed(), lag: written.elapsed() }
}

fn line(n: u64) -> String {
    let person = names::person(n);
    let user = json!({
        "email": person.email,
        "is_verified": true,
        "password_hash": "$2b$10$vI8aWBnW3fID.ZQ4/zo1G.q1lRps.9cGLcZEiGDMVr5yUP1KUOYTa",
        "display_name": person.display_name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "bio": person.bio,
        "location": person.location,
        "timezone": person.timezone,
        "language": person.language,
        "privacy": {"profile": "public"},
    });
    let mut line = String::new();
    writeln!(line, "{user}").expect("text takes text");
    line
}
