//! Mail addresses.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::fields::{Field, Reason};
use super::text::{string, too_long};

/// A mail address as HTML defines a valid one
/// (<https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address>),
/// with a dot in its domain, in lower case, ASCII. Addresses beyond ASCII are
/// refused on purpose: letters that fold into each other (`ı`, `K`) would make
/// two people's addresses one. An internationalised domain is taken as `xn--…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

/// RFC 5321, section 4.5.3.1.3, less the angle brackets.
const MAX: usize = 254;
/// RFC 5321, section 4.5.3.1.1.
const MAX_LOCAL: usize = 64;
/// RFC 1035, section 2.3.4.
const MAX_LABEL: usize = 63;

impl Email {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.0.split('@').next().unwrap_or_default()
    }

    /// # Errors
    /// A [`Reason`] where the text isn't an address.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let text = text.trim();
        if text.len() > MAX {
            return Err(too_long(MAX));
        }
        let invalid = || Reason::new("invalid_format", "must be a mail address");
        let (local, domain) = text.rsplit_once('@').ok_or_else(invalid)?;
        let labels_are_valid = domain.contains('.') && domain.split('.').all(is_label);
        if is_local_part(local) && labels_are_valid {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(invalid())
        }
    }
}

fn is_local_part(text: &str) -> bool {
    (1..=MAX_LOCAL).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b))
}

fn is_label(text: &str) -> bool {
    (1..=MAX_LABEL).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

impl Field for Email {
    const BLANK_IS_NONE: bool = true;

    fn read(value: Value) -> Result<Self, Reason> {
        Self::parse(&string(value)?)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_folded_and_hostile_ones_refused() {
        assert_eq!(Email::parse(" Ada@Example.COM ").unwrap().as_str(), "ada@example.com");
        assert!(Email::parse("o'neil+kith@mail.example.co.uk").is_ok());
        for text in [
            "",
            "ada",
            "ada@",
            "@x.com",
            "ada@localhost",
            "a b@x.com",
            "a@b@x.com",
            "ada@x..com",
            "ada@-x.com",
            "ada@x.com\r\nbcc:b@y.com",
            "\u{131}@x.com",
            "ada@x.com\0",
            "<a@x.com>",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(
            Email::parse(&format!("a@{}.com", "x".repeat(260))).unwrap_err().code,
            "too_long"
        );
    }
}
