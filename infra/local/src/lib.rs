//! The local stack: the routers of all functions in one process, on embedded
//! engines, behind what stands in for the API Gateway. They reach the engines
//! through the AWS SDK as they reach AWS.

mod admin;
pub mod engines;
mod gateway;
pub mod import;
pub mod mapping;
pub mod names;
mod notifications;
mod openapi;
pub mod reindex;
mod schedule;
pub mod seed;
mod signing;
mod stack;
mod views;

pub use admin::Admin;
pub use gateway::origins;
pub use openapi::openapi;
pub use stack::{Options, Stack, StackError};
