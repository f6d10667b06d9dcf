//! The data folder, claimed by one process at a time.

use std::fs::{File, TryLockError, create_dir_all};
use std::path::Path;

use super::StartError;

/// A claim on the data folder. The operating system ends it with the process, however that ends.
pub(super) struct Folder(#[expect(dead_code, reason = "held for its lock")] File);

impl Folder {
    /// `SQLite` would let two processes share the database, but not the secrets and events beside it.
    pub(super) fn claim(path: &Path) -> Result<Self, StartError> {
        let unwritable = |source| StartError::Folder { path: path.to_owned(), source };
        create_dir_all(path).map_err(unwritable)?;
        let file = File::create(path.join("lock")).map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(StartError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(source)) => Err(unwritable(source)),
        }
    }
}
