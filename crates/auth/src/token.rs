//! A compact JWS (RFC 7515 §3.1) taken apart, with its header checked: which algorithm, which key, nothing embedded.

use crate::AuthError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};
use varde_fhir::json::{self, Limits};

/// A segment: no longer than the header it came in, and not a maze.
const LIMITS: Limits = Limits { bytes: 16 * 1024, depth: 32 };

/// A token whose header is acceptable. **Nothing in `claims` may be believed before the signature is verified.**
pub(crate) struct Unverified<'a> {
    /// Header and claims as they were signed.
    pub(crate) signed: &'a str,
    /// The signature, base64url.
    pub(crate) signature: &'a str,
    /// The algorithm, one of the allow-list.
    pub(crate) algorithm: Algorithm,
    /// The name of the key.
    pub(crate) kid: Option<String>,
    /// The claims.
    pub(crate) claims: Map<String, Value>,
}

/// Takes a token apart.
pub(crate) fn parse(token: &str) -> Result<Unverified<'_>, AuthError> {
    let (signed, signature) = token.rsplit_once('.').ok_or(AuthError::Malformed("segments"))?;
    let (header, claims) = signed.split_once('.').ok_or(AuthError::Malformed("segments"))?;
    if claims.contains('.') {
        return Err(AuthError::Malformed("segments"));
    }
    let header = segment(header).ok_or(AuthError::Malformed("header"))?;
    let (algorithm, kid) = check_header(&header)?;
    let claims = segment(claims).ok_or(AuthError::Malformed("claims"))?;
    if signature.is_empty() || URL_SAFE_NO_PAD.decode(signature).is_err() {
        return Err(AuthError::Malformed("signature"));
    }
    Ok(Unverified { signed, signature, algorithm, kid, claims })
}

/// One JSON object in which no name stands twice: two readers of one token must not see two tokens (RFC 7515 §4).
fn segment(text: &str) -> Option<Map<String, Value>> {
    match json::parse(&URL_SAFE_NO_PAD.decode(text).ok()?, LIMITS).ok()? {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

fn check_header(header: &Map<String, Value>) -> Result<(Algorithm, Option<String>), AuthError> {
    let word = |name: &str| header.get(name).and_then(Value::as_str);
    let algorithm = word("alg").and_then(allowed).ok_or(AuthError::Algorithm)?;
    // RFC 9068 §2.1 and, for issuers that predate it, RFC 7519 §5.1; media type names do not mind case.
    let typ = word("typ").ok_or(AuthError::Type)?.to_ascii_lowercase();
    if !matches!(typ.as_str(), "at+jwt" | "application/at+jwt" | "jwt") {
        return Err(AuthError::Type);
    }
    if header.contains_key("crit") {
        return Err(AuthError::Critical);
    }
    if ["jwk", "jku", "x5u", "x5c"].iter().any(|name| header.contains_key(*name)) {
        return Err(AuthError::KeyInToken);
    }
    let kid = match header.get("kid") {
        None => None,
        Some(Value::String(kid)) => Some(kid.clone()),
        Some(_) => return Err(AuthError::Malformed("header")),
    };
    Ok((algorithm, kid))
}

/// The allow-list: asymmetric signatures only. ES512 is missing because the verifier has none.
pub(crate) fn allowed(name: &str) -> Option<Algorithm> {
    Some(match name {
        "RS256" => Algorithm::RS256,
        "RS384" => Algorithm::RS384,
        "RS512" => Algorithm::RS512,
        "PS256" => Algorithm::PS256,
        "PS384" => Algorithm::PS384,
        "PS512" => Algorithm::PS512,
        "ES256" => Algorithm::ES256,
        "ES384" => Algorithm::ES384,
        _ => return None,
    })
}
