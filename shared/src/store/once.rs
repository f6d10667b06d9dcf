//! Answers to calls that may be sent again, each written with the change that
//! it is the answer to: there is never one without the other.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};

use serde::Deserialize;

use super::item::{decode, expire};
use super::{Store, keys, string};
use crate::domain::{Error, Result, Timestamp};

const ANSWER: &str = "answer";

/// The attribute of what is no answer yet.
const CLAIM: &str = "is_claim";

/// The answer to a call, sealed.
#[derive(Clone, Debug)]
pub struct Once {
    /// What the call is known by: a hash of ours.
    pub id: String,
    pub answer: Vec<u8>,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
    /// It only says that the call is being made; its answer takes its place.
    pub is_claim: bool,
}

/// When an answer stops counting.
#[derive(Deserialize)]
struct Expiry {
    expires_at: Timestamp,
}

impl Store {
    /// The write that keeps an answer; refused where there is one that counts.
    pub(super) fn once(&self, once: &Once) -> Result<TransactWriteItem> {
        let Once { id, answer, made_at, expires_at, is_claim } = once;
        let mut item = keys::once(id).item();
        item.insert("entity".to_owned(), string(ANSWER));
        item.insert("answer".to_owned(), AttributeValue::B(Blob::new(answer.clone())));
        item.insert("expires_at".to_owned(), string(expires_at.to_string()));
        if *is_claim {
            item.insert(CLAIM.to_owned(), AttributeValue::Bool(true));
        }
        expire(&mut item, *expires_at);
        // TTL deletes late, and what has expired is in nobody's way. Nor is a claim in that of
        // its answer: nobody else gets so far.
        let free = "attribute_not_exists(pk) OR expires_at <= :now";
        let free = if *is_claim { free.to_owned() } else { format!("{free} OR {CLAIM} = :true") };
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(free)
            .expression_attribute_values(":now", string(made_at.to_string()));
        let put = if *is_claim {
            put
        } else {
            put.expression_attribute_values(":true", AttributeValue::Bool(true))
        };
        let put = put.build().map_err(Error::internal)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Keeps an answer whose change has been written already. False where there
    /// is one.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn keep_once(&self, once: &Once) -> Result<bool> {
        Ok(self.transact(vec![self.once(once)?]).await?.is_ok())
    }

    /// The answer that is kept for a call.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn kept(&self, id: &str, now: Timestamp) -> Result<Option<Vec<u8>>> {
        let Some(mut item) = self.get(&keys::once(id)).await? else { return Ok(None) };
        if now >= decode::<Expiry>(&item)?.expires_at {
            return Ok(None);
        }
        match item.remove("answer") {
            Some(AttributeValue::B(answer)) => Ok(Some(answer.into_inner())),
            _ => Err(Error::internal("a kept answer without its bytes")),
        }
    }
}
