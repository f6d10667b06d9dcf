//! The AWS services that Kith uses, embedded: one process, one data folder, loopback HTTP.
//!
//! The code under test reaches them as it reaches AWS, through the SDK and an endpoint URL; there
//! is no second implementation of any store. Only what AWS would bill or alarm on is added here:
//! every request is counted, and a service can be made to fail.
//!
//! To add a service: a variant of [`Service`], a file that answers its requests, one `serve` line
//! in [`Engines::start`], one line in [`Engines::environment`].

mod bus;
mod consumer;
mod created;
mod dynamodb;
mod error;
mod folder;
mod json;
mod log;
mod queue;
mod random;
mod requests;
mod s3;
mod secrets;
mod server;
mod service;
mod ses;
pub mod table;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use dynoxide::DynoxideError;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use bus::Bus;
pub use consumer::Consumer;
use created::Created;
use dynamodb::DynamoDb;
pub use error::StartError;
use folder::Folder;
use queue::Queue;
pub use requests::Requests;
use secrets::Secrets;
use server::{Server, bind};
pub use service::{Fault, Service};
use ses::Ses;

pub(crate) const REGION: &str = "eu-west-1";
/// The account that every local ARN names.
pub(crate) const ACCOUNT: &str = "000000000000";
const ACCESS_KEY_ID: &str = "local";
const SECRET_ACCESS_KEY: &str = "local-secret";

pub(crate) const BUCKET: &str = "kith";
/// The prefixes of what functions are told of, and which, as in `template.yaml`.
pub(crate) const TOLD_OF: [(&str, &str); 2] =
    [("uploads/", "picture-worker"), ("requests/exports/", "export-worker")];
const BUS: &str = "kith";
const DEAD_LETTERS: &str = "kith-dead-letters";
const SIGNING_KEYS: &str = "kith/signing-keys";
const VERIFICATION_KEYS: &str = "kith/verification-keys";

/// How often expired items are deleted; AWS promises "within a few days".
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// The running engines. Dropping them stops them too, but only [`Engines::stop`] waits until
/// everything is on disk.
pub struct Engines {
    servers: Vec<Server>,
    requests: Arc<Requests>,
    database: Arc<DynamoDb>,
    bus: Arc<Bus>,
    dead_letters: Arc<Queue>,
    mails: Arc<Ses>,
    created: Arc<Created>,
    stop: watch::Sender<bool>,
    sweeper: JoinHandle<()>,
    // Last, so that the folder is given up after everything that writes into it.
    _folder: Folder,
}

impl Engines {
    /// Starts every engine on a free port of 127.0.0.1 with its data under `data`, and creates what
    /// is missing of the folder, the tables, the bucket and the secrets.
    ///
    /// # Errors
    ///
    /// When the folder can't be written or is in use by another local stack, when a file in it is
    /// broken, or when no port can be had.
    pub async fn start(data: &Path) -> Result<Self, StartError> {
        let folder = Folder::claim(data)?;
        let database = Arc::new(DynamoDb::open(&data.join("dynamodb.sqlite"))?);
        let secrets = Arc::new(Secrets::open(&data.join("secrets.json"))?);
        secrets
            .create_missing(SIGNING_KEYS, |random| json!({"keys": [], "refresh_key": random}))?;
        secrets.create_missing(
            VERIFICATION_KEYS,
            |random| json!({"keys": [], "cursor_key": random}),
        )?;
        let bus = Arc::new(Bus::open(BUS, &data.join("events.ndjson"))?);
        let dead_letters = Arc::new(Queue::open(DEAD_LETTERS, &data.join("dead-letters.ndjson"))?);

        let mails = Arc::new(Ses::open(&data.join("mails.ndjson"))?);

        let requests = Arc::new(Requests::default());
        let storage = s3::service(&data.join("s3"), Arc::clone(&requests))?;
        let created = Arc::new(Created::open(
            &data.join("s3").join(BUCKET),
            &TOLD_OF.map(|(prefix, _)| prefix),
        ));
        let (stop, stopped) = watch::channel(false);

        let open = async |service| bind(service, &requests, &stopped).await;
        let servers = vec![
            open(Service::DynamoDb).await?.serve(json::handler({
                let database = Arc::clone(&database);
                move |operation, body| database.call(operation, body)
            })),
            open(Service::DynamoDbOfEvents).await?.serve(json::handler({
                let database = Arc::clone(&database);
                move |operation, body| database.call(operation, body)
            })),
            open(Service::S3).await?.serve(s3::handler(storage, Arc::clone(&created))),
            open(Service::SecretsManager)
                .await?
                .serve(json::handler(move |operation, body| secrets.call(operation, body))),
            open(Service::EventBridge).await?.serve(json::handler({
                let bus = Arc::clone(&bus);
                move |operation, body| bus.call(operation, body)
            })),
            open(Service::Sqs).await?.serve(json::handler({
                let queue = Arc::clone(&dead_letters);
                move |operation, body| queue.call(operation, body)
            })),
            open(Service::Ses).await?.serve(ses::handler(Arc::clone(&mails))),
        ];

        Ok(Self {
            servers,
            requests,
            sweeper: tokio::spawn(sweep_until(Arc::clone(&database), stopped)),
            database,
            bus,
            dead_letters,
            mails,
            created,
            stop,
            _folder: folder,
        })
    }

