//! References lead somewhere, and what is referred to is not deleted: as far as the caller may see, and not a word further.

use crate::people::{BERGEN, HARALDSPLASS, TESTINE, nurse, patient};
use crate::refusal::{assert_refused, sent};
use crate::story::{created, nowhere};
use crate::world::{World, each};
use serde_json::{Value, json};

fn unit(name: &str, part_of: Option<&str>) -> Value {
    let mut unit = json!({ "resourceType": "Organization", "name": name });
    if let Some(above) = part_of {
        unit["partOf"] = json!({ "reference": above });
    }
    unit
}

fn goal(more: &[(&str, Value)]) -> Value {
    let mut goal = json!({ "resourceType": "Goal", "lifecycleStatus": "active", "description": { "text": "Gå turer" },
                           "subject": patient(TESTINE) });
    for (name, value) in more {
        goal[*name] = value.clone();
    }
    goal
}

fn to(reference: &str) -> Value {
    json!({ "reference": reference })
}

fn with_id(mut resource: Value, id: &str) -> Value {
    resource["id"] = json!(id);
    resource
}

#[test]
fn a_reference_leads_to_what_its_writer_sees() {
    each(|world| {
        let above = created(world, BERGEN, &unit("Sykehus", None));
        let absolute = format!("{}/{above}", world.base());
        let version = format!("{above}/_history/1");
        for fine in [
            &above,
            &absolute,
            &version,
            "https://elsewhere.example/fhir/Organization/1",
            "urn:uuid:0fc374a1-a226-4552-9683-55dd510e67c9",
        ] {
            created(world, BERGEN, &unit("Avdeling", Some(fine)));
        }
        let theirs = created(world, HARALDSPLASS, &goal(&[]));
        let gone = created(world, BERGEN, &goal(&[]));
        world.send(world.as_(BERGEN, "DELETE", &format!("/fhir/{gone}"))).expect(204);
        let addresses = |of: &str| json!([{ "reference": "ServiceRequest/none" }, { "reference": of }]);
        let before = world.counts();
        let post = |body: &Value| {
            let path = format!("/fhir/{}", body["resourceType"].as_str().expect("a type"));
            world.as_(BERGEN, "POST", &path).header("content-type", "application/fhir+json").body(body.to_string())
        };
        let communication =
            |about: &str| json!({ "resourceType": "Communication", "status": "completed", "about": [to(about)] });
        let contained = json!({ "resourceType": "CarePlan", "status": "draft", "intent": "plan", "subject": patient(TESTINE),
            "contained": [{ "resourceType": "PractitionerRole", "id": "r", "practitioner": to("Practitioner/none") }], "author": to("#r") });
        for (body, at) in [
            (unit("x", Some("Organization/none")), "Organization.partOf"),
            (unit("x", Some(&format!("{}/Organization/none", world.base()))), "Organization.partOf"),
            (unit("x", Some(&format!("{above}/_history/2"))), "Organization.partOf"),
            (goal(&[("addresses", addresses("ServiceRequest/other"))]), "Goal.addresses[1]"),
            (communication(&theirs), "Communication.about[0]"),
            (communication(&gone), "Communication.about[0]"),
            (communication("Observation/1"), "Communication.about[0]"),
            (contained, "CarePlan.contained[0].practitioner"),
        ] {
            let (answer, problem) = sent(world, post(&body), 422, "reference-not-found", Some(at));
            assert!(problem.is_none(), "{problem:?}");
            assert!(answer.text.contains("Reference.identifier"), "the remedy: {}", answer.text);
        }
        assert_eq!(world.counts(), before);
    });
}

#[test]
fn a_transaction_may_make_what_it_refers_to_and_what_stood_there_stops_nobody() {
    each(|world| {
        let put = |id: &str, above: &str| json!({ "resource": with_id(unit("x", Some(above)), id), "request": { "method": "PUT", "url": format!("Organization/{id}") } });
        let bundle = |entries: &[Value]| {
            world.post(BERGEN, "/fhir", &json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries }))
        };
        // Each other's, in whatever order; itself too.
        bundle(&[put("a", "Organization/b"), put("b", "Organization/a"), put("c", "Organization/c")]).expect(200);
        let before = world.counts();
        let refused = bundle(&[put("d", "Organization/a"), put("e", "Organization/none")]);
        assert_refused(&refused, 422, "reference-not-found", Some("Bundle.entry[1].resource.partOf"));
        let delete = |id: &str| json!({ "request": { "method": "DELETE", "url": format!("Organization/{id}") } });
        let refused = bundle(&[put("d", "Organization/c"), delete("c")]);
        assert_refused(&refused, 422, "reference-not-found", Some("Bundle.entry[0].resource.partOf"));
        assert_eq!(world.counts(), before);

        // What has gone since does not stop the rest from being changed; nothing new may refer to it.
        let worker = created(world, HARALDSPLASS, &nurse("9144900"));
        let mut aim = goal(&[("expressedBy", to(&worker))]);
        let ours = created(world, BERGEN, &aim);
        world.send(world.as_(HARALDSPLASS, "DELETE", &format!("/fhir/{worker}"))).expect(204);
        assert_refused(&world.post(BERGEN, "/fhir/Goal", &aim), 422, "reference-not-found", Some("Goal.expressedBy"));
        aim["id"] = json!(ours.split_once('/').map(|(_, id)| id));
        aim["lifecycleStatus"] = json!("completed");
        world.put(BERGEN, &format!("/fhir/{ours}"), None, &aim).expect(200);
    });
}

