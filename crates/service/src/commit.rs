//! All or nothing: works out whom each staged change is about, loads each person's [`Case`] under the writer's lock, lets the
//! law judge the state the changes leave, and writes resource, history, index, claims, grants and events together.

mod case;
mod events;
mod withdrawal;

pub(crate) use case::{people, people_of};

use crate::directory::{self, wanted_by};
use crate::fault::Fault;
use crate::roles::end_role;
use crate::session::{Method, Session, Staged};
use crate::{grants, integrity, person, references};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use varde_fhir::time::instant;
use varde_fhir::{Issue, IssueCode, Reference, ResourceKey, ResourceType};
use varde_rules::{Consequence, Verdict};
use varde_store::{Grant, OutboxEvent, Put};

/// How often consequences may have consequences before something is wrong with us.
const MAX_ROUNDS: usize = 3;

/// Judges and writes everything staged; on a fault nothing is written.
pub(crate) fn commit(session: &mut Session<'_, '_>) -> Result<(), Fault> {
    for staged in &session.staged {
        let resource = staged.after.as_deref();
        about(
            &staged.key,
            resource.map_or(Ok(()), |resource| settled(staged.key.rtype, resource, &session.context.base)),
        )?;
    }
    identify(session)?;
    let persons = persons(session);
    foresee(session, &persons)?;
    integrity::references_lead_somewhere(session)?;
    integrity::nothing_is_left_dangling(session)?;
    let mut claims = BTreeMap::new();
    for person in persons {
        claims.extend(judge(session, &person)?);
        withdrawal::cancel_notices(session, &person)?;
    }
    write(session, &claims)
}

/// Asks at once for what judging and writing will look at: the people's coordination, then whom it and the changes name.
fn foresee(session: &mut Session<'_, '_>, persons: &BTreeSet<String>) -> Result<(), Fault> {
    session.foresee_coordination(persons.iter().map(String::as_str))?;
    let base = session.context.base.clone();
    let mut wanted = Vec::new();
    for staged in &session.staged {
        for resource in [&staged.before, &staged.after].into_iter().filter_map(|version| version.as_deref()) {
            wanted.extend(case::named(resource, &base));
            wanted.extend(grants::named(staged.key.rtype, resource).into_iter().filter_map(|r| wanted_by(r, &base)));
        }
    }
    directory::gather(session, wanted)
}

/// Works out each staged resource's person: patients first, for the others may name them.
fn identify(session: &mut Session<'_, '_>) -> Result<(), Fault> {
    let resources: Vec<(ResourceType, Rc<Value>)> =
        session.staged.iter().filter_map(|staged| Some((staged.key.rtype, staged.after.clone()?))).collect();
    person::foresee(session, resources.iter().map(|(rtype, resource)| (*rtype, &**resource)))?;
    let mut order: Vec<usize> = (0..session.staged.len()).collect();
    order.sort_by_key(|index| session.staged.get(*index).map(|staged| rank(staged.key.rtype)));
    for index in order {
        let Some(staged) = session.staged.get(index) else { continue };
        let (key, before, after) = (staged.key.clone(), staged.patient_before.clone(), staged.after.clone());
        let person = about(&key, person_of(session, key.rtype, before, after.as_deref()))?;
        session.patients.extend(person.clone());
        if let Some(staged) = session.staged.get_mut(index) {
            staged.patient = person;
        }
    }
    Ok(())
}

/// The person a version is about: the same as before, and for what coordinates somebody there must be one.
fn person_of(
    session: &mut Session<'_, '_>,
    rtype: ResourceType,
    before: Option<String>,
    after: Option<&Value>,
) -> Result<Option<String>, Fault> {
    let Some(resource) = after else { return Ok(before) };
    let person = match rtype {
        ResourceType::Patient => Some(person::of_patient(session, resource, before.as_deref())?),
        _ => person::of(session, rtype, resource)?,
    };
    if before.is_some() && person != before {
        return Err(other_patient(rtype));
    }
    if person.is_none() && matches!(rtype, ResourceType::CareTeam | ResourceType::CarePlan) {
        return Err(patient_required(rtype));
    }
    Ok(person)
}

