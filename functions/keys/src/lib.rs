//! Makes the keys that sign access tokens, and rotates them: the four steps of
//! a Secrets Manager rotation. The first rotation, right after a deployment,
//! makes the first key.
//!
//! The order keeps every token valid: a key is public before it signs
//! (`setSecret` before `finishSecret`), and stays public after its successor
//! has taken over, until all it has signed has expired and a rotation comes by.

mod jwk;
mod published;

use std::fmt;
use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::aws::Sdk;
use shared::config::{Algorithm, KeyRotation};
use shared::context::{Clock, Rng};
use shared::telemetry;
use shared::tokens::keys::{SigningSecret, VerificationSecret};

pub use lambda_runtime::Error;

const CURRENT: &str = "AWSCURRENT";
const PENDING: &str = "AWSPENDING";

/// What Secrets Manager sends for each step.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Event {
    pub step: Step,
    /// The signing secret.
    pub secret_id: String,
    /// The version that is being made.
    pub client_request_token: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    CreateSecret,
    SetSecret,
    TestSecret,
    FinishSecret,
}

impl Step {
    pub const ALL: [Self; 4] =
        [Self::CreateSecret, Self::SetSecret, Self::TestSecret, Self::FinishSecret];
}

/// A defect of what is stored, without quoting it.
#[derive(Debug)]
struct Defect(&'static str);

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Defect {}

/// Rotates the signing secret, publishing to the verification secret.
#[derive(Clone)]
pub struct Rotation {
    pub client: Client,
    pub verification_secret: String,
    pub algorithm: Algorithm,
    /// Of access tokens.
    pub token_lifetime: Duration,
    pub clock: Clock,
    pub rng: Rng,
}

impl Rotation {
    /// The rotation of this function's environment.
    ///
    /// # Errors
    /// Names the variable that is missing or wrong.
    pub fn from_env() -> Result<Self, Error> {
        let config = KeyRotation::from_env()?;
        telemetry::init("keys", config.log_level);
        Ok(Self {
            client: Sdk::new(&config.aws).secrets_manager(),
            verification_secret: config.verification_keys_secret,
            algorithm: config.algorithm,
            token_lifetime: config.token_lifetime,
            clock: Clock::system(),
            rng: Rng::system(),
        })
    }

    /// One step. Each may be repeated without doing more.
    ///
    /// # Errors
    /// What Secrets Manager reports; a secret that isn't in its form.
    pub async fn step(&self, event: &Event) -> Result<(), Error> {
        match event.step {
            Step::CreateSecret => self.create(event).await,
            Step::SetSecret => self.publish(event).await,
            Step::TestSecret => self.test(event).await,
            Step::FinishSecret => self.finish(event).await,
        }
    }

    /// A new version with a new key in the place of the one that signs, which
    /// nobody needs the private part of once it doesn't.
    async fn create(&self, event: &Event) -> Result<(), Error> {
        if self.pending(event).await.is_ok() {
            return Ok(());
        }
        let mut secret: SigningSecret = self.read(&event.secret_id, CURRENT, None).await?;
        secret.keys = vec![jwk::generate(self.algorithm, &self.rng)?];
        self.client
            .put_secret_value()
            .secret_id(&event.secret_id)
            .client_request_token(&event.client_request_token)
            .secret_string(serde_json::to_string(&secret)?)
            .version_stages(PENDING)
            .send()
            .await?;
        Ok(())
    }

    /// The new key's public part beside those of the keys whose tokens live.
    async fn publish(&self, event: &Event) -> Result<(), Error> {
        let pending = self.pending(event).await?;
        let current: SigningSecret = self.read(&event.secret_id, CURRENT, None).await?;
        let in_use: Vec<_> =
            pending.keys.into_iter().chain(current.keys.into_iter().take(1)).collect();
        let mut published: VerificationSecret =
            self.read(&self.verification_secret, CURRENT, None).await?;
        let lifetime = self.token_lifetime;
        published.keys = published::beside(&in_use, published.keys, lifetime, self.clock.now());
        self.write(&published).await
    }

    /// The new key must be there for the verifiers before it may sign.
    async fn test(&self, event: &Event) -> Result<(), Error> {
        let pending = self.pending(event).await?;
        let published: VerificationSecret =
            self.read(&self.verification_secret, CURRENT, None).await?;
        let new = pending.keys.first().ok_or(Defect("the pending secret holds no key"))?;
        if published.keys.iter().any(|key| key.jwk.kid == new.kid) {
            Ok(())
        } else {
            Err(Defect("the new key isn't published").into())
        }
    }

    async fn finish(&self, event: &Event) -> Result<(), Error> {
        let described = self.client.describe_secret().secret_id(&event.secret_id).send().await?;
        let versions = described.version_ids_to_stages.unwrap_or_default();
        let current = versions
            .into_iter()
            .find(|(_, stages)| stages.iter().any(|stage| stage == CURRENT))
            .map(|(version, _)| version);
        if current.as_deref() != Some(event.client_request_token.as_str()) {
            self.client
                .update_secret_version_stage()
                .secret_id(&event.secret_id)
                .version_stage(CURRENT)
                .move_to_version_id(&event.client_request_token)
                .set_remove_from_version_id(current)
                .send()
                .await?;
        }
        self.retire(event).await
    }

    /// Notes that no key but the current one signs any more. Where this fails,
    /// the next rotation does it, and the keys stay that much longer.
    async fn retire(&self, event: &Event) -> Result<(), Error> {
        let current: SigningSecret = self.read(&event.secret_id, CURRENT, None).await?;
        let mut published: VerificationSecret =
            self.read(&self.verification_secret, CURRENT, None).await?;
        if published::retire(&current.keys, &mut published.keys, self.clock.now()) {
            self.write(&published).await?;
        }
        Ok(())
    }

    async fn write(&self, published: &VerificationSecret) -> Result<(), Error> {
        self.client
            .put_secret_value()
            .secret_id(&self.verification_secret)
            .secret_string(serde_json::to_string(published)?)
            .send()
            .await?;
        Ok(())
    }

    async fn pending(&self, event: &Event) -> Result<SigningSecret, Error> {
        self.read(&event.secret_id, PENDING, Some(&event.client_request_token)).await
    }

    async fn read<T: DeserializeOwned>(
        &self,
        secret: &str,
        stage: &str,
        version: Option<&str>,
    ) -> Result<T, Error> {
        let answer = self
            .client
            .get_secret_value()
            .secret_id(secret)
            .version_stage(stage)
            .set_version_id(version.map(str::to_owned))
            .send()
            .await?;
        let text = answer.secret_string().unwrap_or_default();
        serde_json::from_str(text).map_err(|_| Defect("the secret isn't in its form").into())
    }
}
