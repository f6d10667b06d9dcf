//! `Idempotency-Key`: a `POST` that is sent again is answered again, and done
//! once (draft-ietf-httpapi-idempotency-key-header-07).
//!
//! A handler takes [`IdempotencyKey`] and the body's bytes, and once it knows
//! that the caller may do what they ask:
//!
//! ```text
//! let call = key.of(&context, Some(caller.id()), &bytes).await?;
//! let (answer, once) = call.record(answer).await?;
//! let done = store.create_thing(&thing, Along { once: once.as_ref(), ..along }).await;
//! call.settle(&context, done.map(|()| answer)).await
//! ```
//!
//! So the answer is written in the same transaction as the change: of many who
//! send the same at once one does it, and the others are refused by that write
//! and answer what it says. A call that isn't one transaction
//! begins with [`Call::claim`] and ends with [`Call::keep`]. One without a body
//! gives no bytes. Without the header
//! none of this costs anything, nor does the first use.
//!
//! What is kept tells the table's reader nothing: it is sealed with a key that
//! is derived from the body, by a secret of the service. That also tells whether
//! another body is the same, since none but the same one opens it.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::FromRequestParts;
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, LOCATION};
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode};
use ring::hmac;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::domain::{Conflict, Error, Result, Timestamp, UserId};
use crate::store::{Once, Retries};
use crate::tokens::sealed::Cipher;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How long a call can be sent again.
const LIFETIME: Duration = Duration::from_hours(24);

/// Characters that a key may have.
const MAX_KEY: usize = 255;

/// Bytes of an answer that is kept: an item may have 400 KB.
const MAX_ANSWER: usize = 350_000;

/// The headers that are part of an answer wherever it is given.
const KEPT: [HeaderName; 4] = [CONTENT_TYPE, ETAG, LOCATION, CACHE_CONTROL];

const PURPOSE: &str = "answer";

/// How long a call may be under way: the gateway waits for thirty seconds.
const CLAIM: Duration = Duration::from_secs(40);

/// How long one waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is kept in the place of an answer meanwhile. No answer has no head.
const UNDER_WAY: &[u8] = b"under way";

/// What a client calls its request, if it does.
#[derive(Debug, Default)]
pub struct IdempotencyKey(Option<Presented>);

#[derive(Debug)]
struct Presented {
    key: String,
    /// Method, path and query.
    route: String,
}

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let mut values = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(value) = values.next() else { return Ok(Self(None)) };
        let key = value.to_str().ok().and_then(parse).filter(|_| values.next().is_none());
        let key = key.ok_or_else(|| {
            let form = "one text of 1 to 255 visible ASCII characters";
            Error::Malformed(format!("The Idempotency-Key header isn't {form}."))
        })?;
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Self(Some(Presented { key, route: format!("{} {path}", parts.method) })))
    }
}

/// The key in a header: as it is, or as a string of structured fields (RFC
/// 9651, section 3.3.3), which the draft asks for.
fn parse(text: &str) -> Option<String> {
    let key = match text.strip_prefix('"') {
        None => text.to_owned(),
        Some(rest) => {
            let mut key = String::new();
            let mut rest = rest.strip_suffix('"')?.chars();
            while let Some(c) = rest.next() {
                match c {
                    '"' => return None,
                    '\\' => key.push(rest.next().filter(|c| matches!(c, '"' | '\\'))?),
                    c => key.push(c),
                }
            }
            key
        }
    };
    let is_key = (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    is_key.then_some(key)
}

impl IdempotencyKey {
    /// The call that this key, the route, the caller and the body make. Keys of
    /// callers who haven't signed in (`None`) are one namespace.
    ///
    /// # Errors
    /// Those of [`Keys::verification`](crate::tokens::Keys::verification).
    pub async fn of(self, context: &Context, caller: Option<UserId>, body: &[u8]) -> Result<Call> {
        let Some(Presented { key, route }) = self.0 else { return Ok(Call(None)) };
        let keys = context.keys.verification().await?;
        let caller = caller.map_or_else(|| "nobody".to_owned(), |id| id.to_string());
        // None of the three has a blank but the one between method and path.
        let id = hmac::sign(&keys.repeats, format!("call {caller} {route} {key}").as_bytes());
        let sealing = [b"body ", id.as_ref(), body].concat();
        let sealing = hmac::sign(&keys.repeats, &sealing);
        let cipher = Cipher::new(&hmac::Key::new(hmac::HMAC_SHA256, sealing.as_ref()))?;
        let id = BASE64_URL_SAFE_NO_PAD.encode(id);
        Ok(Call(Some(Named { id, cipher, now: context.now() })))
    }
}

/// A call that its client may send again, if it has a key.
pub struct Call(Option<Named>);

struct Named {
    id: String,
    cipher: Cipher,
    now: Timestamp,
}

/// What is kept of an answer before its body.
#[derive(Serialize, Deserialize)]
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
}

