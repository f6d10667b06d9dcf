//! `POST /v1/auth/register`

use axum::Json as Answer;
use axum::extract::State;
use http::StatusCode;
use shared::config::Limit;
use shared::domain::account::Account;
use shared::domain::email::Email;
use shared::domain::fields::Fields;
use shared::domain::mail::Message;
use shared::domain::password::NewPassword;
use shared::domain::profile::{Profile, ProfileFields, ProfilePatch};
use shared::domain::session::{Client, Method};
use shared::domain::{Timestamp, UserId};
use shared::http::layer::{CallingClient, network};
use shared::http::{Json, Problem};
use shared::sign_in::{SignedIn, signed_in, start};
use shared::store::{Attempt, NewAccount};
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
    Json(fields): Json,
) -> Result<(StatusCode, Answer<SignedIn>), Error> {
    let now = context.now();
    let registration = Registration::read(fields, now)?;
    let attempt = |limit: Limit| Attempt {
        policy: "register",
        limit,
        who: network(client.ip_address.as_deref().unwrap_or_default()),
    };
    let attempt = context.config.limits.register.map(attempt);
    context.store.count(attempt.as_slice(), now).await?;

    let (account, profile) = registration.account(context.new_id(), &client, now);
    let hash = context.passwords.hash(&registration.password, context.random()).await?;
    let start = start(&context, &account, &profile, client, vec![Method::Password]);
    let message = Message::Verification { user_id: account.id, email: account.email.clone() };
    let mail = context.mail(message);
    let new = NewAccount {
        account: &account,
        profile: &profile,
        password_hash: Some(hash),
        session: Some(&start.session),
        mail: Some(&mail),
        identities: &[],
    };
    context.store.create_account(new).await?;
    let answer = signed_in(&context, start, &account, profile).await?;
    Ok((StatusCode::CREATED, Answer(answer)))
}
