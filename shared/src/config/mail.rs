//! What the function that sends mails is told.

use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use url::Url;

use super::values::Source;
use super::{Aws, ConfigError, environment};
use crate::domain::email::Email;

#[derive(Clone, Debug)]
pub struct Mail {
    pub aws: Aws,
    pub table_name: String,
    /// Whom mails come from. What it is called is what mails call the service.
    pub from: Mailbox,
    /// The pages that links lead to.
    pub verify_email_url: PageUrl,
    pub reset_password_url: PageUrl,
    /// Of SES.
    pub configuration_set: Option<String>,
    pub log_level: tracing::Level,
}

/// A mail address, maybe with the name of who has it: `Kith <kith@example.com>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    name: Option<String>,
    address: Email,
}

/// The absolute URL of a page, without a fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageUrl(Url);

impl Mail {
    /// # Errors
    /// Names the variable that is missing or wrong.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(environment)
    }

    /// # Errors
    /// As [`Self::from_env`].
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let source = Source(&variable);
        Ok(Self {
            aws: Aws::read(&source)?,
            table_name: source.required("TABLE_NAME")?,
            from: source.parsed("MAIL_FROM")?,
            verify_email_url: source.parsed("VERIFY_EMAIL_URL")?,
            reset_password_url: source.parsed("RESET_PASSWORD_URL")?,
            configuration_set: source.optional("MAIL_CONFIGURATION_SET"),
            log_level: source.or("LOG_LEVEL", tracing::Level::INFO)?,
        })
    }
}

/// Bytes of one encoded word: 75 characters (RFC 2047, section 2) less `=?UTF-8?B?` and `?=`.
const WORD: usize = 45;

impl Mailbox {
    /// What the service is called: the name, or else the address's domain.
    #[must_use]
    pub fn service(&self) -> &str {
        let domain = self.address.as_str().rsplit('@').next().unwrap_or_default();
        self.name.as_deref().unwrap_or(domain)
    }

    /// As it stands in a header (RFC 5322, section 3.4), names beyond ASCII in
    /// encoded words (RFC 2047).
    #[must_use]
    pub fn header(&self) -> String {
        match &self.name {
            None => self.address.to_string(),
            Some(name) if name.is_ascii() => {
                let quoted = name.replace('\\', r"\\").replace('"', r#"\""#);
                format!("\"{quoted}\" <{}>", self.address)
            }
            Some(name) => format!("{} <{}>", encoded_words(name), self.address),
        }
    }
}

fn encoded_words(text: &str) -> String {
    let mut words: Vec<String> = vec![String::new()];
    for c in text.chars() {
        match words.last_mut() {
            Some(word) if word.len() + c.len_utf8() <= WORD => word.push(c),
            _ => words.push(c.into()),
        }
    }
    let words = words.iter().map(|word| format!("=?UTF-8?B?{}?=", BASE64_STANDARD.encode(word)));
    words.collect::<Vec<_>>().join(" ")
}

impl FromStr for Mailbox {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"').trim(), address),
            None => ("", text),
        };
        if name.contains(|c: char| c.is_control() || matches!(c, '<' | '>')) || name.len() > 200 {
            return Err(());
        }
        let address = Email::parse(address).map_err(|_| ())?;
        Ok(Self { name: (!name.is_empty()).then(|| name.to_owned()), address })
    }
}

impl PageUrl {
    /// The page, told a token. It stands in the fragment, which browsers send to
    /// no server: no access log, no proxy and no `Referer` header sees it, and
    /// whoever fetches links before they are clicked uses nothing up.
    #[must_use]
    pub fn with(&self, name: &str, token: &str) -> String {
        format!("{}#{name}={token}", self.0)
    }
}

impl FromStr for PageUrl {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let url = Url::parse(text).map_err(|_| ())?;
        let is_page = matches!(url.scheme(), "https" | "http")
            && url.has_host()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        is_page.then_some(Self(url)).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_quoted_or_encoded_in_a_header() {
        for (text, service, header) in [
            ("kith@example.com", "example.com", "kith@example.com"),
            ("<kith@example.com>", "example.com", "kith@example.com"),
            ("Kith <kith@example.com>", "Kith", "\"Kith\" <kith@example.com>"),
            ("\"A, B \\ C\" <k@example.com>", "A, B \\ C", r#""A, B \\ C" <k@example.com>"#),
            ("Käse <k@example.com>", "Käse", "=?UTF-8?B?S8Okc2U=?= <k@example.com>"),
        ] {
            let mailbox: Mailbox = text.parse().unwrap();
            assert_eq!((mailbox.service(), mailbox.header().as_str()), (service, header));
        }
        let long: Mailbox = format!("{} <k@example.com>", "ä".repeat(60)).parse().unwrap();
        assert!(long.header().is_ascii());
        assert!(long.header().split(' ').all(|word| word.len() <= 75));
        for text in ["", "Kith", "Kith <kith>", "K\r\nBcc: x <k@example.com>", "a <b <c@d.example>"]
        {
            assert!(text.parse::<Mailbox>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_page_is_absolute_and_has_no_fragment_of_its_own() {
        let page: PageUrl = "https://app.example.com/verify?l=de".parse().unwrap();
        assert_eq!(page.with("verify", "abc"), "https://app.example.com/verify?l=de#verify=abc");
        for text in [
            "",
            "/verify",
            "app.example.com",
            "ftp://a.example",
            "https://a#b",
            "https://u:p@a.example",
        ] {
            assert!(text.parse::<PageUrl>().is_err(), "{text:?}");
        }
    }
}
