//! One request on one connection of its own, to addresses that were checked.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, HOST, LOCATION, USER_AGENT};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use super::target::Target;
use super::{Bounds, Failure, FetchError, Refusal};

const AGENT: &str = concat!("Kith/", env!("CARGO_PKG_VERSION"));

/// Bytes of the buffer that an answer's head must fit into.
const MAX_HEAD: usize = 64 * 1024;

/// What a server may answer with.
pub(super) enum Answer {
    Picture(Vec<u8>),
    /// The `Location`, as it came.
    Redirect(String),
}

/// TLS 1.2 and 1.3 by ring.
pub(super) fn tls(roots: RootCertStore) -> TlsConnector {
    let versions = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions();
    #[expect(clippy::expect_used, reason = "ring has the suites of both versions")]
    let mut config =
        versions.expect("versions").with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // A ticket is bytes of the server's choice that a later connection would send.
    config.resumption = Resumption::disabled();
    TlsConnector::from(Arc::new(config))
}

/// Asks one of `addresses` for `target`.
pub(super) async fn get(
    target: &Target,
    addresses: &[SocketAddr],
    tls: &TlsConnector,
    bounds: Bounds,
) -> Result<Answer, FetchError> {
    let connecting = timeout(bounds.connect, connect(target, addresses, tls));
    let stream = connecting.await.map_err(|_| Failure::Timeout)??;
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(Failure::Http)?;
    let mut exchange = pin!(async {
        let response = sender.send_request(request(target)?).await.map_err(Failure::Http)?;
        answer(response, bounds.bytes).await
    });
    // Not a task of its own: when the fetch ends, by its time bound too, so does
    // the connection. It may end first, with what it read still to be taken.
    tokio::select! {
        answer = &mut exchange => answer,
        _ = connection => exchange.await,
    }
}

async fn connect(
    target: &Target,
    addresses: &[SocketAddr],
    tls: &TlsConnector,
) -> Result<TlsStream<TcpStream>, FetchError> {
    let name = target.server_name()?;
    let stream = TcpStream::connect(addresses).await.map_err(Failure::Connect)?;
    tls.connect(name, stream).await.map_err(|error| {
        if is_certificate(&error) {
            Refusal::Certificate.into()
        } else {
            Failure::Connect(error).into()
        }
    })
}

fn is_certificate(error: &io::Error) -> bool {
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref());
    matches!(cause, Some(rustls::Error::InvalidCertificate(_)))
}

/// All that is said about us: no cookie, no credentials, no referrer.
fn request(target: &Target) -> Result<Request<Empty<Bytes>>, Refusal> {
    Request::get(target.path().clone())
        .header(HOST, target.authority())
        .header(USER_AGENT, AGENT)
        .header(ACCEPT, "image/*")
        // Nothing here decompresses, so no few bytes become many.
        .header(ACCEPT_ENCODING, "identity")
        .header(CONNECTION, "close")
        .body(Empty::new())
        .map_err(|_| Refusal::Url)
}

async fn answer(response: Response<Incoming>, max: usize) -> Result<Answer, FetchError> {
    match response.status() {
        StatusCode::OK => read(response.into_body(), max).await.map(Answer::Picture),
        StatusCode::MOVED_PERMANENTLY
        | StatusCode::FOUND
        | StatusCode::SEE_OTHER
        | StatusCode::TEMPORARY_REDIRECT
        | StatusCode::PERMANENT_REDIRECT => {
            let location = response.headers().get(LOCATION).map(http::HeaderValue::as_bytes);
            let location = location.and_then(|bytes| str::from_utf8(bytes).ok());
            Ok(Answer::Redirect(location.ok_or(Refusal::Redirects)?.to_owned()))
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
            Err(Failure::Status(response.status().as_u16()).into())
        }
        status if status.is_server_error() => Err(Failure::Status(status.as_u16()).into()),
        status => Err(Refusal::Status(status.as_u16()).into()),
    }
}

/// A body of at most `max` bytes: by its word first, then by what comes, for the
/// word may be missing.
async fn read(mut body: Incoming, max: usize) -> Result<Vec<u8>, FetchError> {
    if body.size_hint().lower() > max as u64 {
        return Err(Refusal::TooLarge.into());
    }
    let mut picture = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(Failure::Http)?.into_data() else { continue };
        if data.len() > max - picture.len() {
            return Err(Refusal::TooLarge.into());
        }
        picture.extend_from_slice(&data);
    }
    Ok(picture)
}
