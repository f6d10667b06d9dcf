//! A browser with an authenticator in it, of another make than what verifies:
//! 1Password's.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use passkey::authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData};
use passkey::crypto::rust_crypto::RustCryptoBackend;
use passkey::types::Passkey;
use passkey::types::ctap2::get_assertion::{Options, Request};
use passkey::types::ctap2::{Aaguid, Ctap2Error};
use serde_json::{Value, json};

/// Somebody's browser, with one passkey at most.
#[derive(Clone)]
pub struct Browser {
    /// The page that asks.
    pub origin: String,
    /// What the authenticator keeps, private key and all.
    pub passkey: Option<Passkey>,
    counts: bool,
}

/// What an assertion is made of where the authenticator is a thief's.
pub struct Forged<'a> {
    pub origin: &'a str,
    pub rp_id: &'a str,
    pub kind: &'a str,
}

/// Who touches the sensor when asked to.
struct Somebody;

#[async_trait::async_trait]
impl UserValidationMethod for Somebody {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        _: UiHint<'a, Passkey>,
        presence: bool,
        verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence, verification })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

impl Browser {
    /// At a page of this origin.
    #[must_use]
    pub fn at(origin: &str) -> Self {
        Self { origin: origin.to_owned(), passkey: None, counts: true }
    }

    /// With an authenticator that counts no signatures, as those whose
    /// passkeys are on several devices.
    #[must_use]
    pub fn without_counter(self) -> Self {
        Self { counts: false, ..self }
    }

    /// `navigator.credentials.create()`, with these options.
    ///
    /// # Panics
    /// Where the browser doesn't understand them.
    pub async fn create(&mut self, options: &Value) -> Value {
        let request = serde_json::from_value(json!({"publicKey": options})).expect("options");
        let origin = self.origin.parse::<url::Url>().expect("an origin");
        let mut client = Client::new(self.authenticator()).allows_insecure_localhost(true);
        let created = client.register(&origin, request, DefaultClientData).await;
        self.passkey.clone_from(client.authenticator().store());
        to_json(serde_json::to_value(created.expect("a credential")).expect("JSON"))
    }

    /// `navigator.credentials.get()`, with these options.
    ///
    /// # Panics
    /// Where the browser doesn't understand them.
    pub async fn get(&mut self, options: &Value) -> Value {
        let mut options = options.clone();
        // An empty list stands for none, which this browser wants to be told so.
        options.as_object_mut().expect("options").remove("allowCredentials");
        let request = serde_json::from_value(json!({"publicKey": options})).expect("options");
        let origin = self.origin.parse::<url::Url>().expect("an origin");
        let mut client = Client::new(self.authenticator()).allows_insecure_localhost(true);
        let got = client.authenticate(&origin, request, DefaultClientData).await;
        self.passkey.clone_from(client.authenticator().store());
        to_json(serde_json::to_value(got.expect("an assertion")).expect("JSON"))
    }

    /// An assertion that no browser would have made.
    ///
    /// # Panics
    /// Where the authenticator refuses.
    pub async fn forge(&mut self, options: &Value, forged: Forged<'_>) -> Value {
        let Forged { origin, rp_id, kind } = forged;
        let data = json!({
            "type": kind, "challenge": options["challenge"], "origin": origin, "crossOrigin": false
        });
        let data = data.to_string().into_bytes();
        let hash = ring::digest::digest(&ring::digest::SHA256, &data);
        let request = Request {
            rp_id: rp_id.to_owned(),
            client_data_hash: hash.as_ref().to_vec().into(),
            allow_list: None,
            extensions: None,
            options: Options { up: true, uv: true },
            pin_auth: None,
            pin_protocol: None,
        };
        let mut authenticator = self.authenticator();
        let Ok(made) = authenticator.get_assertion(request).await else { panic!("no assertion") };
        self.passkey.clone_from(authenticator.store());
        let passkey = self.passkey.as_ref().expect("a passkey");
        let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let id = text(&passkey.credential_id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": text(&data),
                "authenticatorData": text(&made.auth_data.to_vec()),
                "signature": text(&made.signature),
                "userHandle": passkey.user_handle.as_ref().map(|handle| text(handle)),
            },
        })
    }

    fn authenticator(&self) -> Authenticator<Option<Passkey>, Somebody, RustCryptoBackend> {
        let (id, kept) = (Aaguid::new_empty(), self.passkey.clone());
        let mut authenticator = Authenticator::new(id, kept, Somebody, RustCryptoBackend);
        authenticator.set_make_credentials_with_signature_counter(self.counts);
        authenticator
    }
}

/// `PublicKeyCredential.toJSON()`, in which bytes are base64url.
fn to_json(value: Value) -> Value {
    match value {
        Value::Array(entries) if entries.iter().all(Value::is_u64) => {
            let bytes = entries.iter().filter_map(|entry| entry.as_u64()?.try_into().ok());
            BASE64_URL_SAFE_NO_PAD.encode(bytes.collect::<Vec<u8>>()).into()
        }
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, to_json(value))).collect()
        }
        other => other,
    }
}
