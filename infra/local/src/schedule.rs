//! `EventBridge`'s schedule: calls a function again and again, at the start first.

use std::sync::Arc;
use std::time::Duration;

use erasure::Eraser;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// How often; in the cloud once an hour.
const EVERY: Duration = Duration::from_mins(1);

/// A running schedule, which ends when it is dropped.
pub struct Schedule(JoinHandle<()>);

impl Schedule {
    /// Calls it, and from then on again and again.
    pub async fn start(eraser: Arc<Eraser>) -> Self {
        erase(&eraser).await;
        Self(tokio::spawn(async move {
            loop {
                sleep(EVERY).await;
                erase(&eraser).await;
            }
        }))
    }
}

async fn erase(eraser: &Eraser) {
    if let Err(error) = eraser.invoke().await {
        tracing::warn!(target: "kith", %error, "the erasure failed");
    }
}

impl Drop for Schedule {
    fn drop(&mut self) {
        self.0.abort();
    }
}
