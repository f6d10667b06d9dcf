//! `POST /v1/auth/login`

use axum::Json as Answer;
use axum::extract::State;
use shared::domain::email::Email;
use shared::domain::fields::Fields;
use shared::domain::password::Password;
use shared::domain::session::{Client, Method};
use shared::domain::text::Name;
use shared::http::layer::CallingClient;
use shared::http::{Json, Problem};
use shared::sign_in::{Proof, SignedIn, sign_in};
use shared::store::{Guard, SignIn};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::attempts::{admit, attempts};

#[derive(Debug, ToSchema)]
pub struct Login {
    #[schema(value_type = String, format = Email, example = "ada@example.com")]
    email: Email,
    #[schema(value_type = String, format = Password)]
    password: Password,
    /// What the session list shows, like `Ada's phone`.
    #[schema(value_type = Option<String>, max_length = 100)]
    device_name: Option<Name<100>>,
}

impl Login {
    fn read(mut fields: Fields) -> Result<Self> {
        let email = fields.required("email");
        let password = fields.required("password");
        let device_name = fields.optional("device_name");
        let login =
            email.zip(password).map(|(email, password)| Self { email, password, device_name });
        fields.finish(login)
    }
}

/// Sign in with a password.
///
/// A wrong password and an unknown address get the same answer after the same
/// time. After the right password, a deactivated account is 403
/// `account_disabled`; one with a second factor is 403 `mfa_required` with
/// `mfa_token`; a deleted one within its grace is 403 `account_deleted` with
/// `restore_token` and `erase_at`.
#[utoipa::path(
    post, path = "/v1/auth/login", tag = "auth",
    request_body = Login,
    responses(
        (status = 200, body = SignedIn),
        (status = 401, description = "`invalid_credentials`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`account_disabled`, `mfa_required`, `account_deleted`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn login(
    State(context): State<Context>,
    CallingClient(client): CallingClient,
    Json(fields): Json,
) -> Result<Answer<SignedIn>, Error> {
    let Login { email, password, device_name } = Login::read(fields)?;
    let client = Client { device_name, ..client };
    let attempts = attempts(&context, &client, &email);
    let (counted, known) =
        tokio::join!(context.store.count(&attempts, context.now()), context.store.sign_in(&email));
    let known = known?;
    let user = known.as_ref().map(|known| known.user_id);
    admit(&context, &client, &email, user, counted).await?;
    let proof = prove(&context, &password, known).await?;
    let is_rehashed = matches!(proof.guard, Guard::Password { rehashed: Some(_), .. });
    match sign_in(&context, &proof, client.clone()).await {
        // Another sign-in was first to replace the hash that another system made.
        Err(Error::InvalidCredentials) if is_rehashed => {
            let proof = prove(&context, &password, context.store.sign_in(&email).await?).await?;
            sign_in(&context, &proof, client).await.map(Answer)
        }
        signed_in => signed_in.map(Answer),
    }
}

/// The proof that a right password is.
async fn prove(context: &Context, password: &Password, known: Option<SignIn>) -> Result<Proof> {
    let hash = known.as_ref().and_then(|known| known.password_hash.as_ref());
    let is_right = context.passwords.verify(password, hash).await?;
    let Some(SignIn { user_id, password_hash: Some(verified) }) = known.filter(|_| is_right) else {
        return Err(Error::InvalidCredentials);
    };
    let rehashed = context.passwords.rehash(password, &verified, context.random()).await?;
    let guard = Guard::Password { verified, rehashed };
    let methods = vec![Method::Password];
    Ok(Proof { user_id, methods, provider: None, guard, since: None })
}
