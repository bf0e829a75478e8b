//! Writes that say what must hold: by a search in the place of the id, only over the version that was read, only where nothing is.

use crate::answer::Answer;
use crate::people::{BERGEN, FNR, HARALDSPLASS, TESTINE, patient, plan};
use crate::refusal::{assert_refused, sent};
use crate::world::{World, each};
use serde_json::{Value, json};

const FOUND: &str = "/fhir/Organization?identifier=urn:oid:1.2.3%7Ca";

fn organisation(name: &str) -> Value {
    json!({ "resourceType": "Organization", "name": name, "identifier": [{ "system": "urn:oid:1.2.3", "value": "a" }] })
}

fn with_id(mut resource: Value, id: &str) -> Value {
    resource["id"] = json!(id);
    resource
}

fn named(world: &World, id: &str) -> String {
    world.get(BERGEN, &format!("/fhir/Organization/{id}")).expect(200).json["name"].as_str().expect("a name").to_owned()
}

#[test]
fn an_update_by_search_creates_then_updates_then_refuses_to_choose() {
    each(|world| {
        let made = world.put(BERGEN, FOUND, None, &organisation("En")).expect(201);
        let id = made.id();
        assert_eq!(made.header("location"), Some(format!("{}/Organization/{id}/_history/1", world.base()).as_str()));
        let changed = world.put(BERGEN, FOUND, None, &organisation("To")).expect(200);
        assert_eq!((changed.id(), changed.etag().as_str()), (id.clone(), "W/\"2\""));
        let changed = world.put(BERGEN, FOUND, Some("W/\"2\""), &with_id(organisation("Tre"), &id)).expect(200);
        assert_eq!(changed.header("location"), Some(format!("{}/Organization/{id}/_history/3", world.base()).as_str()));

        let before = world.counts();
        let put = |path: &str, body: &Value| {
            let request = world.as_(BERGEN, "PUT", path).header("content-type", "application/fhir+json");
            request.body(body.to_string())
        };
        let other = with_id(organisation("Fire"), "another");
        for (request, status, key, at) in [
            (put(FOUND, &other), 400, "id-mismatch", Some("id")),
            (put(FOUND, &organisation("x")).header("if-match", "W/\"1\""), 412, "stale-version", Some("http.if-match")),
            (
                put(FOUND, &organisation("x")).header("if-none-match", "*"),
                412,
                "already-exists",
                Some("http.if-none-match"),
            ),
            (put("/fhir/Organization", &organisation("x")), 400, "condition-missing", Some("http.url")),
            (put("/fhir/Organization?_count=1", &organisation("x")), 400, "bad-condition", Some("http.condition")),
            (
                put("/fhir/Organization?identifyer=x", &organisation("x")),
                400,
                "unknown-parameter",
                Some("http.identifyer"),
            ),
            (put("/fhir/Organization?name=Finnes-ikke", &with_id(organisation("x"), &id)), 409, "id-taken", Some("id")),
            (
                put(&format!("/fhir/Patient?identifier={FNR}%7C{TESTINE}"), &json!({ "resourceType": "Patient" })),
                400,
                "national-number-in-url",
                None,
            ),
        ] {
            let (_, problem) = sent(world, request, status, key, at);
            assert!(problem.is_none(), "{problem:?}");
        }
        assert_eq!(world.counts(), before);

        // Nothing is found: the id of the body, which is free, is taken.
        let mut elsewhere = with_id(organisation("Ny"), "own-id");
        elsewhere["identifier"][0]["value"] = json!("b");
        world.put(BERGEN, "/fhir/Organization?identifier=urn:oid:1.2.3%7Cb", None, &elsewhere).expect(201);
        assert_eq!(named(world, "own-id"), "Ny");
        world.post(BERGEN, "/fhir/Organization", &organisation("Dobbelt")).expect(201);
        assert_refused(
            &world.put(BERGEN, FOUND, None, &organisation("x")),
            412,
            "multiple-matches",
            Some("http.condition"),
        );
    });
}

