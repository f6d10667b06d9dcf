//! `GET /v1/auth/oauth/{provider}/callback`

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json as Answer};
use http::header::LOCATION;
use http::{HeaderMap, HeaderValue, StatusCode};
use shared::config::IdentityProvider;
use shared::domain::identity::{Linked, Refusal, SignInCode};
use shared::domain::session::{Client, Method};
use shared::http::layer::CallingClient;
use shared::http::{Params, Problem, problem};
use shared::sign_in::{Proof, SignedIn, sign_in};
use shared::store::Guard;
use shared::tokens::OneTimeToken;
use shared::{Context, Error, Result};
use url::Url;

use crate::exchange_code::LIFETIME;
use crate::flow::{self, Cookies, Flow};
use crate::link::user_of;
use crate::provider::Providers;
use crate::start_oauth::named;
use crate::verify::identify;

/// Bytes of a provider's code.
const MAX_CODE: usize = 4096;

const INVALID_STATE: Error = Error::Federation(Refusal::InvalidState);

/// Come back from an identity provider.
///
/// With the `redirect_to` that the sign-in began with, it answers 302 to there,
/// with `code`, which `POST /v1/auth/oauth/token` takes, or with `error`, the
/// code of a problem. Without, it answers with tokens, or the problem itself.
#[utoipa::path(
    get, path = "/v1/auth/oauth/{provider}/callback", tag = "oauth",
    params(
        ("provider" = String, Path, description = "As at the start"),
        ("code" = Option<String>, Query, description = "Of the provider"),
        ("state" = Option<String>, Query, description = "Of the start"),
        ("iss" = Option<String>, Query, description = "The provider's issuer (RFC 9207)"),
        ("error" = Option<String>, Query, description = "Of the provider, instead of a code"),
    ),
    responses(
        (status = 200, body = SignedIn),
        (status = 302, description = "To `redirect_to`, with `code` or `error`"),
        (status = 400, description = "`invalid_state`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`sign_in_failed`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`access_denied`, `email_not_verified`, `mfa_required`, `account_disabled`, `account_deleted`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`email_taken`", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`: the provider doesn't answer", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn finish_oauth(
    State(context): State<Context>,
    Extension(providers): Extension<Providers>,
    CallingClient(client): CallingClient,
    Path(path): Path<HashMap<String, String>>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let provider = named(&context, &path)?;
    let state = params.get("state").filter(|state| flow::is_state(state)).ok_or(INVALID_STATE)?;
    let signing = context.keys.signing().await?;
    let cookies = Cookies::new(&context);
    let flow = cookies.recall(&signing, &provider.name, state, &headers, context.now())?;
    let flow = flow.ok_or(INVALID_STATE)?;
    // Before anything is asked of the provider, and whatever becomes of it.
    if !context.store.happens_once(&flow::hash(state), flow.expires_at).await? {
        return Err(INVALID_STATE);
    }
    let user = identified(&providers, &context, provider, &params, &flow, &client).await;
    let mut response = match flow.redirect_to {
        Some(app) => to_app(&context, &app, user).await?,
        None => match user {
            Ok(user) => here(&context, user, client).await,
            Err(error) => error.into_response(),
        },
    };
    cookies.forget(response.headers_mut(), state)?;
    Ok(response)
}

/// Who comes back.
async fn identified(
    providers: &Providers,
    context: &Context,
    provider: &IdentityProvider,
    params: &Params,
    flow: &Flow,
    client: &Client,
) -> Result<Linked> {
    let known = providers.known(context, provider).await?;
    let says = known.metadata.additional_metadata().authorization_response_iss_parameter_supported;
    // Another provider's answer, or one that has lost its name (RFC 9207, section 2.4).
    match params.get("iss") {
        Some(issuer) if issuer != provider.issuer => return Err(INVALID_STATE),
        None if says => return Err(INVALID_STATE),
        _ => {}
    }
    let code = match (params.get("error"), params.get("code")) {
        (None, Some(code)) if (1..=MAX_CODE).contains(&code.len()) => code,
        (Some("server_error" | "temporarily_unavailable"), _) => {
            return Err(Error::unavailable(format!("{} can't", provider.name.as_str())));
        }
        _ => return Err(Error::Federation(Refusal::AccessDenied)),
    };
    let vouched = identify(providers, context, provider, code, flow).await?;
    user_of(context, &provider.name, &vouched, client).await
}

/// The tokens, to who has come without an app.
async fn here(context: &Context, Linked { user_id, provider }: Linked, client: Client) -> Response {
    let (methods, provider) = (vec![Method::Federated], Some(provider));
    let proof = Proof { user_id, methods, provider, guard: Guard::None, since: None };
    match sign_in(context, &proof, client).await {
        Ok(answer) => Answer::<SignedIn>(answer).into_response(),
        Err(error) => error.into_response(),
    }
}

/// The way back to the app, with a code or the reason why there is none.
async fn to_app(context: &Context, app: &str, user: Result<Linked>) -> Result<Response> {
    let mut url = Url::parse(app).map_err(Error::internal)?;
    let code = match user {
        Ok(user) => issue(context, user).await,
        Err(error) => Err(error),
    };
    let (name, value) = match &code {
        Ok(code) => ("code", code.reveal()),
        Err(error) => {
            // Nobody else tells of it: the answer is a redirect.
            if let Error::Internal(cause) | Error::Unavailable(cause) = error {
                tracing::error!(target: "kith", %cause, "a sign-in broke off");
            }
            ("error", problem::code(error).to_owned())
        }
    };
    url.query_pairs_mut().append_pair(name, &value);
    let location = HeaderValue::from_str(url.as_str()).map_err(Error::internal)?;
    Ok((StatusCode::FOUND, [(LOCATION, location)]).into_response())
}

async fn issue(context: &Context, user: Linked) -> Result<OneTimeToken> {
    let Linked { user_id, provider } = user;
    let code = OneTimeToken::new(user_id, context.random());
    let good = SignInCode { provider, expires_at: context.now() + LIFETIME };
    context.store.create_sign_in_code(&code, &good).await?;
    Ok(code)
}
