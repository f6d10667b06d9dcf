//! Whose picture a caller may change.

use shared::domain::UserId;
use shared::domain::profile::Profile;
use shared::http::Preconditions;
use shared::store::{Caller, Items, Replacing, keys, user_keys};
use shared::tokens::Credential;
use shared::{Context, Error, Result};

/// The caller, the profile whose picture they may change, and the items of
/// `also`: their own, or anybody's for an administrator.
pub async fn owned(
    context: &Context,
    credential: &Credential,
    id: UserId,
    also: Option<keys::Key>,
) -> Result<(Caller, Profile, Items)> {
    let keys = user_keys(id).into_iter().chain(also);
    let (caller, items) = context.store.authenticate(credential, context.now(), keys).await?;
    if !caller.may_access(id) {
        return Err(Error::NotFound);
    }
    let (profile, account) = items.user(id)?.ok_or(Error::NotFound)?;
    if account.deletion.is_some() {
        return Err(Error::NotFound);
    }
    Ok((caller, profile, items))
}

/// Which decision on the picture the caller means to replace.
pub fn replacing(profile: &Profile, preconditions: &Preconditions) -> Result<Replacing> {
    let exactly = preconditions.check(profile.picture_version())?;
    Ok(if exactly { Replacing::Only(profile.picture_decision) } else { Replacing::Any })
}