#[test]
fn a_condition_sees_only_what_its_caller_sees() {
    each(|world| {
        let flag = |text: &str| {
            json!({ "resourceType": "Flag", "identifier": [{ "system": "urn:x", "value": "1" }], "status": "active",
                    "code": { "text": text }, "subject": patient(TESTINE) })
        };
        let url = "/fhir/Flag?identifier=urn:x%7C1";
        let ours = world.put(BERGEN, url, None, &flag("vår")).expect(201);
        // The other hospital sees none: it gets its own, and cannot delete or patch ours.
        let theirs = world.put(HARALDSPLASS, url, None, &flag("deres")).expect(201);
        assert_ne!(ours.id(), theirs.id());
        world.send(world.as_(HARALDSPLASS, "DELETE", url)).expect(204);
        world.get(HARALDSPLASS, &format!("/fhir/Flag/{}", theirs.id())).expect(410);
        world.get(BERGEN, &format!("/fhir/Flag/{}", ours.id())).expect(200);
        let again = world.send(world.as_(HARALDSPLASS, "DELETE", url)).expect(204);
        assert_eq!(again.header("etag"), None);
    });
}

#[test]
fn a_delete_by_search_takes_one_or_none() {
    each(|world| {
        world.send(world.as_(BERGEN, "DELETE", FOUND)).expect(204);
        let id = world.post(BERGEN, "/fhir/Organization", &organisation("En")).expect(201).id();
        let stale = world.as_(BERGEN, "DELETE", FOUND).header("if-match", "W/\"7\"");
        assert_refused(&world.send(stale), 412, "stale-version", Some("http.if-match"));
        let deleted = world.send(world.as_(BERGEN, "DELETE", FOUND).header("if-match", "W/\"1\"")).expect(204);
        assert_eq!(deleted.header("etag"), Some("W/\"2\""));
        world.get(BERGEN, &format!("/fhir/Organization/{id}")).expect(410);

        for name in ["En", "To"] {
            world.post(BERGEN, "/fhir/Organization", &organisation(name)).expect(201);
        }
        let before = world.counts();
        let delete = |path: &str| world.send(world.as_(BERGEN, "DELETE", path));
        assert_refused(&delete(FOUND), 412, "multiple-matches", Some("http.condition"));
        assert_refused(&delete("/fhir/Organization"), 400, "condition-missing", Some("http.url"));
        assert_refused(&delete("/fhir/Organization?_sort=name"), 400, "bad-condition", Some("http.condition"));
        assert_eq!(world.counts(), before);
        let told = world.as_(BERGEN, "DELETE", &format!("{FOUND}&name=To")).header("prefer", "return=OperationOutcome");
        let told = world.send(told).expect(200);
        assert_eq!((told.codes(), told.header("preference-applied")), (vec!["done"], Some("return=OperationOutcome")));
    });
}

#[test]
fn if_match_star_and_if_none_match_star_say_what_rfc_9110_says() {
    each(|world| {
        let planned = with_id(plan(TESTINE), "p");
        let put = |header: (&'static str, &'static str)| {
            let request = world.as_(BERGEN, "PUT", "/fhir/CarePlan/p").header(header.0, header.1);
            world.send_json(request, &planned)
        };
        assert_refused(&put(("if-match", "*")), 412, "stale-version", Some("http.if-match"));
        put(("if-none-match", "*")).expect(201);
        assert_refused(&put(("if-none-match", "*")), 412, "already-exists", Some("http.if-none-match"));
        assert_eq!(put(("if-match", "*")).expect(200).etag(), "W/\"2\"");
    });
}

