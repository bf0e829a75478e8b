//! The `Case`: everything about one person as it stands after the staged changes, and the people the teams name.

use crate::directory;
use crate::fault::Fault;
use crate::session::{Session, parse_stored};
use serde_json::Value;
use std::collections::BTreeMap;
use varde_fhir::{ResourceKey, ResourceType};
use varde_rules::{Case, Change, Loaded, MemberRef, Verdict};
use varde_store::Stored;

/// The types whose change the law looks at.
pub(crate) const JUDGED: &[ResourceType] =
    &[ResourceType::CareTeam, ResourceType::CarePlan, ResourceType::Consent, ResourceType::RelatedPerson];

/// The types the law reads, whoever wrote them: some rules reach across organisations.
const EVERYBODYS: &[ResourceType] = &[ResourceType::CareTeam, ResourceType::CarePlan, ResourceType::Consent];

/// The types the law reads as far as the actor may see them: what an answer rests on must not tell of what others recorded
/// about the patient and the relatives.
const VISIBLE: &[ResourceType] = &[ResourceType::RelatedPerson, ResourceType::Patient];

/// One resource of the case, owned.
pub(crate) struct Kept {
    key: ResourceKey,
    owner: Option<String>,
    resource: Value,
}

/// Judges the person's state with the staged changes in place.
pub(crate) fn verdict(session: &mut Session<'_, '_>, person: &str) -> Result<Verdict, Fault> {
    let kept = load(session, person)?;
    let resources: Vec<Loaded<'_>> = kept
        .iter()
        .map(|kept| Loaded { key: &kept.key, owner: kept.owner.as_deref(), resource: &kept.resource })
        .collect();
    let base = session.context.base.clone();
    let people =
        varde_rules::look_up(resources.iter().map(|loaded| loaded.resource), &base, |wanted| find(session, wanted))?;
    let case = Case { person: Some(person), base: &base, resources, people: &people };
    let changes: Vec<Change<'_>> = session
        .staged
        .iter()
        .filter(|staged| staged.patient.as_deref() == Some(person))
        .map(|staged| Change { key: &staged.key, before: staged.before.as_ref(), after: staged.after.as_ref() })
        .collect();
    Ok(varde_rules::judge(&case, &changes, session.context.now))
}

/// The people and organisations a team names.
pub(crate) fn people_of(session: &mut Session<'_, '_>, team: &Value) -> Result<BTreeMap<MemberRef, Value>, Fault> {
    let base = session.context.base.clone();
    varde_rules::look_up(std::iter::once(team), &base, |wanted| find(session, wanted))
}

/// The person's stored resources with the staged laid over them.
fn load(session: &mut Session<'_, '_>, person: &str) -> Result<Vec<Kept>, Fault> {
    let mut kept = Vec::new();
    let view = session.context.view();
    let mut stored = session.store.compartment(person, EVERYBODYS)?;
    stored.extend(session.store.compartment_visible(person, VISIBLE, &view)?);
    for stored in stored {
        if !session.staged.iter().any(|staged| staged.key == stored.key) {
            kept.push(Kept { resource: parse_stored(&stored)?, key: stored.key, owner: stored.owner });
        }
    }
    let staged = session.staged.iter().filter(|s| s.patient.as_deref() == Some(person) && reads(s.key.rtype));
    kept.extend(staged.filter_map(|staged| {
        let resource = staged.after.clone()?;
        Some(Kept { key: staged.key.clone(), owner: staged.owner.clone(), resource })
    }));
    Ok(kept)
}

fn reads(rtype: ResourceType) -> bool {
    EVERYBODYS.contains(&rtype) || VISIBLE.contains(&rtype)
}

/// A person or organisation of the directory that a team names, staged or stored.
fn find(session: &mut Session<'_, '_>, wanted: &MemberRef) -> Result<Option<Value>, Fault> {
    let stored: Option<Stored> = match wanted {
        MemberRef::Key(key) => session.current(key)?,
        MemberRef::Identifier { rtype, system, value } => {
            directory::by_identifier(session, *rtype, system, value)?.into_iter().next()
        }
    };
    stored.filter(|stored| !stored.deleted).as_ref().map(parse_stored).transpose()
}
