//! A raw URL path → decoded segments (RFC 3986 §3.3).

use crate::refuse::{Refused, malformed};
use varde_fhir::percent;

/// The segments after `/fhir`, each percent-decoded on its own, so that an encoded slash never splits one. A trailing
/// slash is taken off the base alone: `/fhir/CareTeam/` is a client that lost its id, not a search of everything.
pub(super) fn segments(path: &str) -> Result<Vec<String>, Refused> {
    let path = path.strip_prefix('/').unwrap_or(path);
    if path.is_empty() {
        return Ok(Vec::new());
    }
    path.split('/').map(|segment| percent::decode(segment, false).ok_or_else(bad_encoding)).collect()
}

fn bad_encoding() -> Refused {
    malformed(
        "http.url",
        "bad-url-encoding",
        "Adressen er ikke gyldig prosentkodet UTF-8.",
        "The URL is not valid percent-encoded UTF-8.",
    )
}
