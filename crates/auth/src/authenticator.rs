//! The one way in: `Authorization` header → [`Actor`] (RFC 9068 §4).

use crate::cache::KeyCache;
use crate::keys::{Key, KeySet};
use crate::recall::Recall;
use crate::token::Unverified;
use crate::{
    Actor, AuthError, Binding, DevIssuer, DevToken, DevTokenRequest, Mode, Settings, bearer, claims, discover,
    identity, personas, token,
};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use varde_fhir::Clock;

/// Checks tokens. Cheap to clone. Blocking: the first token of a configured issuer waits for its keys.
#[derive(Clone)]
pub struct Authenticator(Arc<Inner>);

struct Inner {
    settings: Settings,
    clock: Clock,
    development: Option<Development>,
    configured: Option<KeyCache>,
    recall: Recall,
}

struct Development {
    issuer: DevIssuer,
    keys: KeySet,
}

impl Authenticator {
    /// An authenticator for these settings. Nothing is fetched yet: a start needs no network.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] or [`AuthError::DpopUnavailable`] when the settings cannot work.
    pub fn new(mut settings: Settings, clock: Clock) -> Result<Self, AuthError> {
        check(&settings)?;
        let development = match settings.mode {
            Mode::Production => None,
            Mode::Development => {
                // The first persona of a legal entity gives its kind; the unit of the KE makes a hospital's caller a KE.
                for persona in personas() {
                    for organisation in persona.unit.into_iter().chain([persona.orgnr]) {
                        settings.tenants.entry(organisation.to_owned()).or_insert(persona.kind);
                    }
                }
                let issuer = DevIssuer::generate(&clock.new_id())?;
                let keys = issuer.keys()?;
                Some(Development { issuer, keys })
            }
        };
        let configured = (!settings.issuer.is_empty() && settings.issuer != DevIssuer::ISSUER)
            .then(|| KeyCache::new(&settings.issuer, settings.mode, clock.clone()));
        Ok(Self(Arc::new(Inner { settings, clock, development, configured, recall: Recall::default() })))
    }

    /// Who sent these `Authorization` header values. Blocks while keys are fetched, unless the token was checked within the
    /// last minute ([`Authenticator::recall`]).
    ///
    /// # Errors
    /// Why the caller is not known: 401, or 503 when the issuer's keys have never been fetched.
    pub fn authenticate(&self, authorization: &[String]) -> Result<Arc<Actor>, AuthError> {
        if let Some(known) = self.recall(authorization) {
            return known;
        }
        let (text, now) = (bearer::token(authorization)?, self.0.clock.now());
        let token = token::parse(text)?;
        let key = self.key(&token)?;
        if !key.signed(&token) {
            return Err(AuthError::Signature);
        }
        let expires = claims::check(&token.claims, &self.0.settings.audience, now)?;
        let actor = Arc::new(identity::actor(&token.claims, &self.0.settings)?);
        self.0.recall.put(text, &actor, now, expires);
        Ok(actor)
    }

    /// What [`Authenticator::authenticate`] answers without any work: who sent a token that was checked within the last minute, or
    /// that there is no token to check. `None` when there is one.
    #[must_use]
    pub fn recall(&self, authorization: &[String]) -> Option<Result<Arc<Actor>, AuthError>> {
        match bearer::text(authorization) {
            Ok(text) => self.0.recall.get(text, self.0.clock.now()).map(Ok),
            Err(refused) => Some(Err(refused)),
        }
    }

    /// A token for a persona (`POST /dev/token`).
    ///
    /// # Errors
    /// An unknown persona, scopes it does not have, or no development issuer; see [`AuthError::oauth_error`].
    pub fn dev_token(&self, request: &DevTokenRequest) -> Result<DevToken, AuthError> {
        let development = self.0.development.as_ref().ok_or(AuthError::NotDevelopment)?;
        development.issuer.token(request, &self.0.settings, &self.0.clock)
    }

    /// The development issuer, in development mode; tests sign their own tokens with it.
    #[must_use]
    pub fn dev_issuer(&self) -> Option<&DevIssuer> {
        self.0.development.as_ref().map(|development| &development.issuer)
    }

    /// What was decided about tokens.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The key that should have signed the token: `iss`, exactly, says whose keys, `kid` and `alg` which.
    fn key(&self, token: &Unverified<'_>) -> Result<Key, AuthError> {
        let issuer = token.claims.get("iss").and_then(Value::as_str).ok_or(AuthError::Issuer)?;
        let kid = token.kid.as_deref();
        if let Some(development) = self.0.development.as_ref().filter(|_| issuer == DevIssuer::ISSUER) {
            return development.keys.find(kid, token.algorithm).cloned().ok_or(AuthError::UnknownKey);
        }
        let configured = self.0.configured.as_ref().filter(|cache| cache.issuer() == issuer);
        configured.ok_or(AuthError::Issuer)?.key(kid, token.algorithm)
    }
}

fn check(settings: &Settings) -> Result<(), AuthError> {
    if settings.binding == Binding::Dpop {
        return Err(AuthError::DpopUnavailable);
    }
    if settings.audience.is_empty() {
        return Err(AuthError::Configuration("VARDE_AUDIENCE must name this service"));
    }
    if settings.scope_prefix.is_empty() || settings.scope_prefix.contains(char::is_whitespace) {
        return Err(AuthError::Configuration("the scope prefix must be a word, e.g. varde: or nhn:varde/"));
    }
    let built_in = settings.issuer.is_empty() || settings.issuer == DevIssuer::ISSUER;
    match settings.mode {
        Mode::Development if built_in => Ok(()),
        Mode::Production if built_in => Err(AuthError::Configuration("VARDE_ISSUER must name the trusted issuer")),
        mode => discover::address(&settings.issuer, mode)
            .map(|_| ())
            .ok_or(AuthError::Configuration("VARDE_ISSUER must be an https address (http on loopback in development)")),
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}
