//! What somebody looks for.

use super::typos::{self, Distance};
use super::{Names, words};

/// Typing errors of all words together: more would be another name.
const MOST_TYPOS: usize = 4;

/// The words of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query(Vec<String>);

/// How well a person matches, the best first. People of one rank are sorted by
/// name, then by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    pub typos: usize,
    /// Not every word is matched as a whole.
    pub is_beginning: bool,
}

impl Query {
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(words::of_query(text))
    }

    /// The words to look for, the longest first: they narrow the most. Words
    /// that others begin with are left out, since one word of somebody's may
    /// match both.
    #[must_use]
    pub fn words(&self) -> Vec<&str> {
        self.longest_first().into_iter().filter(|word| !self.is_repeated(word)).collect()
    }

    /// The two longest words, where one is left out of [`Self::words`]: who has
    /// both comes before who has the longer one.
    #[must_use]
    pub fn repeated(&self) -> Option<[&str; 2]> {
        let words = self.longest_first();
        words.iter().any(|word| self.is_repeated(word)).then(|| [words[0], words[1]])
    }

    fn longest_first(&self) -> Vec<&str> {
        let mut words: Vec<_> = self.0.iter().map(String::as_str).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        words
    }

    fn is_repeated(&self, word: &str) -> bool {
        self.0.iter().any(|other| other != word && other.starts_with(word))
    }

    /// Typing errors that it may have in all.
    #[must_use]
    pub fn allowance(&self) -> usize {
        let all = self.0.iter().map(|word| typos::allowance(word)).sum::<usize>();
        all.min(MOST_TYPOS)
    }

    /// How well somebody with these words matches, if they do.
    #[must_use]
    pub fn rank<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Option<Rank> {
        let words: Vec<_> = words.into_iter().collect();
        let best = |typed| words.iter().filter_map(|word| rank(typed, word)).min();
        let ranks = self.0.iter().map(|typed| best(typed));
        ranks.reduce(|one, other| {
            let (one, other) = (one?, other?);
            Some(Rank {
                typos: one.typos + other.typos,
                is_beginning: one.is_beginning || other.is_beginning,
            })
        })?
    }
}

/// How well one word matches.
fn rank(typed: &str, word: &str) -> Option<Rank> {
    if typed == word {
        return Some(Rank { typos: 0, is_beginning: false });
    }
    if words::starts(word).any(|start| start.starts_with(typed)) {
        return Some(Rank { typos: 0, is_beginning: true });
    }
    let Distance { whole, beginning: (beginning, _) } = typos::distance(typed, word);
    let typos = whole.min(beginning);
    (typos <= typos::allowance(typed)).then_some(Rank { typos, is_beginning: whole > typos })
}

impl Names {
    /// The words that find them.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let Self { display_name, first_name, last_name, is_card: _ } = self;
        // The display name last: it is the longest, and often says the others again.
        words::of_name(
            [first_name, last_name, display_name].into_iter().flatten().map(String::as_str),
        )
    }

    /// What they are sorted by among others who match as well: the name that is shown.
    #[must_use]
    pub fn sort_key(&self) -> String {
        let name = self.display_name.clone().or_else(|| self.full_name());
        name.map(|name| words::sort_key(&name)).unwrap_or_default()
    }

    fn full_name(&self) -> Option<String> {
        let names = [&self.first_name, &self.last_name].into_iter().flatten();
        names.cloned().reduce(|first, last| format!("{first} {last}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank_of(query: &str, name: &str) -> Option<(usize, bool)> {
        let words = words::of_name([name]);
        let rank = Query::parse(query).rank(words.iter().map(String::as_str));
        rank.map(|rank| (rank.typos, rank.is_beginning))
    }

    #[test]
    fn matches_are_whole_words_then_beginnings_then_typos() {
        for (query, name, expected) in [
            ("ada", "Ada Lovelace", Some((0, false))),
            ("LOVELACE ada", "Ada Lovelace", Some((0, false))),
            ("love ada", "Ada Lovelace", Some((0, true))),
            ("lovalace", "Ada Lovelace", Some((1, false))),
            ("ovelace", "Ada Lovelace", Some((1, false))),
            ("lovlea", "Ada Lovelace", Some((1, true))),
            ("lace", "Ada Lovelace", None),
            ("adda", "Ada Lovelace", None),
            ("lxvxlace", "Ada Lovelace", None),
            ("kostnatin", "Konstantin", Some((2, false))),
            ("ada grace", "Ada Lovelace", None),
            ("pierre jean", "Jean-Pierre", Some((0, false))),
            ("小明", "王小明", Some((0, true))),
            ("", "Ada", None),
        ] {
            assert_eq!(rank_of(query, name), expected, "{query} {name}");
        }
        let query = Query::parse("mar maria");
        assert_eq!((query.words(), query.repeated()), (vec!["maria"], Some(["maria", "mar"])));
        assert_eq!(Query::parse("ada maria").repeated(), None);
        assert_eq!(rank_of("erik eriksson", "Erik Eriksson"), Some((0, false)));
        assert_eq!(rank_of("erik eriksson", "Anna Eriksson"), Some((0, true)));
    }
}
