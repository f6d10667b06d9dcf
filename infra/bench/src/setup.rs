//! What is measured against: the engines, a few users, the binaries.

use std::collections::HashMap;
use std::path::PathBuf;

use serde_json::json;
use tests::runtime_api::{Event, Function};
use tests::{Kith, PASSWORD, Person};

pub struct Setup {
    pub kith: Kith,
    /// Where the binaries are.
    pub folder: PathBuf,
}

impl Setup {
    pub async fn start(folder: PathBuf) -> Self {
        Self { kith: Kith::start().await, folder }
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

    /// Somebody who is signed in on three devices.
    pub async fn person(&self) -> Person {
        let person = self.kith.somebody_with(json!({
            "display_name": "Zoë Fährmann", "first_name": "Zoë", "last_name": "Fährmann",
            "bio": "Ferrywoman on the Rhine.", "location": "Basel", "timezone": "Europe/Zurich",
        }));
        let person = person.await;
        for _ in 0..2 {
            self.kith.sign_in(&person.email, PASSWORD).await;
        }
        person
    }
}

/// The calls that are measured, on one person's behalf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Hello,
    Me,
    Patch,
    Sessions,
    Preferences,
    Refresh,
    Login,
    Liveness,
    Rotate,
}

impl Call {
    pub fn name(self) -> &'static str {
        match self {
            Self::Hello => "hello world",
            Self::Me => "GET /v1/users/me",
            Self::Patch => "PATCH /v1/users/me",
            Self::Sessions => "GET …/me/sessions",
            Self::Preferences => "GET …/me/preferences",
            Self::Refresh => "POST /v1/auth/refresh",
            Self::Login => "POST /v1/auth/login",
            Self::Liveness => "GET /health/live",
            Self::Rotate => "a rotation's first step",
        }
    }

    /// The binary that answers it.
    pub fn function(self) -> &'static str {
        match self {
            Self::Hello => crate::binaries::HELLO,
            Self::Me | Self::Patch => "profile",
            Self::Sessions => "sessions",
            Self::Preferences => "preferences",
            Self::Refresh | Self::Login => "auth",
            Self::Liveness => "system",
            Self::Rotate => "keys",
        }
    }
}

/// Somebody who makes these calls, each after the other.
pub struct Caller {
    pub person: Person,
    calls: u32,
}

impl Caller {
    pub async fn new(setup: &Setup) -> Self {
        Self { person: setup.person().await, calls: 0 }
    }

    /// Makes a call and checks its answer; how long both of them took is in
    /// what the function says of it.
    pub async fn call(&mut self, function: &mut Function, call: Call) -> Timing {
        self.calls += 1;
        let token = self.person.access_token.clone().unwrap_or_default();
        let event = match call {
            Call::Me => Event::sample("profile-get-user").by(&token),
            Call::Patch => {
                let bio = format!("Ferrywoman on the Rhine, {} crossings.", self.calls);
                Event::sample("profile-update-user").by(&token).json(&json!({"bio": bio}))
            }
            Call::Sessions => Event::sample("sessions-list-sessions").by(&token),
            Call::Preferences => Event::sample("preferences-get-preferences").by(&token),
            Call::Refresh => {
                let body = json!({"refresh_token": self.person.refresh_token});
                Event::sample("auth-refresh").json(&body)
            }
            Call::Login => {
                let body = json!({"email": self.person.email, "password": PASSWORD});
                Event::sample("auth-login").json(&body)
            }
            Call::Hello | Call::Liveness => Event::sample("system-get-liveness"),
            Call::Rotate => {
                let mut event = Event::sample("keys-rotate");
                event.event["SecretId"] = json!("kith/signing-keys");
                event
            }
        };
        let invocation = function.invoke(&event.event).await;
        let response = invocation.result.expect("an answer");
        let body = response["body"].as_str().unwrap_or_default();
        assert!(call == Call::Rotate || response["statusCode"] == 200, "{call:?}: {response}");
        if call == Call::Refresh {
            let body: serde_json::Value = serde_json::from_str(body).expect("an answer in JSON");
            body["refresh_token"]
                .as_str()
                .expect("a token")
                .clone_into(&mut self.person.refresh_token);
        }
        Timing { took: invocation.took, since_start: invocation.since_start }
    }
}

/// How long a call took.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// From the event's delivery to the whole response.
    pub took: std::time::Duration,
    /// From the process's start to the whole response.
    pub since_start: std::time::Duration,
}
