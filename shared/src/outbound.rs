//! HTTP to addresses that the configuration names, or that documents name which
//! were read from those: an identity provider's discovery, keys and tokens.
//!
//! This isn't the gate for addresses that a stranger chose (those of pictures):
//! a private address is allowed here, since a provider may well run inside the
//! network. HTTPS is required except on the loopback, where a developer's own
//! provider is. No redirect is followed, no cookie kept, no proxy asked.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, HeaderValue, USER_AGENT};
use http::uri::Scheme;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::timeout;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Bytes of an answer's body. Discovery documents and key sets have some KiB.
pub const MAX_BODY: usize = 1024 * 1024;

/// Bytes of an answer's head.
const MAX_HEAD: usize = 64 * 1024;

/// Time to a connection, name resolution and TLS included.
const CONNECT: Duration = Duration::from_secs(2);

/// How long an idle connection is used again. Servers close theirs after a
/// minute or more, and one that was closed while the process was frozen costs a
/// timeout to find out.
const IDLE: Duration = Duration::from_secs(20);

const AGENT: &str = concat!("Kith/", env!("CARGO_PKG_VERSION"));

/// One per process: it keeps connections.
#[derive(Clone)]
pub struct Outbound(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// Why there is no answer. None of these holds anything of the request's body.
#[derive(Debug)]
pub enum OutboundError {
    /// Neither HTTPS nor on the loopback. No request was made.
    Address,
    Timeout,
    /// The body has more bytes than are taken.
    TooLarge,
    /// No connection, no trust in the certificate, or no valid HTTP.
    Failed(Box<dyn StdError + Send + Sync>),
}

impl Default for Outbound {
    fn default() -> Self {
        Self::new()
    }
}

impl Outbound {
    /// With Mozilla's root certificates, compiled in: loading the system's takes
    /// longer than the rest of a cold start.
    ///
    /// # Panics
    /// Never: ring has the suites of both versions of TLS.
    #[must_use]
    pub fn new() -> Self {
        let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        let versions = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions();
        #[expect(clippy::expect_used, reason = "ring has the suites of both versions")]
        let tls = versions.expect("versions").with_root_certificates(roots).with_no_client_auth();
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_connect_timeout(Some(CONNECT));
        http.set_nodelay(true);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(2)
            .http1_max_buf_size(MAX_HEAD)
            .build(connector);
        Self(client)
    }

    /// Sends a request and reads the whole answer, `within` that time. An answer
    /// of any status is one, redirects too.
    ///
    /// # Errors
    /// Where there is no whole answer.
    pub async fn send(
        &self,
        request: Request<Vec<u8>>,
        within: Duration,
    ) -> Result<Response<Bytes>, OutboundError> {
        self.send_bounded(request, within, MAX_BODY).await
    }

    /// The same, with an answer of up to `most` bytes.
    ///
    /// # Errors
    /// Where there is no whole answer.
    pub async fn send_bounded(
        &self,
        mut request: Request<Vec<u8>>,
        within: Duration,
        most: usize,
    ) -> Result<Response<Bytes>, OutboundError> {
        if !is_permitted(request.uri()) {
            return Err(OutboundError::Address);
        }
        request.headers_mut().insert(USER_AGENT, HeaderValue::from_static(AGENT));
        // Nothing here decompresses, so no few bytes become many.
        request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let request = request.map(|body| Full::new(Bytes::from(body)));
        let exchange = self.exchange(request, most);
        timeout(within, exchange).await.map_err(|_| OutboundError::Timeout)?
    }

    async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
        most: usize,
    ) -> Result<Response<Bytes>, OutboundError> {
        let failed = |error| OutboundError::Failed(Box::new(error));
        let (parts, body) = self.0.request(request).await.map_err(failed)?.into_parts();
        match Limited::new(body, most).collect().await {
            Ok(body) => Ok(Response::from_parts(parts, body.to_bytes())),
            Err(error) if error.is::<LengthLimitError>() => Err(OutboundError::TooLarge),
            Err(error) => Err(OutboundError::Failed(error)),
        }
    }
}

