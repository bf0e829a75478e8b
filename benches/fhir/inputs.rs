//! What is measured with: the fixtures of `varde-fhir`, written as clients send them, and what is made from them.

use serde_json::{Value, json};
use varde_fhir::ResourceType;
use varde_fhir::json::{Limits, parse, to_bytes};

/// This server's address, for references.
pub(crate) const BASE: &str = "https://varde.example.no/fhir";

/// One resource as bytes and as JSON.
pub(crate) struct Input {
    /// What the benchmark is called after: type and size.
    pub(crate) name: String,
    /// Its type.
    pub(crate) rtype: ResourceType,
    /// Compact JSON.
    pub(crate) body: Vec<u8>,
    /// The same, read.
    pub(crate) value: Value,
}

/// A small CareTeam as an EPJ system sends it, a large one with every element, a CarePlan, a Patient, and a Bundle of 100.
pub(crate) fn inputs() -> Vec<Input> {
    let team = include_bytes!("../../crates/fhir/fixtures/CareTeam.json");
    let plan = include_bytes!("../../crates/fhir/fixtures/CarePlan.json");
    let patient = include_bytes!("../../crates/fhir/fixtures/Patient.json");
    [small_team(), read(team), read(plan), read(patient), bundle()].into_iter().map(input).collect()
}

fn input(value: Value) -> Input {
    let rtype = value["resourceType"].as_str().and_then(|name| name.parse().ok()).expect("a type");
    let body = to_bytes(&value);
    let name = if rtype == ResourceType::Bundle {
        format!("{rtype}-of-{}", value["entry"].as_array().map_or(0, Vec::len))
    } else {
        format!("{rtype}-{}B", body.len())
    };
    Input { name, rtype, body, value }
}

fn read(file: &[u8]) -> Value {
    parse(file, Limits::RESOURCE).expect("a fixture")
}

/// About 1.5 KB: two roles, a contained practitioner, a subject by identifier.
fn small_team() -> Value {
    let role = |code: &str, display: &str| json!([{ "coding": [{ "system": "urn:oid:2.16.578.1.12.4.1.1.9034", "code": code, "display": display }] }]);
    let unit = json!({
        "type": "Organization",
        "identifier": { "system": "urn:oid:2.16.578.1.12.4.1.4.102", "value": "102954" },
        "display": "Haukeland universitetssjukehus"
    });
    json!({
        "resourceType": "CareTeam",
        "contained": [{
            "resourceType": "Practitioner",
            "id": "kontaktlege",
            "identifier": [{ "system": "urn:oid:2.16.578.1.12.4.1.4.4", "value": "9144897" }],
            "name": [{ "text": "Dagfinn Demolege", "family": "Demolege", "given": ["Dagfinn"] }],
            "telecom": [{ "system": "phone", "value": "+47 00 00 09 19", "use": "work" }]
        }],
        "identifier": [{ "system": "https://epj.example.no/id/team", "value": "2026-000124" }],
        "status": "active",
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "LA28865-6" }] }],
        "subject": {
            "type": "Patient",
            "identifier": { "system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "15825512869" }
        },
        "participant": [
            {
                "role": role("19", "Kontaktlege"),
                "member": { "reference": "#kontaktlege" },
                "onBehalfOf": unit,
                "period": { "start": "2026-01-05T08:00:00+01:00" }
            },
            {
                "role": role("18", "Koordinator (spesialisthelsetjenesteloven)"),
                "member": { "type": "Practitioner", "identifier": { "system": "urn:oid:2.16.578.1.12.4.1.4.4", "value": "9144900" } },
                "onBehalfOf": unit,
                "period": { "start": "2026-01-05T08:00:00+01:00" }
            }
        ],
        "managingOrganization": [{
            "type": "Organization",
            "identifier": { "system": "urn:oid:2.16.578.1.12.4.1.4.101", "value": "983974724" }
        }]
    })
}

/// A transaction of 100 small teams.
fn bundle() -> Value {
    let entry = |number: u32| {
        json!({
            "fullUrl": format!("urn:uuid:00000000-0000-4000-8000-{number:012}"),
            "resource": small_team(),
            "request": { "method": "POST", "url": "CareTeam" }
        })
    };
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": (0..100).map(entry).collect::<Vec<_>>() })
}
