//! Views into the engines, which exist only here: `/local/…`.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde_json::Value;
use shared::Context;
use shared::http::{Page, Params};

use crate::engines::Engines;

/// The views don't keep the engines from stopping.
#[derive(Clone)]
struct View(Weak<Engines>);

pub fn router(engines: &Arc<Engines>) -> Router<Context> {
    Router::new()
        .route("/local/requests", get(count_requests).delete(reset_requests))
        .route("/local/events", get(list_events))
        .with_state(View(Arc::downgrade(engines)))
}

/// How many requests each service and operation got.
async fn count_requests(
    State(View(engines)): State<View>,
) -> Json<BTreeMap<String, BTreeMap<String, u64>>> {
    Json(engines.upgrade().map(|engines| engines.requests().snapshot()).unwrap_or_default())
}

async fn reset_requests(State(View(engines)): State<View>) -> StatusCode {
    if let Some(engines) = engines.upgrade() {
        engines.requests().reset();
    }
    StatusCode::NO_CONTENT
}

/// Events as the bus got them, oldest first; of one user, of one type.
async fn list_events(State(View(engines)): State<View>, params: Params) -> Json<Page<Value>> {
    let is = |name: &str, field: &Value| params.get(name).is_none_or(|wanted| field == wanted);
    let events = engines.upgrade().map(|engines| engines.events()).unwrap_or_default();
    let events = events.into_iter().filter(|event| {
        is("type", &event["detail-type"]) && is("user_id", &event["detail"]["user_id"])
    });
    Json(Page::whole(events.collect()))
}
