//! The work: whether a password is the one that was hashed.

use argon2::password_hash::phc::Output;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use ring::pbkdf2;

use super::stored::{Scheme, Stored};

pub(super) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Bytes of a password that bcrypt looks at.
const BCRYPT_KEY: usize = 72;

impl Stored {
    /// Whether this is the hash of `password`. Outputs are compared in constant time.
    pub fn is_of(&self, password: &[u8], memory: &mut Vec<Block>) -> Result<bool, Failure> {
        let Self { scheme, salt, output } = self;
        let digest = match scheme {
            Scheme::Argon2(algorithm, version, params) => {
                argon2(*algorithm, *version, params, password, salt, memory)?
            }
            Scheme::Bcrypt { cost } => {
                let digest = bcrypt(*cost, salt, password)?;
                Output::new(&digest[..output.len().min(digest.len())])?
            }
            Scheme::Scrypt(params) => {
                let mut digest = vec![0; output.len()];
                scrypt::scrypt(password, salt, params, &mut digest)?;
                Output::new(&digest)?
            }
            Scheme::Pbkdf2(algorithm, rounds) => {
                return Ok(pbkdf2::verify(*algorithm, *rounds, salt, password, output).is_ok());
            }
        };
        // `Output` compares in constant time.
        Ok(digest == Output::new(output)?)
    }
}

/// Argon2 in memory that is overwritten from front to back. No more of it is
/// kept than our own hashes need.
pub(super) fn argon2(
    algorithm: Algorithm,
    version: Version,
    params: &Params,
    password: &[u8],
    salt: &[u8],
    memory: &mut Vec<Block>,
) -> Result<Output, Failure> {
    memory.resize(params.block_count(), Block::new());
    let mut output = vec![0; params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
    let argon2 = Argon2::new(algorithm, version, params.clone());
    argon2.hash_password_into_with_memory(password, salt, &mut output, memory.as_mut_slice())?;
    memory.truncate(Params::DEFAULT.block_count());
    memory.shrink_to(Params::DEFAULT.block_count());
    Ok(Output::new(&output)?)
}

/// bcrypt of a C string, as all that is original to it takes passwords: up to
/// the first NUL, which ends it and counts as its last byte, and of that the
/// first 72 bytes. `$2a$`, `$2b$` and `$2y$` name the makers' corrections of
/// mistakes (of 8-bit characters, of lengths over 255) and are the same when
/// made without them.
fn bcrypt(cost: u32, salt: &[u8], password: &[u8]) -> Result<[u8; 24], Failure> {
    let mut key: Vec<u8> = password.iter().copied().take_while(|byte| *byte != 0).collect();
    key.push(0);
    key.truncate(BCRYPT_KEY);
    Ok(bcrypt::bcrypt(cost, salt.try_into()?, &key))
}
