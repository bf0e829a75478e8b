//! Searches as a stranger makes them: every kind of parameter, modifiers, dates in Oslo, includes, order, totals, pages that
//! lose nothing while others write, cursors that fit one caller and one search.

mod links;
mod pages;
mod parts;
mod programmes;
mod wide;

use crate::answer::Answer;
use crate::people::{ANNEN, BARN, BERGEN, FNR, HARALDSPLASS, HPR, KOMMUNE, ROLE, TESTINE, appointing, patient};
use crate::world::{World, each};
use serde_json::{Value, json};

/// What the searches find: two patients, a team of the first, and letters to them.
struct Stock {
    testine: String,
    annen: String,
    team: String,
}

fn stock(world: &World) -> Stock {
    let person = |number: &str, family: &str, given: &str, born: &str, gender: &str| {
        json!({
            "resourceType": "Patient",
            "meta": { "profile": ["https://example.org/profile"], "tag": [{ "system": "urn:t", "code": "x" }] },
            "identifier": [{ "system": FNR, "value": number }],
            "name": [{ "family": family, "given": [given] }],
            "gender": gender,
            "birthDate": born,
        })
    };
    let testine = person(TESTINE, "Prøvesen", "Testine", "1955-02-18", "female");
    let mut annen = person(ANNEN, "Øye-Berg", "Åse", "1990-01-01", "other");
    annen["meta"] = json!({ "tag": [{ "code": "x" }] });
    let [testine, annen] = [testine, annen].map(|person| world.post(BERGEN, "/fhir/Patient", &person).expect(201).id());
    let appointed = world.post(BERGEN, "/fhir/CareTeam/$appoint", &appointing(TESTINE, "9144889", "1")).expect(200);
    let team = appointed.parameters("return")[0]["resource"]["id"].as_str().expect("a team").to_owned();
    for (text, sent) in [
        ("a", "2026-11-21T22:59:59Z"),
        ("b", "2026-11-21T23:00:00Z"),
        ("c", "2026-11-22T22:59:59Z"),
        ("d", "2026-11-22T23:00:00Z"),
        ("e", "2026-11-22T12:00:00+01:00"),
    ] {
        let letter = json!({ "resourceType": "Communication", "status": "completed", "topic": { "text": text }, "subject": patient(ANNEN), "sent": sent,
            "identifier": [{ "system": "urn:letter", "value": text }] });
        world.post(BERGEN, "/fhir/Communication", &letter).expect(201);
    }
    Stock { testine, annen, team }
}

#[test]
fn every_kind_of_parameter_finds() {
    each(|world| {
        let Stock { testine, annen, .. } = stock(world);
        let (t, a) = (testine.as_str(), annen.as_str());
        for (search, found) in [
            ("Patient?family=prøve", vec![t]),
            ("Patient?family=PRØVESEN", vec![t]),
            ("Patient?family=øye", vec![a]),
            ("Patient?family=oye", vec![]),
            ("Patient?family=berg", vec![]),
            ("Patient?family:contains=berg&_tag=x", vec![a]),
            ("Patient?family:exact=Prøvesen", vec![t]),
            ("Patient?family:exact=prøvesen", vec![]),
            ("Patient?name=%C3%A5se", vec![a]),
            ("Patient?family=prøve,øye", vec![t, a]),
            ("Patient?family=prøve&given=åse", vec![]),
            ("Patient?family=prøve&given=test", vec![t]),
            ("Patient?gender=female", vec![t]),
            ("Patient?gender=female,other", vec![t, a]),
            ("Patient?gender:not=female&_tag=x", vec![a]),
            ("Patient?gender:not=female,other&_tag=x", vec![]),
            ("Patient?_tag=x", vec![t, a]),
            ("Patient?_tag=urn:t|x", vec![t]),
            ("Patient?_tag=urn:t|", vec![t]),
            ("Patient?_tag=|x", vec![a]),
            ("Patient?_profile=https://example.org/profile", vec![t]),
            ("Patient?_profile=https://example.org", vec![]),
            ("Patient?_profile:missing=true&_tag=x", vec![a]),
            ("Patient?_profile:missing=false&_tag=x", vec![t]),
            ("Patient?telecom:missing=true&gender=female", vec![t]),
            ("Patient?birthdate=1955-02-18", vec![t]),
            ("Patient?birthdate=1955", vec![t]),
            ("Patient?birthdate=eq1955-02", vec![t]),
            ("Patient?birthdate=ne1955&birthdate=gt1900", vec![a]),
            ("Patient?birthdate=gt1955-02-18", vec![a]),
            ("Patient?birthdate=ge1955-02-18", vec![t, a]),
            ("Patient?birthdate=lt1990", vec![t]),
            ("Patient?birthdate=le1990", vec![t, a]),
            ("Patient?birthdate=sa1955-02-18", vec![a]),
            ("Patient?birthdate=eb1990-01-01", vec![t]),
            ("Patient?birthdate=ge1950&birthdate=lt1960", vec![t]),
            ("Patient?birthdate=1955,1990", vec![t, a]),
            ("Patient?_lastUpdated=2026-11-22", vec![t, a]),
            ("Patient?_lastUpdated=gt2026-11-22", vec![]),
            (&format!("Patient?_id={t}"), vec![t]),
            (&format!("Patient?_id={t},{a}"), vec![t, a]),
            ("Patient?name=nobody", vec![]),
        ] {
            finds(world, search, &found);
        }
    });
}

