//! Bundles that are refused: whole, with the entry that is to blame.

use super::{PATIENT, create, flag, post, statuses, with_id};
use crate::people::{BERGEN, FNR, HARALDSPLASS, RKE, TESTINE, plan, team};
use crate::refusal::{assert_refused, wrong};
use crate::world::each;
use serde_json::{Value, json};

/// A third entry and the refusal it causes: status, message code, place.
type Row = (Value, u16, &'static str, Option<&'static str>);

#[test]
fn one_bad_resource_fails_all_and_is_named() {
    let mut dangling = flag(TESTINE);
    dangling["subject"] = json!({ "reference": PATIENT });
    let mut misspelt = flag(TESTINE);
    misspelt["colour"] = json!("blue");
    let lacking = json!({ "request": { "method": "POST", "url": "Flag" } });
    let planned = json!({ "method": "PUT", "url": "CarePlan/p", "ifMatch": "W/\"1\"" });
    let planned = json!({ "resource": with_id(plan(TESTINE), "p"), "request": planned });
    let other = json!({ "resource": with_id(flag(TESTINE), "a"), "request": { "method": "PUT", "url": "Flag/b" } });
    fail_all(&[
        (create("CareTeam", &team(TESTINE, "9144889")), 422, "consent-required", None),
        (create("Flag", &misspelt), 400, "unknown-element", Some("Bundle.entry[2].resource.colour")),
        (
            create("Flag", &flag("15825512860")),
            400,
            "identifier-check-digit",
            Some("Bundle.entry[2].resource.subject.identifier.value"),
        ),
        (create("Patient", &flag(TESTINE)), 400, "resource-type-mismatch", Some("Bundle.entry[2].resource")),
        (create("Flag", &dangling), 400, "dangling-urn", Some("Bundle.entry[2].resource.subject")),
        (lacking, 400, "required-element", Some("Bundle.entry[2].resource")),
        (other, 400, "id-mismatch", Some("Bundle.entry[2].resource")),
        (planned, 412, "stale-version", Some("Bundle.entry[2].request.ifMatch")),
    ]);
}

#[test]
fn one_bad_request_fails_all_and_is_named() {
    let ask = |method: &str, url: &str| json!({ "request": { "method": method, "url": url } });
    let send =
        |method: &str, url: &str| json!({ "resource": flag(TESTINE), "request": { "method": method, "url": url } });
    let numbered = format!("Patient?identifier={FNR}|{TESTINE}");
    let (method, url) = (Some("Bundle.entry[2].request.method"), Some("Bundle.entry[2].request.url"));
    fail_all(&[
        (send("PATCH", "Flag/1"), 400, "resource-type-mismatch", Some("Bundle.entry[2].resource")),
        (send("BREW", "Flag/1"), 400, "code-invalid", method),
        (send("POST", "Observation"), 400, "unsupported-entry", url),
        (send("POST", "Flag/1"), 400, "unsupported-entry", url),
        (send("PUT", "Flag/a_b"), 400, "unsupported-entry", url),
        (ask("GET", "Flag/1/nonsense"), 400, "unsupported-entry", url),
        (ask("GET", "Flag?colour=blue"), 400, "unknown-parameter", url),
        (ask("GET", &numbered), 400, "national-number-in-url", url),
        (ask("GET", "Flag/unknown"), 404, "not-found", url),
        (ask("DELETE", "Flag/unknown"), 404, "not-found", url),
    ]);
}

/// Posts each as the third of a transaction whose others are good; nothing of it is stored.
fn fail_all(rows: &[Row]) {
    each(|world| {
        let before = world.counts();
        let mut problems = Vec::new();
        for (bad, status, key, at) in rows {
            let good = create("Flag", &flag(TESTINE));
            let answer = post(world, "transaction", &[good.clone(), good, bad.clone()]);
            problems.extend(wrong(&answer, *status, key, *at));
            let first = answer.json["issue"][0]["expression"][0].as_str().unwrap_or_default();
            assert!(first.starts_with("Bundle.entry[2]"), "{first}: {}", answer.text);
        }
        assert!(problems.is_empty(), "{}", problems.join("\n"));
        assert_eq!(world.counts(), before, "{}", world.database());
    });
}

