//! What the fixtures lack: a value for every search parameter they have none of. References are to another server, so that
//! nothing here need exist.

use serde_json::{Value, json};
use varde_fhir::ResourceType;

/// The fixture with the elements it lacks; an element that is there already keeps what it has and gets more.
pub(super) fn completed(rtype: ResourceType, fixture: &str) -> Value {
    let mut resource: Value = serde_json::from_str(fixture).expect("JSON");
    let contained = resource.as_object_mut().expect("a resource").shift_remove("contained").unwrap_or_default();
    for inner in contained.as_array().into_iter().flatten() {
        let id = format!("#{}", inner["id"].as_str().expect("an id"));
        let elsewhere = to(inner["resourceType"].as_str().expect("a type"));
        uncontain(&mut resource, &id, &elsewhere["reference"]);
    }
    merge(&mut resource, lacking(rtype));
    // One of a choice takes the other's place.
    resource.as_object_mut().expect("a resource").retain(|_, value| !value.is_null());
    merge(&mut resource, json!({ "meta": { "profile": ["https://example.org/fhir/StructureDefinition/any"] } }));
    resource
}

/// What was contained stands elsewhere: who refers to it there can be found by it.
fn uncontain(value: &mut Value, id: &str, elsewhere: &Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| uncontain(item, id, elsewhere)),
        Value::Object(members) => members.values_mut().for_each(|member| uncontain(member, id, elsewhere)),
        Value::String(text) if text == id => *value = elsewhere.clone(),
        _ => {}
    }
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (Value::Array(into), Value::Array(from)) => into.extend(from),
        (into, from) => *into = from,
    }
}

fn to(target: &str) -> Value {
    json!({ "reference": format!("https://example.org/fhir/{target}/1") })
}

fn concept(code: &str) -> Value {
    json!({ "coding": [{ "system": "https://example.org/codes", "code": code, "display": "Eksempel" }], "text": "Et eksempel" })
}

fn lacking(rtype: ResourceType) -> Value {
    use ResourceType as T;
    match rtype {
        T::CarePlan => json!({
            "goal": [to("Goal")],
            "extension": [{ "url": "https://varde.no/fhir/StructureDefinition/revision-date", "valueDate": "2027-05-01" }],
        }),
        T::Task => json!({
            "basedOn": [to("ServiceRequest")],
            "businessStatus": concept("venter"),
            "focus": to("CarePlan"),
            "performerType": [concept("utfører")],
        }),
        T::ServiceRequest => json!({
            "bodySite": [concept("kne")],
            "category": [concept("henvisning")],
            "instantiatesCanonical": ["https://example.org/fhir/PlanDefinition/1"],
            "performerType": concept("utfører"),
            "requester": to("Practitioner"),
        }),
        T::Consent => json!({
            "sourceAttachment": null,
            "_sourceAttachment": null,
            "sourceReference": to("Consent"),
            "provision": {
                "action": [concept("les")],
                "actor": [{ "role": concept("mottaker"), "reference": to("Organization") }],
            },
        }),
        T::Communication => {
            json!({ "category": [concept("varsel")], "medium": [concept("brev")], "sender": to("Organization") })
        }
        T::Appointment => json!({
            "participant": [
                { "actor": to("Location"), "status": "accepted" },
                { "actor": to("Practitioner"), "status": "accepted" },
            ],
            "reasonCode": [concept("grunn")],
            "serviceCategory": [concept("kategori")],
            "serviceType": [concept("type")],
            "specialty": [concept("spesialitet")],
        }),
        T::DocumentReference => json!({
            "authenticator": to("Practitioner"),
            "category": [concept("kategori")],
            "securityLabel": [concept("N")],
            "content": [{ "attachment": { "contentType": "text/plain", "url": "https://example.org/notat" } }],
            "context": { "event": [concept("hendelse")], "facilityType": concept("sykehus"), "practiceSetting": concept("poliklinikk") },
        }),
        _ => people_and_places(rtype),
    }
}

fn people_and_places(rtype: ResourceType) -> Value {
    use ResourceType as T;
    match rtype {
        T::Patient => {
            json!({ "deceasedBoolean": null, "_deceasedBoolean": null, "deceasedDateTime": "2026-11-01", "generalPractitioner": [to("Practitioner")] })
        }
        T::PractitionerRole => json!({
            "specialty": [concept("spesialitet")],
            "telecom": [{ "system": "email", "value": "eksempel@example.org" }],
        }),
        T::RelatedPerson | T::Practitioner => json!({
            "telecom": [{ "system": "email", "value": "eksempel@example.org" }],
        }),
        T::EpisodeOfCare => json!({ "careManager": to("Practitioner"), "type": [concept("type")] }),
        T::Encounter => json!({
            "participant": [{ "type": [concept("lege")], "individual": to("Practitioner") }],
            "reasonCode": [concept("grunn")],
            "hospitalization": { "specialArrangement": [concept("tolk")] },
            "type": [concept("type")],
        }),
        T::Flag => json!({ "author": to("Practitioner") }),
        T::Organization => json!({ "endpoint": [to("Endpoint")] }),
        T::HealthcareService => json!({
            "extension": [{
                "url": "https://varde.no/fhir/StructureDefinition/municipality",
                "valueCoding": {
                    "system": "https://register.geonorge.no/subregister/sosi-kodelister/kartverket/kommunenummer-alle",
                    "code": "4601",
                },
            }],
            "characteristic": [concept("trekk")],
            "coverageArea": [to("Location")],
            "location": [to("Location")],
            "program": [concept("program")],
            "category": [concept("kategori")],
            "type": [concept("type")],
            "specialty": [concept("spesialitet")],
        }),
        T::Endpoint => json!({ "payloadType": [concept("type")] }),
        T::Provenance => json!({
            "occurredPeriod": null,
            "occurredDateTime": "2026-11-01",
            "agent": [{ "role": [concept("forfatter")], "who": to("Practitioner") }],
        }),
        _ => json!({}),
    }
}
