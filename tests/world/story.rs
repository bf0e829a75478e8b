//! How the story is set up and read: the municipality's koordinerende enhet, a patient who lives there, a need; and small ways to
//! change a body and to look into an answer.

use crate::people::{
    BERGEN, CONSENT, ENH, HPR, KOMMUNE, ROLE, TESTINE, appointing, consent, haukeland, organisation, patient,
};
use crate::world::World;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// `POST` here to appoint.
pub(crate) const APPOINT: &str = "/fhir/CareTeam/$appoint";
/// `POST` here to pull plan status.
pub(crate) const PLAN_STATUS: &str = "/fhir/CarePlan/$plan-status";
/// Bergen kommune.
pub(crate) const BERGEN_KOMMUNE: &str = "964338531";
/// Helse Bergen HF.
pub(crate) const HELSE_BERGEN: &str = "983974724";
/// Haraldsplass Diakonale Sykehus.
pub(crate) const HDS: &str = "984027737";
/// Kommunenummer.
const MUNICIPALITY: &str = "https://register.geonorge.no/subregister/sosi-kodelister/kartverket/kommunenummer-alle";

/// What stands ready before somebody is appointed.
pub(crate) struct Ready {
    /// `HealthcareService/…`: the koordinerende enhet of Bergen kommune.
    pub(crate) service: String,
    /// `Patient/…` of Helse Bergen.
    pub(crate) patient: String,
    /// `Consent/…` to a koordinator, which names the municipality.
    pub(crate) consent: String,
    /// `Task/…`: the need.
    pub(crate) need: String,
}

/// Everything the whole story needs, about [`TESTINE`].
pub(crate) fn ready(world: &World) -> Ready {
    let service = koordinerende_enhet(world, KOMMUNE);
    let patient = created(world, BERGEN, &resident(TESTINE));
    let consent = created(world, BERGEN, &consent(TESTINE, "koordinator", &[BERGEN_KOMMUNE]));
    let need = created(world, BERGEN, &need(TESTINE));
    Ready { service, patient, consent, need }
}

/// Creates a resource and tells its `Type/id`.
#[track_caller]
pub(crate) fn created(world: &World, persona: &str, resource: &Value) -> String {
    let rtype = resource["resourceType"].as_str().expect("a resource");
    format!("{rtype}/{}", world.post(persona, &format!("/fhir/{rtype}"), resource).expect(201).id())
}

/// Writes Bergen kommune and its koordinerende enhet to the directory, in somebody's name.
pub(crate) fn koordinerende_enhet(world: &World, persona: &str) -> String {
    let kommune = json!({
        "resourceType": "Organization",
        "identifier": [{ "system": ENH, "value": BERGEN_KOMMUNE }],
        "active": true,
        "name": "Bergen kommune",
    });
    created(world, persona, &kommune);
    let service = json!({
        "resourceType": "HealthcareService",
        "extension": [{
            "url": "https://varde.no/fhir/StructureDefinition/municipality",
            "valueCoding": { "system": MUNICIPALITY, "code": "4601" },
        }],
        "active": true,
        "providedBy": organisation(BERGEN_KOMMUNE),
        "type": [{ "coding": [{ "system": "https://varde.no/fhir/CodeSystem/varde-service-type", "code": "koordinerende-enhet" }] }],
        "name": "Koordinerende enhet, Bergen kommune",
    });
    created(world, persona, &service)
}

/// A Patient who lives in Bergen.
pub(crate) fn resident(number: &str) -> Value {
    let mut resident = nowhere(number);
    resident["address"] = json!([{
        "city": "Bergen",
        "district": "Bergen",
        "_district": { "extension": [{
            "url": "http://hl7.no/fhir/StructureDefinition/no-basis-municipalitycode",
            "valueCoding": { "system": MUNICIPALITY, "code": "4601" },
        }] },
    }]);
    resident
}

/// A Patient whose address is not known.
pub(crate) fn nowhere(number: &str) -> Value {
    json!({
        "resourceType": "Patient",
        "identifier": [patient(number)["identifier"]],
        "name": [{ "family": "Prøvepasient", "given": ["Testine"] }],
    })
}

/// A need for a koordinator, put to the unit leader at Haukeland.
pub(crate) fn need(number: &str) -> Value {
    json!({
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": { "coding": [{ "system": "https://varde.no/fhir/CodeSystem/varde-task-code", "code": "need-koordinator" }] },
        "for": patient(number),
        "requester": organisation(HELSE_BERGEN),
        "owner": haukeland(),
    })
}

/// A Task of this status put to an organisation, about a resource.
pub(crate) fn task_to(number: &str, owner: &str, focus: &str) -> Value {
    let mut task = need(number);
    task["owner"] = organisation(owner);
    task["focus"] = json!({ "reference": focus });
    task
}

