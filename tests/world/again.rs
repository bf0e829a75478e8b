//! A request that is sent again (`Idempotency-Key`): who lost the answer asks once more and gets it; nothing is done twice.

use crate::answer::Answer;
use crate::people::{BERGEN, HARALDSPLASS, HPR, KOMMUNE, TESTINE, appointing, nurse, plan, status_of};
use crate::refusal::assert_refused;
use crate::story::{APPOINT, PLAN_STATUS, answering, created, ending, need, ready, set, without};
use crate::world::{World, each};
use reqwest::blocking::RequestBuilder;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Barrier;
use varde_store::{AuditRow, StoreError};

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

fn keyed(world: &World, persona: &str, path: &str, key: &str, body: &Value) -> Answer {
    world.send_json(world.as_(persona, "POST", path).header("idempotency-key", key), body)
}

fn replayed(answer: &Answer) -> bool {
    answer.header("idempotency-replayed") == Some("true")
}

/// Status, what FHIR's header fields say, and the body.
fn said(answer: &Answer) -> (u16, Vec<Option<&str>>, &str) {
    let fields = ["etag", "location", "last-modified", "content-type", "preference-applied"];
    (answer.status, fields.map(|name| answer.header(name)).to_vec(), &answer.text)
}

fn also(mut resource: Value, name: &str, value: &str) -> Value {
    resource[name] = json!(value);
    resource
}

fn kept(world: &World) -> i64 {
    world.counts().into_iter().find(|(table, _)| table == "answered").map(|(_, count)| count).expect("the table")
}

#[test]
fn the_same_request_is_answered_again_and_done_once() {
    each(|world| {
        let transaction = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
            { "resource": nurse("9144900"), "request": { "method": "POST", "url": "Practitioner" } },
        ] });
        let batch = set(transaction.clone(), "/type", json!("batch"));
        let appointed = without(appointing(TESTINE, "9144889", "1"), "identifier");
        for (path, body, status) in [
            ("/fhir/CarePlan", plan(TESTINE), 201),
            ("/fhir/Task", need(TESTINE), 201),
            (APPOINT, appointed, 200),
            ("/fhir", transaction, 200),
            ("/fhir", batch, 200),
        ] {
            let key = format!("\"{path} {status}").replace(' ', "-").replace('"', "")
                + body["type"].as_str().unwrap_or_default();
            let first = keyed(world, BERGEN, path, &key, &body).expect(status);
            assert!(!replayed(&first), "{path}");
            let before = (world.counts(), world.audited());
            world.clock.advance(DAY - 1);
            let again = keyed(world, BERGEN, path, &key, &body);
            assert_eq!(said(&again), said(&first), "{path}");
            assert!(replayed(&again), "{path}");
            assert_eq!((world.counts(), world.audited()), (before.0, before.1 + 1), "{path}");
            // As the draft writes it: a string of structured fields.
            assert!(replayed(&keyed(world, BERGEN, path, &format!("\"{key}\""), &body)), "{path}");
            world.clock.advance(-(DAY - 1));
        }
        assert!(world.store.verify().expect("a report").sound());
    });
}

#[test]
fn changes_and_deletes_too_are_answered_again() {
    each(|world| {
        let stored = world.post(BERGEN, "/fhir/CarePlan", &plan(TESTINE)).expect(201);
        let path = format!("/fhir/CarePlan/{}", stored.id());
        let titled = set(stored.json.clone(), "/status", json!("draft"));
        let put = || {
            let request = world.as_(BERGEN, "PUT", &path).header("if-match", "W/\"1\"").header("idempotency-key", "p");
            world.send_json(request, &titled)
        };
        let first = put().expect(200);
        let again = put();
        assert_eq!((said(&again), replayed(&again)), (said(&first), true));
        let worker = created(world, BERGEN, &nurse("9144900"));
        let delete = || {
            let request = world.as_(BERGEN, "DELETE", &format!("/fhir/{worker}")).header("if-match", "W/\"1\"");
            world.send(request.header("idempotency-key", "d"))
        };
        let first = delete().expect(204);
        let again = delete();
        assert_eq!((said(&again), replayed(&again)), (said(&first), true));
        let appointed = world.post(BERGEN, APPOINT, &appointing(TESTINE, "9144889", "1")).expect(200);
        let team = appointed.parameters("return")[0]["resource"]["id"].as_str().expect("a team").to_owned();
        let end = format!("/fhir/CareTeam/{team}/$end-appointment");
        let ended = keyed(world, BERGEN, &end, "e", &ending("9144889", "Behovet er borte")).expect(200);
        let again = keyed(world, BERGEN, &end, "e", &ending("9144889", "Behovet er borte"));
        assert_eq!((said(&again), replayed(&again)), (said(&ended), true));
    });
}

