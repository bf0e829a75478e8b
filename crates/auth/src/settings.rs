//! What a deployment decides about tokens (`VARDE_MODE`, `VARDE_ISSUER`, `VARDE_TOKEN_BINDING` …); read elsewhere, checked by
//! [`crate::Authenticator::new`].

use crate::ActorKind;
use std::collections::BTreeMap;

/// Whose tokens are trusted, and how strictly.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Development adds the built-in issuer and allows `http` to an issuer on loopback.
    pub mode: Mode,
    /// The trusted issuer, exactly as it stands in `iss`, e.g. `https://helseid-sts.nhn.no`. May be empty in development:
    /// then only the built-in issuer is trusted.
    pub issuer: String,
    /// The one audience that a token must be for, e.g. `nhn:varde`.
    pub audience: String,
    /// What stands before the names of Varde's own scopes: `varde:` gives `varde:appoint`, `nhn:varde/` gives
    /// `nhn:varde/appoint`.
    pub scope_prefix: String,
    /// The kind of each known organisation, by 9-digit organisation number. A legal entity that is missing is
    /// [`ActorKind::Other`]; a unit that is listed refines its (listed) legal entity.
    pub tenants: BTreeMap<String, ActorKind>,
    /// How a token is tied to its caller.
    pub binding: Binding,
}

/// Whether this is somebody's own machine or a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Somebody's own machine: loopback only, with the built-in issuer.
    Development,
    /// A deployment: a configured issuer over https and nothing else.
    Production,
}

/// How a token is tied to its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// `Authorization: Bearer` (RFC 6750): whoever holds the token.
    Bearer,
    /// `Authorization: DPoP` (RFC 9449): whoever holds the token and its key. Refused at start until it is built.
    Dpop,
}
