//! Ory Kratos: its session cookie, and whose it is. Kratos alone can tell, so it
//! is asked, and its answer taken for some seconds.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::header::{ACCEPT, COOKIE, GetAll};
use http::{HeaderValue, Request, StatusCode};
use ring::digest::{SHA256, digest};
use serde::Deserialize;
use serde_json::Value;

use super::{Identity, KnownEmail};
use crate::config::KRATOS;
use crate::domain::account::Provider;
use crate::domain::email::Email;
use crate::domain::{Error, Result, Timestamp};
use crate::outbound::Outbound;

const NAME: &str = "ory_kratos_session";
/// How long Kratos may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long an answer is taken for: so long does a session that has ended live on.
const AGE: Duration = Duration::from_secs(5);
/// Answers kept at a time.
const MAX_KEPT: usize = 1000;

const INVALID: Error = Error::InvalidToken("The session has ended.");

pub struct Kratos {
    url: String,
    provider: Provider,
    /// By the cookie's SHA-256, until when.
    kept: Mutex<HashMap<[u8; 32], (Identity, Timestamp)>>,
}

/// A session as `/sessions/whoami` tells it, as far as it matters.
#[derive(Deserialize)]
struct Session {
    #[serde(default)]
    active: bool,
    expires_at: Option<Timestamp>,
    identity: Person,
}

#[derive(Deserialize)]
struct Person {
    id: String,
    state: Option<String>,
    #[serde(default)]
    traits: Value,
    #[serde(default)]
    verifiable_addresses: Vec<Address>,
}

#[derive(Deserialize)]
struct Address {
    value: String,
    #[serde(default)]
    verified: bool,
    via: String,
}

/// The session cookie of a request, where it has one.
///
/// # Errors
/// [`Error::InvalidToken`] where it has two, of which nobody could say which one
/// counts, or one that is no cookie's value (RFC 6265, section 4.1.1).
pub fn cookie(headers: GetAll<'_, HeaderValue>) -> Result<Option<&str>> {
    let invalid = || Error::InvalidToken("The session cookie can't be read.");
    let mut found = None;
    for header in headers {
        // Others' cookies may be anything.
        let pairs = header.as_bytes().split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
        for value in pairs.filter_map(|pair| pair.strip_prefix(NAME.as_bytes())?.strip_prefix(b"="))
        {
            let is_octet =
                |b: &u8| matches!(b, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e);
            if found.is_some() || value.is_empty() || !value.iter().all(is_octet) {
                return Err(invalid());
            }
            found = Some(std::str::from_utf8(value).map_err(|_| invalid())?);
        }
    }
    Ok(found)
}

impl Kratos {
    pub(super) fn new(url: &str) -> Self {
        let provider = Provider::issuer(KRATOS);
        Self { url: url.to_owned(), provider, kept: Mutex::default() }
    }

    /// Whose session the cookie is. Kratos gets this one cookie and no other.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] where it is nobody's, or not any more;
    /// [`Error::Unavailable`] where Kratos can't tell.
    pub async fn whoami(
        &self,
        outbound: &Outbound,
        cookie: &str,
        now: Timestamp,
    ) -> Result<Identity> {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, cookie.as_bytes()).as_ref());
        if let Some(identity) = self.known(&hash, now) {
            return Ok(identity);
        }
        let session = self.ask(outbound, cookie).await?;
        let is_over = session.expires_at.is_some_and(|expiry| expiry <= now);
        let is_out = session.identity.state.as_deref().is_some_and(|state| state != "active");
        if !session.active || is_over || is_out {
            return Err(INVALID);
        }
        let until = session.expires_at.map_or(now + AGE, |expiry| expiry.min(now + AGE));
        let identity = self.identity(&session.identity)?;
        self.keep(hash, &identity, until, now);
        Ok(identity)
    }

    async fn ask(&self, outbound: &Outbound, cookie: &str) -> Result<Session> {
        let request = Request::get(format!("{}/sessions/whoami", self.url))
            .header(COOKIE, format!("{NAME}={cookie}"))
            .header(ACCEPT, "application/json")
            .body(Vec::new())
            .map_err(Error::internal)?;
        let answer = outbound.send(request, PATIENCE).await.map_err(Error::unavailable)?;
        match answer.status() {
            // The parser's message may quote the body, which is somebody's.
            StatusCode::OK => serde_json::from_slice(answer.body())
                .map_err(|_| Error::unavailable("Kratos answered with no session")),
            StatusCode::UNAUTHORIZED => Err(INVALID),
            // The session lacks the second factor that the identity has.
            StatusCode::FORBIDDEN => {
                Err(Error::InvalidToken("The session needs its second factor first."))
            }
            status => Err(Error::unavailable(format!("Kratos answered {status}"))),
        }
    }

    fn identity(&self, person: &Person) -> Result<Identity> {
        let email = person.traits.get("email").and_then(Value::as_str);
        let email = email.and_then(|text| Email::parse(text).ok()).map(|email| {
            let is_this = |address: &&Address| {
                address.via == "email"
                    && Email::parse(&address.value).is_ok_and(|other| other == email)
            };
            let address = person.verifiable_addresses.iter().find(is_this);
            KnownEmail { is_verified: address.is_some_and(|address| address.verified), email }
        });
        let unavailable = || Error::unavailable("Kratos named no subject");
        Identity::new(KRATOS, &self.provider, &person.id, email).ok_or_else(unavailable)
    }

    fn known(&self, hash: &[u8; 32], now: Timestamp) -> Option<Identity> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(hash).filter(|(_, until)| now < *until).map(|(identity, _)| identity.clone())
    }

    fn keep(&self, hash: [u8; 32], identity: &Identity, until: Timestamp, now: Timestamp) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_KEPT {
            kept.retain(|_, (_, until)| now < *until);
        }
        // Full of answers that count: this one is asked for again.
        if kept.len() < MAX_KEPT {
            kept.insert(hash, (identity.clone(), until));
        }
    }
}
