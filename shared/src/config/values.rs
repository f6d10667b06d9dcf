//! How values are read from the text of variables.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{Algorithm, ConfigError, Limit};

/// Reads variables one by one.
pub(super) struct Source<'a>(pub &'a dyn Fn(&str) -> Option<String>);

impl Source<'_> {
    pub fn optional(&self, name: &str) -> Option<String> {
        (self.0)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Values separated by commas, each trimmed.
    pub fn list(&self, name: &str) -> Vec<String> {
        let text = self.optional(name).unwrap_or_default();
        let values = text.split(',').map(str::trim).filter(|value| !value.is_empty());
        values.map(str::to_owned).collect()
    }

    pub fn required(&self, variable: &'static str) -> Result<String, ConfigError> {
        self.optional(variable)
            .ok_or_else(|| ConfigError { variable, problem: "is missing".to_owned() })
    }

    pub fn parsed<T: FromStr>(&self, variable: &'static str) -> Result<T, ConfigError> {
        let text = self.required(variable)?;
        text.parse()
            .map_err(|_| ConfigError { variable, problem: format!("can't be read: {text:?}") })
    }

    pub fn or<T: FromStr>(&self, variable: &'static str, default: T) -> Result<T, ConfigError> {
        let Some(text) = self.optional(variable) else { return Ok(default) };
        text.parse()
            .map_err(|_| ConfigError { variable, problem: format!("can't be read: {text:?}") })
    }
}

/// A length of time like `90s`, `15m`, `12h`, `30d`; never zero.
#[derive(Clone, Copy)]
pub(super) struct Span(pub Duration);

/// A number of at least one.
#[derive(Clone, Copy)]
pub(super) struct Count(pub usize);

/// `20/1h`, or `off`.
#[derive(Clone, Copy)]
pub(super) struct LimitOrOff(pub Option<Limit>);

pub(super) fn days(days: u64) -> Span {
    Span(Duration::from_hours(24 * days))
}

pub(super) fn per(tries: u32, seconds: u64) -> LimitOrOff {
    LimitOrOff(Some(Limit { tries, window: Duration::from_secs(seconds) }))
}

impl FromStr for Span {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or(())?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 24 * 3600,
            _ => return Err(()),
        };
        // A century is for ever enough, and sums of it stay in range.
        match number.parse::<u64>() {
            Ok(number @ 1..=36_500) => Ok(Self(Duration::from_secs(number * seconds))),
            _ => Err(()),
        }
    }
}

impl FromStr for Count {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        // A transaction holds 100 items: the evicted sessions, the new one, the account.
        match text.parse() {
            Ok(number @ 1..=90) => Ok(Self(number)),
            _ => Err(()),
        }
    }
}

impl FromStr for LimitOrOff {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "off" {
            return Ok(Self(None));
        }
        let (tries, window) = text.split_once('/').ok_or(())?;
        let Span(window) = window.parse()?;
        match tries.parse() {
            Ok(tries @ 1..) => Ok(Self(Some(Limit { tries, window }))),
            _ => Err(()),
        }
    }
}

impl FromStr for Algorithm {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "ES256" => Ok(Self::Es256),
            "HS256" => Ok(Self::Hs256),
            "EdDSA" => Ok(Self::EdDsa),
            _ => Err(()),
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Es256 => "ES256",
            Self::Hs256 => "HS256",
            Self::EdDsa => "EdDSA",
        })
    }
}
