//! Who must be told of a change: events for the outbox, with ids only, in the same transaction as what they tell of.

use crate::fault::Fault;
use crate::grants;
use crate::session::{Session, Staged, parse_stored};
use std::collections::BTreeSet;
use varde_fhir::{ResourceType, view};
use varde_store::OutboxEvent;

/// Pushes the events of one change; `opened` are the organisations that the grants it gives are for.
pub(crate) fn push(session: &mut Session<'_, '_>, staged: &Staged, opened: BTreeSet<String>) -> Result<(), Fault> {
    let Some(person) = staged.patient.clone() else { return Ok(()) };
    let Some(kind) = kind(staged) else { return Ok(()) };
    if !session.store.is_open(&staged.key)? {
        return Ok(());
    }
    let before = opened_before(session, staged, &person)?;
    let mut told = opened;
    if let (ResourceType::Task, Some(owner), true) = (staged.key.rtype, &staged.owner, staged.after.is_some()) {
        // The asker hears how its task goes.
        told.insert(owner.clone());
    }
    if matches!(staged.key.rtype, ResourceType::CareTeam | ResourceType::CarePlan) {
        told.extend(shared_with(session, staged, &person)?);
    }
    for organisation in &told {
        event(session, kind, organisation, staged)?;
    }
    for organisation in before.difference(&told) {
        event(session, "access-ended", organisation, staged)?;
    }
    Ok(())
}

/// What kind of event a change is; most changes are nobody else's business.
fn kind(staged: &Staged) -> Option<&'static str> {
    match staged.key.rtype {
        ResourceType::Task if staged.before.is_none() => Some("task-assigned"),
        ResourceType::Task => Some("task-changed"),
        ResourceType::CareTeam => Some("team-changed"),
        ResourceType::CarePlan => Some("plan-changed"),
        ResourceType::Consent => Some("consent-changed"),
        _ => None,
    }
}

/// The organisations that the version before opened itself to.
fn opened_before(session: &mut Session<'_, '_>, staged: &Staged, person: &str) -> Result<BTreeSet<String>, Fault> {
    let Some(resource) = &staged.before else { return Ok(BTreeSet::new()) };
    let grants = grants::of(session, staged.key.rtype, resource, person, staged.owner.as_deref())?;
    Ok(grants.into_iter().map(|grant| grant.organisation).collect())
}

/// The organisations that an active consent of the same owner shares this type with: others' consents do not open it.
fn shared_with(session: &mut Session<'_, '_>, staged: &Staged, person: &str) -> Result<BTreeSet<String>, Fault> {
    let mut organisations = BTreeSet::new();
    for stored in session.store.compartment(person, &[ResourceType::Consent])? {
        let consent = parse_stored(&stored)?;
        if view::text(&consent, "status") != Some("active") || stored.owner != staged.owner {
            continue;
        }
        let grants = grants::of(session, ResourceType::Consent, &consent, person, stored.owner.as_deref())?;
        let now = session.context.now;
        let open = grants
            .into_iter()
            .filter(|g| g.reach == staged.key.rtype.as_str() && g.valid_from <= now && now < g.valid_to);
        organisations.extend(open.map(|grant| grant.organisation));
    }
    Ok(organisations)
}

/// One event; the actor's own organisation knows already.
fn event(session: &mut Session<'_, '_>, kind: &str, organisation: &str, staged: &Staged) -> Result<(), Fault> {
    if organisation == session.context.actor.tenant {
        return Ok(());
    }
    session.store.outbox_push(&OutboxEvent {
        at: session.context.now,
        kind: kind.to_owned(),
        organisation: organisation.to_owned(),
        focus: staged.key.to_string(),
    })?;
    Ok(())
}
