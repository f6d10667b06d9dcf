//! The words that people's names have, found by their neighbours: what a typing
//! error is corrected with. A word costs as much however many people bear it.
//!
//! A word is in the dictionary while somebody is filed under it. That is two
//! facts in many items, which no transaction spans: [`Index::settle`] makes the
//! dictionary follow, and looks again afterwards, so that whoever comes last
//! leaves both in agreement, whatever others did meanwhile.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};
use futures_util::future::try_join_all;

use super::index::Index;
use super::item::Item;
use super::keys;
use super::{failure, string};
use crate::domain::search::{Filing, Place, typos};
use crate::domain::{Error, Result};

/// The attribute that holds the words.
const WORDS: &str = "words";

/// Whether a word can be meant by a query with typing errors.
pub(super) fn is_listed(word: &str) -> bool {
    !typos::neighbours(word).is_empty()
}

impl Index {
    /// Which of these words the dictionary lacks.
    pub(super) async fn missing(&self, words: BTreeSet<String>) -> Result<Vec<String>> {
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

    /// As [`Self::settle`], for several words at once.
    pub(super) async fn settle_all(&self, words: impl IntoIterator<Item = String>) -> Result<()> {
        let words: Vec<_> = words.into_iter().collect();
        let settled: Vec<_> = words.iter().map(|word| self.settle(word)).collect();
        try_join_all(settled).await.map(drop)
    }

    /// Makes the dictionary have a word exactly if somebody is filed under it.
    pub(super) async fn settle(&self, word: &str) -> Result<()> {
        loop {
            let is_borne = self.is_borne(word).await?;
            let neighbours = typos::neighbours(word);
            if is_borne {
                let entered: Vec<_> = neighbours.iter().map(|key| self.enter(key, word)).collect();
                try_join_all(entered).await?;
                // Last, since it says that all the others are there.
                self.mark(word).await?;
            } else {
                self.unmark(word).await?;
                let struck: Vec<_> = neighbours.iter().map(|key| self.strike(key, word)).collect();
                try_join_all(struck).await?;
            }
            if self.is_borne(word).await? == is_borne {
                return Ok(());
            }
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

    async fn enter(&self, neighbour: &str, word: &str) -> Result<()> {
        self.change_words(neighbour, word, "SET entity = :entity ADD words :word").await.map(drop)
    }

    /// Removes a word, and the list with its last word: it would tell of it.
    async fn strike(&self, neighbour: &str, word: &str) -> Result<()> {
        let left =
            self.change_words(neighbour, word, "SET entity = :entity DELETE words :word").await?;
        if left.contains_key(WORDS) {
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

    async fn change_words(&self, neighbour: &str, word: &str, expression: &str) -> Result<Item> {
        let answer = self
            .0
            .client
            .update_item()
            .table_name(&self.0.table)
            .set_key(Some(keys::neighbours(neighbour).item()))
            .update_expression(expression)
            .expression_attribute_values(":entity", string("neighbours"))
            .expression_attribute_values(":word", AttributeValue::Ss(vec![word.to_owned()]))
            .return_values(ReturnValue::AllNew)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(failure)?;
        answer.attributes.ok_or_else(|| Error::internal("an update without the item after it"))
    }
}

fn is_refused(error: &SdkError<DeleteItemError>) -> bool {
    error.as_service_error().is_some_and(DeleteItemError::is_conditional_check_failed_exception)
}
