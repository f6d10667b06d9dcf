//! Secrets Manager: the five operations that key rotation needs, on one private file.

mod secret;

use std::collections::BTreeMap;
use std::fs::{OpenOptions, rename};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use serde_json::{Value, json};

use super::json::{Answer, Refusal, parse};
use super::{ACCOUNT, REGION, StartError, now, random};
use secret::{Content, Secret};

/// How many random characters a generated key has: more than 256 bits.
const KEY_CHARACTERS: usize = 64;

pub(super) struct Secrets {
    path: PathBuf,
    secrets: Mutex<ByName>,
}

type ByName = BTreeMap<String, Secret>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateSecret {
    name: String,
    #[serde(default)]
    description: String,
    client_request_token: Option<String>,
    #[serde(flatten)]
    content: Content,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetSecretValue {
    secret_id: String,
    version_id: Option<String>,
    version_stage: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutSecretValue {
    secret_id: String,
    client_request_token: Option<String>,
    version_stages: Option<Vec<String>>,
    #[serde(flatten)]
    content: Content,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateSecretVersionStage {
    secret_id: String,
    version_stage: String,
    move_to_version_id: Option<String>,
    remove_from_version_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeSecret {
    secret_id: String,
}

impl Secrets {
    /// The secrets of `path`, or none when there is no such file yet.
    pub(super) fn open(path: &Path) -> Result<Self, StartError> {
        let secrets = match std::fs::read(path) {
            Ok(text) => {
                serde_json::from_slice(&text).map_err(|error| StartError::file(path, error))?
            }
            Err(error) if error.kind() == ErrorKind::NotFound => ByName::new(),
            Err(error) => return Err(StartError::io(path, &error)),
        };
        Ok(Self { path: path.to_owned(), secrets: Mutex::new(secrets) })
    }

    /// Creates the secret `name` unless it exists, from what `content` makes of a random key.
    pub(super) fn create_missing(
        &self,
        name: &str,
        content: impl FnOnce(String) -> Value,
    ) -> Result<(), StartError> {
        if self.secrets().contains_key(name) {
            return Ok(());
        }
        let text = content(random::alphanumerics(KEY_CHARACTERS)).to_string();
        let request = CreateSecret {
            name: name.to_owned(),
            description: String::new(),
            client_request_token: None,
            content: Content::text(text),
        };
        self.create_secret(request)
            .map(drop)
            .map_err(|refusal| StartError::file(&self.path, refusal.message))
    }

    pub(super) fn call(&self, operation: &str, body: &[u8]) -> Answer {
        match operation {
            "CreateSecret" => parse(body).and_then(|request| self.create_secret(request)),
            "GetSecretValue" => parse(body).and_then(|request| self.get_secret_value(&request)),
            "PutSecretValue" => parse(body).and_then(|request| self.put_secret_value(request)),
            "UpdateSecretVersionStage" => {
                parse(body).and_then(|request| self.update_secret_version_stage(&request))
            }
            "DescribeSecret" => parse(body).and_then(|request| self.describe_secret(&request)),
            _ => Err(Refusal::unknown_operation()),
        }
        .into()
    }

    fn create_secret(&self, request: CreateSecret) -> Result<Value, Refusal> {
        let CreateSecret { name, description, client_request_token, content } = request;
        let characters = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
        if name.is_empty() || name.len() > 512 || !name.chars().all(characters) {
            return Err(Refusal::new(
                "ValidationException",
                "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
            ));
        }
        let token = version_id(client_request_token)?;
        self.change(|secrets| {
            if let Some(secret) = secrets.get(&name) {
                // Sent again, since the first answer was lost: the same answer. Another one's name:
                // an error.
                return match secret.version(&token) {
                    Some(version) if version.content == content => {
                        Ok(json!({"ARN": secret.arn, "Name": name, "VersionId": token}))
                    }
                    _ => Err(Refusal::new(
                        "ResourceExistsException",
                        format!("The operation failed because the secret {name} already exists."),
                    )),
                };
            }
            let suffix = random::alphanumerics(6);
            let arn = format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-{suffix}");
            let mut secret = Secret::new(arn.clone(), description, now());
            let mut answer = json!({"ARN": arn, "Name": name});
            if !content.is_empty() {
                secret.put(&token, content, None, now())?;
                answer["VersionId"] = token.into();
            }
            secrets.insert(name, secret);
            Ok(answer)
        })
    }

    fn get_secret_value(&self, request: &GetSecretValue) -> Result<Value, Refusal> {
        let secrets = self.secrets();
        let (name, secret) = find(&secrets, &request.secret_id)?;
        let version =
            secret.select(request.version_id.as_deref(), request.version_stage.as_deref())?;
        let mut answer = json!({
            "ARN": secret.arn,
            "Name": name,
            "VersionId": version.id,
            "VersionStages": version.stages,
            "CreatedDate": seconds(version.created),
        });
        version.content.write_to(&mut answer);
        Ok(answer)
    }

    fn put_secret_value(&self, request: PutSecretValue) -> Result<Value, Refusal> {
        let PutSecretValue { secret_id, client_request_token, version_stages, content } = request;
        let token = version_id(client_request_token)?;
        self.change(|secrets| {
            let (name, secret) = find_mut(secrets, &secret_id)?;
            let stages = secret.put(&token, content, version_stages, now())?;
            Ok(json!({
                "ARN": secret.arn, "Name": name, "VersionId": token, "VersionStages": stages,
            }))
        })
    }

    fn update_secret_version_stage(
        &self,
        request: &UpdateSecretVersionStage,
    ) -> Result<Value, Refusal> {
        self.change(|secrets| {
            let (name, secret) = find_mut(secrets, &request.secret_id)?;
            secret.move_stage(
                &request.version_stage,
                request.move_to_version_id.as_deref(),
                request.remove_from_version_id.as_deref(),
                now(),
            )?;
            Ok(json!({"ARN": secret.arn, "Name": name}))
        })
    }

    fn describe_secret(&self, request: &DescribeSecret) -> Result<Value, Refusal> {
        let secrets = self.secrets();
        let (name, secret) = find(&secrets, &request.secret_id)?;
        Ok(json!({
            "ARN": secret.arn,
            "Name": name,
            "Description": secret.description,
            "CreatedDate": seconds(secret.created),
            "LastChangedDate": seconds(secret.changed),
            "VersionIdsToStages": secret.stages_by_version(),
        }))
    }

    /// Applies a change when it is on disk; before that nobody sees it.
    fn change(
        &self,
        change: impl FnOnce(&mut ByName) -> Result<Value, Refusal>,
    ) -> Result<Value, Refusal> {
        let mut secrets = self.secrets();
        let mut changed = secrets.clone();
        let answer = change(&mut changed)?;
        if changed != *secrets {
            save(&self.path, &changed)
                .map_err(|error| Refusal::new("InternalServiceError", error.to_string()))?;
            *secrets = changed;
        }
        Ok(answer)
    }

    fn secrets(&self) -> MutexGuard<'_, ByName> {
        // It is replaced as a whole, so a panic elsewhere doesn't spoil it.
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A secret is named by its name or its ARN.
fn find<'a>(secrets: &'a ByName, id: &str) -> Result<(&'a str, &'a Secret), Refusal> {
    secrets
        .iter()
        .find(|(name, secret)| *name == id || secret.arn == id)
        .map(|(name, secret)| (name.as_str(), secret))
        .ok_or_else(not_found)
}

fn find_mut<'a>(secrets: &'a mut ByName, id: &str) -> Result<(&'a str, &'a mut Secret), Refusal> {
    secrets
        .iter_mut()
        .find(|(name, secret)| *name == id || secret.arn == id)
        .map(|(name, secret)| (name.as_str(), secret))
        .ok_or_else(not_found)
}

fn not_found() -> Refusal {
    Refusal::new("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

/// A request's token becomes the id of the version it creates.
fn version_id(token: Option<String>) -> Result<String, Refusal> {
    match token {
        None => Ok(random::uuid().to_string()),
        Some(token) if (32..=64).contains(&token.len()) => Ok(token),
        Some(_) => Err(Refusal::new(
            "InvalidParameterException",
            "ClientRequestToken must be 32-64 characters long.",
        )),
    }
}

/// Replaces the file in one step, readable by its owner only.
fn save(path: &Path, secrets: &ByName) -> io::Result<()> {
    let temporary = path.with_extension("json.new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(&serde_json::to_vec_pretty(secrets)?)?;
    // Renamed without it, the file can be empty after a power failure, and the keys of every
    // session with it.
    file.sync_all()?;
    rename(temporary, path)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 fit a float for another 285,000 years"
)]
fn seconds(time: jiff::Timestamp) -> f64 {
    time.as_millisecond() as f64 / 1000.0
}
