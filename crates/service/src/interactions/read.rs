//! read <https://hl7.org/fhir/R4/http.html#read>, with conditional read <https://hl7.org/fhir/R4/http.html#cread>.

use crate::fault::Fault;
use crate::session::Session;
use crate::{Reply, answer, part};
use varde_fhir::ResourceKey;
use varde_store::{Stored, Version};

/// The current version, or 304 when the caller has it; for 304 the body is not even looked up.
pub(crate) fn read(
    session: &mut Session<'_, '_>,
    key: &ResourceKey,
    if_none_match: &[String],
    if_modified_since: Option<i64>,
) -> Result<Reply, Fault> {
    if !if_none_match.is_empty() || if_modified_since.is_some() {
        let version = session.version(key)?.ok_or_else(|| Fault::NotFound(key.clone()))?;
        if !version.deleted && unchanged(&version, if_none_match, if_modified_since) {
            session.show_version(key, version.version, version.patient.as_ref());
            return Ok(answer::not_modified(key, &version));
        }
    }
    let stored = found(session, key)?;
    session.show(&stored);
    let asked = part::asked(session.context, &stored)?;
    Ok(answer::resource(200, &part::of(stored, asked.as_ref())?))
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
fn unchanged(known: &Version, if_none_match: &[String], if_modified_since: Option<i64>) -> bool {
    if if_none_match.is_empty() {
        return if_modified_since
            .is_some_and(|since| known.last_updated.div_euclid(1_000_000) <= since.div_euclid(1_000_000));
    }
    let version = known.version.to_string();
    if_none_match.iter().any(|tag| tag == "*" || *tag == version)
}
