//! The one `DynamoDB` table.
//!
//! Every key is built in [`keys`]; every invariant is a condition of the write
//! that could break it, never a read before it. Reads are consistent, so that a
//! session ended a moment ago is dead now.

mod accounts;
mod activity;
mod addresses;
mod administration;
mod api_keys;
mod audit;
mod audit_log;
mod authenticate;
mod belongings;
mod connections;
mod dictionary;
mod directory;
mod erasure;
mod exports;
mod extensions;
mod factors;
mod identities;
mod index;
mod item;
pub mod keys;
mod listing;
mod mails;
mod once;
mod one_time;
mod passkeys;
mod preferences;
mod profiles;
mod rate_limits;
mod rebuild;
mod search;
mod sessions;
mod statistics;
mod stream;
mod transfer;
mod update;
mod uploads;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, KeysAndAttributes, Put, ReturnConsumedCapacity,
    ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};

pub use accounts::{NewAccount, SignIn};
pub use activity::Filing;
pub use addresses::{INVALID_TOKEN, NewPasswordByMail};
pub use administration::Dossier;
pub use audit::Along;
pub use audit_log::AuditQuery;
pub use authenticate::{Caller, Items, Person, SessionCaller, user_keys};
pub use belongings::{Belonging, Belongings};
pub use connections::{pair_keys, seen_keys};
pub use erasure::{Due, Erased};
pub use exports::{LAST_EXPORTS, Making, Wished};
pub use index::Index;
pub use item::Item;
use keys::Key;
pub use listing::ListedUsers;
pub use once::Once;
pub use preferences::StoredPreferences;
pub use rate_limits::Attempt;
pub use rebuild::{Rebuilding, Rebuilt, Segment};
pub use search::Found;
pub use sessions::{Guard, Refreshed};
pub use statistics::Statistics;
pub use stream::{Change, Images, What};
pub use transfer::{Imported, UserPage};
pub use uploads::{Replacing, Shown, Started};

use crate::domain::{Conflict, Error, Result};

/// How long a write is tried again while others change the same item.
const PATIENCE: Duration = Duration::from_secs(4);

/// Keys that one `BatchGetItem` takes.
const BATCH: usize = 100;

/// The table, and what the service does with it.
#[derive(Clone, Debug)]
pub struct Store {
    client: Client,
    table: String,
}

/// Why a transaction didn't happen, where that is an answer and no failure:
/// the writes whose conditions don't hold, with their items as they are.
#[derive(Debug)]
struct Refused(Vec<(usize, Option<Item>)>);

impl Refused {
    /// Whether the write at this index was refused.
    fn has(&self, index: usize) -> bool {
        self.0.iter().any(|(refused, _)| *refused == index)
    }
}

impl Store {
    #[must_use]
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Whether the table answers, for health checks.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where it doesn't.
    pub async fn ping(&self) -> Result<()> {
        self.get(&keys::health()).await.map(drop)
    }

