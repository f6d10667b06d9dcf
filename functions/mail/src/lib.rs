//! Sends mails: reads each from the outbox, decides whether it is still to go,
//! makes the one-time token that its link brings, and hands it to SES.
//!
//! Handlers send nothing. They write a mail into the outbox, in the transaction
//! of the change that it is about, and the table's stream brings it here. So no
//! answer waits for SES, none tells by its time whether an address is known, and
//! no mail is lost. One may be sent twice: when the process ends after SES has
//! taken it and before the outbox knows.
//!
//! What AWS refuses for the moment is reported, and Lambda delivers from there
//! again. A mail that can never go stays in the outbox for as long as that keeps
//! it, and is logged. To add a mail: a case of `Message`, its decision in
//! [`outgoing`], its words in both languages in [`words`].

pub mod letter;
mod outgoing;
mod ses;
pub mod words;

use std::time::Instant;

use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::aws::Sdk;
use shared::config::{self, PageUrl};
use shared::context::{Clock, Rng};
use shared::domain::MailId;
use shared::store::Store;
use shared::{Error, Result, telemetry};

use letter::Letter;
use ses::{Sent, Ses};

/// The function, ready to be invoked.
pub struct Mails {
    store: Store,
    ses: Ses,
    clock: Clock,
    rng: Rng,
    /// What mails call the service.
    service: String,
    verify_email_url: PageUrl,
    reset_password_url: PageUrl,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Sent,
    /// There is nobody to send it to any more, or it has been sent before.
    Dropped,
    /// It can't go, now or later.
    Refused,
    /// It is worth another try.
    Failed,
}

impl Mails {
    #[must_use]
    pub fn new(config: config::Mail, clock: Clock, rng: Rng) -> Self {
        let sdk = Sdk::new(&config.aws);
        Self {
            store: Store::new(sdk.dynamodb(), config.table_name),
            ses: Ses::new(&sdk, &config.from, config.configuration_set),
            clock,
            rng,
            service: config.from.service().to_owned(),
            verify_email_url: config.verify_email_url,
            reset_password_url: config.reset_password_url,
        }
    }

    /// Answers a batch of the stream: sends its mails, and says from where it
    /// has to come again.
    pub async fn invoke(&self, event: Value) -> Value {
        let started = Instant::now();
        let records = event["Records"].as_array().map_or(&[][..], Vec::as_slice);
        let deliveries = join_all(records.iter().map(|record| self.deliver(record)));
        let (outcomes, meter) = telemetry::metered(Box::pin(deliveries)).await;
        let count = |outcome| outcomes.iter().filter(|other| **other == outcome).count();
        tracing::info!(
            target: "kith",
            records = records.len(),
            sent = count(Outcome::Sent),
            dropped = count(Outcome::Dropped),
            refused = count(Outcome::Refused),
            failed = count(Outcome::Failed),
            duration_ms = started.elapsed().as_secs_f64() * 1000.0,
            function = telemetry::function(),
            dynamodb.requests = meter.requests(),
            dynamodb.consumed_capacity = meter.capacity(),
            "batch"
        );
        let first = outcomes.iter().position(|outcome| *outcome == Outcome::Failed);
        // Those behind it that have gone come again, too, and aren't in the outbox then.
        let again = first.map(|place| {
            let number = &records[place]["dynamodb"]["SequenceNumber"];
            json!({"itemIdentifier": number.as_str().unwrap_or_default()})
        });
        json!({"batchItemFailures": again.as_slice()})
    }

    async fn deliver(&self, record: &Value) -> Outcome {
        let key = record["dynamodb"]["Keys"]["pk"]["S"].as_str();
        let id = key.and_then(|pk| pk.strip_prefix("MAIL#")?.parse::<MailId>().ok());
        let Some(id) = id else { return Outcome::Dropped };
        match self.send(id).await {
            Ok(outcome) => outcome,
            Err(error @ Error::Internal(_)) => {
                tracing::error!(target: "kith", mail = %id, ?error, "a mail can't be sent");
                Outcome::Refused
            }
            Err(error) => {
                tracing::warn!(target: "kith", mail = %id, ?error, "a mail has to come again");
                Outcome::Failed
            }
        }
    }

    async fn send(&self, id: MailId) -> Result<Outcome> {
        let Some(mail) = self.store.outgoing_mail(id).await? else { return Ok(Outcome::Dropped) };
        let Some(letter) = self.letter(mail.message).await? else {
            self.store.take_mail(id).await?;
            return Ok(Outcome::Dropped);
        };
        let Letter { to, language, content, name } = &letter;
        let text = words::of(*language, content, &self.service, name.as_deref());
        match self.ses.send(to, &letter::render(&text, *language, &self.service)?).await? {
            Sent::Accepted => {
                self.store.take_mail(id).await?;
                Ok(Outcome::Sent)
            }
            // SES's words may hold the address.
            Sent::Refused(code) => {
                tracing::error!(target: "kith", mail = %id, code, "SES refuses a mail");
                Ok(Outcome::Refused)
            }
        }
    }
}
