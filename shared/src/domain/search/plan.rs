//! The steps in which an answer is made.
//!
//! Those whom a query finds without typing errors are in one place (in two for
//! several words), those with errors in the places of the words that may have
//! been meant, those with the fewest first. A step reads a few places at once;
//! where there are more, the next step reads them.

use super::typos::Correction;
use super::{Filing, Place, Query, places};

/// Places that one step reads.
const TOGETHER: usize = 8;

/// What a word may have been meant to be: as it was typed, first.
pub type Meant = Vec<Correction>;

/// Those of an answer who are found in the same places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    typos: usize,
    whom: Whom,
    /// Where they are.
    pub places: Vec<Place>,
    /// Where those are whom the steps before have found.
    before: Vec<Place>,
}

/// Whom of its places a step finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whom {
    /// Those who match as they are filed: whole words before beginnings.
    AsFiled,
    /// Those with all words as they are.
    Whole,
    /// All others.
    Others,
    /// Everybody.
    All,
}

/// The steps without typing errors.
#[must_use]
pub fn exact(query: &Query) -> Vec<Step> {
    let step = |whom, places| Step { typos: 0, whom, places, before: Vec::new() };
    let words: Vec<Meant> = query.words().iter().map(|word| vec![as_typed(word)]).collect();
    let places = meant(query, &words, 0);
    match query.repeated() {
        None => vec![step(Whom::AsFiled, places)],
        Some([one, other]) => {
            let [whole, _] = Place::pair(one, other);
            vec![step(Whom::Whole, vec![whole]), step(Whom::Others, places)]
        }
    }
}

/// The steps with typing errors, by what the two longest words may have meant.
#[must_use]
pub fn near(query: &Query, words: &[Meant]) -> Vec<Step> {
    let whom = if query.repeated().is_some() { Whom::All } else { Whom::AsFiled };
    let steps = (1..=query.allowance()).flat_map(|typos| {
        let places = meant(query, words, typos);
        let starts = (0..places.len()).step_by(TOGETHER);
        let step = |start: usize| Step {
            typos,
            whom,
            places: places[start..places.len().min(start + TOGETHER)].to_vec(),
            before: places[..start].to_vec(),
        };
        starts.map(step).collect::<Vec<_>>()
    });
    steps.collect()
}

/// A word as it was typed.
#[must_use]
pub fn as_typed(word: &str) -> Correction {
    Correction { typos: 0, text: word.to_owned() }
}

/// The places of those whose match has so many errors, the nearest first.
fn meant(query: &Query, words: &[Meant], typos: usize) -> Vec<Place> {
    let mut places: Vec<Place> = match words {
        [] => Vec::new(),
        [word] => {
            let near = word.iter().filter(|correction| correction.typos == typos);
            let near = near.filter(|correction| correction.text.chars().nth(1).is_some());
            near.map(|correction| Place::Beginning(correction.text.clone())).collect()
        }
        [one, other, ..] => {
            // Words beside these two may have errors, too.
            let is_near = |sum| if query.words().len() > 2 { sum <= typos } else { sum == typos };
            let pairs = one.iter().enumerate().flat_map(|(m, one)| {
                other.iter().enumerate().map(move |(n, other)| (m + n, one, other))
            });
            let mut near: Vec<_> =
                pairs.filter(|(_, one, other)| is_near(one.typos + other.typos)).collect();
            // The nearest of both words, and not all of one before those of the other.
            near.sort_by_key(|(distance, ..)| *distance);
            near.into_iter()
                .flat_map(|(_, one, other)| Place::pair(&one.text, &other.text))
                .collect()
        }
    };
    let mut known = std::collections::HashSet::new();
    places.retain(|place| known.insert(place.clone()));
    places
}

impl Step {
    /// Whether everybody in its places is found.
    #[must_use]
    pub fn is_simple(&self, query: &Query) -> bool {
        self.typos == 0 && self.whom == Whom::AsFiled && query.words().len() == 1
    }

    /// Whether it finds somebody with these words by an entry that is filed so
    /// in one of its places: by one entry only, and in no later step again.
    #[must_use]
    pub fn finds(&self, query: &Query, words: &[String], filing: Filing) -> bool {
        let Some(rank) = query.rank(words.iter().map(String::as_str)) else { return false };
        if rank.typos != self.typos {
            return false;
        }
        let wanted = match self.whom {
            Whom::AsFiled if rank.is_beginning => Some(Filing::Beginning),
            Whom::AsFiled => Some(Filing::Whole),
            Whom::Whole if rank.is_beginning => return false,
            Whom::Others if !rank.is_beginning => return false,
            Whom::Whole | Whom::Others | Whom::All => None,
        };
        if wanted.is_some_and(|wanted| wanted != filing) {
            return false;
        }
        if wanted.is_some() && self.before.is_empty() {
            return true;
        }
        let filed = places::of(words);
        let is_wanted = |filing: &&Filing| wanted.is_none_or(|wanted| wanted == **filing);
        let mut before = self.before.iter().filter_map(|place| filed.get(place));
        let first = self.places.iter().filter_map(|place| filed.get(place)).filter(is_wanted).min();
        !before.any(|filing| is_wanted(&filing)) && first == Some(&filing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correction(typos: usize, text: String) -> Correction {
        Correction { typos, text }
    }

    #[test]
    fn every_correction_is_followed_in_some_step_and_finds_its_people_once() {
        let query = Query::parse("kestrel");
        let letters = ('a'..='t').map(|letter| correction(1, format!("{letter}estrel")));
        let meant: Meant = std::iter::once(as_typed("kestrel")).chain(letters.clone()).collect();
        let steps = near(&query, &[meant]);
        assert_eq!(steps.iter().map(|step| step.places.len()).collect::<Vec<_>>(), [8, 8, 4]);
        let words = ["aestrel".to_owned(), "testrel".to_owned()];
        let finds: Vec<_> =
            steps.iter().map(|step| step.finds(&query, &words, Filing::Whole)).collect();
        assert_eq!(finds, [true, false, false]);
    }

    #[test]
    fn the_nearest_of_both_words_come_first() {
        let query = Query::parse("elexander marie");
        let first = vec![as_typed("elexander"), correction(1, "alexander".to_owned())];
        let near_marie = ["maria", "marice", "marin", "mario", "marit", "marix"];
        let near_marie = near_marie.map(|word| correction(1, word.to_owned()));
        let second = std::iter::once(as_typed("marie")).chain(near_marie).collect();
        let steps = near(&query, &[first, second]);
        let [whole, _] = Place::pair("alexander", "marie");
        assert!(steps[0].places.contains(&whole), "{steps:?}");
    }
}
