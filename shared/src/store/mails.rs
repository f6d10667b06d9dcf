//! The outbox: mails that are to be sent, each written with what it is about.
//! The stream hands them to whoever sends them.

use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, TransactWriteItem};

use super::audit::Along;
use super::item::{decode, encode, expire};
use super::{Store, keys};
use crate::domain::mail::{MAIL_MEMORY, Mail};
use crate::domain::{Error, MailId, Result, UserId};

pub(super) const MAIL: &str = "mail";

impl Store {
    /// Has a mail sent that nothing else is written with.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn request_mail(&self, mail: &Mail) -> Result<()> {
        let written = self.transact(vec![self.mail(mail)?]).await?;
        written.map_err(|_| Error::internal("a mail of this id is there already"))
    }

    /// Has the mails sent that a user has asked for, all or none.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] where the user's account isn't in use any more.
    pub async fn request_mails(
        &self,
        user: UserId,
        mails: &[Mail],
        along: Along<'_>,
    ) -> Result<()> {
        let mut writes = vec![self.in_use(user)?];
        for mail in mails {
            writes.push(self.mail(mail)?);
        }
        writes.extend(self.along(&along)?);
        match self.transact(writes).await? {
            Ok(()) => Ok(()),
            Err(refused) if refused.has(0) => Err(Error::InvalidToken("The session has ended.")),
            Err(_) => Err(Error::internal("a mail of this id is there already")),
        }
    }

    /// A mail that is to be sent; `None` where it has been.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn outgoing_mail(&self, id: MailId) -> Result<Option<Mail>> {
        self.get(&keys::mail(id)).await?.as_ref().map(decode).transpose()
    }

    /// Takes a mail out of the outbox.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn take_mail(&self, id: MailId) -> Result<()> {
        let request = self.client.delete_item().table_name(&self.table);
        request
            .set_key(Some(keys::mail(id).item()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(super::failure)?;
        Ok(())
    }

    /// The write that has a mail sent once it is committed.
    pub(super) fn mail(&self, mail: &Mail) -> Result<TransactWriteItem> {
        let mut item = encode(&keys::mail(mail.id), MAIL, mail)?;
        expire(&mut item, mail.created_at + MAIL_MEMORY);
        self.create(item)
    }
}