/// Whether requests may go there: over HTTPS anywhere, in clear only to this machine.
#[must_use]
pub fn is_permitted(uri: &Uri) -> bool {
    let Some(host) = uri.host().filter(|host| !host.is_empty()) else { return false };
    // Credentials in an address end up in logs.
    let bare = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    bare && match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTPS => true,
        Some(scheme) if *scheme == Scheme::HTTP => is_loopback(host),
        _ => false,
    }
}

/// Whether a host is this machine, by one of its three usual names.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

impl fmt::Display for OutboundError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str("the address is neither HTTPS nor on the loopback"),
            Self::Timeout => f.write_str("no answer in time"),
            Self::TooLarge => f.write_str("the answer has too many bytes"),
            Self::Failed(error) => {
                write!(f, "{error}")?;
                let mut source = error.source();
                while let Some(error) = source {
                    write!(f, ": {error}")?;
                    source = error.source();
                }
                Ok(())
            }
        }
    }
}

impl StdError for OutboundError {}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outbound")
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    fn get(uri: &str) -> Request<Vec<u8>> {
        Request::get(uri).body(Vec::new()).unwrap()
    }

    /// A server that answers every connection with these bytes, and then with
    /// nothing for ever.
    async fn server(answer: Vec<u8>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let answer = answer.clone();
                tokio::spawn(async move {
                    let mut request = [0; 1024];
                    let _ = stream.read(&mut request).await;
                    let _ = stream.write_all(&answer).await;
                    std::future::pending::<()>().await;
                });
            }
        });
        format!("http://{address}")
    }

    #[test]
    fn clear_text_stays_on_this_machine() {
        for uri in [
            "https://accounts.example.com/.well-known/openid-configuration",
            "https://10.0.0.7:8443/",
            "http://127.0.0.1:4000/token",
            "http://localhost/",
            "http://[::1]:4000/",
        ] {
            assert!(is_permitted(&uri.parse().unwrap()), "{uri}");
        }
        for uri in [
            "http://accounts.example.com/",
            "http://127.0.0.1.example.com/",
            "http://localhost.example.com/",
            "http://169.254.169.254/latest/meta-data/",
            "http://user@localhost/",
            "https://user:secret@example.com/",
            "ftp://localhost/",
            "/token",
        ] {
            assert!(!is_permitted(&uri.parse().unwrap()), "{uri}");
        }
    }

    #[tokio::test]
    async fn clear_text_to_elsewhere_is_never_sent() {
        let error = Outbound::new().send(get("http://192.0.2.1/"), SOON).await.unwrap_err();
        assert!(matches!(error, OutboundError::Address));
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_not_followed() {
        let answer = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\n\
                      content-length: 0\r\n\r\n";
        let url = server(answer.as_bytes().to_vec()).await;
        let answer = Outbound::new().send(get(&url), SOON).await.unwrap();
        assert_eq!(answer.status(), 302);
    }

    #[tokio::test]
    async fn a_body_without_end_is_cut_off() {
        let mut answer = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        answer.resize(answer.len() + MAX_BODY + 1, b' ');
        let url = server(answer).await;
        let error = Outbound::new().send(get(&url), SOON).await.unwrap_err();
        assert!(matches!(error, OutboundError::TooLarge), "{error}");
    }

    #[tokio::test]
    async fn a_head_without_end_is_cut_off() {
        let mut answer = b"HTTP/1.1 200 OK\r\nx: ".to_vec();
        answer.resize(answer.len() + 2 * MAX_HEAD, b'x');
        let url = server(answer).await;
        let error = Outbound::new().send(get(&url), SOON).await.unwrap_err();
        assert!(matches!(error, OutboundError::Failed(_)), "{error}");
    }

    #[tokio::test]
    async fn a_server_that_stalls_is_left_in_time() {
        let url = server(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n123".to_vec()).await;
        let brief = Duration::from_millis(50);
        let error = Outbound::new().send(get(&url), brief).await.unwrap_err();
        assert!(matches!(error, OutboundError::Timeout), "{error}");
    }

    #[tokio::test]
    async fn nobody_there_is_a_failure() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let error = Outbound::new().send(get(&url), SOON).await.unwrap_err();
        assert!(matches!(error, OutboundError::Failed(_)), "{error}");
    }
}
