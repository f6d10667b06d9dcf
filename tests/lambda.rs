//! The functions' real binaries under the Lambda Runtime API, with the events
//! that an API Gateway HTTP API sends (payload format 2.0), on the embedded
//! engines.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "lambda/deployment.rs"]
mod deployment;
#[path = "lambda/gateway.rs"]
mod gateway;
#[path = "lambda/journey.rs"]
mod journey;
#[path = "lambda/logs.rs"]
mod logs;
#[path = "lambda/mail.rs"]
mod mail;
#[path = "lambda/pictures.rs"]
mod pictures;
#[path = "lambda/rotation.rs"]
mod rotation;
#[path = "lambda/start.rs"]
mod start;
#[path = "lambda/stream.rs"]
mod stream;
