//! Starts and stops it all.

use std::collections::HashMap;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::serve::ListenerExt;
use shared::Context;
use shared::config::{Config, ConfigError};
use shared::context::{Clock, Rng};
use shared::http::layer;
use shared::telemetry;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::admin::Admin;
use crate::engines::{Engines, StartError};
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
    /// The environment that a function would have here.
    pub environment: HashMap<String, String>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
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
        telemetry::init("local", config.log_level);

        let origins = environment.get("CORS_ORIGINS").map_or("", String::as_str);
        let origins = gateway::origins(origins).map_err(StackError::Config)?;
        let context = Context::new(config, clock, Rng::system());
        signing::ensure(&context).await.map_err(|error| StackError::SetUp(error.to_string()))?;
        let password = environment.get("LOCAL_ADMIN_PASSWORD").cloned();
        let admin = Admin::ensure(&context, &data, password).await.map_err(StackError::set_up)?;

        let routes = admin::router()
            .merge(auth::router())
            .merge(preferences::router())
            .merge(profile::router())
            .merge(search::router())
            .merge(sessions::router())
            .merge(system::router())
            .merge(views::router(&engines));
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
        Ok(Self { url, context, engines, admin, environment, stop, server })
    }

    /// Ends it, with everything on disk.
    pub async fn stop(self) {
        let Self { engines, stop, server, .. } = self;
        drop(stop);
        // Connections that their clients keep open don't hold the stop.
        let patience = std::time::Duration::from_secs(2);
        let abort = server.abort_handle();
        if tokio::time::timeout(patience, server).await.is_err() {
            abort.abort();
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
    let origins = "http://localhost:3000,http://127.0.0.1:3000,http://localhost:5173";
    [
        ("JWT_ISSUER", url),
        ("JWT_AUDIENCE", "kith"),
        ("CORS_ORIGINS", origins),
        ("RATE_LIMIT_REGISTER", "off"),
        ("RATE_LIMIT_LOGIN_IP", "off"),
        ("RATE_LIMIT_LOGIN_ACCOUNT", "off"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}
