//! Reading the index: who is found, in order, in a bounded number of requests.
//!
//! A query without typing errors reads one place (two for several words), which
//! is sorted as the answer is. Where that doesn't fill the page, the words that
//! may have been meant are looked up, all at once, and their places are merged,
//! those with the fewest errors first.
//!
//! So an answer is made in steps ([`Step`]), and a position in it is a step and
//! the entry in its places.

use std::collections::VecDeque;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use futures_util::future::try_join_all;

use super::index::Index;
use super::item::Item;
use super::{failure, keys, string};
use crate::domain::search::plan::{self, Meant, Step};
use crate::domain::search::{Filing, Query, typos};
use crate::domain::{Error, Result, UserId};

/// Steps of one reading: more are left to the next page.
const STEPS: usize = 4;

/// Rounds of reading on, where many entries of a place don't match.
const ROUNDS: usize = 3;

/// Entries read at once of a place of which not all match.
const MANY: usize = 100;

/// Somebody who was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub id: UserId,
    /// Where to go on after them.
    pub position: String,
}

/// One partition that is read in order.
struct Source {
    partition: String,
    /// Read and not yet looked at.
    entries: VecDeque<Entry>,
    /// The last one read.
    read: Option<String>,
    is_exhausted: bool,
}

struct Entry {
    position: String,
    words: Vec<String>,
    /// For members only.
    is_card: bool,
}

impl Index {
    /// Up to `limit` people whom a query finds after a position, the best
    /// first, and the position to go on from, where there may be more. Those
    /// who show members a card are found for members only.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn search(
        &self,
        query: &Query,
        is_member: bool,
        after: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<Found>, Option<String>)> {
        let (first, mut after) = match after.map(split) {
            Some(position) => position.ok_or(Error::InvalidCursor)?,
            None => (0, None),
        };
        let mut steps = plan::exact(query);
        let exact = steps.len();
        let mut found = Vec::new();
        for number in first..first + STEPS {
            if number >= exact && steps.len() == exact && query.allowance() > 0 {
                steps.extend(plan::near(query, &self.corrections(query).await?));
            }
            let Some(step) = steps.get(number) else { return Ok((found, None)) };
            let wanted = limit - found.len();
            let (people, rest) = self.read(query, step, is_member, after.take(), wanted).await?;
            found.extend(
                people.into_iter().map(|(id, entry)| Found { id, position: join(number, &entry) }),
            );
            if let Some(position) = rest {
                return Ok((found, Some(join(number, &position))));
            }
        }
        let next = first + STEPS;
        Ok((found, (next < steps.len()).then(|| join(next, ""))))
    }

    /// What the two longest words of a query may have been meant to be; each
    /// as it was typed, first.
    async fn corrections(&self, query: &Query) -> Result<Vec<Meant>> {
        let words = query.words();
        let probes = words.iter().take(2).flat_map(|word| typos::probes(word)).collect();
        let known = self.words(probes).await?;
        let corrections = words.iter().take(2).map(|word| {
            let known = known.iter().map(String::as_str);
            let corrections = typos::corrections(word, known);
            std::iter::once(plan::as_typed(word)).chain(corrections).collect()
        });
        Ok(corrections.collect())
    }

    /// Up to `limit` people whom a step finds, each with their entry, and the last entry looked at, where there may be more.
    async fn read(
        &self,
        query: &Query,
        step: &Step,
        is_member: bool,
        after: Option<String>,
        limit: usize,
    ) -> Result<(Vec<(UserId, String)>, Option<String>)> {
        let count = if step.is_simple(query) { limit + 1 } else { MANY.max(2 * limit) };
        let mut sources: Vec<_> = step
            .places
            .iter()
            .flat_map(keys::place)
            .map(|partition| Source::new(partition, after.clone()))
            .collect();
        let mut found: Vec<(UserId, String)> = Vec::new();
        for _ in 0..ROUNDS {
            let reads = sources.iter_mut().filter(|source| source.is_hungry());
            let reads: Vec<_> = reads.map(|source| self.read_on(source, count)).collect();
            try_join_all(reads).await?;
            while let Some(entry) = next(&mut sources) {
                let is_shown = is_member || !entry.is_card;
                if !is_shown || !step.finds(query, &entry.words, entry.filing()) {
                    continue;
                }
                if found.len() == limit {
                    let last = found.last().map(|(_, entry)| entry.clone());
                    return Ok((found, Some(last.or(after).unwrap_or_default())));
                }
                found.push((entry.id()?, entry.position));
            }
            if sources.iter().all(|source| source.is_exhausted) {
                return Ok((found, None));
            }
        }
        // Up to here all places have been looked at.
        let bound = sources.iter().filter(|source| source.is_hungry());
        let bound = bound.filter_map(|source| source.read.clone()).min();
        Ok((found, bound))
    }

    async fn read_on(&self, source: &mut Source, count: usize) -> Result<()> {
        let condition = if source.read.is_some() { "pk = :pk AND sk > :after" } else { "pk = :pk" };
        let answer = self
            .0
            .client
            .query()
            .table_name(&self.0.table)
            .key_condition_expression(condition)
            .set_expression_attribute_values(Some(values(source)))
            .limit(i32::try_from(count).map_err(Error::internal)?)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(failure)?;
        source.is_exhausted = answer.last_evaluated_key.is_none();
        for item in answer.items.unwrap_or_default() {
            let entry = Entry::read(&item)?;
            source.read = Some(entry.position.clone());
            source.entries.push_back(entry);
        }
        Ok(())
    }
}

