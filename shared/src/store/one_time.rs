//! One-time tokens, by their hashes.

use aws_sdk_dynamodb::types::TransactWriteItem;

use super::Store;
use super::item::{decode, encode, expire};
use super::keys::{self, Key};
use super::update::Update;
use crate::domain::one_time::{OneTime, Purpose};
use crate::domain::{Error, Result, Timestamp};
use crate::tokens::OneTimeToken;

const ONE_TIME: &str = "one_time_token";

impl Store {
    /// Makes a token good for one use.
    ///
    /// # Errors
    /// [`Error::NotFound`] where its user is gone: an erasure leaves nothing
    /// behind. [`Error::Unavailable`], [`Error::Internal`].
    pub async fn create_one_time(&self, token: &OneTimeToken, good_for: &OneTime) -> Result<()> {
        let mut item = encode(&key(token), ONE_TIME, good_for)?;
        expire(&mut item, good_for.expires_at);
        let is_there = Update::new().require_exists("pk").build();
        let writes =
            vec![self.check(&keys::account(good_for.user_id), is_there)?, self.create(item)?];
        match self.transact(writes).await? {
            Ok(()) => Ok(()),
            Err(refused) if refused.has(0) => Err(Error::NotFound),
            Err(_) => Err(Error::internal("a token of this hash is there already")),
        }
    }

    /// What a token is good for; `None` where it has been used, has expired or
    /// is for another purpose.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn one_time(
        &self,
        token: &OneTimeToken,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<OneTime>> {
        let item = self.get(&key(token)).await?;
        let good_for: Option<OneTime> = item.as_ref().map(decode).transpose()?;
        Ok(good_for.filter(|one| one.purpose == purpose && now < one.expires_at))
    }

    /// The write that uses a token up, refused where somebody has.
    pub(super) fn use_up(&self, token: &OneTimeToken) -> Result<TransactWriteItem> {
        let unused = Update::new().require_exists("pk");
        self.delete_if(&key(token), unused.build())
    }
}

fn key(token: &OneTimeToken) -> Key {
    keys::one_time(token.user_id, &token.hash())
}