#[test]
fn references_and_periods_find() {
    each(|world| {
        let Stock { testine, annen, team } = stock(world);
        let (t, a, team) = (testine.as_str(), annen.as_str(), team.as_str());
        for (search, found) in [
            ("CareTeam?role-period=gt2030", vec![team]),
            (&format!("CareTeam?patient=Patient/{t}"), vec![team]),
            (&format!("CareTeam?patient={t}"), vec![team]),
            (&format!("CareTeam?subject:Patient={t}"), vec![team]),
            (&format!("CareTeam?patient={}/Patient/{t}", world.base()), vec![team]),
            (&format!("CareTeam?patient=Patient/{a}"), vec![]),
            (&format!("CareTeam?participant-role={ROLE}|18"), vec![team]),
            (&format!("CareTeam?participant-role={ROLE}|19"), vec![]),
            ("CareTeam?role-period=2026-11-22&participant-role=18", vec![]),
            ("CareTeam?role-period=ge2026-11-20&participant-role=18", vec![team]),
            ("CareTeam?role-period=eb2026-11-20", vec![]),
        ] {
            finds(world, search, &found);
        }
    });
}

#[test]
fn a_day_is_a_day_in_oslo() {
    each(|world| {
        stock(world);
        for (sent, found) in [
            ("2026-11-22", "bce"),
            ("2026-11-21", "a"),
            ("gt2026-11-22", "d"),
            ("lt2026-11-22", "a"),
            ("ge2026-11-22", "bcde"),
            ("2026-11-22T12:00", "e"),
            ("2026-11-22T11:00:00Z", "e"),
            ("2026-11-22T00:00:00%2B01:00", "b"),
            ("2026-11-22T00:00:00+01:00", "b"),
            ("2026-11", "abcde"),
            ("2027", ""),
        ] {
            let answer = world
                .get(BERGEN, &format!("/fhir/Communication?sent={sent}&identifier=urn:letter|&_sort=sent"))
                .expect(200);
            let mut topics: Vec<&str> =
                answer.entries().iter().map(|letter| letter["topic"]["text"].as_str().expect("a topic")).collect();
            topics.sort_unstable();
            assert_eq!(topics.concat(), found, "{} {sent}", world.database());
        }
    });
}

#[test]
fn a_national_number_is_searched_for_in_a_body_and_stays_there() {
    each(|world| {
        let Stock { testine, team, .. } = stock(world);
        let number = format!("{FNR}|{TESTINE}");
        for (rtype, form, found) in [
            ("Patient", vec![("identifier", number.as_str())], testine.as_str()),
            ("Patient", vec![("identifier", TESTINE)], testine.as_str()),
            ("CareTeam", vec![("patient:identifier", number.as_str()), ("status", "active")], team.as_str()),
            ("CareTeam", vec![("subject:identifier", number.as_str())], team.as_str()),
        ] {
            let answer = world.search(BERGEN, rtype, &form).expect(200);
            assert_eq!(ids(&answer), [found], "{rtype} {}", answer.text);
            for link in answer.json["link"].as_array().expect("links") {
                let url = link["url"].as_str().expect("a url");
                assert!(!url.contains(TESTINE) && url.contains("/_search"), "{url}");
            }
        }
        let nobody = world.search(BERGEN, "Patient", &[("identifier", &format!("{FNR}|{BARN}"))]).expect(200);
        assert!(ids(&nobody).is_empty());
        // What others may not see is not found, by them.
        let theirs = world.search(HARALDSPLASS, "Patient", &[("identifier", &number)]).expect(200);
        assert!(ids(&theirs).is_empty() && !theirs.text.contains(TESTINE));
        let split = world.as_(BERGEN, "POST", "/fhir/Patient/_search?gender=female").form(&[("identifier", &number)]);
        assert_eq!(ids(&world.send(split).expect(200)), [testine]);
    });
}

