//! Rebuilding index and statistics from the table.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};
use shared::domain::{Error, Result};
use shared::store::{Index, Rebuilding, Rebuilt, Segment, Store};

/// How long one invocation works: well below the function's timeout.
const PATIENCE: Duration = Duration::from_secs(30);

/// A segment of the work, from where the last invocation for it stopped.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reindex {
    segment: u16,
    segments: u16,
    /// `next` of the answer before.
    start: Option<String>,
}

impl Reindex {
    /// Works for a while. Answers how many users were filed, and where to go on.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a segment that there isn't, or a start that no
    /// answer named; those of [`Index::rebuild`].
    pub async fn run(self, users: &Store, index: &Index) -> Result<Value> {
        let Self { segment, segments, start } = self;
        if segment >= segments || segments > 1000 {
            return Err(Error::field(
                "segment",
                "out_of_range",
                "must be below segments, of at most 1000",
            ));
        }
        let invalid = |_| Error::field("start", "invalid_format", "must be an answer's next");
        let mut from = match start {
            Some(start) => serde_json::from_str(&start).map_err(invalid)?,
            None => Rebuilding::Users { after: None },
        };
        let segment = Segment { number: segment, of: segments };
        let started = Instant::now();
        let mut filed = 0;
        loop {
            let Rebuilt { users, next } = index.rebuild(users, segment, from).await?;
            filed += users;
            match next {
                Some(next) if started.elapsed() < PATIENCE => from = next,
                Some(next) => {
                    let next = serde_json::to_string(&next).map_err(Error::internal)?;
                    return Ok(json!({"users": filed, "next": next}));
                }
                None => return Ok(json!({"users": filed, "next": null})),
            }
        }
    }
}
