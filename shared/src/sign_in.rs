//! Signing in: the one way from having shown who one is to a session and its
//! tokens. Passwords, providers, passkeys and codes all come through here, so
//! that a shut account, a second factor and a deletion hold for each of them.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::context::Context;
use crate::domain::account::{Account, Deletion, Provider};
use crate::domain::activity::Actor;
use crate::domain::identity::Refusal;
use crate::domain::mail::{Mail, Message};
use crate::domain::profile::Profile;
use crate::domain::session::{Client, Method, Session};
use crate::domain::text::Name;
use crate::domain::{Error, Result, Timestamp, UserId};
use crate::http::layer::network;
use crate::store::{Along, Attempt, Guard, Person, Retries};
use crate::tokens::keys::Signing;
use crate::tokens::{RefreshToken, access, sealed};
use crate::view::{self, User, Viewer};

/// How long the offer to restore a deleted account stands.
const OFFER: Duration = Duration::from_mins(15);

/// How long the second factor may follow the first.
const CHALLENGE: Duration = Duration::from_mins(10);

/// An access token and what keeps the session alive.
#[derive(Serialize, ToSchema)]
pub struct TokenPair {
    /// A JWT of type `at+jwt`.
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds that the access token lives.
    expires_in: u64,
    /// Opaque, single-use.
    refresh_token: String,
}

/// A sign-in: who it is, and their tokens.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    user: Option<User>,
    #[serde(flatten)]
    tokens: TokenPair,
}

/// What somebody has shown of who they are.
#[derive(Debug)]
pub struct Proof {
    pub user_id: UserId,
    pub methods: Vec<Method>,
    /// The provider that vouched, which must be linked still.
    pub provider: Option<Provider>,
    /// What must still be so when the session starts.
    pub guard: Guard,
    /// When the first factor was shown, where that was in another request: a
    /// password changed since then takes it back.
    pub since: Option<Timestamp>,
}

/// What an `mfa_token` says: the first factor was right.
#[derive(Debug, Serialize, Deserialize)]
pub struct Challenge {
    pub user_id: UserId,
    pub methods: Vec<Method>,
    #[serde(default)]
    pub provider: Option<Provider>,
    pub device_name: Option<Name<100>>,
    pub issued_at: Timestamp,
}

/// What a `restore_token` says.
#[derive(Debug, Serialize, Deserialize)]
pub struct Restore {
    pub user_id: UserId,
    pub methods: Vec<Method>,
    /// The deletion that it takes back, and no later one.
    pub deleted_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Challenge {
    const PURPOSE: &str = "second factor";

    /// The challenge in a client's text, where it is one of ours and stands.
    #[must_use]
    pub fn open(signing: &Signing, text: &str, now: Timestamp) -> Option<Self> {
        let payload = sealed::open(&signing.seal_key, Self::PURPOSE, text)?;
        let challenge: Self = serde_json::from_slice(&payload).ok()?;
        (now < challenge.issued_at + CHALLENGE).then_some(challenge)
    }

    fn seal(&self, signing: &Signing) -> Result<String> {
        let payload = serde_json::to_vec(self).map_err(Error::internal)?;
        Ok(sealed::seal(&signing.seal_key, Self::PURPOSE, &payload))
    }
}

impl Restore {
    const PURPOSE: &str = "restore account";

    /// The offer in a client's text, where it is one of ours and stands.
    #[must_use]
    pub fn open(signing: &Signing, text: &str, now: Timestamp) -> Option<Self> {
        let payload = sealed::open(&signing.seal_key, Self::PURPOSE, text)?;
        let restore: Self = serde_json::from_slice(&payload).ok()?;
        (now < restore.expires_at).then_some(restore)
    }

