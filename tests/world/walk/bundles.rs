//! Bundles as HAPI and EPJ systems build them: absolute `fullUrl`s with relative references, UUIDs that are identifiers too,
//! conditions on entries, and answers that name the entry.

use crate::people::{BERGEN, FNR, TESTINE, patient};
use crate::world::{World, each};
use serde_json::{Value, json};

const UUID: &str = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a";

fn entry(full_url: Option<&str>, method: &str, url: &str, resource: Option<Value>) -> Value {
    let mut entry = json!({ "request": { "method": method, "url": url } });
    if let Some(full_url) = full_url {
        entry["fullUrl"] = json!(full_url);
    }
    if let Some(resource) = resource {
        entry["resource"] = resource;
    }
    entry
}

fn bundle(kind: &str, entries: &[Value]) -> Value {
    json!({ "resourceType": "Bundle", "type": kind, "entry": entries })
}

fn testine() -> Value {
    json!({ "resourceType": "Patient", "identifier": [{ "system": FNR, "value": TESTINE }] })
}

fn letter(subject: &str) -> Value {
    json!({ "resourceType": "Communication", "status": "preparation", "subject": { "reference": subject } })
}

fn unit(world: &World) {
    let unit = json!({ "resourceType": "Organization", "id": "walk", "name": "Poliklinikk" });
    world.put(BERGEN, "/fhir/Organization/walk", None, &unit).expect(201);
}

#[test]
fn an_identifier_that_is_also_a_full_url_stays_what_it_is() {
    each(|world| {
        let mut person = testine();
        let own = json!({ "system": "urn:ietf:rfc:3986", "value": UUID });
        person["identifier"].as_array_mut().expect("identifiers").push(own.clone());
        let entries = [
            entry(Some(UUID), "POST", "Patient", Some(person)),
            entry(None, "POST", "Communication", Some(letter(UUID))),
        ];
        let answer = world.post(BERGEN, "/fhir", &bundle("transaction", &entries)).expect(200);
        let stored = &answer.json["entry"][0]["resource"];
        assert_eq!(stored["identifier"][1], own);
        let subject = format!("Patient/{}", stored["id"].as_str().expect("an id"));
        assert_eq!(answer.json["entry"][1]["resource"]["subject"]["reference"], subject.as_str());
    });
}

#[test]
fn relative_references_belong_to_the_server_of_their_entry() {
    each(|world| {
        let epj = "https://epj.example.no/fhir";
        let person = entry(Some(&format!("{epj}/Patient/7")), "POST", "Patient", Some(testine()));
        let same = entry(Some(&format!("{epj}/Communication/1")), "POST", "Communication", Some(letter("Patient/7")));
        let answer = world.post(BERGEN, "/fhir", &bundle("transaction", &[person.clone(), same])).expect(200);
        let key = format!("Patient/{}", answer.json["entry"][0]["resource"]["id"].as_str().expect("an id"));
        assert_eq!(answer.json["entry"][1]["resource"]["subject"]["reference"], key.as_str());

        // On another server the same words name another patient, who is not here.
        let other = "https://annen.example.no/fhir/Communication/1";
        let other = entry(Some(other), "POST", "Communication", Some(letter("Patient/7")));
        let refused = world.post(BERGEN, "/fhir", &bundle("transaction", &[person, other])).expect(422);
        assert_eq!(refused.codes(), ["patient-not-found"]);
        assert_eq!(refused.json["issue"][0]["expression"], json!(["Bundle.entry[1].resource.subject"]));
    });
}

#[test]
fn what_cannot_be_written_is_named_by_its_entry() {
    each(|world| {
        let before = world.counts();
        let plan =
            json!({ "resourceType": "CarePlan", "status": "draft", "intent": "plan", "subject": { "display": "x" } });
        let mut asking = letter("Patient?identifier=a");
        asking["subject"] = patient(TESTINE);
        for (resource, kind, code, place) in [
            (plan, "CarePlan", "patient-required", "Bundle.entry[1].resource.subject"),
            (letter("Patient/nope"), "Communication", "patient-not-found", "Bundle.entry[1].resource.subject"),
        ] {
            let entries =
                [entry(None, "POST", "Communication", Some(asking.clone())), entry(None, "POST", kind, Some(resource))];
            let refused = world.post(BERGEN, "/fhir", &bundle("transaction", &entries)).expect(422);
            assert_eq!(refused.codes(), [code]);
            assert_eq!(refused.json["issue"][0]["expression"], json!([place]));
        }
        assert_eq!(world.counts(), before);
    });
}

#[test]
fn if_none_match_of_an_entry_counts() {
    each(|world| {
        unit(world);
        let ask = |method: &str, tag: &str, resource: Option<Value>| {
            let mut entry = entry(None, method, "Organization/walk", resource);
            entry["request"]["ifNoneMatch"] = json!(tag);
            entry
        };
        let read = bundle("batch", &[ask("GET", "W/\"1\"", None), ask("GET", "W/\"2\"", None)]);
        let answer = world.post(BERGEN, "/fhir", &read).expect(200);
        assert_eq!(answer.json["entry"][0]["response"]["status"], "304");
        assert_eq!(answer.json["entry"][0]["resource"], Value::Null);
        assert_eq!(answer.json["entry"][1]["resource"]["id"], "walk");

        let over = json!({ "resourceType": "Organization", "id": "walk", "name": "Overskrevet" });
        let write = bundle("transaction", &[ask("PUT", "*", Some(over))]);
        let refused = world.post(BERGEN, "/fhir", &write).expect(412);
        assert_eq!(refused.codes(), ["already-exists"]);
        assert_eq!(refused.json["issue"][0]["expression"], json!(["Bundle.entry[0].request.ifNoneMatch"]));
    });
}

#[test]
fn an_outcome_is_the_response_and_not_the_resource() {
    each(|world| {
        let named = json!({ "resourceType": "Organization", "name": "Poliklinikk" });
        for kind in ["transaction", "batch"] {
            let entries = [entry(None, "POST", "Organization", Some(named.clone()))];
            let request = world.as_(BERGEN, "POST", "/fhir").header("prefer", "return=OperationOutcome");
            let answer = world.send_json(request, &bundle(kind, &entries)).expect(200);
            let entry = &answer.json["entry"][0];
            assert_eq!(entry["resource"], Value::Null, "{kind}");
            assert_eq!(entry["response"]["status"], "201");
            assert_eq!(entry["response"]["outcome"]["issue"][0]["severity"], "information", "{kind}");
        }
    });
}
