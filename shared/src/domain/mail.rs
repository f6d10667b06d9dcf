//! Mails that are to be sent. Who asks for one writes it beside the change that
//! it is about; it is sent when that is committed, and by nobody who waits for
//! an answer.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::email::Email;
use super::{MailId, Timestamp, UserId};

/// How long a mail that can't be sent is kept.
pub const MAIL_MEMORY: Duration = Duration::from_hours(7 * 24);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mail {
    pub id: MailId,
    pub message: Message,
    pub created_at: Timestamp,
}

/// What a mail says, and to whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    /// To the account's address: a link that verifies it.
    Verification { user_id: UserId, email: Email },
    /// To the address that is to become the account's: a link that makes it so,
    /// if address and password are still those of this time.
    EmailChange {
        user_id: UserId,
        email: Email,
        from: Email,
        password_changed_at: Option<Timestamp>,
    },
    /// To the address that the account has: another one has been asked for.
    EmailChangeNotice { user_id: UserId, email: Email },
    /// To an address that may be anybody's or nobody's: a link that sets a new
    /// password.
    PasswordReset { email: Email },
    /// To the account's address: the password has been changed.
    PasswordChanged { user_id: UserId },
    /// To the account's address: somebody has signed in on a device that was
    /// never seen before.
    NewDevice { user_id: UserId, device: String, ip_address: Option<String>, at: Timestamp },
}
