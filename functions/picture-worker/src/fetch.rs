//! Fetches a picture from an address that a stranger chose: an OpenID provider's
//! `picture` claim (OpenID Connect Core 1.0, section 5.1).
//!
//! Whoever chooses an address for a server to call chooses what the server
//! reaches: its own loopback, the instance's metadata, the private network
//! (server-side request forgery). So each hop goes through the same gate: the
//! URL is held against the rules (`target`), its name is resolved once, every
//! resolved address must be public (`address`), and the connection is made to
//! those very addresses (`exchange`). No name is resolved a second time, hence
//! an answer that changes in between (DNS rebinding) changes nothing.
//!
//! The connection is hyper's lowest layer over rustls, without a client around
//! it: there is no pool, proxy, cookie, redirect, decompression or resolver that
//! had to be switched off and could come back with a feature of another crate.

mod address;
mod error;
mod exchange;
mod target;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::RootCertStore;

pub use address::is_public;
pub use error::{Failure, FetchError, Refusal};

use exchange::Answer;
use target::{Host, Target};

/// How many redirects are followed. Providers need one or two.
const MAX_REDIRECTS: usize = 3;

/// Fetches pictures over HTTPS from public addresses. Made once per process.
pub struct Fetcher {
    resolve: Resolve,
    permits: Permits,
    tls: TlsConnector,
    bounds: Bounds,
}

/// Resolves a DNS name into the addresses to connect to.
#[doc(hidden)]
pub type Resolve = Box<dyn Fn(&str) -> Resolving + Send + Sync>;

#[doc(hidden)]
pub type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// Whether an address may be connected to.
#[doc(hidden)]
pub type Permits = Box<dyn Fn(SocketAddr) -> bool + Send + Sync>;

/// What a [`Fetcher`] is made of, for tests: neither configuration nor the
/// environment reaches it.
#[doc(hidden)]
pub struct Parts {
    pub resolve: Resolve,
    pub permits: Permits,
    pub roots: RootCertStore,
    pub bounds: Bounds,
}

/// What one fetch may cost.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Time for TCP and TLS together, over all addresses of a hop.
    pub connect: Duration,
    /// Time for the whole fetch, name resolution and redirects included.
    pub whole: Duration,
    /// Bytes of a picture.
    pub bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            whole: Duration::from_secs(10),
            bytes: 10 * 1024 * 1024,
        }
    }
}

impl Fetcher {
    /// With the system's resolver, public addresses only, and Mozilla's root
    /// certificates, compiled in: loading the system's takes 2.3 ms of a cold start.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Parts {
            resolve: Box::new(resolve_by_system),
            permits: Box::new(|address| is_public(address.ip())),
            roots: webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect(),
            bounds: Bounds::default(),
        })
    }

    #[doc(hidden)]
    #[must_use]
    pub fn with(parts: Parts) -> Self {
        let Parts { resolve, permits, roots, bounds } = parts;
        Self { resolve, permits, tls: exchange::tls(roots), bounds }
    }

    /// The bytes behind `url`, at most 10 MiB within 10 s. Nothing is said of
    /// what they are: the answer's `Content-Type` isn't looked at.
    ///
    /// # Errors
    /// [`FetchError::Refused`] for what breaks a rule, and will again;
    /// [`FetchError::Failed`] for what may be different at another time.
    pub async fn fetch(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        // Around everything, so that no sequence of steps, each in time, adds up.
        timeout(self.bounds.whole, self.follow(url)).await.map_err(|_| Failure::Timeout)?
    }

    async fn follow(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        let mut target = Target::parse(url)?;
        for _ in 0..=MAX_REDIRECTS {
            let addresses = self.resolve(&target).await?;
            match exchange::get(&target, &addresses, &self.tls, self.bounds).await? {
                Answer::Picture(bytes) => return Ok(bytes),
                Answer::Redirect(location) => target = target.join(&location)?,
            }
        }
        Err(Refusal::Redirects.into())
    }

    /// The addresses of a host, all of them permitted.
    ///
    /// One that isn't condemns all: an honest provider's name has no private
    /// address beside its public ones, and using the rest would let an attacker
    /// try again until something else gives way.
    async fn resolve(&self, target: &Target) -> Result<Vec<SocketAddr>, FetchError> {
        let addresses = match target.host() {
            // A literal never goes through a resolver, so it is checked as one answer.
            Host::Address(ip) => vec![SocketAddr::new(*ip, target::PORT)],
            Host::Name(name) => (self.resolve)(name).await.map_err(Failure::Resolve)?,
        };
        if let Some(address) = addresses.iter().find(|address| !(self.permits)(**address)) {
            return Err(Refusal::Address(address.ip()).into());
        }
        if addresses.is_empty() {
            return Err(Failure::Resolve(io::ErrorKind::NotFound.into()).into());
        }
        Ok(addresses)
    }
}

impl Default for Fetcher {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher").field("bounds", &self.bounds).finish_non_exhaustive()
    }
}

/// Asks the system's resolver, once. The final dot keeps it from trying the name
/// under the search domains of `resolv.conf` (RFC 1535).
fn resolve_by_system(name: &str) -> Resolving {
    let name = format!("{name}.");
    Box::pin(async move { Ok(tokio::net::lookup_host((name, target::PORT)).await?.collect()) })
}
