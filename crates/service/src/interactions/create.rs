//! create <https://hl7.org/fhir/R4/http.html#create> and conditional create <https://hl7.org/fhir/R4/http.html#ccreate>.

use crate::fault::Fault;
use crate::interactions::condition::matching;
use crate::session::Session;
use crate::{Reply, answer, commit};
use serde_json::Value;
use varde_fhir::ResourceType;

/// Creates, unless `If-None-Exist` finds one already: 201 with the new, 200 with the one found, 412 with several.
/// Race-free: the search and the write happen in the same place in the queue of writes.
pub(crate) fn create(
    session: &mut Session<'_, '_>,
    rtype: ResourceType,
    resource: Value,
    if_none_exist: Option<&str>,
) -> Result<Reply, Fault> {
    if let Some(found) = if_none_exist.map(|condition| matching(session, rtype, condition)).transpose()?.flatten() {
        session.show(&found);
        let mut reply = answer::written(session.context, 200, &found);
        // With return=minimal nothing else says which one it was.
        reply.location = Some(answer::location(session.context, &found));
        return Ok(reply);
    }
    let stored = session.create(rtype, resource)?;
    commit::commit(session)?;
    session.show(&stored);
    Ok(answer::written(session.context, 201, &stored))
}
