//! What an integrator who walks the whole API by hand came to see: references as EPJ systems really write them, roles that are
//! ended by the name the EPJ knows, other people's patients, and answers that say enough to go on.

mod bundles;

use crate::people::{
    ANNEN, BERGEN, ENH, FNR, HPR, KOMMUNE, ROLE, TESTINE, appointing, consent, nurse, organisation, patient, physician,
    team,
};
use crate::world::{World, each};
use serde_json::{Value, json};

const APPOINT: &str = "/fhir/CareTeam/$appoint";
const REASON_URL: &str = "https://varde.no/fhir/StructureDefinition/end-reason";

/// Ends the role 18 of somebody.
fn ending(member: &Value, end: Option<&str>) -> Value {
    let mut parameters = vec![
        json!({ "name": "role", "valueCoding": { "system": ROLE, "code": "18" } }),
        json!({ "name": "member", "valueReference": member }),
        json!({ "name": "reason", "valueString": end.unwrap_or("Behovet er borte") }),
    ];
    parameters.extend(end.map(|end| json!({ "name": "end", "valueDateTime": end })));
    json!({ "resourceType": "Parameters", "parameter": parameters })
}

fn by_hpr(number: &str) -> Value {
    json!({ "identifier": { "system": HPR, "value": number } })
}

/// The Parameters with one of another value; `Null` leaves it out.
fn with(mut asked: Value, name: &str, parameter: Value) -> Value {
    let parameters = asked["parameter"].as_array_mut().expect("parameters");
    parameters.retain(|given| given["name"] != name);
    if !parameter.is_null() {
        let mut parameter = parameter;
        parameter["name"] = json!(name);
        parameters.push(parameter);
    }
    asked
}

fn created(world: &World, path: &str, resource: &Value) -> String {
    world.post(BERGEN, path, resource).expect(201).id()
}

#[test]
fn a_role_ends_by_the_hpr_number_however_the_team_names_its_holder() {
    each(|world| {
        created(world, "/fhir/Consent", &consent(TESTINE, "koordinator", &[]));
        let contained = created(world, "/fhir/CareTeam", &team(TESTINE, "9144900"));
        let end = format!("/fhir/CareTeam/{contained}/$end-appointment");
        let ended = world.post(BERGEN, &end, &ending(&by_hpr("9144900"), None)).expect(200);
        let participant = &ended.json["parameter"][0]["resource"]["participant"][0];
        assert_eq!(participant["member"]["reference"], "#p1");
        assert_eq!(participant["period"]["end"], "2026-11-22T15:00:00.000Z");

        let practitioner = created(world, "/fhir/Practitioner", &nurse("9144897"));
        let behind = json!({ "reference": format!("Practitioner/{practitioner}") });
        let role = json!({
            "resourceType": "PractitionerRole",
            "practitioner": behind,
            "code": [{ "text": "Spesialsykepleier" }],
            "telecom": [{ "system": "phone", "value": "55 00 00 01" }],
        });
        let role =
            json!({ "reference": format!("PractitionerRole/{}", created(world, "/fhir/PractitionerRole", &role)) });
        for (place, name) in [by_hpr("9144897"), behind.clone(), role.clone()].into_iter().enumerate() {
            let asked = appointing(ANNEN, "9144897", &format!("o-{place}"));
            let asked = with(asked, "member", json!({ "valueReference": role }));
            let start = format!("2026-11-22T15:00:0{place}Z");
            let asked = with(asked, "period", json!({ "valuePeriod": { "start": start } }));
            let answer = world.post(BERGEN, APPOINT, &asked).expect(200);
            let team = answer.json["parameter"][0]["resource"]["id"].as_str().expect("an id").to_owned();
            world.clock.advance(1_000_000);
            let end = format!("/fhir/CareTeam/{team}/$end-appointment");
            world.post(BERGEN, &end, &ending(&name, None)).expect(200);
        }
    });
}

#[test]
fn a_contained_koordinator_is_replaced_by_number() {
    each(|world| {
        created(world, "/fhir/Consent", &consent(TESTINE, "koordinator", &[]));
        created(world, "/fhir/CareTeam", &team(TESTINE, "9144900"));
        let asked = with(appointing(TESTINE, "9144897", "o-1"), "consent", Value::Null);
        let asked = with(asked, "period", json!({ "valuePeriod": { "start": "2026-11-22T15:00:00Z" } }));
        let asked = with(asked, "replaces", json!({ "valueReference": by_hpr("9144900") }));
        let answer = world.post(BERGEN, APPOINT, &asked).expect(200);
        let participants = &answer.json["parameter"][0]["resource"]["participant"];
        assert_eq!(participants[0]["period"]["end"], participants[1]["period"]["start"]);
    });
}

