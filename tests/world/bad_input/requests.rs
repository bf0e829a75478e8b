//! Methods, headers and conditions that do not fit, and the headers every answer has.

use super::{Row, all_refused, with_body};
use crate::people::{BERGEN, TESTINE, patient, plan};
use crate::world::{World, each};
use serde_json::{Value, json};

#[test]
fn media_types_and_encodings_that_are_not_spoken() {
    each(|world| {
        let typed = |media: &str| {
            world
                .as_(BERGEN, "POST", "/fhir/Patient")
                .header("content-type", media)
                .body("{\"resourceType\":\"Patient\"}")
        };
        let get =
            |name: &'static str, value: &'static str| world.as_(BERGEN, "GET", "/fhir/Patient").header(name, value);
        let rows: Vec<Row> = vec![
            (typed("application/fhir+xml"), 415, "unsupported-media-type", None),
            (typed("text/plain"), 415, "unsupported-media-type", None),
            (typed("nonsense"), 415, "unsupported-media-type", None),
            (typed("application/fhir+json; charset=iso-8859-1"), 415, "unsupported-charset", None),
            (typed("application/fhir+json; fhirVersion=5.0"), 415, "unsupported-fhir-version", None),
            (
                typed("application/fhir+json").header("content-encoding", "gzip"),
                415,
                "unsupported-content-encoding",
                None,
            ),
            (
                typed("application/fhir+json").header("content-type", "application/json"),
                400,
                "duplicate-header",
                Some("http.content-type"),
            ),
            (world.as_(BERGEN, "POST", "/fhir/Patient").body("{}"), 415, "unsupported-media-type", None),
            (
                world
                    .as_(BERGEN, "POST", "/fhir/Patient/_search")
                    .header("content-type", "application/json")
                    .body("{}"),
                415,
                "unsupported-media-type",
                None,
            ),
            (
                world
                    .as_(BERGEN, "POST", "/fhir/Patient/_search")
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body("name=%"),
                400,
                "bad-url-encoding",
                Some("http.body"),
            ),
            (get("accept", "application/fhir+xml"), 406, "not-acceptable", None),
            (get("accept", "text/html"), 406, "not-acceptable", None),
            (get("accept", "application/fhir+json; fhirVersion=5.0"), 406, "not-acceptable", None),
            (world.as_(BERGEN, "GET", "/fhir/Patient?_format=xml"), 406, "not-acceptable", None),
            (world.as_(BERGEN, "GET", "/fhir/metadata?_format=ttl"), 406, "not-acceptable", None),
            (with_body(world, "POST", "/fhir/Patient?_format=xml", "{}"), 406, "not-acceptable", None),
        ];
        all_refused(world, rows);
    });
}

#[test]
fn versions_that_do_not_match() {
    each(|world| {
        let planned = world.post(BERGEN, "/fhir/CarePlan", &plan(TESTINE)).expect(201);
        let path = format!("/fhir/CarePlan/{}", planned.id());
        let body = planned.text.clone();
        let put = |tag: Option<&'static str>| {
            let request = with_body(world, "PUT", &path, body.clone());
            tag.into_iter().fold(request, |request, tag| request.header("if-match", tag))
        };
        let rows: Vec<Row> = vec![
            (put(None), 428, "if-match-required", Some("http.if-match")),
            (put(Some("W/\"2\"")), 412, "stale-version", Some("http.if-match")),
            (put(Some("W/\"0\"")), 412, "stale-version", Some("http.if-match")),
            (put(Some("1")), 400, "bad-if-match", Some("http.if-match")),
            (put(Some("W/\"2\", \"3\"")), 412, "stale-version", Some("http.if-match")),
            (put(Some("W/\"1\", 2")), 400, "bad-if-match", Some("http.if-match")),
            (put(Some("W/\"1\"")).header("if-match", "W/\"1\""), 400, "duplicate-header", Some("http.if-match")),
            (
                put(Some("W/\"1\"")).header("if-none-match", "W/\"3\""),
                400,
                "unsupported-precondition",
                Some("http.if-none-match"),
            ),
            (put(None).header("if-none-match", "*"), 412, "already-exists", Some("http.if-none-match")),
            (
                with_body(world, "PUT", "/fhir/Patient/new", "{\"resourceType\":\"Patient\",\"id\":\"new\"}")
                    .header("if-match", "*"),
                412,
                "stale-version",
                Some("http.if-match"),
            ),
            (
                world.as_(BERGEN, "DELETE", &path).header("if-match", "W/\"7\""),
                412,
                "stale-version",
                Some("http.if-match"),
            ),
            (
                world.as_(BERGEN, "GET", &path).header("if-none-match", "one"),
                400,
                "bad-if-none-match",
                Some("http.if-none-match"),
            ),
            // Nothing stands there yet: a version cannot be right.
            (
                with_body(world, "PUT", "/fhir/Patient/new", "{\"resourceType\":\"Patient\",\"id\":\"new\"}")
                    .header("if-match", "W/\"1\""),
                412,
                "stale-version",
                Some("http.if-match"),
            ),
        ];
        all_refused(world, rows);
    });
}

