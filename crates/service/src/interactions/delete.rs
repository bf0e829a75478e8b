//! delete <https://hl7.org/fhir/R4/http.html#delete>: logical; a read then answers 410 and the history stays.

use crate::fault::Fault;
use crate::interactions::update::precondition;
use crate::session::Session;
use crate::{Reply, answer, commit, ownership};
use varde_fhir::ResourceKey;

/// Deletes; deleting what is already deleted is fine, deleting what never was is 404.
pub(crate) fn delete(session: &mut Session<'_, '_>, key: &ResourceKey, if_match: Option<&str>) -> Result<Reply, Fault> {
    let version = stage(session, key, if_match)?;
    commit::commit(session)?;
    Ok(answer::deleted(session.context, key, version))
}

/// Stages the deletion and tells the version it makes.
pub(crate) fn stage(session: &mut Session<'_, '_>, key: &ResourceKey, if_match: Option<&str>) -> Result<i64, Fault> {
    let before = session.visible(key)?.ok_or_else(|| Fault::NotFound(key.clone()))?;
    if before.deleted {
        return Ok(before.version);
    }
    if if_match.is_some() {
        precondition(key, &before, if_match)?;
    }
    ownership::may_delete(session.context, &before)?;
    session.show(&before);
    session.delete(&before)?;
    Ok(before.version + 1)
}
