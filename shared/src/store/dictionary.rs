//! The words that people's names have, found by their neighbours: what a typing
//! error is corrected with. A word costs as much however many people bear it.
//!
//! A word is in the dictionary while somebody is filed under it. That is two
//! facts in many items, which no transaction spans: [`Index::settle`] makes the
//! dictionary follow, and looks again afterwards, so that whoever comes last
//! leaves both in agreement, whatever others did meanwhile.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use super::index::Index;
use super::keys;
use super::update::number;
use super::{failure, string};
use crate::domain::search::{Filing, Place, typos};
use crate::domain::{Error, Result};

/// The attribute that holds the words.
const WORDS: &str = "words";

/// Words of one list.
const LISTED: u64 = 400;

/// Requests under way at once: so many words, so many of their neighbours each.
const WORDS_AT_ONCE: usize = 4;
const NEIGHBOURS_AT_ONCE: usize = 8;

/// Whether a word can be meant by a query with typing errors.
pub(super) fn is_listed(word: &str) -> bool {
    !typos::neighbours(word).is_empty()
}

impl Index {
    /// Which of these words the dictionary lacks.
    pub(super) async fn missing(
        &self,
        words: impl IntoIterator<Item = String>,
    ) -> Result<Vec<String>> {
        let words: Vec<_> = words.into_iter().collect();
        let keys = words.iter().map(|word| keys::word(word)).collect();
        let items = self.0.batch_get(keys).await?;
        Ok(words.into_iter().filter(|word| items.raw(&keys::word(word)).is_none()).collect())
    }

    /// The words that have one of these neighbours, in one request.
    pub(super) async fn words(&self, probes: BTreeSet<String>) -> Result<BTreeSet<String>> {
        let keys: Vec<_> = probes.iter().map(|probe| keys::neighbours(probe)).collect();
        let items = self.0.batch_get(keys.clone()).await?;
        let lists = keys.iter().filter_map(|key| items.raw(key)?.get(WORDS)?.as_ss().ok());
        Ok(lists.flatten().cloned().collect())
    }

    /// As [`Self::settle`], for several words. Those with which it fails are in
    /// the answer.
    pub(super) async fn settle_each(&self, words: Vec<String>) -> Vec<(String, Error)> {
        let mut settled = Vec::new();
        for word in &words {
            settled.push(self.settle(word));
        }
        let settled: Vec<_> = stream::iter(settled).buffered(WORDS_AT_ONCE).collect().await;
        let failed = words.into_iter().zip(settled);
        failed.filter_map(|(word, settled)| Some((word, settled.err()?))).collect()
    }

    /// The same, where one failure is as good as many.
    pub(super) async fn settle_all(&self, words: impl IntoIterator<Item = String>) -> Result<()> {
        match self.settle_each(words.into_iter().collect()).await.pop() {
            Some((_, error)) => Err(error),
            None => Ok(()),
        }
    }

    /// Makes the dictionary have a word exactly if somebody is filed under it.
    pub(super) async fn settle(&self, word: &str) -> Result<()> {
        loop {
            let is_borne = self.is_borne(word).await?;
            if !is_borne {
                self.unmark(word).await?;
            }
            let neighbours = typos::neighbours(word);
            let mut changes = Vec::new();
            for neighbour in &neighbours {
                changes.push(self.relate(neighbour, word, is_borne));
            }
            let changes = stream::iter(changes).buffered(NEIGHBOURS_AT_ONCE);
            changes.try_collect::<Vec<()>>().await?;
            if is_borne {
                // Last, since it says that all the others are there.
                self.mark(word).await?;
            }
            if self.is_borne(word).await? == is_borne {
                return Ok(());
            }
        }
    }

    async fn relate(&self, neighbour: &str, word: &str, is_borne: bool) -> Result<()> {
        if is_borne {
            self.enter(neighbour, word).await
        } else {
            self.strike(neighbour, word).await
        }
    }

    /// Whether somebody has this word.
    async fn is_borne(&self, word: &str) -> Result<bool> {
        for partition in keys::place(&Place::Beginning(word.to_owned())) {
            let answer = self
                .0
                .client
                .query()
                .table_name(&self.0.table)
                .key_condition_expression("pk = :pk AND begins_with(sk, :whole)")
                .expression_attribute_values(":pk", string(partition))
                .expression_attribute_values(":whole", string(keys::filing_letter(Filing::Whole)))
                .limit(1)
                .consistent_read(true)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(failure)?;
            if answer.count > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn mark(&self, word: &str) -> Result<()> {
        let mut item = keys::word(word).item();
        item.insert("entity".to_owned(), string("word"));
        let put = self.0.client.put_item().table_name(&self.0.table).set_item(Some(item));
        let put = put.return_consumed_capacity(ReturnConsumedCapacity::Total);
        put.send().await.map_err(failure).map(drop)
    }

    async fn unmark(&self, word: &str) -> Result<()> {
        let delete = self.0.client.delete_item().table_name(&self.0.table);
        let delete = delete.set_key(Some(keys::word(word).item()));
        let delete = delete.return_consumed_capacity(ReturnConsumedCapacity::Total);
        delete.send().await.map_err(failure).map(drop)
    }

    /// Adds a word to a list, unless the list is full: who has many alike
    /// doesn't need one more, and no item may grow without end.
    async fn enter(&self, neighbour: &str, word: &str) -> Result<()> {
        let update = self
            .relation(neighbour, word, "SET entity = :entity ADD words :word")
            .condition_expression("attribute_not_exists(words) OR size(words) < :most")
            .expression_attribute_values(":most", number(LISTED));
        match update.send().await {
            Err(error) if is_refused(&error) => Ok(()),
            updated => updated.map_err(failure).map(drop),
        }
    }

    /// Removes a word, and the list with its last word: it would tell of it.
    async fn strike(&self, neighbour: &str, word: &str) -> Result<()> {
        let update = self.relation(neighbour, word, "SET entity = :entity DELETE words :word");
        let updated =
            update.return_values(ReturnValue::UpdatedNew).send().await.map_err(failure)?;
        if updated.attributes.is_some_and(|left| left.contains_key(WORDS)) {
            return Ok(());
        }
        let delete = self
            .0
            .client
            .delete_item()
            .table_name(&self.0.table)
            .set_key(Some(keys::neighbours(neighbour).item()))
            .condition_expression("attribute_not_exists(words)")
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match delete {
            // Another word has come.
            Err(error) if is_refused(&error) => Ok(()),
            delete => delete.map_err(failure).map(drop),
        }
    }

    fn relation(&self, neighbour: &str, word: &str, expression: &str) -> UpdateItemFluentBuilder {
        self.0
            .client
            .update_item()
            .table_name(&self.0.table)
            .set_key(Some(keys::neighbours(neighbour).item()))
            .update_expression(expression)
            .expression_attribute_values(":entity", string("neighbours"))
            .expression_attribute_values(":word", AttributeValue::Ss(vec![word.to_owned()]))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
    }
}

fn is_refused<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    error.code() == Some("ConditionalCheckFailedException")
}
