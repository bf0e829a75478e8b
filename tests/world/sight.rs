//! Who sees what. What an organisation may not see does not exist for it: the same answer, to the byte, as for what never was.

use crate::answer::Answer;
use crate::people::{
    ANNEN, BERGEN, ENH, FNR, HARALDSPLASS, KOMMUNE, RKE, TESTINE, consent, nurse, organisation, plan, status_of, team,
};
use crate::story::{
    APPOINT, BERGEN_KOMMUNE, HDS, HELSE_BERGEN, PLAN_STATUS, Ready, answering, created, ending, nowhere, ready, set,
    task_to, withdrawn,
};
use crate::world::{World, each};
use serde_json::{Value, json};

/// One appointment with all its papers and a plan; what patient-bound resources there are, as `Type/id`.
fn coordinated(world: &World) -> (Ready, Vec<String>) {
    let ready = ready(world);
    let appointed = world.post(BERGEN, APPOINT, &answering(&ready, "9144900", "1")).expect(200);
    created(world, BERGEN, &set(plan(TESTINE), "/author", organisation(HELSE_BERGEN)));
    let mut all = Vec::new();
    for rtype in
        ["CareTeam", "CarePlan", "Consent", "Task", "Communication", "DocumentReference", "Patient", "Provenance"]
    {
        let found = world.get(BERGEN, &format!("/fhir/{rtype}")).expect(200);
        all.extend(found.entries().iter().map(|e| format!("{rtype}/{}", e["id"].as_str().expect("an id"))));
    }
    assert_eq!(all.len(), 10, "{all:?}");
    assert!(appointed.parameters("outcome").is_empty());
    (ready, all)
}

fn team_of(all: &[String]) -> String {
    all.iter().find(|address| address.starts_with("CareTeam/")).expect("a team").clone()
}

