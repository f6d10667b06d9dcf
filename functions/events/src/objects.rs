//! Objects in the bucket that nothing refers to any more, and those that ask for exports.
//!
//! Whoever removes a reference may die before the object is deleted; the stream
//! tells of every reference that went, at least once.

use shared::Result;
use shared::domain::export::{Export, Progress as ExportProgress};
use shared::domain::picture::{Picture, Progress};
use shared::domain::{UploadId, UserId};
use shared::pictures::Pictures;
use shared::store::{Change, Images, Store, What, user_keys};

/// What a change leaves to be done in the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leftover {
    /// A picture that isn't shown any more.
    Picture(UserId, Picture),
    /// What a client has put there, or may have.
    File(UserId, UploadId),
    /// The same, and the sizes of it that may be stored, though they never show.
    Upload(UserId, UploadId),
    /// An export that is to be made: the object that asks for it starts the worker.
    Wish(Export),
    /// An export that nobody can read any more.
    Export(Export),
    /// Everything of a user who is erased.
    User(UserId),
}

impl Leftover {
    pub async fn clear(&self, store: &Store, pictures: &Pictures) -> Result<()> {
        match self {
            Self::Picture(user, picture) => {
                // A table that was restored may refer to it again.
                let user_now = store.read(user_keys(*user)).await?.user(*user)?;
                if user_now.is_some_and(|(profile, _)| profile.picture.as_ref() == Some(picture)) {
                    return Ok(());
                }
                pictures.delete(*user, picture).await
            }
            Self::File(user, id) => pictures.delete_upload(*user, *id).await,
            Self::Upload(user, id) => pictures.abandon(*user, *id).await,
            Self::Wish(export) => pictures.request_export(export.user_id, export.id).await,
            Self::Export(export) => {
                pictures.delete_export_request(export.user_id, export.id).await?;
                pictures.delete_export(export).await
            }
            Self::User(user) => match store.read(user_keys(*user)).await?.account(*user)? {
                Some(_) => Ok(()),
                None => pictures.erase(*user).await,
            },
        }
    }
}

pub fn left_by(change: &Change) -> Option<Leftover> {
    match &change.what {
        What::Profile { images, .. } => {
            let gone = images.old.as_ref()?.picture.as_ref()?;
            let shown = images.new.as_ref().and_then(|profile| profile.picture.as_ref());
            (shown != Some(gone)).then(|| Leftover::Picture(change.user, gone.clone()))
        }
        What::Upload(images) => {
            let Images { old, new } = &**images;
            let (user, upload) = (change.user, new.as_ref().or(old.as_ref())?);
            let is_over = new.is_none();
            match upload.progress {
                // Its time has come, or the user is being erased.
                Progress::Pending => is_over.then_some(Leftover::File(user, upload.id)),
                Progress::Processing => is_over.then_some(Leftover::Upload(user, upload.id)),
                // What is refused at the first try has stored nothing; an earlier one may have.
                Progress::Failed => {
                    let may_be_stored = !is_over && upload.attempts > 1;
                    may_be_stored.then_some(Leftover::Upload(user, upload.id))
                }
                Progress::Done => None,
            }
        }
        What::Export(images) => match (&images.old, &images.new) {
            (None, Some(new)) if new.progress == ExportProgress::Pending => {
                Some(Leftover::Wish(new.clone()))
            }
            (Some(old), None) => Some(Leftover::Export(old.clone())),
            _ => None,
        },
        What::Account { images, .. } => images.new.is_none().then_some(Leftover::User(change.user)),
        What::Preferences(_) | What::Session(_) | What::Connection(_) => None,
    }
}
