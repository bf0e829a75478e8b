//! The resources that the tool sends: about people who do not exist, valid by the structure of R4 and by the law. Every text has
//! a fixed length, so that answers of one kind are all of one length.

use serde_json::{Value, json};
use varde_fhir::identifier::{ENH, FNR, HPR, RESH};
use varde_fhir::terminology::{CONSENT_CATEGORY, DOCUMENT, INDIVIDUELL_PLAN, KOORDINATOR, PROFESSION, ROLE};

/// Helse Bergen HF, whose EPJ writes patients and teams.
pub(crate) const HELSE_BERGEN: &str = "983974724";
/// Bergen kommune, whose system writes plans.
pub(crate) const BERGEN_KOMMUNE: &str = "964338531";
/// The unit that appoints.
const HAUKELAND: &str = "974557746";
/// Municipalities.
const MUNICIPALITY: &str = "https://register.geonorge.no/subregister/sosi-kodelister/kartverket/kommunenummer-alle";
/// When every consent is given and every role begins.
const SINCE: &str = "2024-01-15";

/// A reference to a stored resource, or to an entry of the same Bundle.
pub(crate) fn literal(reference: &str) -> Value {
    json!({ "reference": reference })
}

/// A reference to a patient by national number.
pub(crate) fn by_number(number: &str) -> Value {
    json!({ "type": "Patient", "identifier": { "system": FNR, "value": number } })
}

/// A reference to a practitioner by HPR number.
pub(crate) fn by_hpr(hpr: &str) -> Value {
    json!({ "type": "Practitioner", "identifier": { "system": HPR, "value": hpr } })
}

fn organisation(number: &str) -> Value {
    json!({ "type": "Organization", "identifier": { "system": ENH, "value": number } })
}

fn haukeland() -> Value {
    json!({ "type": "Organization", "identifier": { "system": RESH, "value": "102954" } })
}

/// A Patient of Helse Bergen, who lives in Bergen.
pub(crate) fn patient(number: &str) -> Value {
    json!({
        "resourceType": "Patient",
        "identifier": [{ "system": FNR, "value": number }],
        "active": true,
        "name": [{ "use": "official", "family": "Prøvepasient", "given": ["Testine"] }],
        "gender": "female",
        "address": [{
            "use": "home",
            "line": ["Eksempelveien 1"],
            "city": "Bergen",
            "district": "Bergen",
            "_district": { "extension": [{
                "url": "http://hl7.no/fhir/StructureDefinition/no-basis-municipalitycode",
                "valueCoding": { "system": MUNICIPALITY, "code": "4601" },
            }] },
            "postalCode": "5003",
        }],
        "managingOrganization": organisation(HELSE_BERGEN),
    })
}

/// A consent in force, given by the patient, of this category, shared with one organisation.
pub(crate) fn consent(patient: &Value, category: &str, shared: &str) -> Value {
    json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": CONSENT_CATEGORY, "code": category }] }],
        "patient": patient,
        "dateTime": SINCE,
        "performer": [patient],
        "policyRule": { "text": "pasient- og brukerrettighetsloven § 4-1" },
        "sourceAttachment": { "title": "Dokumentert i journal" },
        "provision": {
            "type": "permit",
            "period": { "start": SINCE },
            "actor": [{
                "role": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP" }] },
                "reference": organisation(shared),
            }],
        },
    })
}

/// A team with one koordinator, contained.
pub(crate) fn team(subject: &Value) -> Value {
    json!({
        "resourceType": "CareTeam",
        "contained": [{
            "resourceType": "Practitioner",
            "id": "p1",
            "identifier": [{ "system": HPR, "value": "900001000" }],
            "name": [{ "family": "Prøvesen", "given": ["Kåre"] }],
            "telecom": [{ "system": "phone", "value": "55 00 00 00" }],
            "qualification": [{ "code": { "coding": [{ "system": PROFESSION, "code": "SP" }], "text": "Sykepleier" } }],
        }],
        "status": "active",
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "LA28865-6" }] }],
        "subject": subject,
        "participant": [{
            "role": [{ "coding": [{ "system": ROLE, "code": KOORDINATOR }] }],
            "member": { "reference": "#p1" },
            "onBehalfOf": haukeland(),
            "period": { "start": "2024-01-20T08:00:00+01:00" },
        }],
        "managingOrganization": [organisation(HELSE_BERGEN)],
    })
}

/// A team of earlier years, whose work has ended.
pub(crate) fn earlier_team(subject: &Value) -> Value {
    json!({
        "resourceType": "CareTeam",
        "status": "inactive",
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "LA28865-6" }] }],
        "name": "Team fra et tidligere forløp",
        "subject": subject,
        "period": { "start": "2020-01-01", "end": "2021-12-31" },
        "participant": [{
            "member": by_hpr("900001000"),
            "onBehalfOf": haukeland(),
            "period": { "start": "2020-01-01", "end": "2021-12-31" },
        }],
        "managingOrganization": [organisation(HELSE_BERGEN)],
    })
}

