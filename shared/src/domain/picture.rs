//! Pictures of people: the one that shows, and uploads on their way to be it.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::activity::{Act, Actor};
use super::session::Client;
use super::{Timestamp, UploadId, UserId};

/// Bytes of a picture that is sent through the API.
pub const MAX_DIRECT: usize = 4 * 1024 * 1024;

/// Bytes of a picture that is put straight into the storage.
pub const MAX_UPLOAD: u64 = 50 * 1024 * 1024;

/// How long an upload may be begun after it was asked for.
pub const UPLOAD_LIFETIME: Duration = Duration::from_mins(15);

/// How long it is known what became of an upload.
const UPLOAD_MEMORY: Duration = Duration::from_hours(24);

/// What takes longer has died on the way.
const PROCESSING_TIME: Duration = Duration::from_mins(15);

/// How often processing is tried: as often as Lambda invokes asynchronously.
pub const ATTEMPTS: u32 = 3;

/// A processed picture, of which each [`Size`] is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub id: UploadId,
    pub hash: ContentHash,
    pub media_type: MediaType,
    pub source: Source,
}

/// Names the bytes of a picture: the first half of a SHA-256, in hex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentHash(String);

impl ContentHash {
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        for part in parts {
            context.update(part);
        }
        let half: [u8; 16] = std::array::from_fn({
            let digest = context.finish();
            move |at| digest.as_ref()[at]
        });
        Self(format!("{:032x}", u128::from_be_bytes(half)))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What pictures come as, and are stored as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum MediaType {
    #[serde(rename = "image/jpeg")]
    Jpeg,
    #[serde(rename = "image/png")]
    Png,
    #[serde(rename = "image/webp")]
    Webp,
    #[serde(rename = "image/gif")]
    Gif,
}

impl MediaType {
    pub const ALL: [Self; 4] = [Self::Jpeg, Self::Png, Self::Webp, Self::Gif];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
        }
    }

    /// `None` for a type that no picture may have.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(text.trim()))
    }
}

/// Where a picture comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The user's own choice.
    Uploaded,
    /// Taken over from where they signed in.
    Provider,
    /// Made from id and initials: nothing is stored.
    Generated,
}

/// What a picture is shown in: squares, but for the largest, which keeps its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    Small,
    Medium,
    Large,
}

impl Size {
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// Pixels of the longer side.
    #[must_use]
    pub fn pixels(self) -> u32 {
        match self {
            Self::Small => 64,
            Self::Medium => 256,
            Self::Large => 1024,
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.pixels().to_string() == text)
    }
}

/// A picture's bytes in each size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variants {
    pub media_type: MediaType,
    pub small: Vec<u8>,
    pub medium: Vec<u8>,
    pub large: Vec<u8>,
}

impl Variants {
    #[must_use]
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(&[&self.large, &self.medium, &self.small])
    }

    #[must_use]
    pub fn of(&self, size: Size) -> &[u8] {
        match size {
            Size::Small => &self.small,
            Size::Medium => &self.medium,
            Size::Large => &self.large,
        }
    }
}

/// One attempt to have a new picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    pub id: UploadId,
    pub user_id: UserId,
    pub progress: Progress,
    #[serde(default)]
    pub failure: Option<Failure>,
    pub source: Source,
    /// Where the worker fetches it from, where nobody sends it.
    #[serde(default)]
    pub url: Option<String>,
    /// The bytes announced.
    #[serde(default)]
    pub length: Option<u64>,
    pub created_at: Timestamp,
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    /// How often its processing was started.
    #[serde(default)]
    pub attempts: u32,
    /// Who asked for it, and from where; `None` of a note that doesn't tell, its
    /// user.
    #[serde(default)]
    pub actor: Option<Actor>,
    #[serde(default)]
    pub client: Client,
}

/// How far an upload has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Asked for; nothing has arrived.
    Pending,
    Processing,
    Done,
    Failed,
}

/// Why an upload failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    UnsupportedMediaType,
    ImageTooLarge,
    InvalidImage,
    /// Another picture was chosen, or this one removed, after the upload was begun.
    Superseded,
    /// Nothing arrived in time.
    Expired,
    /// The picture couldn't be fetched from where it is.
    Unreachable,
    /// A defect of ours, or of a service that we need.
    ProcessingFailed,
}