#[test]
fn what_is_referred_to_is_not_deleted() {
    each(|world| {
        let above = created(world, BERGEN, &unit("Sykehus", None));
        let below: Vec<String> = (0..6).map(|_| created(world, BERGEN, &unit("Avdeling", Some(&above)))).collect();
        let (delete, before) = (|| world.as_(BERGEN, "DELETE", &format!("/fhir/{above}")), world.counts());
        let (answer, problem) = sent(world, delete(), 409, "still-referenced", Some("http.url"));
        assert!(problem.is_none(), "{problem:?}");
        let text = answer.json["issue"][0]["details"]["text"].as_str().expect("a text");
        assert_eq!(below.iter().filter(|below| text.contains(below.as_str())).count(), 5, "{text}");
        assert!(text.contains("entered-in-error"), "{text}");
        let searched = world.send(world.as_(BERGEN, "DELETE", &format!("/fhir/Organization?_id={}", &above[13..])));
        assert_refused(&searched, 409, "still-referenced", None);
        assert_eq!(world.counts(), before);

        // Together they go, in any order; and those that were mended let go.
        let entry = |url: &str| json!({ "request": { "method": "DELETE", "url": url } });
        let bundle = |entries: &[Value]| {
            world.post(BERGEN, "/fhir", &json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries }))
        };
        let some = [entry(&above), entry(&below[0])];
        assert_refused(&bundle(&some), 409, "still-referenced", Some("Bundle.entry[0].request.url"));
        let mut all: Vec<Value> = below[1..].iter().map(|below| entry(below)).collect();
        all.insert(2, entry(&above));
        let id = &below[0][13..];
        all.push(
            json!({ "resource": with_id(unit("Fri", None), id), "request": { "method": "PUT", "url": below[0] } }),
        );
        bundle(&all).expect(200);
        world.get(BERGEN, &format!("/fhir/{above}")).expect(410);
        assert_eq!(
            world.get(BERGEN, &format!("/fhir/{above}/_history")).expect(200).json["entry"].as_array().map(Vec::len),
            Some(2)
        );
        assert!(world.store.verify().expect("a report").sound());
    });
}

#[test]
fn a_reference_that_no_search_finds_holds_too_and_a_record_does_not() {
    each(|world| {
        let person = created(world, BERGEN, &nowhere(TESTINE));
        let flag =
            json!({ "resourceType": "Flag", "status": "active", "code": { "text": "Tolk" }, "subject": to(&person) });
        let flag = created(world, BERGEN, &flag);
        let extended =
            goal(&[("extension", json!([{ "url": "https://example.org/flag", "valueReference": to(&flag) }]))]);
        let extended = created(world, BERGEN, &extended);
        let provenance = json!({ "resourceType": "Provenance", "target": [to(&extended)], "recorded": "2026-11-22T15:00:00Z",
                                 "agent": [{ "who": { "display": "Kåre" } }] });
        created(world, BERGEN, &provenance);
        let delete = |address: &str| world.send(world.as_(BERGEN, "DELETE", &format!("/fhir/{address}")));
        for (held, by) in [(&person, &flag), (&flag, &extended)] {
            let refused = delete(held).expect(409);
            assert!(refused.text.contains(by.as_str()), "{}", refused.text);
        }
        for free in [&extended, &flag, &person] {
            delete(free).expect(204);
        }
    });
}

#[test]
fn who_refers_to_it_unseen_is_not_told_of() {
    each(|world| {
        // Two databases that differ in what Bergen may not see, and one answer.
        let unseen = |world: &World, referred: bool| {
            let unit = created(world, BERGEN, &with_id(unit("Klinikk", None), "x"));
            let careful = goal(&[("expressedBy", json!({ "identifier": { "system": "urn:x", "value": "1" } }))]);
            let plan = json!({ "resourceType": "CareTeam", "status": "active", "subject": patient(TESTINE), "managingOrganization": [to(&unit)] });
            created(world, HARALDSPLASS, if referred { &plan } else { &careful });
            let answer = world.send(world.as_(BERGEN, "DELETE", &format!("/fhir/{unit}")));
            (answer.status, answer.text)
        };
        let with = unseen(world, true);
        assert_eq!(with, (204, String::new()));
        assert_eq!(unseen(world, false), with);
        let team = world.get(HARALDSPLASS, "/fhir/CareTeam").expect(200);
        assert_eq!(team.entries().len(), 1, "what referred to it is as it was");
        assert!(world.store.verify().expect("a report").sound());
    });
}
