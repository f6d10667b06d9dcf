//! Passwords as clients send them. Hashing is `crate::password`'s.

use std::fmt;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::fields::{Field, Reason};
use super::text::{string, too_long};

const MIN: usize = 8;
const MAX: usize = 128;

/// The passwords of at least eight characters among the 20,000 most common
/// (by Royce Williams, as Django ships them), in lower case, one a line.
const COMMON: &str = include_str!("../../assets/common-passwords.txt");

/// A password to be set: 8–128 characters, in NFC, not a common one.
/// It can't be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

/// A password to be checked: any text, since rules of old may have allowed it.
/// It can't be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl NewPassword {
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// # Errors
    /// `weak_password` where the password is one of what everybody knows of its
    /// owner: the address, its local part, the handle, a name.
    pub fn check_against<'a>(
        &self,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), Reason> {
        let password = self.0.to_lowercase();
        let is_known = known.into_iter().any(|text| text.to_lowercase() == password);
        if is_known { Err(weak("mustn't be the mail address or a name")) } else { Ok(()) }
    }
}

fn weak(message: &str) -> Reason {
    Reason::new("weak_password", message)
}

fn is_common(password: &str) -> bool {
    let password = password.to_lowercase();
    COMMON.lines().any(|line| line == password)
}

impl Field for NewPassword {
    fn read(value: Value) -> Result<Self, Reason> {
        let Password(text) = Password::read(value)?;
        match text.chars().count() {
            0..MIN => Err(Reason::new("too_short", format!("must have at least {MIN} characters"))),
            MIN..=MAX if is_common(&text) => Err(weak("is one of the most common passwords")),
            MIN..=MAX if text.trim().is_empty() => Err(weak("mustn't be blank")),
            MIN..=MAX => Ok(Self(text)),
            _ => Err(too_long(MAX)),
        }
    }
}

impl Password {
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Field for Password {
    fn read(value: Value) -> Result<Self, Reason> {
        // The same letters typed on another system may arrive decomposed.
        Ok(Self(string(value)?.nfc().collect()))
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn weak_passwords_are_refused() {
        assert_eq!(NewPassword::read(json!("short")).unwrap_err().code, "too_short");
        assert_eq!(NewPassword::read(json!("x".repeat(129))).unwrap_err().code, "too_long");
        assert_eq!(NewPassword::read(json!("PassWord1")).unwrap_err().code, "weak_password");
        let password = NewPassword::read(json!("Ada Lovelace")).unwrap();
        assert!(password.check_against(["ada lovelace"]).is_err());
        assert!(password.check_against(["ada"]).is_ok());
        assert!(!format!("{password:?}").contains("Ada"));
    }
}