    async fn get(&self, key: &Key) -> Result<Option<Item>> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(key.item()));
        let answer = request
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(failure)?;
        Ok(answer.item)
    }

    /// The items that exist of those `keys`, in one request per hundred.
    async fn batch_get(&self, mut keys: Vec<Key>) -> Result<Items> {
        keys.sort();
        keys.dedup();
        let mut items = Items::default();
        let mut wanted: Vec<Item> = keys.iter().map(Key::item).collect();
        let mut retries = Retries::default();
        while !wanted.is_empty() {
            let rest = wanted.split_off(wanted.len().min(BATCH));
            let page = KeysAndAttributes::builder()
                .set_keys(Some(wanted))
                .consistent_read(true)
                .build()
                .map_err(Error::internal)?;
            let answer = self
                .client
                .batch_get_item()
                .request_items(&self.table, page)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(failure)?;
            items.extend(answer.responses.unwrap_or_default().into_values().flatten())?;
            let unprocessed = answer.unprocessed_keys.unwrap_or_default();
            let unprocessed: Vec<_> =
                unprocessed.into_values().flat_map(|page| page.keys).collect();
            if !unprocessed.is_empty() {
                let given_up = |_| Error::unavailable("the table leaves keys unprocessed");
                retries.again().await.map_err(given_up)?;
            }
            wanted = [unprocessed, rest].concat();
        }
        Ok(items)
    }

    /// The items of one partition whose sort key is between two bounds.
    async fn query(&self, partition: &str, from: &str, to: &str) -> Result<Vec<Item>> {
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
                .expression_attribute_values(":pk", string(partition))
                .expression_attribute_values(":from", string(from))
                .expression_attribute_values(":to", string(to))
                .consistent_read(true)
                .set_exclusive_start_key(start)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(failure)?;
            items.extend(answer.items.unwrap_or_default());
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(items);
            }
        }
    }

    /// All writes or none. Conflicts with other transactions are tried again.
    async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<Result<(), Refused>> {
        let mut retries = Retries::default();
        loop {
            let answer = self
                .client
                .transact_write_items()
                .set_transact_items(Some(writes.clone()))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await;
            let Err(error) = answer else { return Ok(Ok(())) };
            let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
                error.as_service_error()
            else {
                return Err(failure(error));
            };
            let reasons = cancelled.cancellation_reasons();
            let has = |code: &str| reasons.iter().any(|reason| reason.code() == Some(code));
            if has("ConditionalCheckFailed") {
                let refused = reasons.iter().enumerate();
                let refused = refused
                    .filter(|(_, reason)| reason.code() == Some("ConditionalCheckFailed"))
                    .map(|(index, reason)| (index, reason.item().cloned()));
                return Ok(Err(Refused(refused.collect())));
            }
            if !has("TransactionConflict") {
                let throttled = reasons.iter().any(|reason| {
                    matches!(
                        reason.code(),
                        Some("ThrottlingError" | "ProvisionedThroughputExceeded")
                    )
                });
                let cause = format!("{}", DisplayErrorContext(&error));
                return Err(if throttled {
                    Error::unavailable(cause)
                } else {
                    Error::internal(cause)
                });
            }
            retries.again().await?;
        }
    }

    /// A condition of a transaction, on an item that it doesn't write.
    fn check(&self, key: &Key, change: update::Change) -> Result<TransactWriteItem> {
        let update::Change { condition, names, values, .. } = change;
        let check = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(key.item()))
            .set_condition_expression(condition)
            .set_expression_attribute_names(Some(names).filter(|names| !names.is_empty()))
            .set_expression_attribute_values(Some(values).filter(|values| !values.is_empty()))
            .build()
            .map_err(Error::internal)?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    /// A new item; refused where one of that key is there.
    fn create(&self, item: Item) -> Result<TransactWriteItem> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(Error::internal)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// An item in the place of the one of that version, 0 for none; refused
    /// where it isn't that any more.
    fn replace(&self, item: Item, version: u64) -> Result<TransactWriteItem> {
        if version == 0 {
            return self.create(item);
        }
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("version = :version")
            .expression_attribute_values(":version", update::number(version))
            .build()
            .map_err(Error::internal)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn put(&self, item: Item) -> Result<TransactWriteItem> {
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        Ok(TransactWriteItem::builder().put(put.build().map_err(Error::internal)?).build())
    }

    fn delete(&self, key: &Key) -> Result<TransactWriteItem> {
        self.delete_if(key, update::Change::default())
    }

    /// Deletes under the condition of `change`.
    fn delete_if(&self, key: &Key, change: update::Change) -> Result<TransactWriteItem> {
        let update::Change { condition, names, values, .. } = change;
        let delete = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key.item()))
            .set_condition_expression(condition)
            .set_expression_attribute_names(Some(names).filter(|names| !names.is_empty()))
            .set_expression_attribute_values(Some(values).filter(|values| !values.is_empty()))
            .build()
            .map_err(Error::internal)?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    fn update(&self, key: &Key, change: update::Change) -> Result<TransactWriteItem> {
        let update::Change { update, condition, names, values } = change;
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(key.item()))
            .update_expression(update)
            .set_condition_expression(condition)
            .set_expression_attribute_names(Some(names).filter(|names| !names.is_empty()))
            .set_expression_attribute_values(Some(values).filter(|values| !values.is_empty()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(Error::internal)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// One change, and the item after it; or, where its condition doesn't hold,
    /// the item as it is.
    async fn apply(&self, key: &Key, change: update::Change) -> Result<Result<Item, Option<Item>>> {
        use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
        let update::Change { update, condition, names, values } = change;
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key.item()))
            .update_expression(update)
            .set_condition_expression(condition)
            .set_expression_attribute_names(Some(names).filter(|names| !names.is_empty()))
            .set_expression_attribute_values(Some(values).filter(|values| !values.is_empty()))
            .return_values(aws_sdk_dynamodb::types::ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let mut retries = Retries::default();
        loop {
            let error = match request.clone().send().await {
                Ok(answer) => return Ok(Ok(answer.attributes.unwrap_or_default())),
                Err(error) => error,
            };
            match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    return Ok(Err(refused.item().cloned()));
                }
                // A transaction has the item for a moment.
                Some(UpdateItemError::TransactionConflictException(_)) => retries.again().await?,
                _ => return Err(failure(error)),
            }
        }
    }
}

/// Tries again what others have overtaken, for a bounded time.
#[derive(Debug)]
pub struct Retries {
    started: Instant,
    patience: Duration,
    attempts: u32,
}

impl Default for Retries {
    /// As long as somebody waits for an answer.
    fn default() -> Self {
        Self::for_so_long(PATIENCE)
    }
}

impl Retries {
    #[must_use]
    pub fn for_so_long(patience: Duration) -> Self {
        Self { started: Instant::now(), patience, attempts: 0 }
    }

    /// Waits before another try: up to 4 ms at first, 256 ms at most, and not
    /// as long as the others who wait.
    ///
    /// # Errors
    /// [`Conflict::ConcurrentChange`] where it has gone on for too long.
    pub async fn again(&mut self) -> Result<()> {
        self.check()?;
        let most = 4_000u64 << self.attempts.min(6);
        let micros = RandomState::new().build_hasher().finish() % most;
        tokio::time::sleep(Duration::from_micros(micros)).await;
        self.attempts += 1;
        Ok(())
    }

    /// Whether it may go on.
    fn check(&self) -> Result<()> {
        if self.started.elapsed() > self.patience {
            return Err(Error::Conflict(Conflict::ConcurrentChange));
        }
        Ok(())
    }
}

fn string(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// A failed request: worth another try later, or a defect of ours.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn failure<E>(error: SdkError<E>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    // What an operator has to mend works again once it is mended.
    const TRANSIENT: [&str; 9] = [
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "LimitExceededException",
        "InternalServerError",
        "ServiceUnavailable",
        "TransactionConflictException",
        "AccessDeniedException",
        "ResourceNotFoundException",
    ];
    let transient = match &error {
        SdkError::ServiceError(service) => {
            service.raw().status().is_server_error()
                || service.err().code().is_some_and(|code| TRANSIENT.contains(&code))
        }
        SdkError::ConstructionFailure(_) => false,
        _ => true,
    };
    let cause = DisplayErrorContext(&error).to_string();
    if transient { Error::unavailable(cause) } else { Error::internal(cause) }
}
