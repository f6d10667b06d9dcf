//! What a service has accepted, kept in a file: a line is an entry, and an entry is complete when
//! its line is.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::StartError;

pub(super) struct Log(Mutex<Kept>);

struct Kept {
    file: File,
    /// The file's bytes up to the end of the last complete line.
    length: u64,
    entries: Vec<Value>,
}

impl Log {
    /// The log at `path`, with the entries of earlier runs.
    pub(super) fn open(path: &Path) -> Result<Self, StartError> {
        let unreadable = |error: io::Error| StartError::io(path, &error);
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(path)
            .map_err(unreadable)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(unreadable)?;
        // What follows the last line's end was being written when the process died; nobody was told
        // that it is kept.
        let complete = text.rfind('\n').map_or(0, |end| end + 1);
        if complete < text.len() {
            file.set_len(complete as u64).map_err(unreadable)?;
        }
        let entries = text[..complete]
            .lines()
            .enumerate()
            .map(|(index, line)| {
                serde_json::from_str(line).map_err(|error| {
                    StartError::file(path, format_args!("line {}: {error}", index + 1))
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self(Mutex::new(Kept { file, length: complete as u64, entries })))
    }

    /// All entries, oldest first.
    pub(super) fn entries(&self) -> Vec<Value> {
        self.kept().entries.clone()
    }

    pub(super) fn append(&self, entry: Value) -> io::Result<()> {
        let line = format!("{entry}\n");
        let mut kept = self.kept();
        if let Err(error) = kept.file.write_all(line.as_bytes()) {
            // Half a line would spoil the next one. Where even this fails, the next start says so.
            let _ = kept.file.set_len(kept.length);
            return Err(error);
        }
        kept.length += line.len() as u64;
        kept.entries.push(entry);
        Ok(())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // An entry is pushed whole or not at all, so a panic elsewhere doesn't spoil the log.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
