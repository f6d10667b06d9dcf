//! A server that speaks TLS and lies in HTTP, byte by byte.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// Signs certificates, and is trusted by whom it is made known to.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.as_ref().der().clone()).unwrap();
        roots
    }

    fn config(&self, params: &CertificateParams) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap()
    }
}

/// What a server writes: once the head, then the rest, again and again with a
/// pause between until nobody reads any more. An empty rest ends the connection.
#[derive(Clone, Default)]
pub struct Answer {
    head: Vec<u8>,
    rest: Vec<u8>,
    pause: Duration,
}

impl Answer {
    pub fn new(head: impl Into<Vec<u8>>) -> Self {
        Self { head: head.into(), ..Self::default() }
    }

    /// A whole answer with a true `Content-Length`.
    pub fn with(status: u16, headers: &str, body: &[u8]) -> Self {
        let length = body.len();
        let head = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\n\r\n");
        Self::new([head.as_bytes(), body].concat())
    }

    pub fn ok(body: &[u8]) -> Self {
        Self::with(200, "", body)
    }

    pub fn redirect(status: u16, to: &str) -> Self {
        Self::with(status, &format!("Location: {to}\r\nSet-Cookie: id=1; Secure\r\n"), b"")
    }

    pub fn then_forever(self, rest: impl Into<Vec<u8>>, pause: Duration) -> Self {
        Self { rest: rest.into(), pause, ..self }
    }
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    /// Bytes that a client took, or the system for it.
    written: AtomicUsize,
    open: watch::Sender<usize>,
    heads: Mutex<Vec<String>>,
}

/// Listens on a port of 127.0.0.1 until the test ends.
pub struct Server {
    pub address: SocketAddr,
    seen: Arc<Seen>,
}

impl Server {
    /// With a certificate of `authority` for the usual names; `answer` is given
    /// the path and the query.
    pub async fn start(
        authority: &Authority,
        answer: impl Fn(&str) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let names = ["pictures.test".to_owned(), "other.test".to_owned()];
        let params = CertificateParams::new(names).unwrap();
        Self::start_with(authority, &params, answer).await
    }

    pub async fn start_with(
        authority: &Authority,
        params: &CertificateParams,
        answer: impl Fn(&str) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(authority.config(params)));
        let seen = Arc::new(Seen::default());
        let (answer, all) = (Arc::new(answer), Arc::clone(&seen));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                all.connections.fetch_add(1, Ordering::SeqCst);
                all.open.send_modify(|open| *open += 1);
                let (acceptor, answer) = (acceptor.clone(), Arc::clone(&answer));
                let seen = Arc::clone(&all);
                tokio::spawn(async move {
                    // A client that leaves is what most of the tests want.
                    let _ = serve(stream, acceptor, &seen, answer.as_ref()).await;
                    seen.open.send_modify(|open| *open -= 1);
                });
            }
        });
        Self { address, seen }
    }

    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    pub fn written(&self) -> usize {
        self.seen.written.load(Ordering::SeqCst)
    }

    /// The heads of all requests, as they came.
    pub fn heads(&self) -> Vec<String> {
        self.seen.heads.lock().unwrap().clone()
    }

    /// Returns when the client has closed every connection.
    pub async fn left(&self) {
        self.seen.open.subscribe().wait_for(|open| *open == 0).await.unwrap();
    }
}

async fn serve(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    seen: &Seen,
    answer: &(impl Fn(&str) -> Answer + Sync),
) -> io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap();
    let Answer { head: first, rest, pause } = answer(head.split(' ').nth(1).unwrap());
    seen.heads.lock().unwrap().push(head);
    stream.write_all(&first).await?;
    stream.flush().await?;
    while !rest.is_empty() {
        sleep(pause).await;
        stream.write_all(&rest).await?;
        stream.flush().await?;
        seen.written.fetch_add(rest.len(), Ordering::SeqCst);
    }
    stream.shutdown().await
}
