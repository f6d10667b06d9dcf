//! The calls of an import.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use shared::outbound::{Outbound, OutboundError};
use tokio::sync::Mutex;

use super::batches::Batch;

/// Longer than the gateway waits.
const TIMEOUT: Duration = Duration::from_secs(35);

/// Bytes of an answer: a thousand lines with all of their errors.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// Failures in a row after which it is given up: some five minutes.
const MAX_FAILURES: u32 = 14;
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// How to show who imports.
pub enum SignIn {
    Key(String),
    Password { email: String, password: String },
}

/// What became of a batch.
pub struct Sent {
    /// Where the file goes on.
    pub offset: u64,
    pub lines: u64,
    pub created: u64,
    pub exists: u64,
    /// By number in the file.
    pub rejected: BTreeMap<u64, Value>,
}

pub struct Client {
    http: Outbound,
    to: String,
    sign_in: SignIn,
    session: Mutex<Session>,
}

/// The tokens of somebody who signed in with a password.
#[derive(Clone, Default, Deserialize)]
struct Session {
    access_token: String,
    refresh_token: String,
}

#[derive(Deserialize)]
struct Report {
    results: Vec<LineResult>,
}

#[derive(Deserialize)]
struct LineResult {
    line: usize,
    status: String,
    errors: Vec<Value>,
}

/// Why a call didn't come to an answer that counts.
enum Failure {
    /// Worth another try, after a pause if one is asked for.
    Passing(String, Option<Duration>),
    Final(String),
}

impl Client {
    /// # Errors
    /// In one line.
    pub async fn sign_in(to: &str, sign_in: SignIn) -> Result<Self, String> {
        let to = to.trim_end_matches('/').to_owned();
        let client =
            Self { http: Outbound::new(), to, sign_in, session: Mutex::new(Session::default()) };
        client.renew("").await?;
        Ok(client)
    }

    /// Ends the session, if there is one.
    pub async fn sign_out(&self) {
        if let SignIn::Password { .. } = self.sign_in {
            // Left alone, it ends by itself.
            let _ = self.post("/v1/auth/logout", "application/json", Vec::new()).await;
        }
    }

