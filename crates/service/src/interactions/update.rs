//! update <https://hl7.org/fhir/R4/http.html#update>, with `If-Match` <https://hl7.org/fhir/R4/http.html#concurrency> and
//! update-as-create under a client's id.

use crate::fault::Fault;
use crate::session::Session;
use crate::{Reply, answer, commit, ownership};
use serde_json::Value;
use varde_fhir::registry::if_match_required;
use varde_fhir::{Issue, IssueCode, ResourceKey, ResourceType};
use varde_store::Stored;

/// Replaces the resource, or creates it under the given id.
pub(crate) fn update(
    session: &mut Session<'_, '_>,
    key: &ResourceKey,
    resource: Value,
    if_match: Option<&str>,
) -> Result<Reply, Fault> {
    let (status, stored) = stage(session, key, resource, if_match)?;
    commit::commit(session)?;
    session.show(&stored);
    Ok(answer::written(session.context, status, &stored))
}

/// Stages the update: 200 for a new version, 201 when it was created or comes back after a delete.
pub(crate) fn stage(
    session: &mut Session<'_, '_>,
    key: &ResourceKey,
    resource: Value,
    if_match: Option<&str>,
) -> Result<(u16, Stored), Fault> {
    let Some(before) = session.visible(key)? else {
        return create_under(session, key, resource, if_match);
    };
    precondition(key, &before, if_match)?;
    ownership::may_change(session, &before)?;
    if !before.deleted && key.rtype == ResourceType::Task {
        ownership::owners_move(session.context, &before, &*session.value(&before)?, &resource)?;
    }
    let status = if before.deleted { 201 } else { 200 };
    Ok((status, session.update(&before, resource)?))
}

fn create_under(
    session: &mut Session<'_, '_>,
    key: &ResourceKey,
    resource: Value,
    if_match: Option<&str>,
) -> Result<(u16, Stored), Fault> {
    if if_match.is_some() {
        return Err(stale());
    }
    if session.current(key)?.is_some() {
        // Somebody else's resource that this actor may not see: it does not exist for them, and its id is not theirs to take.
        return Err(Fault::NotFound(key.clone()));
    }
    Ok((201, session.create_as(key.clone(), resource)?))
}

/// `If-Match` must name the version that stands there; for some types it must be there at all.
pub(crate) fn precondition(key: &ResourceKey, before: &Stored, if_match: Option<&str>) -> Result<(), Fault> {
    match if_match {
        Some(version) if version == before.version.to_string() => Ok(()),
        Some(_) => Err(stale()),
        None if if_match_required(key.rtype) && !before.deleted => Err(Fault::PreconditionRequired(key.clone())),
        None => Ok(()),
    }
}

fn stale() -> Fault {
    Fault::Precondition(Issue::error(
        IssueCode::Conflict,
        "stale-version",
        "If-Match er ikke gjeldende versjon. Les ressursen på nytt, gjør endringen om igjen og send med den nye ETag-en.",
        "If-Match is not the current version. Read the resource again, redo the change and send the new ETag.",
    ))
}
