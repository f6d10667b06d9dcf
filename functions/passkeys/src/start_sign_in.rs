//! `POST /v1/auth/passkeys/sign-in/options`

use axum::Json as Answer;
use axum::extract::State;
use shared::{Context, Error, Result};

use crate::ceremony::{self, Challenge, Purpose};
use crate::relying_party::RelyingParty;

/// Begin to sign in with a passkey.
///
/// The authenticator offers what it has, so that no address is asked for and
/// nothing is told of any account.
#[utoipa::path(
    post, path = "/v1/auth/passkeys/sign-in/options", tag = "passkeys",
    responses((status = 200, body = Challenge)),
)]
pub async fn start_sign_in(State(context): State<Context>) -> Result<Answer<Challenge>, Error> {
    let begun = RelyingParty::of(&context)?.begin_sign_in()?;
    ceremony::begin(&context, Purpose::SignIn, begun).await.map(Answer)
}
