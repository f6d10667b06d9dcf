//! Identity providers: which there are, and how to be their client.

use std::collections::BTreeMap;
use std::fmt;

use url::Url;

use super::ConfigError;
use super::values::Source;
use crate::domain::account::Provider;
use crate::domain::identity::{GOOGLE, LINKEDIN};
use crate::outbound::{is_loopback, is_permitted};

/// Where somebody may be sent after a sign-in has at most so many bytes: it
/// travels in a cookie.
const MAX_REDIRECT: usize = 1024;

/// Bytes of an issuer, which is part of keys.
const MAX_ISSUER: usize = 255;

/// Providers that have their issuer, and whether they are as the standards say.
const KNOWN: [(&str, &str, &str, Dialect); 2] = [
    ("google", "OAUTH_GOOGLE_CLIENT_ID", GOOGLE, Dialect::Standard),
    ("linkedin", "OAUTH_LINKEDIN_CLIENT_ID", LINKEDIN, Dialect::LinkedIn),
];

/// Signing in with identity providers.
#[derive(Clone, Debug, Default)]
pub struct OAuth {
    pub providers: BTreeMap<Provider, IdentityProvider>,
    /// Where an app may have people sent back to: exactly these texts.
    pub redirects: Vec<String>,
    /// Where the API is for people's browsers, without a slash at the end.
    pub public_url: String,
    /// The secret that holds the client secrets, by provider.
    pub client_secrets_secret: Option<String>,
}

/// An `OpenID` provider that we are a client of.
#[derive(Clone, Debug)]
pub struct IdentityProvider {
    pub name: Provider,
    pub issuer: String,
    pub client_id: String,
    /// `None` where [`OAuth::client_secrets_secret`] holds it.
    pub client_secret: Option<ClientSecret>,
    /// `openid` is always asked for.
    pub scopes: Vec<String>,
    pub redirect_uri: String,
    pub dialect: Dialect,
}

/// In what a provider differs from the standards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Standard,
    /// `LinkedIn`: its ID tokens have no `nonce`; its token endpoint refuses a
    /// `code_verifier` beside a client secret, and takes the secret in the body
    /// only, though its discovery document doesn't say so.
    LinkedIn,
}

/// What we prove to a provider who we are with. It can't be printed.
#[derive(Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(transparent)]
pub struct ClientSecret(String);

impl ClientSecret {
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

impl OAuth {
    pub(super) fn read(source: &Source<'_>, jwt_issuer: &str) -> Result<Self, ConfigError> {
        let public_url = source.optional("PUBLIC_URL");
        let public_url = public_url.as_deref().unwrap_or(jwt_issuer).trim_end_matches('/');
        let client_secrets_secret = source.optional("OAUTH_CLIENT_SECRETS_SECRET");
        let mut providers = BTreeMap::new();
        let reader = Reader { source, public_url, has_secret: client_secrets_secret.is_some() };
        for (name, variable, issuer, dialect) in KNOWN {
            let Some(provider) = Provider::named(name) else { continue };
            if let Some(client_id) = source.optional(variable) {
                let read = reader.provider(&provider, client_id, Some(issuer), dialect);
                let problem = |problem| ConfigError { variable, problem };
                providers.insert(provider, read.map_err(problem)?);
            }
        }
        for name in source.list("OAUTH_PROVIDERS") {
            let problem = |problem| ConfigError { variable: "OAUTH_PROVIDERS", problem };
            let provider = Provider::named(&name).filter(|name| !providers.contains_key(name));
            let provider = provider.ok_or_else(|| {
                problem(format!("names {name:?}: a name has 1–30 of a-z 0-9 -, and is named once"))
            })?;
            let client_id = reader.required(&provider, "CLIENT_ID").map_err(problem)?;
            let read = reader.provider(&provider, client_id, None, Dialect::Standard);
            providers.insert(provider, read.map_err(problem)?);
        }
        if !providers.is_empty() && !is_address(public_url) {
            return Err(ConfigError {
                variable: "PUBLIC_URL",
                problem: format!("can't be read: {public_url:?} isn't an https URL"),
            });
        }
        let redirects = source.list("OAUTH_REDIRECTS");
        if let Some(wrong) = redirects.iter().find(|url| !is_redirect(url)) {
            return Err(ConfigError {
                variable: "OAUTH_REDIRECTS",
                problem: format!("can't be read: {wrong:?} isn't an https URL without a fragment"),
            });
        }
        let public_url = public_url.to_owned();
        Ok(Self { providers, redirects, public_url, client_secrets_secret })
    }
}

struct Reader<'a> {
    source: &'a Source<'a>,
    public_url: &'a str,
    has_secret: bool,
}

