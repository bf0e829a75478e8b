//! The papers of an appointing or an ending: journal note, information to those concerned, provenance; and what is known of
//! the patient that decides who they go to.

use crate::fault::Fault;
use crate::operations::letters::Letter;
use crate::session::Session;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::rc::Rc;
use varde_fhir::identifier::ENH;
use varde_fhir::time::instant;
use varde_fhir::{ResourceKey, ResourceType, terminology, view};

/// Code system of address protection (no-basis).
const ADDRESS_PROTECTION: &str = "http://ehelse.no/fhir/CodeSystem/gd-address-confidentiality";

/// Code system of our operations, for `Provenance.activity`.
const ACTIVITY: &str = "https://varde.no/fhir/CodeSystem/varde-operation";

/// A journal note to write.
pub(crate) struct Note {
    /// Its text, plain.
    pub(crate) text: String,
    /// 9034 code of the role it is about.
    pub(crate) role: String,
    /// Reference to the patient.
    pub(crate) patient: Value,
    /// Who wrote it, when known; the organisation stands for them otherwise.
    pub(crate) author: Option<Value>,
    /// Business identifier of the act, when the EPJ gave one.
    pub(crate) identifier: Option<Value>,
}

/// Stages the journal note (DocumentReference 9602#B02-2) with its text inline and what it is about in `context.related`.
pub(crate) fn journal_note(
    session: &mut Session<'_, '_>,
    note: &Note,
    related: &[ResourceKey],
) -> Result<ResourceKey, Fault> {
    let related: Vec<Value> = related.iter().map(|key| json!({ "reference": key.to_string() })).collect();
    let author = note.author.clone().unwrap_or_else(|| organisation(session));
    let mut document = json!({
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": "final",
        "type": { "coding": [{ "system": terminology::DOCUMENT, "code": "B02-2", "display": "Journalnotat" }] },
        "subject": note.patient,
        "date": instant(session.context.now),
        "author": [author],
        "custodian": organisation(session),
        "content": [{ "attachment": {
            "contentType": "text/plain; charset=utf-8",
            "language": "nb",
            "data": STANDARD.encode(&note.text),
            "title": note.text.lines().next().unwrap_or_default(),
        } }],
        "context": {
            "event": [{ "coding": [{ "system": terminology::ROLE, "code": note.role }] }],
            "related": related,
        },
    });
    if let Some(identifier) = &note.identifier {
        set(&mut document, "identifier", json!([identifier]));
    }
    Ok(session.create(ResourceType::DocumentReference, document)?.key)
}

/// Stages information to one recipient; the EPJ sends it and reports `sent`/`received` (`domain.md` §5).
pub(crate) fn communication(
    session: &mut Session<'_, '_>,
    patient: &Value,
    recipient: &Value,
    letter: &Letter,
    about: Option<&ResourceKey>,
) -> Result<ResourceKey, Fault> {
    let mut communication = json!({
        "resourceType": "Communication",
        "status": "preparation",
        "subject": patient,
        "topic": { "text": letter.subject },
        "recipient": [recipient],
        "sender": organisation(session),
        "payload": [{ "contentString": letter.body }],
    });
    if let Some(key) = about {
        set(&mut communication, "about", json!([{ "reference": key.to_string() }]));
    }
    Ok(session.create(ResourceType::Communication, communication)?.key)
}

/// Stages who did it, for whom, and to what.
pub(crate) fn provenance(
    session: &mut Session<'_, '_>,
    by: Option<&Value>,
    targets: &[ResourceKey],
    operation: &str,
) -> Result<(), Fault> {
    let targets: Vec<Value> = targets.iter().map(|key| json!({ "reference": key.to_string() })).collect();
    let who = by.cloned().unwrap_or_else(|| organisation(session));
    let provenance = json!({
        "resourceType": "Provenance",
        "target": targets,
        "recorded": instant(session.context.now),
        "activity": { "coding": [{ "system": ACTIVITY, "code": operation }] },
        "agent": [{ "who": who, "onBehalfOf": organisation(session) }],
    });
    session.create(ResourceType::Provenance, provenance)?;
    Ok(())
}

/// Who is told: the patient; for a child those with parental responsibility; a guardian; and relatives the consent names.
/// Only relatives the caller may see: whom another organisation recorded is not for this one to learn.
pub(crate) fn informed(
    session: &mut Session<'_, '_>,
    person: &str,
    patient: &Value,
    consent: Option<&Value>,
) -> Result<Vec<Value>, Fault> {
    let mut recipients = vec![patient.clone()];
    let named = consent.map(named_actors).unwrap_or_default();
    for stored in session.coordination(person)?.iter().filter(|stored| stored.key.rtype == ResourceType::RelatedPerson)
    {
        let relative = session.value(stored)?;
        let responsible = [terminology::PARENTAL_RESPONSIBILITY, terminology::GUARDIAN_TYPE].iter().any(|system| {
            view::items(&relative, "relationship").iter().flat_map(view::codings).any(|(given, _)| given == *system)
        });
        let reference = stored.key.to_string();
        if responsible || named.contains(&reference) {
            recipients.push(json!({ "reference": reference }));
        }
    }
    Ok(recipients)
}

fn named_actors(consent: &Value) -> Vec<String> {
    let provision = consent.get("provision").cloned().unwrap_or_default();
    let actors = view::items(&provision, "actor").iter();
    actors.filter_map(|actor| view::text(actor.get("reference")?, "reference").map(str::to_owned)).collect()
}

/// The Patient resource this organisation has stored for the person.
pub(crate) fn own_patient(session: &mut Session<'_, '_>, person: &str) -> Result<Option<Rc<Value>>, Fault> {
    let tenant = session.context.actor.tenant.clone();
    let known = session.coordination(person)?;
    let mut patients = known.iter().filter(|stored| stored.key.rtype == ResourceType::Patient);
    let own = patients.find(|stored| stored.owner.as_deref() == Some(tenant.as_str()));
    own.map(|stored| session.value(stored)).transpose()
}

/// Whether a stored body may be of a patient for whom [`is_protected`] says yes: a quick look before it is read. Where something is
/// escaped nothing can be ruled out.
pub(crate) fn may_be_protected(body: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(body) else { return true };
    text.contains("security") || text.contains(ADDRESS_PROTECTION) || text.contains('\\')
}

/// Whether the patient's address is protected: a security label, or a code of the address-confidentiality system anywhere.
pub(crate) fn is_protected(patient: &Value) -> bool {
    match patient {
        Value::Object(members) => {
            let code = members.get("code").and_then(Value::as_str).unwrap_or_default();
            let protection =
                members.get("system").and_then(Value::as_str) == Some(ADDRESS_PROTECTION) && code != "ugradert";
            let label = members
                .get("security")
                .and_then(Value::as_array)
                .is_some_and(|labels| labels.iter().any(|label| matches!(view::text(label, "code"), Some("R" | "V"))));
            protection || label || members.values().any(is_protected)
        }
        Value::Array(items) => items.iter().any(is_protected),
        _ => false,
    }
}

/// The actor's organisation, as a logical reference.
pub(crate) fn organisation(session: &Session<'_, '_>) -> Value {
    json!({ "type": "Organization", "identifier": { "system": ENH, "value": session.context.actor.tenant } })
}

/// Sets a member of a JSON object.
pub(crate) fn set(resource: &mut Value, name: &str, value: Value) {
    if let Some(object) = resource.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

/// The canonical URL of one of our extensions.
pub(crate) fn url(name: &str) -> String {
    format!("https://varde.no/fhir/StructureDefinition/{name}")
}
