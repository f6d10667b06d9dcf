//! Starts and stops it all.

use std::collections::HashMap;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::serve::ListenerExt;
use erasure::Eraser;
use events::Events;
use mail::Mails;
use picture_worker::Worker;
use picture_worker::fetch::Fetcher;
use shared::Context;
use shared::config::{self, Config, ConfigError};
use shared::context::{Clock, Rng};
use shared::http::layer;
use shared::telemetry;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::admin::Admin;
use crate::engines::{Consumer, Engines, StartError};
use crate::mapping::{MAX_RETRIES, Mapping};
use crate::notifications::Notifications;
use crate::schedule::Schedule;
use crate::{gateway, signing, views};

/// How the stack is to be.
pub struct Options {
    /// Of 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Where the engines keep their data.
    pub data: PathBuf,
    /// Configuration by the names it has in the cloud; what isn't here has
    /// the local default.
    pub environment: HashMap<String, String>,
    pub clock: Clock,
}

/// A running stack.
pub struct Stack {
    pub url: String,
    pub context: Context,
    pub engines: Arc<Engines>,
    pub admin: Admin,
    /// The function that reads the table's stream.
    pub events: Arc<Events>,
    /// The function that erases accounts whose grace is over.
    pub eraser: Arc<Eraser>,
    /// The environment that a function would have here.
    pub environment: HashMap<String, String>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
    mappings: [Mapping; 2],
    notifications: Notifications,
    schedule: Schedule,
}

/// Why it can't start, in one line.
#[derive(Debug)]
pub enum StackError {
    Port {
        port: u16,
        cause: std::io::Error,
    },
    Engines(StartError),
    Config(ConfigError),
    /// The first start's own set-up: keys, the demo administrator.
    SetUp(String),
}

impl fmt::Display for StackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port { port, cause } if cause.kind() == std::io::ErrorKind::AddrInUse => {
                write!(f, "port {port} is taken: stop what uses it, or choose another with --port")
            }
            Self::Port { port, cause } => write!(f, "port {port} can't be used: {cause}"),
            Self::Engines(error) => error.fmt(f),
            Self::Config(error) => error.fmt(f),
            Self::SetUp(error) => write!(f, "the stack can't be set up: {error}"),
        }
    }
}

impl std::error::Error for StackError {}

impl StackError {
    /// What the set-up met, as a sentence.
    #[must_use]
    pub fn set_up(error: shared::Error) -> Self {
        Self::SetUp(match error {
            shared::Error::Invalid(errors) => {
                let sentences =
                    errors.iter().map(|error| format!("{} {}", error.field, error.message));
                sentences.collect::<Vec<_>>().join("; ")
            }
            error => format!("{error:?}"),
        })
    }
}

impl Stack {
    /// Starts everything and waits until it serves.
    ///
    /// # Errors
    /// A taken port, an unusable data folder, a wrong variable.
    pub async fn start(options: Options) -> Result<Self, StackError> {
        let Options { port, data, environment: chosen, clock } = options;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let unusable = |cause| StackError::Port { port, cause };
        let listener = TcpListener::bind(address).await.map_err(unusable)?;
        let url = format!("http://{}", listener.local_addr().map_err(unusable)?);

        let engines = Arc::new(Engines::start(&data).await.map_err(StackError::Engines)?);
        let mut environment = defaults(&url);
        // As everywhere, an empty variable is none.
        environment.extend(chosen.into_iter().filter(|(_, value)| !value.trim().is_empty()));
        // The engines' addresses are facts, not choices.
        let facts = engines.environment().into_iter();
        environment.extend(facts.map(|(name, value)| (name.to_owned(), value)));
        let config =
            Config::read(|name| environment.get(name).cloned()).map_err(StackError::Config)?;
        let mut stream_environment = environment.clone();
        stream_environment.extend(engines.stream_environment());
        let events = config::Events::read(|name| stream_environment.get(name).cloned());
        let events = Arc::new(Events::new(events.map_err(StackError::Config)?, clock.clone()));
        let mails = config::Mail::read(|name| stream_environment.get(name).cloned());
        let mails = mails.map_err(StackError::Config)?;
        let mails = Arc::new(Mails::new(mails, clock.clone(), Rng::system()));
        let worker = config::PictureWorker::read(|name| environment.get(name).cloned());
        let worker = worker.map_err(StackError::Config)?;
        let worker = Arc::new(Worker::new(worker, Fetcher::new(), clock.clone()));
        let exporter = config::ExportWorker::read(|name| stream_environment.get(name).cloned());
        let exporter = exporter.map_err(StackError::Config)?;
        let exporter = Arc::new(export_worker::Worker::new(exporter, clock.clone()));
        let eraser = config::Erasure::read(|name| stream_environment.get(name).cloned());
        let eraser = eraser.map_err(StackError::Config)?;
        let eraser = Arc::new(Eraser::new(eraser, clock.clone(), Rng::system()));
        telemetry::init("local", config.log_level);

        let origins = environment.get("CORS_ORIGINS").map_or("", String::as_str);
        let origins = gateway::origins(origins).map_err(StackError::Config)?;
        let context = Context::new(config, clock, Rng::system());
        signing::ensure(&context).await.map_err(|error| StackError::SetUp(error.to_string()))?;
        let password = environment.get("LOCAL_ADMIN_PASSWORD").cloned();
        let admin = Admin::ensure(&context, &data, password).await.map_err(StackError::set_up)?;

        let routes = admin::router()
            .merge(auth::router())
            .merge(exports::router())
            .merge(passkeys::router())
            .merge(oauth::router())
            .merge(picture::router())
            .merge(preferences::router())
            .merge(profile::router())
            .merge(search::router())
            .merge(sessions::router())
            .merge(system::router())
            .merge(views::router(&engines, &events));
        let service = gateway::layer(layer::service(routes, context.clone()), origins);
        let service = service.into_make_service_with_connect_info::<SocketAddr>();
        let listener = listener.tap_io(|socket| {
            // Answers are small: waiting for more of them only delays.
            let _ = socket.set_nodelay(true);
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            let served = axum::serve(listener, service).with_graceful_shutdown(stopped).await;
            if let Err(error) = served {
                tracing::error!(target: "kith", %error, "server failed");
            }
        });
        let to_events = Mapping::start(&engines, Consumer::Events, MAX_RETRIES, {
            let events = Arc::clone(&events);
            move |event| {
                let events = Arc::clone(&events);
                async move { events.invoke(event).await.map_err(|error| error.to_string()) }
            }
        });
        let to_mail = Mapping::start(&engines, Consumer::Mail, MAX_RETRIES, move |event| {
            let mails = Arc::clone(&mails);
            async move { Ok(mails.invoke(event).await) }
        });
        let notifications = Notifications::start(&engines, move |function, event| {
            let (worker, exporter) = (Arc::clone(&worker), Arc::clone(&exporter));
            async move {
                let done = match function {
                    "export-worker" => exporter.invoke(event).await,
                    _ => worker.invoke(event).await,
                };
                done.map_err(|error| error.to_string())
            }
        });
        let schedule = Schedule::start(Arc::clone(&eraser)).await;
        Ok(Self {
            url,
            context,
            engines,
            admin,
            events,
            eraser,
            environment,
            stop,
            server,
            mappings: [to_events, to_mail],
            notifications,
            schedule,
        })
    }

