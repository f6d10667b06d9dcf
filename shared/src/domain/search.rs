//! Finding people by name: what a name is found under, and how well a query
//! matches. Pure: both the index and the search go by it.
//!
//! A name becomes [`words`], folded so that case, accents and width don't
//! matter. Each person is filed in [`places`]: under the beginnings of their
//! words, and under pairs of them, so that a query of any number of words reads
//! one or two places and never the matches of a common word one by one. Typing
//! errors are found by way of the words that exist ([`typos`]).

pub mod directory;
pub mod places;
pub mod plan;
mod query;
pub mod typos;
mod words;

pub use places::{Filing, Place};
pub use query::{Query, Rank};

/// Letters of a name's sort key, more than a list shows.
const SORTED: usize = 60;

/// The parts of a name that everybody may see who may search.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Names {
    pub display_name: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// Only members may see them.
    #[serde(default)]
    pub is_card: bool,
}
