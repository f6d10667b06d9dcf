//! Whether a mail is still to go, to whom, and with which link. Between its
//! writing and its sending the account may have changed or gone.

use std::time::Duration;

use shared::Result;
use shared::domain::account::Account;
use shared::domain::email::Email;
use shared::domain::mail::Message;
use shared::domain::one_time::{OneTime, Purpose};
use shared::domain::{Timestamp, UserId, locale};
use shared::store::{Items, keys, user_keys};
use shared::tokens::OneTimeToken;

use crate::Mails;
use crate::letter::{Content, Letter};
use crate::words::Language;

/// How long links stand.
const RESET: Duration = Duration::from_mins(30);
const VERIFICATION: Duration = Duration::from_hours(24);

impl Mails {
    /// What is sent; `None` where nothing is.
    pub(crate) async fn letter(&self, message: Message) -> Result<Option<Letter>> {
        match message {
            Message::Verification { user_id, email } => {
                let is_open = |account: &Account| account.email == email && !account.is_verified;
                let Some(reader) = self.reader(user_id).await?.filter(|r| is_open(&r.account))
                else {
                    return Ok(None);
                };
                let link = self.verification_link(&reader.account, &email, Purpose::VerifyEmail);
                let content = Content::Verification { link: link.await? };
                Ok(Some(reader.letter(email, content)))
            }
            Message::EmailChange { user_id, email, from, password_changed_at } => {
                // A password or an address changed since calls it off.
                let is_open = |account: &Account| {
                    account.email == from && account.password_changed_at == password_changed_at
                };
                let Some(reader) = self.reader(user_id).await?.filter(|r| is_open(&r.account))
                else {
                    return Ok(None);
                };
                // Whoever has the address already is told nothing, and who asked neither.
                if self.store.sign_in(&email).await?.is_some() {
                    return Ok(None);
                }
                let link = self.verification_link(&reader.account, &email, Purpose::ChangeEmail);
                let content = Content::EmailChange { link: link.await? };
                Ok(Some(reader.letter(email, content)))
            }
            Message::EmailChangeNotice { user_id, email } => {
                let reader = self.reader(user_id).await?;
                Ok(reader.map(|reader| reader.letter(email, Content::EmailChangeNotice)))
            }
            Message::PasswordReset { email } => self.password_reset(email).await,
            Message::PasswordChanged { user_id } => {
                self.notice(user_id, Content::PasswordChanged).await
            }
            Message::NewDevice { user_id, device, ip_address, at } => {
                self.notice(user_id, Content::NewDevice { device, ip_address, at }).await
            }
        }
    }

    async fn password_reset(&self, email: Email) -> Result<Option<Letter>> {
        let Some(known) = self.store.sign_in(&email).await? else { return Ok(None) };
        let is_open = |account: &Account| account.email == email && account.is_resettable();
        let Some(reader) =
            self.reader(known.user_id).await?.filter(|reader| is_open(&reader.account))
        else {
            return Ok(None);
        };
        let purpose = Purpose::ResetPassword;
        let token = self.token(&reader.account, &email, purpose, self.clock.now() + RESET).await?;
        let link = self.reset_password_url.with("reset", &token);
        Ok(Some(reader.letter(email, Content::PasswordReset { link })))
    }

    /// To the address that the account has now. One that isn't verified may be a
    /// stranger's, whose mailbox somebody else could fill.
    async fn notice(&self, user: UserId, content: Content) -> Result<Option<Letter>> {
        let reader = self.reader(user).await?.filter(|reader| reader.account.is_verified);
        Ok(reader.map(|reader| reader.letter(reader.account.email.clone(), content)))
    }

    async fn verification_link(
        &self,
        account: &Account,
        email: &Email,
        purpose: Purpose,
    ) -> Result<String> {
        let expires_at = self.clock.now() + VERIFICATION;
        let token = self.token(account, email, purpose, expires_at).await?;
        Ok(self.verify_email_url.with("verify", &token))
    }

    /// A new token, which exists in the mail only.
    async fn token(
        &self,
        account: &Account,
        email: &Email,
        purpose: Purpose,
        expires_at: Timestamp,
    ) -> Result<String> {
        let token = OneTimeToken::new(account.id, self.rng.bytes());
        let good_for = OneTime {
            purpose,
            user_id: account.id,
            email: email.clone(),
            from: account.email.clone(),
            password_changed_at: account.password_changed_at,
            expires_at,
        };
        self.store.create_one_time(&token, &good_for).await?;
        Ok(token.reveal())
    }

    /// The account that a mail is about, where it is in use.
    async fn reader(&self, user: UserId) -> Result<Option<Reader>> {
        let keys = user_keys(user).into_iter().chain([keys::preferences(user)]);
        let items: Items = self.store.read(keys).await?;
        let Some((profile, account)) = items.user(user)? else { return Ok(None) };
        if !account.is_usable() {
            return Ok(None);
        }
        let preferences = items.preferences(user)?;
        let chosen = Some(&preferences.preferences.language).filter(|_| preferences.version > 0);
        let tag = chosen.or(profile.fields.language.as_ref()).map(locale::Language::as_str);
        let language = Language::of(tag.unwrap_or_default());
        Ok(Some(Reader { name: profile.fields.name(), account, language }))
    }
}

struct Reader {
    account: Account,
    name: Option<String>,
    language: Language,
}

impl Reader {
    /// A name is anybody's text until the address is known to be its owner's:
    /// else a stranger could have any message mailed to anybody.
    fn letter(&self, to: Email, content: Content) -> Letter {
        let is_owner = self.account.is_verified && to == self.account.email;
        let name = self.name.clone().filter(|_| is_owner);
        Letter { to, language: self.language, content, name }
    }
}
