//! How far an import has come, in a file beside the one that it imports.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

/// What is wholly done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Bytes of the file.
    pub offset: u64,
    /// Lines of the file.
    pub lines: u64,
    pub created: u64,
    pub exists: u64,
    pub rejected: u64,
}

/// What it is the progress of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Source {
    to: String,
    bytes: u64,
    /// Milliseconds since 1970.
    modified: u128,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    source: Source,
    progress: Progress,
}

pub struct Saved {
    path: PathBuf,
    source: Source,
    pub progress: Progress,
}

impl Saved {
    /// The progress of an earlier run with the same file and service, if there
    /// was one.
    pub fn of(file: &Path, opened: &File, to: &str) -> io::Result<Self> {
        let metadata = opened.metadata()?;
        let modified = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        let (bytes, modified) = (metadata.len(), modified.as_millis());
        let source = Source { to: to.to_owned(), bytes, modified };
        let mut path = file.as_os_str().to_owned();
        path.push(".progress");
        let path = PathBuf::from(path);
        let kept = match fs::read(&path) {
            Ok(text) => serde_json::from_slice::<Kept>(&text).ok(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let kept = kept.filter(|kept| kept.source == source && kept.progress.offset <= bytes);
        let progress = kept.map(|kept| kept.progress).unwrap_or_default();
        Ok(Self { path, source, progress })
    }

    /// Keeps it, or what was kept before.
    pub fn save(&mut self, progress: &Progress) -> Result<(), String> {
        self.progress = progress.clone();
        let kept = Kept { source: self.source.clone(), progress: progress.clone() };
        let new = self.path.with_extension("progress.new");
        let text = serde_json::to_vec(&kept).map_err(|error| error.to_string())?;
        fs::write(&new, text)
            .and_then(|()| fs::rename(&new, &self.path))
            .map_err(|error| format!("{} can't be written: {error}", self.path.display()))
    }

    /// At the end of the file nothing is left to go on with.
    pub fn remove(&self) {
        // One that stays says that all is done, which is so.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_of_one_file_as_it_is_and_one_service() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("users.ndjson");
        fs::write(&file, "12345").unwrap();
        let of = |to: &str| Saved::of(&file, &File::open(&file).unwrap(), to).unwrap();
        let mut saved = of("https://a.example");
        assert_eq!(saved.progress, Progress::default());
        let progress = Progress { offset: 3, lines: 1, created: 1, ..Progress::default() };
        saved.save(&progress).unwrap();
        assert_eq!(of("https://a.example").progress, progress);
        assert_eq!(of("https://b.example").progress, Progress::default());
        fs::write(folder.path().join("users.ndjson.progress"), "{").unwrap();
        assert_eq!(of("https://a.example").progress, Progress::default());
        saved.save(&progress).unwrap();
        fs::write(&file, "123456").unwrap();
        assert_eq!(of("https://a.example").progress, Progress::default());
        saved.remove();
        assert!(!folder.path().join("users.ndjson.progress").exists());
    }
}
