//! The relying party's side of Web Authentication (Level 3, section 7), as
//! `webauthn_rp` does it: from our types to its, and back.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;
use shared::config::Passkeys;
use shared::domain::UserId;
use shared::domain::account::Account;
use shared::domain::passkey::Passkey;
use shared::domain::profile::Profile;
use shared::{Context, Error, Result};
use uuid::Uuid;
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::AuthenticationVerificationOptions;
use webauthn_rp::request::register::{
    CredProtect, Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions,
    UserHandle, UserHandle16, Username,
};
use webauthn_rp::request::{AsciiDomain, PublicKeyCredentialDescriptor, RpId};
use webauthn_rp::response::auth::error::AuthCeremonyErr;
use webauthn_rp::response::register::{CompressedPubKey, DynamicState, StaticState};
use webauthn_rp::response::{AuthTransports, AuthenticatorTransport, Backup, CredentialId};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication, DiscoverableAuthenticationServerState,
    DiscoverableCredentialRequestOptions, PublicKeyCredentialCreationOptions, Registration,
    RegistrationServerState,
};

/// A user's id has 16 bytes, and is their handle.
const HANDLE: usize = 16;

type PublicKey = CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>;

/// Why an answer of an authenticator doesn't count, for the log.
pub type Refusal = Box<dyn std::error::Error + Send + Sync>;

/// Who asks for passkeys.
pub struct RelyingParty<'a> {
    id: RpId,
    origins: &'a [String],
    name: &'a str,
}

/// What a client is given, and what is kept for its answer.
pub struct Begun {
    /// In the form of `PublicKeyCredentialCreationOptionsJSON` or
    /// `PublicKeyCredentialRequestOptionsJSON`.
    pub options: Value,
    pub state: Vec<u8>,
}

/// A key pair that has been registered; its parts as a [`Passkey`] has them.
pub struct Registered {
    pub credential_id: Vec<u8>,
    pub public_key: String,
    pub state: String,
    pub transports: Vec<String>,
    pub is_backed_up: bool,
}

/// An assertion that hasn't been verified.
pub struct Assertion(DiscoverableAuthentication<HANDLE>);

/// What a use of a passkey has made of its state.
pub struct Verified {
    pub state: String,
    pub is_backed_up: bool,
}

impl<'a> RelyingParty<'a> {
    /// # Errors
    /// [`Error::NotFound`] where passkeys are off, since nobody has said whose
    /// they would be.
    pub fn of(context: &'a Context) -> Result<Self> {
        let Some(Passkeys { rp_id, origins }) = &context.config.passkeys else {
            return Err(Error::NotFound);
        };
        let id = RpId::Domain(AsciiDomain::try_from(rp_id.clone()).map_err(Error::internal)?);
        Ok(Self { id, origins, name: &context.config.service_name })
    }

