//! delete <https://hl7.org/fhir/R4/http.html#delete>: logical; a read then answers 410 and the history stays. By a search, the one
//! resource it finds <https://hl7.org/fhir/R4/http.html#3.1.0.7.1>.

use crate::fault::Fault;
use crate::interactions::condition;
use crate::interactions::update::precondition;
use crate::session::Session;
use crate::{Guard, Place, Reply, answer, commit, ownership};
use varde_fhir::ResourceKey;

/// Deletes; deleting what is already deleted, or what a search does not find, is fine, deleting what never was is 404.
pub(crate) fn delete(session: &mut Session<'_, '_>, place: &Place, guard: &Guard) -> Result<Reply, Fault> {
    let Some(key) = condition::found(session, place)? else { return Ok(answer::deleted(session.context, None)) };
    let version = stage(session, &key, guard)?;
    commit::commit(session)?;
    Ok(answer::deleted(session.context, Some((&key, version))))
}

/// Stages the deletion and tells the version it makes.
pub(crate) fn stage(session: &mut Session<'_, '_>, key: &ResourceKey, guard: &Guard) -> Result<i64, Fault> {
    let before = session.visible(key)?.ok_or_else(|| Fault::NotFound(key.clone()))?;
    if before.deleted {
        return Ok(before.version);
    }
    if guard.if_match.is_some() {
        precondition(key, &before, guard)?;
    }
    ownership::may_delete(session.context, &before)?;
    session.show(&before);
    session.delete(&before)?;
    Ok(before.version + 1)
}
