//! The development issuer: a key that lives as long as the process, and tokens for the [`Persona`]s. Its tokens pass the
//! same checks as anybody's; tests use [`DevIssuer::sign`] to make tokens that must not pass.

use crate::keys::KeySet;
use crate::scopes::own_scope;
use crate::{AuthError, Persona, Scopes, Settings, personas};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Map, Value, json};
use varde_fhir::Clock;

/// How long a development token lives, in seconds.
const LIFETIME: i64 = 3600;

/// An issuer with an ephemeral ES256 key.
#[derive(Debug)]
pub struct DevIssuer {
    pair: EcdsaKeyPair,
    jwks: Value,
    kid: String,
}

/// What is asked of `/dev/token`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevTokenRequest {
    /// The id of a persona.
    pub client_id: String,
    /// The scopes wanted; all that the persona has when missing or empty.
    pub scope: Option<String>,
}

/// What `/dev/token` answers (RFC 6749 §5.1).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct DevToken {
    /// The JWT.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: &'static str,
    /// Seconds it lives.
    pub expires_in: i64,
    /// The scopes it has.
    pub scope: String,
}

impl DevIssuer {
    /// The `iss` of its tokens.
    pub const ISSUER: &'static str = "urn:varde:development";

    /// An issuer with a fresh key, named by `kid`.
    ///
    /// # Errors
    /// When the machine's random source fails.
    pub fn generate(kid: &str) -> Result<Self, AuthError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map_err(|_| AuthError::Configuration("no key can be generated on this machine"))?;
        // An uncompressed point: 4, x, y (SEC 1 §2.3.3).
        let point = pair.public_key().as_ref();
        let half = |range| point.get(range).map(|bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes));
        let (x, y) = (half(1..33), half(33..65));
        let jwks = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid, "x": x, "y": y }] });
        Ok(Self { pair, jwks, kid: kid.to_owned() })
    }

    /// The public key as a JWKS document.
    #[must_use]
    pub fn jwks(&self) -> &Value {
        &self.jwks
    }

    /// The claims of a persona's token, valid from now: what `HelseID` would send for it.
    #[must_use]
    pub fn claims(&self, persona: &Persona, scope: &str, audience: &str, clock: &Clock) -> Value {
        let now = clock.now() / 1_000_000;
        let mut claims = json!({
            "iss": Self::ISSUER,
            "aud": audience,
            "client_id": persona.id,
            "scope": scope.split_ascii_whitespace().collect::<Vec<_>>(),
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
            "jti": clock.new_id(),
            "helseid://claims/client/claims/orgnr_parent": persona.orgnr,
        });
        let mut add = |name: &str, value: Option<&str>| {
            if let (Some(claims), Some(value)) = (claims.as_object_mut(), value) {
                claims.insert(name.to_owned(), json!(value));
            }
        };
        add("helseid://claims/client/claims/orgnr_child", persona.unit);
        add("helseid://claims/hpr/hpr_number", persona.hpr);
        claims
    }

    /// Signs claims as a JWT with this issuer's key. `header` changes the usual header (`alg` `typ` `kid`): its members are
    /// added or replace, `null` removes; the signature stays ES256 whatever `alg` says.
    ///
    /// # Errors
    /// When the machine's random source fails.
    pub fn sign(&self, claims: &Value, header: &Map<String, Value>) -> Result<String, AuthError> {
        let mut whole = json!({ "alg": "ES256", "typ": "at+jwt", "kid": self.kid });
        if let Some(whole) = whole.as_object_mut() {
            whole.extend(header.clone());
            whole.retain(|_, value| !value.is_null());
        }
        self.sign_text(&whole.to_string(), &claims.to_string())
    }

    /// Signs header and claims as they are written, well-formed or not.
    ///
    /// # Errors
    /// When the machine's random source fails.
    pub fn sign_text(&self, header: &str, claims: &str) -> Result<String, AuthError> {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = self
            .pair
            .sign(&SystemRandom::new(), signed.as_bytes())
            .map_err(|_| AuthError::Configuration("nothing can be signed on this machine"))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// A token for a persona.
    pub(crate) fn token(
        &self,
        request: &DevTokenRequest,
        settings: &Settings,
        clock: &Clock,
    ) -> Result<DevToken, AuthError> {
        let persona = personas().iter().find(|p| p.id == request.client_id).ok_or(AuthError::UnknownPersona)?;
        let own: Vec<String> =
            persona.scopes.split_ascii_whitespace().map(|scope| own_scope(scope, &settings.scope_prefix)).collect();
        let own = own.join(" ");
        let granted = Scopes::parse(&own, &settings.scope_prefix);
        let scope = match request.scope.as_deref().map(str::trim).filter(|scope| !scope.is_empty()) {
            None => own,
            Some(asked) if asked.split_ascii_whitespace().all(|scope| granted.cover(scope)) => asked.to_owned(),
            Some(_) => return Err(AuthError::ScopeNotGranted),
        };
        let claims = self.claims(persona, &scope, &settings.audience, clock);
        let access_token = self.sign(&claims, &Map::new())?;
        Ok(DevToken { access_token, token_type: "Bearer", expires_in: LIFETIME, scope })
    }

    /// The public key, for the authenticator.
    pub(crate) fn keys(&self) -> Result<KeySet, AuthError> {
        KeySet::parse(&self.jwks).ok_or(AuthError::Configuration("the generated key cannot be used"))
    }
}

impl std::fmt::Debug for DevToken {
    /// A token is a secret: never printed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DevToken").field("scope", &self.scope).finish_non_exhaustive()
    }
}
