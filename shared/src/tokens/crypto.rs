//! `ring` behind `jsonwebtoken`: it is in every binary for TLS already, and
//! verifies P-256 several times faster than the pure Rust provider.

use std::sync::Once;

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind, Result};
use jsonwebtoken::signature::{Error as SignatureError, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair,
    Ed25519KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// Makes `ring` the provider of this process.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Refused only where another provider was installed, which nothing here does.
        let _ = PROVIDER.install_default();
    });
}

/// An `EncodingKey` of ES256 holds `d ‖ 0x04 ‖ x ‖ y`: what `ring` takes in two parts.
pub(super) const P256_SCALAR_LENGTH: usize = 32;

fn invalid(kind: ErrorKind) -> Error {
    Error::from(kind)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the provider asks for it so")]
fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    match algorithm {
        Algorithm::HS256 => Ok(Box::new(Hs256(hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes())))),
        Algorithm::ES256 => {
            let (private, public) = key
                .as_bytes()
                .split_at_checked(P256_SCALAR_LENGTH)
                .ok_or_else(|| invalid(ErrorKind::InvalidEcdsaKey))?;
            EcdsaKeyPair::from_private_key_and_public_key(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                private,
                public,
                &SystemRandom::new(),
            )
            .map(|pair| Box::new(Es256Signer(pair)) as Box<dyn JwtSigner>)
            .map_err(|_| invalid(ErrorKind::InvalidEcdsaKey))
        }
        Algorithm::EdDSA => Ed25519KeyPair::from_seed_unchecked(key.as_bytes())
            .map(|pair| Box::new(EdDsaSigner(pair)) as Box<dyn JwtSigner>)
            .map_err(|_| invalid(ErrorKind::InvalidEddsaKey)),
        _ => Err(invalid(ErrorKind::InvalidAlgorithm)),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the provider asks for it so")]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    match (algorithm, key.kind()) {
        (Algorithm::HS256, DecodingKeyKind::SecretOrDer(secret)) => {
            Ok(Box::new(Hs256(hmac::Key::new(hmac::HMAC_SHA256, secret))))
        }
        (Algorithm::ES256, DecodingKeyKind::SecretOrDer(point)) => {
            Ok(Box::new(PublicKey(Algorithm::ES256, point.clone())))
        }
        (Algorithm::EdDSA, DecodingKeyKind::SecretOrDer(point)) => {
            Ok(Box::new(PublicKey(Algorithm::EdDSA, point.clone())))
        }
        (Algorithm::RS256 | Algorithm::PS256, DecodingKeyKind::RsaModulusExponent { n, e }) => {
            let components = RsaPublicKeyComponents { n: n.clone(), e: e.clone() };
            Ok(Box::new(RsaPublicKey(*algorithm, components)))
        }
        _ => Err(invalid(ErrorKind::InvalidAlgorithm)),
    }
}

type Signed = std::result::Result<Vec<u8>, SignatureError>;
type Verified = std::result::Result<(), SignatureError>;

struct Hs256(hmac::Key);

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Signed {
        Ok(hmac::sign(&self.0, message).as_ref().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Verified {
        hmac::verify(&self.0, message, signature).map_err(|_| SignatureError::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

struct Es256Signer(EcdsaKeyPair);

impl Signer<Vec<u8>> for Es256Signer {
    fn try_sign(&self, message: &[u8]) -> Signed {
        let signature =
            self.0.sign(&SystemRandom::new(), message).map_err(|_| SignatureError::new())?;
        Ok(signature.as_ref().to_vec())
    }
}

impl JwtSigner for Es256Signer {
    fn algorithm(&self) -> Algorithm {
        Algorithm::ES256
    }
}

struct EdDsaSigner(Ed25519KeyPair);

impl Signer<Vec<u8>> for EdDsaSigner {
    fn try_sign(&self, message: &[u8]) -> Signed {
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}

impl JwtSigner for EdDsaSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

/// Of 2048 to 8192 bits: `ring` takes no other.
struct RsaPublicKey(Algorithm, RsaPublicKeyComponents<Vec<u8>>);

impl Verifier<Vec<u8>> for RsaPublicKey {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Verified {
        let Self(algorithm, key) = self;
        let verified = if *algorithm == Algorithm::PS256 {
            key.verify(&RSA_PSS_2048_8192_SHA256, message, signature)
        } else {
            key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
        };
        verified.map_err(|_| SignatureError::new())
    }
}

impl JwtVerifier for RsaPublicKey {
    fn algorithm(&self) -> Algorithm {
        self.0
    }
}

struct PublicKey(Algorithm, Vec<u8>);

impl Verifier<Vec<u8>> for PublicKey {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Verified {
        let Self(algorithm, point) = self;
        let verified = if *algorithm == Algorithm::EdDSA {
            UnparsedPublicKey::new(&ED25519, point).verify(message, signature)
        } else {
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
        };
        verified.map_err(|_| SignatureError::new())
    }
}

impl JwtVerifier for PublicKey {
    fn algorithm(&self) -> Algorithm {
        self.0
    }
}
