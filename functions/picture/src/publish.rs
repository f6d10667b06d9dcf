//! From uploaded bytes to the picture that shows, whichever way they came.

use std::time::Duration;

use bytes::Bytes;
use imaging::Refusal;
use shared::domain::Timestamp;
use shared::domain::picture::{Failure, MediaType, Picture, Upload, Variants};
use shared::pictures::Pictures;
use shared::store::{Along, Replacing, Shown, Store};
use shared::{Error, Result};
use tokio::sync::Semaphore;

/// Pictures that one process works on at once, each of which may take hundreds
/// of megabytes. In Lambda there is never more than one; elsewhere there may be
/// many, whoever asks.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What the bytes become, or why they can't.
///
/// # Errors
/// [`Error::Internal`] for a defect of the pipeline.
pub async fn process(bytes: Bytes) -> Result<Result<Variants, Failure>> {
    let _turn = AT_ONCE.acquire().await.map_err(Error::internal)?;
    // It takes as long as a request may, and other requests wait for none.
    let processed = tokio::task::spawn_blocking(move || imaging::process(&bytes)).await;
    match processed.map_err(Error::internal)? {
        Ok(pictures) => Ok(Ok(variants(pictures)?)),
        Err(refusal) => Ok(Err(failure(&refusal))),
    }
}

fn variants(pictures: imaging::Pictures) -> Result<Variants> {
    let media_type = MediaType::parse(pictures.large.media_type.as_str());
    Ok(Variants {
        media_type: media_type.ok_or_else(|| Error::internal("a picture of an unknown type"))?,
        small: pictures.small.bytes,
        medium: pictures.medium.bytes,
        large: pictures.large.bytes,
    })
}

fn failure(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::Unsupported => Failure::UnsupportedMediaType,
        Refusal::TooLarge { .. } => Failure::ImageTooLarge,
        Refusal::Invalid(_) => Failure::InvalidImage,
    }
}

/// Stores the picture of a begun upload and shows it. What isn't shown isn't
/// kept. That it is shown stays in the user's activity for as long as `kept`.
///
/// # Errors
/// [`Error::Unavailable`], [`Error::Internal`]: the upload stays begun, and what
/// was stored of it goes when its note does.
pub async fn show(
    store: &Store,
    pictures: &Pictures,
    upload: &Upload,
    variants: &Variants,
    replacing: Replacing,
    now: Timestamp,
    kept: Duration,
) -> Result<(Picture, Shown)> {
    let picture = Picture {
        id: upload.id,
        hash: variants.hash(),
        media_type: variants.media_type,
        source: upload.source,
    };
    pictures.put(upload.user_id, &picture, variants).await?;
    let act = upload.act(kept);
    let along = Along::acts(std::slice::from_ref(&act));
    let shown = store.show_picture(upload, &picture, replacing, now, along).await?;
    if shown != Shown::Yes {
        pictures.delete(upload.user_id, &picture).await?;
        store.fail_upload(upload.user_id, upload.id, Failure::Superseded).await?;
    }
    Ok((picture, shown))
}
