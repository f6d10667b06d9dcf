//! Counters of tries: one item per policy and client, a sliding window. The
//! count is a condition of the write, so the limit holds exactly, however many
//! try at once.

mod window;

use aws_sdk_dynamodb::types::AttributeValue;
use window::{Step, Window};

use super::item::{decode, ttl};
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

impl Store {
    /// Counts one try against each policy, or none against any where one is
    /// exhausted. One request for somebody who hasn't tried for a window, two
    /// for others: the first finds out how the counters stand.
    ///
    /// # Errors
    /// [`Error::RateLimited`], with the longest wait where several policies
    /// refuse; [`crate::domain::Conflict::ConcurrentChange`] where others keep
    /// counting against the same.
    pub async fn count(&self, attempts: &[Attempt], now: Timestamp) -> Result<()> {
        let mut steps = vec![Step::Reset; attempts.len()];
        let (mut is_known, mut retries) = (false, None::<Retries>);
        while let Err(Refused(refused)) = self.take(attempts, &steps, now).await? {
            let mut limited: Option<RateLimited> = None;
            for (index, item) in refused {
                let Attempt { policy, limit, .. } = attempts[index];
                let window = item.as_ref().map(decode::<Window>).transpose()?;
                steps[index] = window.map_or(Step::Reset, |window| window.step(limit, now));
                if let Step::Refuse(retry_after) = steps[index]
                    && limited.as_ref().is_none_or(|other| other.retry_after < retry_after)
                {
                    let Limit { tries: limit, window } = limit;
                    limited = Some(RateLimited { policy, limit, window, retry_after });
                }
            }
            if let Some(limited) = limited {
                return Err(Error::RateLimited(limited));
            }
            if is_known {
                retries.get_or_insert_default().again().await?;
            }
            is_known = true;
        }
        Ok(())
    }

    /// Writes all steps or none. A single one needs no transaction, which costs
    /// half and conflicts with nobody.
    async fn take(
        &self,
        attempts: &[Attempt],
        steps: &[Step],
        now: Timestamp,
    ) -> Result<Result<(), Refused>> {
        let mut changes = Vec::with_capacity(attempts.len());
        for (Attempt { policy, limit, who }, step) in attempts.iter().zip(steps) {
            changes.push((keys::rate(policy, who), change(*limit, step, now)?.build()));
        }
        if changes.len() > 1 {
            let writes = changes.into_iter().map(|(key, change)| self.update(&key, change));
            return self.transact(writes.collect::<Result<_>>()?).await;
        }
        let Some((key, change)) = changes.pop() else { return Ok(Ok(())) };
        let applied = self.apply(&key, change).await?;
        Ok(applied.map(drop).map_err(|item| Refused(vec![(0, item)])))
    }
}

/// The update that takes a step, if the window is as thought.
fn change(limit: Limit, step: &Step, now: Timestamp) -> Result<Update> {
    match step {
        Step::Reset => {
            let quiet = now.as_millis() - i64::try_from(limit.window.as_millis()).unwrap_or(0);
            Ok(put(&Window::new(now), limit, now)?.require_absent_or("last", "<=", millis(quiet)))
        }
        Step::Add { opened, is_last } => {
            // Time never goes back, whichever clock comes last.
            let update = Update::new().add("tries", 1).add("count", 1).next_version();
            let update = if *is_last {
                let now = millis(now.as_millis());
                update.set("last", now.clone()).require_that("last", "<=", now)
            } else {
                update
            };
            Ok(update.require("opened", Some(millis(*opened))).require_that(
                "tries",
                "<",
                number(limit.tries.into()),
            ))
        }
        Step::Replace(window) => {
            Ok(put(window, limit, now)?.require("version", Some(number(window.version))))
        }
        Step::Refuse(_) => Err(Error::internal("a refused try was to be counted")),
    }
}

/// Writes a whole window.
fn put(window: &Window, limit: Limit, now: Timestamp) -> Result<Update> {
    let Window { tries, count, opened, last, past, version: _ } = window;
    let past = serde_dynamo::to_attribute_value(past).map_err(Error::internal)?;
    Ok(Update::new()
        .set("entity", super::string("rate_limit"))
        .set("tries", number((*tries).into()))
        .set("count", number((*count).into()))
        .set("opened", millis(*opened))
        .set("last", millis(*last))
        .set("past", past)
        .set("ttl", ttl(window::end(limit, now)))
        .next_version())
}

fn millis(millis: i64) -> AttributeValue {
    AttributeValue::N(millis.to_string())
}