#[test]
fn a_bundle_has_all_of_it_too() {
    each(|world| {
        let bundle = |kind: &str, entries: &[Value]| {
            world.post(BERGEN, "/fhir", &json!({ "resourceType": "Bundle", "type": kind, "entry": entries }))
        };
        let put = |request: Value, resource: Value| json!({ "request": request, "resource": resource });
        let by_number = format!("Patient?identifier={FNR}|{TESTINE}");
        let person = json!({ "resourceType": "Patient", "identifier": [{ "system": FNR, "value": TESTINE }] });
        // In a body a national number may stand, and the answer does not repeat it.
        let entries = [
            put(json!({ "method": "PUT", "url": by_number }), person.clone()),
            put(json!({ "method": "PUT", "url": "Organization?identifier=urn:oid:1.2.3%7Ca" }), organisation("En")),
            put(
                json!({ "method": "PUT", "url": "Organization/free", "ifNoneMatch": "*" }),
                with_id(json!({ "resourceType": "Organization", "name": "Fri" }), "free"),
            ),
            json!({ "request": { "method": "DELETE", "url": "Organization?identifier=urn:oid:1.2.3%7Cnobody" } }),
        ];
        for (kind, expected) in [("transaction", ["201", "201", "201", "204"]), ("batch", ["200", "200", "412", "204"])]
        {
            let answer = bundle(kind, &entries).expect(200);
            assert_eq!(statuses(&answer), expected, "{}", answer.text);
        }
        assert_eq!(world.search(BERGEN, "Patient", &[("identifier", &format!("{FNR}|{TESTINE}"))]).entries().len(), 1);

        let before = world.counts();
        let good = put(json!({ "method": "POST", "url": "Organization" }), organisation("x"));
        for (entry, status, key, at) in [
            (entries[2].clone(), 412, "already-exists", "Bundle.entry[1].request.ifNoneMatch"),
            (
                put(json!({ "method": "PUT", "url": "Organization?name=x", "ifMatch": "W/\"1\"" }), organisation("x")),
                412,
                "stale-version",
                "Bundle.entry[1].request.ifMatch",
            ),
            (
                put(
                    json!({ "method": "PUT", "url": "Organization/free", "ifNoneMatch": "W/\"1\"" }),
                    with_id(organisation("x"), "free"),
                ),
                400,
                "unsupported-precondition",
                "Bundle.entry[1].request.ifNoneMatch",
            ),
            (
                json!({ "request": { "method": "DELETE", "url": "Organization?_count=1" } }),
                400,
                "bad-condition",
                "Bundle.entry[1].request.url",
            ),
        ] {
            assert_refused(&bundle("transaction", &[good.clone(), entry]), status, key, Some(at));
        }
        let same = json!({ "request": { "method": "DELETE", "url": "Organization?identifier=urn:oid:1.2.3%7Ca" } });
        assert_refused(
            &bundle("transaction", &[entries[1].clone(), same]),
            400,
            "duplicate-identity",
            Some("Bundle.entry[1]"),
        );
        assert_eq!(world.counts(), before);
    });
}

fn statuses(answer: &Answer) -> Vec<&str> {
    let entries = answer.json["entry"].as_array().expect("entries");
    entries.iter().map(|entry| entry["response"]["status"].as_str().expect("a status")).collect()
}

#[test]
fn if_match_may_name_several_versions_one_of_which_stands_there() {
    each(|world| {
        let planned = world.post(BERGEN, "/fhir/CarePlan", &plan(TESTINE)).expect(201);
        let path = format!("/fhir/CarePlan/{}", planned.id());
        for (tags, status) in [
            ("W/\"7\", \"8\"", 412),
            ("W/\"7\", \"1\"", 200),
            ("W/\"1\"", 412),
            ("\"2\",W/\"9\"", 200),
            ("W/\"1\", *", 200),
        ] {
            world.put(BERGEN, &path, Some(tags), &planned.json).expect(status);
        }
        let entry = json!({ "resource": planned.json, "request": { "method": "PUT", "url": path["/fhir/".len()..], "ifMatch": "W/\"3\", W/\"4\"" } });
        world
            .post(BERGEN, "/fhir", &json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry] }))
            .expect(200);
    });
}
