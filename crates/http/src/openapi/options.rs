//! What the document depends on, and what one address of it is.

use utoipa::openapi::HttpMethod;
use utoipa::openapi::path::Operation;

/// How the server that the document describes is set up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Options {
    /// Whether `/dev/token` exists.
    pub development: bool,
    /// The URL the paths are relative to: `/` for "where this document came from", or the public root without `/fhir`.
    pub server: String,
    /// What named scopes begin with in this deployment, e.g. `nhn:varde/`; the registry's own is `varde:`.
    pub scope_prefix: String,
    /// Where the issuer gives tokens (not used in development, which has `/dev/token`).
    pub token_endpoint: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            development: false,
            server: "/".to_owned(),
            scope_prefix: "varde:".to_owned(),
            token_endpoint: "https://helseid-sts.nhn.no/connect/token".to_owned(),
        }
    }
}

/// One operation of the document.
pub(super) struct Route {
    pub(super) path: String,
    pub(super) method: HttpMethod,
    pub(super) operation: Operation,
}
