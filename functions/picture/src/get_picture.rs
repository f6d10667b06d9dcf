//! `GET /v1/users/{user_id}/picture`

use avatars::Avatar;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG};
use http::{HeaderValue, StatusCode};
use shared::domain::picture::{ContentHash, MediaType, Size};
use shared::domain::privacy::Visibility;
use shared::domain::{FieldError, UserId};
use shared::http::target::Seen;
use shared::http::{MaybeCredentials, Params, Preconditions, Problem, Target};
use shared::view;
use shared::{Context, Error, Result};

/// What only who may see it now may keep.
const NO_CACHE: &str = "private, no-cache";

/// A picture that is opened by itself is a document, and does nothing.
const INERT: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Read the picture.
///
/// Privacy is the profile's, and the field's: who may not see the picture is
/// shown the generated one, as of everybody who has none. A generated picture
/// follows from the id, and has the initials of the name that the caller may see.
#[utoipa::path(
    get, path = "/v1/users/{user_id}/picture", tag = "picture",
    security((), ("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("size" = Option<u16>, Query, description = "64, 256 (default) or 1024: within 1024×1024, in its own shape"),
        ("format" = Option<String>, Query, description = "Of a generated picture: `svg` (default) or `png`"),
        ("d" = Option<String>, Query, description = "`404`: no generated picture"),
        ("v" = Option<String>, Query, description = "The version that the user's `picture` names: copies of it may be kept"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a copy"),
    ),
    responses(
        (status = 200, headers(("ETag" = String), ("Cache-Control" = String)), content(
            (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"), (String = "image/svg+xml"),
        )),
        (status = 304, description = "The copy is current"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn get_picture(
    State(context): State<Context>,
    MaybeCredentials(credential): MaybeCredentials,
    target: Target,
    params: Params,
    preconditions: Preconditions,
) -> Result<Response, Error> {
    let seen = target.look(&context, credential.as_ref()).await?;
    // Whoever may not see it isn't told what is wrong with the wish.
    let Some(_) = view::picture(seen.profile.clone(), &seen.account, seen.viewer) else {
        return Err(Error::NotFound);
    };
    let wish = Wish::read(&params).map_err(|error| Error::Invalid(vec![error]))?;
    if let Some(answer) = show(&context, seen, &wish, &preconditions).await? {
        return Ok(answer);
    }
    // It was replaced or removed meanwhile.
    let mut seen = target.look(&context, credential.as_ref()).await?;
    if let Some(answer) = show(&context, seen.clone(), &wish, &preconditions).await? {
        return Ok(answer);
    }
    // Nobody is without a picture, even where a restored table names an object that is gone.
    let lost = seen.profile.picture.take().map(|picture| picture.id.to_string());
    tracing::error!(target: "kith", picture = lost, "a stored picture isn't there");
    let generated = show(&context, seen, &wish, &preconditions).await?;
    generated.ok_or_else(|| Error::internal("a generated picture has no object"))
}

/// What the caller asks for.
struct Wish {
    size: Size,
    format: Format,
    may_be_generated: bool,
    /// The content whose copy the caller has the URL of.
    version: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Svg,
    Png,
}

impl Wish {
    fn read(params: &Params) -> Result<Self, FieldError> {
        let invalid = |field, message| FieldError::new(field, "invalid_value", message);
        let size = params.get("size").map_or(Some(Size::Medium), Size::parse);
        let format = match params.get("format") {
            None | Some("svg") => Some(Format::Svg),
            Some("png") => Some(Format::Png),
            Some(_) => None,
        };
        let may_be_generated = match params.get("d") {
            None => Some(true),
            Some("404") => Some(false),
            Some(_) => None,
        };
        Ok(Self {
            size: size.ok_or_else(|| invalid("size", "must be 64, 256 or 1024"))?,
            format: format.ok_or_else(|| invalid("format", "must be svg or png"))?,
            may_be_generated: may_be_generated.ok_or_else(|| invalid("d", "must be 404"))?,
            version: params.get("v").map(str::to_owned),
        })
    }
}

/// The picture that the caller may see; `None` where it isn't stored, or not any
/// more.
async fn show(
    context: &Context,
    seen: Seen,
    wish: &Wish,
    preconditions: &Preconditions,
) -> Result<Option<Response>> {
    let id = seen.profile.id;
    let Seen { profile, account, viewer, .. } = &seen;
    // The same for everybody, then: others might get what one of them keeps.
    let is_public = profile.fields.privacy.of("picture") == Visibility::Public && account.is_active;
    // Of decisions on a picture that they may not see, others don't learn.
    let version = if viewer.is_full() { profile.picture_version() } else { 0 };
    let (picture, name) =
        view::picture(seen.profile, &seen.account, seen.viewer).ok_or(Error::NotFound)?;
    let Some(picture) = picture else {
        if !wish.may_be_generated {
            return Err(Error::NotFound);
        }
        return generated(id, version, name.as_deref(), wish, preconditions).map(Some);
    };
    let is_this = wish.version.as_deref() == Some(picture.hash.as_str());
    let cache = match (is_public && is_this, context.config.allow_public_profiles) {
        (true, true) => "public, max-age=31536000, immutable",
        (true, false) => "private, max-age=31536000, immutable",
        (false, _) => NO_CACHE,
    };
    let headers = Headers {
        tag: format!("\"{version}-{}-{}\"", picture.hash, wish.size.pixels()),
        cache,
        media_type: picture.media_type.as_str(),
    };
    if preconditions.has(&headers.tag) {
        return headers.not_modified().map(Some);
    }
    let bytes = context.pictures()?.get(id, &picture, wish.size).await?;
    bytes.map(|bytes| headers.answer(bytes)).transpose()
}

fn generated(
    id: UserId,
    version: u64,
    name: Option<&str>,
    wish: &Wish,
    preconditions: &Preconditions,
) -> Result<Response> {
    let Wish { size, format, .. } = wish;
    let initials = name.and_then(avatars::initials).unwrap_or_default();
    let seed = [id.as_bytes().as_slice(), initials.as_bytes(), &avatars::DESIGN.to_be_bytes()];
    let tag = format!("\"{version}-{}-{}-{format:?}\"", ContentHash::of(&seed), size.pixels());
    let media_type = match format {
        Format::Svg => "image/svg+xml",
        Format::Png => MediaType::Png.as_str(),
    };
    let headers = Headers { tag, cache: NO_CACHE, media_type };
    if preconditions.has(&headers.tag) {
        return headers.not_modified();
    }
    let avatar = Avatar { seed: id.as_bytes(), name };
    let bytes = match format {
        Format::Svg => avatar.svg(size.pixels()).into_bytes(),
        Format::Png => avatar.png(size.pixels()),
    };
    headers.answer(bytes.into())
}

/// What is said of a picture.
struct Headers {
    tag: String,
    cache: &'static str,
    media_type: &'static str,
}

impl Headers {
    fn answer(&self, bytes: Bytes) -> Result<Response> {
        let mut response = bytes.into_response();
        self.put_into(&mut response)?;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(INERT));
        Ok(response)
    }

    fn not_modified(&self) -> Result<Response> {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        self.put_into(&mut response)?;
        Ok(response)
    }

    fn put_into(&self, response: &mut Response) -> Result<()> {
        let headers = response.headers_mut();
        headers.insert(ETAG, HeaderValue::try_from(&self.tag).map_err(Error::internal)?);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(self.cache));
        Ok(())
    }
}
