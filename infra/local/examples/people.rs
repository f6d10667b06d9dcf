//! Prints the demo people 0 to 5,000 as JSON, for `tests/relevance/generate.py`.

use local::names::person;
use serde_json::{Value, json};

fn main() {
    let people: Vec<Value> = (0..5000)
        .map(|n| {
            let person = person(n);
            json!({
                "n": n,
                "display_name": person.display_name,
                "first_name": person.first_name,
                "last_name": person.last_name,
                "language": person.language,
            })
        })
        .collect();
    println!("{}", Value::from(people));
}
