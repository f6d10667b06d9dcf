//! What is looked for.

use local::names;

use super::crowd;

/// One kind of search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Word,
    Beginning,
    Words,
    Misspelt,
    NextPage,
    Nobody,
}

/// Letters of a beginning.
const LETTERS: usize = 3;

/// People whose both names are looked for, spread over all users.
const PEOPLE: u64 = 20;

impl Kind {
    pub const ALL: [Self; 6] =
        [Self::Word, Self::Beginning, Self::Words, Self::Misspelt, Self::NextPage, Self::Nobody];

    pub fn name(self) -> &'static str {
        match self {
            Self::Word => "a name",
            Self::Beginning => "3 letters",
            Self::Words => "both names",
            Self::Misspelt => "a misspelt name",
            Self::NextPage => "a name, 2nd page",
            Self::Nobody => "nobody's name",
        }
    }

    /// Whether it is one word as people have it, or its beginning.
    pub fn is_plain(self) -> bool {
        match self {
            Self::Word | Self::Beginning | Self::NextPage => true,
            Self::Words | Self::Misspelt | Self::Nobody => false,
        }
    }

    /// How many people a page shows, at least and at most, of `limit`.
    pub fn shows(self, limit: usize) -> std::ops::RangeInclusive<usize> {
        match self {
            Self::Word | Self::Beginning | Self::Misspelt | Self::NextPage => limit..=limit,
            Self::Words => 1..=limit,
            Self::Nobody => 0..=0,
        }
    }

    /// Some of the kind, always the same ones.
    pub fn queries(self, users: u64) -> Vec<String> {
        let of_crowd = |query: fn(&str) -> String| crowd::names().into_iter().map(query).collect();
        match self {
            Self::Word | Self::NextPage => of_crowd(str::to_owned),
            Self::Beginning => of_crowd(|name| name.chars().take(LETTERS).collect()),
            Self::Misspelt => of_crowd(misspelt),
            // No name is another one's reverse.
            Self::Nobody => of_crowd(|name| name.chars().rev().collect()),
            Self::Words => (0..PEOPLE).map(|n| both_names(n * users / PEOPLE)).collect(),
        }
    }
}

/// Of the first one from `start` on whose profile is public.
fn both_names(start: u64) -> String {
    // As `seed` decides.
    let n = (start..start + 5).find(|n| n % 5 <= 2).unwrap_or(start);
    let person = names::person(n);
    format!("{} {}", person.first_name, person.last_name)
}

/// With its middle letter changed.
fn misspelt(name: &str) -> String {
    let middle = name.chars().count() / 2;
    let change = |(n, c)| match c {
        _ if n != middle => c,
        'x' => 'q',
        _ => 'x',
    };
    name.chars().enumerate().map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_of_their_kind() {
        assert_eq!(misspelt("Charlotte"), "Charxotte");
        for kind in Kind::ALL {
            let queries = kind.queries(100);
            let most = queries.iter().map(|query| query.chars().count()).max();
            assert!(queries.len() >= 8, "{queries:?}");
            assert_eq!(most == Some(LETTERS), kind == Kind::Beginning, "{queries:?}");
            assert!(kind != Kind::Words || queries.iter().all(|query| query.contains(' ')));
        }
    }
}
