//! Operations and HEAD as entries (docs/decisions/0050): in a transaction after what is written, on what was written, all or nothing;
//! in a batch each for itself.

use super::{PATIENT, create, family, flag, location, post, statuses};
use crate::answer::Answer;
use crate::people::{BERGEN, KOMMUNE, TESTINE, appointing, status_of};
use crate::refusal::{assert_refused, wrong};
use crate::story::{ending, with, without};
use crate::world::each;
use serde_json::{Value, json};

const APPOINT: &str = "CareTeam/$appoint";

/// An entry that runs an operation.
fn run(url: &str, parameters: &Value) -> Value {
    json!({ "resource": parameters, "request": { "method": "POST", "url": url } })
}

fn ask(method: &str, url: &str) -> Value {
    json!({ "request": { "method": method, "url": url } })
}

/// What an operation gave out under a name, of an entry of the answer.
fn given<'a>(answer: &'a Answer, index: usize, name: &str) -> &'a Value {
    let parameters = answer.json["entry"][index]["resource"]["parameter"].as_array();
    let found = parameters.and_then(|all| all.iter().find(|parameter| parameter["name"] == name));
    found.unwrap_or_else(|| panic!("no {name} in entry {index}: {}", answer.text))
}

#[test]
fn an_appointment_in_a_transaction_is_about_the_patient_created_in_it_and_is_made_once() {
    each(|world| {
        let appoint = without(appointing(TESTINE, "9144900", "in-a-bundle"), "patient");
        let appoint = with(appoint, "patient", "valueReference", json!({ "reference": PATIENT }));
        let [born, ..] = family(TESTINE);
        // The same twice, before what they rest on, and a search that sees what they did.
        let entries = [ask("GET", "CareTeam?_summary=count"), run(APPOINT, &appoint), run(APPOINT, &appoint), born];
        let answer = post(world, "transaction", &entries).expect(200);
        assert_eq!(statuses(&answer), ["200", "200", "200", "201"]);
        let team = &given(&answer, 1, "return")["resource"];
        assert_eq!(team["subject"]["reference"], location(&answer, 3));
        assert_eq!(answer.json["entry"][1]["response"]["etag"], "W/\"1\"");
        assert_eq!(answer.json["entry"][2]["resource"], answer.json["entry"][1]["resource"]);
        assert_eq!(answer.json["entry"][0]["resource"]["total"], 1);
        let stored = world.get(BERGEN, &format!("/fhir/CareTeam/{}", team["id"].as_str().expect("an id"))).expect(200);
        assert_eq!(&stored.json, team);

        // Sent again, alone and in a Bundle: the same appointment, and nothing new.
        let before = world.counts();
        let appoint = appointing(TESTINE, "9144900", "in-a-bundle");
        for kind in ["transaction", "batch"] {
            let again = post(world, kind, &[run(APPOINT, &appoint)]).expect(200);
            assert_eq!(&given(&again, 0, "return")["resource"], team, "{kind}");
        }
        world.post(BERGEN, "/fhir/CareTeam/$appoint", &appoint).expect(200);
        assert_eq!(world.counts(), before);
        assert!(world.store.verify().expect("a report").sound());
    });
}

#[test]
fn operations_follow_each_other_and_one_that_is_refused_undoes_all() {
    each(|world| {
        let appoint = appointing(TESTINE, "9144900", "1");
        let appointed = world.post(BERGEN, "/fhir/CareTeam/$appoint", &appoint).expect(200);
        let team = appointed.json["parameter"][0]["resource"]["id"].as_str().expect("an id").to_owned();
        let end = |tag: &str| {
            let mut entry = run(&format!("CareTeam/{team}/$end-appointment"), &ending("9144900", "Forløpet er slutt."));
            entry["request"]["ifMatch"] = json!(tag);
            entry
        };
        let before = world.counts();
        let unconsented = without(appointing(TESTINE, "9144889", "2"), "consent");
        for (bad, status, key, at) in [
            (run(APPOINT, &unconsented), 422, "one-koordinator", None),
            (run(APPOINT, &without(unconsented.clone(), "role")), 400, "required-parameter", None),
            (end("W/\"7\""), 412, "stale-version", Some("Bundle.entry[1].request.ifMatch")),
            (run("CareTeam/unknown/$end-appointment", &ending("9144900", "x")), 404, "not-found", None),
        ] {
            let answer = post(world, "transaction", &[create("Flag", &flag(TESTINE)), bad]);
            assert_refused(&answer, status, key, at);
            assert!(answer.text.contains("\"Bundle.entry[1]"), "{}", answer.text);
        }
        assert_eq!(world.counts(), before);

        let status = run("CarePlan/$plan-status", &status_of(&[TESTINE]));
        let answer = post(world, "transaction", &[end("W/\"1\""), status, create("Flag", &flag(TESTINE))]).expect(200);
        assert_eq!(statuses(&answer), ["200", "200", "201"]);
        assert_eq!(given(&answer, 0, "return")["resource"]["meta"]["versionId"], "2");
        assert!(!answer.json["entry"][1].to_string().contains("\"koordinator\""), "{}", answer.text);
    });
}