impl Call {
    /// An answer about to be given, and the record of it that is to be written
    /// with the change. None where the call has no key, and of answers that are
    /// too large or no success: these calls are simply made again.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn record(&self, answer: Response) -> Result<(Response, Option<Once>)> {
        let Some(Named { id, cipher, now }) = &self.0 else { return Ok((answer, None)) };
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.map_err(Error::internal)?;
        let mut once = None;
        if parts.status.is_success() && body.len() <= MAX_ANSWER {
            let head = Head { status: parts.status.as_u16(), headers: kept(&parts.headers) };
            let mut record = serde_json::to_vec(&head).map_err(Error::internal)?;
            record.push(b'\n');
            record.extend_from_slice(&body);
            once = Some(Once {
                id: id.clone(),
                answer: cipher.hide_bytes(PURPOSE, &record),
                made_at: *now,
                expires_at: *now + LIFETIME,
                is_claim: false,
            });
        }
        Ok((Response::from_parts(parts, Body::from(body)), once))
    }

    /// As [`Self::repeated`]; where there is no answer, the call is this one's to
    /// make, for as long as a call may take. One that is being made is waited for.
    ///
    /// # Errors
    /// As there.
    pub async fn claim(&self, context: &Context) -> Result<Option<Response>> {
        let Some(Named { id, cipher, now }) = &self.0 else { return Ok(None) };
        let claim = Once {
            id: id.clone(),
            answer: cipher.hide_bytes(PURPOSE, UNDER_WAY),
            made_at: *now,
            expires_at: *now + CLAIM,
            is_claim: true,
        };
        let mut retries = Retries::for_so_long(PATIENCE);
        while !context.store.keep_once(&claim).await? {
            match self.repeated(context).await {
                Err(Error::Conflict(_)) => retries.again().await?,
                Ok(None) => {}
                answer => return answer,
            }
        }
        Ok(None)
    }

    /// The answer that this call has had before.
    ///
    /// # Errors
    /// [`Conflict::ConcurrentChange`] where it is being made;
    /// [`Error::Invalid`] where it was another call that had the key.
    pub async fn repeated(&self, context: &Context) -> Result<Option<Response>> {
        let Some(Named { id, cipher, now }) = &self.0 else { return Ok(None) };
        let Some(record) = context.store.kept(id, *now).await? else { return Ok(None) };
        let record = cipher.reveal_bytes(PURPOSE, &record).ok_or_else(|| {
            let message = "has been used for another request";
            Error::field("Idempotency-Key", "idempotency_key_reused", message)
        })?;
        if record == UNDER_WAY {
            return Err(Error::Conflict(Conflict::ConcurrentChange));
        }
        let unreadable = || Error::internal("a kept answer isn't in its form");
        let end = record.iter().position(|b| *b == b'\n').ok_or_else(unreadable)?;
        let head: Head = serde_json::from_slice(&record[..end]).map_err(Error::internal)?;
        let mut response = Response::new(Body::from(record[end + 1..].to_vec()));
        *response.status_mut() = StatusCode::from_u16(head.status).map_err(Error::internal)?;
        for (name, value) in head.headers {
            let name = HeaderName::try_from(name).map_err(Error::internal)?;
            let value = HeaderValue::try_from(value).map_err(Error::internal)?;
            response.headers_mut().insert(name, value);
        }
        Ok(Some(response))
    }

    /// How a call ends: where something stood in its way that it may have put
    /// there itself, as it has been answered before.
    ///
    /// # Errors
    /// Those of `result`, where it hasn't been; those of [`Self::repeated`].
    pub async fn settle(&self, context: &Context, result: Result<Response>) -> Result<Response> {
        match result {
            Err(error @ (Error::Conflict(_) | Error::RateLimited(_))) => {
                self.repeated(context).await?.ok_or(error)
            }
            result => result,
        }
    }

    /// Keeps the answer of a call whose changes have been written. Where another
    /// one was faster, its answer counts.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn keep(&self, context: &Context, answer: Response) -> Result<Response> {
        let (answer, once) = self.record(answer).await?;
        match once {
            Some(once) if !context.store.keep_once(&once).await? => {
                Ok(self.repeated(context).await?.unwrap_or(answer))
            }
            _ => Ok(answer),
        }
    }
}

fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |name: &HeaderName| headers.get(name)?.to_str().ok().map(str::to_owned);
    KEPT.iter().filter_map(|name| Some((name.to_string(), text(name)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii_bare_or_quoted() {
        for (text, key) in [
            ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
            ("\"8e03978e\"", "8e03978e"),
            (r#""a\"b\\c""#, r#"a"b\c"#),
            ("a\"b", "a\"b"),
        ] {
            assert_eq!(parse(text).as_deref(), Some(key), "{text}");
        }
        let (longest, longer) = ("k".repeat(255), "k".repeat(256));
        assert!(parse(&longest).is_some() && parse(&format!("\"{longest}\"")).is_some());
        let malformed = ["", "\"", "\"\"", "\"a", "\"a\";b", "\"a\"b\"", r#""a\""#, r#""\a""#];
        for text in malformed.into_iter().chain([" ", "a b", "\"a b\"", "ä", "a\tb", &longer]) {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
