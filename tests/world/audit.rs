//! The access log: every request leaves exactly one row, also when it is refused, with its status and what was shown
//! (pasientjournalloven § 22 a), and the chain of rows is whole.

use crate::answer::Answer;
use crate::people::{BERGEN, FNR, HARALDSPLASS, TESTINE, appointing, consent, nurse, plan, status_of, team};
use crate::story::{APPOINT, HELSE_BERGEN, PLAN_STATUS, created, nowhere, set};
use crate::world::{World, each};
use reqwest::blocking::RequestBuilder;
use serde_json::{Value, json};
use varde_store::{AuditRow, StoreError};

/// Sends a request under an id of its own and gives its answer and the one row it left.
fn logged(world: &World, id: &str, request: RequestBuilder, body: Option<&Value>) -> (Answer, AuditRow) {
    let before = world.audited();
    let request = request.header("x-request-id", id);
    let answer = match body {
        Some(body) => world.send_json(request, body),
        None => world.send(request),
    };
    assert_eq!(world.audited(), before + 1, "{id}");
    let rows: Result<_, StoreError> = world.store.read(|session| session.audit_of(id));
    let mut rows = rows.expect("the log");
    assert_eq!(rows.len(), 1, "{id}");
    let row = rows.remove(0);
    assert_eq!(row.status, i64::from(answer.status), "{id}: {}", answer.text);
    (answer, row)
}

/// One request and what its row says: method, path, body, status, interaction, target, action.
type Row<'a> = (&'a str, &'a str, Option<Value>, i64, &'a str, Option<&'a str>, &'a str);

#[test]
fn every_request_that_is_done_leaves_one_row_that_says_what_it_was() {
    each(|world| {
        let patient = created(world, BERGEN, &nowhere(TESTINE));
        let stored = world.post(BERGEN, "/fhir/CarePlan", &plan(TESTINE)).expect(201);
        let plan_at = format!("CarePlan/{}", stored.id());
        let worker = created(world, BERGEN, &nurse("9144900"));
        let bundle = |kind: &str| {
            let entry = |url: &str| json!({ "request": { "method": "GET", "url": url } });
            json!({ "resourceType": "Bundle", "type": kind, "entry": [entry(&plan_at), entry("Task")] })
        };
        let path = |rest: &str| format!("/fhir/{plan_at}{rest}");
        let changed = set(stored.json.clone(), "/status", json!("draft"));
        let (read, vread, history) = (path(""), path("/_history/1"), path("/_history"));
        let worker_path = format!("/fhir/{worker}");
        let rows: [Row<'_>; 12] = [
            ("GET", "/fhir/metadata", None, 200, "capabilities", None, "R"),
            ("GET", &read, None, 200, "read", Some(&plan_at), "R"),
            ("HEAD", &read, None, 200, "read", Some(&plan_at), "R"),
            ("GET", &vread, None, 200, "vread", Some(&plan_at), "R"),
            ("GET", &history, None, 200, "history-instance", Some(&plan_at), "R"),
            ("GET", "/fhir/CarePlan", None, 200, "search-type", Some("CarePlan"), "E"),
            ("POST", "/fhir/Consent", Some(consent(TESTINE, "koordinator", &[])), 201, "create", Some("Consent"), "C"),
            ("PUT", &read, Some(changed), 200, "update", Some(&plan_at), "U"),
            ("DELETE", &worker_path, None, 204, "delete", Some(&worker), "D"),
            ("POST", "/fhir", Some(bundle("transaction")), 200, "bundle", None, "E"),
            ("POST", "/fhir", Some(bundle("batch")), 200, "bundle", None, "E"),
            ("POST", PLAN_STATUS, Some(status_of(&[TESTINE])), 200, "plan-status", Some("CarePlan"), "E"),
        ];
        for (number, (method, path, body, status, interaction, target, action)) in rows.into_iter().enumerate() {
            let request = world.as_(BERGEN, method, path);
            let request = if method == "PUT" { request.header("if-match", "W/\"1\"") } else { request };
            let (_, row) = logged(world, &format!("done-{number}"), request, body.as_ref());
            assert_eq!(row.status, status, "{method} {path}");
            assert_eq!(
                (row.interaction.as_str(), row.target.as_deref(), row.action.as_str()),
                (interaction, target, action)
            );
            let (tenant, client) = if interaction == "capabilities" { ("", "") } else { (HELSE_BERGEN, BERGEN) };
            assert_eq!((row.tenant.as_str(), row.client.as_str()), (tenant, client), "{method} {path}");
            assert_eq!(row.at, world.clock.now());
        }
        assert!(patient.starts_with("Patient/"));
        assert!(world.store.verify().expect("a report").sound());
    });
}