/// An active individuell plan of the municipality.
pub(crate) fn plan(subject: &Value) -> Value {
    json!({
        "resourceType": "CarePlan",
        "extension": [{ "url": "https://varde.no/fhir/StructureDefinition/revision-date", "valueDate": "2030-05-01" }],
        "status": "active",
        "intent": "plan",
        "category": [{ "coding": [{ "system": DOCUMENT, "code": INDIVIDUELL_PLAN }] }],
        "title": "Individuell plan",
        "subject": subject,
        "period": { "start": SINCE },
        "author": organisation(BERGEN_KOMMUNE),
        "activity": [{ "detail": { "status": "scheduled", "description": "Ukentlig samtale med koordinator i kommunen" } }],
    })
}

/// Something to know about a patient.
pub(crate) fn flag(subject: &Value) -> Value {
    json!({ "resourceType": "Flag", "status": "active", "code": { "text": "Trenger tolk" }, "subject": subject })
}

/// Parameters of `$appoint`: a koordinator from the directory, on the patient's stored consent.
pub(crate) fn appointing(patient: &Value, hpr: &str, identifier: &str) -> Value {
    json!({
        "resourceType": "Parameters",
        "parameter": [
            { "name": "identifier", "valueIdentifier": { "system": "https://varde.no/fhir/NamingSystem/load", "value": identifier } },
            { "name": "role", "valueCoding": { "system": ROLE, "code": KOORDINATOR } },
            { "name": "patient", "valueReference": patient },
            { "name": "member", "valueReference": by_hpr(hpr) },
            { "name": "unit", "valueReference": haukeland() },
            { "name": "period", "valuePeriod": { "start": "2026-01-20T08:00:00+01:00" } },
            { "name": "patientInformed", "valueBoolean": true },
        ],
    })
}

/// Parameters of `$plan-status` for these numbers.
pub(crate) fn status_of<'a>(numbers: impl Iterator<Item = &'a str>) -> Value {
    let asked = |number| json!({ "name": "patient", "valueIdentifier": { "system": FNR, "value": number } });
    json!({ "resourceType": "Parameters", "parameter": numbers.map(asked).collect::<Vec<_>>() })
}

/// The directory of the hospital: itself, its unit and a hundred nurses.
pub(crate) fn hospital() -> Vec<Value> {
    let mut found = vec![
        organization(HELSE_BERGEN, Some("100082"), "Helse Bergen HF"),
        organization(HAUKELAND, Some("102954"), "Haukeland universitetssjukehus"),
    ];
    found.extend((0..NURSES).map(|index| nurse(&nurse_hpr(index))));
    found
}

/// The directory of the municipality: itself, and its koordinerende enhet.
pub(crate) fn municipality() -> Vec<Value> {
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
    vec![organization(BERGEN_KOMMUNE, None, "Bergen kommune"), service]
}

const NURSES: usize = 100;

/// The HPR number of a nurse of the directory: synthetic, nine digits.
pub(crate) fn nurse_hpr(index: usize) -> String {
    format!("{}", 900_001_000 + index % NURSES)
}

fn nurse(hpr: &str) -> Value {
    json!({
        "resourceType": "Practitioner",
        "identifier": [{ "system": HPR, "value": hpr }],
        "active": true,
        "name": [{ "family": "Prøvesen", "given": ["Kåre"] }],
        "telecom": [{ "system": "phone", "value": "55 00 00 00" }],
        "qualification": [{ "code": { "coding": [{ "system": PROFESSION, "code": "SP" }], "text": "Sykepleier" } }],
    })
}

fn organization(number: &str, resh: Option<&str>, name: &str) -> Value {
    let mut identifiers = vec![json!({ "system": ENH, "value": number })];
    identifiers.extend(resh.map(|resh| json!({ "system": RESH, "value": resh })));
    json!({ "resourceType": "Organization", "identifier": identifiers, "active": true, "name": name })
}

/// A transaction of new patients, each with a consent and a team, and a Flag for the first.
pub(crate) fn families(numbers: &[&str]) -> Value {
    let mut entries = Vec::new();
    for (index, number) in numbers.iter().enumerate() {
        let place = full_url(index);
        let about = literal(&place);
        entries.push(
            json!({ "fullUrl": place, "resource": patient(number), "request": { "method": "POST", "url": "Patient" } }),
        );
        entries.push(entry(&consent(&about, "koordinator", BERGEN_KOMMUNE)));
        entries.push(entry(&team(&about)));
    }
    entries.push(entry(&flag(&literal(&full_url(0)))));
    transaction(&entries)
}

/// A transaction Bundle.
pub(crate) fn transaction(entries: &[Value]) -> Value {
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
}

/// A Bundle entry that creates a resource.
pub(crate) fn entry(resource: &Value) -> Value {
    let url = resource.get("resourceType").cloned().unwrap_or_default();
    json!({ "resource": resource, "request": { "method": "POST", "url": url } })
}

/// A `urn:uuid` for the place of an entry in a Bundle.
pub(crate) fn full_url(place: usize) -> String {
    format!("urn:uuid:00000000-0000-4000-8000-{place:012}")
}