#[test]
fn another_request_with_the_key_is_refused_and_nothing_is_stored() {
    each(|world| {
        keyed(world, BERGEN, "/fhir/Task", "k", &need(TESTINE)).expect(201);
        let before = world.counts();
        let post = |path: &str| world.as_(BERGEN, "POST", path).header("idempotency-key", "k");
        let fhir = |request: RequestBuilder, body: &Value| world.send_json(request, body);
        for (what, answer) in [
            ("body", keyed(world, BERGEN, "/fhir/Task", "k", &also(need(TESTINE), "priority", "urgent"))),
            ("path", keyed(world, BERGEN, "/fhir/CarePlan", "k", &plan(TESTINE))),
            ("condition", fhir(post("/fhir/Task").header("if-none-exist", "status=draft"), &need(TESTINE))),
            (
                "media type",
                world.send(
                    post("/fhir/Task").header("content-type", "application/json").body(need(TESTINE).to_string()),
                ),
            ),
            (
                "method",
                fhir(
                    world.as_(BERGEN, "PUT", "/fhir/Task/mine").header("idempotency-key", "k"),
                    &also(need(TESTINE), "id", "mine"),
                ),
            ),
        ] {
            assert_eq!(
                (answer.status, answer.codes()),
                (422, vec!["idempotency-key-reused"]),
                "{what}: {}",
                answer.text
            );
            assert_refused(&answer, 422, "idempotency-key-reused", Some("http.idempotency-key"));
            assert!(!replayed(&answer), "{what}");
        }
        assert_eq!(world.counts(), before);
    });
}

#[test]
fn a_refused_request_leaves_its_key_free() {
    each(|world| {
        let wrong = set(need(TESTINE), "/status", json!("nonsense"));
        keyed(world, BERGEN, "/fhir/Task", "k", &wrong).expect(400);
        let stale = world.as_(BERGEN, "PUT", "/fhir/Task/none").header("if-match", "W/\"7\"");
        world.send_json(stale.header("idempotency-key", "k"), &also(need(TESTINE), "id", "none")).expect(412);
        let unlawful = without(without(appointing(TESTINE, "9144889", "1"), "identifier"), "consent");
        keyed(world, BERGEN, APPOINT, "k", &unlawful).expect(422);
        assert_eq!(kept(world), 0);
        assert!(!replayed(&keyed(world, BERGEN, "/fhir/Task", "k", &need(TESTINE)).expect(201)));
        assert!(replayed(&keyed(world, BERGEN, "/fhir/Task", "k", &need(TESTINE)).expect(201)));
    });
}

#[test]
fn a_key_is_its_callers_alone() {
    each(|world| {
        let first = keyed(world, BERGEN, "/fhir/Task", "k", &need(TESTINE)).expect(201);
        let other_client = world.token_with(BERGEN, json!({ "client_id": "another-system" }), json!({}));
        let other_client = world.request("POST", "/fhir/Task").bearer_auth(other_client).header("idempotency-key", "k");
        for other in [
            keyed(world, HARALDSPLASS, "/fhir/Task", "k", &need(TESTINE)),
            world.send_json(other_client, &need(TESTINE)),
        ] {
            let other = other.expect(201);
            assert!(!replayed(&other) && other.id() != first.id());
        }
        // Whether anybody used a key is told to nobody: another body is no conflict either.
        keyed(world, KOMMUNE, "/fhir/CarePlan", "k", &plan(TESTINE)).expect(201);
    });
}

