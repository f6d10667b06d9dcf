//! Which URLs are fetched at all.

use std::net::IpAddr;

use http::uri::PathAndQuery;
use tokio_rustls::rustls::pki_types::{DnsName, ServerName};
use url::{Position, Url};

use super::Refusal;

/// The only port: others are where services listen that aren't the web's.
pub(super) const PORT: u16 = 443;

/// A URL that keeps the rules. Its addresses have yet to be checked.
#[derive(Debug)]
pub(super) struct Target {
    url: Url,
    host: Host,
    path: PathAndQuery,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// A DNS name of two labels or more, in ASCII, without a final dot.
    Name(String),
    Address(IpAddr),
}

impl Target {
    /// Holds an absolute URL against the rules.
    pub(super) fn parse(url: &str) -> Result<Self, Refusal> {
        Self::check(Url::parse(url).map_err(|_| Refusal::Url)?)
    }

    /// The target of a redirect (RFC 9110, section 10.2.2), held against the
    /// same rules.
    pub(super) fn join(&self, location: &str) -> Result<Self, Refusal> {
        Self::check(self.url.join(location).map_err(|_| Refusal::Url)?)
    }

    fn check(url: Url) -> Result<Self, Refusal> {
        if url.scheme() != "https" {
            return Err(Refusal::Scheme);
        }
        // The scheme's own port reads as none.
        if url.port().is_some() {
            return Err(Refusal::Port);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Userinfo);
        }
        let host = match url.host() {
            Some(url::Host::Domain(name)) => Host::Name(domain(name)?),
            // Decimal, octal, hexadecimal, short or fullwidth: the parser has
            // made one address of all of them (WHATWG URL, section 3.5).
            Some(url::Host::Ipv4(ip)) => Host::Address(ip.into()),
            Some(url::Host::Ipv6(ip)) => Host::Address(ip.into()),
            None => return Err(Refusal::Host),
        };
        // Without the fragment, which is the client's own (RFC 9110, section 7.1).
        let path = url[Position::BeforePath..Position::AfterQuery].parse();
        let path = path.map_err(|_| Refusal::Url)?;
        Ok(Self { url, host, path })
    }

    pub(super) fn host(&self) -> &Host {
        &self.host
    }

    /// The `Host` header: no port, for it is the scheme's.
    pub(super) fn authority(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    pub(super) fn path(&self) -> &PathAndQuery {
        &self.path
    }

    /// Whom the certificate must be for.
    pub(super) fn server_name(&self) -> Result<ServerName<'static>, Refusal> {
        match &self.host {
            Host::Address(ip) => Ok(ServerName::from(*ip)),
            Host::Name(name) => ServerName::try_from(name.clone()).map_err(|_| Refusal::Host),
        }
    }
}

/// A fully qualified name. One label (`localhost`, or what a search domain would
/// complete) is none, and a final dot is another spelling that certificates and
/// virtual hosts don't know.
fn domain(name: &str) -> Result<String, Refusal> {
    let qualified = name.contains('.') && !name.ends_with('.');
    let valid = qualified && DnsName::try_from(name).is_ok();
    valid.then(|| name.to_owned()).ok_or(Refusal::Host)
}
