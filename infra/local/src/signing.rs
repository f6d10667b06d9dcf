//! The first signing key, made as in the cloud: by a rotation.

use keys::{Error, Event, Rotation, Step};
use shared::Context;
use shared::context::{Clock, Rng};
use shared::tokens::keys::SigningSecret;
use uuid::Uuid;

/// Rotates once where no key is there, or none of the configured algorithm.
pub async fn ensure(context: &Context) -> Result<(), Error> {
    let config = &context.config;
    let secret_id = config.signing_keys_secret.clone().unwrap_or_default();
    let client = context.sdk.secrets_manager();
    let stored = client.get_secret_value().secret_id(&secret_id).send().await?;
    let stored: SigningSecret = serde_json::from_str(stored.secret_string().unwrap_or_default())?;
    let algorithm = config.tokens.algorithm;
    if stored.keys.first().is_some_and(|key| key.alg == algorithm.to_string()) {
        return Ok(());
    }
    let verification_secret = config.verification_keys_secret.clone();
    let told = context.clone();
    let rotation = Rotation {
        client,
        verification_secret,
        algorithm,
        token_lifetime: config.tokens.lifetime,
        clock: Clock::new(move || told.now()),
        rng: Rng::system(),
    };
    let client_request_token = context.new_id::<Uuid>().to_string();
    for step in Step::ALL {
        let event = Event {
            step,
            secret_id: secret_id.clone(),
            client_request_token: client_request_token.clone(),
        };
        rotation.step(&event).await?;
    }
    Ok(())
}