#[test]
fn a_key_is_forgotten_after_a_day_and_what_was_kept_is_swept() {
    each(|world| {
        for n in 0..20 {
            keyed(world, BERGEN, "/fhir/Task", &format!("k{n}"), &need(TESTINE)).expect(201);
        }
        assert_eq!(kept(world), 20);
        world.clock.advance(DAY);
        let again = keyed(world, BERGEN, "/fhir/Task", "k0", &need(TESTINE)).expect(201);
        assert!(!replayed(&again));
        assert_eq!(kept(world), 20 - 16 + 1, "sixteen at a time");
        keyed(world, BERGEN, "/fhir/Task", "next", &need(TESTINE)).expect(201);
        assert_eq!(kept(world), 2);
        assert!(replayed(&keyed(world, BERGEN, "/fhir/Task", "k0", &need(TESTINE))));
    });
}

#[test]
fn a_key_that_is_none_is_refused() {
    each(|world| {
        let before = world.counts();
        let long = "k".repeat(256);
        for key in ["", " ", "\"\"", "\"open", "two words", "nøkkel", &long] {
            let request = world.as_(BERGEN, "POST", "/fhir/Task").header("idempotency-key", key.as_bytes());
            assert_refused(
                &world.send_json(request, &need(TESTINE)),
                400,
                "bad-idempotency-key",
                Some("http.idempotency-key"),
            );
        }
        let twice =
            world.as_(BERGEN, "POST", "/fhir/Task").header("idempotency-key", "a").header("idempotency-key", "b");
        assert_refused(&world.send_json(twice, &need(TESTINE)), 400, "duplicate-header", Some("http.idempotency-key"));
        assert_eq!(world.counts(), before);
        assert!(!replayed(&keyed(world, BERGEN, "/fhir/Task", &long[1..], &need(TESTINE)).expect(201)));
    });
}

#[test]
fn what_changes_nothing_needs_no_key_and_keeps_nothing() {
    each(|world| {
        let stored = world.post(BERGEN, "/fhir/CarePlan", &plan(TESTINE)).expect(201);
        for _ in 0..2 {
            let read = world.as_(BERGEN, "GET", &format!("/fhir/CarePlan/{}", stored.id()));
            let form = world.as_(BERGEN, "POST", "/fhir/CarePlan/_search").form(&[("status", "active")]);
            for request in [read, form] {
                let answer = world.send(request.header("idempotency-key", "k")).expect(200);
                assert!(!replayed(&answer));
            }
            assert!(!replayed(&keyed(world, KOMMUNE, PLAN_STATUS, "k", &status_of(&[TESTINE])).expect(200)));
            let tried = json!({ "resourceType": "Parameters", "parameter": [
                { "name": "mode", "valueCode": "create" }, { "name": "resource", "resource": need(TESTINE) },
            ] });
            assert!(!replayed(&keyed(world, BERGEN, "/fhir/Task/$validate", "k", &tried).expect(200)));
        }
        assert_eq!(kept(world), 0);
    });
}

#[test]
fn a_key_and_a_business_identifier_go_together() {
    each(|world| {
        let asked = appointing(TESTINE, "9144889", "1");
        let first = keyed(world, BERGEN, APPOINT, "k", &asked).expect(200);
        let ids = |answer: &Answer| -> BTreeSet<String> {
            let all = answer.json["parameter"].as_array().into_iter().flatten();
            all.map(|parameter| parameter["resource"]["id"].to_string()).collect()
        };
        // The identifier alone, and with another key: the same appointment, read anew.
        for again in [world.post(BERGEN, APPOINT, &asked), keyed(world, BERGEN, APPOINT, "other", &asked)] {
            let again = again.expect(200);
            assert_eq!((ids(&again), replayed(&again)), (ids(&first), false));
        }
        assert!(replayed(&keyed(world, BERGEN, APPOINT, "k", &asked).expect(200)));
        // The key with another identifier is another request.
        let other = keyed(world, BERGEN, APPOINT, "k", &appointing(TESTINE, "9144889", "2"));
        assert_refused(&other, 422, "idempotency-key-reused", Some("http.idempotency-key"));
    });
}

