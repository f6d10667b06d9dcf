//! What proves who calls: access tokens that everybody can verify, refresh
//! tokens that only those understand who start sessions, and sealed texts handed to clients to
//! be brought back unchanged.

pub mod access;
pub mod api_key;
pub mod credential;
mod crypto;
pub mod external;
pub mod keys;
pub mod one_time;
pub mod refresh;
pub mod sealed;

pub use access::Claims;
pub use api_key::{PresentedKey, SecretKey};
pub use credential::Credential;
pub use external::{External, Identity};
pub use keys::Keys;
pub use one_time::OneTimeToken;
pub use refresh::RefreshToken;