/// `$appoint` that answers the need, on the stored consent, by the unit leader.
pub(crate) fn answering(ready: &Ready, hpr: &str, identifier: &str) -> Value {
    let criterion = |code: &str| json!({ "system": "https://varde.no/fhir/CodeSystem/varde-criteria", "code": code });
    let asked = without(appointing(TESTINE, hpr, identifier), "consent");
    let asked = with(asked, "consent", "valueReference", json!({ "reference": ready.consent }));
    let asked = with(asked, "basedOn", "valueReference", json!({ "reference": ready.need }));
    let asked = with(asked, "criteria", "valueCoding", criterion("langvarig"));
    let asked = with(asked, "criteria", "valueCoding", criterion("koordinert"));
    with(asked, "appointedBy", "valueReference", by_hpr("900000101"))
}

/// `$appoint` of somebody to a role of 9034, without a consent.
pub(crate) fn appointing_to(number: &str, role: &str, practitioner: &Value, identifier: &str) -> Value {
    let asked = without(without(without(appointing(number, "1", identifier), "role"), "member"), "consent");
    let asked = with(asked, "role", "valueCoding", json!({ "system": ROLE, "code": role }));
    with(asked, "member", "resource", practitioner.clone())
}

/// `$end-appointment` of the koordinator with this HPR number.
pub(crate) fn ending(hpr: &str, reason: &str) -> Value {
    let asked = json!({ "resourceType": "Parameters", "parameter": [] });
    let asked = with(asked, "role", "valueCoding", json!({ "system": ROLE, "code": "18" }));
    let asked = with(asked, "member", "valueReference", by_hpr(hpr));
    with(asked, "reason", "valueString", json!(reason))
}

/// A logical reference to a Practitioner.
pub(crate) fn by_hpr(hpr: &str) -> Value {
    json!({ "type": "Practitioner", "identifier": { "system": HPR, "value": hpr } })
}

/// Parameters with one more.
pub(crate) fn with(mut parameters: Value, name: &str, element: &str, value: Value) -> Value {
    let mut parameter = json!({ "name": name });
    parameter[element] = value;
    parameters["parameter"].as_array_mut().expect("parameters").push(parameter);
    parameters
}

/// Parameters without those of this name.
pub(crate) fn without(mut parameters: Value, name: &str) -> Value {
    parameters["parameter"].as_array_mut().expect("parameters").retain(|parameter| parameter["name"] != name);
    parameters
}

/// A resource with an element set.
pub(crate) fn set(mut resource: Value, pointer: &str, value: Value) -> Value {
    *resource.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
    resource
}

/// The text of a journal note.
pub(crate) fn note_text(note: &Value) -> String {
    assert_eq!(note["type"]["coding"][0]["code"], "B02-2");
    let data = note["content"][0]["attachment"]["data"].as_str().expect("an attachment");
    String::from_utf8(STANDARD.decode(data).expect("base64")).expect("UTF-8")
}

/// What `$plan-status` says of one patient.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Status {
    /// `hasActivePlan`
    pub(crate) active: bool,
    /// `plan.reference`s
    pub(crate) plans: Vec<String>,
    /// name, title and telephone of each koordinator.
    pub(crate) koordinators: Vec<String>,
    /// Whether `addressProtection` is there.
    pub(crate) protected: bool,
}

/// Pulls the plan status of one patient.
#[track_caller]
pub(crate) fn status(world: &World, persona: &str, number: &str) -> Status {
    let answer = world.post(persona, PLAN_STATUS, &crate::people::status_of(&[number])).expect(200);
    let patient = &answer.json["parameter"][0];
    let text =
        |part: &Value, name: &str, element: &str| parts(part, name)[0][element].as_str().expect("a text").to_owned();
    let contact =
        |koordinator: &Value| ["name", "title", "phone"].map(|name| text(koordinator, name, "valueString")).join(", ");
    Status {
        active: parts(patient, "hasActivePlan")[0]["valueBoolean"] == true,
        plans: parts(patient, "plan")
            .iter()
            .map(|plan| {
                parts(plan, "reference")[0]["valueReference"]["reference"].as_str().expect("a reference").to_owned()
            })
            .collect(),
        koordinators: parts(patient, "koordinator").into_iter().map(contact).collect(),
        protected: !parts(patient, "addressProtection").is_empty(),
    }
}

/// The parts of this name of a parameter.
pub(crate) fn parts<'a>(parameter: &'a Value, name: &str) -> Vec<&'a Value> {
    parameter["part"].as_array().into_iter().flatten().filter(|part| part["name"] == name).collect()
}

/// The same consent, withdrawn: with its id, and not active any more.
pub(crate) fn withdrawn(consent: &Value) -> Value {
    assert_eq!(consent["category"][0]["coding"][0]["system"], CONSENT);
    set(consent.clone(), "/status", json!("inactive"))
}
