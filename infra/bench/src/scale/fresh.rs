//! How soon a change is found.

use std::time::{Duration, Instant};

use ::tests::Kith;
use serde_json::json;

use super::search::finds;
use crate::series::Series;

/// Between two searches.
const PAUSE: Duration = Duration::from_millis(5);

/// Changes of a round.
const ROUND: usize = 10;

/// After which it won't be found any more.
const PATIENCE: Duration = Duration::from_secs(30);

/// From the answer to a change of somebody's name until a search finds them by
/// it, so many times.
pub async fn measure(kith: &Kith, renames: usize) -> Series {
    let person = kith.known_as("Wilhelmina Oft-Renamed").await;
    let mut times = Series::default();
    for n in 0..renames {
        if n.is_multiple_of(ROUND) {
            times.begin_round();
        }
        kith.stack.settled().await;
        let name = name(n);
        let answer = person.patch("/v1/users/me", json!({"display_name": name})).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let changed = Instant::now();
        while !finds(&name, &person).await {
            assert!(changed.elapsed() < PATIENCE, "{name} isn't found");
            tokio::time::sleep(PAUSE).await;
        }
        times.push(changed.elapsed());
    }
    times
}

/// Names of which none is another one with a typing error, else the one before
/// would do.
fn name(n: usize) -> String {
    let (consonants, vowels) = ("bdfgklmnprstvz", "aeiou");
    let letter = |letters: &str, n: usize| letters.chars().nth(n % letters.len());
    let syllable = [letter(consonants, n), letter(vowels, n / consonants.len())];
    syllable.iter().flatten().collect::<String>().repeat(4)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_differ() {
        let names: HashSet<_> = (0..50).map(name).collect();
        assert_eq!(names.len(), 50);
        assert!(names.contains("babababa"), "{names:?}");
    }
}