/// Status, header fields (but `date`) and body of an answer to a request with this id.
fn whole(
    world: &World,
    persona: &str,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> (u16, Vec<(String, String)>, String) {
    let request = world.as_(persona, method, path).header("x-request-id", "the-same");
    let Answer { status, mut headers, text, .. } = match body {
        Some(body) => world.send_json(request, body),
        None => world.send(request),
    };
    headers.retain(|(name, _)| name != "date");
    headers.sort();
    (status, headers, text)
}

#[test]
fn what_another_hospital_may_not_see_answers_like_what_never_was() {
    each(|world| {
        let (_, all) = coordinated(world);
        let before = world.counts();
        for persona in [HARALDSPLASS, RKE] {
            for address in &all {
                let (rtype, _) = address.split_once('/').expect("Type/id");
                let mut asked = vec![("GET", ""), ("GET", "/_history"), ("GET", "/_history/1"), ("HEAD", "")];
                if persona == HARALDSPLASS && rtype != "Provenance" {
                    asked.push(("DELETE", ""));
                }
                for (method, rest) in asked {
                    let hidden = whole(world, persona, method, &format!("/fhir/{address}{rest}"), None);
                    let never = whole(world, persona, method, &format!("/fhir/{rtype}/never-was{rest}"), None);
                    assert_eq!(hidden.0, 404, "{persona} {method} {address}{rest}");
                    assert_eq!(hidden, never, "{persona} {method} {address}{rest}");
                }
            }
        }
        let end = |address: &str| {
            let path = format!("/fhir/{address}/$end-appointment");
            whole(world, HARALDSPLASS, "POST", &path, Some(&ending("9144900", "Nysgjerrig")))
        };
        assert_eq!(end(&team_of(&all)), end("CareTeam/never-was"));
        assert_eq!(world.counts(), before);
    });
}

#[test]
fn what_may_not_be_seen_is_not_found_not_included_and_not_counted() {
    each(|world| {
        let (_, all) = coordinated(world);
        for persona in [HARALDSPLASS, RKE] {
            for rtype in [
                "CareTeam",
                "CarePlan",
                "Consent",
                "Task",
                "Communication",
                "DocumentReference",
                "Patient",
                "Provenance",
            ] {
                let found = world.get(persona, &format!("/fhir/{rtype}?_total=accurate")).expect(200);
                assert_eq!((found.json["total"].as_i64(), found.entries().len()), (Some(0), 0), "{persona} {rtype}");
            }
            let found = world.get(persona, "/fhir/Practitioner?_revinclude=CareTeam:participant").expect(200);
            let types: Vec<&str> = found.entries().iter().filter_map(|e| e["resourceType"].as_str()).collect();
            assert_eq!(types, ["Practitioner"], "{persona}");
            let by_number =
                world.search(persona, "Patient", &[("identifier", &format!("{FNR}|{TESTINE}"))]).expect(200);
            assert!(by_number.entries().is_empty(), "{persona}");
            let by_patient = world.get(persona, &format!("/fhir/CareTeam?_id={}", &team_of(&all)[9..])).expect(200);
            assert!(by_patient.entries().is_empty(), "{persona}");
        }
    });
}

#[test]
fn ones_own_team_about_the_same_person_opens_nothing_of_the_others() {
    each(|world| {
        let (ready, _) = coordinated(world);
        let own = created(world, HARALDSPLASS, &nowhere(TESTINE));
        created(world, HARALDSPLASS, &consent(TESTINE, "koordinator", &[]));
        let own_team =
            created(world, HARALDSPLASS, &set(team(TESTINE, "9144901"), "/managingOrganization/0", organisation(HDS)));
        let found = world.get(HARALDSPLASS, "/fhir/CareTeam?_include=CareTeam:subject&_total=accurate").expect(200);
        let seen: Vec<String> = found
            .entries()
            .iter()
            .map(|e| format!("{}/{}", e["resourceType"].as_str().expect("a type"), e["id"].as_str().expect("an id")))
            .collect();
        assert_eq!((found.json["total"].as_i64(), seen), (Some(1), vec![own_team, own.clone()]));
        let by = |patient: &str| {
            world.get(HARALDSPLASS, &format!("/fhir/CareTeam?patient={patient}")).expect(200).entries().len()
        };
        // That Helse Bergen's Patient is the same person is not for Haraldsplass to learn.
        assert_eq!((by(&own), by(&ready.patient), by("Patient/never-was")), (1, 0, 0));
        let twice = world
            .as_(HARALDSPLASS, "POST", "/fhir/Patient")
            .header("if-none-exist", format!("identifier={FNR}|{TESTINE}"));
        let found = world.send_json(twice, &nowhere(TESTINE)).expect(200);
        assert_eq!(format!("Patient/{}", found.id()), own);
    });
}

#[test]
fn the_plan_status_of_a_hidden_patient_is_that_of_an_unknown_one() {
    each(|world| {
        coordinated(world);
        let empty = World::sqlite();
        let ask =
            |world: &World, number: &str| whole(world, HARALDSPLASS, "POST", PLAN_STATUS, Some(&status_of(&[number])));
        let (status, headers, text) = ask(world, TESTINE);
        assert_eq!(status, 200);
        assert!(text.contains("\"hasActivePlan\",\"valueBoolean\":false"), "{text}");
        assert_eq!(ask(&empty, TESTINE), (status, headers, text.clone()));
        assert_eq!(ask(world, ANNEN).2, text.replace(TESTINE, ANNEN));
    });
}

#[test]
fn the_directory_is_everybodys_to_read_and_its_owners_to_change() {
    each(|world| {
        let service = crate::story::koordinerende_enhet(world, KOMMUNE);
        let worker = world.post(BERGEN, "/fhir/Practitioner", &nurse("9144900")).expect(201);
        let address = format!("/fhir/Practitioner/{}", worker.id());
        let before = world.counts();
        for persona in [BERGEN, HARALDSPLASS, KOMMUNE, RKE, "ke-helse-bergen", "epj-helse-bergen-readonly"] {
            assert_eq!(world.get(persona, &address).expect(200).text, worker.text);
            world.get(persona, &format!("/fhir/{service}")).expect(200);
            let found =
                world.get(persona, &format!("/fhir/Organization?identifier={ENH}|{BERGEN_KOMMUNE}")).expect(200);
            assert_eq!(found.entries().len(), 1, "{persona}");
        }
        for persona in [HARALDSPLASS, KOMMUNE, RKE] {
            let changed = set(worker.json.clone(), "/telecom/0/value", json!("55 99 99 99"));
            assert_eq!(world.put(persona, &address, None, &changed).expect(403).codes(), ["not-owner"]);
            assert_eq!(world.send(world.as_(persona, "DELETE", &address)).expect(403).codes(), ["not-owner"]);
        }
        assert_eq!(world.counts(), before);
    });
}

#[test]
fn what_one_sees_of_another_organisation_one_cannot_change() {
    each(|world| {
        let (_, all) = coordinated(world);
        let address = format!("/fhir/{}", team_of(&all));
        let seen = world.get(KOMMUNE, &address).expect(200);
        let before = world.counts();
        let changed = set(seen.json.clone(), "/name", json!("Vårt team"));
        assert_eq!(world.put(KOMMUNE, &address, Some(&seen.etag()), &changed).expect(403).codes(), ["not-owner"]);
        let delete = world.as_(KOMMUNE, "DELETE", &address).header("if-match", seen.etag());
        assert_eq!(world.send(delete).expect(403).codes(), ["not-owner"]);
        let entry = json!({ "method": "PUT", "url": team_of(&all), "ifMatch": seen.etag() });
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [{ "resource": changed, "request": entry }] });
        assert_eq!(world.post(KOMMUNE, "/fhir", &bundle).expect(403).codes(), ["not-owner"]);
        world.post(KOMMUNE, &format!("{address}/$end-appointment"), &ending("9144900", "Nei")).expect(403);
        world.post(KOMMUNE, APPOINT, &crate::people::appointing(ANNEN, "9144900", "2")).expect(403);
        assert_eq!(world.counts(), before);
    });
}

