//! The directory: where administrators find people, in the index table. Each
//! entry carries all that a query may ask for, so that those who don't fit are
//! passed over without reading them.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use futures_util::future::try_join_all;

use super::index::{Carried, Index};
use super::item::Item;
use super::keys::{self, Directory, Key};
use super::{failure, string};
use crate::domain::search::directory::{DirectoryEntry, DirectoryQuery};
use crate::domain::{Error, Result, UserId};

/// The attribute that says who an entry is about.
pub(super) const ENTRY: &str = "directory";

/// Readings of a page before it is given up as it is.
const ROUNDS: usize = 3;

/// Entries read at once of each partition where not all of them fit.
const MANY: usize = 100;

/// All of somebody's entries. As many as their words and ways to sign in, and
/// one.
pub(super) fn postings(entry: &DirectoryEntry, id: UserId) -> impl Iterator<Item = (Key, Carried)> {
    let (status, role) = (entry.status, entry.role);
    let key = move |part: Directory<'_>, position: &str| part.entry(status, role, position, id);
    let by_word = entry.words.iter().filter_map(move |word| {
        let part = Directory::Words(word.chars().next()?);
        Some(key(part, &keys::directory_position(word)))
    });
    let address = entry.email.as_str();
    let by_address = address
        .chars()
        .next()
        .map(|first| key(Directory::Addresses(first), &keys::directory_position(address)));
    let created_at = entry.created_at.to_string();
    let by_provider = entry
        .providers
        .iter()
        .map(move |provider| (key(Directory::Providers(provider), &created_at), Carried::Nothing));
    let whole = move |key| (key, Carried::Directory(entry.clone()));
    by_word.chain(by_address).map(whole).chain(by_provider)
}

/// The range of entries that a query goes through.
struct Range<'a> {
    part: Directory<'a>,
    /// What all their positions begin with.
    beginning: String,
    /// From the last to the first, as by age.
    is_backwards: bool,
}

impl<'a> Range<'a> {
    /// `None` where the query finds nobody, whoever there is.
    fn of(query: &'a DirectoryQuery) -> Option<Self> {
        let (part, text) = match (&query.text, &query.provider) {
            (Some(text), _) => match (text.address(), text.word()) {
                (Some(address), _) => (Directory::Addresses(address.chars().next()?), address),
                (None, word) => (Directory::Words(word?.chars().next()?), word?),
            },
            (None, provider) => (Directory::Providers(provider.as_ref()?), ""),
        };
        let is_backwards = matches!(part, Directory::Providers(_));
        Some(Self { part, beginning: keys::directory_position(text), is_backwards })
    }

    /// The bounds of what is left after a position, which may be that itself.
    fn bounds(&self, after: Option<&str>) -> (String, String) {
        let (first, last) = (self.beginning.clone(), format!("{}\u{10FFFF}", self.beginning));
        match (after.map(str::to_owned), self.is_backwards) {
            (None, _) => (if first.is_empty() { " ".to_owned() } else { first }, last),
            (Some(after), false) => (after, last),
            (Some(after), true) => (" ".to_owned(), after),
        }
    }

    fn is_ahead(&self, position: &str, after: &str) -> bool {
        if self.is_backwards { position < after } else { position > after }
    }
}

/// An entry as it is read.
struct Entry {
    position: String,
    id: UserId,
    /// `None` where there is nothing more to it than where it is.
    about: Option<DirectoryEntry>,
}

impl Entry {
    fn read(item: &Item) -> Result<Self> {
        let position = item.get("sk").and_then(|value| value.as_s().ok());
        let id = position.and_then(|position| position.rsplit_once('#')?.1.parse().ok());
        let (Some(position), Some(id)) = (position.cloned(), id) else {
            return Err(Error::internal("the directory has an entry of nobody"));
        };
        let entry = item.get(ENTRY).cloned().map(serde_dynamo::from_attribute_value);
        Ok(Self { position, id, about: entry.transpose().map_err(Error::internal)? })
    }

    /// Somebody with several words that begin so counts at the first of them.
    fn is_found(&self, query: &DirectoryQuery) -> bool {
        let Some(entry) = &self.about else { return true };
        let text = query.text.as_ref();
        let word = text.filter(|text| text.address().is_none()).and_then(|text| text.word());
        let is_first = word.is_none_or(|word| {
            let found = self.position.rsplit_once('#').map(|(found, _)| found);
            entry.word(word) == found
        });
        is_first && query.finds(entry)
    }
}

impl Index {
    /// Up to `limit` people whom a query by text or way to sign in finds after a
    /// position, and the position to go on from, where there may be more: by
    /// text in alphabetical order, otherwise the newest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn directory(
        &self,
        query: &DirectoryQuery,
        mut after: Option<String>,
        limit: usize,
    ) -> Result<(Vec<UserId>, Option<String>)> {
        let mut found = Vec::new();
        let Some(range) = Range::of(query) else { return Ok((found, None)) };
        let is_whole = query.text.is_none();
        let count = if is_whole { limit + 2 } else { MANY.max(limit + 2) };
        for _ in 0..ROUNDS {
            let partitions: Vec<_> = query
                .kinds()
                .flat_map(|(status, role)| range.part.partitions(status, role))
                .collect();
            let reads = partitions.into_iter();
            let reads = reads.map(|pk| self.entries(pk, &range, after.as_deref(), count));
            let (mut entries, mut bound) = (Vec::new(), None::<String>);
            for (read, has_more) in try_join_all(reads).await? {
                // Up to there all partitions have been looked at.
                let last = read.last().filter(|_| has_more).map(|entry| entry.position.clone());
                bound = match (bound, last) {
                    (Some(bound), Some(last)) if range.is_ahead(&last, &bound) => Some(bound),
                    (bound, last) => last.or(bound),
                };
                entries.extend(read);
            }
            entries.sort_unstable_by(|a, b| a.position.cmp(&b.position));
            if range.is_backwards {
                entries.reverse();
            }
            for entry in entries {
                let is_known = bound.as_ref().is_none_or(|b| !range.is_ahead(&entry.position, b));
                let is_next = after.as_ref().is_none_or(|a| range.is_ahead(&entry.position, a));
                if !is_known || !is_next || !entry.is_found(query) {
                    continue;
                }
                if found.len() == limit {
                    return Ok((found, after));
                }
                found.push(entry.id);
                after = Some(entry.position);
            }
            if bound.is_none() || found.len() == limit {
                return Ok((found, bound));
            }
            after = bound;
        }
        Ok((found, after))
    }

    /// Entries of one partition, and whether there are more.
    async fn entries(
        &self,
        partition: String,
        range: &Range<'_>,
        after: Option<&str>,
        count: usize,
    ) -> Result<(Vec<Entry>, bool)> {
        let (from, to) = range.bounds(after);
        let answer = self
            .0
            .client
            .query()
            .table_name(&self.0.table)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", string(partition))
            .expression_attribute_values(":from", string(from))
            .expression_attribute_values(":to", string(to))
            .scan_index_forward(!range.is_backwards)
            .limit(i32::try_from(count).map_err(Error::internal)?)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(failure)?;
        let has_more = answer.last_evaluated_key.is_some();
        let entries = answer.items.unwrap_or_default();
        Ok((entries.iter().map(Entry::read).collect::<Result<_>>()?, has_more))
    }
}
