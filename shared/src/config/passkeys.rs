//! Whose passkeys they are (Web Authentication, Level 3, section 4: RP ID).

use url::{Host, Url};

use super::ConfigError;
use super::values::Source;

/// What only the apps of one make do, whose origin is their signature.
const APP: &str = "android:apk-key-hash:";

/// The relying party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkeys {
    /// The domain that passkeys are made for, and its subdomains.
    pub rp_id: String,
    /// Where they may be used, exactly.
    pub origins: Vec<String>,
}

impl Passkeys {
    /// `None` where there is no domain.
    pub(super) fn read(source: &Source<'_>) -> Result<Option<Self>, ConfigError> {
        let Some(rp_id) = source.optional("PASSKEY_RP_ID") else { return Ok(None) };
        let wrong = |variable, problem: String| ConfigError { variable, problem };
        let is_domain = matches!(Host::parse(&rp_id), Ok(Host::Domain(domain)) if domain == rp_id);
        if !is_domain || rp_id.ends_with('.') {
            return Err(wrong("PASSKEY_RP_ID", format!("isn't a domain in lower case: {rp_id:?}")));
        }
        let text = source.required("PASSKEY_ORIGINS")?;
        let origins: Vec<_> = text.split(',').map(|origin| origin.trim().to_owned()).collect();
        match origins.iter().find(|origin| !is_origin_of(&rp_id, origin)) {
            None => Ok(Some(Self { rp_id, origins })),
            Some(origin) => {
                let problem =
                    format!("holds no https origin of {rp_id} and its subdomains: {origin:?}");
                Err(wrong("PASSKEY_ORIGINS", problem))
            }
        }
    }
}

/// Whether browsers would let a page of this origin use passkeys of the domain.
fn is_origin_of(rp_id: &str, origin: &str) -> bool {
    if let Some(signature) = origin.strip_prefix(APP) {
        return !signature.is_empty();
    }
    let Ok(url) = Url::parse(origin) else { return false };
    let host = url.host_str().unwrap_or_default();
    // The parser takes `*` for a letter.
    let is_name = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    let is_own = host == rp_id || host.strip_suffix(rp_id).is_some_and(|sub| sub.ends_with('.'));
    let is_secure = url.scheme() == "https" || (url.scheme() == "http" && rp_id == "localhost");
    // Written as browsers write it, or no request would match.
    is_name && is_own && is_secure && url.origin().ascii_serialization() == origin
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rp_id: &str, origins: &str) -> Result<Option<Passkeys>, &'static str> {
        let variable = |name: &str| match name {
            "PASSKEY_RP_ID" => Some(rp_id.to_owned()),
            "PASSKEY_ORIGINS" => Some(origins.to_owned()),
            _ => None,
        };
        Passkeys::read(&Source(&variable)).map_err(|error| error.variable)
    }

    #[test]
    fn origins_belong_to_the_domain_and_are_written_as_browsers_write_them() {
        assert_eq!(read("", "https://example.com"), Ok(None));
        let both = "https://example.com, https://app.example.com:8443";
        assert_eq!(read("example.com", both).unwrap().unwrap().origins.len(), 2);
        assert!(read("localhost", "http://localhost:3000").is_ok());
        assert!(read("example.com", "android:apk-key-hash:c2lnbmF0dXJl").is_ok());
        for rp_id in ["Example.com", "https://example.com", "127.0.0.1", "example.com.", "a b"] {
            assert_eq!(read(rp_id, "https://example.com"), Err("PASSKEY_RP_ID"), "{rp_id}");
        }
        for origin in [
            "",
            "http://example.com",
            "https://example.com/",
            "https://Example.com",
            "https://example.com:443",
            "https://badexample.com",
            "https://example.com.evil.org",
            "https://user@example.com",
            "*",
            "https://*.example.com",
            "android:apk-key-hash:",
        ] {
            assert_eq!(read("example.com", origin), Err("PASSKEY_ORIGINS"), "{origin}");
        }
    }
}
