//! `GET /v1/auth/oauth/{provider}`

use std::collections::HashMap;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::{HeaderMap, HeaderValue, StatusCode};
use shared::config::IdentityProvider;
use shared::domain::account::Provider;
use shared::http::{Params, Problem};
use shared::{Context, Error, Result};

use crate::flow::{self, Cookies, Flow};
use crate::provider::{Providers, authorization_url};

/// The provider that a path names.
///
/// # Errors
/// [`Error::NotFound`] where we are no client of one.
pub fn named<'a>(
    context: &'a Context,
    path: &HashMap<String, String>,
) -> Result<&'a IdentityProvider> {
    let name = path.get("provider").and_then(|name| Provider::named(name));
    name.and_then(|name| context.config.oauth.providers.get(&name)).ok_or(Error::NotFound)
}

/// Sign in with an identity provider.
///
/// For a browser to go to, not for a script to fetch: it answers with the way to
/// the provider, and a cookie that proves later that the same browser comes
/// back. Without `redirect_to` the callback answers with the tokens themselves.
#[utoipa::path(
    get, path = "/v1/auth/oauth/{provider}", tag = "oauth",
    params(
        ("provider" = String, Path, description = "`google`, `linkedin`, or another one that is configured"),
        ("redirect_to" = Option<String>, Query, description = "Where the app takes over: exactly one of `OAUTH_REDIRECTS`"),
    ),
    responses(
        (status = 302, description = "To the provider"),
        (status = 404, description = "`not_found`: no such provider", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`: `redirect_to` is `not_allowed`", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`: the provider doesn't answer", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn start_oauth(
    State(context): State<Context>,
    Extension(providers): Extension<Providers>,
    Path(path): Path<HashMap<String, String>>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let provider = named(&context, &path)?;
    let redirect_to = params.get("redirect_to").map(|url| allowed(&context, url)).transpose()?;
    let (state, flow) = (flow::new_state(&context), Flow::begin(&context, redirect_to));
    let url = authorization_url(&providers, &context, provider, &state, &flow).await?;
    let signing = context.keys.signing().await?;
    let cookies = Cookies::new(&context);
    let mut answer = cookies.remember(&signing, &provider.name, &state, &flow, &headers)?;
    answer.insert(LOCATION, HeaderValue::from_str(url.as_str()).map_err(Error::internal)?);
    Ok((StatusCode::FOUND, answer).into_response())
}

/// A text of the allow-list. It isn't parsed: two readers of a URL may differ,
/// two equal texts don't (RFC 9700, section 4.1.3).
fn allowed(context: &Context, url: &str) -> Result<String> {
    let is_allowed = context.config.oauth.redirects.iter().any(|allowed| allowed == url);
    let refusal = || Error::field("redirect_to", "not_allowed", "isn't one of the allowed URLs");
    is_allowed.then(|| url.to_owned()).ok_or_else(refusal)
}
