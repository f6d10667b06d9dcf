//! The arithmetic of a sliding window, without the table.
//!
//! A log of all tries would be exact but grow with the limit. Here tries that
//! are close together share a bucket, a tenth of the window long, which counts
//! until its last try is a whole window ago. So a try counts for the window at
//! least, for which the limit holds exactly, and for a tenth more at most.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::Limit;
use crate::domain::Timestamp;

/// Buckets in a window. More of them refuse less that could be let through,
/// and make the item larger.
const BUCKETS: u32 = 10;

/// The tries that may still count, as the item has them. Times are milliseconds
/// since the epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Window {
    /// In all buckets, those included that have run out since the last look.
    pub tries: u32,
    /// In the current bucket.
    pub count: u32,
    /// The current bucket's first try.
    pub opened: i64,
    /// The current bucket's last try.
    pub last: i64,
    /// The buckets before, oldest first.
    pub past: Vec<Bucket>,
    /// Of the item.
    pub version: u64,
}

/// Tries that run out together, a window after the last of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bucket {
    pub count: u32,
    pub last: i64,
}

/// What counts one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A new window: nothing counts any more, or nobody has tried yet.
    Reset,
    /// One more in the bucket that was opened then. `is_last` where it is the
    /// bucket's last try; not so where a faster clock has counted a later one.
    Add { opened: i64, is_last: bool },
    /// Another window in the place of the one of that version.
    Replace(Window),
    /// None: the limit is reached, and this long from now it isn't.
    Refuse(Duration),
}

impl Window {
    /// The window that a first try opens.
    pub fn new(now: Timestamp) -> Self {
        let now = now.as_millis();
        Self { tries: 1, count: 1, opened: now, last: now, past: Vec::new(), version: 0 }
    }

    /// What counts one try beside those of this window.
    pub fn step(self, limit: Limit, now: Timestamp) -> Step {
        let time = now.as_millis();
        let runs_out = |bucket: &Bucket| Timestamp::from_millis(bucket.last) + limit.window;
        let current = Bucket { count: self.count, last: self.last };
        if runs_out(&current) <= now {
            return Step::Reset;
        }
        let is_open = Timestamp::from_millis(self.opened) + limit.window / BUCKETS > now;
        if is_open && self.tries < limit.tries {
            return Step::Add { opened: self.opened, is_last: self.last <= time };
        }
        let mut past = self.past;
        past.retain(|bucket| runs_out(bucket) > now);
        let old: u32 = past.iter().map(|bucket| bucket.count).sum();
        let tries = old.saturating_add(self.count);
        if tries >= limit.tries {
            let mut left = tries;
            let frees = past.iter().chain([&current]).find(|bucket| {
                left = left.saturating_sub(bucket.count);
                left < limit.tries
            });
            let wait = runs_out(frees.unwrap_or(&current)).since(now);
            // Whoever began before the last try is told after it.
            return Step::Refuse(wait.min(limit.window));
        }
        let version = self.version;
        Step::Replace(if is_open {
            let last = self.last.max(time);
            Self {
                tries: tries + 1,
                count: self.count + 1,
                opened: self.opened,
                last,
                past,
                version,
            }
        } else {
            past.push(current);
            Self { tries: tries + 1, past, version, ..Self::new(now) }
        })
    }
}

