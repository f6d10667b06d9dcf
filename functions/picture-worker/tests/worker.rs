//! Attacks on the fetcher, over real TLS, a file for each thing attacked; and
//! what becomes of what it fetches.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "worker/addresses.rs"]
mod addresses;
#[path = "worker/body.rs"]
mod body;
#[path = "worker/names.rs"]
mod names;
#[path = "worker/provider.rs"]
mod provider;
#[path = "worker/redirects.rs"]
mod redirects;
#[path = "worker/server.rs"]
mod server;
#[path = "worker/tls.rs"]
mod tls;
#[path = "worker/urls.rs"]
mod urls;
#[path = "worker/world.rs"]
mod world;