#[test]
fn in_a_batch_each_operation_is_for_itself() {
    each(|world| {
        let stored = world.post(BERGEN, "/fhir/Flag", &flag(TESTINE)).expect(201).id();
        let unconsented = without(appointing(TESTINE, "9144889", "2"), "consent");
        let mut misspelt = flag(TESTINE);
        misspelt["colour"] = json!("blue");
        let answer = post(
            world,
            "batch",
            &[
                run(APPOINT, &unconsented),
                run(APPOINT, &appointing(TESTINE, "9144900", "1")),
                run("CarePlan/$plan-status", &status_of(&[TESTINE])),
                run("Flag/$validate", &misspelt),
                ask("HEAD", &format!("Flag/{stored}")),
                ask("HEAD", "Flag/unknown"),
                ask("GET", &format!("Flag/{stored}")),
            ],
        )
        .expect(200);
        assert_eq!(statuses(&answer), ["422", "200", "200", "200", "200", "404", "200"]);
        assert_eq!(given(&answer, 1, "return")["resource"]["resourceType"], "CareTeam");
        assert!(answer.json["entry"][2].to_string().contains("\"koordinator\""), "{}", answer.text);
        assert!(answer.json["entry"][3].to_string().contains("unknown-element"), "{}", answer.text);
        let (head, get) = (&answer.json["entry"][4], &answer.json["entry"][6]);
        assert_eq!((head.get("resource"), &head["response"]["etag"]), (None, &get["response"]["etag"]));
        assert_eq!(get["resource"]["id"], stored.as_str());

        // In a transaction too.
        let answer = post(world, "transaction", &[ask("HEAD", &format!("Flag/{stored}"))]).expect(200);
        assert_eq!((answer.json["entry"][0].get("resource"), statuses(&answer)), (None, vec!["200"]));
    });
}

#[test]
fn what_is_no_operation_of_an_entry_is_refused() {
    each(|world| {
        let before = world.counts();
        let url = Some("Bundle.entry[0].request.url");
        let nothing = json!({ "resourceType": "Parameters" });
        let mut problems = Vec::new();
        for (kind, entry, status, key, at) in [
            ("transaction", run("CareTeam/$unknown", &nothing), 400, "unsupported-entry", url),
            ("transaction", run("CareTeam/1/$appoint", &nothing), 400, "unsupported-entry", url),
            ("transaction", run("CareTeam/$end-appointment", &nothing), 400, "unsupported-entry", url),
            ("transaction", run("ValueSet/$expand", &nothing), 400, "unsupported-entry", url),
            ("transaction", run("Flag/$validate", &flag(TESTINE)), 400, "unsupported-entry", url),
            (
                "transaction",
                run(APPOINT, &flag(TESTINE)),
                400,
                "resource-type-mismatch",
                Some("Bundle.entry[0].resource"),
            ),
            ("transaction", ask("POST", APPOINT), 400, "required-element", Some("Bundle.entry[0].resource")),
            ("transaction", ask("GET", "CareTeam/$appoint"), 400, "unsupported-entry", url),
        ] {
            problems.extend(wrong(&post(world, kind, &[entry]), status, key, at));
        }
        // A municipality appoints no koordinator of a hospital: as alone.
        let appoint = run(APPOINT, &appointing(TESTINE, "9144900", "1"));
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [appoint] });
        let answer = world.post(KOMMUNE, "/fhir", &bundle);
        problems.extend(wrong(&answer, 403, answer.codes().first().copied().unwrap_or_default(), url));
        assert!(problems.is_empty(), "{}", problems.join("\n"));
        assert_eq!(world.counts(), before);
    });
}
