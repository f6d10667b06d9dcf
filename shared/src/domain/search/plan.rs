//! The steps in which an answer is made.
//!
//! Those whom a query finds without typing errors are in one place (in two for
//! several words), those with errors in the places of the words that may have
//! been meant, those with the fewest first.

use super::typos::Correction;
use super::{Filing, Place, Query, places};

/// Corrections of a word, and of two words together, that are followed for
/// each number of errors.
const CORRECTIONS: usize = 8;
const PAIRS: usize = 8;

/// What a word may have been meant to be: as it was typed, first.
pub type Meant = Vec<Correction>;

/// Those of an answer who are found in the same places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub typos: usize,
    pub whom: Whom,
}

/// Whom of these places a step finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Those who match as they are filed: whole words before beginnings.
    AsFiled,
    /// Those with all words as they are.
    Whole,
    /// All others.
    Others,
    /// Everybody.
    All,
}

impl Step {
    /// Whether it finds somebody with these words by an entry that is filed so
    /// in one of its places: by one entry only.
    #[must_use]
    pub fn finds(self, query: &Query, places: &[Place], words: &[String], filing: Filing) -> bool {
        let Some(rank) = query.rank(words.iter().map(String::as_str)) else { return false };
        if rank.typos != self.typos {
            return false;
        }
        let is_wanted = match self.whom {
            Whom::AsFiled => return rank.is_beginning == (filing == Filing::Beginning),
            Whom::Whole => !rank.is_beginning,
            Whom::Others => rank.is_beginning,
            Whom::All => true,
        };
        let filed = places::of(words);
        let first = places.iter().filter_map(|place| filed.get(place)).min();
        is_wanted && first == Some(&filing)
    }
}

/// The steps of an answer, ten at most.
#[must_use]
pub fn steps(query: &Query) -> Vec<Step> {
    let all = 0..=query.allowance();
    if query.repeated().is_none() {
        return all.map(|typos| Step { typos, whom: Whom::AsFiled }).collect();
    }
    let first = [Whom::Whole, Whom::Others].map(|whom| Step { typos: 0, whom });
    first.into_iter().chain(all.skip(1).map(|typos| Step { typos, whom: Whom::All })).collect()
}

/// Whether everybody in the step's places is found.
#[must_use]
pub fn is_simple(query: &Query, step: Step) -> bool {
    step == Step { typos: 0, whom: Whom::AsFiled } && query.words().len() == 1
}

/// Where the people of a step are.
#[must_use]
pub fn places_of(query: &Query, corrections: &[Meant], step: Step) -> Vec<Place> {
    if let (Whom::Whole, Some([one, other])) = (step.whom, query.repeated()) {
        let [whole, _] = Place::pair(one, other);
        return vec![whole];
    }
    let typos = step.typos;
    let words = query.words();
    let typed: Vec<_> = words.iter().take(2).map(|word| vec![as_typed(word)]).collect();
    let meant = if typos == 0 { &typed[..] } else { corrections };
    match meant {
        [] => Vec::new(),
        [word] => {
            let nearest = word.iter().filter(|correction| correction.typos == typos);
            let nearest = nearest.filter(|correction| correction.text.chars().nth(1).is_some());
            let nearest = nearest.map(|correction| Place::Beginning(correction.text.clone()));
            nearest.take(CORRECTIONS).collect()
        }
        [one, other, ..] => {
            let pairs = one.iter().flat_map(|one| other.iter().map(move |other| (one, other)));
            // Words beside these two may have errors, too.
            let is_near = |sum| if words.len() > 2 { sum <= typos } else { sum == typos };
            let near = pairs.filter(|(one, other)| is_near(one.typos + other.typos));
            let places =
                near.take(PAIRS).flat_map(|(one, other)| Place::pair(&one.text, &other.text));
            let mut places: Vec<_> = places.collect();
            places.sort();
            places.dedup();
            places
        }
    }
}

/// A word as it was typed.
#[must_use]
pub fn as_typed(word: &str) -> Correction {
    Correction { typos: 0, text: word.to_owned() }
}
