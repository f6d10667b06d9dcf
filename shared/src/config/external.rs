//! Who else may vouch for callers.

use std::fmt;

use http::Uri;
use jsonwebtoken::Algorithm;
use serde::Deserialize;

use super::ConfigError;
use super::values::Source;
use crate::domain::account::Provider;
use crate::outbound::is_permitted;

/// HS256 wants a key as long as its hash (RFC 7518, section 3.2).
const MIN_SECRET: usize = 32;

/// Issuers of one deployment.
const MAX_ISSUERS: usize = 20;

/// Issuers of tokens, and an identity service with a cookie.
#[derive(Clone, Debug, Default)]
pub struct External {
    pub issuers: Vec<Issuer>,
    /// Of Ory Kratos's public API, without a slash at the end.
    pub kratos_url: Option<String>,
}

/// An issuer of bearer tokens.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// What accounts name it by among their providers.
    pub name: Provider,
    /// The `iss` of its tokens.
    pub issuer: String,
    /// The `aud` that its tokens must have; `None`: they have none.
    pub audience: Option<String>,
    pub keys: IssuerKeys,
}

#[derive(Clone, Debug)]
pub enum IssuerKeys {
    /// As a JSON Web Key Set, at this address or that of the discovery document.
    Published { jwks_uri: Option<String>, algorithms: Vec<Algorithm> },
    /// HS256 with a secret that both know.
    Shared(Secret),
}

/// What can't be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    #[must_use]
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// One entry of `EXTERNAL_ISSUERS`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    issuer: String,
    audience: String,
    jwks_uri: Option<String>,
    #[serde(default)]
    algorithms: Vec<Algorithm>,
}

impl External {
    pub(super) fn read(source: &Source<'_>, own_issuer: &str) -> Result<Self, ConfigError> {
        let mut issuers = published(source)?;
        issuers.extend(shared(source)?);
        let kratos_url = kratos_url(source)?;
        let reserved = ["password", "passkey", KRATOS];
        for (index, issuer) in issuers.iter().enumerate() {
            let others = &issuers[..index];
            let is_taken = |one: &str| others.iter().any(|other| other.name.as_str() == one);
            let name = issuer.name.as_str();
            if !is_name(name) || reserved.contains(&name) || is_taken(name) {
                return Err(wrong(variable(issuer), format!("has a bad or second name {name:?}")));
            }
            let is_known = others.iter().any(|other| other.issuer == issuer.issuer);
            if is_known || issuer.issuer == own_issuer || issuer.issuer == KRATOS {
                let problem = format!("names the issuer {:?} again", issuer.issuer);
                return Err(wrong(variable(issuer), problem));
            }
        }
        Ok(Self { issuers, kratos_url })
    }
}

/// What Kratos is as an issuer, wherever it is.
pub const KRATOS: &str = "kratos";

const ISSUERS: &str = "EXTERNAL_ISSUERS";
const HS256_ISSUER: &str = "EXTERNAL_HS256_ISSUER";

fn variable(issuer: &Issuer) -> &'static str {
    match issuer.keys {
        IssuerKeys::Published { .. } => ISSUERS,
        IssuerKeys::Shared(_) => HS256_ISSUER,
    }
}

fn published(source: &Source<'_>) -> Result<Vec<Issuer>, ConfigError> {
    let Some(text) = source.optional(ISSUERS) else { return Ok(Vec::new()) };
    let entries: Vec<Entry> = serde_json::from_str(&text)
        .map_err(|error| wrong(ISSUERS, format!("can't be read: {error}")))?;
    if entries.len() > MAX_ISSUERS {
        return Err(wrong(ISSUERS, format!("may name {MAX_ISSUERS} issuers")));
    }
    entries.into_iter().map(issuer).collect()
}

fn issuer(entry: Entry) -> Result<Issuer, ConfigError> {
    const TAKEN: [Algorithm; 4] =
        [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];
    let Entry { name, issuer, audience, jwks_uri, mut algorithms } = entry;
    // As OpenID Connect has it by default.
    if algorithms.is_empty() {
        algorithms.push(Algorithm::RS256);
    }
    if !algorithms.iter().all(|algorithm| TAKEN.contains(algorithm)) {
        return Err(wrong(ISSUERS, "takes RS256, PS256, ES256 and EdDSA only".to_owned()));
    }
    if audience.is_empty() {
        return Err(wrong(ISSUERS, format!("has no audience for {name:?}")));
    }
    for address in [Some(&issuer), jwks_uri.as_ref()].into_iter().flatten() {
        check_address(ISSUERS, address)?;
    }
    let keys = IssuerKeys::Published { jwks_uri, algorithms };
    Ok(Issuer { name: Provider::issuer(&name), issuer, audience: Some(audience), keys })
}

