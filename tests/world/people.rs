//! Who lives in the test world: synthetic numbers (Tenor style), names that are plainly made up, and the resources about them.

use serde_json::{Value, json};

/// EPJ of Helse Bergen.
pub(crate) const BERGEN: &str = "epj-helse-bergen";
/// EPJ of Haraldsplass.
pub(crate) const HARALDSPLASS: &str = "epj-haraldsplass";
/// Municipal IP system of Bergen kommune.
pub(crate) const KOMMUNE: &str = "ip-bergen-kommune";
/// Region.
pub(crate) const RKE: &str = "rke-helse-vest";

/// fødselsnummer of the usual patient: an adult.
pub(crate) const TESTINE: &str = "15825512869";
/// fødselsnummer of another adult.
pub(crate) const ANNEN: &str = "01819019939";
/// fødselsnummer of a child, born 2011.
pub(crate) const BARN: &str = "22891153620";

/// System of fødselsnummer.
pub(crate) const FNR: &str = "urn:oid:2.16.578.1.12.4.1.4.1";
/// System of HPR numbers.
pub(crate) const HPR: &str = "urn:oid:2.16.578.1.12.4.1.4.4";
/// System of organisation numbers.
pub(crate) const ENH: &str = "urn:oid:2.16.578.1.12.4.1.4.101";
/// System of RESH ids.
pub(crate) const RESH: &str = "urn:oid:2.16.578.1.12.4.1.4.102";
/// Roles.
pub(crate) const ROLE: &str = "urn:oid:2.16.578.1.12.4.1.1.9034";
/// Professions.
pub(crate) const PROFESSION: &str = "urn:oid:2.16.578.1.12.4.1.1.9060";
/// Document types.
pub(crate) const DOCUMENT: &str = "urn:oid:2.16.578.1.12.4.1.1.9602";
/// Categories of consent.
pub(crate) const CONSENT: &str = "https://varde.no/fhir/CodeSystem/varde-consent-category";

/// A logical reference to a patient.
pub(crate) fn patient(number: &str) -> Value {
    json!({ "type": "Patient", "identifier": { "system": FNR, "value": number } })
}

/// A logical reference to an organisation.
pub(crate) fn organisation(orgnr: &str) -> Value {
    json!({ "type": "Organization", "identifier": { "system": ENH, "value": orgnr } })
}

/// Haukeland, by RESH id.
pub(crate) fn haukeland() -> Value {
    json!({ "type": "Organization", "identifier": { "system": RESH, "value": "102954" } })
}

/// A nurse with HPR number, title and telephone.
pub(crate) fn nurse(hpr: &str) -> Value {
    practitioner(hpr, "SP", "Sykepleier")
}

/// A physician.
pub(crate) fn physician(hpr: &str) -> Value {
    practitioner(hpr, "LE", "Lege")
}

/// A Practitioner of a profession.
pub(crate) fn practitioner(hpr: &str, profession: &str, title: &str) -> Value {
    json!({
        "resourceType": "Practitioner",
        "identifier": [{ "system": HPR, "value": hpr }],
        "name": [{ "family": "Prøvesen", "given": ["Kåre"] }],
        "telecom": [{ "system": "phone", "value": "55 00 00 00" }],
        "qualification": [{ "code": { "coding": [{ "system": PROFESSION, "code": profession }], "text": title } }],
    })
}

/// An active consent of a category, given by the patient, shared with these organisations.
pub(crate) fn consent(number: &str, category: &str, shared: &[&str]) -> Value {
    let actors: Vec<Value> = shared
        .iter()
        .map(|orgnr| {
            json!({
                "role": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP" }] },
                "reference": organisation(orgnr),
            })
        })
        .collect();
    let mut provision = json!({ "type": "permit", "period": { "start": "2026-11-01" } });
    if !actors.is_empty() {
        provision["actor"] = actors.into();
    }
    json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": CONSENT, "code": category }] }],
        "patient": patient(number),
        "dateTime": "2026-11-01",
        "performer": [patient(number)],
        "policyRule": { "text": "pasient- og brukerrettighetsloven § 4-1" },
        "sourceAttachment": { "title": "Dokumentert i journal" },
        "provision": provision,
    })
}

/// A CareTeam with one koordinator, contained, without a consent of its own.
pub(crate) fn team(number: &str, hpr: &str) -> Value {
    let mut nurse = nurse(hpr);
    nurse["id"] = json!("p1");
    json!({
        "resourceType": "CareTeam",
        "contained": [nurse],
        "status": "active",
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "LA28865-6" }] }],
        "subject": patient(number),
        "participant": [koordinator("18")],
        "managingOrganization": [organisation("983974724")],
    })
}

/// A participant whose member is the contained `#p1`.
pub(crate) fn koordinator(role: &str) -> Value {
    json!({
        "role": [{ "coding": [{ "system": ROLE, "code": role }] }],
        "member": { "reference": "#p1" },
        "onBehalfOf": haukeland(),
        "period": { "start": "2026-11-20T08:00:00+01:00" },
    })
}

/// An active individuell plan, responsible: Bergen kommune.
pub(crate) fn plan(number: &str) -> Value {
    json!({
        "resourceType": "CarePlan",
        "extension": [{ "url": "https://varde.no/fhir/StructureDefinition/revision-date", "valueDate": "2027-05-01" }],
        "status": "active",
        "intent": "plan",
        "category": [{ "coding": [{ "system": DOCUMENT, "code": "A02-2" }] }],
        "subject": patient(number),
        "author": organisation("964338531"),
    })
}

/// Parameters of `$appoint` for a koordinator at Haukeland, with everything inline.
pub(crate) fn appointing(number: &str, hpr: &str, identifier: &str) -> Value {
    json!({
        "resourceType": "Parameters",
        "parameter": [
            { "name": "role", "valueCoding": { "system": ROLE, "code": "18" } },
            { "name": "patient", "valueReference": patient(number) },
            { "name": "member", "resource": nurse(hpr) },
            { "name": "unit", "valueReference": haukeland() },
            { "name": "period", "valuePeriod": { "start": "2026-11-20T08:00:00+01:00" } },
            { "name": "consent", "resource": consent(number, "koordinator", &[]) },
            { "name": "patientInformed", "valueBoolean": true },
            { "name": "identifier", "valueIdentifier": { "system": "urn:oid:1.2.3.4", "value": identifier } },
        ],
    })
}

/// Parameters of `$plan-status`.
pub(crate) fn status_of(numbers: &[&str]) -> Value {
    let parameters: Vec<Value> = numbers
        .iter()
        .map(|number| json!({ "name": "patient", "valueIdentifier": { "system": FNR, "value": number } }))
        .collect();
    json!({ "resourceType": "Parameters", "parameter": parameters })
}
