//! Exports in the bucket, and the requests that have them made.

use std::time::{Duration, UNIX_EPOCH};

use aws_sdk_s3::config::Config;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use aws_smithy_types::timeout::TimeoutConfig;

use super::{Pictures, failure, is_missing};
use crate::domain::export::{Export, LINK_LIFETIME, Scope};
use crate::domain::{Error, ExportId, Result, Timestamp, UserId};

/// Links of the same minute are the same, so that a client's copy stays good.
const GRANULARITY: i64 = 60;

/// A link to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub url: String,
    pub expires_at: Timestamp,
}

/// A file on its way into the bucket, part by part. It isn't there before it is
/// finished; what is never finished the bucket forgets after a day.
#[derive(Debug)]
pub struct Writing<'a> {
    pictures: &'a Pictures,
    key: String,
    media_type: &'static str,
    /// Once there is more than one part.
    upload_id: Option<String>,
    parts: Vec<CompletedPart>,
    size: u64,
}

impl Pictures {
    /// Asks for the making of an export.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn request_export(&self, user: UserId, id: ExportId) -> Result<()> {
        let request = self.client.put_object().bucket(&self.bucket).key(request_key(user, id));
        request.send().await.map(drop).map_err(failure)
    }

    /// Takes that back, if it is there.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn delete_export_request(&self, user: UserId, id: ExportId) -> Result<()> {
        self.delete_export_object(request_key(user, id)).await
    }

    /// Deletes the file of an export, if there is one.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn delete_export(&self, export: &Export) -> Result<()> {
        self.delete_export_object(export_key(export)).await
    }

    async fn delete_export_object(&self, key: String) -> Result<()> {
        let request = self.client.delete_object().bucket(&self.bucket).key(key);
        match request.send().await {
            Err(error) if !is_missing(&error) => Err(failure(error)),
            _ => Ok(()),
        }
    }

    /// A link that opens the file of an export to whoever has it.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn link(&self, export: &Export, now: Timestamp) -> Result<Link> {
        let start = now.as_secs() - now.as_secs().rem_euclid(GRANULARITY);
        let start = Timestamp::from_millis(start * 1000);
        let expires_at = export.expires_at.min(start + LINK_LIFETIME);
        let since = u64::try_from(start.as_millis()).unwrap_or_default();
        let config = PresigningConfig::builder()
            .start_time(UNIX_EPOCH + Duration::from_millis(since))
            .expires_in(expires_at.since(start))
            .build()
            .map_err(Error::internal)?;
        let disposition = format!("attachment; filename=\"{}\"", export.file_name());
        let request = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(export_key(export))
            .response_content_disposition(disposition)
            .response_cache_control("private, no-store")
            .presigned(config)
            .await
            .map_err(failure)?;
        Ok(Link { url: request.uri().to_owned(), expires_at })
    }

    /// Begins the file of an export.
    #[must_use]
    pub fn write_export(&self, export: &Export) -> Writing<'_> {
        Writing {
            pictures: self,
            key: export_key(export),
            media_type: export.media_type(),
            upload_id: None,
            parts: Vec::new(),
            size: 0,
        }
    }
}

impl Writing<'_> {
    /// Bytes of a part: 10,000 of them make a file.
    pub const PART: usize = 8 * 1024 * 1024;

    /// Adds a part of at least 5 MiB.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn part(&mut self, bytes: Vec<u8>) -> Result<()> {
        let Pictures { client, bucket } = self.pictures;
        let upload_id = if let Some(id) = &self.upload_id {
            id.clone()
        } else {
            let request = client.create_multipart_upload().bucket(bucket).key(&self.key);
            let begun = request.content_type(self.media_type).send().await.map_err(failure)?;
            let id = begun.upload_id.ok_or_else(|| Error::internal("an upload without an id"))?;
            self.upload_id.insert(id).clone()
        };
        let number = i32::try_from(self.parts.len() + 1).map_err(Error::internal)?;
        self.size += bytes.len() as u64;
        let request = client.upload_part().bucket(bucket).key(&self.key).upload_id(upload_id);
        let request = request.part_number(number).body(ByteStream::from(bytes)).customize();
        let answer = request.config_override(patient()).send().await.map_err(failure)?;
        let part = CompletedPart::builder().part_number(number).set_e_tag(answer.e_tag).build();
        self.parts.push(part);
        Ok(())
    }

    /// Adds the last part, of any size, and has the file be there. Its size in bytes.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn finish(mut self, rest: Vec<u8>) -> Result<u64> {
        let Pictures { client, bucket } = self.pictures;
        if self.upload_id.is_none() {
            let size = rest.len() as u64;
            let request = client.put_object().bucket(bucket).key(&self.key);
            let request = request.content_type(self.media_type).body(ByteStream::from(rest));
            let request = request.customize().config_override(patient());
            return request.send().await.map(|_| size).map_err(failure);
        }
        self.part(rest).await?;
        let Self { key, upload_id, parts, size, .. } = self;
        let whole = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let request = client.complete_multipart_upload().bucket(bucket).key(key);
        let request = request.set_upload_id(upload_id).multipart_upload(whole).customize();
        request.config_override(patient()).send().await.map(|_| size).map_err(failure)
    }
}

/// Megabytes, and nobody waits.
fn patient() -> aws_sdk_s3::config::Builder {
    let patience = TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_secs(20))
        .operation_timeout(Duration::from_mins(1))
        .build();
    Config::builder().timeout_config(patience)
}

fn export_key(export: &Export) -> String {
    let Export { id, user_id, .. } = export;
    match export.scope {
        Scope::Personal => format!("exports/{user_id}/{id}.zip"),
        Scope::Everybody => format!("exports/{user_id}/{id}.ndjson.gz"),
    }
}

fn request_key(user: UserId, id: ExportId) -> String {
    format!("requests/exports/{user}/{id}")
}

/// Which export a key asks for; `None` for any other object.
#[must_use]
pub fn read_export_request_key(key: &str) -> Option<(UserId, ExportId)> {
    let (user, id) = key.strip_prefix("requests/exports/")?.split_once('/')?;
    Some((user.parse().ok()?, id.parse().ok()?))
}