    /// Begins a registration. The authenticators of passkeys that are there
    /// make no second one.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub fn begin_registration(
        &self,
        account: &Account,
        profile: &Profile,
        there: &[Passkey],
    ) -> Result<Begun> {
        let handle = handle(account.id);
        // Names that the library's rules (RFC 8265, RFC 8266) don't take are
        // shown as the id.
        let fallback = account.id.to_string();
        let name = Username::try_from(account.email.as_str())
            .or_else(|_| Username::try_from(fallback.as_str()))
            .map_err(Error::internal)?;
        let display_name = profile.fields.name().and_then(|name| Nickname::try_from(name).ok());
        let user = PublicKeyCredentialUserEntity { name, id: &handle, display_name };
        let there: Result<Vec<_>> = there.iter().map(descriptor).collect();
        let mut options = PublicKeyCredentialCreationOptions::passkey(&self.id, user, there?);
        // A policy of security keys, which refuse to register where they don't know it.
        options.extensions.cred_protect = CredProtect::None;
        let (server, client) = options.start_ceremony().map_err(Error::internal)?;
        let mut options = serde_json::to_value(client).map_err(Error::internal)?;
        options["rp"]["name"] = self.name.into();
        Ok(Begun { options, state: server.encode().map_err(Error::internal)? })
    }

    /// Verifies the answer to a registration (section 7.1).
    ///
    /// # Errors
    /// Why it doesn't count.
    pub fn register(&self, state: &[u8], credential: &Value) -> Result<Registered, Refusal> {
        let server = RegistrationServerState::<HANDLE>::decode(state)?;
        let json = serde_json::to_vec(credential)?;
        let registration = Registration::from_json_relaxed(&json)?;
        let options = RegistrationVerificationOptions::<String, String> {
            allowed_origins: self.origins,
            // Password managers send some that nobody asked for.
            error_on_unsolicited_extensions: false,
            ..RegistrationVerificationOptions::default()
        };
        let registered = server.verify(&self.id, &registration, &options)?;
        let state = registered.dynamic_state();
        Ok(Registered {
            credential_id: registered.id().as_ref().to_vec(),
            public_key: BASE64_URL_SAFE_NO_PAD.encode(registered.static_state().encode()?),
            state: BASE64_URL_SAFE_NO_PAD.encode(state.encode()?),
            transports: transports(registered.transports()),
            is_backed_up: state.backup == Backup::Exists,
        })
    }

    /// Begins a sign-in with whatever passkey somebody has: it says nothing of
    /// any account.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub fn begin_sign_in(&self) -> Result<Begun> {
        let options = DiscoverableCredentialRequestOptions::passkey(&self.id);
        let (server, client) = options.start_ceremony().map_err(Error::internal)?;
        let options = serde_json::to_value(client).map_err(Error::internal)?;
        Ok(Begun { options, state: server.encode().map_err(Error::internal)? })
    }

    /// Verifies an assertion (section 7.2): user verification included, and
    /// that the signature counter has grown.
    ///
    /// # Errors
    /// Why it doesn't count.
    pub fn verify(
        &self,
        state: &[u8],
        Assertion(assertion): &Assertion,
        passkey: &Passkey,
    ) -> Result<Verified, Refusal> {
        let server = DiscoverableAuthenticationServerState::decode(state)?;
        let credential_id = BASE64_URL_SAFE_NO_PAD.decode(&passkey.credential_id)?;
        let public_key = BASE64_URL_SAFE_NO_PAD.decode(&passkey.public_key)?;
        let before = BASE64_URL_SAFE_NO_PAD.decode(&passkey.state)?;
        let before = <[u8; 7]>::try_from(before).map_err(|_| "a state of another length")?;
        let handle = handle(passkey.user_id);
        let mut credential = AuthenticatedCredential::new(
            CredentialId::<&[u8]>::decode(&credential_id)?,
            &handle,
            StaticState::<PublicKey>::decode(&public_key)?,
            DynamicState::decode(before)?,
        )?;
        let options = AuthenticationVerificationOptions::<String, String> {
            allowed_origins: self.origins,
            error_on_unsolicited_extensions: false,
            ..AuthenticationVerificationOptions::default()
        };
        server.verify(&self.id, assertion, &mut credential, &options)?;
        let after = credential.dynamic_state();
        Ok(Verified {
            state: BASE64_URL_SAFE_NO_PAD.encode(after.encode()?),
            is_backed_up: after.backup == Backup::Exists,
        })
    }
}

impl Assertion {
    /// `None` where it isn't an answer to `navigator.credentials.get()`.
    #[must_use]
    pub fn read(credential: &Value) -> Option<Self> {
        // Where there is none, the library panics when it is asked for it.
        credential["response"]["userHandle"].as_str()?;
        let json = serde_json::to_vec(credential).ok()?;
        DiscoverableAuthentication::from_json_relaxed(&json).ok().map(Self)
    }

    /// Whose passkey it claims to be.
    #[must_use]
    pub fn user_id(&self) -> UserId {
        let Ok(bytes) = self.0.response().user_handle().encode();
        Uuid::from_bytes(bytes).into()
    }

    #[must_use]
    pub fn credential_id(&self) -> &[u8] {
        self.0.raw_id().into_inner()
    }
}

/// Whether somebody has used a copy of the passkey, or an old state of it.
#[must_use]
pub fn is_copied(refusal: &Refusal) -> bool {
    matches!(refusal.downcast_ref(), Some(AuthCeremonyErr::SignatureCounter))
}

fn handle(id: UserId) -> UserHandle16 {
    let Ok(handle) = UserHandle::decode(*id.as_bytes());
    handle
}

fn descriptor(passkey: &Passkey) -> Result<PublicKeyCredentialDescriptor<Vec<u8>>> {
    let id = BASE64_URL_SAFE_NO_PAD.decode(&passkey.credential_id).map_err(Error::internal)?;
    let id = CredentialId::<Vec<u8>>::decode(id).map_err(Error::internal)?;
    let known = TRANSPORTS.iter().filter(|(name, _)| passkey.transports.iter().any(|t| t == name));
    let transports = known.fold(AuthTransports::NONE, |all, (_, one)| all.add(*one));
    Ok(PublicKeyCredentialDescriptor { id, transports })
}

const TRANSPORTS: [(&str, AuthenticatorTransport); 6] = [
    ("ble", AuthenticatorTransport::Ble),
    ("hybrid", AuthenticatorTransport::Hybrid),
    ("internal", AuthenticatorTransport::Internal),
    ("nfc", AuthenticatorTransport::Nfc),
    ("smart-card", AuthenticatorTransport::SmartCard),
    ("usb", AuthenticatorTransport::Usb),
];

fn transports(known: AuthTransports) -> Vec<String> {
    let named = TRANSPORTS.iter().filter(|(_, transport)| known.contains(*transport));
    named.map(|(name, _)| (*name).to_owned()).collect()
}