    fn seal(&self, signing: &Signing) -> Result<String> {
        let payload = serde_json::to_vec(self).map_err(Error::internal)?;
        Ok(sealed::seal(&signing.seal_key, Self::PURPOSE, &payload))
    }
}

/// Starts a session for somebody who has shown who they are.
///
/// # Errors
/// [`Error::InvalidCredentials`] where the proof doesn't hold any more;
/// [`Error::AccountDisabled`]; [`Error::MfaRequired`] where the account has a
/// second factor that the proof lacks; [`Error::AccountDeleted`];
/// [`Refusal::SignInFailed`] where the provider has been unlinked.
pub async fn sign_in(context: &Context, proof: &Proof, client: Client) -> Result<SignedIn> {
    let max = context.config.sessions.max_active;
    let mut retries = Retries::default();
    loop {
        let person = context.store.person(proof.user_id, context.now()).await?;
        let person = person.ok_or(Error::InvalidCredentials)?;
        match admit(context, &person.account, proof, &client).await {
            // A code is good once, though no session starts with it.
            Err(offer @ Error::AccountDeleted { .. }) => {
                context.store.use_guard(&person.account, &proof.guard, context.now()).await?;
                return Err(offer);
            }
            admitted => admitted?,
        }
        let Person { account, profile, .. } = &person;
        let start = start(context, account, profile, client.clone(), proof.methods.clone());
        let mail = notice(context, account, &start.session);
        let session = &start.session;
        let actor = Actor::User { id: account.id };
        let data = json!({"session_id": session.id, "amr": session.amr});
        let act = context.act(actor, account.id, &session.client, "session.created", data);
        let along = Along { once: None, mail: mail.as_ref(), acts: &[act] };
        let store = &context.store;
        if store.start_session(&person, session, &proof.guard, along, max).await? {
            let last_login_at = Some(start.session.created_at);
            let account = Account { last_login_at, ..person.account };
            return signed_in(context, start, &account, person.profile).await;
        }
        retries.again().await?;
    }
}

/// What a try to sign in counts against, whoever it is for.
#[must_use]
pub fn attempt_of(context: &Context, client: &Client) -> Option<Attempt> {
    context.config.limits.login_ip.map(|limit| Attempt {
        policy: "login-ip",
        limit,
        who: network(client.ip_address.as_deref().unwrap_or_default()),
    })
}

/// Refuses accounts that are out of use, to whoever could sign in otherwise.
async fn admit(context: &Context, account: &Account, proof: &Proof, client: &Client) -> Result<()> {
    let now = context.now();
    let is_outdated = |since| account.password_changed_at.is_some_and(|changed| changed > since);
    if proof.since.is_some_and(is_outdated) {
        return Err(Error::InvalidCredentials);
    }
    // Unlinking changes the account, whose version is a condition of the start.
    if proof.provider.as_ref().is_some_and(|provider| !account.providers.contains(provider)) {
        return Err(Error::Federation(Refusal::SignInFailed));
    }
    if !account.is_active {
        return Err(Error::AccountDisabled);
    }
    let signing = context.keys.signing().await?;
    // Before anything that lets one in, a restore token too.
    if account.has_second_factor && !proof.methods.iter().any(|method| method.is_second_factor()) {
        let challenge = Challenge {
            user_id: account.id,
            methods: proof.methods.clone(),
            provider: proof.provider.clone(),
            device_name: client.device_name.clone(),
            issued_at: now,
        };
        return Err(Error::MfaRequired { mfa_token: challenge.seal(&signing)? });
    }
    let Some(Deletion { deleted_at, erase_at }) = account.deletion else { return Ok(()) };
    if now >= erase_at {
        return Err(Error::InvalidCredentials);
    }
    let methods = proof.methods.clone();
    let restore = Restore { user_id: account.id, methods, deleted_at, expires_at: now + OFFER };
    Err(Error::AccountDeleted { restore_token: restore.seal(&signing)?, erase_at })
}

/// Tells somebody of a sign-in on a device that the account hasn't seen. An
/// address that isn't verified may be a stranger's, who is told nothing.
fn notice(context: &Context, account: &Account, session: &Session) -> Option<Mail> {
    let device = session.client.device()?;
    let is_new = !account.devices.is_empty() && account.devices_with(&device).is_some();
    let message = Message::NewDevice {
        user_id: account.id,
        device,
        ip_address: session.client.ip_address.clone(),
        at: session.created_at,
    };
    (is_new && account.is_verified).then(|| context.mail(message))
}

/// A session about to start, with the secret that only its client will know.
pub struct Start {
    pub session: Session,
    refresh_token: RefreshToken,
}

/// A new session of this account.
#[must_use]
pub fn start(
    context: &Context,
    account: &Account,
    profile: &Profile,
    client: Client,
    amr: Vec<Method>,
) -> Start {
    let id = context.new_id();
    let refresh_token = RefreshToken::new(account.id, id, context.random());
    let hash = refresh_token.hash();
    let lifetimes = context.config.sessions.lifetimes;
    let session = Session::start(id, account, profile, hash, client, lifetimes, context.now());
    Start { session: Session { amr, ..session }, refresh_token }
}

/// The answer to a sign-in whose session has been stored.
///
/// # Errors
/// Those of [`pair`].
pub async fn signed_in(
    context: &Context,
    start: Start,
    account: &Account,
    profile: Profile,
) -> Result<SignedIn> {
    let Start { session, refresh_token } = start;
    let tokens = pair(context, &session, &refresh_token).await?;
    let pictures_url = &context.config.pictures_url;
    let user = view::user(profile, account, Viewer::Owner, None, pictures_url);
    Ok(SignedIn { user, tokens })
}

/// A new access token beside a refresh token.
///
/// # Errors
/// Those of [`Keys::signing`](crate::tokens::Keys::signing).
pub async fn pair(
    context: &Context,
    session: &Session,
    refresh_token: &RefreshToken,
) -> Result<TokenPair> {
    let config = &context.config.tokens;
    let jti = context.new_id::<uuid::Uuid>().to_string();
    let access_token = access::issue(&context.keys, config, session, jti, context.now()).await?;
    let signing = context.keys.signing().await?;
    Ok(TokenPair {
        access_token,
        token_type: "Bearer",
        expires_in: config.lifetime.as_secs(),
        refresh_token: refresh_token.reveal(&signing.refresh_key),
    })
}
