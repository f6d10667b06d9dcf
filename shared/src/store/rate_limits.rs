//! Counters of tries: one item per policy and client, counting from the first
//! try of a window to the window's end. The count is a condition of the write,
//! so the limit holds exactly, however many try at once.

use std::time::Duration;

use super::item::{Item, ttl};
use super::update::{Update, number};
use super::{Refused, Retries, Store, keys};
use crate::config::Limit;
use crate::domain::error::RateLimited;
use crate::domain::{Error, Result, Timestamp};

/// One try that counts against a policy.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Stable name of the policy.
    pub policy: &'static str,
    pub limit: Limit,
    /// Who is counted: an address, an account.
    pub who: String,
}

/// Where a counter stands, as its last write left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Window {
    /// None is open: this try opens one.
    Closed,
    Open {
        resets_at: Timestamp,
        is_full: bool,
    },
}

impl Store {
    /// Counts one try against each policy, or none against any where one is
    /// exhausted. One request as a rule, two where windows have to be opened.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub async fn count(&self, attempts: &[Attempt], now: Timestamp) -> Result<()> {
        let mut windows = vec![Window::Open { resets_at: now, is_full: false }; attempts.len()];
        let mut retries = Retries::default();
        loop {
            let mut writes = Vec::with_capacity(attempts.len());
            for (attempt, window) in attempts.iter().zip(&windows) {
                let key = keys::rate(attempt.policy, &attempt.who);
                writes.push(self.update(&key, count(attempt.limit, *window, now).build())?);
            }
            if writes.is_empty() {
                return Ok(());
            }
            let Err(Refused(refused)) = self.transact(writes).await? else {
                return Ok(());
            };
            for (index, item) in refused {
                let attempt = &attempts[index];
                windows[index] = window(item.as_ref(), attempt.limit, now);
                if let Window::Open { resets_at, is_full: true } = windows[index] {
                    return Err(Error::RateLimited(RateLimited {
                        policy: attempt.policy,
                        limit: attempt.limit.tries,
                        window: attempt.limit.window,
                        retry_after: resets_at.since(now).max(Duration::from_secs(1)),
                    }));
                }
            }
            retries.again().await?;
        }
    }
}

/// The update that counts one try, if the window is as thought.
fn count(limit: Limit, window: Window, now: Timestamp) -> Update {
    let millis = |time: Timestamp| number(u64::try_from(time.as_millis()).unwrap_or(0));
    match window {
        Window::Open { .. } => Update::new()
            .add("tries", 1)
            .require_that("resets_at", ">", millis(now))
            .require_that("tries", "<", number(limit.tries.into())),
        Window::Closed => {
            let resets_at = now + limit.window;
            Update::new()
                .set("entity", super::string("rate_limit"))
                .set("tries", number(1))
                .set("resets_at", millis(resets_at))
                .set("ttl", ttl(resets_at))
                .require_absent_or("resets_at", "<=", millis(now))
        }
    }
}

fn window(item: Option<&Item>, limit: Limit, now: Timestamp) -> Window {
    let field = |name: &str| -> Option<i64> { item?.get(name)?.as_n().ok()?.parse().ok() };
    match (field("resets_at"), field("tries")) {
        (Some(resets_at), Some(tries)) if resets_at > now.as_millis() => Window::Open {
            resets_at: Timestamp::from_millis(resets_at),
            is_full: tries >= i64::from(limit.tries),
        },
        _ => Window::Closed,
    }
}
