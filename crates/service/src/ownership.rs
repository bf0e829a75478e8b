//! Whose a resource is to change: its owner's, and an open Task also its owner's in the FHIR sense (owner-only transitions).

use crate::context::Context;
use crate::directory::legal_entity;
use crate::fault::Fault;
use crate::session::Session;
use serde_json::Value;
use varde_fhir::{Issue, IssueCode, ResourceType};
use varde_store::Stored;

/// What the organisation a Task is addressed to may change in it: how it goes, not what was asked.
const OWNERS_ELEMENTS: &[&str] =
    &["meta", "status", "statusReason", "businessStatus", "note", "output", "lastModified", "executionPeriod", "text"];

/// 403 unless the actor's organisation owns the resource, or it is a Task that is addressed to it. To see a Task is not enough:
/// a member of the team sees those of others too.
pub(crate) fn may_change(session: &mut Session<'_, '_>, before: &Stored) -> Result<(), Fault> {
    if is_owner(session.context, before) || is_addressed(session, before)? { Ok(()) } else { Err(not_yours(before)) }
}

/// Whether it is a living Task whose receiver is the actor's organisation. A deleted one is its owner's alone to bring back.
fn is_addressed(session: &mut Session<'_, '_>, before: &Stored) -> Result<bool, Fault> {
    if before.key.rtype != ResourceType::Task || before.deleted {
        return Ok(false);
    }
    let task = session.value(before)?;
    let Some(receiver) = task.get("owner") else { return Ok(false) };
    let organisation = legal_entity(session, receiver, before.owner.as_deref())?;
    Ok(organisation.as_deref() == Some(session.context.actor.tenant.as_str()))
}

/// 403 unless the actor's organisation owns the resource.
pub(crate) fn may_delete(context: &Context, before: &Stored) -> Result<(), Fault> {
    if is_owner(context, before) { Ok(()) } else { Err(not_yours(before)) }
}

/// An organisation that a Task was addressed to changes only how it goes.
pub(crate) fn owners_move(context: &Context, stored: &Stored, before: &Value, after: &Value) -> Result<(), Fault> {
    if is_owner(context, stored) {
        return Ok(());
    }
    let names = |value: &Value| value.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let changed = names(before).into_iter().chain(names(after)).find(|name| {
        !OWNERS_ELEMENTS.contains(&name.as_str()) && before.get(name.as_str()) != after.get(name.as_str())
    });
    // Labels decide who may see it: they are the asker's (security.md §2). Versions and tags are nobody's in particular.
    let relabelled = before.pointer("/meta/security") != after.pointer("/meta/security");
    match changed.or_else(|| relabelled.then(|| "meta.security".to_owned())) {
        None => Ok(()),
        Some(name) => Err(Fault::Forbidden(
            Issue::error(
                IssueCode::Forbidden,
                "task-element-not-yours",
                format!("Mottakeren av en oppgave kan endre status, begrunnelse, notat og resultat, ikke {name}."),
                format!("The receiver of a task may change its status, reason, note and output, not {name}."),
            )
            .at(format!("Task.{name}")),
        )),
    }
}

fn is_owner(context: &Context, stored: &Stored) -> bool {
    stored.owner.as_deref() == Some(context.actor.tenant.as_str())
}

fn not_yours(stored: &Stored) -> Fault {
    Fault::Forbidden(
        Issue::error(
            IssueCode::Forbidden,
            "not-owner",
            format!("Denne {} eies av en annen virksomhet. Bare eieren kan endre den.", stored.key.rtype),
            format!("This {} is owned by another organisation. Only its owner may change it.", stored.key.rtype),
        )
        .at(stored.key.rtype.as_str()),
    )
}
