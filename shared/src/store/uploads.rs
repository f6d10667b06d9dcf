//! Uploads of pictures, and which picture a profile shows.
//!
//! The decision that was made last wins, whatever arrives when: decisions carry
//! ids that sort by time, and a profile takes no older one than it has.

use super::accounts::PROFILE;
use super::audit::Along;
use super::item::{decode, encode, expire};
use super::keys;
use super::update::Update;
use super::{Store, string};
use crate::domain::picture::{Failure, Picture, Source, Upload};
use crate::domain::profile::Profile;
use crate::domain::{Error, Result, Timestamp, UploadId, UserId};

pub(super) const UPLOAD: &str = "upload";

/// Which decision on a picture another one may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replacing {
    /// Any that was made before it.
    Any,
    /// This one alone, or none at all.
    Only(Option<UploadId>),
}

/// What became of a picture that was to be shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// By this call, or by another one with the same upload.
    Yes,
    /// A later decision was faster, or the one to be replaced is another: the
    /// profile as it is.
    Overtaken(Box<Profile>),
    /// There is nobody to show it.
    Gone,
}

/// Whether an upload is to be processed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Started {
    Yes(Box<Upload>),
    /// It was finished before.
    Finished,
    /// Nobody knows of it.
    Unknown,
}

impl Store {
    /// Notes an upload. Until it is done, all that is stored under its id goes
    /// when the note does.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the account isn't in use.
    pub async fn begin_upload(&self, upload: &Upload) -> Result<()> {
        let mut item = encode(&keys::upload(upload.user_id, upload.id), UPLOAD, upload)?;
        expire(&mut item, upload.forgotten_at());
        let writes = vec![self.create(item)?, self.in_use(upload.user_id)?];
        self.transact(writes).await?.map_err(|_| Error::NotFound)
    }

    /// Starts the processing of an upload, perhaps not for the first time.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn start_upload(
        &self,
        user: UserId,
        id: UploadId,
        now: Timestamp,
    ) -> Result<Started> {
        let start = Update::new()
            .set("progress", string("processing"))
            .set("started_at", string(now.to_string()))
            .add("attempts", 1)
            .require_that("progress", "<>", string("done"))
            .require_that("progress", "<>", string("failed"))
            .require_exists("pk");
        match self.apply(&keys::upload(user, id), start.build()).await? {
            Ok(item) => Ok(Started::Yes(Box::new(decode(&item)?))),
            Err(Some(_)) => Ok(Started::Finished),
            Err(None) => Ok(Started::Unknown),
        }
    }

    /// Notes why an upload failed. One that is gone, done or failed stays so.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn fail_upload(&self, user: UserId, id: UploadId, failure: Failure) -> Result<()> {
        let failure = serde_dynamo::to_attribute_value(failure).map_err(Error::internal)?;
        let fail = Update::new()
            .set("progress", string("failed"))
            .set("failure", failure)
            .require_that("progress", "<>", string("done"))
            .require_that("progress", "<>", string("failed"))
            .require_exists("pk");
        self.apply(&keys::upload(user, id), fail.build()).await.map(drop)
    }

    /// Shows the picture that an upload became.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn show_picture(
        &self,
        upload: &Upload,
        picture: &Picture,
        replacing: Replacing,
        now: Timestamp,
        along: Along<'_>,
    ) -> Result<Shown> {
        let value = serde_dynamo::to_attribute_value(picture).map_err(Error::internal)?;
        let decision = decide(upload.id, replacing, now).set("picture", value);
        // What a provider has to offer counts only before any decision of the user's own.
        let decision = match picture.source {
            Source::Provider => decision.require("picture_decision", None),
            Source::Uploaded | Source::Generated => decision,
        };
        // What is noted as failed is being cleared away.
        let done = Update::new()
            .set("progress", string("done"))
            .require_that("progress", "<>", string("failed"))
            .require_exists("pk");
        let mut writes = vec![
            self.update(&keys::profile(upload.user_id), decision.build())?,
            self.update(&keys::upload(upload.user_id, upload.id), done.build())?,
        ];
        writes.extend(self.along(&along)?);
        let Err(refused) = self.transact(writes).await? else { return Ok(Shown::Yes) };
        match refused.0.into_iter().find(|(index, _)| *index == 0) {
            Some((_, Some(item))) if !item.contains_key("deleted_at") => {
                let profile: Profile = decode(&item)?;
                let is_this = profile.picture.as_ref() == Some(picture);
                Ok(if is_this { Shown::Yes } else { Shown::Overtaken(Box::new(profile)) })
            }
            _ => Ok(Shown::Gone),
        }
    }

    /// Takes the picture away, and with it what uploads begun before may bring.
    /// False where another decision than those to be replaced was faster.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn remove_picture(
        &self,
        user: UserId,
        decision: UploadId,
        replacing: Replacing,
        now: Timestamp,
        along: Along<'_>,
    ) -> Result<bool> {
        let change = decide(decision, replacing, now).remove("picture");
        let mut writes = vec![self.update(&keys::profile(user), change.build())?];
        writes.extend(self.along(&along)?);
        Ok(self.transact(writes).await?.is_ok())
    }
}

fn decide(decision: UploadId, replacing: Replacing, now: Timestamp) -> Update {
    let text = |id: UploadId| string(id.to_string());
    let update = Update::new()
        .set("picture_decision", text(decision))
        .set("updated_at", string(now.to_string()))
        .next_version()
        .require("entity", Some(string(PROFILE)))
        .require("deleted_at", None)
        .require_absent_or("picture_decision", "<", text(decision));
    match replacing {
        Replacing::Only(before) => update.require("picture_decision", before.map(text)),
        Replacing::Any => update,
    }
}
