//! What there is to see of an identity.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Timestamp;
use crate::domain::identity::Identity;

/// A link to an identity provider.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Identity)]
pub struct IdentityView {
    #[schema(example = "google")]
    provider: String,
    /// The address there when it was linked.
    email: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    linked_at: Timestamp,
}

impl From<Identity> for IdentityView {
    fn from(identity: Identity) -> Self {
        let Identity { provider, issuer: _, subject: _, email, linked_at } = identity;
        let email = email.map(|email| email.as_str().to_owned());
        Self { provider: provider.as_str().to_owned(), email, linked_at }
    }
}
