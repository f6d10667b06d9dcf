//! How often a password may be tried, by client and by address.

use shared::domain::UserId;
use shared::domain::email::Email;
use shared::domain::error::RateLimited;
use shared::domain::session::Client;
use shared::http::layer::network;
use shared::sign_in::attempt_of;
use shared::store::Attempt;
use shared::{Context, Error, Result};

/// The policy of an address, which anybody can use up.
const ACCOUNT: &str = "login-account";

/// That of an address and a network, which only this network can.
const KNOWN: &str = "login-network";

/// The policies that a try counts against: of the client, of the address, and of
/// the client's network for this address.
pub fn attempts(context: &Context, client: &Client, email: &Email) -> Vec<Attempt> {
    let by_account = context.config.limits.login_account.map(|limit| Attempt {
        policy: ACCOUNT,
        limit,
        who: email.to_string(),
    });
    let by_network = by_network(context, client, email);
    attempt_of(context, client).into_iter().chain(by_account).chain(by_network).collect()
}

fn by_network(context: &Context, client: &Client, email: &Email) -> Option<Attempt> {
    let network = network(client.ip_address.as_deref().unwrap_or_default());
    let who = format!("{email} {network}");
    context.config.limits.login_account.map(|limit| Attempt { policy: KNOWN, limit, who })
}

/// The policies that a password counts against which somebody who is signed in
/// has to show again. It is their session that counts and not their address,
/// which strangers can use up.
pub fn attempts_again(context: &Context, client: &Client, user: UserId) -> Vec<Attempt> {
    let by_user = context.config.limits.login_account.map(|limit| Attempt {
        policy: "password",
        limit,
        who: user.to_string(),
    });
    attempt_of(context, client).into_iter().chain(by_user).collect()
}

/// Lets a try pass that has been counted, or that the policy of the address
/// refused because others have used it up, on a network where the address is
/// signed in: no stranger can use up what such a network has itself.
///
/// A refusal says the same whether anybody (`user`) has the address or not, and
/// looks for a session in either case.
///
/// # Errors
/// [`Error::RateLimited`].
pub async fn admit(
    context: &Context,
    client: &Client,
    email: &Email,
    user: Option<UserId>,
    counted: Result<()>,
) -> Result<()> {
    let Err(Error::RateLimited(refusal)) = counted else { return counted };
    if refusal.policy == KNOWN {
        return Err(Error::RateLimited(RateLimited { policy: ACCOUNT, ..refusal }));
    }
    let network_of = |client: &Client| client.ip_address.as_deref().map(network);
    let (true, Some(network)) = (refusal.policy == ACCOUNT, network_of(client)) else {
        return Err(Error::RateLimited(refusal));
    };
    // Nobody has a new id.
    let user = user.unwrap_or_else(|| context.new_id());
    let person = context.store.person(user, context.now()).await?;
    let sessions = person.map(|person| person.sessions).unwrap_or_default();
    if sessions.iter().all(|session| network_of(&session.client).as_ref() != Some(&network)) {
        return Err(Error::RateLimited(refusal));
    }
    let known = by_network(context, client, email);
    let attempts: Vec<_> = attempt_of(context, client).into_iter().chain(known).collect();
    match context.store.count(&attempts, context.now()).await {
        Err(Error::RateLimited(other)) if other.policy == KNOWN => Err(Error::RateLimited(refusal)),
        counted => counted,
    }
}
