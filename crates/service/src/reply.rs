//! What goes back: status, headers that mean something to FHIR, and the bytes.

use varde_fhir::Micros;

/// The answer to a [`crate::Request`].
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// FHIR JSON; `None` for 204, 304 and `return=minimal`.
    pub body: Option<Vec<u8>>,
    /// Version for `ETag: W/"…"`.
    pub etag: Option<String>,
    /// For `Last-Modified`.
    pub last_modified: Option<Micros>,
    /// For `Location` (absolute URL).
    pub location: Option<String>,
    /// For `Allow` (405).
    pub allow: Option<String>,
    /// For `WWW-Authenticate` (401).
    pub www_authenticate: Option<String>,
    /// For `Retry-After`, seconds (503, 429).
    pub retry_after: Option<u32>,
    /// Whether it is the stored answer to an earlier request with the same `Idempotency-Key`.
    pub replayed: bool,
    /// What to call this request in logs and metrics: `read`, `search-type`, `appoint` …
    pub interaction: &'static str,
    /// The client that asked, once its token was believed; for the log.
    pub client: Option<String>,
    /// The type it was about, when there is one.
    pub rtype: Option<varde_fhir::ResourceType>,
}