#[test]
fn every_request_that_is_refused_leaves_one_row_and_nothing_else() {
    each(|world| {
        let stored = world.post(BERGEN, "/fhir/CarePlan", &plan(TESTINE)).expect(201);
        let worker = created(world, BERGEN, &nurse("9144900"));
        world.send(world.as_(BERGEN, "DELETE", &format!("/fhir/{worker}"))).expect(204);
        let path = format!("/fhir/CarePlan/{}", stored.id());
        let before = world.counts();
        let refused = |id: &str, status: u16, tenant: &str, request: RequestBuilder, body: Option<&Value>| {
            let (answer, row) = logged(world, id, request, body);
            assert_eq!(answer.status, status, "{id}: {}", answer.text);
            assert_eq!(row.tenant, tenant, "{id}");
            assert!(row.shown.is_empty(), "{id}");
            assert_eq!(world.counts(), before, "{id}");
        };
        let bergen = |method: &str, path: &str| world.as_(BERGEN, method, path);
        let ours = HELSE_BERGEN;
        refused(
            "no-json",
            400,
            ours,
            bergen("POST", "/fhir/Task").header("content-type", "application/fhir+json").body("{"),
            None,
        );
        refused("unknown-parameter", 400, ours, bergen("GET", "/fhir/Task?colour=red"), None);
        refused("number-in-url", 400, ours, bergen("GET", &format!("/fhir/Patient?identifier={FNR}|{TESTINE}")), None);
        refused("no-token", 401, "", world.request("GET", &path), None);
        refused("bad-token", 401, "", world.request("GET", &path).bearer_auth("x.y.z"), None);
        refused(
            "read-only",
            403,
            ours,
            world.as_("epj-helse-bergen-readonly", "POST", "/fhir/CarePlan"),
            Some(&plan(TESTINE)),
        );
        refused("never-was", 404, ours, bergen("GET", "/fhir/CarePlan/never-was"), None);
        refused("not-theirs", 404, "984027737", world.as_(HARALDSPLASS, "GET", &path), None);
        refused("unknown-type", 404, ours, bergen("GET", "/fhir/Careplan"), None);
        refused("bad-method", 405, ours, bergen("DELETE", "/fhir/CarePlan/1/_history/1"), None);
        refused("bad-accept", 406, ours, bergen("GET", &path).header("accept", "application/pdf"), None);
        refused("gone", 410, ours, bergen("GET", &format!("/fhir/{worker}")), None);
        refused("stale", 412, ours, bergen("PUT", &path).header("if-match", "W/\"7\""), Some(&stored.json));
        let text = bergen("POST", "/fhir/Task").header("content-type", "text/plain").body("{}");
        refused("bad-type", 415, ours, text, None);
        refused("unlawful", 422, ours, bergen("POST", "/fhir/CareTeam"), Some(&team(TESTINE, "9144901")));
        refused("without-if-match", 428, ours, bergen("PUT", &path), Some(&stored.json));
        let entry = json!({ "resource": team(TESTINE, "9144901"), "request": { "method": "POST", "url": "CareTeam" } });
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry] });
        refused("unlawful-transaction", 422, ours, bergen("POST", "/fhir"), Some(&bundle));
        refused(
            "unlawful-appointment",
            422,
            ours,
            bergen("POST", APPOINT),
            Some(&crate::story::without(appointing(TESTINE, "9144901", "1"), "consent")),
        );
        assert!(world.store.verify().expect("a report").sound());
    });
}

#[test]
fn the_log_holds_who_was_shown_which_version_of_what() {
    each(|world| {
        let patient = world.post(BERGEN, "/fhir/Patient", &nowhere(TESTINE)).expect(201);
        let key = |resource: &Value| {
            let text = |name: &str| resource[name].as_str().expect("a text").to_owned();
            let version = resource["meta"]["versionId"].as_str().and_then(|v| v.parse().ok()).expect("a version");
            (format!("{}/{}", text("resourceType"), text("id")), version)
        };
        let (appointed, row) =
            logged(world, "appoint", world.as_(BERGEN, "POST", APPOINT), Some(&appointing(TESTINE, "9144900", "1")));
        let parameters = appointed.json["parameter"].as_array().expect("parameters");
        let made = parameters.iter().map(|p| &p["resource"]).filter(|r| r["resourceType"] != "OperationOutcome");
        for made in made {
            assert!(row.shown.contains(&key(made)), "{:?}", row.shown);
        }
        assert_eq!(row.person.as_deref(), Some("900000101"));
        let person = row.patient.expect("one patient");

        let (found, row) =
            logged(world, "search", world.as_(BERGEN, "GET", "/fhir/CareTeam?_include=CareTeam:subject"), None);
        let shown: Vec<(String, i64)> = found.entries().into_iter().map(key).collect();
        assert_eq!((shown.len(), &row.shown), (2, &shown));
        assert_eq!(row.patient.as_ref(), Some(&person));

        let (_, row) =
            logged(world, "read", world.as_(BERGEN, "GET", &format!("/fhir/Patient/{}", patient.id())), None);
        assert_eq!((row.shown, row.patient), (vec![key(&patient.json)], Some(person.clone())));

        let (_, row) = logged(world, "status", world.as_(BERGEN, "POST", PLAN_STATUS), Some(&status_of(&[TESTINE])));
        assert_eq!((row.shown.len(), row.patient), (2, Some(person)));

        let (_, row) =
            logged(world, "hidden", world.as_(HARALDSPLASS, "POST", PLAN_STATUS), Some(&status_of(&[TESTINE])));
        assert_eq!((row.shown, row.patient), (vec![], None));
        for number in [TESTINE, "9144900"] {
            let rows = ["appoint", "search", "read", "status", "hidden"].map(|id| {
                let rows: Result<Vec<AuditRow>, StoreError> = world.store.read(|session| session.audit_of(id));
                format!("{rows:?}")
            });
            assert!(!rows.concat().contains(number), "the log holds ids, never a national number");
        }
    });
}
