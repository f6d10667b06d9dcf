//! Whose account an identity signs in to.
//!
//! A linked identity signs in its user. Otherwise the address decides, and only
//! one that the provider has verified: nobody has an account by it, then one is
//! made; an account has it and has verified it too, then they are linked. Anything
//! else would give an account to whoever can write somebody's address into a form.

use shared::domain::account::{Account, Provider};
use shared::domain::email::Email;
use shared::domain::identity::{Identity, Linked, Refusal};
use shared::domain::mail::Message;
use shared::domain::profile::Profile;
use shared::domain::{Conflict, UserId};
use shared::store::{NewAccount, Person, Retries};
use shared::{Context, Error, Result, pictures};

use crate::vouched::Vouched;

const TAKEN: Error = Error::Conflict(Conflict::EmailTaken);

/// The user whom an identity signs in, linked or made now if need be.
///
/// # Errors
/// [`Refusal::EmailNotVerified`]; [`Conflict::EmailTaken`] where an account has
/// the address that can't be linked; [`Error::AccountDisabled`].
pub async fn user_of(context: &Context, provider: &Provider, vouched: &Vouched) -> Result<Linked> {
    let mut retries = Retries::default();
    loop {
        let Vouched { issuer, subject, email, is_verified, .. } = vouched;
        let email = email.as_ref().filter(|_| *is_verified);
        let (linked, sign_in) = context.store.linked(issuer, subject, email).await?;
        if let Some(linked) = linked {
            return Ok(linked);
        }
        let email = email.ok_or(Error::Federation(Refusal::EmailNotVerified))?;
        let identity = Identity {
            provider: provider.clone(),
            issuer: issuer.clone(),
            subject: subject.clone(),
            email: Some(email.clone()),
            linked_at: context.now(),
        };
        let user_id = match sign_in {
            None => create(context, vouched, email, &identity).await?,
            Some(sign_in) => link(context, sign_in.user_id, &identity).await?,
        };
        if let Some(user_id) = user_id {
            take_picture_over(context, user_id, vouched).await;
            return Ok(Linked { user_id, provider: identity.provider });
        }
        // Somebody was faster: perhaps the same person, in another tab.
        retries.again().await?;
    }
}

/// `None` where address or identity have become somebody's.
async fn create(
    context: &Context,
    vouched: &Vouched,
    email: &Email,
    identity: &Identity,
) -> Result<Option<UserId>> {
    let now = context.now();
    let account = Account {
        is_verified: true,
        providers: [identity.provider.clone()].into(),
        ..Account::new(context.new_id(), email.clone(), now)
    };
    let profile = Profile::new(account.id, vouched.profile.clone(), now);
    let new = NewAccount {
        account: &account,
        profile: &profile,
        password_hash: None,
        session: None,
        mail: None,
        identities: std::slice::from_ref(identity),
    };
    match context.store.create_account(new).await {
        Ok(()) => Ok(Some(account.id)),
        Err(Error::Conflict(Conflict::EmailTaken | Conflict::AlreadyExists)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// `None` where the account has changed meanwhile.
async fn link(context: &Context, user: UserId, identity: &Identity) -> Result<Option<UserId>> {
    let now = context.now();
    let Some(person) = context.store.person(user, now).await? else { return Ok(None) };
    let Person { account, .. } = &person;
    if !account.is_verified || account.deletion.is_some() {
        return Err(TAKEN);
    }
    if !account.is_active {
        return Err(Error::AccountDisabled);
    }
    // One identity of a provider at a time. And what a second factor guards, an
    // address alone doesn't open, nor does it take the factor away.
    if account.providers.contains(&identity.provider) || account.has_second_factor {
        return Err(TAKEN);
    }
    let done = if account.may_be_strangers() {
        let notice = context.mail(Message::PasswordChanged { user_id: account.id });
        context.store.take_account_over(&person, identity, &notice).await?
    } else {
        context.store.link_identity(account, identity).await?
    };
    Ok(done.then_some(account.id))
}

/// The provider's picture, where the user has decided on none. Signing in
/// doesn't depend on it.
async fn take_picture_over(context: &Context, user: UserId, vouched: &Vouched) {
    let Some(url) = &vouched.picture else { return };
    if let Err(error) = pictures::take_over(context, user, url).await {
        tracing::warn!(target: "kith", ?error, "a provider's picture isn't taken over");
    }
}
