//! `POST /v1/auth/passkeys/registration`

use axum::Json as Answer;
use axum::extract::State;
use shared::http::{Problem, SessionCredentials};
use shared::store::keys;
use shared::{Context, Error, Result};

use crate::ceremony::{self, Challenge, Purpose};
use crate::relying_party::RelyingParty;

/// Begin to register a passkey. Takes a recent sign-in.
#[utoipa::path(
    post, path = "/v1/auth/passkeys/registration", tag = "passkeys",
    security(("access_token" = [])),
    responses(
        (status = 200, body = Challenge),
        (status = 403, description = "`email_not_verified`, `reauthentication_required`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn start_registration(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
) -> Result<Answer<Challenge>, Error> {
    let store = &context.store;
    let profile = keys::profile(claims.sub);
    let (caller, there) = tokio::join!(
        store.authenticate_session(&claims, context.now(), [profile.clone()]),
        store.passkeys(claims.sub),
    );
    let (caller, items) = caller?;
    caller.check_may_enrol(context.now())?;
    let profile = items.get(&profile)?.ok_or_else(|| Error::internal("no profile"))?;
    let relying_party = RelyingParty::of(&context)?;
    let begun = relying_party.begin_registration(&caller.account, &profile, &there?)?;
    let purpose = Purpose::Registration(caller.session_id());
    ceremony::begin(&context, purpose, begun).await.map(Answer)
}
