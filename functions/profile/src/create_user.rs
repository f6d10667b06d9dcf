//! `POST /v1/users`

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use serde_json::json;
use shared::domain::account::Account;
use shared::domain::activity::Act;
use shared::domain::email::Email;
use shared::domain::fields::{Fields, Reason};
use shared::domain::profile::{Profile, ProfileFields, ProfilePatch};
use shared::domain::{Conflict, Timestamp};
use shared::http::conditional::resource_response;
use shared::http::idempotency::Call;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, IdempotencyKey, Problem, RawJson};
use shared::store::{Along, NewAccount};
use shared::tokens::external::KnownEmail;
use shared::tokens::{Credential, Identity};
use shared::view::{self, User, Viewer};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

/// Who is to have a profile. Every writable profile field may be sent along.
#[derive(Debug, ToSchema)]
pub struct NewUser {
    /// Needed where the caller's token names none.
    #[schema(value_type = Option<String>, format = Email, example = "ada@example.com")]
    email: Email,
    #[schema(ignore)]
    profile: ProfileFields,
}

impl NewUser {
    /// The user in a body; `known` is the address that the issuer knows.
    fn read(mut fields: Fields, known: Option<&KnownEmail>, now: Timestamp) -> Result<Self> {
        let email = match known {
            None => fields.required::<Email>("email"),
            Some(known) => {
                if fields.optional::<Email>("email").is_some_and(|email| email != known.email) {
                    let message = "must be the one that you signed in with";
                    fields.error("email", Reason::new("mismatch", message));
                }
                Some(known.email.clone())
            }
        };
        // The address has been taken out, so that it isn't read-only here.
        let patch = ProfilePatch::read(&mut fields);
        patch.check(&mut fields, now);
        let profile = patch.apply(ProfileFields::default());
        fields.finish(email.map(|email| Self { email, profile }))
    }
}

/// Create a user.
///
/// For themself by a caller who has signed in with another issuer, or for
/// anybody by a service (an API key with `users:write:all`) or administrator.
/// An address that the issuer has verified is verified here too.
#[utoipa::path(
    post, path = "/v1/users", tag = "profile",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "For sending it again, within a day, without its being done twice"),
    ),
    request_body = NewUser,
    responses(
        (status = 201, body = User, headers(("ETag" = String), ("Location" = String))),
        (status = 409, description = "`already_exists`, `email_taken`, `username_taken`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn create_user(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    key: IdempotencyKey,
    RawJson { fields, bytes }: RawJson,
) -> Result<Response, Error> {
    let now = context.now();
    let (caller, items) = context.store.authenticate(&credential, now, []).await?;
    let call = key.of(&context, Some(caller.id()), &bytes).await?;
    let created = match &credential {
        // Who has no account is nobody's administrator.
        Credential::External(identity) if caller.account.is_none() => own(identity, fields, now),
        _ if caller.reaches_everybody() => NewUser::read(fields, None, now).map(|new| {
            let account = Account::new(context.new_id(), new.email, now);
            (Account { providers: BTreeSet::new(), ..account }, new.profile)
        }),
        // Perhaps by this very call.
        Credential::External(_) => Err(Error::Conflict(Conflict::AlreadyExists)),
        _ => return Err(Error::Conflict(Conflict::AlreadyExists)),
    };
    let created = match created {
        Ok((account, fields)) => {
            let profile = Profile::new(account.id, fields, now);
            let act = context.act(caller.actor(), account.id, &client, "user.created", json!({}));
            let viewer = caller.viewer_of(account.id, &items)?;
            create(&context, viewer, &account, &profile, &act, &call).await
        }
        Err(error) => Err(error),
    };
    call.settle(&context, created).await
}

async fn create(
    context: &Context,
    viewer: Viewer,
    account: &Account,
    profile: &Profile,
    act: &Act,
    call: &Call,
) -> Result<Response> {
    let pictures_url = &context.config.pictures_url;
    let user = view::user(profile.clone(), account, viewer, None, pictures_url);
    let mut answer = resource_response(profile.version, &user.ok_or(Error::NotFound)?)?;
    *answer.status_mut() = StatusCode::CREATED;
    let location = HeaderValue::try_from(format!("/v1/users/{}", account.id));
    answer.headers_mut().insert(LOCATION, location.map_err(Error::internal)?);
    let (answer, once) = call.record(answer).await?;
    let new = NewAccount {
        account,
        profile,
        password_hash: None,
        session: None,
        identities: &[],
        along: Along { once: once.as_ref(), ..Along::acts(std::slice::from_ref(act)) },
    };
    context.store.create_account(new).await?;
    Ok(answer)
}

/// The account of somebody who has signed in elsewhere.
fn own(identity: &Identity, fields: Fields, now: Timestamp) -> Result<(Account, ProfileFields)> {
    let known = identity.email.as_ref();
    let NewUser { email, profile } = NewUser::read(fields, known, now)?;
    let account = Account {
        is_verified: known.is_some_and(|known| known.is_verified),
        last_login_at: Some(now),
        providers: [identity.provider.clone()].into(),
        ..Account::new(identity.user_id, email, now)
    };
    Ok((account, profile))
}
