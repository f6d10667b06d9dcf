//! What every handler is given: the stores, the keys, the clock, the dice.

use std::sync::{Arc, OnceLock};

use serde_json::Value;
use uuid::Uuid;

use crate::aws::Sdk;
use crate::config::Config;
use crate::domain::activity::{Act, Actor};
use crate::domain::mail::{Mail, Message};
use crate::domain::session::Client;
use crate::domain::{Error, Result, Timestamp, UserId};
use crate::outbound::Outbound;
use crate::passwords::Passwords;
use crate::pictures::Pictures;
use crate::store::{Index, Store};
use crate::tokens::{External, Keys};

/// One per process, cheap to clone.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

pub struct Inner {
    pub config: Config,
    pub sdk: Sdk,
    pub store: Store,
    pub index: Index,
    pub keys: Keys,
    pub external: External,
    pub passwords: Passwords,
    pictures: OnceLock<Pictures>,
    outbound: OnceLock<Outbound>,
    clock: Clock,
    rng: Rng,
}

impl std::ops::Deref for Context {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// Tells the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

/// Fills a buffer with unpredictable bytes.
#[derive(Clone)]
pub struct Rng(Arc<Fill>);

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

impl Clock {
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The system's.
    #[must_use]
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one door to the clock")]
        Self::new(|| Timestamp::from_millis(jiff::Timestamp::now().as_millisecond()))
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl Rng {
    /// The operating system's.
    ///
    /// # Panics
    /// When used, where the system has none: nothing safe can be done then.
    #[must_use]
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one door to randomness")]
        #[expect(clippy::expect_used, reason = "without randomness nothing safe can be done")]
        Self(Arc::new(|buffer| getrandom::fill(buffer).expect("the system has randomness")))
    }

    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }
}

/// A new id: UUIDv7 of this time.
#[must_use]
pub fn new_id<T: From<Uuid>>(now: Timestamp, rng: &Rng) -> T {
    let millis = u64::try_from(now.as_millis()).unwrap_or(0);
    T::from(uuid::Builder::from_unix_timestamp_millis(millis, &rng.bytes()).into_uuid())
}

impl Context {
    #[must_use]
    pub fn new(config: Config, clock: Clock, rng: Rng) -> Self {
        let sdk = Sdk::new(&config.aws);
        Self(Arc::new(Inner {
            store: Store::new(sdk.dynamodb(), config.table_name.clone()),
            index: Index::new(sdk.dynamodb(), config.index_table_name.clone()),
            keys: Keys::new(sdk.secrets_manager(), &config),
            external: External::new(&config.external),
            passwords: Passwords::new(),
            pictures: OnceLock::new(),
            outbound: OnceLock::new(),
            clock,
            rng,
            sdk,
            config,
        }))
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        self.rng.bytes()
    }

    /// The pictures' storage. Made when it is first used, so that functions
    /// which have no pictures don't carry its client.
    ///
    /// # Errors
    /// [`Error::Internal`] where the function isn't given the bucket.
    pub fn pictures(&self) -> Result<&Pictures> {
        let Some(bucket) = self.config.bucket_name.clone() else {
            return Err(Error::internal("BUCKET_NAME is missing"));
        };
        Ok(self.pictures.get_or_init(|| Pictures::new(&self.sdk, bucket)))
    }

    /// A mail that says this, to be written with what it is about.
    #[must_use]
    pub fn mail(&self, message: Message) -> Mail {
        Mail { id: self.new_id(), message, created_at: self.now() }
    }

    /// What somebody does to a user's data, to be written with it. `data` is an
    /// object without secrets.
    #[must_use]
    pub fn act(
        &self,
        actor: Actor,
        user_id: UserId,
        client: &Client,
        kind: &'static str,
        data: Value,
    ) -> Act {
        let Value::Object(data) = data else { unreachable!("acts are told of by objects") };
        Act {
            id: self.new_id(),
            user_id,
            actor,
            kind,
            data,
            reason: None,
            client: client.clone(),
            at: self.now(),
            retention: self.config.activity_retention,
            is_administrative: false,
            is_shared: false,
        }
    }

    /// HTTP to the addresses of the configuration. Made when it is first used,
    /// so that functions which call nobody don't carry it.
    #[must_use]
    pub fn outbound(&self) -> &Outbound {
        self.outbound.get_or_init(Outbound::new)
    }

    /// A new id: UUIDv7 of the current time.
    #[must_use]
    pub fn new_id<T: From<Uuid>>(&self) -> T {
        new_id(self.now(), &self.rng)
    }
}
