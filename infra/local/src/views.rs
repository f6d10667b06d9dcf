//! Views into the engines, which exist only here: `/local/…`.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use events::Events;
use http::StatusCode;
use serde_json::{Value, json};
use shared::http::{Page, Params};
use shared::{Context, Error, Result};

use crate::engines::Engines;
use crate::reindex::reindex;

/// The views don't keep the engines from stopping.
#[derive(Clone)]
struct View(Weak<Engines>);

pub fn router(engines: &Arc<Engines>, events: &Arc<Events>) -> Router<Context> {
    let engines = Router::new()
        .route("/local/requests", get(count_requests).delete(reset_requests))
        .route("/local/events", get(list_events))
        .route("/local/dead-letters", get(list_dead_letters))
        .route("/local/mails", get(list_mails))
        .with_state(View(Arc::downgrade(engines)));
    let events =
        Router::new().route("/local/reindex", post(rebuild_index)).with_state(Arc::clone(events));
    engines.merge(events)
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

/// Every mail that was sent, oldest first; to one address.
async fn list_mails(State(View(engines)): State<View>, params: Params) -> Json<Page<Value>> {
    let mails = engines.upgrade().map(|engines| engines.mails()).unwrap_or_default();
    let is_to = |mail: &Value| {
        let to = mail["to"].as_str().unwrap_or_default();
        params.get("to").is_none_or(|wanted| to.eq_ignore_ascii_case(wanted.trim()))
    };
    Json(Page::whole(mails.into_iter().filter(is_to).collect()))
}

/// What was given up, oldest first, as the queue got it.
async fn list_dead_letters(State(View(engines)): State<View>) -> Json<Page<Value>> {
    Json(Page::whole(engines.upgrade().map(|engines| engines.dead_letters()).unwrap_or_default()))
}

/// Rebuilds the index table while the stack serves.
async fn rebuild_index(State(events): State<Arc<Events>>) -> Result<Json<Value>> {
    let users = reindex(|event| events.invoke(event), |_| ()).await.map_err(Error::internal)?;
    Ok(Json(json!({"users": users})))
}