#[test]
fn a_condition_that_does_not_choose() {
    each(|world| {
        let organisation = json!({ "resourceType": "Organization", "name": "To", "identifier": [{ "system": "urn:oid:1.2.3", "value": "a" }] });
        for _ in 0..2 {
            world.post(BERGEN, "/fhir/Organization", &organisation).expect(201);
        }
        let create = |condition: &'static str| {
            with_body(world, "POST", "/fhir/Organization", organisation.to_string()).header("if-none-exist", condition)
        };
        let rows: Vec<Row> = vec![
            (create("identifier=urn:oid:1.2.3|a"), 412, "multiple-matches", Some("http.condition")),
            (create("?identifier=urn%3Aoid%3A1.2.3%7Ca"), 412, "multiple-matches", Some("http.condition")),
            (create(""), 400, "bad-condition", Some("http.condition")),
            (create("identifier"), 400, "bad-condition", Some("http.condition")),
            (create("identifier=%"), 400, "bad-condition", Some("http.condition")),
            (create("identifyer=x"), 400, "unknown-parameter", Some("http.identifyer")),
            (
                create("identifier=x").header("if-none-exist", "identifier=y"),
                400,
                "duplicate-header",
                Some("http.if-none-exist"),
            ),
        ];
        all_refused(world, rows);
    });
}

#[test]
fn what_was_deleted_is_gone_and_its_history_stays() {
    each(|world| {
        let flag =
            json!({ "resourceType": "Flag", "status": "active", "code": { "text": "x" }, "subject": patient(TESTINE) });
        let path = format!("/fhir/Flag/{}", world.post(BERGEN, "/fhir/Flag", &flag).expect(201).id());
        let deleted = world.send(world.as_(BERGEN, "DELETE", &path)).expect(204);
        assert_eq!((deleted.text.as_str(), deleted.header("etag")), ("", Some("W/\"2\"")));
        let second = format!("{path}/_history/2");
        let rows: Vec<Row> = vec![
            (world.as_(BERGEN, "GET", &path), 410, "deleted", None),
            (world.as_(BERGEN, "GET", &second), 410, "deleted", None),
            (world.as_(BERGEN, "GET", &format!("{path}/_history/3")), 404, "not-found", None),
            (world.as_(BERGEN, "GET", &format!("{path}/_history/x")), 404, "not-found", None),
        ];
        all_refused(world, rows);
        world.send(world.as_(BERGEN, "DELETE", &path)).expect(204);
        world.get(BERGEN, &format!("{path}/_history/1")).expect(200);
        let history = world.get(BERGEN, &format!("{path}/_history")).expect(200);
        let methods: Vec<&Value> =
            history.json["entry"].as_array().expect("entries").iter().map(|e| &e["request"]["method"]).collect();
        assert_eq!(methods, ["DELETE", "POST"]);
    });
}

