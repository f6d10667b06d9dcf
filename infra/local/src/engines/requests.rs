//! How many requests each service has had: what a call costs in the cloud, made testable.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Request counts by service ([`Service::name`](super::Service::name)) and operation (`GetItem`,
/// `PutObject`, …).
///
/// A throttled request counts, since it reached the service; a refused one doesn't.
#[derive(Debug, Default)]
pub struct Requests(Mutex<Counts>);

type Counts = BTreeMap<&'static str, BTreeMap<String, u64>>;

impl Requests {
    /// The counts since the start or the last [`reset`](Self::reset).
    #[must_use]
    pub fn snapshot(&self) -> BTreeMap<String, BTreeMap<String, u64>> {
        self.counts()
            .iter()
            .map(|(service, operations)| ((*service).to_owned(), operations.clone()))
            .collect()
    }

    /// Sets every count to zero.
    pub fn reset(&self) {
        self.counts().clear();
    }

    pub(super) fn count(&self, service: &'static str, operation: &str) {
        let mut counts = self.counts();
        let operations = counts.entry(service).or_default();
        match operations.get_mut(operation) {
            Some(count) => *count += 1,
            None => {
                operations.insert(operation.to_owned(), 1);
            }
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        // A count can't be half written, so a panic elsewhere doesn't spoil the map.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