impl Failure {
    /// A sentence for people.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::UnsupportedMediaType => "must be a JPEG, PNG, WebP or GIF image",
            Self::ImageTooLarge => "must have at most 50 megapixels",
            Self::InvalidImage => "can't be read as an image: it is damaged or incomplete",
            Self::Superseded => "came too late: another picture was chosen or this one removed",
            Self::Expired => "nothing was uploaded in time",
            Self::Unreachable => "couldn't be fetched from its address",
            Self::ProcessingFailed => "couldn't be processed; try again",
        }
    }
}

impl Upload {
    #[must_use]
    pub fn new(id: UploadId, user_id: UserId, source: Source, now: Timestamp) -> Self {
        Self {
            id,
            user_id,
            progress: Progress::Pending,
            failure: None,
            source,
            url: None,
            length: None,
            created_at: now,
            started_at: None,
            attempts: 0,
            actor: None,
            client: Client::default(),
        }
    }

    /// The same, as somebody has asked for it.
    #[must_use]
    pub fn asked_for(self, actor: Actor, client: Client) -> Self {
        Self { actor: Some(actor), client, ..self }
    }

    /// What showing it is to its user. Of one upload it is the same each time.
    #[must_use]
    pub fn act(&self, retention: Duration) -> Act {
        let source = json!({"source": self.source});
        Act {
            id: Uuid::from_bytes(*self.id.as_bytes()).into(),
            user_id: self.user_id,
            actor: self.actor.unwrap_or(Actor::User { id: self.user_id }),
            kind: "picture.updated",
            data: source.as_object().cloned().unwrap_or_default(),
            reason: None,
            client: self.client.clone(),
            at: self.created_at,
            retention,
            is_administrative: false,
            is_shared: false,
        }
    }

    /// The same, as its bytes are there already.
    #[must_use]
    pub fn started(self) -> Self {
        let started_at = Some(self.created_at);
        Self { progress: Progress::Processing, started_at, attempts: 1, ..self }
    }

    /// When the means to upload it expire.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.created_at + UPLOAD_LIFETIME
    }

    /// When it isn't known any more what became of it.
    #[must_use]
    pub fn forgotten_at(&self) -> Timestamp {
        self.created_at + UPLOAD_MEMORY
    }

    /// How far it has come, and why no further. What was neither begun nor
    /// finished in time has failed, though nobody was left to write that down.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> (Progress, Option<Failure>) {
        match (self.progress, self.started_at) {
            // What was begun in time may still be arriving.
            (Progress::Pending, _) if now > self.expires_at() + UPLOAD_LIFETIME => {
                (Progress::Failed, Some(Failure::Expired))
            }
            (Progress::Processing, Some(started_at)) if now > started_at + PROCESSING_TIME => {
                (Progress::Failed, Some(Failure::ProcessingFailed))
            }
            (progress, _) => (progress, self.failure),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_nobody_finishes_fails_in_time() {
        let now = Timestamp::from_millis(0);
        let (id, user) = (Uuid::nil().into(), Uuid::nil().into());
        let upload = Upload::new(id, user, Source::Uploaded, now);
        let later = now + Duration::from_mins(31);
        assert_eq!(upload.state(now), (Progress::Pending, None));
        assert_eq!(upload.state(later), (Progress::Failed, Some(Failure::Expired)));
        let begun =
            Upload { progress: Progress::Processing, started_at: Some(now), ..upload.clone() };
        assert_eq!(begun.state(now), (Progress::Processing, None));
        assert_eq!(begun.state(later), (Progress::Failed, Some(Failure::ProcessingFailed)));
        let done = Upload { progress: Progress::Done, ..begun };
        assert_eq!(done.state(later), (Progress::Done, None));
    }

    #[test]
    fn the_hash_tells_contents_apart() {
        let variants = |large: &[u8]| Variants {
            media_type: MediaType::Jpeg,
            small: vec![1],
            medium: vec![2],
            large: large.to_vec(),
        };
        assert_eq!(variants(b"a").hash(), variants(b"a").hash());
        assert_ne!(variants(b"a").hash(), variants(b"b").hash());
        assert_eq!(variants(b"a").hash().as_str().len(), 32);
    }
}
