//! Who must be told of a change: events for the outbox, with ids only, in the same transaction as what they tell of.

use crate::fault::Fault;
use crate::grants;
use crate::session::{Session, Staged};
use serde_json::Value;
use std::collections::BTreeSet;
use std::rc::Rc;
use varde_fhir::{ResourceKey, ResourceType, view};
use varde_store::OutboxEvent;

/// The events of the staged change at this place, for those who may hear of it; `opened` are the organisations that the grants it
/// gives are for.
pub(crate) fn of(
    session: &mut Session<'_, '_>,
    place: usize,
    opened: BTreeSet<String>,
) -> Result<Vec<OutboxEvent>, Fault> {
    let Some(change) = session.staged.get(place).and_then(Change::of) else { return Ok(Vec::new()) };
    let before = opened_before(session, &change)?;
    let mut told = opened;
    if let (ResourceType::Task, Some(owner), true) = (change.key.rtype, &change.owner, change.lives) {
        // The asker hears how its task goes.
        told.insert(owner.clone());
    }
    if matches!(change.key.rtype, ResourceType::CareTeam | ResourceType::CarePlan) {
        told.extend(shared_with(session, &change)?);
    }
    let now = told.iter().map(|organisation| (change.kind, organisation));
    let no_longer = before.difference(&told).map(|organisation| ("access-ended", organisation));
    // The actor's own organisation knows already.
    let others = now.chain(no_longer).filter(|(_, organisation)| **organisation != session.context.actor.tenant);
    let event = |(kind, organisation): (&str, &String)| OutboxEvent {
        at: session.context.now,
        kind: kind.to_owned(),
        organisation: organisation.clone(),
        focus: change.key.to_string(),
    };
    Ok(others.map(event).collect())
}

/// A change that is somebody else's business.
struct Change {
    key: ResourceKey,
    kind: &'static str,
    person: String,
    owner: Option<String>,
    /// What stood there.
    before: Option<Rc<Value>>,
    /// Whether something stands there afterwards.
    lives: bool,
}

impl Change {
    fn of(staged: &Staged) -> Option<Self> {
        Some(Self {
            key: staged.key.clone(),
            kind: kind(staged)?,
            person: staged.patient.clone()?,
            owner: staged.owner.clone(),
            before: staged.before.clone(),
            lives: staged.after.is_some(),
        })
    }
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
fn opened_before(session: &mut Session<'_, '_>, change: &Change) -> Result<BTreeSet<String>, Fault> {
    let Some(resource) = &change.before else { return Ok(BTreeSet::new()) };
    let grants = grants::of(session, change.key.rtype, resource, &change.person, change.owner.as_deref())?;
    Ok(grants.into_iter().map(|grant| grant.organisation).collect())
}

/// The organisations that an active consent of the same owner shares this type with: others' consents do not open it.
fn shared_with(session: &mut Session<'_, '_>, change: &Change) -> Result<BTreeSet<String>, Fault> {
    let (mut organisations, now) = (BTreeSet::new(), session.context.now);
    for consent in consents(session, change)? {
        if view::text(&consent, "status") != Some("active") {
            continue;
        }
        let grants = grants::of(session, ResourceType::Consent, &consent, &change.person, change.owner.as_deref())?;
        let open = grants
            .into_iter()
            .filter(|g| g.reach == change.key.rtype.as_str() && g.valid_from <= now && now < g.valid_to);
        organisations.extend(open.map(|grant| grant.organisation));
    }
    Ok(organisations)
}

/// The person's consents of the same owner, as they are after the staged changes.
fn consents(session: &mut Session<'_, '_>, change: &Change) -> Result<Vec<Rc<Value>>, Fault> {
    let stored = session.coordination(&change.person)?;
    let mut consents = Vec::new();
    for stored in stored.iter() {
        let theirs = stored.key.rtype == ResourceType::Consent && stored.owner == change.owner;
        if theirs && !session.staged.iter().any(|staged| staged.key == stored.key) {
            consents.push(session.value(stored)?);
        }
    }
    let staged = session.staged.iter().filter(|staged| {
        staged.key.rtype == ResourceType::Consent
            && staged.owner == change.owner
            && staged.patient.as_deref() == Some(change.person.as_str())
    });
    consents.extend(staged.filter_map(|staged| staged.after.clone()));
    Ok(consents)
}
