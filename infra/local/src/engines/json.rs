//! AWS JSON, the protocol of every service here but S3: the operation in `X-Amz-Target`, bodies in
//! JSON.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// DynamoDB takes bodies up to 16 MiB; nobody takes more.
const BODY_BYTES: usize = 16 * 1024 * 1024;

/// The answer to one request.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: String,
}

/// An error as AWS names it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(super) fn unknown_operation() -> Self {
        Self::new("UnknownOperationException", "")
    }
}

impl From<Result<Value, Refusal>> for Answer {
    fn from(result: Result<Value, Refusal>) -> Self {
        match result {
            Ok(body) => Self { status: StatusCode::OK, body: body.to_string() },
            Err(Refusal { code, message }) => Self {
                status: if code.starts_with("Internal") {
                    StatusCode::INTERNAL_SERVER_ERROR
                } else {
                    StatusCode::BAD_REQUEST
                },
                body: json!({"__type": code, "message": message}).to_string(),
            },
        }
    }
}

/// Reads a request's body.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body)
        .map_err(|error| Refusal::new("SerializationException", error.to_string()))
}

/// `GetItem` of `X-Amz-Target: DynamoDB_20120810.GetItem`.
pub(super) fn operation(headers: &HeaderMap) -> Option<&str> {
    let target = headers.get("x-amz-target")?.to_str().ok()?;
    target.rsplit_once('.').map(|(_service, operation)| operation)
}

type Pending = Pin<Box<dyn Future<Output = Response<Full<Bytes>>> + Send>>;

/// A server's handler out of a function from operation and body to answer.
///
/// The function runs on the runtime's own thread: handing it to another costs more than most
/// operations take.
pub(super) fn handler<C>(
    call: C,
) -> impl Fn(Request<Incoming>) -> Pending + Clone + Send + Sync + 'static
where
    C: Fn(&str, &[u8]) -> Answer + Send + Sync + 'static,
{
    let call = Arc::new(call);
    move |request| Box::pin(answer(Arc::clone(&call), request))
}

async fn answer<C>(call: Arc<C>, request: Request<Incoming>) -> Response<Full<Bytes>>
where
    C: Fn(&str, &[u8]) -> Answer,
{
    let (head, body) = request.into_parts();
    let Answer { status, body } = match Limited::new(body, BODY_BYTES).collect().await {
        Ok(body) => match operation(&head.headers) {
            Some(operation) => call(operation, &body.to_bytes()),
            None => Err(Refusal::unknown_operation()).into(),
        },
        Err(error) => Err(Refusal::new("SerializationException", error.to_string())).into(),
    };
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    // The protocol's version stands in the media type, and the answer has the request's.
    if let Some(media_type) = head.headers.get(CONTENT_TYPE) {
        response.headers_mut().insert(CONTENT_TYPE, media_type.clone());
    }
    response
}
