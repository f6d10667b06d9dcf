//! The calls that are measured.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use shared::store::keys;
use tests::runtime_api::{Event, Function};
use tests::{PASSWORD, Person, send};

use crate::setup::Setup;

/// One kind of call, on one person's behalf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Hello,
    Me,
    Patch,
    Sessions,
    Preferences,
    Refresh,
    Login,
    Search,
    Statistics,
    /// A stored one, of 256 pixels.
    Picture,
    /// A notification of an upload that nobody knows of.
    Uploaded,
    /// Of somebody who has none.
    Identities,
    /// The same.
    Passkeys,
    /// A mail that has been sent before.
    Mailed,
    Liveness,
    Rotate,
    /// What the stream says of somebody's registration.
    Registered,
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
            Self::Search => "GET /v1/users/search",
            Self::Statistics => "GET /v1/admin/stats",
            Self::Picture => "GET …/me/picture",
            Self::Uploaded => "an upload's notification",
            Self::Identities => "GET …/me/identities",
            Self::Passkeys => "GET /v1/auth/passkeys",
            Self::Mailed => "a mail's record",
            Self::Liveness => "GET /health/live",
            Self::Rotate => "a rotation's first step",
            Self::Registered => "a registration's records",
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
            Self::Search => "search",
            Self::Statistics => "admin",
            Self::Picture => "picture",
            Self::Uploaded => "picture-worker",
            Self::Identities => "oauth",
            Self::Passkeys => "passkeys",
            Self::Mailed => "mail",
            Self::Liveness => "system",
            Self::Rotate => "keys",
            Self::Registered => "events",
        }
    }
}

/// Somebody who makes these calls, each after the other.
pub struct Caller<'a> {
    setup: &'a Setup,
    person: Person,
    calls: u32,
}

impl<'a> Caller<'a> {
    pub async fn new(setup: &'a Setup) -> Self {
        Self { setup, person: setup.person().await, calls: 0 }
    }

    /// Makes a call and checks its answer.
    pub async fn call(&mut self, function: &mut Function, call: Call) -> Cost {
        self.calls += 1;
        if call == Call::Registered {
            self.unfile().await;
        }
        if call == Call::Picture && self.calls == 1 {
            self.send_picture().await;
        }
        let event = self.event(call);
        let work = function.invoke(&event);
        let (invocation, requests) = self.setup.kith.counting(work).await;
        let response = invocation.result.expect("an answer");
        let body = response["body"].as_str().unwrap_or_default();
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let is_good = match call {
            Call::Rotate | Call::Uploaded => true,
            Call::Registered | Call::Mailed => response["batchItemFailures"] == json!([]),
            Call::Search => body["items"].as_array().is_some_and(|items| !items.is_empty()),
            _ => response["statusCode"] == 200,
        };
        assert!(is_good, "{call:?}: {response}");
        if call == Call::Refresh {
            let token = body["refresh_token"].as_str().expect("a token");
            token.clone_into(&mut self.person.refresh_token);
        }
        Cost { took: invocation.took, since_start: invocation.since_start, requests }
    }

    fn event(&self, call: Call) -> Value {
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
            Call::Search => {
                let event = Event::sample("search-search-users").by(&token);
                let mut event = event.query("q=Zo%C3%AB+F%C3%A4hrmann&limit=20");
                event.event["queryStringParameters"]["q"] = json!("Zoë Fährmann");
                event
            }
            Call::Statistics => {
                let token = self.setup.admin.access_token.clone().unwrap_or_default();
                Event::sample("admin-get-statistics").by(&token)
            }
            Call::Picture => {
                let event = Event::sample("picture-get-picture").by(&token);
                event.path("/v1/users/me/picture").query("size=256")
            }
            Call::Identities => {
                Event::sample("oauth-list-identities").by(&token).path("/v1/users/me/identities")
            }
            Call::Passkeys => Event::sample("passkeys-list-passkeys").by(&token),
            Call::Mailed => Event::sample("mail-stream"),
            Call::Uploaded => Event::sample("picture-worker-object-created"),
            Call::Hello | Call::Liveness => Event::sample("system-get-liveness"),
            Call::Rotate => {
                let mut event = Event::sample("keys-rotate");
                event.event["SecretId"] = json!("kith/signing-keys");
                event
            }
            Call::Registered => return self.registered(),
        };
        event.event
    }

    /// Sends the picture of the sample.
    async fn send_picture(&self) {
        let sample = Event::sample("picture-upload-picture").event;
        let body = sample["body"].as_str().and_then(|body| BASE64_STANDARD.decode(body).ok());
        let request = self.person.request(Method::PUT, "/v1/users/me/picture");
        let answer = send(request.body(body.expect("a body in base64"))).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// The sample of a batch, about this person in place of its own.
    fn registered(&self) -> Value {
        let sample = Event::sample("events-stream").event;
        let id = &sample["Records"][0]["dynamodb"]["NewImage"]["id"]["S"];
        let id = id.as_str().expect("a sample about somebody");
        let batch = sample.to_string().replace(id, &self.person.id);
        serde_json::from_str(&batch).expect("JSON as before")
    }

    /// Makes the index forget that it has filed this person, so that it does so again.
    async fn unfile(&self) {
        let marker = keys::filed(self.person.id.parse().expect("an id"));
        let client = self.setup.kith.stack.context.sdk.dynamodb();
        let delete = client.delete_item().table_name(local::engines::table::INDEX_TABLE);
        let delete = delete.key("pk", AttributeValue::S(marker.pk));
        let delete = delete.key("sk", AttributeValue::S(marker.sk));
        delete.send().await.expect("a deleted marker");
    }
}

/// What a call took.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// From the event's delivery to the whole response.
    pub took: Duration,
    /// From the process's start to the whole response.
    pub since_start: Duration,
    /// Requests to the database.
    pub requests: u64,
}
