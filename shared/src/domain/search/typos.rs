//! Typing errors: a letter changed, missing, added, or two neighbours swapped
//! (optimal string alignment distance).
//!
//! Two words that are close share what is left of them when a few letters are
//! taken out (their deletion neighbourhoods). So each word that exists is filed
//! under its neighbours, once however many people bear it, and the words close
//! to a query are found by reading the query's neighbours: a fixed number of
//! keys. Only the beginning is taken, since a query may be the beginning of a
//! word.

use std::collections::BTreeSet;

use super::words;

/// Typing errors that a query's word may have, by its length.
#[must_use]
pub fn allowance(word: &str) -> usize {
    match word.chars().count() {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    }
}

/// How much of a word is filed and how many letters are taken out of it, for
/// queries of 5, of 6, of 7 to 8, and of more letters.
const LEVELS: [(usize, usize); 4] = [(5, 1), (6, 1), (7, 1), (8, 2)];

/// The keys that a word is filed under, 39 at most.
#[must_use]
pub fn neighbours(word: &str) -> BTreeSet<String> {
    LEVELS.iter().flat_map(|level| without(word, *level)).collect()
}

/// The keys under which all words are found that a query's word may mean: at
/// least one of them is a neighbour of each word with a beginning as close as
/// [`allowance`] lets it be.
#[must_use]
pub fn probes(word: &str) -> BTreeSet<String> {
    let level = match word.chars().count() {
        0..=4 => return BTreeSet::new(),
        5 => LEVELS[0],
        6 => LEVELS[1],
        7 | 8 => LEVELS[2],
        _ => LEVELS[3],
    };
    without(word, level)
}

/// What is left of the first `length` letters when `count` of them are taken
/// out; a letter that isn't there counts as taken.
fn without(word: &str, (length, count): (usize, usize)) -> BTreeSet<String> {
    let letters: Vec<char> = word.chars().take(length).collect();
    let Some(count) = (letters.len() + count).checked_sub(length) else { return BTreeSet::new() };
    let mut left = BTreeSet::from([letters]);
    for _ in 0..count {
        let all = left.iter().flat_map(|letters| {
            (0..letters.len()).map(|gone| [&letters[..gone], &letters[gone + 1..]].concat())
        });
        left = all.collect();
    }
    left.into_iter().map(String::from_iter).collect()
}

/// How far a word is from what somebody typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distance {
    /// From the word as a whole.
    pub whole: usize,
    /// From the word's nearest beginning, and how many letters that has; the
    /// shortest of several.
    pub beginning: (usize, usize),
}

/// The distance of a word from what was typed.
#[must_use]
pub fn distance(typed: &str, word: &str) -> Distance {
    let typed: Vec<char> = typed.chars().collect();
    let word: Vec<char> = word.chars().collect();
    // Three rows of the table: to this letter typed, to the one before, to the one before that.
    let mut row: Vec<usize> = (0..=word.len()).collect();
    let mut before = row.clone();
    let mut before_that = row.clone();
    for (i, letter) in typed.iter().enumerate() {
        std::mem::swap(&mut before_that, &mut before);
        std::mem::swap(&mut before, &mut row);
        row[0] = i + 1;
        for (j, other) in word.iter().enumerate() {
            let changed = before[j] + usize::from(letter != other);
            let mut least = changed.min(before[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == word[j - 1] && typed[i - 1] == *other {
                least = least.min(before_that[j - 1] + 1);
            }
            row[j + 1] = least;
        }
    }
    let nearest = row.iter().enumerate().map(|(length, distance)| (*distance, length)).min();
    Distance { whole: row[word.len()], beginning: nearest.unwrap_or_default() }
}

/// What a query's word may have been meant to be: the beginning of a word, or
/// a whole word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Correction {
    pub typos: usize,
    pub text: String,
}

/// The corrections that lead from what was typed to these words, the nearest
/// first.
#[must_use]
pub fn corrections<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> BTreeSet<Correction> {
    let most = allowance(typed);
    let mut found = BTreeSet::new();
    for word in known {
        let Distance { whole, beginning: (typos, length) } = distance(typed, word);
        for (typos, text) in [(whole, word), (typos, words::first(word, length))] {
            if (1..=most).contains(&typos) {
                found.insert(Correction { typos, text: text.to_owned() });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn distances_count_swaps_as_one() {
        for (typed, word, whole, beginning) in [
            ("maria", "maria", 0, (0, 5)),
            ("mraia", "maria", 1, (1, 5)),
            ("maia", "maria", 1, (1, 5)),
            ("alexnad", "alexander", 3, (1, 7)),
            ("", "abc", 3, (0, 0)),
            ("abc", "", 3, (3, 0)),
        ] {
            assert_eq!(distance(typed, word), Distance { whole, beginning }, "{typed} {word}");
        }
    }

    #[test]
    fn a_word_has_a_bounded_number_of_neighbours() {
        assert_eq!(neighbours("anna"), BTreeSet::from(["anna".to_owned()]));
        assert!(neighbours("ann").is_empty());
        assert_eq!(neighbours("konstantin").len(), 39);
        assert_eq!(probes("konstantin").len(), 28);
        assert_eq!(probes("maria").len(), 5);
    }

    proptest! {
        /// The claim that the index stands on.
        #[test]
        fn close_words_share_a_neighbour(word in "[a-e]{3,12}", typed in "[a-e]{5,12}") {
            let Distance { beginning: (typos, _), .. } = distance(&typed, &word);
            if typos <= allowance(&typed) {
                prop_assert!(!neighbours(&word).is_disjoint(&probes(&typed)), "{typos}");
            }
        }

        #[test]
        fn words_with_typos_share_a_neighbour(
            word in "[a-z]{5,14}", edits in proptest::collection::vec((0..4u8, 0..14usize, "[a-z]"), 0..3),
        ) {
            let mut typed: Vec<char> = word.chars().collect();
            for (kind, at, letter) in edits {
                let at = at.min(typed.len() - 1);
                let letter = letter.chars().next().unwrap();
                match kind {
                    0 => typed[at] = letter,
                    1 => typed.insert(at, letter),
                    2 => drop(typed.remove(at)),
                    _ => {
                        let next = (at + 1).min(typed.len() - 1);
                        typed.swap(at, next);
                    }
                }
            }
            let typed = String::from_iter(typed);
            if distance(&typed, &word).beginning.0 <= allowance(&typed) && typed.len() >= 5 {
                prop_assert!(!neighbours(&word).is_disjoint(&probes(&typed)), "{typed}");
            }
        }
    }
}