impl Reader<'_> {
    fn optional(&self, provider: &Provider, what: &str) -> Option<String> {
        self.source.optional(&variable(provider, what))
    }

    fn required(&self, provider: &Provider, what: &str) -> Result<String, String> {
        let missing =
            || format!("names {}: {} is missing", provider.as_str(), variable(provider, what));
        self.optional(provider, what).ok_or_else(missing)
    }

    fn provider(
        &self,
        name: &Provider,
        client_id: String,
        issuer: Option<&str>,
        dialect: Dialect,
    ) -> Result<IdentityProvider, String> {
        let wrong = |what, value: &str| {
            format!("names {}: {} can't be read: {value:?}", name.as_str(), variable(name, what))
        };
        let issuer = match (self.optional(name, "ISSUER"), issuer) {
            (Some(issuer), _) => issuer,
            (None, Some(issuer)) => issuer.to_owned(),
            (None, None) => self.required(name, "ISSUER")?,
        };
        if !is_address(&issuer) || issuer.len() > MAX_ISSUER {
            return Err(wrong("ISSUER", &issuer));
        }
        let own = format!("{}/v1/auth/oauth/{}/callback", self.public_url, name.as_str());
        let redirect_uri = self.optional(name, "REDIRECT_URI").unwrap_or(own);
        if !is_address(&redirect_uri) {
            return Err(wrong("REDIRECT_URI", &redirect_uri));
        }
        let client_secret = if self.has_secret {
            self.optional(name, "CLIENT_SECRET")
        } else {
            Some(self.required(name, "CLIENT_SECRET")?)
        };
        let scopes = self.optional(name, "SCOPES").unwrap_or_else(|| "profile email".to_owned());
        let scopes = scopes.split_whitespace().filter(|scope| *scope != "openid");
        Ok(IdentityProvider {
            name: name.clone(),
            issuer,
            client_id,
            client_secret: client_secret.map(ClientSecret),
            scopes: scopes.map(str::to_owned).collect(),
            redirect_uri,
            dialect,
        })
    }
}

fn variable(provider: &Provider, what: &str) -> String {
    let name = provider.as_str().to_ascii_uppercase().replace('-', "_");
    format!("OAUTH_{name}_{what}")
}

/// An `https` URL, or one of this machine, without query and fragment.
fn is_address(text: &str) -> bool {
    let url = Url::parse(text).is_ok_and(|url| url.query().is_none() && url.fragment().is_none());
    url && text.parse().is_ok_and(|uri| is_permitted(&uri))
}

/// Where an app lives: an `https` URL, or one of this machine; the query is its own.
fn is_redirect(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let host = url.host_str().unwrap_or_default();
    let bare = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    let safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(host));
    // What the parser would read otherwise than it is written is a mistake.
    bare && safe
        && text.len() <= MAX_REDIRECT
        && text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<OAuth, ConfigError> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        OAuth::read(&Source(&variable), "https://users.example.com")
    }

    #[test]
    fn providers_are_those_that_have_a_client() {
        assert!(read(&[]).unwrap().providers.is_empty());
        let oauth = read(&[
            ("OAUTH_LINKEDIN_CLIENT_ID", "id"),
            ("OAUTH_LINKEDIN_CLIENT_SECRET", "s3cret"),
            ("OAUTH_PROVIDERS", "my-idp"),
            ("OAUTH_MY_IDP_ISSUER", "http://127.0.0.1:4000"),
            ("OAUTH_MY_IDP_CLIENT_ID", "kith"),
            ("OAUTH_MY_IDP_CLIENT_SECRET", "s3cret"),
            ("OAUTH_MY_IDP_SCOPES", "openid email"),
        ])
        .unwrap();
        assert!(!format!("{oauth:?}").contains("s3cret"));
        let [linkedin, own] = ["linkedin", "my-idp"].map(|name| {
            let name = Provider::named(name).unwrap();
            oauth.providers[&name].clone()
        });
        assert_eq!(linkedin.issuer, "https://www.linkedin.com/oauth");
        assert_eq!(linkedin.dialect, Dialect::LinkedIn);
        assert_eq!(own.scopes, ["email"]);
        let callback = "https://users.example.com/v1/auth/oauth/my-idp/callback";
        assert_eq!((own.redirect_uri.as_str(), own.dialect), (callback, Dialect::Standard));
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        for (variables, variable, problem) in [
            (&[("OAUTH_GOOGLE_CLIENT_ID", "id")][..], "OAUTH_GOOGLE_CLIENT_ID", "CLIENT_SECRET"),
            (&[("OAUTH_PROVIDERS", "acme")], "OAUTH_PROVIDERS", "OAUTH_ACME_CLIENT_ID"),
            (&[("OAUTH_PROVIDERS", "Acme")], "OAUTH_PROVIDERS", "Acme"),
            (&[("OAUTH_PROVIDERS", "password")], "OAUTH_PROVIDERS", "password"),
            (
                &[
                    ("OAUTH_PROVIDERS", "acme"),
                    ("OAUTH_ACME_CLIENT_ID", "id"),
                    ("OAUTH_ACME_CLIENT_SECRET", "s"),
                    ("OAUTH_ACME_ISSUER", "http://acme.example.com"),
                ],
                "OAUTH_PROVIDERS",
                "OAUTH_ACME_ISSUER",
            ),
            (
                &[
                    ("OAUTH_GOOGLE_CLIENT_ID", "id"),
                    ("OAUTH_GOOGLE_CLIENT_SECRET", "s"),
                    ("PUBLIC_URL", "http://users.example.com"),
                ],
                "OAUTH_GOOGLE_CLIENT_ID",
                "REDIRECT_URI",
            ),
        ] {
            let error = read(variables).unwrap_err();
            assert_eq!(error.variable, variable);
            assert!(error.problem.contains(problem), "{error}");
        }
    }

    #[test]
    fn redirects_are_addresses_of_apps() {
        let redirects = "https://app.example.com/in?from=kith, http://localhost:5173/in";
        assert_eq!(read(&[("OAUTH_REDIRECTS", redirects)]).unwrap().redirects.len(), 2);
        for wrong in [
            "app.example.com",
            "http://app.example.com/",
            "https://app.example.com/#in",
            "https://app.example.com/#",
            "https://user@app.example.com/",
            "https:\\\\app.example.com/",
            "javascript:alert(1)",
        ] {
            let error = read(&[("OAUTH_REDIRECTS", wrong)]);
            assert_eq!(error.unwrap_err().variable, "OAUTH_REDIRECTS", "{wrong}");
        }
    }
}
