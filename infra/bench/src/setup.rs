//! What is measured against: the engines, a few users, the binaries.

use std::collections::HashMap;
use std::path::PathBuf;

use serde_json::json;
use tests::runtime_api::Function;
use tests::{Kith, PASSWORD, Person};

pub struct Setup {
    pub kith: Kith,
    pub admin: Person,
    /// Where the binaries are.
    pub folder: PathBuf,
}

impl Setup {
    pub async fn start(folder: PathBuf) -> Self {
        let kith = Kith::start().await;
        let admin = kith.admin().await;
        Self { kith, admin, folder }
    }

    /// What the functions' environments hold.
    pub fn environment(&self) -> HashMap<String, String> {
        let mut environment = self.kith.stack.environment.clone();
        // As deployed: writing the log is part of a call.
        environment.insert("LOG_LEVEL".to_owned(), "info".to_owned());
        environment
    }

    /// A new execution environment.
    pub async fn function(&self, name: &str) -> Function {
        self.function_with(name, HashMap::new()).await
    }

    /// A new execution environment with these variables changed.
    pub async fn function_with(&self, name: &str, changes: HashMap<String, String>) -> Function {
        let mut environment = self.environment();
        environment.extend(changes);
        Function::start(&self.folder.join(name), environment).await.expect("a running function")
    }

    /// Somebody who is signed in on three devices, and whom a search can find by now.
    pub async fn person(&self) -> Person {
        let person = self.kith.somebody_with(json!({
            "display_name": "Zoë Fährmann", "first_name": "Zoë", "last_name": "Fährmann",
            "bio": "Ferrywoman on the Rhine.", "location": "Basel", "timezone": "Europe/Zurich",
            "privacy": {"profile": "public"},
        }));
        let person = person.await;
        for _ in 0..2 {
            self.kith.sign_in(&person.email, PASSWORD).await;
        }
        self.kith.stack.settled().await;
        person
    }
}
