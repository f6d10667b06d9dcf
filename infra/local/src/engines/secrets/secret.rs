//! One secret: its versions, and the rules by which labels move between them.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version>

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::engines::json::Refusal;

const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";
/// Bytes of one version's content.
const CONTENT_BYTES: usize = 65_536;
/// How many versions are kept; over that the oldest without a label go.
const VERSIONS: usize = 100;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Secret {
    pub(super) arn: String,
    pub(super) description: String,
    pub(super) created: Timestamp,
    pub(super) changed: Timestamp,
    /// Oldest first.
    versions: Vec<Version>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) id: String,
    pub(super) created: Timestamp,
    /// A label is attached to one version at most.
    pub(super) stages: BTreeSet<String>,
    #[serde(flatten)]
    pub(super) content: Content,
}

/// Text or base64-encoded bytes, kept under the names that requests and answers have for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Content {
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_string: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_binary: Option<String>,
}

impl Content {
    pub(super) fn text(text: String) -> Self {
        Self { secret_string: Some(text), secret_binary: None }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.secret_string.is_none() && self.secret_binary.is_none()
    }

    pub(super) fn write_to(&self, answer: &mut Value) {
        let Self { secret_string, secret_binary } = self;
        if let Some(text) = secret_string {
            answer["SecretString"] = text.as_str().into();
        }
        if let Some(bytes) = secret_binary {
            answer["SecretBinary"] = bytes.as_str().into();
        }
    }

    fn check(&self) -> Result<(), Refusal> {
        let invalid = |message| Err(Refusal::new("InvalidParameterException", message));
        match (&self.secret_string, &self.secret_binary) {
            (None, None) => invalid("You must provide either SecretString or SecretBinary."),
            (Some(_), Some(_)) => {
                invalid("You can't specify both a SecretString and a SecretBinary.")
            }
            (Some(content), None) | (None, Some(content)) if content.len() > CONTENT_BYTES => {
                invalid("The secret value is larger than 65536 bytes.")
            }
            (Some(_), None) | (None, Some(_)) => Ok(()),
        }
    }
}

impl Secret {
    pub(super) fn new(arn: String, description: String, now: Timestamp) -> Self {
        Self { arn, description, created: now, changed: now, versions: Vec::new() }
    }

    pub(super) fn version(&self, id: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == id)
    }

    /// The version that a request means: the current one unless it names another.
    pub(super) fn select(
        &self,
        id: Option<&str>,
        stage: Option<&str>,
    ) -> Result<&Version, Refusal> {
        let missing = |what: String| {
            Refusal::new(
                "ResourceNotFoundException",
                format!("Secrets Manager can't find the specified secret value for {what}"),
            )
        };
        let Some(id) = id else {
            let stage = stage.unwrap_or(CURRENT);
            return self
                .versions
                .iter()
                .find(|version| version.stages.contains(stage))
                .ok_or_else(|| missing(format!("staging label: {stage}")));
        };
        let version = self.version(id).ok_or_else(|| missing(format!("VersionId: {id}")))?;
        if stage.is_some_and(|stage| !version.stages.contains(stage)) {
            return Err(Refusal::new(
                "InvalidRequestException",
                "You provided a VersionStage that is not associated to the provided VersionId.",
            ));
        }
        Ok(version)
    }

    /// Adds the version `id` and returns its labels; `AWSCURRENT` when `stages` says nothing else.
    /// The same request a second time changes nothing.
    pub(super) fn put(
        &mut self,
        id: &str,
        content: Content,
        stages: Option<Vec<String>>,
        now: Timestamp,
    ) -> Result<BTreeSet<String>, Refusal> {
        content.check()?;
        if let Some(version) = self.version(id) {
            return if version.content == content {
                Ok(version.stages.clone())
            } else {
                Err(Refusal::new(
                    "ResourceExistsException",
                    "You can't use the same ClientRequestToken for another value: a version can't be modified.",
                ))
            };
        }
        let mut stages: BTreeSet<String> = match stages {
            Some(stages) => stages.into_iter().collect(),
            None => BTreeSet::from([CURRENT.to_owned()]),
        };
        // The first version is current, whatever it was put for.
        if self.versions.is_empty() {
            stages.insert(CURRENT.to_owned());
        }
        self.versions.push(Version {
            id: id.to_owned(),
            created: now,
            stages: BTreeSet::new(),
            content,
        });
        for stage in &stages {
            self.attach(stage, id);
        }
        self.drop_deprecated();
        self.changed = now;
        Ok(stages)
    }

    /// Moves a label, or takes it off when `to` is none. Moving it away from a version has to name
    /// that version.
    pub(super) fn move_stage(
        &mut self,
        stage: &str,
        to: Option<&str>,
        from: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let invalid = |message: String| Err(Refusal::new("InvalidParameterException", message));
        if let Some(id) = to.into_iter().chain(from).find(|id| self.version(id).is_none()) {
            return invalid(format!("Not a valid version: {id}"));
        }
        let holder = self.holder(stage);
        match (to, from) {
            (None, None) => {
                return invalid(
                    "You must provide MoveToVersionId, RemoveFromVersionId or both.".to_owned(),
                );
            }
            (Some(to), _) if holder == Some(to) => return Ok(()),
            (None, Some(_)) if stage == CURRENT => {
                return invalid(
                    "You can't remove the staging label AWSCURRENT without moving it to another version."
                        .to_owned(),
                );
            }
            (_, Some(from)) if holder != Some(from) => {
                return invalid(format!(
                    "The staging label {stage} isn't attached to version {from}."
                ));
            }
            (Some(_), None) if let Some(holder) = holder => {
                return invalid(format!(
                    "The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently attached to version {holder}, so you must explicitly reference that version in RemoveFromVersionId."
                ));
            }
            _ => {}
        }
        match to {
            Some(to) => self.attach(stage, to),
            None => self.detach(stage),
        }
        self.changed = now;
        Ok(())
    }

    /// The versions that have a label; AWS counts the others as deprecated and doesn't show them.
    pub(super) fn stages_by_version(&self) -> BTreeMap<&str, &BTreeSet<String>> {
        self.versions
            .iter()
            .filter(|version| !version.stages.is_empty())
            .map(|version| (version.id.as_str(), &version.stages))
            .collect()
    }

    fn holder(&self, stage: &str) -> Option<&str> {
        let holds = |version: &&Version| version.stages.contains(stage);
        self.versions.iter().find(holds).map(|v| v.id.as_str())
    }

    fn attach(&mut self, stage: &str, id: &str) {
        let holder = self.holder(stage).map(ToOwned::to_owned);
        self.detach(stage);
        if let Some(version) = self.versions.iter_mut().find(|version| version.id == id) {
            version.stages.insert(stage.to_owned());
        }
        // What was current becomes the previous one by itself.
        if stage == CURRENT
            && let Some(holder) = holder
        {
            self.attach(PREVIOUS, &holder);
        }
    }

    fn detach(&mut self, stage: &str) {
        for version in &mut self.versions {
            version.stages.remove(stage);
        }
    }

    fn drop_deprecated(&mut self) {
        let mut surplus = self.versions.len().saturating_sub(VERSIONS);
        self.versions.retain(|version| {
            let dropped = surplus > 0 && version.stages.is_empty();
            surplus -= usize::from(dropped);
            !dropped
        });
    }
}

#[cfg(test)]
mod tests;
