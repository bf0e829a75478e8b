//! An issuer's public keys (JSON Web Key Set, RFC 7517), and whether one of them signed a token (RFC 7518 §3).

use crate::token::{Unverified, allowed};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};
use serde_json::Value;

/// More keys than any issuer has; the rest is not looked at.
const MOST: usize = 64;

/// The keys of one issuer that can verify a token.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeySet(Vec<Key>);

impl KeySet {
    /// Reads a JWKS; `None` when it is not one or holds no key that can be used.
    pub(crate) fn parse(jwks: &Value) -> Option<Self> {
        let keys: Vec<Key> = jwks.get("keys")?.as_array()?.iter().take(MOST).filter_map(Key::of).collect();
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// The one key with this name that fits this algorithm; without a name, the only one that fits.
    pub(crate) fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&Key> {
        let named = |key: &&Key| kid.is_none() || key.kid.as_deref() == kid;
        let mut fitting = self.0.iter().filter(named).filter(|key| key.fits(algorithm));
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Some(key),
            _ => None,
        }
    }
}

/// One public key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    kid: Option<String>,
    kind: Kind,
    only: Option<Algorithm>,
    decoding: DecodingKey,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
    P384,
}

impl Key {
    /// Reads one JWK. `None` for what cannot or must not verify a signature: symmetric keys, other curves, keys for
    /// encryption, algorithms outside the allow-list, and a private key that was published by mistake.
    fn of(jwk: &Value) -> Option<Self> {
        let word = |name: &str| jwk.get(name).and_then(Value::as_str);
        let verifies = |ops: &Value| ops.as_array().is_some_and(|ops| ops.iter().any(|op| op == "verify"));
        if jwk.get("d").is_some()
            || word("use").is_some_and(|usage| usage != "sig")
            || jwk.get("key_ops").is_some_and(|ops| !verifies(ops))
        {
            return None;
        }
        let (kind, decoding) = match (word("kty")?, word("crv")) {
            ("RSA", _) => (Kind::Rsa, DecodingKey::from_rsa_components(word("n")?, word("e")?)),
            ("EC", Some("P-256")) => (Kind::P256, DecodingKey::from_ec_components(word("x")?, word("y")?)),
            ("EC", Some("P-384")) => (Kind::P384, DecodingKey::from_ec_components(word("x")?, word("y")?)),
            _ => return None,
        };
        let only = match word("alg") {
            None => None,
            Some(name) => Some(allowed(name)?),
        };
        Some(Self { kid: word("kid").map(str::to_owned), kind, only, decoding: decoding.ok()? })
    }

    /// Whether this key may be used with this algorithm: same family and curve, and the key's own `alg` if it has one.
    fn fits(&self, algorithm: Algorithm) -> bool {
        let family = match self.kind {
            Kind::Rsa => algorithm.family() == AlgorithmFamily::Rsa,
            Kind::P256 => algorithm == Algorithm::ES256,
            Kind::P384 => algorithm == Algorithm::ES384,
        };
        family && self.only.is_none_or(|only| only == algorithm)
    }

    /// Whether this key signed the token.
    pub(crate) fn signed(&self, token: &Unverified<'_>) -> bool {
        jsonwebtoken::crypto::verify(token.signature, token.signed.as_bytes(), &self.decoding, token.algorithm)
            .unwrap_or(false)
    }
}
