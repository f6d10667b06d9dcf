//! New keys.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use p256::elliptic_curve::sec1::ToSec1Point;
use ring::digest::{SHA256, digest};
use ring::signature::{Ed25519KeyPair, KeyPair};
use shared::config::Algorithm;
use shared::context::Rng;
use shared::tokens::keys::Jwk;

use crate::{Defect, Error};

/// A new key of 256 bits. Its id is a digest of its public part, so that it
/// says nothing and never repeats.
pub fn generate(algorithm: Algorithm, rng: &Rng) -> Result<Jwk, Error> {
    let text = |bytes: &[u8]| Some(BASE64_URL_SAFE_NO_PAD.encode(bytes));
    let secret: [u8; 32] = rng.bytes();
    let mut jwk = Jwk {
        kty: String::new(),
        kid: String::new(),
        alg: algorithm.to_string(),
        usage: "sig".to_owned(),
        crv: None,
        x: None,
        y: None,
        d: None,
        k: None,
    };
    let public = match algorithm {
        Algorithm::Es256 => {
            // One in 2^32 random strings is no scalar of the curve: rotating again makes another.
            let key = p256::SecretKey::from_slice(&secret)
                .map_err(|_| Defect("randomness made no valid key"))?;
            let point = key.public_key().to_sec1_point(false);
            let (x, y) = point.as_bytes()[1..].split_at(32);
            (jwk.kty, jwk.crv) = ("EC".to_owned(), Some("P-256".to_owned()));
            (jwk.x, jwk.y, jwk.d) = (text(x), text(y), text(&secret));
            point.as_bytes().to_vec()
        }
        Algorithm::EdDsa => {
            let key = Ed25519KeyPair::from_seed_unchecked(&secret)
                .map_err(|_| Defect("randomness made no valid key"))?;
            let point = key.public_key().as_ref().to_vec();
            (jwk.kty, jwk.crv) = ("OKP".to_owned(), Some("Ed25519".to_owned()));
            (jwk.x, jwk.d) = (text(&point), text(&secret));
            point
        }
        Algorithm::Hs256 => {
            (jwk.kty, jwk.k) = ("oct".to_owned(), text(&secret));
            secret.to_vec()
        }
    };
    jwk.kid = BASE64_URL_SAFE_NO_PAD.encode(&digest(&SHA256, &public).as_ref()[..12]);
    Ok(jwk)
}
