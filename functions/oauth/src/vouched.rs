//! What a provider vouches for, as far as we can use it.

use openidconnect::LocalizedClaim;
use openidconnect::core::CoreIdTokenClaims;
use serde::Deserialize;
use serde_json::Value;
use shared::domain::email::Email;
use shared::domain::fields::Field;
use shared::domain::identity::MAX_SUBJECT;
use shared::domain::profile::ProfileFields;

/// Bytes of a picture's address.
const MAX_PICTURE: usize = 2048;

/// Who somebody is to a provider.
#[derive(Debug)]
pub struct Vouched {
    pub issuer: String,
    pub subject: String,
    pub email: Option<Email>,
    /// The provider says that whoever it is reads that address's mail.
    pub is_verified: bool,
    pub profile: ProfileFields,
    /// An `https` URL.
    pub picture: Option<String>,
}

/// What we take from the answer of a userinfo endpoint. Other members may have
/// any form, as `LinkedIn`'s `locale` does.
#[derive(Deserialize)]
pub struct UserInfo {
    pub sub: String,
    #[serde(default)]
    email: Value,
    #[serde(default)]
    email_verified: Value,
}

impl Vouched {
    /// From the claims of a verified ID token; `None` without a usable subject.
    pub fn new(claims: &CoreIdTokenClaims) -> Option<Self> {
        let subject = claims.subject().as_str();
        let is_subject = !subject.is_empty() && subject.chars().count() <= MAX_SUBJECT;
        let email = claims.email().and_then(|email| Email::parse(email).ok());
        let picture = text(claims.picture()).map(|url| url.as_str());
        is_subject.then(|| Self {
            issuer: claims.issuer().as_str().to_owned(),
            subject: subject.to_owned(),
            is_verified: email.is_some() && claims.email_verified() == Some(true),
            email,
            profile: profile(claims),
            picture: picture.filter(|url| is_picture(url)).map(str::to_owned),
        })
    }

    /// Adds the address that a userinfo endpoint tells of the same subject.
    pub fn add(&mut self, info: &UserInfo) {
        self.email = info.email.as_str().and_then(|email| Email::parse(email).ok());
        let says_so = info.email_verified == Value::Bool(true)
            || info.email_verified == Value::String("true".to_owned());
        self.is_verified = self.email.is_some() && says_so;
    }
}

/// The claims that a profile takes: what isn't valid is left out, what is too
/// long cut.
fn profile(claims: &CoreIdTokenClaims) -> ProfileFields {
    let name = text(claims.name()).map(|name| name.as_str());
    let given = text(claims.given_name()).map(|name| name.as_str());
    let family = text(claims.family_name()).map(|name| name.as_str());
    // Some write `en_US`, which the standard lets pass.
    let locale = claims.locale().map(|locale| locale.as_ref().replace('_', "-"));
    ProfileFields {
        display_name: field(name, 100),
        first_name: field(given, 50),
        last_name: field(family, 50),
        language: field(locale.as_deref(), 35),
        ..ProfileFields::default()
    }
}

fn field<T: Field>(text: Option<&str>, max: usize) -> Option<T> {
    let text: String = text?.trim().chars().take(max).collect();
    (!text.is_empty()).then(|| T::read(Value::String(text)).ok())?
}

/// The claim without a language, else in any.
fn text<T>(claim: Option<&LocalizedClaim<T>>) -> Option<&T> {
    claim?.iter().next().map(|(_, text)| text)
}

fn is_picture(url: &str) -> bool {
    url.starts_with("https://") && url.len() <= MAX_PICTURE
}
