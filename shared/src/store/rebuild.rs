//! Making the index again from the table, while both are in use.
//!
//! First everybody in the table is filed anew; then what is left in the index
//! of people who are filed otherwise, or are gone, is taken out. Both go
//! through a table in segments, which may run in parallel, a page at a time.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use super::index::Index;
use super::item::{Item, user};
use super::keys::{self, Key};
use super::{Store, failure, string};
use crate::domain::{Error, Result, UserId};

/// Items that one request looks through.
const PAGE: i32 = 500;

/// People who are filed together.
const TOGETHER: usize = 50;

/// A part of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// From 0.
    pub number: u16,
    pub of: u16,
}

/// Where a segment's work goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "table", rename_all = "snake_case")]
pub enum Rebuilding {
    /// Filing everybody, after this item of the table.
    Users { after: Option<(String, String)> },
    /// Taking out what is left over, after this item of the index.
    Index { after: Option<(String, String)> },
}

/// What a step of the work did.
#[derive(Debug)]
pub struct Rebuilt {
    /// Users filed anew.
    pub users: usize,
    /// `None`: the segment is done.
    pub next: Option<Rebuilding>,
}

impl Index {
    /// The next page of a segment's work.
    ///
    /// # Errors
    /// [`Error::Unavailable`]; [`Error::Internal`] naming an item that can't be read.
    pub async fn rebuild(
        &self,
        users: &Store,
        segment: Segment,
        from: Rebuilding,
    ) -> Result<Rebuilt> {
        match from {
            Rebuilding::Users { after } => {
                let (items, last) = users.scan(segment, after, Some(keys::ACCOUNT)).await?;
                let ids: Vec<UserId> = items.iter().map(user).collect::<Result<_>>()?;
                for ids in ids.chunks(TOGETHER) {
                    self.file_all(users, ids.iter().copied(), true).await?;
                }
                let next = last.map_or(Rebuilding::Index { after: None }, |last| {
                    Rebuilding::Users { after: Some(last) }
                });
                Ok(Rebuilt { users: ids.len(), next: Some(next) })
            }
            Rebuilding::Index { after } => {
                let (items, last) = self.0.scan(segment, after, None).await?;
                self.clear(users, &items).await?;
                let next = last.map(|last| Rebuilding::Index { after: Some(last) });
                Ok(Rebuilt { users: 0, next })
            }
        }
    }

    async fn file_all(
        &self,
        users: &Store,
        ids: impl IntoIterator<Item = UserId>,
        anew: bool,
    ) -> Result<()> {
        match self.file(users, ids, anew).await?.pop() {
            Some((_, error)) => Err(error),
            None => Ok(()),
        }
    }

    /// Takes out of these items of the index what shouldn't be there.
    async fn clear(&self, users: &Store, items: &[Item]) -> Result<()> {
        let mut gone = BTreeSet::new();
        let mut words = BTreeSet::new();
        let mut neighbours = BTreeSet::new();
        let mut posted: HashMap<UserId, Vec<Key>> = HashMap::new();
        for item in items {
            let part = |name: &str| item.get(name).and_then(|value| value.as_s().ok());
            let (Some(pk), Some(sk)) = (part("pk"), part("sk")) else { continue };
            if let Some(word) = pk.strip_prefix("WORD#") {
                words.insert(word.to_owned());
            } else if let Some(Ok(listed)) = item.get("words").map(AttributeValue::as_ss) {
                neighbours.extend(listed.iter().cloned());
            } else if pk.starts_with("SEARCH#") || pk.starts_with(keys::DIRECTORY) {
                let id = sk.rsplit_once('#').and_then(|(_, id)| id.parse().ok());
                let id =
                    id.ok_or_else(|| Error::internal(format!("the index has a {pk} of nobody")))?;
                posted.entry(id).or_default().push(Key { pk: pk.clone(), sk: sk.clone() });
            } else if pk.starts_with("USER#") {
                gone.insert(user(item)?);
            }
        }
        for (id, found) in posted {
            self.remove_strays(id, &found).await?;
        }
        for ids in gone.into_iter().collect::<Vec<_>>().chunks(TOGETHER) {
            self.file_all(users, ids.iter().copied(), false).await?;
        }
        words.extend(self.missing(neighbours).await?);
        self.settle_all(words).await
    }
}

impl Store {
    /// The keys of a page of a segment's items and their words, those with this sort key if one
    /// is given, and the key of the last one looked at where there are more.
    pub(super) async fn scan(
        &self,
        Segment { number, of }: Segment,
        after: Option<(String, String)>,
        sort_key: Option<&str>,
    ) -> Result<(Vec<Item>, Option<(String, String)>)> {
        let start = after.map(|(pk, sk)| Key { pk, sk }.item());
        let answer = self
            .client
            .scan()
            .table_name(&self.table)
            .segment(i32::from(number))
            .total_segments(i32::from(of))
            .set_filter_expression(sort_key.map(|_| "sk = :sk".to_owned()))
            .set_expression_attribute_values(
                sort_key.map(|sk| Item::from([(":sk".to_owned(), string(sk))])),
            )
            .projection_expression("pk, sk, words")
            .set_exclusive_start_key(start)
            .consistent_read(true)
            .limit(PAGE)
            .send()
            .await
            .map_err(failure)?;
        let last = answer.last_evaluated_key.map(|key| -> Result<_> {
            let part = |name| key.get(name).and_then(|value: &AttributeValue| value.as_s().ok());
            let key = part("pk").cloned().zip(part("sk").cloned());
            key.ok_or_else(|| Error::internal("a scan that stops at no item"))
        });
        Ok((answer.items.unwrap_or_default(), last.transpose()?))
    }
}
