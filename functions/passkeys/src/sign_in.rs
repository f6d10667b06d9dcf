//! `POST /v1/auth/passkeys/sign-in`

use axum::Json as Answer;
use axum::extract::State;
use shared::domain::fields::{Fields, Text};
use shared::domain::passkey::{Ceremony, Passkey, Use, credential_hash};
use shared::domain::session::{Client, Method};
use shared::domain::text::Name;
use shared::http::layer::CallingClient;
use shared::http::{Json, Problem};
use shared::sign_in::{Proof, SignedIn, attempt_of, sign_in};
use shared::store::Guard;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::ceremony::{self, Credential, Purpose};
use crate::relying_party::{Assertion, RelyingParty, Verified, is_copied};

#[derive(ToSchema)]
pub struct PasskeySignIn {
    /// Of the answer to `POST /v1/auth/passkeys/sign-in/options`.
    #[schema(value_type = String)]
    ceremony: Text,
    /// What `navigator.credentials.get()` gave, by its `toJSON()`.
    #[schema(value_type = Object)]
    credential: Credential,
    /// What the session list shows, like `Ada's phone`.
    #[schema(value_type = Option<String>, max_length = 100)]
    device_name: Option<Name<100>>,
}

impl PasskeySignIn {
    fn read(mut fields: Fields) -> Result<Self> {
        let ceremony = fields.required("ceremony");
        let credential = fields.required("credential");
        let device_name = fields.optional("device_name");
        let request = ceremony.zip(credential);
        fields.finish(request.map(|(ceremony, credential)| Self {
            ceremony,
            credential,
            device_name,
        }))
    }
}

/// Sign in with a passkey.
///
/// An authenticator that has verified its user is two factors at once, so no
/// other one is asked for. A deactivated or deleted account is answered as by
/// `POST /v1/auth/login`.
#[utoipa::path(
    post, path = "/v1/auth/passkeys/sign-in", tag = "passkeys",
    request_body = PasskeySignIn,
    responses(
        (status = 200, body = SignedIn),
        (status = 401, description = "`invalid_credentials`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`account_disabled`, `account_deleted`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn sign_in_with_passkey(
    State(context): State<Context>,
    CallingClient(client): CallingClient,
    Json(fields): Json,
) -> Result<Answer<SignedIn>, Error> {
    let PasskeySignIn { ceremony, credential, device_name } = PasskeySignIn::read(fields)?;
    let client = Client { device_name, ..client };
    let (ceremony, state) = ceremony::resume(&context, Purpose::SignIn, &ceremony).await?;
    let assertion = Assertion::read(&credential.0).ok_or_else(|| {
        Error::field("credential", "invalid_credential", "isn't the answer of an authenticator")
    })?;
    let attempt = attempt_of(&context, &client);
    let hash = credential_hash(assertion.credential_id());
    let (counted, passkey) = tokio::join!(
        context.store.count(attempt.as_slice(), context.now()),
        context.store.passkey(assertion.user_id(), &hash),
    );
    counted?;
    let passkey = passkey?.ok_or(Error::InvalidCredentials)?;
    let used = verify(&context, ceremony, &state, &assertion, passkey, hash)?;
    let proof = Proof {
        user_id: used.user_id,
        methods: vec![Method::Passkey],
        provider: None,
        guard: Guard::Passkey(Box::new(used)),
        since: None,
    };
    sign_in(&context, &proof, client).await.map(Answer)
}

/// The use that an assertion is of a passkey.
fn verify(
    context: &Context,
    ceremony: Ceremony,
    state: &[u8],
    assertion: &Assertion,
    passkey: Passkey,
    credential_hash: String,
) -> Result<Use> {
    let verified = RelyingParty::of(context)?.verify(state, assertion, &passkey);
    let Verified { state: after, is_backed_up } = verified.map_err(|refusal| {
        if is_copied(&refusal) {
            let (user_id, passkey_id) = (passkey.user_id, passkey.id);
            tracing::warn!(target: "kith", %user_id, %passkey_id, "a passkey's counter went back");
        }
        Error::InvalidCredentials
    })?;
    let Passkey { user_id, state: before, .. } = passkey;
    Ok(Use { user_id, credential_hash, before, after, is_backed_up, ceremony })
}
