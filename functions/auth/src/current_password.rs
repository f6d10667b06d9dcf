//! The current password, asked for again before something is changed that it
//! protects.

use shared::domain::account::{Account, Provider};
use shared::domain::fields::Fields;
use shared::domain::password::Password;
use shared::domain::session::Client;
use shared::passwords::Hash;
use shared::store::{Attempt, SessionCaller};
use shared::{Context, Error, Result};

use crate::attempts::attempts_again;

/// The field's value, required of accounts that have a password.
pub fn read(fields: &mut Fields, account: &Account) -> Option<Password> {
    if has_password(account) {
        fields.required("current_password")
    } else {
        fields.optional("current_password")
    }
}

/// Holds that the caller may change what the password protects, and gives its
/// hash. The password alone is enough where it is all that signing in takes; an
/// account with a second factor needs a recent sign-in too, and one without a
/// password nothing else. Tries count, so that a stolen session is no way to
/// guess, and against what `also` names.
///
/// # Errors
/// [`Error::ReauthenticationRequired`], [`Error::RateLimited`],
/// [`Error::WrongPassword`].
pub async fn check(
    context: &Context,
    caller: &SessionCaller,
    client: &Client,
    given: Option<&Password>,
    also: impl IntoIterator<Item = Option<Attempt>>,
) -> Result<Option<Hash>> {
    let SessionCaller { account, .. } = caller;
    if account.has_second_factor || !has_password(account) {
        caller.check_recent(context.now())?;
    }
    let attempts: Vec<_> = attempts_again(context, client, account.id)
        .into_iter()
        .chain(also.into_iter().flatten())
        .collect();
    context.store.count(&attempts, context.now()).await?;
    let sign_in = context.store.sign_in(&account.email).await?.ok_or(Error::WrongPassword)?;
    let hash = sign_in.password_hash;
    let is_right = match given {
        Some(password) => context.passwords.verify(password, hash.as_ref()).await?,
        None => hash.is_none(),
    };
    if is_right { Ok(hash) } else { Err(Error::WrongPassword) }
}

pub fn has_password(account: &Account) -> bool {
    account.providers.contains(&Provider::password())
}
