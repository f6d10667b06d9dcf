//! Why there is no picture. Neither text nor value holds a URL, whose query may
//! hold a secret.

use std::fmt;
use std::io;
use std::net::IpAddr;

/// Why a fetch gave nothing.
#[derive(Debug)]
pub enum FetchError {
    /// Against the rules: it will be refused again, so it isn't tried again.
    Refused(Refusal),
    /// It didn't work this time.
    Failed(Failure),
}

/// The rule that was broken, by the URL, by one it redirects to, or by the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not an absolute URL, or none that HTTP can carry.
    Url,
    /// Not `https`.
    Scheme,
    /// Another port than 443.
    Port,
    /// A user or a password.
    Userinfo,
    /// Neither an address nor a fully qualified name of the public DNS.
    Host,
    /// The host is, or resolves to, this address, which isn't public.
    Address(IpAddr),
    /// The certificate isn't valid for the host.
    Certificate,
    /// More redirects than are followed, or one to nowhere.
    Redirects,
    /// A status that isn't 200 and won't become it.
    Status(u16),
    /// More bytes than a picture may have.
    TooLarge,
}

/// What went wrong and may go right another time.
#[derive(Debug)]
pub enum Failure {
    /// The name has no address now. Resolvers don't tell apart what never has one.
    Resolve(io::Error),
    /// No connection, by TCP or TLS.
    Connect(io::Error),
    /// The exchange broke off or wasn't HTTP.
    Http(hyper::Error),
    /// A status that speaks of the moment: 408, 425, 429, 5xx.
    Status(u16),
    /// Out of time, in connecting or altogether.
    Timeout,
}

impl From<Refusal> for FetchError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Failure> for FetchError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "refused: {refusal}"),
            Self::Failed(failure) => write!(f, "failed: {failure}"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str("not a URL"),
            Self::Scheme => f.write_str("not https"),
            Self::Port => f.write_str("a port other than 443"),
            Self::Userinfo => f.write_str("a URL with credentials"),
            Self::Host => f.write_str("not a public host name"),
            Self::Address(address) => write!(f, "{address} isn't a public address"),
            Self::Certificate => f.write_str("no valid certificate for the host"),
            Self::Redirects => f.write_str("too many redirects, or one to nowhere"),
            Self::Status(status) => write!(f, "status {status}"),
            Self::TooLarge => f.write_str("too many bytes"),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resolve(cause) => write!(f, "resolving the name: {cause}"),
            Self::Connect(cause) => write!(f, "connecting: {cause}"),
            Self::Http(cause) => write!(f, "HTTP: {cause}"),
            Self::Status(status) => write!(f, "status {status}"),
            Self::Timeout => f.write_str("out of time"),
        }
    }
}

impl std::error::Error for FetchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(Failure::Resolve(cause) | Failure::Connect(cause)) => Some(cause),
            Self::Failed(Failure::Http(cause)) => Some(cause),
            Self::Failed(Failure::Status(_) | Failure::Timeout) | Self::Refused(_) => None,
        }
    }
}
