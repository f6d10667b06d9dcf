//! What proves who calls: access tokens that everybody can verify, refresh
//! tokens that only `auth` understands, and sealed texts handed to clients to
//! be brought back unchanged.

pub mod access;
mod crypto;
pub mod keys;
pub mod refresh;
pub mod sealed;

pub use access::Claims;
pub use keys::Keys;
pub use refresh::RefreshToken;
