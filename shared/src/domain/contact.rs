//! Ways to reach somebody: handle, phone, web addresses.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::fields::{Field, Reason};
use super::text::{is_control, string, too_long};

macro_rules! string_type {
    ($($name:ident)*) => {$(
        impl $name {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

/// A handle, unique over all users: 3–30 of `a-z 0-9 _ .`, upper case folded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Username(String);

/// A telephone number in E.164 form: `+` and up to 15 digits, the first not 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

/// An absolute `http` or `https` URL of at most 255 characters, without credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Website(String);

/// A URL like [`Website`], up to 500 characters, on linkedin.com.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LinkedInUrl(String);

string_type! { Username Phone Website LinkedInUrl }

impl FromStr for Username {
    type Err = Reason;

    fn from_str(text: &str) -> Result<Self, Reason> {
        let text = text.trim().to_ascii_lowercase();
        if !text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.')) {
            return Err(Reason::new(
                "invalid_characters",
                "may hold letters a–z, digits, underscores and dots",
            ));
        }
        match text.len() {
            0..3 => Err(Reason::new("too_short", "must have at least 3 characters")),
            3..=30 => Ok(Self(text)),
            _ => Err(too_long(30)),
        }
    }
}

impl Field for Username {
    const BLANK_IS_NONE: bool = true;

    fn read(value: Value) -> Result<Self, Reason> {
        string(value)?.parse()
    }
}

impl Field for Phone {
    const BLANK_IS_NONE: bool = true;

    fn read(value: Value) -> Result<Self, Reason> {
        let text = string(value)?;
        let text = text.trim();
        let is_number = text.strip_prefix('+').is_some_and(|digits| {
            (3..=15).contains(&digits.len())
                && digits.bytes().all(|b| b.is_ascii_digit())
                && !digits.starts_with('0')
        });
        if is_number {
            Ok(Self(text.to_owned()))
        } else {
            Err(Reason::new("invalid_format", "must be an E.164 number like +442079460123"))
        }
    }
}

impl Field for Website {
    const BLANK_IS_NONE: bool = true;

    fn read(value: Value) -> Result<Self, Reason> {
        web_url(value, 255).map(|(text, _)| Self(text))
    }
}

impl Field for LinkedInUrl {
    const BLANK_IS_NONE: bool = true;

    fn read(value: Value) -> Result<Self, Reason> {
        let (text, url) = web_url(value, 500)?;
        match url.host_str() {
            Some(host) if host == "linkedin.com" || host.ends_with(".linkedin.com") => {
                Ok(Self(text))
            }
            _ => Err(Reason::new("invalid_format", "must be a URL on linkedin.com")),
        }
    }
}

/// The text as sent, and what it means to a browser.
fn web_url(value: Value, max: usize) -> Result<(String, Url), Reason> {
    let text = string(value)?;
    let text = text.trim();
    if text.chars().count() > max {
        return Err(too_long(max));
    }
    let invalid = || Reason::new("invalid_format", "must be an http or https URL");
    // The URL parser drops line breaks and tabs within; what it would change isn't taken.
    if text.chars().any(|c| is_control(c) || c.is_whitespace() || c == '\\') {
        return Err(invalid());
    }
    let url = Url::parse(text).map_err(|_| invalid())?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let has_credentials = !url.username().is_empty() || url.password().is_some();
    // `http:///x` names no host, though a browser finds one in it.
    let names_host = text.split_once("://").is_some_and(|(_, rest)| !rest.starts_with('/'));
    if is_web && !has_credentials && names_host {
        Ok((text.to_owned(), url))
    } else {
        Err(invalid())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn handles_fold_case_and_keep_to_their_alphabet() {
        assert_eq!("Ada.L_1".parse::<Username>().unwrap().as_str(), "ada.l_1");
        for text in ["ab", "a-b-c", "ädа", "a#b#c", "a b c", &"x".repeat(31)] {
            assert!(text.parse::<Username>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_web_addresses_without_credentials_pass() {
        for text in
            ["https://example.com", "http://müller.example/a?b#c", "https://x.example:8443/"]
        {
            assert_eq!(Website::read(json!(text)).unwrap().as_str(), text);
        }
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//example.com",
            "example.com",
            "https://",
            "https://u:p@example.com",
            "https:example.com",
            "http:///example.com",
            "java\nscript:alert(1)",
            "https://exa\tmple.com",
            "ftp://example.com",
            "https://a.example\\@b.example",
        ] {
            assert!(Website::read(json!(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn linkedin_urls_are_on_linkedin() {
        assert!(LinkedInUrl::read(json!("https://www.linkedin.com/in/ada")).is_ok());
        for text in [
            "https://evil.example/linkedin.com",
            "https://linkedin.com.evil.example/",
            "https://linkedin.com@evil.example/",
            "https://xlinkedin.com/",
        ] {
            assert!(LinkedInUrl::read(json!(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn phones_are_e164() {
        assert!(Phone::read(json!("+442079460123")).is_ok());
        for text in ["442079460123", "+0123", "+1 202 555", "+1234567890123456", "+"] {
            assert!(Phone::read(json!(text)).is_err(), "{text}");
        }
    }
}
