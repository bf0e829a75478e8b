//! read <https://hl7.org/fhir/R4/http.html#read>, with conditional read <https://hl7.org/fhir/R4/http.html#cread>.

use crate::fault::Fault;
use crate::session::Session;
use crate::{Reply, answer};
use varde_fhir::ResourceKey;
use varde_store::Stored;

/// The current version, or 304 when the caller has it.
pub(crate) fn read(
    session: &mut Session<'_, '_>,
    key: &ResourceKey,
    if_none_match: &[String],
    if_modified_since: Option<i64>,
) -> Result<Reply, Fault> {
    let stored = found(session, key)?;
    session.show(&stored);
    let mut reply = answer::resource(200, &stored);
    if unchanged(&stored, if_none_match, if_modified_since) {
        reply.status = 304;
        reply.body = None;
    }
    Ok(reply)
}

/// The visible, living resource; 404 or 410 otherwise.
pub(crate) fn found(session: &mut Session<'_, '_>, key: &ResourceKey) -> Result<Stored, Fault> {
    match session.visible(key)? {
        Some(stored) if stored.deleted => Err(Fault::Gone(key.clone())),
        Some(stored) => Ok(stored),
        None => Err(Fault::NotFound(key.clone())),
    }
}

/// RFC 9110 §13.2.2: `If-None-Match` decides when present; `If-Modified-Since` counts whole seconds.
fn unchanged(stored: &Stored, if_none_match: &[String], if_modified_since: Option<i64>) -> bool {
    if if_none_match.is_empty() {
        return if_modified_since
            .is_some_and(|since| stored.last_updated.div_euclid(1_000_000) <= since.div_euclid(1_000_000));
    }
    let version = stored.version.to_string();
    if_none_match.iter().any(|tag| tag == "*" || *tag == version)
}
