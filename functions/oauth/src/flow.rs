//! A sign-in between its start and its end: what travels with the browser.
//!
//! The `state` goes to the provider and back; everything else is in a cookie of
//! its own, hidden and authenticated. Provider and state are bound into the
//! cookie's seal, so that it opens for the two it was made for and for no others:
//! another browser has no cookie, another provider or state can't open it, and
//! nothing is compared in a time that could tell something.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use ring::digest;
use serde::{Deserialize, Serialize};
use shared::domain::Timestamp;
use shared::domain::account::Provider;
use shared::tokens::keys::Signing;
use shared::tokens::sealed::Cipher;
use shared::{Context, Error, Result};

/// How long somebody may take at the provider.
pub const LIFETIME: Duration = Duration::from_mins(10);

/// Sign-ins that one browser may have under way; with one more, those before
/// are forgotten, or its cookies would outgrow what the gateway takes.
const MAX_FLOWS: usize = 4;

/// Characters of a state: 256 bits in base64url.
const STATE: usize = 43;

/// Characters of the state that name the cookie, so that two tabs don't meet.
const ID: usize = 8;

/// What must not be forgotten until the browser comes back.
#[derive(Serialize, Deserialize)]
pub struct Flow {
    /// What the ID token must say (`OpenID` Connect Core 1.0, section 15.5.2).
    pub nonce: String,
    /// PKCE's (RFC 7636).
    pub verifier: String,
    /// From the allow-list.
    pub redirect_to: Option<String>,
    pub expires_at: Timestamp,
}

/// Cookies of sign-ins: where they are valid, and what they are called.
pub struct Cookies {
    /// The API is reached over HTTPS.
    pub is_secure: bool,
}

/// A new state.
pub fn new_state(context: &Context) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(context.random::<32>())
}

/// Whether a text has the form of a state.
pub fn is_state(text: &str) -> bool {
    text.len() == STATE
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// What the store knows a state by.
pub fn hash(state: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, state.as_bytes()))
}

impl Flow {
    /// A flow that begins now.
    pub fn begin(context: &Context, redirect_to: Option<String>) -> Self {
        Self {
            nonce: BASE64_URL_SAFE_NO_PAD.encode(context.random::<32>()),
            verifier: BASE64_URL_SAFE_NO_PAD.encode(context.random::<32>()),
            redirect_to,
            expires_at: context.now() + LIFETIME,
        }
    }

    fn hide(&self, signing: &Signing, provider: &Provider, state: &str) -> Result<String> {
        let payload = serde_json::to_vec(self).map_err(Error::internal)?;
        Ok(Cipher::new(&signing.seal_key)?.hide(&purpose(provider, state), &payload))
    }

    fn reveal(
        signing: &Signing,
        provider: &Provider,
        state: &str,
        cookie: &str,
        now: Timestamp,
    ) -> Result<Option<Self>> {
        let payload = Cipher::new(&signing.seal_key)?.reveal(&purpose(provider, state), cookie);
        let flow: Option<Self> = payload.and_then(|payload| serde_json::from_slice(&payload).ok());
        Ok(flow.filter(|flow| now < flow.expires_at))
    }
}

/// Neither part holds a space, so no two pairs make the same text.
fn purpose(provider: &Provider, state: &str) -> String {
    format!("oauth {} {state}", provider.as_str())
}

impl Cookies {
    pub fn new(context: &Context) -> Self {
        Self { is_secure: context.config.oauth.public_url.starts_with("https://") }
    }

    /// `__Host-` keeps other hosts of the domain from setting it (RFC 6265bis,
    /// section 4.1.3.2), which works over HTTPS only.
    fn prefix(&self) -> &'static str {
        if self.is_secure { "__Host-oauth-" } else { "oauth-" }
    }

    /// The headers that make the browser remember a flow.
    pub fn remember(
        &self,
        signing: &Signing,
        provider: &Provider,
        state: &str,
        flow: &Flow,
        request: &HeaderMap,
    ) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        let others: Vec<_> = self.all(request).map(|(id, _)| id.to_owned()).collect();
        if others.len() >= MAX_FLOWS {
            for id in others {
                self.append(&mut headers, &id, "", Duration::ZERO)?;
            }
        }
        let hidden = flow.hide(signing, provider, state)?;
        self.append(&mut headers, &state[..ID], &hidden, LIFETIME)?;
        Ok(headers)
    }

    /// The flow that this browser has begun with this state, if it has.
    pub fn recall(
        &self,
        signing: &Signing,
        provider: &Provider,
        state: &str,
        request: &HeaderMap,
        now: Timestamp,
    ) -> Result<Option<Flow>> {
        let cookie = self.all(request).find(|(id, _)| *id == &state[..ID]);
        let Some((_, cookie)) = cookie else { return Ok(None) };
        Flow::reveal(signing, provider, state, cookie, now)
    }

    /// Makes the browser forget a flow.
    pub fn forget(&self, headers: &mut HeaderMap, state: &str) -> Result<()> {
        self.append(headers, &state[..ID], "", Duration::ZERO)
    }

    fn append(&self, headers: &mut HeaderMap, id: &str, value: &str, age: Duration) -> Result<()> {
        // Lax: the provider's answer is a navigation from another site.
        let secure = if self.is_secure { "; Secure" } else { "" };
        let cookie = format!(
            "{}{id}={value}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
            self.prefix(),
            age.as_secs()
        );
        headers.append(SET_COOKIE, HeaderValue::from_str(&cookie).map_err(Error::internal)?);
        Ok(())
    }

    /// The ids and values of our cookies in a request.
    fn all<'a>(&self, request: &'a HeaderMap) -> impl Iterator<Item = (&'a str, &'a str)> {
        let prefix = self.prefix();
        let cookies = request.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
        let cookies = cookies.flat_map(|header| header.split(';'));
        cookies.filter_map(move |cookie| {
            let (id, value) = cookie.trim().strip_prefix(prefix)?.split_once('=')?;
            // Ids go into headers again.
            let is_id = id.len() == ID
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            is_id.then_some((id, value))
        })
    }
}
