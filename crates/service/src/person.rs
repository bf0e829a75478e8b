//! Whom a resource is about: the person key of the patient it names, whether by `Patient/{id}`, by a contained Patient or by
//! national number alone, as EPJ systems do (`domain.md` §5).

use crate::fault::Fault;
use crate::session::Session;
use serde_json::Value;
use std::collections::BTreeSet;
use varde_fhir::registry::served;
use varde_fhir::{Issue, IssueCode, Reference, ResourceType, identifier, view};
use varde_rules::MemberRef;

/// The person key of a resource; `None` for the directory and for resources that name no patient.
pub(crate) fn of(
    session: &mut Session<'_, '_>,
    rtype: ResourceType,
    resource: &Value,
) -> Result<Option<String>, Fault> {
    if rtype == ResourceType::Patient {
        return of_patient(session, resource, None).map(Some);
    }
    let Some(path) = served(rtype).and_then(|row| row.patient_element) else { return Ok(None) };
    let mut elements = Vec::new();
    collect(resource, path, &mut elements);
    for element in elements {
        if let Some(person) = of_reference(session, resource, element, rtype, path)? {
            return Ok(Some(person));
        }
    }
    Ok(None)
}

/// Asks for whom all of these resources are about at once, to have it at hand.
pub(crate) fn foresee<'v>(
    session: &mut Session<'_, '_>,
    resources: impl Iterator<Item = (ResourceType, &'v Value)>,
) -> Result<(), Fault> {
    let (mut literals, mut numbers) = (BTreeSet::new(), Vec::new());
    for (rtype, resource) in resources {
        if rtype == ResourceType::Patient {
            numbers.extend(national_identifiers(resource));
        }
        let mut elements = Vec::new();
        if let Some(path) = served(rtype).and_then(|row| row.patient_element).filter(|path| !path.is_empty()) {
            collect(resource, path, &mut elements);
        }
        for element in elements {
            match Reference::of(element, &session.context.base) {
                Some(Reference::Local { key, .. }) => {
                    literals.insert(MemberRef::Key(key));
                }
                _ => numbers.extend(national_number(element)),
            }
        }
    }
    // One is looked up as fast when its turn comes.
    if literals.len() > 1 {
        session.foresee(&literals.into_iter().collect::<Vec<_>>())?;
    }
    session.people(&numbers)?;
    Ok(())
}

/// The person a `Reference` names, made known if new; `None` when it names none.
pub(crate) fn of_reference(
    session: &mut Session<'_, '_>,
    resource: &Value,
    element: &Value,
    rtype: ResourceType,
    path: &str,
) -> Result<Option<String>, Fault> {
    let named = national_number(element);
    match Reference::of(element, &session.context.base) {
        Some(Reference::Local { key, .. }) => {
            if rtype != ResourceType::Provenance && key.rtype != ResourceType::Patient {
                return Ok(None);
            }
            match session.visible(&key)? {
                Some(stored) if !stored.deleted => {
                    if let Some(named) = &named {
                        agree(&*session.value(&stored)?, named, rtype, path)?;
                    }
                    staged_or_stored_person(session, &stored)
                }
                _ if rtype == ResourceType::Provenance => Ok(None),
                _ => Err(dangling(rtype, path)),
            }
        }
        Some(Reference::Contained(id)) => of_contained(session, resource, &id),
        // An address in the EPJ's own system says nothing here; the identifier beside it does.
        _ => named.map(|named| session.ensure_person(&[named])).transpose(),
    }
}

/// A literal and an identifier name the same patient <https://hl7.org/fhir/R4/references.html#logical>. Judged by the Patient
/// that the caller may see and nothing else: the answer must not tell who else is known here.
fn agree(patient: &Value, named: &(String, String), rtype: ResourceType, path: &str) -> Result<(), Fault> {
    let (system, value) = named;
    let differs = |own: &(String, String)| own.0 == *system && own.1 != *value;
    if national_identifiers(patient).iter().any(differs) { Err(two_patients(rtype, path)) } else { Ok(()) }
}

/// The national number that a `Reference.identifier` holds.
fn national_number(element: &Value) -> Option<(String, String)> {
    match Reference::logical(element) {
        Some(Reference::Logical { system, value, .. }) if identifier::is_national_system(&system) => {
            Some((system, value))
        }
        _ => None,
    }
}