#[test]
fn an_ending_that_is_moved_has_one_reason() {
    each(|world| {
        let answer = world.post(BERGEN, APPOINT, &appointing(TESTINE, "9144900", "o-1")).expect(200);
        let team = answer.json["parameter"][0]["resource"]["id"].as_str().expect("an id");
        let end = format!("/fhir/CareTeam/{team}/$end-appointment");
        world.post(BERGEN, &end, &ending(&by_hpr("9144900"), Some("2027-01-01"))).expect(200);
        let moved = world.post(BERGEN, &end, &ending(&by_hpr("9144900"), Some("2026-12-01"))).expect(200);
        let participant = &moved.json["parameter"][0]["resource"]["participant"][0];
        let extensions = participant["extension"].as_array().expect("extensions");
        let reasons: Vec<&Value> =
            extensions.iter().filter(|e| e["url"] == REASON_URL).map(|e| &e["valueString"]).collect();
        assert_eq!(reasons, ["2026-12-01"]);
        assert_eq!(participant["period"]["end"], "2026-12-01");
    });
}

#[test]
fn an_address_in_the_epj_does_not_hide_the_patient_beside_it() {
    each(|world| {
        let here = created(
            world,
            "/fhir/Patient",
            &json!({ "resourceType": "Patient", "identifier": [{ "system": FNR, "value": TESTINE }] }),
        );
        let mut epj = patient(TESTINE);
        epj["reference"] = json!("https://epj.example.no/fhir/Patient/5");
        let letter = json!({ "resourceType": "Communication", "status": "preparation", "subject": epj });
        let letter = created(world, "/fhir/Communication", &letter);
        let found = world.get(BERGEN, &format!("/fhir/Communication?patient=Patient/{here}")).expect(200);
        assert_eq!(found.json["entry"][0]["resource"]["id"], letter.as_str());

        let mut asked = appointing(TESTINE, "9144900", "o-1");
        asked = with(asked, "patient", json!({ "valueReference": epj }));
        world.post(BERGEN, APPOINT, &asked).expect(200);

        let both = json!({
            "resourceType": "Communication",
            "status": "preparation",
            "subject": { "reference": format!("Patient/{here}"), "identifier": { "system": FNR, "value": ANNEN } },
        });
        let refused = world.post(BERGEN, "/fhir/Communication", &both).expect(422);
        assert_eq!(refused.codes(), ["two-patients"]);
        assert_eq!(refused.json["issue"][0]["expression"][0], "Communication.subject");
        assert!(!refused.text.contains(ANNEN) && !refused.text.contains(TESTINE), "{}", refused.text);
    });
}

#[test]
fn appointing_one_patient_touches_no_other() {
    each(|world| {
        let need =
            json!({ "resourceType": "Task", "status": "requested", "intent": "proposal", "for": patient(ANNEN) });
        let need = created(world, "/fhir/Task", &need);
        let theirs = created(world, "/fhir/Consent", &consent(ANNEN, "koordinator", &[]));
        created(world, "/fhir/Consent", &consent(TESTINE, "koordinator", &[]));
        let before = world.counts();
        for (name, given, code) in [
            ("basedOn", json!({ "valueReference": { "reference": format!("Task/{need}") } }), "need-not-found"),
            (
                "consent",
                json!({ "valueReference": { "reference": format!("Consent/{theirs}") } }),
                "consent-of-another",
            ),
            ("consent", json!({ "resource": consent(ANNEN, "koordinator", &[]) }), "consent-of-another"),
        ] {
            let asked = with(appointing(TESTINE, "9144900", "o-1"), name, given);
            let refused = world.post(BERGEN, APPOINT, &asked).expect(422);
            assert_eq!(refused.codes(), [code]);
            let place = format!("Parameters.parameter.where(name='{name}')");
            assert_eq!(refused.json["issue"][0]["expression"], json!([place]));
            assert_eq!(world.counts(), before, "{name}");
        }
        let left = world.get(BERGEN, &format!("/fhir/Task/{need}")).expect(200);
        assert_eq!(left.json["status"], "requested");
    });
}

