//! Pictures as the API shows them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::UserId;
use crate::domain::picture::{Picture, Size, Source};

/// Where a user's picture is. Nobody is without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Picture)]
pub struct PictureView {
    /// Within 1024×1024 pixels. Another picture has another URL, but for generated ones.
    #[schema(format = "uri")]
    url: String,
    thumbnails: Thumbnails,
    source: Source,
}

/// Squares, by their pixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct Thumbnails {
    #[serde(rename = "64")]
    #[schema(format = "uri")]
    small: String,
    #[serde(rename = "256")]
    #[schema(format = "uri")]
    medium: String,
}

impl PictureView {
    /// The picture of `user`, the generated one where there is no other. `base`
    /// is what URLs begin with.
    #[must_use]
    pub fn new(base: &str, user: UserId, picture: Option<&Picture>) -> Self {
        let version = picture.map(|picture| format!("&v={}", picture.hash)).unwrap_or_default();
        let url =
            |size: Size| format!("{base}/v1/users/{user}/picture?size={}{version}", size.pixels());
        Self {
            url: url(Size::Large),
            thumbnails: Thumbnails { small: url(Size::Small), medium: url(Size::Medium) },
            source: picture.map_or(Source::Generated, |picture| picture.source),
        }
    }
}
