//! patch <https://hl7.org/fhir/R4/http.html#patch>: what the patch makes of the resource is an update like any other.

use crate::fault::Fault;
use crate::interactions::{condition, read, update};
use crate::session::{Method, Session};
use crate::{Guard, Place, Reply, admit, commit, ownership};
use varde_fhir::{Issue, IssueCode, Patch, ResourceKey, ResourceType};
use varde_store::Stored;

/// Patches the resource; 404 when there is none, 410 when it was deleted.
pub(crate) fn patch(
    session: &mut Session<'_, '_>,
    place: &Place,
    patch: &Patch,
    guard: &Guard,
) -> Result<Reply, Fault> {
    let key = condition::found(session, place)?.ok_or_else(no_match)?;
    let stored = stage(session, &key, patch, guard)?;
    commit::commit(session)?;
    session.show(&stored);
    Ok(update::answered(session, 200, place, &stored))
}

/// Stages what the patch makes of it. What stays as it was makes no version (docs/decisions/0020).
pub(crate) fn stage(
    session: &mut Session<'_, '_>,
    key: &ResourceKey,
    patch: &Patch,
    guard: &Guard,
) -> Result<Stored, Fault> {
    let before = read::found(session, key)?;
    update::precondition(key, &before, guard)?;
    ownership::may_change(session, &before)?;
    let value = session.value(&before)?;
    let patched = patch.apply(&value).map_err(|fault| Fault::unprocessable(fault.0))?;
    if patched == *value {
        return Ok(before);
    }
    admit::patched(session.context, key.rtype, &patched)?;
    if key.rtype == ResourceType::Task {
        ownership::owners_move(session.context, &before, &value, &patched)?;
    }
    session.update(&before, patched, Method::Patch)
}

/// A condition that finds nothing leaves nothing to patch.
pub(crate) fn no_match() -> Fault {
    Fault::Absent(
        Issue::error(
            IssueCode::NotFound,
            "no-match",
            "Betingelsen treffer ingen ressurs du kan se. Rett søket, eller opprett ressursen med POST.",
            "The condition matches no resource you may see. Mend the search, or create the resource by POST.",
        )
        .at("http.condition"),
    )
}