    /// Waits until what was written before the call has had its consequences: events on the bus,
    /// search, statistics, mails, pictures, exports.
    pub async fn settled(&self) {
        // What is put into the bucket changes the table, and what changes there may be an export,
        // which is put into the bucket.
        for _ in 0..2 {
            self.engines.created().settled().await;
            for mapping in &self.mappings {
                mapping.settled().await;
            }
        }
    }

    /// Ends it, with everything on disk.
    pub async fn stop(self) {
        let Self { engines, stop, server, mappings, notifications, schedule, .. } = self;
        drop(stop);
        // Connections that their clients keep open don't hold the stop.
        let patience = std::time::Duration::from_secs(2);
        let abort = server.abort_handle();
        if tokio::time::timeout(patience, server).await.is_err() {
            abort.abort();
        }
        drop(schedule);
        notifications.stop().await;
        for mapping in mappings {
            mapping.stop().await;
        }
        for _ in 0..100 {
            if Arc::strong_count(&engines) == 1 {
                break;
            }
            tokio::task::yield_now().await;
        }
        if let Some(engines) = Arc::into_inner(engines) {
            engines.stop().await;
        }
    }
}

/// What a laptop wants: no limits, and its own front ends.
fn defaults(url: &str) -> HashMap<String, String> {
    let console = format!("{url}/console");
    let origins = "http://localhost:3000,http://127.0.0.1:3000,http://localhost:5173";
    // Browsers know passkeys of no address, only of names.
    let own = url.replace("127.0.0.1", "localhost");
    let passkey_origins = format!("{own},http://localhost:3000,http://localhost:5173");
    [
        ("JWT_ISSUER", url),
        ("JWT_AUDIENCE", "kith"),
        ("CORS_ORIGINS", origins),
        ("PICTURES_URL", url),
        ("PASSKEY_RP_ID", "localhost"),
        ("PASSKEY_ORIGINS", &passkey_origins),
        ("MAIL_FROM", "Kith <no-reply@example.com>"),
        ("VERIFY_EMAIL_URL", &console),
        ("RESET_PASSWORD_URL", &console),
        ("RATE_LIMIT_REGISTER", "off"),
        ("RATE_LIMIT_LOGIN_IP", "off"),
        ("RATE_LIMIT_LOGIN_ACCOUNT", "off"),
        ("RATE_LIMIT_FORGOT", "off"),
        ("RATE_LIMIT_MFA", "off"),
        ("RATE_LIMIT_EXPORT", "off"),
        ("RATE_LIMIT_API_KEY", "off"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::reindex::ask;

    #[tokio::test]
    async fn what_the_start_wrote_is_processed_and_the_stop_leaves_complete_files() {
        let folder = tempfile::tempdir().unwrap();
        let environment = HashMap::from([("LOG_LEVEL".to_owned(), "error".to_owned())]);
        let data = folder.path().to_owned();
        let options = Options { port: 0, data, environment, clock: Clock::system() };
        let stack = Stack::start(options).await.unwrap();
        stack.settled().await;
        for consumer in Consumer::ALL {
            assert!(stack.engines.read_stream(consumer, 1).unwrap().is_empty());
        }
        assert!(stack.engines.dead_letters().is_empty());

        stack.engines.put_dead_letter(&json!({"n": 1})).unwrap();
        let page = reqwest::get(format!("{}/local/dead-letters", stack.url)).await.unwrap();
        let page: Value = page.json().await.unwrap();
        assert_eq!(page["items"][0]["n"], 1);
        assert_eq!(page["next_cursor"], Value::Null);

        let port = stack.url.rsplit(':').next().unwrap().parse().unwrap();
        stack.stop().await;
        assert!(!folder.path().join("dynamodb.sqlite-wal").exists());
        assert_eq!(ask(port).await, Ok(None));
    }
}