#[test]
fn parameters_that_lead_nowhere_are_named() {
    each(|world| {
        let before = world.counts();
        let doctor = created(world, "/fhir/Practitioner", &physician("9144889"));
        let unit = |reference: Value| json!({ "valueReference": reference });
        for (name, given, status, code, place) in [
            ("unit", unit(json!({ "reference": "Organization/nope" })), 422, "unit-not-found", "unit"),
            ("unit", unit(json!({ "display": "Haukeland" })), 422, "unit-not-found", "unit"),
            ("unit", unit(json!({ "reference": format!("Practitioner/{doctor}") })), 422, "unit-not-found", "unit"),
            ("patient", unit(json!({ "reference": "Patient/nope" })), 422, "patient-not-found", "patient"),
            ("identifier", json!({ "valueIdentifier": { "system": ENH } }), 400, "identifier-value", "identifier"),
            ("criteria", json!({ "valueCode": "kompleks" }), 400, "wrong-type", ""),
        ] {
            let asked = with(appointing(TESTINE, "9144900", "o-1"), name, given);
            let refused = world.post(BERGEN, APPOINT, &asked).expect(status);
            assert_eq!(refused.codes(), [code], "{name}");
            let expression = refused.json["issue"][0]["expression"][0].as_str().expect("a place");
            assert!(expression.starts_with("Parameters.parameter") && expression.contains(place), "{expression}");
        }
        world.send(world.as_(BERGEN, "DELETE", &format!("/fhir/Practitioner/{doctor}"))).expect(204);
        let grants = |counts: Vec<(String, i64)>| counts.into_iter().find(|(table, _)| table == "access_grant");
        assert_eq!(grants(world.counts()), grants(before));
    });
}

#[test]
fn the_receiver_of_a_task_does_not_relabel_it() {
    each(|world| {
        let label = |code: &str| json!([{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": code }]);
        let task = json!({
            "resourceType": "Task",
            "meta": { "security": label("N"), "tag": [{ "system": "urn:oid:1.2.3", "code": "a" }] },
            "status": "requested",
            "intent": "order",
            "for": patient(TESTINE),
            "owner": organisation("964338531"),
        });
        let task = created(world, "/fhir/Task", &task);
        let url = format!("/fhir/Task/{task}");
        let mut seen = world.get(KOMMUNE, &url).expect(200).json;
        seen["status"] = json!("accepted");
        for labels in [label("R"), Value::Null] {
            let mut relabelled = seen.clone();
            relabelled["meta"]["security"] = labels;
            if relabelled["meta"]["security"].is_null() {
                relabelled["meta"].as_object_mut().expect("a meta").remove("security");
            }
            let refused = world.put(KOMMUNE, &url, Some("W/\"1\""), &relabelled).expect(403);
            assert_eq!(refused.codes(), ["task-element-not-yours"]);
            assert_eq!(refused.json["issue"][0]["expression"][0], "Task.meta.security");
        }
        let accepted = world.put(KOMMUNE, &url, Some("W/\"1\""), &seen).expect(200);
        assert_eq!(accepted.json["meta"]["security"], label("N"));
        assert_eq!(accepted.json["meta"]["tag"][0]["code"], "a");
    });
}

#[test]
fn a_conditional_create_that_finds_one_says_which() {
    each(|world| {
        let person = json!({ "resourceType": "Patient", "identifier": [{ "system": "urn:oid:1.2.3", "value": "p1" }] });
        let query = "identifier=urn:oid:1.2.3%7Cp1";
        let base = world.base();
        let made = world
            .send_json(world.as_(BERGEN, "POST", "/fhir/Patient").header("if-none-exist", query), &person)
            .expect(201);
        let place = format!("{base}/Patient/{}/_history/1", made.id());
        for condition in
            [query.to_owned(), format!("?{query}"), format!("Patient?{query}"), format!("{base}/Patient?{query}")]
        {
            let request = world.as_(BERGEN, "POST", "/fhir/Patient").header("if-none-exist", &condition);
            let found = world.send_json(request.header("prefer", "return=minimal"), &person).expect(200);
            assert_eq!((found.text.as_str(), found.header("location")), ("", Some(place.as_str())), "{condition}");
        }
        let other = world.as_(BERGEN, "POST", "/fhir/Patient").header("if-none-exist", format!("Task?{query}"));
        world.send_json(other, &person).expect(400);
    });
}

#[test]
fn a_history_tells_of_a_return_and_of_its_own_page() {
    each(|world| {
        let url = "/fhir/Organization/walk";
        let unit = json!({ "resourceType": "Organization", "id": "walk", "name": "Poliklinikk" });
        world.put(BERGEN, url, None, &unit).expect(201);
        world.send(world.as_(BERGEN, "DELETE", url)).expect(204);
        world.put(BERGEN, url, None, &unit).expect(201);
        let base = world.base();
        let first = world.get(BERGEN, &format!("{url}/_history?_count=1")).expect(200);
        assert_eq!(first.json["entry"][0]["response"]["status"], "201");
        assert_eq!(first.json["link"][0]["url"], format!("{base}/Organization/walk/_history?_count=1"));
        let next = first.json["link"][1]["url"].as_str().expect("a next page").to_owned();
        let second = world.get(BERGEN, &next).expect(200);
        assert_eq!(second.json["link"][0], json!({ "relation": "self", "url": next }));
        assert_eq!(second.json["entry"][0]["request"]["method"], "DELETE");
        world.get(BERGEN, &format!("{url}/_history/03")).expect(404);
        world.get(BERGEN, &format!("{url}/_history/3")).expect(200);
    });
}
