//! `POST /v1/auth/register`

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;
use shared::config::Limit;
use shared::domain::account::Account;
use shared::domain::activity::Actor;
use shared::domain::email::Email;
use shared::domain::fields::Fields;
use shared::domain::mail::Message;
use shared::domain::password::NewPassword;
use shared::domain::profile::{Profile, ProfileFields, ProfilePatch};
use shared::domain::session::{Client, Method};
use shared::domain::{Conflict, Timestamp, UserId};
use shared::http::idempotency::Call;
use shared::http::layer::{CallingClient, network};
use shared::http::{IdempotencyKey, Problem, RawJson};
use shared::sign_in::{SignedIn, signed_in, start};
use shared::store::{Along, Attempt, NewAccount, keys};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

/// Who signs up. Every writable profile field may be sent along.
#[derive(Debug, ToSchema)]
#[schema(as = Registration)]
pub struct Registration {
    #[schema(value_type = String, format = Email, example = "ada@example.com")]
    email: Email,
    /// Not a common one, nor the address or a name.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128)]
    password: NewPassword,
    #[schema(ignore)]
    profile: ProfileFields,
}

impl Registration {
    fn read(mut fields: Fields, now: Timestamp) -> Result<Self> {
        let email = fields.required::<Email>("email");
        let password = fields.required::<NewPassword>("password");
        // The address has been taken out, so that it isn't read-only here.
        let patch = ProfilePatch::read(&mut fields);
        patch.check(&mut fields, now);
        let profile = patch.apply(ProfileFields::default());
        if let (Some(email), Some(password)) = (&email, &password) {
            let names: Vec<_> = profile.known_names().collect();
            let known = names.iter().map(String::as_str);
            let known = known.chain([email.as_str(), email.local_part()]);
            if let Err(reason) = password.check_against(known) {
                fields.error("password", reason);
            }
        }
        let registration =
            email.zip(password).map(|(email, password)| Self { email, password, profile });
        fields.finish(registration)
    }

    fn account(&self, id: UserId, client: &Client, now: Timestamp) -> (Account, Profile) {
        let account = Account {
            last_login_at: Some(now),
            devices: client.device().into_iter().collect(),
            ..Account::new(id, self.email.clone(), now)
        };
        let fields = self.profile.clone();
        (account, Profile::new(id, fields, now))
    }
}

/// Create an account and sign in.
#[utoipa::path(
    post, path = "/v1/auth/register", tag = "auth",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "For sending it again, within a day, without its being done twice"),
    ),
    request_body = Registration,
    responses(
        (status = 201, body = SignedIn),
        (status = 409, description = "`email_taken`, `username_taken`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn register(
    State(context): State<Context>,
    CallingClient(client): CallingClient,
    key: IdempotencyKey,
    RawJson { fields, bytes }: RawJson,
) -> Result<Response, Error> {
    let registration = Registration::read(fields, context.now())?;
    let call = key.of(&context, None, &bytes).await?;
    match sign_up(&context, &registration, client, &call).await {
        Err(error @ (Error::Conflict(_) | Error::RateLimited(_))) => {
            let answer = call.repeated(&context).await?.ok_or(error)?;
            // The answer lets in, so it is given to whom the password still would be.
            if is_as_made(&context, &registration.email).await? {
                Ok(answer)
            } else {
                Err(Error::Conflict(Conflict::EmailTaken))
            }
        }
        registered => registered,
    }
}

/// Whether the account of an address still opens as it did when it was made.
async fn is_as_made(context: &Context, email: &Email) -> Result<bool> {
    let Some(sign_in) = context.store.sign_in(email).await? else { return Ok(false) };
    let account = context.store.read([keys::account(sign_in.user_id)]).await?;
    Ok(account.account(sign_in.user_id)?.is_some_and(|account| {
        account.is_usable()
            && !account.has_second_factor
            && account.password_changed_at.is_none()
            && account.email == *email
    }))
}

async fn sign_up(
    context: &Context,
    registration: &Registration,
    client: Client,
    call: &Call,
) -> Result<Response> {
    let now = context.now();
    let attempt = |limit: Limit| Attempt {
        policy: "register",
        limit,
        who: network(client.ip_address.as_deref().unwrap_or_default()),
    };
    let attempt = context.config.limits.register.map(attempt);
    context.store.count(attempt.as_slice(), now).await?;

    let (account, profile) = registration.account(context.new_id(), &client, now);
    let hash = context.passwords.hash(&registration.password, context.random()).await?;
    let start = start(context, &account, &profile, client, vec![Method::Password]);
    let message = Message::Verification { user_id: account.id, email: account.email.clone() };
    let mail = context.mail(message);
    let session = start.session.clone();
    let (actor, data) = (Actor::User { id: account.id }, json!({"session_id": session.id}));
    let act = context.act(actor, account.id, &session.client, "user.created", data);
    // Before it is true, since the answer is written with it.
    let answer = signed_in(context, start, &account, profile.clone()).await?;
    let answer = (StatusCode::CREATED, Answer(answer)).into_response();
    let (answer, once) = call.record(answer).await?;
    let new = NewAccount {
        account: &account,
        profile: &profile,
        password_hash: Some(hash),
        session: Some(&session),
        identities: &[],
        along: Along { once: once.as_ref(), mail: Some(&mail), acts: &[act] },
    };
    context.store.create_account(new).await?;
    Ok(answer)
}