/// The person key of a stored resource; one staged in this unit of work has none yet, so it is worked out from its body.
fn staged_or_stored_person(
    session: &mut Session<'_, '_>,
    stored: &varde_store::Stored,
) -> Result<Option<String>, Fault> {
    if stored.patient.is_some() || stored.key.rtype != ResourceType::Patient {
        return Ok(stored.patient.clone());
    }
    let body = session.value(stored)?;
    of_patient(session, &body, None).map(Some)
}

/// The person a Patient is, that was `before` until now. A patient without a national number (a newborn, a visitor) is a
/// person of their own, known by the resource; the first number they get becomes theirs, if nobody has it.
pub(crate) fn of_patient(
    session: &mut Session<'_, '_>,
    patient: &Value,
    before: Option<&str>,
) -> Result<String, Fault> {
    let identifiers = national_identifiers(patient);
    let nameless = format!("Patient/{}", patient.get("id").and_then(Value::as_str).unwrap_or_default());
    if identifiers.is_empty() {
        return Ok(before.map_or(nameless, str::to_owned));
    }
    let known = one_person(session, &identifiers)?;
    let unknown = before == Some(nameless.as_str()) && known.is_none();
    if unknown && session.name_person(&nameless, &identifiers)? {
        return Ok(nameless);
    }
    session.ensure_person(&identifiers)
}

/// National numbers that stand together join two people's coordination for good: one of each kind, and no two people's. Tells
/// whose they are.
fn one_person(session: &mut Session<'_, '_>, identifiers: &[(String, String)]) -> Result<Option<String>, Fault> {
    let mut known: Option<String> = None;
    let people = session.people(identifiers)?;
    for (index, (identifier, person)) in identifiers.iter().zip(people).enumerate() {
        let doubled =
            identifiers.iter().take(index).any(|earlier| earlier.0 == identifier.0 && earlier.1 != identifier.1);
        let another = person.is_some() && known.is_some() && person != known;
        if doubled || another {
            return Err(two_people());
        }
        known = known.or(person);
    }
    Ok(known)
}

fn of_contained(session: &mut Session<'_, '_>, resource: &Value, id: &str) -> Result<Option<String>, Fault> {
    let contained = view::contained(resource, id);
    let patient = contained.filter(|contained| view::text(contained, "resourceType") == Some("Patient"));
    let Some(patient) = patient else { return Ok(None) };
    let identifiers = national_identifiers(patient);
    if identifiers.is_empty() {
        return Ok(None);
    }
    one_person(session, &identifiers)?;
    session.ensure_person(&identifiers).map(Some)
}

/// The national numbers of a Patient, as (system, value).
fn national_identifiers(patient: &Value) -> Vec<(String, String)> {
    view::identifiers(patient)
        .filter(|(system, _)| identifier::is_national_system(system))
        .map(|(system, value)| (system.to_owned(), value.to_owned()))
        .collect()
}

/// Every element at a dotted path, through arrays.
fn collect<'v>(value: &'v Value, path: &str, found: &mut Vec<&'v Value>) {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(child) = value.get(name) else { return };
    let children = child.as_array().map_or(std::slice::from_ref(child), Vec::as_slice);
    for child in children {
        match rest {
            Some(rest) => collect(child, rest, found),
            None => found.push(child),
        }
    }
}

fn dangling(rtype: ResourceType, path: &str) -> Fault {
    Fault::unprocessable(
        Issue::error(
            IssueCode::NotFound,
            "patient-not-found",
            format!("{rtype}.{path} peker på en Patient som ikke finnes her. Opprett den først, eller bruk Reference.identifier."),
            format!("{rtype}.{path} points at a Patient that is not here. Create it first, or use Reference.identifier."),
        )
        .at(format!("{rtype}.{path}")),
    )
}

fn two_patients(rtype: ResourceType, path: &str) -> Fault {
    Fault::unprocessable(
        Issue::error(
            IssueCode::Conflict,
            "two-patients",
            format!("{rtype}.{path} har en reference til én pasient og en identifier som hører til en annen. Behold den som gjelder."),
            format!("{rtype}.{path} has a reference to one patient and an identifier of another. Keep the one that holds."),
        )
        .at(format!("{rtype}.{path}")),
    )
}

fn two_people() -> Fault {
    Fault::unprocessable(
        Issue::error(
            IssueCode::Conflict,
            "two-people",
            "Patient.identifier har to numre av samme slag, eller numre som hører til to personer. Behold det som gjelder.",
            "Patient.identifier has two numbers of one kind, or numbers of two people. Keep the one that holds.",
        )
        .at("Patient.identifier"),
    )
}
