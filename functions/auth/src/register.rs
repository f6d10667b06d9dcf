//! `POST /v1/auth/register`

use axum::Json as Answer;
use axum::extract::State;
use http::StatusCode;
use shared::config::Limit;
use shared::domain::account::{Account, Provider, Role};
use shared::domain::email::Email;
use shared::domain::fields::Fields;
use shared::domain::password::NewPassword;
use shared::domain::profile::{Profile, ProfileFields, ProfilePatch};
use shared::domain::{Timestamp, UserId};
use shared::http::layer::{CallingClient, network};
use shared::http::{Json, Problem};
use shared::store::Attempt;
use shared::{Context, Error, Result};
use utoipa::openapi::{AllOfBuilder, OpenApi, Ref, Schema};
use utoipa::{Modify, ToSchema};

use crate::tokens::{self, SignedIn};

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

/// Documents that a registration takes the fields of a profile too.
pub struct WithProfileFields;

impl Modify for WithProfileFields {
    fn modify(&self, document: &mut OpenApi) {
        let schemas = document.components.get_or_insert_default();
        if let Some(own) = schemas.schemas.remove("Registration") {
            let both = AllOfBuilder::new().item(own).item(Ref::from_schema_name("ProfileFields"));
            schemas.schemas.insert("Registration".to_owned(), Schema::AllOf(both.build()).into());
        }
    }
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

    fn account(&self, id: UserId, now: Timestamp) -> (Account, Profile) {
        let account = Account {
            id,
            email: self.email.clone(),
            role: Role::User,
            is_active: true,
            is_verified: false,
            created_at: now,
            last_login_at: Some(now),
            providers: [Provider::password()].into(),
            password_changed_at: None,
            deletion: None,
            version: 1,
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

    let (account, profile) = registration.account(context.new_id(), now);
    let hash = context.passwords.hash(&registration.password, context.random()).await?;
    let start = tokens::start(&context, &account, &profile, client);
    context.store.create_account(&account, &profile, hash, Some(&start.session)).await?;
    let answer = tokens::signed_in(&context, start, &account, profile).await?;
    Ok((StatusCode::CREATED, Answer(answer)))
}
