//! A raw URL path → decoded segments (RFC 3986 §3.3).

use crate::refuse::{Refused, malformed};
use std::borrow::Cow;
use varde_fhir::percent;

/// The segments after `/fhir`, each percent-decoded on its own, so that an encoded slash never splits one. A trailing
/// slash is taken off the base alone: `/fhir/CareTeam/` is a client that lost its id, not a search of everything.
pub(super) fn segments(path: &str) -> Result<Vec<Cow<'_, str>>, Refused> {
    let path = path.strip_prefix('/').unwrap_or(path);
    if path.is_empty() {
        return Ok(Vec::new());
    }
    path.split('/').map(segment).collect()
}

fn segment(raw: &str) -> Result<Cow<'_, str>, Refused> {
    if raw.bytes().any(|byte| matches!(byte, b'%' | b'\0')) {
        return percent::decode(raw, false).map(Cow::Owned).ok_or_else(bad_encoding);
    }
    Ok(Cow::Borrowed(raw))
}

fn bad_encoding() -> Refused {
    malformed(
        "http.url",
        "bad-url-encoding",
        "Adressen er ikke gyldig prosentkodet UTF-8.",
        "The URL is not valid percent-encoded UTF-8.",
    )
}
