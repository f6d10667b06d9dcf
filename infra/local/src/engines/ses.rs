//! SES: the part that a sender meets. Mails are checked as AWS checks them, and kept; nobody gets
//! them but whoever looks.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::{Value, json};

use super::json::{Answer, Refusal, parse};
use super::log::Log;
use super::{StartError, now, random};

const PATH: &str = "/v2/email/outbound-emails";

/// SES takes messages of up to 40 MB.
const BODY_BYTES: usize = 40 * 1024 * 1024;
const RECIPIENTS: usize = 50;
/// RFC 5321, section 4.5.3.1.3.
const ADDRESS_BYTES: usize = 254;

pub(super) struct Ses {
    log: Log,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEmail {
    #[serde(default)]
    from_email_address: String,
    destination: Destination,
    content: Content,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Destination {
    #[serde(rename = "ToAddresses")]
    to: Vec<String>,
    #[serde(rename = "CcAddresses")]
    cc: Vec<String>,
    #[serde(rename = "BccAddresses")]
    bcc: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    simple: Option<Message>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    subject: Part,
    body: Body,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    text: Option<Part>,
    html: Option<Part>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Part {
    data: String,
}

impl Ses {
    /// With the mails of earlier runs.
    pub(super) fn open(path: &Path) -> Result<Self, StartError> {
        Ok(Self { log: Log::open(path)? })
    }

    /// See [`Engines::mails`](super::Engines::mails).
    pub(super) fn mails(&self) -> Vec<Value> {
        self.log.entries()
    }

    fn send_email(&self, request: &SendEmail) -> Result<Value, Refusal> {
        let SendEmail { from_email_address: from, destination, content } = request;
        let Destination { to, cc, bcc } = destination;
        let recipients = || to.iter().chain(cc).chain(bcc);
        match recipients().count() {
            0 => return Err(bad_request("Destination must have at least one recipient.")),
            1..=RECIPIENTS => {}
            _ => return Err(bad_request("Recipient count exceeds 50.")),
        }
        for mailbox in recipients().chain([from]) {
            check(mailbox)?;
        }
        let Some(Message { subject, body }) = &content.simple else {
            return Err(bad_request("Only simple content is sent here."));
        };
        if subject.data.contains(char::is_control) {
            return Err(bad_request("Subject contains control characters."));
        }
        let part = |part: &Option<Part>| part.as_ref().map(|part| part.data.clone());
        let (text, html) = (part(&body.text), part(&body.html));
        if text.is_none() && html.is_none() {
            return Err(bad_request("Body must have a text or an HTML part."));
        }
        let id = random::uuid().to_string();
        let mail = json!({
            "message_id": id,
            "sent_at": now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
            "from": from,
            "to": recipients().cloned().collect::<Vec<_>>().join(", "),
            "subject": subject.data,
            "links": links(text.as_deref().unwrap_or_default()),
            "text": text,
            "html": html,
        });
        self.log
            .append(mail)
            .map(|()| json!({"MessageId": id}))
            .map_err(|error| Refusal::new("InternalServiceErrorException", error.to_string()))
    }
}

fn bad_request(message: &str) -> Refusal {
    Refusal::new("BadRequestException", message)
}

/// Whether it is an address, alone or behind a name in angle brackets.
fn check(mailbox: &str) -> Result<(), Refusal> {
    if !mailbox.is_ascii() || mailbox.contains(|c: char| c.is_ascii_control()) {
        return Err(bad_request("Local address contains control or whitespace"));
    }
    let address = match mailbox.rsplit_once('<') {
        Some((_name, rest)) => rest.strip_suffix('>').unwrap_or_default(),
        None => mailbox,
    };
    match address.rsplit_once('@') {
        Some((local, domain))
            if !local.is_empty()
                && !domain.is_empty()
                && address.len() <= ADDRESS_BYTES
                && !address.contains([' ', ',', ';', '<', '>', '"']) =>
        {
            Ok(())
        }
        _ => Err(bad_request("Missing final '@domain'")),
    }
}

/// What somebody who reads the text can follow.
fn links(text: &str) -> Vec<&str> {
    let is_link = |word: &&str| word.starts_with("https://") || word.starts_with("http://");
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'));
    words.filter(is_link).map(|link| link.trim_end_matches(['.', ',', ')'])).collect()
}

type Pending = Pin<Box<dyn Future<Output = Response<Full<Bytes>>> + Send>>;

pub(super) fn handler(
    ses: Arc<Ses>,
) -> impl Fn(Request<Incoming>) -> Pending + Clone + Send + Sync + 'static {
    move |request| Box::pin(answer(Arc::clone(&ses), request))
}

async fn answer(ses: Arc<Ses>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let result = if (&head.method, head.uri.path()) == (&Method::POST, PATH) {
        match Limited::new(body, BODY_BYTES).collect().await {
            Ok(body) => parse(&body.to_bytes()).and_then(|request| ses.send_email(&request)),
            Err(error) => Err(bad_request(&error.to_string())),
        }
    } else {
        Err(Refusal::unknown_operation())
    };
    let Answer { status, body } = result.into();
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = match status {
        StatusCode::BAD_REQUEST if head.uri.path() != PATH => StatusCode::NOT_FOUND,
        status => status,
    };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
