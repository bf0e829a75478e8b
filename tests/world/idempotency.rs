//! `Idempotency-Key`: an act that is sent again is answered as the first time and done once; its key is the caller's own.

use crate::answer::Answer;
use crate::people::{BERGEN, HARALDSPLASS, TESTINE, appointing, patient};
use crate::refusal::assert_refused;
use crate::story::APPOINT;
use crate::world::{World, each};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Barrier;

const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const DAY: i64 = 24 * 3_600_000_000;

fn flag(text: &str) -> Value {
    json!({ "resourceType": "Flag", "status": "active", "code": { "text": text }, "subject": patient(TESTINE) })
}

fn send(world: &World, caller: &str, path: &str, key: &str, body: &Value) -> Answer {
    world.send_json(world.as_(caller, "POST", path).header("idempotency-key", key), body)
}

/// What an answer says but for the id of its request.
fn said(answer: &Answer) -> (u16, &str, Vec<Option<&str>>) {
    let headers = ["etag", "location", "last-modified", "content-type"].map(|name| answer.header(name));
    (answer.status, &answer.text, headers.to_vec())
}

#[test]
fn a_request_sent_again_is_answered_the_same_and_done_once() {
    each(|world| {
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
            { "request": { "method": "POST", "url": "Flag" }, "resource": flag("i pakke") },
        ] });
        let table = [
            ("/fhir/Flag", flag("en"), 201),
            ("/fhir", bundle, 200),
            (APPOINT, appointing(TESTINE, "9144900", "1"), 200),
        ];
        for (n, (path, body, status)) in table.iter().enumerate() {
            let key = format!("{KEY}-{n}");
            let first = send(world, BERGEN, path, &key, body).expect(*status);
            assert_eq!(first.header("idempotency-replayed"), None);
            let (before, audited) = (world.counts(), world.audited());
            world.clock.advance(1_000_000);
            let again = send(world, BERGEN, path, &key, body);
            assert_eq!((said(&again), again.header("idempotency-replayed")), (said(&first), Some("true")), "{path}");
            assert_eq!((world.counts(), world.audited()), (before.clone(), audited + 1), "{path}");
            let other = send(world, BERGEN, path, &key, &json!({ "resourceType": "Flag" }));
            assert!(other.status == 400 || other.status == 422, "{}", other.text);
            assert_eq!(world.counts(), before);
        }
        let before = world.counts();
        let key = format!("{KEY}-0");
        let other = send(world, BERGEN, "/fhir/Flag", &key, &flag("to"));
        assert_refused(&other, 422, "idempotency-key-reused", Some("http.idempotency-key"));
        let elsewhere = json!({ "resourceType": "Organization", "name": "Klinikk" });
        assert_refused(
            &send(world, BERGEN, "/fhir/Organization", &key, &elsewhere),
            422,
            "idempotency-key-reused",
            None,
        );
        assert_refused(
            &send(world, BERGEN, "/fhir/Flag", "short", &flag("en")),
            400,
            "bad-idempotency-key",
            Some("http.idempotency-key"),
        );
        assert_eq!(world.counts(), before);

        // The key is the caller's own, and forgotten after a day.
        let theirs = send(world, HARALDSPLASS, "/fhir/Flag", &key, &flag("en")).expect(201);
        let ours = send(world, BERGEN, "/fhir/Flag", &key, &flag("en")).expect(201);
        assert_ne!(theirs.id(), ours.id());
        world.clock.advance(DAY);
        let anew = send(world, BERGEN, "/fhir/Flag", &key, &flag("en")).expect(201);
        assert_ne!(anew.id(), ours.id());
        let kept = world.counts().into_iter().find(|(table, _)| table == "idempotency").map(|(_, count)| count);
        assert_eq!(kept, Some(1), "what is over is swept");
        assert!(world.store.verify().expect("a report").sound());
    });
}

#[test]
fn what_was_refused_may_be_sent_again_with_the_same_key() {
    each(|world| {
        let mut bad = flag("en");
        bad["subject"] = json!({ "reference": "Patient/later" });
        let before = world.counts();
        assert_refused(&send(world, BERGEN, "/fhir/Flag", KEY, &bad), 422, "patient-not-found", None);
        assert_eq!(world.counts(), before);
        world
            .put(BERGEN, "/fhir/Patient/later", None, &json!({ "resourceType": "Patient", "id": "later" }))
            .expect(201);
        let made = send(world, BERGEN, "/fhir/Flag", KEY, &bad).expect(201);
        let again = send(world, BERGEN, "/fhir/Flag", KEY, &bad).expect(201);
        assert_eq!(again.id(), made.id());
        // A token that may no longer do it is not told what was done with another.
        let narrow = world.token_with(BERGEN, json!({ "scope": "system/Flag.r" }), json!({}));
        let request = world.request("POST", "/fhir/Flag").bearer_auth(narrow).header("idempotency-key", KEY);
        assert_refused(&world.send_json(request, &bad), 403, "scope-missing", None);
    });
}

#[test]
fn of_64_with_one_key_one_does_it_and_63_hear_of_it() {
    each(|world| {
        let token = world.token(BERGEN);
        let barrier = Barrier::new(64);
        let one = || {
            let request = world.request("POST", "/fhir/Flag").bearer_auth(&token).header("idempotency-key", KEY);
            let request = request.header("content-type", "application/fhir+json").body(flag("en").to_string());
            barrier.wait();
            Answer::read(request.send().expect("an answer"))
        };
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..64).map(|_| scope.spawn(one)).collect();
            threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
        });
        assert_eq!(answers.iter().map(said).collect::<BTreeSet<_>>().len(), 1, "on {}", world.database());
        assert_eq!(answers.iter().filter(|answer| answer.header("idempotency-replayed").is_none()).count(), 1);
        assert_eq!(world.get(BERGEN, "/fhir/Flag").expect(200).entries().len(), 1);
    });
}
