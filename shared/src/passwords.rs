//! Password hashes. Ours are argon2id with the parameters that OWASP recommends
//! (m = 19 MiB, t = 2, p = 1), in PHC string format. Those of other systems are
//! verified as they are, until their owner signs in and a new one can be made.

mod digest;
mod stored;

use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Block, Params, Version};
use digest::Failure;
use serde_json::Value;
use stored::Stored;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::domain::fields::{Field, Reason};
use crate::domain::password::{NewPassword, Password};
use crate::domain::{Error, Result};

/// What an unknown address is checked against, so that it takes as long as a
/// known one: a salt and a hash that nobody has.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdCE$Z7mD0pGgq1nLTZKXzl3pXQmJ0gRrYVdpYbWgQbCqU0k";

/// What our own hashes begin with.
const OURS: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

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

impl Hash {
    /// A hash that another system made, if it can be verified within bounds:
    /// whoever may import hashes mustn't be able to choose what a sign-in costs.
    /// The bounds hold again whenever it is verified.
    ///
    /// | scheme | forms | bounds |
    /// |---|---|---|
    /// | Argon2 | `$argon2id$`, `$argon2i$`, `$argon2d$`, version 19 or 16 | m ≤ 256 MiB, m·t ≤ 1 GiB, t ≤ 64, p ≤ 16 |
    /// | bcrypt | `$2a$`, `$2b$`, `$2y$` | cost 4–14 |
    /// | scrypt | `$scrypt$ln=…,r=…,p=…$` | 128·N·r ≤ 128 MiB, twice that with p, r and p ≤ 64 |
    /// | PBKDF2 | `$pbkdf2-sha256$i=…,l=…$`, or passlib's `$pbkdf2-sha256$<rounds>$`; also `-sha512`, `-sha1` and none, which is SHA-1 | rounds · blocks of output ≤ 2,000,000 |
    ///
    /// Salts have up to 64 bytes, outputs 16–64, the text up to 512 characters.
    ///
    /// The default of every system and the recommendations of OWASP and RFC 9106
    /// (the second) are well within. The most that is allowed takes a whole core
    /// about a second, so that it ends within the gateway's patience on the third
    /// of a core that Lambda gives with 512 MB; and 256 MiB beside the function
    /// itself fit in these.
    ///
    /// `$2x$` isn't taken: it marks hashes made with a mistake that lets other
    /// passwords through.
    ///
    /// # Errors
    /// `unsupported_hash`, `invalid_hash`, `hash_too_costly`, `too_long`. No
    /// message quotes the text.
    pub fn import(text: &str) -> Result<Self, Reason> {
        Stored::read(text).map(|_| Self(text.to_owned()))
    }

    /// Whether it was made by other rules than today's.
    #[must_use]
    pub fn needs_rehash(&self) -> bool {
        !self.0.starts_with(OURS)
    }
}

/// As [`Hash::import`].
impl Field for Hash {
    fn read(value: Value) -> Result<Self, Reason> {
        match value {
            Value::String(text) => Self::import(&text),
            _ => Err(Reason::invalid_type("a string")),
        }
    }
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hash(…)")
    }
}

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
        self.hash_bytes(password.as_bytes().to_vec(), salt).await
    }

    /// A hash by today's rules of a password that `hash` is the hash of; none
    /// where it is by today's rules.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub async fn rehash(
        &self,
        password: &Password,
        hash: &Hash,
        salt: [u8; 16],
    ) -> Result<Option<Hash>> {
        if !hash.needs_rehash() {
            return Ok(None);
        }
        self.hash_bytes(password.as_bytes().to_vec(), salt).await.map(Some)
    }

    async fn hash_bytes(&self, password: Vec<u8>, salt: [u8; 16]) -> Result<Hash> {
        self.run(move |memory| {
            let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
            let params = &Params::DEFAULT;
            let output = digest::argon2(algorithm, version, params, &password, &salt, memory)?;
            let hash = PasswordHash {
                algorithm: algorithm.ident(),
                version: Some(version.into()),
                params: params.try_into()?,
                salt: Some(salt.as_slice().try_into()?),
                hash: Some(output),
            };
            Ok(Hash(hash.to_string()))
        })
        .await
    }

    /// Whether `password` is the one that was hashed; false, after the same
    /// time, where there is none, or one that is out of bounds.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub async fn verify(&self, password: &Password, hash: Option<&Hash>) -> Result<bool> {
        let stored = hash.map(|hash| Stored::read(&hash.0)).transpose();
        let stored = stored.unwrap_or_else(|Reason { code, .. }| {
            tracing::error!(target: "kith", code, "a stored password hash can't be verified");
            None
        });
        let is_known = stored.is_some();
        let stored = match stored {
            Some(stored) => stored,
            None => Stored::read(NOBODY).map_err(|reason| Error::internal(reason.message))?,
        };
        let password = password.clone();
        self.run(move |memory| Ok(stored.is_of(password.as_bytes(), memory)? && is_known)).await
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

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