    /// Sends a batch until each of its lines has become something.
    ///
    /// # Errors
    /// What makes further tries useless, in one line.
    pub async fn import(&self, batch: Batch) -> Result<Sent, String> {
        let Batch { mut lines, rejected, offset, number } = batch;
        let rejected = rejected.into_iter().collect();
        let mut sent = Sent { offset, lines: number, created: 0, exists: 0, rejected };
        let mut failures = 0;
        while !lines.is_empty() {
            let body = lines.iter().map(|(_, line)| &line[..]).collect::<Vec<_>>().join(&b'\n');
            let report = match self.call(body).await {
                Ok(report) => report,
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Passing(error, pause)) => {
                    wait(&mut failures, pause, &error).await?;
                    continue;
                }
            };
            let again = sent.take(&lines, report)?;
            let has_advanced = again.len() < lines.len();
            lines.retain(|(number, _)| again.contains_key(number));
            if has_advanced {
                failures = 0;
            }
            if let Some(code) = again.values().next() {
                wait(&mut failures, None, code).await?;
            }
        }
        Ok(sent)
    }

    async fn call(&self, body: Vec<u8>) -> Result<Report, Failure> {
        let path = "/v1/admin/users/import";
        let token = self.session.lock().await.access_token.clone();
        let mut answer = self.post(path, "application/x-ndjson", body.clone()).await?;
        if answer.status() == StatusCode::UNAUTHORIZED
            && matches!(self.sign_in, SignIn::Password { .. })
        {
            // Access tokens live for minutes, imports of many users for longer.
            self.renew(&token).await.map_err(Failure::Final)?;
            answer = self.post(path, "application/x-ndjson", body).await?;
        }
        let answer = checked(answer)?;
        serde_json::from_slice(answer.body())
            .map_err(|error| Failure::Final(format!("the answer can't be read: {error}")))
    }

    /// Signs in, or has the session go on; only once for all who hold the token
    /// that is `old`.
    async fn renew(&self, old: &str) -> Result<(), String> {
        let SignIn::Password { email, password } = &self.sign_in else { return Ok(()) };
        let mut session = self.session.lock().await;
        if session.access_token != old {
            return Ok(());
        }
        let refresh = json!({"refresh_token": session.refresh_token});
        let login = json!({"email": email, "password": password, "device_name": "kith import"});
        let mut failures = 0;
        let mut ways = vec![("/v1/auth/login", login)];
        if !old.is_empty() {
            ways.push(("/v1/auth/refresh", refresh));
        }
        while let Some((path, body)) = ways.last() {
            let request = self.request(path, "application/json", body.to_string().into_bytes());
            let answer = match request {
                Ok(request) => self.send(request).await.and_then(checked),
                Err(error) => Err(error),
            };
            match answer {
                Ok(answer) => {
                    *session = serde_json::from_slice(answer.body())
                        .map_err(|error| format!("the answer can't be read: {error}"))?;
                    return Ok(());
                }
                Err(Failure::Passing(error, pause)) => wait(&mut failures, pause, &error).await?,
                // The session may have ended: then by the password again.
                Err(Failure::Final(_)) if ways.len() > 1 => drop(ways.pop()),
                Err(Failure::Final(error)) => return Err(format!("can't sign in: {error}")),
            }
        }
        Ok(())
    }

    async fn post(
        &self,
        path: &str,
        media_type: &'static str,
        body: Vec<u8>,
    ) -> Result<Response<Bytes>, Failure> {
        let mut request = self.request(path, media_type, body)?;
        let secret = |text: &str| {
            let mut value = HeaderValue::from_str(text)
                .map_err(|_| Failure::Final("the key or token isn't one".to_owned()))?;
            value.set_sensitive(true);
            Ok::<_, Failure>(value)
        };
        let (name, value) = match &self.sign_in {
            SignIn::Key(key) => (HeaderName::from_static("x-api-key"), secret(key)?),
            SignIn::Password { .. } => {
                let token = self.session.lock().await.access_token.clone();
                (AUTHORIZATION, secret(&format!("Bearer {token}"))?)
            }
        };
        request.headers_mut().insert(name, value);
        self.send(request).await
    }

    fn request(
        &self,
        path: &str,
        media_type: &'static str,
        body: Vec<u8>,
    ) -> Result<Request<Vec<u8>>, Failure> {
        let request = Request::post(format!("{}{path}", self.to)).header(CONTENT_TYPE, media_type);
        request.body(body).map_err(|error| Failure::Final(format!("{}: {error}", self.to)))
    }

    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        self.http.send_bounded(request, TIMEOUT, MAX_ANSWER).await.map_err(|error| {
            let text = format!("{}: {error}", self.to);
            match error {
                OutboundError::Timeout | OutboundError::Failed(_) => Failure::Passing(text, None),
                OutboundError::Address | OutboundError::TooLarge => Failure::Final(text),
            }
        })
    }
}

impl Sent {
    /// Takes what a report says of these lines. Gives back the numbers of those
    /// that are to be sent again, with the reason.
    fn take(
        &mut self,
        lines: &[(u64, Vec<u8>)],
        report: Report,
    ) -> Result<BTreeMap<u64, String>, String> {
        let mut again: BTreeMap<u64, String> = lines
            .iter()
            .map(|(number, _)| (*number, "the answer doesn't tell of a line".to_owned()))
            .collect();
        for LineResult { line, status, errors } in report.results {
            let number =
                line.checked_sub(1).and_then(|at| lines.get(at)).map(|(number, _)| *number);
            let number = number.ok_or("the answer tells of a line that wasn't sent")?;
            let code = errors.first().and_then(|error| error["code"].as_str());
            match (status.as_str(), code) {
                ("created", _) => self.created += 1,
                ("exists", _) => self.exists += 1,
                (_, Some(code @ ("not_attempted" | "unavailable"))) => {
                    again.insert(number, code.to_owned());
                    continue;
                }
                _ => drop(self.rejected.insert(number, Value::Array(errors))),
            }
            again.remove(&number);
        }
        Ok(again)
    }
}

/// An answer of success, or what else it is.
fn checked(answer: Response<Bytes>) -> Result<Response<Bytes>, Failure> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let problem: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
    let error = format!("{status}: {} {}", text("code"), text("detail"));
    if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
        let pause = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let pause = pause.and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
        return Err(Failure::Passing(error, pause));
    }
    Err(Failure::Final(error))
}

/// Pauses before another try, twice as long each time.
async fn wait(failures: &mut u32, asked: Option<Duration>, error: &str) -> Result<(), String> {
    *failures += 1;
    if *failures > MAX_FAILURES {
        return Err(format!("given up after {MAX_FAILURES} tries: {error}"));
    }
    let pause = Duration::from_millis(250 << failures.saturating_sub(1).min(8)).min(MAX_PAUSE);
    tokio::time::sleep(asked.map_or(pause, |asked| asked.max(pause).min(MAX_PAUSE * 4))).await;
    Ok(())
}