/// Everything somebody might write to open another organisation's resources, to `to`.
fn openings(to: &str, focus: &str) -> Vec<Value> {
    let member = set(team(TESTINE, "9144909"), "/managingOrganization/0", organisation(HDS));
    let member = set(member, "/participant/0/onBehalfOf", organisation(to));
    vec![
        consent(TESTINE, "koordinator", &[to]),
        consent(TESTINE, "individuell-plan", &[to]),
        set(plan(TESTINE), "/author", organisation(to)),
        task_to(TESTINE, to, focus),
        member,
    ]
}

/// Writes it as Haraldsplass; what names a resource that it does not see is refused, and is written without the name.
fn open_as_far_as_may_be(world: &World, mut opening: Value) {
    if opening.get("focus").is_some() {
        let refused = world.post(HARALDSPLASS, "/fhir/Task", &opening).expect(422);
        assert_eq!(refused.codes(), ["reference-not-found"]);
        assert_eq!(refused.json["issue"][0]["expression"], json!(["Task.focus"]));
        opening.as_object_mut().expect("a resource").shift_remove("focus");
    }
    created(world, HARALDSPLASS, &opening);
}

#[test]
fn nobody_grants_themselves() {
    each(|world| {
        let ready = ready(world);
        world.post(BERGEN, "/fhir/CareTeam", &team(TESTINE, "9144900")).expect(201);
        let team =
            world.get(BERGEN, "/fhir/CareTeam").expect(200).entries()[0]["id"].as_str().expect("an id").to_owned();
        let team = format!("CareTeam/{team}");
        for opening in openings(HDS, &team) {
            open_as_far_as_may_be(world, opening);
            for hidden in [&team, &ready.patient, &ready.consent, &ready.need] {
                world.get(HARALDSPLASS, &format!("/fhir/{hidden}")).expect(404);
            }
        }
    });
}

