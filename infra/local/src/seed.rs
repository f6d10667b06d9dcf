//! Demo users, many at once.

use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::{Map, Value, json};
use shared::domain::account::Account;
use shared::domain::email::Email;
use shared::domain::fields::{Field, Fields};
use shared::domain::password::NewPassword;
use shared::domain::profile::{Profile, ProfileFields, ProfilePatch};
use shared::domain::{Conflict, Timestamp};
use shared::passwords::Hash;
use shared::store::{Along, NewAccount};
use shared::{Context, Error, Result};

use crate::names;

/// What every demo user signs in with.
pub const PASSWORD: &str = "kith demo user";

/// Writes in flight: enough to keep the database busy.
const PARALLEL: usize = 16;

/// Sign-ups are spread over so much of the past.
const SPREAD_MILLIS: i64 = 2 * 365 * 24 * 3600 * 1000;

/// Makes the users 0 to `count`, leaving those that are there. `done` is called
/// for each.
///
/// # Errors
/// The first that isn't about a user who is there.
pub async fn seed(context: &Context, count: u64, done: impl Fn()) -> Result<()> {
    // Some of each kind.
    let visibility = |n| match n % 5 {
        0..=2 => "public",
        3 => "connections",
        _ => "private",
    };
    seed_as(context, count, visibility, done).await
}

/// The same with profiles that `visibility` opens, by the users' numbers.
///
/// # Errors
/// As [`seed`].
pub async fn seed_as(
    context: &Context,
    count: u64,
    visibility: impl Fn(u64) -> &'static str,
    done: impl Fn(),
) -> Result<()> {
    let password = NewPassword::read(Value::from(PASSWORD))
        .map_err(|reason| Error::field("password", reason.code, reason.message))?;
    // One hash for all: hashing is slow on purpose, and their password is known anyway.
    let hash = context.passwords.hash(&password, context.random()).await?;
    let now = context.now();
    let mut users = stream::iter(0..count)
        .map(|n| create(context, hash.clone(), n, count, visibility(n), now))
        .buffer_unordered(PARALLEL);
    while let Some(created) = users.next().await {
        match created {
            Ok(()) | Err(Error::Conflict(Conflict::EmailTaken)) => done(),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn create(
    context: &Context,
    hash: Hash,
    n: u64,
    count: u64,
    visibility: &str,
    now: Timestamp,
) -> Result<()> {
    let person = names::person(n);
    let age = SPREAD_MILLIS / i64::try_from(count.max(1)).unwrap_or(i64::MAX);
    let age = age.saturating_mul(i64::try_from(count - n).unwrap_or(0));
    let created_at = Timestamp::from_millis(now.as_millis() - age);
    let millis = u64::try_from(created_at.as_millis()).unwrap_or(0);
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &context.random()).into_uuid();
    let email = Email::parse(&person.email)
        .map_err(|reason| Error::field("email", reason.code, reason.message))?;
    let account =
        Account { is_verified: !n.is_multiple_of(5), ..Account::new(id.into(), email, created_at) };
    let fields = fields(&person, visibility)?;
    let profile = Profile::new(id.into(), fields, created_at);
    let new = NewAccount {
        account: &account,
        profile: &profile,
        password_hash: Some(hash),
        session: None,
        identities: &[],
        along: Along::default(),
    };
    context.store.create_account(new).await
}

fn fields(person: &names::Person, visibility: &str) -> Result<ProfileFields> {
    let Value::Object(object) = json!({
        "display_name": person.display_name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "bio": person.bio,
        "location": person.location,
        "timezone": person.timezone,
        "language": person.language,
        "job_title": person.job_title,
        "company": person.company,
        "privacy": {"profile": visibility},
    }) else {
        return Ok(ProfileFields::default());
    };
    let mut fields = Fields::new(Map::from_iter(object));
    let patch = ProfilePatch::read(&mut fields);
    fields.finish(Some(patch)).map(|patch| patch.apply(ProfileFields::default()))
}