fn shared(source: &Source<'_>) -> Result<Option<Issuer>, ConfigError> {
    const SECRET: &str = "EXTERNAL_HS256_SECRET";
    let Some(secret) = source.optional(SECRET) else { return Ok(None) };
    if secret.len() < MIN_SECRET {
        return Err(wrong(SECRET, format!("has fewer than {MIN_SECRET} bytes")));
    }
    let issuer = source.required(HS256_ISSUER)?;
    let audience = source.optional("EXTERNAL_HS256_AUDIENCE");
    let keys = IssuerKeys::Shared(Secret(secret.into_bytes()));
    Ok(Some(Issuer { name: Provider::issuer(&issuer), issuer, audience, keys }))
}

fn kratos_url(source: &Source<'_>) -> Result<Option<String>, ConfigError> {
    const URL: &str = "KRATOS_PUBLIC_URL";
    let Some(url) = source.optional(URL) else { return Ok(None) };
    check_address(URL, &url)?;
    Ok(Some(url.trim_end_matches('/').to_owned()))
}

fn check_address(variable: &'static str, address: &str) -> Result<(), ConfigError> {
    if address.parse::<Uri>().is_ok_and(|uri| is_permitted(&uri)) {
        return Ok(());
    }
    let problem = format!("names {address:?}, which is neither HTTPS nor on the loopback");
    Err(wrong(variable, problem))
}

fn is_name(name: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b);
    (1..=40).contains(&name.len()) && name.bytes().all(is_part)
}

fn wrong(variable: &'static str, problem: String) -> ConfigError {
    ConfigError { variable, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(changes: &[(&str, &str)]) -> Result<External, ConfigError> {
        let variable = |name: &str| {
            let mut changes = changes.iter();
            changes.find(|(changed, _)| *changed == name).map(|(_, value)| (*value).to_owned())
        };
        External::read(&Source(&variable), "https://api.example.com")
    }

    #[test]
    fn issuers_are_read() {
        let text = r#"[{"name": "corp", "issuer": "https://id.example.com", "audience": "kith"}]"#;
        let external = read(&[("EXTERNAL_ISSUERS", text)]).unwrap();
        assert_eq!(external.issuers[0].name.as_str(), "corp");
        let IssuerKeys::Published { algorithms, .. } = &external.issuers[0].keys else { panic!() };
        assert_eq!(algorithms, &[Algorithm::RS256]);
        let secret = "s".repeat(32);
        let external =
            read(&[("EXTERNAL_HS256_SECRET", &secret), ("EXTERNAL_HS256_ISSUER", "meetinity")]);
        assert!(!format!("{:?}", external.unwrap()).contains(&secret));
        assert!(read(&[]).unwrap().issuers.is_empty());
    }

    #[test]
    fn what_is_unsafe_is_refused_and_named() {
        let entry = |change: &str| {
            format!(r#"[{{"name": "a", "issuer": "https://a.example", "audience": "k"{change}}}]"#)
        };
        let long = "s".repeat(32);
        let two = r#"[{"name": "a", "issuer": "https://a.example", "audience": "k"},
                      {"name": "b", "issuer": "https://a.example", "audience": "k"}]"#;
        let wrong: [(&str, String, &str); 12] = [
            (ISSUERS, "{}".to_owned(), ""),
            (ISSUERS, entry(r#", "algorithms": ["HS256"]"#), ""),
            (ISSUERS, entry(r#", "algorithms": ["none"]"#), ""),
            (ISSUERS, entry(r#", "jwks_uri": "http://10.0.0.1/keys""#), ""),
            (ISSUERS, entry(r#", "jwks": "https://a.example/keys""#), ""),
            (ISSUERS, entry("").replace("https://a.example", "http://a.example"), ""),
            (ISSUERS, entry("").replace("https://a.example", "https://api.example.com"), ""),
            (ISSUERS, entry("").replace(r#""a""#, r#""password""#), ""),
            (ISSUERS, entry("").replace(r#""k""#, r#""""#), ""),
            (ISSUERS, two.to_owned(), ""),
            ("EXTERNAL_HS256_SECRET", "short".to_owned(), "x"),
            ("KRATOS_PUBLIC_URL", "http://kratos:4433".to_owned(), ""),
        ];
        for (name, value, issuer) in &wrong {
            let error = read(&[(name, value), (HS256_ISSUER, issuer)]).unwrap_err();
            assert_eq!(error.variable, *name, "{value}");
        }
        let error = read(&[("EXTERNAL_HS256_SECRET", &long)]).unwrap_err();
        assert_eq!(error.variable, HS256_ISSUER);
    }
}
