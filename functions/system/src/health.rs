//! `GET /health`

use std::time::{Duration, Instant};

use axum::Json as Answer;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use shared::{Context, Error, Result};
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::index::{SERVICE, VERSION};

/// How long a dependency may take to answer before it counts as down.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `up` where every dependency is.
    status: Status,
    service: &'static str,
    version: &'static str,
    dependencies: Dependencies,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Dependencies {
    database: Dependency,
    storage: Dependency,
    events: Dependency,
    secrets: Dependency,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Dependency {
    status: Status,
    latency_ms: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Up,
    Down,
}

/// Whether all that the service depends on answers.
#[utoipa::path(
    get, path = "/health", tag = "system",
    responses((status = 200, body = Health), (status = 503, body = Health)),
)]
pub async fn get_health(State(context): State<Context>) -> (StatusCode, Answer<Health>) {
    let (database, storage, events, secrets) = tokio::join!(
        check(context.store.ping()),
        check(async { context.pictures()?.ping().await }),
        check(events(&context)),
        check(secrets(&context)),
    );
    let all = [&database, &storage, &events, &secrets];
    let is_up = all.iter().all(|dependency| dependency.status == Status::Up);
    let (code, status) = if is_up {
        (StatusCode::OK, Status::Up)
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Status::Down)
    };
    let dependencies = Dependencies { database, storage, events, secrets };
    (code, Answer(Health { status, service: SERVICE, version: VERSION, dependencies }))
}

async fn check(probe: impl Future<Output = Result<()>>) -> Dependency {
    let started = Instant::now();
    let status = match timeout(PATIENCE, probe).await {
        Ok(Ok(())) => Status::Up,
        Ok(Err(_)) | Err(_) => Status::Down,
    };
    // Microseconds are precise enough, and shorter to read.
    let micros = started.elapsed().as_micros();
    let latency_ms = f64::from(u32::try_from(micros).unwrap_or(u32::MAX)) / 1000.0;
    Dependency { status, latency_ms }
}

async fn events(context: &Context) -> Result<()> {
    let mut config = aws_sdk_eventbridge::config::Builder::from(context.sdk.config());
    config.set_endpoint_url(context.sdk.endpoints().eventbridge.clone());
    let client = aws_sdk_eventbridge::Client::from_conf(config.build());
    let request = client.describe_event_bus().set_name(context.config.event_bus_name.clone());
    request.send().await.map(drop).map_err(Error::unavailable)
}

/// Asks about the secret, not for it.
async fn secrets(context: &Context) -> Result<()> {
    let client = context.sdk.secrets_manager();
    let request = client.describe_secret().secret_id(&context.config.verification_keys_secret);
    request.send().await.map(drop).map_err(Error::unavailable)
}
