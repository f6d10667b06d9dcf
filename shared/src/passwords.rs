//! Password hashes: argon2id with the parameters that OWASP recommends
//! (m = 19 MiB, t = 2, p = 1), in PHC string format.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::domain::password::{NewPassword, Password};
use crate::domain::{Error, Result};

/// What an unknown address is checked against, so that it takes as long as a
/// known one: the hash of random bytes that nobody kept.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdCE$Z7mD0pGgq1nLTZKXzl3pXQmJ0gRrYVdpYbWgQbCqU0k";

/// Hashes and verifies, a few at a time: each takes 19 MiB while it runs.
#[derive(Debug)]
pub struct Passwords {
    permits: Arc<Semaphore>,
}

/// A stored password hash. It can't be printed.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Hash(String);

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hash(…)")
    }
}

impl Passwords {
    #[must_use]
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { permits: Arc::new(Semaphore::new(cores)) }
    }

    /// The hash of a password with a `salt` that is new for each.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub async fn hash(&self, password: &NewPassword, salt: [u8; 16]) -> Result<Hash> {
        let password = password.clone();
        self.run(move || {
            let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt)?;
            Ok(Hash(hash.to_string()))
        })
        .await
    }

    /// Whether `password` is the one that was hashed; false, after the same
    /// time, where there is none.
    ///
    /// # Errors
    /// [`Error::Internal`] where the stored hash isn't one.
    pub async fn verify(&self, password: &Password, hash: Option<&Hash>) -> Result<bool> {
        let password = password.clone();
        let known = hash.is_some();
        let hash = hash.map_or_else(|| NOBODY.to_owned(), |hash| hash.0.clone());
        self.run(move || {
            let hash = PasswordHash::new(&hash)?;
            match Argon2::default().verify_password(password.as_bytes(), &hash) {
                Ok(()) => Ok(known),
                Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(error.into()),
            }
        })
        .await
    }

    /// On a blocking thread, for the runtime's own has other calls to serve.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Box<dyn std::error::Error + Send + Sync>> + Send + 'static,
    ) -> Result<T> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(Error::internal)?;
        let result = spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        result.await.map_err(Error::internal)?.map_err(Error::internal)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::fields::Field;

    #[tokio::test]
    async fn a_hash_knows_its_password_only_and_nobody_has_one() {
        let passwords = Passwords::new();
        let new = NewPassword::read(json!("correct horse")).unwrap();
        let hash = passwords.hash(&new, [7; 16]).await.unwrap();
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let right = Password::read(json!("correct horse")).unwrap();
        let wrong = Password::read(json!("correct horsf")).unwrap();
        assert!(passwords.verify(&right, Some(&hash)).await.unwrap());
        assert!(!passwords.verify(&wrong, Some(&hash)).await.unwrap());
        assert!(!passwords.verify(&right, None).await.unwrap());
    }
}