#[test]
fn the_same_resource_twice_is_refused() {
    each(|world| {
        let id = world.post(BERGEN, "/fhir/Flag", &flag(TESTINE)).expect(201).id();
        let put = json!({ "resource": with_id(flag(TESTINE), &id), "request": { "method": "PUT", "url": format!("Flag/{id}") } });
        let delete = json!({ "request": { "method": "DELETE", "url": format!("Flag/{id}") } });
        let mut conditional = create("Organization", &json!({ "resourceType": "Organization", "name": "Ny" }));
        conditional["request"]["ifNoneExist"] = json!("identifier=urn:oid:1.2.3|a");
        let mut spelled = conditional.clone();
        spelled["request"]["ifNoneExist"] = json!("Organization?_count=5&identifier=urn:oid:1.2.3%7Ca");
        let url = "Organization?identifier=urn:oid:1.2.3|a";
        let update = json!({ "resource": conditional["resource"], "request": { "method": "PUT", "url": url } });
        let before = world.counts();
        for entries in [
            [put.clone(), put.clone()],
            [put, delete.clone()],
            [delete.clone(), delete],
            [conditional.clone(), conditional.clone()],
            [conditional.clone(), spelled],
            [conditional, update],
        ] {
            let answer = post(world, "transaction", &entries);
            assert_refused(&answer, 400, "duplicate-identity", Some("Bundle.entry[1]"));
        }
        assert_eq!(world.counts(), before);
    });
}

#[test]
fn who_may_not_do_it_alone_may_not_do_it_in_a_bundle() {
    each(|world| {
        let before = world.counts();
        let entries = [
            create("Organization", &json!({ "resourceType": "Organization", "name": "Ny" })),
            create("Flag", &flag(TESTINE)),
        ];
        let bundle = |kind: &str| json!({ "resourceType": "Bundle", "type": kind, "entry": entries });
        let answer = world.post(RKE, "/fhir", &bundle("transaction"));
        assert_refused(&answer, 403, "act-not-allowed", Some("Bundle.entry[1].request.url"));
        assert_eq!(world.counts(), before);
        let answer = world.post(RKE, "/fhir", &bundle("batch")).expect(200);
        assert_eq!(statuses(&answer), ["201", "403"]);

        let id = world.post(BERGEN, "/fhir/Flag", &flag(TESTINE)).expect(201).id();
        let theirs = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [{ "request": { "method": "DELETE", "url": format!("Flag/{id}") } }] });
        let answer = world.post(HARALDSPLASS, "/fhir", &theirs);
        assert_refused(&answer, 404, "not-found", Some("Bundle.entry[0].request.url"));
    });
}

#[test]
fn what_cannot_be_carried_out_is_refused() {
    each(|world| {
        let before = world.counts();
        let read = json!({ "request": { "method": "GET", "url": "Flag/unknown" } });
        for kind in ["transaction", "batch"] {
            let many = post(world, kind, &vec![read.clone(); 501]);
            assert_refused(&many, 413, "too-many-entries", Some("Bundle.entry"));
        }
        // One fewer is taken.
        assert_refused(
            &post(world, "transaction", &vec![read.clone(); 500]),
            404,
            "not-found",
            Some("Bundle.entry[0].request.url"),
        );
        for kind in ["document", "collection", "message", "history", "searchset", "transaction-response", "nonsense"] {
            assert_refused(
                &post(world, kind, &[create("Flag", &flag(TESTINE))]),
                400,
                "bundle-type",
                Some("Bundle.type"),
            );
        }
        let untyped = world.post(BERGEN, "/fhir", &json!({ "resourceType": "Bundle", "entry": [read] }));
        assert_refused(&untyped, 400, "required-element", Some("Bundle.type"));
        assert_refused(
            &world.post(BERGEN, "/fhir", &flag(TESTINE)),
            400,
            "resource-type-mismatch",
            Some("resourceType"),
        );
        assert_eq!(world.counts(), before);
        let empty =
            world.post(BERGEN, "/fhir", &json!({ "resourceType": "Bundle", "type": "transaction" })).expect(200);
        assert_eq!(empty.json["type"], "transaction-response");
    });
}