/// When no try of a bucket that opens `now` counts any more, and a second later,
/// for TTL knows whole seconds only.
pub(super) fn end(limit: Limit, now: Timestamp) -> Timestamp {
    now + limit.window + limit.window / BUCKETS + Duration::from_secs(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WINDOW: i64 = 1000;
    const BUCKET: i64 = WINDOW / 10;

    fn limit(tries: u32) -> Limit {
        Limit { tries, window: Duration::from_secs(1) }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    /// What the table makes of a step.
    fn written(window: Option<Window>, step: Step, now: i64) -> Window {
        match step {
            Step::Reset => Window::new(at(now)),
            Step::Replace(window) => window,
            Step::Add { opened, is_last } => {
                let window = window.unwrap();
                assert_eq!(window.opened, opened);
                let last = if is_last { now } else { window.last };
                Window { tries: window.tries + 1, count: window.count + 1, last, ..window }
            }
            Step::Refuse(_) => panic!("nothing is written"),
        }
    }

    /// The tries that were let through, one after the other, each at `now`
    /// by the clock that counts it.
    fn let_through(tries: u32, times: &[i64], skew: i64) -> Result<Vec<i64>, TestCaseError> {
        let mut window: Option<Window> = None;
        let mut log: Vec<i64> = Vec::new();
        for &now in times {
            let step = window.clone().map_or(Step::Reset, |w| w.step(limit(tries), at(now)));
            let since = |length: i64| log.iter().filter(|&&time| time > now - length).count();
            if let Step::Refuse(wait) = step {
                prop_assert!(since(WINDOW + BUCKET + skew) >= tries as usize, "refused too much");
                // The wait is as long as it must be, and no longer.
                let wait = i64::try_from(wait.as_millis()).unwrap();
                prop_assert!((1..=WINDOW).contains(&wait));
                let then = |at_: i64| window.clone().unwrap().step(limit(tries), at(at_));
                prop_assert!(!matches!(then(now + wait + skew), Step::Refuse(_)));
                prop_assert!(matches!(then(now + wait - 1), Step::Refuse(_)));
                continue;
            }
            let next = written(window.take(), step, now);
            prop_assert!(next.past.len() < 12);
            prop_assert_eq!(next.clone().step(limit(tries), at(next.last + WINDOW)), Step::Reset);
            prop_assert!(window.is_none_or(|before: Window| before.last <= next.last));
            window = Some(next);
            log.push(now);
        }
        Ok(log)
    }

    fn most_in(log: &[i64], length: i64) -> usize {
        let within = |&end: &i64| log.iter().filter(|&&t| t > end - length && t <= end).count();
        log.iter().map(within).max().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn no_window_holds_more_than_the_limit(
            tries in 1u32..20,
            pauses in prop::collection::vec(prop_oneof![0i64..4, 0i64..150, 0i64..1500], 1..300),
        ) {
            let times: Vec<_> =
                pauses.iter().scan(0, |now, pause| { *now += pause; Some(*now) }).collect();
            let log = let_through(tries, &times, 0)?;
            prop_assert!(most_in(&log, WINDOW) <= tries as usize);
        }

        #[test]
        fn clocks_that_differ_a_little_shorten_the_window_by_that_little(
            tries in 1u32..20,
            pauses in prop::collection::vec((prop_oneof![0i64..4, 0i64..150], 0i64..20), 1..300),
        ) {
            let times: Vec<_> = pauses
                .iter()
                .scan(0, |now, (pause, skew)| { *now += pause; Some(*now + skew) })
                .collect();
            let log = let_through(tries, &times, 20)?;
            prop_assert!(most_in(&log, WINDOW - 20) <= tries as usize);
        }
    }

    #[test]
    fn a_burst_at_the_edge_of_two_windows_is_one_burst() {
        let burst = |at: i64| (0..10).map(move |n| at + n);
        let times: Vec<_> = [0].into_iter().chain(burst(985)).chain(burst(1001)).collect();
        let log = let_through(10, &times, 0).unwrap();
        // The first has run out by then, so one more is let through, and no more.
        assert_eq!(log.iter().filter(|&&time| time >= 985).count(), 10);
    }

    #[test]
    fn a_lowered_limit_waits_for_as_many_as_it_takes() {
        let past = vec![Bucket { count: 3, last: 100 }, Bucket { count: 4, last: 300 }];
        let window = Window { tries: 9, count: 2, opened: 500, last: 550, past, version: 7 };
        let wait = |tries| window.clone().step(limit(tries), at(600));
        assert_eq!(wait(9), Step::Refuse(Duration::from_millis(500)));
        assert_eq!(wait(6), Step::Refuse(Duration::from_millis(700)));
        assert_eq!(wait(1), Step::Refuse(Duration::from_millis(950)));
    }
}
