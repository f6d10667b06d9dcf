//! Why the engines didn't start.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Each one reads as a single line that names the file or folder at fault.
#[derive(Debug)]
pub enum StartError {
    /// The data folder can't be created or written.
    Folder { path: PathBuf, source: io::Error },
    /// Another process works on the same data folder.
    InUse { path: PathBuf },
    /// A file in the data folder can't be opened or isn't what it should be.
    File { path: PathBuf, reason: String },
    /// No port of 127.0.0.1 could be had.
    Listen(io::Error),
}

impl StartError {
    pub(super) fn file(path: &Path, reason: impl fmt::Display) -> Self {
        Self::File { path: path.to_owned(), reason: reason.to_string() }
    }

    /// The same for an error of the operating system, without its number.
    pub(super) fn io(path: &Path, error: &io::Error) -> Self {
        Self::file(path, error.kind())
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder { path, source } => {
                write!(f, "the data folder {} can't be written: {}", path.display(), source.kind())
            }
            Self::InUse { path } => {
                write!(f, "the data folder {} is in use by another local stack", path.display())
            }
            Self::File { path, reason } => {
                write!(f, "{} can't be opened: {reason}", path.display())
            }
            Self::Listen(source) => {
                write!(f, "no port of 127.0.0.1 can be had: {}", source.kind())
            }
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Folder { source, .. } | Self::Listen(source) => Some(source),
            Self::InUse { .. } | Self::File { .. } => None,
        }
    }
}