/// Says which resource a fault arose in.
fn about<T>(key: &ResourceKey, result: Result<T, Fault>) -> Result<T, Fault> {
    result.map_err(|fault| match fault {
        Fault::Store(_) => fault,
        fault => Fault::Resource(key.clone(), Box::new(fault)),
    })
}

/// A conditional reference is a question, and a transaction answers it; nothing that is stored may still ask.
fn settled(rtype: ResourceType, resource: &Value, base: &str) -> Result<(), Fault> {
    let all = references::all(resource);
    let asks = |text: &&String| matches!(Reference::literal(text, base), Reference::Conditional(_));
    let asking: BTreeSet<&str> = all.iter().filter(asks).map(String::as_str).collect();
    if asking.is_empty() {
        return Ok(());
    }
    Err(Fault::Invalid(references::places(rtype, resource, &asking).into_iter().map(conditional_reference).collect()))
}

fn rank(rtype: ResourceType) -> u8 {
    match rtype {
        ResourceType::Patient => 0,
        ResourceType::Provenance => 2,
        _ => 1,
    }
}

/// The people whose coordination the law must look at again.
fn persons(session: &Session<'_, '_>) -> BTreeSet<String> {
    let judged = session.staged.iter().filter(|staged| case::JUDGED.contains(&staged.key.rtype));
    judged.filter_map(|staged| staged.patient.clone()).collect()
}

/// Judges a person's state, carries out the consequences and judges again; the claims of the changed resources.
fn judge(session: &mut Session<'_, '_>, person: &str) -> Result<BTreeMap<ResourceKey, Vec<String>>, Fault> {
    for _ in 0..MAX_ROUNDS {
        let Verdict { violations, warnings, claims, mut consequences } = case::verdict(session, person)?;
        if !violations.is_empty() {
            return Err(Fault::Law(violations));
        }
        // A role rests on its own organisation's consent; nobody ends another's by withdrawing something.
        consequences.retain(|Consequence::EndRole { owner, .. }| {
            owner.as_deref() == Some(session.context.actor.tenant.as_str())
        });
        if consequences.is_empty() {
            let warnings = warnings.iter().map(|warning| warning.issue(varde_fhir::Severity::Warning));
            session.warnings.extend(warnings);
            return Ok(claims);
        }
        for consequence in consequences {
            carry_out(session, consequence)?;
        }
    }
    Err(Fault::Store(varde_store::StoreError::Corrupt("consequences without end".to_owned())))
}

/// Ends a role whose consent is gone: a withdrawal must always work (`domain.md` §4.15).
fn carry_out(session: &mut Session<'_, '_>, consequence: Consequence) -> Result<(), Fault> {
    let Consequence::EndRole { team, participant_index, end, reason_nb, .. } = consequence;
    let stored = session.current(&team)?.ok_or_else(|| Fault::NotFound(team.clone()))?;
    let mut resource = Value::clone(&*session.value(&stored)?);
    if let Some(participant) = resource.get_mut("participant").and_then(|p| p.get_mut(participant_index)) {
        end_role(participant, &instant(end), reason_nb);
    }
    session.update(&stored, resource, Method::Put)?;
    Ok(())
}

/// Writes what is staged, those that give up a business-unique key before those that take one.
fn write(session: &mut Session<'_, '_>, claims: &BTreeMap<ResourceKey, Vec<String>>) -> Result<(), Fault> {
    let mut grants = given(session)?;
    let told = events(session, &grants)?;
    let held = |key: &ResourceKey| claims.get(key).cloned().unwrap_or_default();
    let staged = std::mem::take(&mut session.staged);
    let mut order: Vec<&Staged> = staged.iter().collect();
    order.sort_by_key(|staged| !held(&staged.key).is_empty());
    for staged in order {
        put(session, staged, held(&staged.key), grants.remove(&staged.key).unwrap_or_default())?;
    }
    session.staged = staged;
    session.store.outbox_tell(&told)?;
    Ok(())
}

