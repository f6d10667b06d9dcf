//! Objects that were put into the bucket and that nobody has been told of yet.

use std::collections::VecDeque;
use std::fs::read_dir;
use std::path::Path;

use tokio::sync::watch;

/// What S3's event notifications are made of. They outlive a restart, since the objects do: whoever
/// is told of one deletes it.
pub(crate) struct Created(watch::Sender<State>);

#[derive(Default)]
struct State {
    waiting: VecDeque<String>,
    in_work: usize,
}

impl Created {
    /// With what an earlier run has left under the prefixes, whose keys have one more level.
    pub(super) fn open(bucket: &Path, prefixes: &[&str]) -> Self {
        let roots = prefixes.iter().map(|prefix| read_dir(bucket.join(prefix)));
        let folders = roots.flatten().flatten().flatten();
        let files = folders.flat_map(|folder| read_dir(folder.path()).into_iter().flatten());
        let key = |path: &Path| Some(path.strip_prefix(bucket).ok()?.to_str()?.to_owned());
        let waiting = files.flatten().filter_map(|file| key(&file.path())).collect();
        Self(watch::Sender::new(State { waiting, in_work: 0 }))
    }

    pub(super) fn put(&self, key: &str) {
        self.0.send_modify(|state| state.waiting.push_back(key.to_owned()));
    }

    /// The next object's key, once there is one. [`Self::done`] has to follow.
    pub(crate) async fn next(&self) -> String {
        let mut state = self.0.subscribe();
        loop {
            let mut key = None;
            self.0.send_if_modified(|state| {
                key = state.waiting.pop_front();
                state.in_work += usize::from(key.is_some());
                key.is_some()
            });
            if let Some(key) = key {
                return key;
            }
            // The sender is this one, which lives.
            let _ = state.wait_for(|state| !state.waiting.is_empty()).await;
        }
    }

    pub(crate) fn done(&self) {
        self.0.send_modify(|state| state.in_work -= 1);
    }

    /// Waits until everybody concerned has been told of everything.
    pub(crate) async fn settled(&self) {
        let mut state = self.0.subscribe();
        // The sender is this one, which lives.
        let _ = state.wait_for(|state| state.waiting.is_empty() && state.in_work == 0).await;
    }
}