    /// What a function's environment holds in the cloud, with the endpoints pointing here.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let servers = self.servers.iter().map(|server| (server.service(), server.url()));
        let endpoints = servers
            .filter(|(service, _)| *service != Service::DynamoDbOfEvents)
            .map(|(service, url)| (service.endpoint_variable(), url));
        let queue_url = self.dead_letters.url(&self.url(Service::Sqs));
        let names = [
            ("AWS_REGION", REGION),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID),
            ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY),
            ("TABLE_NAME", table::NAME),
            ("INDEX_TABLE_NAME", table::INDEX_TABLE),
            ("BUCKET_NAME", BUCKET),
            ("EVENT_BUS_NAME", BUS),
            ("DEAD_LETTER_QUEUE_URL", &queue_url),
            ("SIGNING_KEYS_SECRET", SIGNING_KEYS),
            ("VERIFICATION_KEYS_SECRET", VERIFICATION_KEYS),
        ];
        endpoints.chain(names.map(|(name, value)| (name, value.to_owned()))).collect()
    }

    /// The same for the functions that read the stream: their requests to the database are counted,
    /// and fail, apart.
    #[must_use]
    pub fn stream_environment(&self) -> HashMap<String, String> {
        let service = Service::DynamoDbOfEvents;
        let own = (service.endpoint_variable(), self.url(service));
        let environment = self.environment().into_iter().chain([own]);
        environment.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// How many requests each service has had.
    #[must_use]
    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// The events that the bus has accepted, oldest first, in the shape EventBridge delivers them.
    #[must_use]
    pub fn events(&self) -> Vec<Value> {
        self.bus.events()
    }

    /// The messages in the queue of dead letters, oldest first: each one's JSON, with the time of
    /// sending as its `sent_at`.
    #[must_use]
    pub fn dead_letters(&self) -> Vec<Value> {
        self.dead_letters.messages()
    }

    /// The mails that have been sent, oldest first: each one's `from`, `to`, `subject`, `text`,
    /// `html`, `links` and `sent_at`.
    #[must_use]
    pub fn mails(&self) -> Vec<Value> {
        self.mails.mails()
    }

    /// Puts a message into the queue of dead letters, as Lambda does by itself.
    ///
    /// # Errors
    ///
    /// When the file can't be written.
    pub fn put_dead_letter(&self, message: &Value) -> io::Result<()> {
        self.dead_letters.keep(&message.to_string()).map(|_id| ())
    }

    /// Makes every request to `service` fail from now on, or succeed again with [`Fault::None`].
    pub fn fail(&self, service: Service, fault: Fault) {
        for server in self.servers.iter().filter(|s| s.service() == service) {
            server.fail(fault);
        }
    }

    /// Makes so many per cent of the events put from now on fail one by one, each time the same
    /// ones, with two of the bus's own errors in turn; 0 ends it.
    pub fn fail_entries(&self, percent: u8) {
        self.bus.fail_entries(percent);
    }

    /// Changes whenever the database may have been written.
    #[must_use]
    pub fn written(&self) -> watch::Receiver<()> {
        self.database.written()
    }

    /// The oldest records of the table's stream that `consumer` hasn't done with, at most `limit` and
    /// 1,000 of them, as Lambda delivers them.
    ///
    /// # Errors
    ///
    /// When the database can't be read.
    pub fn read_stream(
        &self,
        consumer: Consumer,
        limit: usize,
    ) -> Result<Vec<Value>, DynoxideError> {
        self.database.read_stream(consumer, limit)
    }

    /// The newest stream record's sequence number: 21 digits, so that they compare as text.
    ///
    /// # Errors
    ///
    /// When the database can't be read.
    pub fn newest_sequence_number(&self) -> Result<Option<String>, rusqlite::Error> {
        self.database.newest_sequence_number()
    }

    /// Notes that `consumer` has done with the table's stream records up to and including
    /// `sequence_number`, as a stream record names it.
    ///
    /// AWS keeps records for a day. Here they stay until all who read the stream have done with them,
    /// since a stack that was stopped over the weekend must still deliver what it wrote on
    /// Friday.
    ///
    /// # Errors
    ///
    /// When `sequence_number` is none, or the database can't be written.
    pub fn advance_stream(
        &self,
        consumer: Consumer,
        sequence_number: &str,
    ) -> Result<(), rusqlite::Error> {
        self.database.advance_stream(consumer, sequence_number)
    }

    /// Notes that records up to and including `sequence_number` don't concern `consumer`. That isn't
    /// stored: what is still there after a restart is passed over once more.
    ///
    /// # Errors
    ///
    /// As [`Self::advance_stream`].
    pub fn pass_over_stream(
        &self,
        consumer: Consumer,
        sequence_number: &str,
    ) -> Result<(), rusqlite::Error> {
        self.database.pass_over_stream(consumer, sequence_number)
    }

    /// Tells of an object once more, as S3 may.
    pub fn object_created(&self, key: &str) {
        self.created.put(key);
    }

    /// Objects that have been put, for whoever is to be told of them.
    pub(crate) fn created(&self) -> &Created {
        &self.created
    }

    fn url(&self, service: Service) -> String {
        let server = self.servers.iter().find(|server| server.service() == service);
        // Every service has a server.
        server.map(Server::url).unwrap_or_default()
    }

    /// Deletes what has expired, which otherwise happens once a minute.
    pub fn sweep(&self) {
        self.database.sweep();
    }

    /// Ends every server after the requests it is answering, and leaves complete files behind.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for server in self.servers {
            server.ended().await;
        }
        // It only ends early by panicking, which has been reported by then.
        let _ = self.sweeper.await;
        self.database.checkpoint();
    }
}

/// Deletes expired items on a timer: the engine never does so by itself.
async fn sweep_until(database: Arc<DynamoDb>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            _ = ticks.tick() => {}
        }
        let database = Arc::clone(&database);
        // A panic in there has been reported by then; the next tick tries again.
        let _ = tokio::task::spawn_blocking(move || database.sweep()).await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the engines stand in for AWS, which has a clock of its own"
)]
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
