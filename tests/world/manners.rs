//! How an answer comes: `Prefer`, `_format` and `_pretty`, ids, `OPTIONS`. The same on every address, and on refusals too.

use crate::answer::Answer;
use crate::people::{BERGEN, KOMMUNE, TESTINE, appointing, nurse, plan, status_of};
use crate::refusal::assert_refused;
use crate::story::{APPOINT, PLAN_STATUS, created, ending, need, set, without};
use crate::world::{World, each};
use serde_json::{Value, json};
use varde_store::{AuditRow, StoreError};

const APPLIED: &str = "preference-applied";

fn preferring(world: &World, method: &str, path: &str, prefer: &str, body: Option<&Value>) -> Answer {
    let request = world.as_(BERGEN, method, path).header("prefer", prefer);
    match body {
        Some(body) => world.send_json(request, body),
        None => world.send(request),
    }
}

/// The type of the body, `""` for none.
fn kind(answer: &Answer) -> &str {
    if answer.text.is_empty() { "" } else { answer.json["resourceType"].as_str().expect("a type") }
}

/// What each preference makes of the body of one kind of write.
fn each_return(prefer: &str, whole: &'static str) -> &'static str {
    match prefer {
        "return=minimal" => "",
        "return=OperationOutcome" => "OperationOutcome",
        _ => whole,
    }
}

#[test]
fn what_writes_answers_as_the_caller_prefers_and_says_so() {
    each(|world| {
        for (number, prefer) in
            ["return=minimal", "return=representation", "return=OperationOutcome"].iter().enumerate()
        {
            let path = format!("/fhir/Task/{number}");
            let put = |body: &Value| preferring(world, "PUT", &path, prefer, Some(body));
            let mut task = need(TESTINE);
            task["id"] = json!(number.to_string());
            let made = put(&task).expect(201);
            assert!(made.header("location").is_some() && made.header("etag") == Some("W/\"1\""));
            let posted = preferring(world, "POST", "/fhir/Task", prefer, Some(&need(TESTINE))).expect(201);
            for answer in [made, posted] {
                assert_eq!((kind(&answer), answer.header(APPLIED)), (each_return(prefer, "Task"), Some(*prefer)));
            }
            let worker = created(world, BERGEN, &nurse("9144900"));
            let gone = preferring(world, "DELETE", &format!("/fhir/{worker}"), prefer, None);
            let (status, body, applied) = match *prefer {
                "return=OperationOutcome" => (200, "OperationOutcome", Some(*prefer)),
                "return=minimal" => (204, "", Some(*prefer)),
                _ => (204, "", None),
            };
            assert_eq!((gone.status, kind(&gone), gone.header(APPLIED)), (status, body, applied));
            let bundle = |kind: &str| {
                json!({ "resourceType": "Bundle", "type": kind, "entry": [
                    { "resource": need(TESTINE), "request": { "method": "POST", "url": "Task" } },
                ] })
            };
            for bundle in [bundle("transaction"), bundle("batch")] {
                let answer = preferring(world, "POST", "/fhir", prefer, Some(&bundle)).expect(200);
                let entry = &answer.json["entry"][0];
                assert_eq!((kind(&answer), answer.header(APPLIED)), ("Bundle", Some(*prefer)));
                assert_eq!(entry["resource"].is_object(), *prefer == "return=representation", "{}", answer.text);
                assert_eq!(entry["response"]["outcome"].is_object(), *prefer == "return=OperationOutcome");
                assert!(entry["response"]["location"].is_string() && entry["response"]["etag"] == "W/\"1\"");
            }
        }
    });
}

#[test]
fn an_operation_tells_the_version_that_the_next_change_names() {
    each(|world| {
        for (number, prefer) in
            ["return=representation", "return=minimal", "return=OperationOutcome"].iter().enumerate()
        {
            let (hpr, own) = (["9144889", "9144897", "9144900"][number], number.to_string());
            let appointed =
                preferring(world, "POST", APPOINT, prefer, Some(&appointing(TESTINE, hpr, &own))).expect(200);
            assert_eq!(
                (kind(&appointed), appointed.header(APPLIED)),
                (each_return(prefer, "Parameters"), Some(*prefer))
            );
            assert_eq!(appointed.header("location").is_some(), *prefer != "return=representation");
            let found = world.get(BERGEN, "/fhir/CareTeam").expect(200);
            let team = found.entries()[0].clone();
            let version = format!("W/\"{}\"", team["meta"]["versionId"].as_str().expect("a version"));
            assert_eq!(appointed.etag(), version);
            let path = format!("/fhir/CareTeam/{}", team["id"].as_str().expect("an id"));
            let changed = world.put(BERGEN, &path, Some(&appointed.etag()), &team).expect(200);
            let end = ending(hpr, "Behovet er borte");
            let ended = preferring(world, "POST", &format!("{path}/$end-appointment"), prefer, Some(&end)).expect(200);
            assert_eq!((kind(&ended), ended.header(APPLIED)), (each_return(prefer, "Parameters"), Some(*prefer)));
            assert_ne!(ended.etag(), changed.etag());
            assert_eq!(world.get(BERGEN, &path).expect(200).etag(), ended.etag());
        }
    });
}

#[test]
fn a_preference_that_was_not_heeded_is_not_said_to_be() {
    each(|world| {
        let stored = world.post(BERGEN, "/fhir/CarePlan", &plan(TESTINE)).expect(201);
        assert_eq!(stored.header(APPLIED), None, "nobody asked");
        let path = format!("/fhir/CarePlan/{}", stored.id());
        for (path, prefer, status, applied) in [
            (path.as_str(), "return=minimal", 200, None),
            ("/fhir/CarePlan", "handling=strict", 200, Some("handling=strict")),
            ("/fhir/CarePlan?nothing=1", "handling=lenient", 200, Some("handling=lenient")),
            ("/fhir/CarePlan?nothing=1", "handling=strict", 400, None),
            ("/fhir/CarePlan?nothing=1", "handling=gentle", 400, None),
            ("/fhir/CarePlan", "respond-async, wait=10, colour=\"blå\"", 200, None),
        ] {
            let answer = world.send(world.as_(BERGEN, "GET", path).header("prefer", prefer.as_bytes()));
            assert_eq!((answer.status, answer.header(APPLIED)), (status, applied), "{path} {prefer}");
        }
        let both =
            preferring(world, "POST", "/fhir/Task?nothing=1", "return=minimal, handling=lenient", Some(&need(TESTINE)));
        assert_eq!((both.status, both.header(APPLIED)), (201, Some("return=minimal, handling=lenient")));
        let wrong = set(need(TESTINE), "/status", json!("nonsense"));
        assert_eq!(
            preferring(world, "POST", "/fhir/Task", "return=minimal", Some(&wrong)).expect(400).header(APPLIED),
            None
        );
        let asked = world.as_(KOMMUNE, "POST", PLAN_STATUS).header("prefer", "return=minimal");
        let status = world.send_json(asked, &status_of(&[TESTINE])).expect(200);
        assert_eq!((kind(&status), status.header(APPLIED)), ("Parameters", None), "what it asks for is the answer");
    });
}

#[test]
fn options_are_told_everywhere_and_logged_and_nothing_is_offered_across_origins() {
    each(|world| {
        let stored = world.post(BERGEN, "/fhir/CarePlan", &plan(TESTINE)).expect(201);
        let instance = format!("/fhir/CarePlan/{}", stored.id());
        let (history, version) = (format!("{instance}/_history"), format!("{instance}/_history/1"));
        for (number, (path, method)) in [
            ("/fhir", "POST"),
            ("/fhir/metadata", "GET"),
            ("/fhir/CarePlan", "POST"),
            ("/fhir/CarePlan/_search", "POST"),
            (instance.as_str(), "DELETE"),
            ("/fhir/CarePlan/never-was", "PUT"),
            (&history, "GET"),
            (&version, "GET"),
            (APPOINT, "POST"),
        ]
        .into_iter()
        .enumerate()
        {
            let before = world.audited();
            let id = format!("options-{number}");
            let request = world
                .request("OPTIONS", path)
                .header("x-request-id", &id)
                .header("origin", "https://elsewhere.example");
            let answer = world.send(request.header("access-control-request-method", "POST")).expect(204);
            let allow: Vec<&str> = answer.header("allow").expect("Allow").split(", ").collect();
            assert!(allow.contains(&method) && allow.contains(&"OPTIONS"), "{path}: {allow:?}");
            assert_eq!(allow.contains(&"GET"), allow.contains(&"HEAD"), "{path}: {allow:?}");
            assert!(!answer.headers.iter().any(|(name, _)| name.starts_with("access-control-")), "{path}");
            assert_eq!((answer.text.as_str(), answer.header("content-length")), ("", None), "{path}");
            assert_eq!(world.audited(), before + 1, "{path}");
            let rows: Result<Vec<AuditRow>, StoreError> = world.store.read(|session| session.audit_of(&id));
            let row = &rows.expect("the log")[0];
            assert_eq!((row.interaction.as_str(), row.status), ("options", 204));
        }
        for path in ["/fhir/Nothing", "/fhir/CarePlan/$nothing", "/fhir/CarePlan/1/2/3/4"] {
            let answer = world.send(world.request("OPTIONS", path));
            assert!(answer.status == 404 && kind(&answer) == "OperationOutcome", "{path}: {}", answer.text);
        }
        for path in ["/health/live", "/metrics", "/openapi.json", "/swagger-ui/", "/.well-known/smart-configuration"] {
            assert_eq!(
                world.send(world.request("OPTIONS", path)).expect(204).header("allow"),
                Some("GET, HEAD, OPTIONS"),
                "{path}"
            );
        }
    });
}

#[test]
fn format_and_pretty_are_heeded_on_every_answer() {
    each(|world| {
        let stored = world.post(BERGEN, "/fhir/CarePlan", &plan(TESTINE)).expect(201);
        let read = format!("/fhir/CarePlan/{}", stored.id());
        let task = need(TESTINE);
        let wrong = set(task.clone(), "/status", json!("nonsense"));
        let appointed = without(appointing(TESTINE, "9144889", "1"), "identifier");
        let rows: [(&str, &str, Option<&Value>, u16); 9] = [
            ("GET", &read, None, 200),
            ("GET", "/fhir/CarePlan", None, 200),
            ("GET", "/fhir/metadata", None, 200),
            ("GET", "/fhir/CarePlan/never-was", None, 404),
            ("GET", "/fhir/Nothing", None, 404),
            ("PUT", "/fhir/metadata", None, 405),
            ("POST", "/fhir/Task", Some(&task), 201),
            ("POST", "/fhir/Task", Some(&wrong), 400),
            ("POST", APPOINT, Some(&appointed), 200),
        ];
        for (method, path, body, status) in rows {
            for (format, media) in [
                ("json", "application/fhir+json"),
                ("application/fhir%2Bjson", "application/fhir+json"),
                ("application/fhir+json", "application/fhir+json"),
                ("application/json", "application/json"),
                ("text/json", "application/json"),
            ] {
                if (method, status) == ("POST", 200) && format != "json" {
                    continue;
                }
                let request = world.as_(BERGEN, method, &format!("{path}?_format={format}&_pretty=true"));
                let answer = match body {
                    Some(body) => world.send_json(request, body),
                    None => world.send(request),
                };
                let answer = answer.expect(status);
                let expected = format!("{media}; charset=utf-8");
                assert_eq!(answer.header("content-type"), Some(expected.as_str()), "{method} {path} {format}");
                assert!(answer.text.starts_with("{\n  \"resourceType\""), "{method} {path}: {}", answer.text);
            }
            for format in ["xml", "application/fhir+xml", "text/turtle", "html"] {
                let request = world.as_(BERGEN, method, &format!("{path}?_format={format}&_pretty=true"));
                let answer = world.send(request);
                // What is not there, is not there in any format.
                let expected = if matches!(status, 404 | 405) && answer.status == status { status } else { 406 };
                assert_eq!(answer.status, expected, "{method} {path} {format}: {}", answer.text);
                assert!(answer.text.starts_with("{\n  \"resourceType\": \"OperationOutcome\""), "{}", answer.text);
            }
        }
        assert_refused(&world.get(BERGEN, &format!("{read}?_format=xml")), 406, "not-acceptable", None);
        let form =
            world.search(BERGEN, "CarePlan", &[("status", "active"), ("_pretty", "true"), ("_format", "text/json")]);
        assert_eq!(form.header("content-type"), Some("application/json; charset=utf-8"));
        assert!(form.expect(200).text.starts_with("{\n  \"resourceType\": \"Bundle\""));
        let form = world.search(BERGEN, "CarePlan", &[("nothing", "x"), ("_pretty", "true")]);
        assert!(form.expect(400).text.starts_with("{\n  \"resourceType\": \"OperationOutcome\""));
    });
}

#[test]
fn ids_are_echoed_when_they_are_harmless_on_every_answer() {
    each(|world| {
        let long = "x".repeat(65);
        for (method, path) in [
            ("GET", "/fhir/CarePlan"),
            ("GET", "/fhir/CarePlan/never-was"),
            ("POST", "/fhir/CarePlan"),
            ("PUT", "/fhir/metadata"),
            ("OPTIONS", "/fhir/CarePlan"),
            ("HEAD", "/fhir/metadata"),
            ("GET", "/fhir/CarePlan?_format=xml"),
            ("GET", "/health/live"),
            ("GET", "/nowhere"),
        ] {
            for (given, taken) in
                [("mine-1.2_Z", true), ("two words", false), ("15825512869", false), (&long, false), ("", false)]
            {
                let request = world.as_(BERGEN, method, path).header("x-request-id", given);
                let answer = world.send(request.header("x-correlation-id", given));
                let id = answer.header("x-request-id").unwrap_or_default();
                assert_eq!(id == given, taken, "{method} {path} {given}: {id}");
                assert!(!id.is_empty() && id.len() <= 64, "{method} {path} {given}");
                assert_eq!(answer.header("x-correlation-id"), taken.then_some(given), "{method} {path} {given}");
                if kind_of_outcome(&answer) {
                    let said = answer.json["issue"][0]["diagnostics"].as_str().unwrap_or_default();
                    assert_eq!(said, format!("request {id}"), "{method} {path}");
                }
            }
        }
    });
}

fn kind_of_outcome(answer: &Answer) -> bool {
    answer.json["resourceType"] == "OperationOutcome"
}