fn values(source: &Source) -> Item {
    let after = source.read.iter().map(|read| (":after".to_owned(), string(read)));
    let pk = (":pk".to_owned(), string(&source.partition));
    after.chain([pk]).collect()
}

impl Source {
    fn new(partition: String, after: Option<String>) -> Self {
        Self { partition, entries: VecDeque::new(), read: after, is_exhausted: false }
    }

    /// Whether it has to be read before anything after it can be trusted.
    fn is_hungry(&self) -> bool {
        self.entries.is_empty() && !self.is_exhausted
    }
}

impl Entry {
    fn read(item: &Item) -> Result<Self> {
        let part = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
        let entry = part("sk").zip(part("words"));
        let (position, words) =
            entry.ok_or_else(|| Error::internal("an entry of the index without its words"))?;
        let words = words.split(' ').map(str::to_owned).collect();
        Ok(Self { position, words, is_card: item.contains_key(keys::CARD) })
    }

    fn filing(&self) -> Filing {
        if self.position.starts_with(keys::filing_letter(Filing::Whole)) {
            Filing::Whole
        } else {
            Filing::Beginning
        }
    }

    fn id(&self) -> Result<UserId> {
        let id = self.position.rsplit_once('#').and_then(|(_, id)| id.parse().ok());
        id.ok_or_else(|| Error::internal("an entry of the index without an id"))
    }
}

/// The first entry of all sources, taken out of them; none while a source has
/// to be read before.
fn next(sources: &mut [Source]) -> Option<Entry> {
    if sources.iter().any(Source::is_hungry) {
        return None;
    }
    let heads = sources.iter().filter_map(|source| source.entries.front());
    let first = heads.map(|entry| entry.position.clone()).min()?;
    let mut taken = None;
    for source in sources {
        // Somebody may be in several places.
        if source.entries.front().is_some_and(|entry| entry.position == first) {
            taken = source.entries.pop_front();
        }
    }
    taken
}

/// A position among all matches: the step, then the entry.
fn join(step: usize, entry: &str) -> String {
    format!("{step}:{entry}")
}

fn split(position: &str) -> Option<(usize, Option<String>)> {
    let (step, entry) = position.split_once(':')?;
    Some((step.parse().ok()?, (!entry.is_empty()).then(|| entry.to_owned())))
}
