//! How fast users become findable.

use std::time::{Duration, Instant};

use local::seed;
use tests::Kith;

/// What it took to have more users.
pub struct Indexed {
    /// Those who weren't there before.
    pub users: u64,
    /// From the first one's write until all are indexed.
    pub took: Duration,
    /// The part of it after the last one's write.
    pub lag: Duration,
}

impl Indexed {
    /// Users per second.
    pub fn rate(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let users = self.users as f64;
        users / self.took.as_secs_f64()
    }
}

/// Makes the users from `before` on, up to `count`, and waits until a search finds them.
pub async fn seed(kith: &Kith, before: u64, count: u64) -> Indexed {
    kith.stack.settled().await;
    let started = Instant::now();
    seed::seed(&kith.stack.context, count, || ()).await.expect("demo users");
    let written = Instant::now();
    kith.stack.settled().await;
    Indexed { users: count - before, took: started.elapsed(), lag: written.elapsed() }
}
