//! The `Case`: everything about one person as it stands after the staged changes, and the people the teams name.

use crate::directory;
use crate::fault::Fault;
use crate::lookup::coordinates;
use crate::session::Session;
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;
use varde_fhir::{ResourceKey, ResourceType};
use varde_rules::{Case, Change, Loaded, MemberRef, Verdict};
use varde_store::Stored;

/// The types whose change the law looks at.
pub(crate) const JUDGED: &[ResourceType] =
    &[ResourceType::CareTeam, ResourceType::CarePlan, ResourceType::Consent, ResourceType::RelatedPerson];

/// One resource of the case, owned.
pub(crate) struct Kept {
    key: ResourceKey,
    owner: Option<String>,
    resource: Rc<Value>,
}

/// Judges the person's state with the staged changes in place.
pub(crate) fn verdict(session: &mut Session<'_, '_>, person: &str) -> Result<Verdict, Fault> {
    let kept = load(session, person)?;
    let resources: Vec<Loaded<'_>> = kept
        .iter()
        .map(|kept| Loaded { key: &kept.key, owner: kept.owner.as_deref(), resource: &kept.resource })
        .collect();
    let people = people(session, resources.iter().map(|loaded| loaded.resource))?;
    let base = session.context.base.clone();
    let case = Case { person: Some(person), base: &base, resources, people: &people };
    let changes: Vec<Change<'_>> = session
        .staged
        .iter()
        .filter(|staged| staged.patient.as_deref() == Some(person))
        .map(|staged| Change { key: &staged.key, before: staged.before.as_deref(), after: staged.after.as_deref() })
        .collect();
    Ok(varde_rules::judge(&case, &changes, session.context.now))
}

/// The people and organisations a team names.
pub(crate) fn people_of(session: &mut Session<'_, '_>, team: &Value) -> Result<BTreeMap<MemberRef, Rc<Value>>, Fault> {
    people(session, std::iter::once(team))
}

/// The people and organisations that resources name: asked for together, then those behind them.
pub(crate) fn people<'v>(
    session: &mut Session<'_, '_>,
    resources: impl Iterator<Item = &'v Value> + Clone,
) -> Result<BTreeMap<MemberRef, Rc<Value>>, Fault> {
    let base = session.context.base.clone();
    directory::gather(session, resources.clone().flat_map(|resource| named(resource, &base)).collect())?;
    varde_rules::look_up(resources, &base, |wanted| find(session, wanted))
}

/// Whom the law asks about because of a resource.
pub(crate) fn named(resource: &Value, base: &str) -> Vec<MemberRef> {
    let mut named = varde_rules::members_to_look_up(resource, base);
    named.extend(varde_rules::organisations_to_look_up(resource, base));
    named
}

/// The person's stored resources with the staged laid over them.
fn load(session: &mut Session<'_, '_>, person: &str) -> Result<Vec<Kept>, Fault> {
    let mut kept = Vec::new();
    for stored in session.coordination(person)?.iter() {
        if !session.staged.iter().any(|staged| staged.key == stored.key) {
            kept.push(Kept { resource: session.value(stored)?, key: stored.key.clone(), owner: stored.owner.clone() });
        }
    }
    let staged = session.staged.iter().filter(|s| s.patient.as_deref() == Some(person) && coordinates(s.key.rtype));
    kept.extend(staged.filter_map(|staged| {
        let resource = staged.after.clone()?;
        Some(Kept { key: staged.key.clone(), owner: staged.owner.clone(), resource })
    }));
    Ok(kept)
}

/// A person or organisation of the directory that a team names, staged or stored.
fn find(session: &mut Session<'_, '_>, wanted: &MemberRef) -> Result<Option<Rc<Value>>, Fault> {
    let stored: Option<Stored> = match wanted {
        MemberRef::Key(key) => session.current(key)?,
        MemberRef::Identifier { rtype, system, value } => {
            directory::by_identifier(session, *rtype, system, value)?.into_iter().next()
        }
    };
    stored.filter(|stored| !stored.deleted).map(|stored| session.value(&stored)).transpose()
}
