//! Where a person is filed, and where a query looks.

use std::collections::BTreeMap;

use super::words::{first, inner_starts, starts};

/// Words whose pairs count; of scripts without spaces, beginnings within words
/// after those.
const PAIRED: usize = 12;

/// Letters of each word of a pair.
const PAIR: usize = 3;

/// A list of people, sorted by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// People with a word that begins so (two letters or more).
    Beginning(String),
    /// People with two words that begin so: up to three letters of each, as
    /// many of one as of the other, in alphabetical order.
    Beginnings(String, String),
    /// People with these two words, in alphabetical order.
    Words(String, String),
}

/// How a person is filed in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filing {
    /// The place's words are whole words of theirs: they come first.
    Whole,
    /// Their words begin as the place's do.
    Beginning,
}

impl Place {
    /// Where the bearers of two words are: those who have both as they are, and
    /// those whose words begin so.
    #[must_use]
    pub fn pair(one: &str, other: &str) -> [Self; 2] {
        let length = [one, other].map(|word| word.chars().count()).into_iter().min();
        let length = length.unwrap_or(0).min(PAIR);
        [
            Self::words(one.to_owned(), other.to_owned()),
            Self::beginnings(first(one, length), first(other, length)),
        ]
    }

    fn words(one: String, other: String) -> Self {
        if one <= other { Self::Words(one, other) } else { Self::Words(other, one) }
    }

    fn beginnings(one: &str, other: &str) -> Self {
        let (one, other) = if one <= other { (one, other) } else { (other, one) };
        Self::Beginnings(one.to_owned(), other.to_owned())
    }
}

/// All places of somebody with these words.
#[must_use]
pub fn of(words: &[String]) -> BTreeMap<Place, Filing> {
    let mut places = BTreeMap::new();
    let mut file = |place, filing: Filing| {
        let filed = places.entry(place).or_insert(filing);
        *filed = filing.min(*filed);
    };
    for word in words {
        for start in starts(word) {
            for length in 2..=start.chars().count() {
                let beginning = first(start, length);
                let filing = if beginning == word { Filing::Whole } else { Filing::Beginning };
                file(Place::Beginning(beginning.to_owned()), filing);
            }
        }
    }
    let inner = words.iter().flat_map(|word| inner_starts(word));
    let all = words.iter().map(String::as_str).chain(inner).take(PAIRED);
    let all: Vec<&str> = all.collect();
    for (n, one) in all.iter().enumerate() {
        for other in &all[n + 1..] {
            file(Place::words((*one).to_owned(), (*other).to_owned()), Filing::Whole);
            for length in 1..=PAIR {
                let is_long = |word: &str| word.chars().nth(length - 1).is_some();
                if is_long(one) && is_long(other) {
                    let place = Place::beginnings(first(one, length), first(other, length));
                    file(place, Filing::Beginning);
                }
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_words_are_filed_under_their_beginnings_and_as_a_pair() {
        let places = of(&["ada".to_owned(), "li".to_owned()]);
        let beginning = |text: &str| Place::Beginning(text.to_owned());
        let expected = BTreeMap::from([
            (beginning("ad"), Filing::Beginning),
            (beginning("ada"), Filing::Whole),
            (beginning("li"), Filing::Whole),
            (Place::Beginnings("a".into(), "l".into()), Filing::Beginning),
            (Place::Beginnings("ad".into(), "li".into()), Filing::Beginning),
            (Place::Words("ada".into(), "li".into()), Filing::Whole),
        ]);
        assert_eq!(places, expected);
        for (one, other) in [("li", "ada"), ("a", "li"), ("ad", "l")] {
            assert!(Place::pair(one, other).iter().any(|place| places.contains_key(place)));
        }
    }

    #[test]
    fn a_long_name_has_a_bounded_number_of_places() {
        for letter in ['a', '一'] {
            let letter = |n: u32| char::from_u32(u32::from(letter) + n).unwrap().to_string();
            let words: Vec<_> = (0..36).map(|n| letter(n).repeat(24)).collect();
            let most = words.len() * (23 + 8 * 7) + 66 * 4;
            assert!(of(&words).len() <= most);
        }
    }
}
