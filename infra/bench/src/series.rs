//! Measured times.

use std::time::Duration;

/// Times of the same thing, in the rounds in which they were taken.
#[derive(Clone, Debug, Default)]
pub struct Series(Vec<Vec<Duration>>);

impl Series {
    pub fn begin_round(&mut self) {
        self.0.push(Vec::new());
    }

    pub fn push(&mut self, time: Duration) {
        if self.0.is_empty() {
            self.begin_round();
        }
        if let Some(round) = self.0.last_mut() {
            round.push(time);
        }
    }

    pub fn median(&self) -> Duration {
        percentile(self.0.concat(), 50)
    }

    pub fn p99(&self) -> Duration {
        percentile(self.0.concat(), 99)
    }

    pub fn max(&self) -> Duration {
        percentile(self.0.concat(), 100)
    }

    /// The lowest and the highest of the rounds' medians.
    pub fn spread(&self) -> (Duration, Duration) {
        let medians = self.0.iter().map(|round| percentile(round.clone(), 50));
        medians.fold((Duration::MAX, Duration::ZERO), |(low, high), median| {
            (low.min(median), high.max(median))
        })
    }
}

/// The smallest time that so many of a hundred don't exceed.
fn percentile(mut times: Vec<Duration>, percent: usize) -> Duration {
    times.sort_unstable();
    let rank = (times.len() * percent).div_ceil(100).max(1);
    times.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_ranks() {
        let times = |range: std::ops::RangeInclusive<u64>| -> Vec<_> {
            range.map(Duration::from_millis).collect()
        };
        assert_eq!(percentile(times(1..=100), 50), Duration::from_millis(50));
        assert_eq!(percentile(times(1..=100), 99), Duration::from_millis(99));
        assert_eq!(percentile(times(7..=7), 99), Duration::from_millis(7));
        let series = Series(vec![times(1..=3), times(5..=9)]);
        assert_eq!(series.spread(), (Duration::from_millis(2), Duration::from_millis(7)));
    }
}