/// Who must be told, worked out while all of the staged resources are in place.
fn events(
    session: &mut Session<'_, '_>,
    grants: &BTreeMap<ResourceKey, Vec<Grant>>,
) -> Result<Vec<OutboxEvent>, Fault> {
    let mut told = Vec::new();
    for place in 0..session.staged.len() {
        let given = session.staged.get(place).and_then(|staged| grants.get(&staged.key));
        let opened = given.into_iter().flatten().map(|grant| grant.organisation.clone()).collect();
        told.extend(events::of(session, place, opened)?);
    }
    Ok(told)
}

/// The grants that the staged resources give, worked out while all of them are in place.
fn given(session: &mut Session<'_, '_>) -> Result<BTreeMap<ResourceKey, Vec<Grant>>, Fault> {
    let mut given = BTreeMap::new();
    for index in 0..session.staged.len() {
        let Some(staged) = session.staged.get(index).filter(|staged| grants::gives(staged.key.rtype)) else { continue };
        let (key, owner) = (staged.key.clone(), staged.owner.clone());
        if let (Some(resource), Some(person)) = (staged.after.clone(), staged.patient.clone()) {
            let grants = grants::of(session, key.rtype, &resource, &person, owner.as_deref())?;
            given.insert(key, grants);
        }
    }
    Ok(given)
}

fn put(session: &mut Session<'_, '_>, staged: &Staged, claims: Vec<String>, grants: Vec<Grant>) -> Result<(), Fault> {
    session.store.put(Put {
        key: &staged.key,
        version: staged.version,
        last_updated: session.context.now,
        patient: staged.patient.clone(),
        owner: staged.owner.clone(),
        method: staged.method.as_str(),
        deleted: staged.after.is_none(),
        resource: staged.after.as_deref().unwrap_or(&Value::Null),
        body: staged.body.clone(),
        claims,
        grants,
    })?;
    Ok(())
}

fn conditional_reference(place: String) -> Issue {
    Issue::error(
        IssueCode::NotSupported,
        "conditional-reference",
        "En betinget referanse (Type?søk) kan bare stå i en transaksjon. Bruk Type/id eller Reference.identifier.",
        "A conditional reference (Type?search) may stand only in a transaction. Use Type/id or Reference.identifier.",
    )
    .at(place)
}

fn other_patient(rtype: ResourceType) -> Fault {
    let (nb, en) = if rtype == ResourceType::Patient {
        (
            "En Patient kan ikke bli en annen person. Er et D-nummer eller felles hjelpenummer avløst av et fødselsnummer, la det stå ved siden av med use = old. Opprett ellers en ny Patient.".to_owned(),
            "A Patient cannot become another person. Has a fødselsnummer replaced a D-number or a felles hjelpenummer, leave that beside it with use = old. Otherwise create a new Patient.".to_owned(),
        )
    } else {
        (
            format!("En {rtype} kan ikke flyttes til en annen pasient. Opprett en ny, og merk denne entered-in-error."),
            format!("A {rtype} cannot be moved to another patient. Create a new one, and mark this entered-in-error."),
        )
    };
    Fault::unprocessable(Issue::error(IssueCode::BusinessRule, "patient-changed", nb, en).at(rtype.as_str()))
}

fn patient_required(rtype: ResourceType) -> Fault {
    Fault::unprocessable(
        Issue::error(
            IssueCode::Required,
            "patient-required",
            format!("{rtype}.subject må peke på en pasient: Patient/{{id}}, eller identifier med fødselsnummer eller D-nummer."),
            format!("{rtype}.subject must name a patient: Patient/{{id}}, or an identifier with a fødselsnummer or D-nummer."),
        )
        .at(format!("{rtype}.subject")),
    )
}
