//! What all functions of Kith share: the domain, the table, tokens, HTTP.
//!
//! A request flows one way: a handler extracts ([`http`]), asks the [`domain`]
//! for the rules, the [`store`] for the state, and answers with a view. To add
//! an endpoint see `docs/adding-an-endpoint.md`.

pub mod aws;
pub mod config;
pub mod context;
pub mod domain;
pub mod http;
pub mod lambda;
pub mod outbound;
pub mod passwords;
pub mod pictures;
pub mod sign_in;
pub mod store;
pub mod telemetry;
pub mod tokens;
pub mod transfer;
pub mod view;

pub use context::Context;
pub use domain::{Error, Result};
