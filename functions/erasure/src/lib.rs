//! The end of deleted accounts: called by the hour, it erases those whose grace
//! is over.
//!
//! An erasure that breaks off is taken up by the next call, since what finds
//! the user goes last. One that fails doesn't hold up the others.

use std::time::{Duration, Instant};

use shared::aws::Sdk;
use shared::context::{Clock, Rng, new_id};
use shared::domain::UserId;
use shared::domain::activity::{Actor, AuditEntry};
use shared::store::{Due, Store};
use shared::{Result, config, telemetry};

pub use lambda_runtime::Error;

/// When a call stops beginning erasures, of the quarter of an hour that it has.
const BUDGET: Duration = Duration::from_mins(12);

/// The function, ready to be invoked.
pub struct Eraser {
    store: Store,
    clock: Clock,
    rng: Rng,
}

/// What one call has come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    erased: usize,
    /// Restored in the last moment, or erased by somebody else.
    passed_over: usize,
    failed: usize,
}

impl Eraser {
    #[must_use]
    pub fn new(config: config::Erasure, clock: Clock, rng: Rng) -> Self {
        let sdk = Sdk::new(&config.aws);
        Self { store: Store::new(sdk.dynamodb(), config.table_name), clock, rng }
    }

    /// Erases whoever is due, as many as there is time for.
    ///
    /// # Errors
    /// Where somebody couldn't be erased, or nobody be found; the others are.
    pub async fn invoke(&self) -> Result<(), Error> {
        let started = Instant::now();
        let mut tally = Tally::default();
        let (found, meter) = telemetry::metered(Box::pin(self.run(started, &mut tally))).await;
        tracing::info!(
            target: "kith",
            erased = tally.erased,
            passed_over = tally.passed_over,
            failed = tally.failed,
            is_complete = matches!(found, Ok(true)),
            duration_ms = started.elapsed().as_secs_f64() * 1000.0,
            function = telemetry::function(),
            dynamodb.requests = meter.requests(),
            dynamodb.consumed_capacity = meter.capacity(),
            "erasure"
        );
        match found {
            Ok(_) if tally.failed == 0 => Ok(()),
            Ok(_) => Err(format!("{} users couldn't be erased", tally.failed).into()),
            Err(error) => Err(format!("{error:?}").into()),
        }
    }

    /// True where everybody has had their turn.
    async fn run(&self, started: Instant, tally: &mut Tally) -> Result<bool> {
        for partition in Store::deleted_users() {
            let mut after: Option<String> = None;
            loop {
                let due =
                    self.store.due_for_erasure(&partition, after.as_deref(), self.clock.now());
                let due = due.await?;
                let Some(Due { position, .. }) = due.last() else { break };
                after = Some(position.clone());
                for Due { user, .. } in due {
                    if started.elapsed() > BUDGET {
                        return Ok(false);
                    }
                    self.erase(user, tally).await;
                }
            }
        }
        self.clear(started, tally).await
    }

    /// Clears the audit log of those who are erased, whoever has begun it.
    async fn clear(&self, started: Instant, tally: &mut Tally) -> Result<bool> {
        for erased in self.store.erased_users().await? {
            if started.elapsed() > BUDGET {
                return Ok(false);
            }
            if let Err(error) = self.store.clear_audit(&erased, self.clock.now()).await {
                tally.failed += 1;
                tracing::error!(target: "kith", ?erased, ?error, "the audit log isn't cleared");
            }
        }
        Ok(true)
    }

    async fn erase(&self, user: UserId, tally: &mut Tally) {
        let now = self.clock.now();
        let entry = AuditEntry::erasure(new_id(now, &self.rng), Actor::System, user, now);
        match self.store.erase_account(&entry).await {
            Ok(true) => tally.erased += 1,
            Ok(false) => tally.passed_over += 1,
            Err(error) => {
                tally.failed += 1;
                tracing::error!(target: "kith", user = %user, error = ?error, "an erasure failed");
            }
        }
    }
}
