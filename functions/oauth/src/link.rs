//! Whose account an identity signs in to.
//!
//! A linked identity signs in its user. Otherwise the address decides, and only
//! one that the provider has verified: nobody has an account by it, then one is
//! made; an account has it and has verified it too, then they are linked. Anything
//! else would give an account to whoever can write somebody's address into a form.

use serde_json::json;
use shared::domain::account::{Account, Provider};
use shared::domain::activity::{Act, Actor};
use shared::domain::email::Email;
use shared::domain::identity::{Identity, Linked, Refusal};
use shared::domain::mail::Message;
use shared::domain::profile::Profile;
use shared::domain::session::Client;
use shared::domain::{Conflict, UserId};
use shared::store::{Along, NewAccount, Person, Retries};
use shared::{Context, Error, Result, pictures};

use crate::vouched::Vouched;

const TAKEN: Error = Error::Conflict(Conflict::EmailTaken);

/// The user whom an identity signs in, linked or made now if need be.
///
/// # Errors
/// [`Refusal::EmailNotVerified`]; [`Conflict::EmailTaken`] where an account has
/// the address that can't be linked; [`Error::AccountDisabled`].
pub async fn user_of(
    context: &Context,
    provider: &Provider,
    vouched: &Vouched,
    client: &Client,
) -> Result<Linked> {
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
            None => create(context, vouched, email, &identity, client).await?,
            Some(sign_in) => link(context, sign_in.user_id, &identity, client).await?,
        };
        if let Some(user_id) = user_id {
            take_picture_over(context, user_id, vouched, client).await;
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
    client: &Client,
) -> Result<Option<UserId>> {
    let now = context.now();
    let account = Account {
        is_verified: true,
        providers: [identity.provider.clone()].into(),
        ..Account::new(context.new_id(), email.clone(), now)
    };
    let profile = Profile::new(account.id, vouched.profile.clone(), now);
    let act = act(context, account.id, client, "user.created", identity);
    let new = NewAccount {
        account: &account,
        profile: &profile,
        password_hash: None,
        session: None,
        identities: std::slice::from_ref(identity),
        along: Along::acts(std::slice::from_ref(&act)),
    };
    match context.store.create_account(new).await {
        Ok(()) => Ok(Some(account.id)),
        Err(Error::Conflict(Conflict::EmailTaken | Conflict::AlreadyExists)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// `None` where the account has changed meanwhile.
async fn link(
    context: &Context,
    user: UserId,
    identity: &Identity,
    client: &Client,
) -> Result<Option<UserId>> {
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
    let linked = act(context, user, client, "identity.linked", identity);
    let done = if account.may_be_strangers() {
        let notice = context.mail(Message::PasswordChanged { user_id: account.id });
        let removed = act(context, user, client, "user.password_changed", identity);
        let along = Along { mail: Some(&notice), acts: &[removed, linked], ..Along::default() };
        context.store.take_account_over(&person, identity, along).await?
    } else {
        context.store.link_identity(account, identity, Along::acts(&[linked])).await?
    };
    Ok(done.then_some(account.id))
}

/// What the user does by signing in so, of whom the provider is all that is told.
fn act(
    context: &Context,
    user: UserId,
    client: &Client,
    kind: &'static str,
    identity: &Identity,
) -> Act {
    let data = json!({"provider": identity.provider});
    context.act(Actor::User { id: user }, user, client, kind, data)
}

/// The provider's picture, where the user has decided on none. Signing in
/// doesn't depend on it.
async fn take_picture_over(context: &Context, user: UserId, vouched: &Vouched, client: &Client) {
    let Some(url) = &vouched.picture else { return };
    if let Err(error) = pictures::take_over(context, user, client, url).await {
        tracing::warn!(target: "kith", ?error, "a provider's picture isn't taken over");
    }
}