#[test]
fn an_answer_that_shows_what_is_no_longer_the_callers_to_see_is_not_given_again() {
    each(|world| {
        let ready = ready(world);
        world.post(BERGEN, APPOINT, &answering(&ready, "9144900", "1")).expect(200);
        let bundle = json!({ "resourceType": "Bundle", "type": "batch", "entry": [
            { "resource": nurse("9144889"), "request": { "method": "POST", "url": "Practitioner" } },
            { "request": { "method": "GET", "url": ready.patient } },
        ] });
        let first = keyed(world, KOMMUNE, "/fhir", "k", &bundle).expect(200);
        assert!(first.text.contains(TESTINE), "{}", first.text);
        assert_eq!(keyed(world, KOMMUNE, "/fhir", "k", &bundle).text, first.text);
        let path = format!("/fhir/{}", ready.patient);
        let patient = world.get(BERGEN, &path).expect(200);
        let label = json!([{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R" }]);
        let mut protected = patient.json.clone();
        protected["meta"]["security"] = label;
        world.put(BERGEN, &path, Some(&patient.etag()), &protected).expect(200);
        let before = world.counts();
        let again = keyed(world, KOMMUNE, "/fhir", "k", &bundle).expect(200);
        assert_eq!((again.codes(), replayed(&again)), (vec!["answer-withheld"], true));
        assert!(!again.text.contains(TESTINE) && !again.text.contains(&ready.patient), "{}", again.text);
        assert_eq!(world.counts(), before, "nothing is done twice");
    });
}

#[test]
fn the_access_log_says_each_time_what_was_shown() {
    each(|world| {
        let rows = ["first", "again"].map(|id| {
            let request = world.as_(BERGEN, "POST", "/fhir/CarePlan").header("idempotency-key", "01010199999");
            world.send_json(request.header("x-request-id", id), &plan(TESTINE)).expect(201);
            let rows: Result<Vec<AuditRow>, StoreError> = world.store.read(|session| session.audit_of(id));
            let mut rows = rows.expect("the log");
            assert_eq!(rows.len(), 1);
            rows.remove(0)
        });
        let [first, again] = rows;
        assert_eq!((again.status, &again.shown, &again.patient), (201, &first.shown, &first.patient));
        assert!(!first.shown.is_empty() && first.patient.is_some());
        assert!(!format!("{first:?}{again:?}").contains("01010199999"));
    });
}

#[test]
fn of_64_with_one_key_one_writes_and_63_get_its_answer() {
    each(|world| {
        let token = world.token(BERGEN);
        let appointed = without(appointing(TESTINE, "9144889", "1"), "identifier");
        for (path, body, status) in [
            ("/fhir/Practitioner", nurse("9144900"), 201),
            ("/fhir/Task", need(TESTINE), 201),
            (APPOINT, appointed, 200),
        ] {
            let before = world.audited();
            let barrier = Barrier::new(64);
            let one = || {
                let request =
                    world.request("POST", path).bearer_auth(&token).header("idempotency-key", path.replace('$', "-"));
                barrier.wait();
                world.send_json(request, &body)
            };
            let answers: Vec<Answer> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..64).map(|_| scope.spawn(one)).collect();
                threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
            });
            let different: BTreeSet<_> = answers.iter().map(|answer| format!("{:?}", said(answer))).collect();
            assert_eq!(answers[0].status, status, "{}", answers[0].text);
            assert_eq!(different.len(), 1, "{path} on {}", world.database());
            assert_eq!(answers.iter().filter(|answer| !replayed(answer)).count(), 1, "{path}");
            assert_eq!(world.audited(), before + 64);
        }
        assert_eq!(
            world.get(BERGEN, &format!("/fhir/Practitioner?identifier={HPR}|9144900")).expect(200).entries().len(),
            1
        );
        assert_eq!(world.get(BERGEN, "/fhir/Task").expect(200).entries().len(), 1);
        assert_eq!(world.get(BERGEN, "/fhir/CareTeam").expect(200).entries().len(), 1);
        assert!(world.store.verify().expect("a report").sound());
    });
}