#[test]
fn a_team_written_with_the_logical_reference_is_found_by_the_patient() {
    each(|world| {
        let Stock { testine, team, .. } = stock(world);
        let read = world.get(BERGEN, &format!("/fhir/CareTeam/{team}")).expect(200);
        assert_eq!(read.json["subject"]["identifier"]["value"], TESTINE);
        assert!(read.json["subject"].get("reference").is_none());
        for search in
            [format!("patient=Patient/{testine}"), format!("subject={testine}"), format!("subject=Patient/{testine}")]
        {
            assert_eq!(
                ids(&world.get(BERGEN, &format!("/fhir/CareTeam?{search}")).expect(200)),
                [team.as_str()],
                "{search}"
            );
        }
        // And its patient comes with it, and it with its patient.
        let with = world.get(BERGEN, "/fhir/CareTeam?_include=CareTeam:patient").expect(200);
        assert_eq!(modes(&with), [("CareTeam", "match"), ("Patient", "include")]);
        let with = world
            .get(
                BERGEN,
                &format!("/fhir/Patient?_id={testine}&_revinclude=CareTeam:patient&_revinclude=Consent:patient"),
            )
            .expect(200);
        assert_eq!(modes(&with), [("Patient", "match"), ("CareTeam", "include"), ("Consent", "include")]);
        let with = world.get(BERGEN, "/fhir/CareTeam?_include=CareTeam:participant:Practitioner").expect(200);
        assert!(
            modes(&with).iter().skip(1).all(|(rtype, mode)| (*rtype, *mode) == ("Practitioner", "include")),
            "{}",
            with.text
        );
    });
}

#[test]
fn the_order_is_the_one_asked_for() {
    each(|world| {
        let Stock { testine, annen, .. } = stock(world);
        for (sort, found) in [
            ("birthdate", [&testine, &annen]),
            ("-birthdate", [&annen, &testine]),
            ("family", [&testine, &annen]),
            ("-family", [&annen, &testine]),
            ("gender,-birthdate", [&testine, &annen]),
            ("_lastUpdated,-birthdate", [&annen, &testine]),
        ] {
            let answer = world.get(BERGEN, &format!("/fhir/Patient?_sort={sort}")).expect(200);
            assert_eq!(ids(&answer), found.map(String::as_str), "{sort}");
        }
    });
}

#[test]
fn totals_are_what_the_caller_may_see() {
    each(|world| {
        stock(world);
        for (caller, search, total, entries) in [
            (BERGEN, "Patient?_total=accurate", Some(2), 2),
            (BERGEN, "Patient?_total=accurate&_count=1", Some(2), 1),
            (BERGEN, "Patient?_summary=count", Some(2), 0),
            (BERGEN, "Patient?_count=0", Some(2), 0),
            (BERGEN, "Patient?_summary=count&family=prøve", Some(1), 0),
            (BERGEN, "Patient", None, 2),
            (BERGEN, "Patient?_total=none", None, 2),
            (HARALDSPLASS, "Patient?_total=accurate", Some(0), 0),
            (KOMMUNE, "CareTeam?_summary=count", Some(0), 0),
        ] {
            let answer = world.get(caller, &format!("/fhir/{search}")).expect(200);
            assert_eq!(answer.json.get("total").and_then(Value::as_i64), total, "{search}");
            assert_eq!(answer.entries().len(), entries, "{search}");
            assert_eq!((&answer.json["type"], &answer.json["resourceType"]), (&json!("searchset"), &json!("Bundle")));
        }
    });
}

#[test]
fn lenient_handling_leaves_out_and_says_so() {
    each(|world| {
        stock(world);
        let path = "/fhir/Patient?gender=female&familly=x";
        let answer = world.send(world.as_(BERGEN, "GET", path).header("prefer", "handling=lenient")).expect(200);
        assert_eq!(modes(&answer), [("Patient", "match"), ("OperationOutcome", "outcome")]);
        let issue = &answer.entries()[1]["issue"][0];
        assert_eq!(
            (&issue["severity"], &issue["details"]["coding"][0]["code"]),
            (&json!("warning"), &json!("unknown-parameter"))
        );
        assert!(issue["details"]["text"].as_str().expect("a text").contains("Did you mean family?"));
        assert_eq!(answer.json["link"][0]["url"], format!("{}/Patient?gender=female", world.base()));
        // A known parameter with a wrong value is wrong also then.
        let wrong = world.as_(BERGEN, "GET", "/fhir/Patient?birthdate=x").header("prefer", "handling=lenient");
        world.send(wrong).expect(400);
        let hpr = world.get(BERGEN, &format!("/fhir/Practitioner?identifier={HPR}|9144889")).expect(200);
        assert!(hpr.entries().len() <= 1);
    });
}

/// Fails the test unless a hospital finds exactly these.
#[track_caller]
fn finds(world: &World, search: &str, expected: &[&str]) {
    let answer = world.get(BERGEN, &format!("/fhir/{search}")).expect(200);
    assert_eq!(sorted(&ids(&answer)), sorted(expected), "{} {search}: {}", world.database(), answer.text);
}

fn ids(answer: &Answer) -> Vec<&str> {
    answer.entries().iter().map(|resource| resource["id"].as_str().expect("an id")).collect()
}

fn sorted<T: ToString>(ids: &[T]) -> Vec<String> {
    let mut ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    ids.sort_unstable();
    ids
}

/// Type and search mode of each entry.
fn modes(answer: &Answer) -> Vec<(&str, &str)> {
    let entries = answer.json["entry"].as_array().map(Vec::as_slice).unwrap_or_default();
    entries
        .iter()
        .map(|entry| {
            (
                entry["resource"]["resourceType"].as_str().unwrap_or_default(),
                entry["search"]["mode"].as_str().unwrap_or_default(),
            )
        })
        .collect()
}
