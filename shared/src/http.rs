//! HTTP as the API speaks it: what every request goes through, what handlers
//! take apart, how answers and errors look.

pub mod body;
pub mod caller;
pub mod conditional;
pub mod idempotency;
pub mod layer;
pub mod page;
pub mod params;
pub mod problem;
pub mod routes;
pub mod target;

pub use body::{Json, RawJson};
pub use caller::{Credentials, MaybeCredentials, SessionCredentials};
pub use conditional::Preconditions;
pub use idempotency::IdempotencyKey;
pub use layer::Gateway;
pub use page::Page;
pub use params::Params;
pub use problem::Problem;
pub use target::Target;