#[test]
fn other_methods_are_told_which_there_are() {
    each(|world| {
        for (method, path, allow) in [
            ("PUT", "/fhir", "GET, HEAD, POST, OPTIONS"),
            ("GET", "/fhir/_search", "POST, OPTIONS"),
            ("DELETE", "/fhir/Provenance", "GET, HEAD, POST, OPTIONS"),
            ("PATCH", "/fhir/Provenance/1", "GET, HEAD, OPTIONS"),
            ("POST", "/fhir/CareTeam/1", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
            ("TRACE", "/fhir/CareTeam/1", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
            ("BREW", "/fhir/CareTeam/1", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
            ("GET", "/fhir/CareTeam/_search", "POST, OPTIONS"),
            ("GET", "/fhir/CareTeam/$appoint", "POST, OPTIONS"),
            ("PUT", "/fhir/CareTeam/1/_history/1", "GET, HEAD, OPTIONS"),
            ("POST", "/fhir/MeasureReport", "GET, HEAD, OPTIONS"),
            ("PUT", "/fhir/Provenance/1", "GET, HEAD, OPTIONS"),
            ("POST", "/fhir/metadata", "GET, HEAD, OPTIONS"),
            ("POST", "/health/live", "GET, HEAD, OPTIONS"),
            ("GET", "/dev/token", "POST, OPTIONS"),
        ] {
            let answers = all_refused(world, vec![(world.as_(BERGEN, method, path), 405, "method-not-allowed", None)]);
            assert_eq!(answers[0].header("allow"), Some(allow), "{method} {path}");
            let options = world.send(world.request("OPTIONS", path)).expect(204);
            assert_eq!((options.header("allow"), options.text.as_str()), (Some(allow), ""), "{path}");
        }
    });
}

#[test]
fn a_head_is_a_get_without_its_body() {
    each(|world| {
        let id =
            world.post(BERGEN, "/fhir/Patient", &json!({ "resourceType": "Patient", "active": true })).expect(201).id();
        for path in [
            format!("/fhir/Patient/{id}"),
            "/fhir/Patient/unknown".to_owned(),
            "/fhir/metadata".to_owned(),
            "/fhir/Patient".to_owned(),
        ] {
            let (get, head) = (world.get(BERGEN, &path), world.send(world.as_(BERGEN, "HEAD", &path)));
            assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
            for name in ["etag", "last-modified", "content-type"] {
                assert_eq!(head.header(name), get.header(name), "{path} {name}");
            }
        }
    });
}

#[test]
fn a_read_that_has_it_already_gets_nothing() {
    each(|world| {
        let id =
            world.post(BERGEN, "/fhir/Patient", &json!({ "resourceType": "Patient", "active": true })).expect(201).id();
        let path = format!("/fhir/Patient/{id}");
        for (name, value, status) in [
            ("if-none-match", "W/\"1\"", 304),
            ("if-none-match", "W/\"7\", \"1\"", 304),
            ("if-none-match", "*", 304),
            ("if-none-match", "W/\"2\"", 200),
            ("if-modified-since", "Sun, 22 Nov 2026 15:00:00 GMT", 304),
            ("if-modified-since", "Sun, 22 Nov 2026 14:59:59 GMT", 200),
            ("if-modified-since", "nonsense", 200),
        ] {
            let answer = world.send(world.as_(BERGEN, "GET", &path).header(name, value)).expect(status);
            assert_eq!(answer.text.is_empty(), status == 304, "{name}: {value}");
            assert_eq!(answer.header("etag"), Some("W/\"1\""));
        }
    });
}

#[test]
fn request_ids_are_echoed_when_they_are_harmless() {
    each(|world| {
        for (given, echoed) in
            [("abc-1.2", true), ("", false), ("a b", false), (TESTINE, false), (&*"x".repeat(65), false)]
        {
            for path in ["/fhir/CareTeam/unknown", "/fhir/Patient", "/health/live", "/nowhere"] {
                let request =
                    world.as_(BERGEN, "GET", path).header("x-request-id", given).header("x-correlation-id", given);
                let answer = world.send(request);
                let id = answer.header("x-request-id").expect("a request id");
                assert_eq!(id == given, echoed, "{path} {given}");
                assert_eq!(answer.header("x-correlation-id"), echoed.then_some(given), "{path} {given}");
                assert!(answer.status < 400 || answer.text.contains(id), "{}", answer.text);
            }
        }
    });
}

#[test]
fn every_answer_keeps_browsers_and_caches_out() {
    each(|world: &World| {
        for path in ["/fhir/metadata", "/fhir/CareTeam/unknown", "/fhir/Patient", "/nowhere", "/health/live"] {
            let answer = world.get(BERGEN, path);
            for (name, value) in [
                ("cache-control", "no-store"),
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "DENY"),
                ("referrer-policy", "no-referrer"),
            ] {
                assert_eq!(answer.header(name), Some(value), "{path}");
            }
        }
    });
}