#[test]
fn nobody_opens_to_a_third_what_another_wrote() {
    each(|world| {
        world.post(BERGEN, APPOINT, &crate::people::appointing(TESTINE, "9144900", "1")).expect(200);
        let patient = created(world, BERGEN, &nowhere(TESTINE));
        let team =
            world.get(BERGEN, "/fhir/CareTeam").expect(200).entries()[0]["id"].as_str().expect("an id").to_owned();
        let team = format!("CareTeam/{team}");
        for opening in openings(BERGEN_KOMMUNE, &team) {
            open_as_far_as_may_be(world, opening);
            for hidden in [&team, &patient] {
                world.get(KOMMUNE, &format!("/fhir/{hidden}")).expect(404);
            }
        }
        // What Haraldsplass itself wrote is open to the municipality: it said so.
        let seen = world.get(KOMMUNE, "/fhir/CareTeam").expect(200);
        let managers: Vec<&Value> = seen.entries().iter().map(|team| &team["managingOrganization"][0]).collect();
        assert_eq!(managers, [&organisation(HDS)]);
    });
}

#[test]
fn a_consent_that_runs_out_or_is_withdrawn_and_a_task_that_is_done_close_what_they_opened() {
    each(|world| {
        let (ready, all) = coordinated(world);
        let team = format!("/fhir/{}", team_of(&all));
        let path = format!("/fhir/{}", ready.consent);
        let consent = world.get(BERGEN, &path).expect(200);
        let mut ending = consent.json.clone();
        ending["provision"]["period"]["end"] = json!("2026-11-22T16:30:00+01:00");
        world.put(BERGEN, &path, None, &ending).expect(200);
        // The open task opens the team as well; once it is done, only the consent does.
        let task = world.get(KOMMUNE, "/fhir/Task").expect(200);
        let done = set(task.entries()[0].clone(), "/status", json!("completed"));
        let task = format!("/fhir/Task/{}", done["id"].as_str().expect("an id"));
        world.put(KOMMUNE, &task, Some("W/\"1\""), &done).expect(200);
        world.get(KOMMUNE, &task).expect(404);
        world.get(KOMMUNE, &team).expect(200);
        world.clock.advance(29 * 60 * 1_000_000);
        world.get(KOMMUNE, &team).expect(200);
        world.clock.advance(60 * 1_000_000);
        world.get(KOMMUNE, &team).expect(404);
        world.get(KOMMUNE, &path).expect(404);
        // It opens again when it is given again, and closes when it is withdrawn.
        let again = world.put(BERGEN, &path, None, &consent.json).expect(200);
        world.get(KOMMUNE, &team).expect(200);
        world.put(BERGEN, &path, None, &withdrawn(&again.json)).expect(200);
        world.get(KOMMUNE, &team).expect(404);
        assert_eq!(world.get(KOMMUNE, "/fhir/CareTeam?_total=accurate").expect(200).json["total"], 0);
    });
}

#[test]
fn a_search_by_national_number_answers_without_it_in_any_link() {
    each(|world| {
        for hpr in ["9144900", "9144901"] {
            created(world, BERGEN, &set(nowhere(TESTINE), "/name/0/family", json!(hpr)));
        }
        let form = |cursor: Option<&str>| {
            let number = format!("{FNR}|{TESTINE}");
            let mut form = vec![("identifier", number.as_str()), ("_count", "1")];
            form.extend(cursor.map(|cursor| ("_cursor", cursor)));
            world.search(BERGEN, "Patient", &form).expect(200)
        };
        let first = form(None);
        let links = first.json["link"].as_array().expect("links");
        let next = links.iter().find(|link| link["relation"] == "next").expect("a next page");
        let next = next["url"].as_str().expect("a url");
        assert!(!first.json["link"].to_string().contains(TESTINE), "{}", first.text);
        assert!(!first.headers.iter().any(|(_, value)| value.contains(TESTINE)));
        let second = form(Some(next.split_once("_cursor=").expect("a cursor").1));
        assert_eq!((first.entries().len(), second.entries().len()), (1, 1));
        assert_ne!(first.entries()[0]["id"], second.entries()[0]["id"]);
        let refused = world.get(BERGEN, &format!("/fhir/Patient?identifier={FNR}|{TESTINE}")).expect(400);
        assert!(!refused.text.contains(TESTINE));
    });
}
