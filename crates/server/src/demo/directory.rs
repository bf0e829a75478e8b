//! Loads the directory: each organisation is written by the system that answers for it, in one transaction of conditional
//! creates <https://hl7.org/fhir/R4/http.html#transaction>, so that a second run finds everything in place.

use super::call::Call;
use super::cast::{
    BERGEN_KOMMUNE, DEMO, EPJ, HAUKELAND, HELSE_BERGEN, KOMMUNE, KOORDINATOR, LEADER, MUNICIPALITY, OTHER_HOSPITAL,
    REGION, SECOND, coding, identifier, organisation, practitioner,
};
use super::misstep::Misstep;
use super::stage::Stage;
use serde_json::{Value, json};
use varde_fhir::identifier::{ENH, HPR, RESH};
use varde_fhir::terminology::{PHYSICIAN, PROFESSION, SERVICE_TYPE};

/// Organisations, units and health personnel.
pub(super) fn load(stage: &mut Stage) -> Result<(), Misstep> {
    stage.teller.chapter("The directory: organisations (public registry numbers) and made-up health personnel")?;
    let hospital = [
        organization(HELSE_BERGEN, Some("100082"), "Helse Bergen HF", None),
        organization(HAUKELAND, Some("102954"), "Haukeland universitetssjukehus", Some(HELSE_BERGEN)),
        organization("974743272", Some("106026"), "Voss sjukehus", Some(HELSE_BERGEN)),
        health_worker(KOORDINATOR, "Koordinella", "Eksempelsen", ("SP", "Sykepleier"), "+47 55 00 00 18"),
        health_worker(SECOND, "Reservina", "Eksempelsen", ("SP", "Sykepleier"), "+47 55 00 00 26"),
        health_worker(LEADER, "Enhetine", "Ledersen", (PHYSICIAN, "Lege"), "+47 55 00 00 34"),
        post(KOORDINATOR, "Sykepleier", "+47 55 00 00 18"),
        post(SECOND, "Sykepleier", "+47 55 00 00 26"),
        post(LEADER, "Enhetsleder", "+47 55 00 00 34"),
    ];
    transact(stage, EPJ, &hospital)?;
    let other = organization("984027737", Some("100180"), "Haraldsplass Diakonale Sykehus", None);
    transact(stage, OTHER_HOSPITAL, &[other])?;
    transact(stage, REGION, &[organization("983658725", None, "Helse Vest RHF", None)])?;
    let municipality = [organization(BERGEN_KOMMUNE, None, "Bergen kommune", None), koordinerende_enhet()];
    transact(stage, MUNICIPALITY, &municipality)
}

/// One transaction; prints how many were new and how many stood there already.
pub(super) fn transact(stage: &mut Stage, persona: &'static str, entries: &[Value]) -> Result<(), Misstep> {
    let count = entries.len();
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    let answer = stage.play(&Call::post(persona, "", &bundle), 200, |answer| {
        let statuses = answer.body.get("entry").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let new =
            statuses.iter().filter_map(|e| e.pointer("/response/status")?.as_str()).filter(|s| s.starts_with("201"));
        let new = new.count();
        format!("transaction: {new} new, {} already there", statuses.len().saturating_sub(new))
    })?;
    match answer.body.get("entry").and_then(Value::as_array).map(Vec::len) {
        Some(answered) if answered == count => Ok(()),
        _ => Err(answer.unexpected("the answer to a transaction has one entry for each entry sent")),
    }
}

/// A bundle entry that creates the resource unless one with this identifier is there.
pub(super) fn create_unless(resource: &Value, system: &str, value: &str) -> Value {
    let rtype = resource.get("resourceType").cloned().unwrap_or_default();
    let request = json!({ "method": "POST", "url": rtype, "ifNoneExist": format!("identifier={system}|{value}") });
    json!({ "resource": resource, "request": request })
}

fn organization(number: &str, resh: Option<&str>, name: &str, part_of: Option<&str>) -> Value {
    let mut identifiers = vec![identifier(ENH, number)];
    identifiers.extend(resh.map(|resh| identifier(RESH, resh)));
    let mut resource = json!({
        "resourceType": "Organization",
        "identifier": identifiers,
        "active": true,
        "name": name,
    });
    if let (Some(parent), Some(object)) = (part_of, resource.as_object_mut()) {
        object.insert("partOf".to_owned(), organisation(parent));
    }
    create_unless(&resource, ENH, number)
}

fn health_worker(hpr: &str, given: &str, family: &str, profession: (&str, &str), phone: &str) -> Value {
    let (code, title) = profession;
    let resource = json!({
        "resourceType": "Practitioner",
        "identifier": [identifier(HPR, hpr)],
        "active": true,
        "name": [{ "use": "official", "family": family, "given": [given] }],
        "telecom": [{ "system": "phone", "value": phone, "use": "work" }],
        "qualification": [{ "code": { "coding": [coding(PROFESSION, code)], "text": title } }],
    });
    create_unless(&resource, HPR, hpr)
}

/// Where somebody works, as what, and how to reach them there.
fn post(hpr: &str, title: &str, phone: &str) -> Value {
    let number = format!("{hpr}-{HAUKELAND}");
    let resource = json!({
        "resourceType": "PractitionerRole",
        "identifier": [identifier(DEMO, &number)],
        "active": true,
        "practitioner": practitioner(hpr),
        "organization": organisation(HAUKELAND),
        "code": [{ "text": title }],
        "telecom": [{ "system": "phone", "value": phone, "use": "work" }],
    });
    create_unless(&resource, DEMO, &number)
}

/// The municipality's koordinerende enhet (helse- og omsorgstjenesteloven §7-3), which news for its inhabitants is sent to.
fn koordinerende_enhet() -> Value {
    let resource = json!({
        "resourceType": "HealthcareService",
        "extension": [{
            "url": "https://varde.no/fhir/StructureDefinition/municipality",
            "valueCoding": { "system": KOMMUNE, "code": "4601", "display": "Bergen" },
        }],
        "identifier": [identifier(DEMO, "ke-4601")],
        "active": true,
        "providedBy": organisation(BERGEN_KOMMUNE),
        "type": [{
            "coding": [coding(SERVICE_TYPE, "koordinerende-enhet")],
        }],
        "name": "Koordinerende enhet, Bergen kommune",
        "telecom": [{ "system": "phone", "value": "+47 55 00 46 01", "use": "work" }],
    });
    create_unless(&resource, DEMO, "ke-4601")
}
