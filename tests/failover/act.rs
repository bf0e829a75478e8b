//! What the clients do: each kind of request that a write can come by, and reads.

use serde_json::{Value, json};
use varde_fhir::identifier::{ENH, FNR, HPR, RESH};
use varde_fhir::terminology::{CONSENT_CATEGORY, KOORDINATOR, PROFESSION, ROLE};

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    /// The HTTP method.
    pub(crate) method: &'static str,
    /// The path, from `/fhir`.
    pub(crate) path: String,
    /// A header field: the condition.
    pub(crate) condition: Option<(&'static str, String)>,
    /// The body.
    pub(crate) body: Option<Value>,
}

impl Act {
    /// A read.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), condition: None, body: None }
    }

    fn post(path: &str, body: Value) -> Self {
        Self { method: "POST", path: path.to_owned(), condition: None, body: Some(body) }
    }

    /// create. Asked again, it would create another.
    pub(crate) fn create(hpr: &str) -> Self {
        Self::post("/fhir/Practitioner", practitioner(hpr))
    }

    /// Conditional create: however often it is asked, there is one.
    pub(crate) fn create_once(hpr: &str) -> Self {
        let condition = Some(("if-none-exist", format!("identifier={HPR}|{hpr}")));
        Self { condition, ..Self::create(hpr) }
    }

    /// update of a version.
    pub(crate) fn update(key: &str, version: u64, mut resource: Value) -> Self {
        if let Some(resource) = resource.as_object_mut() {
            resource.insert("active".to_owned(), json!(true));
        }
        let condition = Some(("if-match", format!("W/\"{version}\"")));
        Self { method: "PUT", path: format!("/fhir/{key}"), condition, body: Some(resource) }
    }

    /// A transaction: a patient and the consent to a koordinator, or neither.
    pub(crate) fn transaction(number: &str) -> Self {
        let entry = |rtype: &str, resource: Value| json!({ "request": { "method": "POST", "url": rtype }, "resource": resource });
        let entries = [entry("Patient", patient(number)), entry("Consent", consent(number))];
        Self::post("/fhir", json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries }))
    }

    /// `$appoint`, with a business identifier: however often it is asked, there is one appointment.
    pub(crate) fn appoint(number: &str, hpr: &str) -> Self {
        let unit = json!({ "type": "Organization", "identifier": { "system": RESH, "value": "102954" } });
        let identifier = json!({ "system": "https://varde.no/fhir/NamingSystem/failover", "value": hpr });
        let parameters = json!({
            "resourceType": "Parameters",
            "parameter": [
                { "name": "identifier", "valueIdentifier": identifier },
                { "name": "role", "valueCoding": { "system": ROLE, "code": KOORDINATOR } },
                { "name": "patient", "valueReference": subject(number) },
                { "name": "member", "resource": practitioner(hpr) },
                { "name": "unit", "valueReference": unit },
                { "name": "period", "valuePeriod": { "start": "2026-01-20T08:00:00+01:00" } },
                { "name": "patientInformed", "valueBoolean": true },
            ],
        });
        Self::post("/fhir/CareTeam/$appoint", parameters)
    }

    /// A search that finds the practitioners of a number.
    pub(crate) fn search(hpr: &str) -> Self {
        Self::get(format!("/fhir/Practitioner?identifier={HPR}%7C{hpr}"))
    }
}

fn practitioner(hpr: &str) -> Value {
    json!({
        "resourceType": "Practitioner",
        "identifier": [{ "system": HPR, "value": hpr }],
        "name": [{ "family": "Prøvesen", "given": ["Kåre"] }],
        "telecom": [{ "system": "phone", "value": "55 00 00 00" }],
        "qualification": [{ "code": { "coding": [{ "system": PROFESSION, "code": "SP" }], "text": "Sykepleier" } }],
    })
}

fn subject(number: &str) -> Value {
    json!({ "type": "Patient", "identifier": { "system": FNR, "value": number } })
}

fn patient(number: &str) -> Value {
    json!({
        "resourceType": "Patient",
        "identifier": [{ "system": FNR, "value": number }],
        "active": true,
        "name": [{ "family": "Prøvepasient", "given": ["Testine"] }],
        "managingOrganization": { "type": "Organization", "identifier": { "system": ENH, "value": "983974724" } },
    })
}

fn consent(number: &str) -> Value {
    json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": CONSENT_CATEGORY, "code": "koordinator" }] }],
        "patient": subject(number),
        "dateTime": "2024-01-15",
        "performer": [subject(number)],
        "policyRule": { "text": "pasient- og brukerrettighetsloven § 4-1" },
        "sourceAttachment": { "title": "Dokumentert i journal" },
        "provision": { "type": "permit", "period": { "start": "2024-01-15" } },
    })
}
