//! Password hashes: argon2id with the parameters that OWASP recommends
//! (m = 19 MiB, t = 2, p = 1), in PHC string format.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::{Argon2, Block, Params};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::domain::password::{NewPassword, Password};
use crate::domain::{Error, Result};

/// What an unknown address is checked against, so that it takes as long as a
/// known one: a salt and a hash that nobody has.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdCE$Z7mD0pGgq1nLTZKXzl3pXQmJ0gRrYVdpYbWgQbCqU0k";

/// Hashes and verifies, as many at once as there are cores.
pub struct Passwords {
    permits: Arc<Semaphore>,
    memory: Arc<Pool>,
}

/// Memory that hashing has used and will use again: an allocator keeps what each
/// thread has given back, 19 MiB a thread, and mapping it anew takes its time.
type Pool = Mutex<Vec<Vec<Block>>>;

/// A stored password hash. It can't be printed.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Hash(String);

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hash(…)")
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Passwords {
    #[must_use]
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { permits: Arc::new(Semaphore::new(cores)), memory: Arc::default() }
    }

    /// The hash of a password with a `salt` that is new for each.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub async fn hash(&self, password: &NewPassword, salt: [u8; 16]) -> Result<Hash> {
        let password = password.clone();
        self.run(move |memory| {
            let output = digest(password.as_bytes(), &salt, Params::DEFAULT, memory)?;
            let hash = PasswordHash {
                algorithm: argon2::Algorithm::Argon2id.ident(),
                version: Some(argon2::Version::V0x13.into()),
                params: Params::DEFAULT.try_into()?,
                salt: Some(salt.as_slice().try_into()?),
                hash: Some(output),
            };
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
        self.run(move |memory| {
            let stored = PasswordHash::new(&hash)?;
            let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else {
                return Err("a hash without salt or output".into());
            };
            let params = Params::try_from(&stored)?;
            let output = digest(password.as_bytes(), salt.as_ref(), params, memory)?;
            // `Output` compares in constant time.
            Ok(known && output == *expected)
        })
        .await
    }

    /// On a blocking thread, for the runtime's own has other calls to serve.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vec<Block>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(Error::internal)?;
        let pool = Arc::clone(&self.memory);
        let result = spawn_blocking(move || {
            let _permit = permit;
            let take = || pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut memory = take().unwrap_or_default();
            let result = work(&mut memory);
            pool.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            result
        });
        result.await.map_err(Error::internal)?.map_err(Error::internal)
    }
}

/// Argon2id of a password in memory that is overwritten from front to back.
fn digest(
    password: &[u8],
    salt: &[u8],
    params: Params,
    memory: &mut Vec<Block>,
) -> Result<Output, Failure> {
    memory.resize(params.block_count(), Block::new());
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let argon2 = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let mut output = vec![0; length];
    argon2.hash_password_into_with_memory(password, salt, &mut output, memory.as_mut_slice())?;
    Ok(Output::new(&output)?)
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
        // The format is everybody's: what another implementation hashed is verified too.
        let other = Hash("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc".to_owned());
        let password = Password::read(json!("password")).unwrap();
        assert!(passwords.verify(&password, Some(&other)).await.unwrap());
    }
}
