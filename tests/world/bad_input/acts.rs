//! What an integrator is told when an act goes wrong: the status, the code, the place and what to do about it, in both languages; and
//! nothing is stored.

use super::with_body;
use crate::answer::Answer;
use crate::people::{BERGEN, TESTINE, patient, plan};
use crate::refusal;
use crate::story::created;
use crate::world::{World, each};
use reqwest::blocking::RequestBuilder;
use reqwest::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use serde_json::{Value, json};

/// A request, its refusal (status, code, place), and the remedy that its text names in Norwegian and in English.
type Row = (RequestBuilder, u16, &'static str, &'static str, &'static str, &'static str);

/// Sends each in both languages; nothing of them is stored, and each leaves its line in the access log.
fn all_told(world: &World, rows: Vec<Row>) {
    let (before, audited) = (world.counts(), world.audited());
    let sent = i64::try_from(rows.len()).expect("a number") * 3;
    for (request, status, key, at, nb, en) in rows {
        let norwegian = request.try_clone().expect("a body that can be sent twice");
        let (english, problem) = refusal::sent(world, request, status, key, Some(at));
        assert!(problem.is_none(), "{}: {problem:?}", world.database());
        let language = HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static("nb"))]);
        let norwegian = world.send(norwegian.headers(language));
        for (answer, remedy) in [(&english, en), (&norwegian, nb)] {
            assert!(text(answer).contains(remedy), "{key}: no {remedy:?} in {}", answer.text);
        }
    }
    assert_eq!(world.counts(), before, "{}: something was stored", world.database());
    assert_eq!(world.audited(), audited + sent, "{}: each leaves one line", world.database());
}

fn text(answer: &Answer) -> &str {
    answer.json["issue"][0]["details"]["text"].as_str().unwrap_or_default()
}

fn flag() -> Value {
    json!({ "resourceType": "Flag", "status": "active", "code": { "text": "Tolk" }, "subject": patient(TESTINE) })
}

#[test]
fn conditions_and_versions() {
    each(|world| {
        let planned = world.post(BERGEN, "/fhir/CarePlan", &plan(TESTINE)).expect(201);
        let path = format!("/fhir/CarePlan/{}", planned.id());
        let unit = json!({ "resourceType": "Organization", "name": "To", "identifier": [{ "system": "urn:x", "value": "a" }] });
        for _ in 0..2 {
            created(world, BERGEN, &unit);
        }
        let put = |path: &str, body: &str| with_body(world, "PUT", path, body.to_owned());
        let patching = |tag: &str, body: &str| {
            let request = world.as_(BERGEN, "PATCH", &path).header("content-type", "application/json-patch+json");
            request.header("if-match", tag.to_owned()).body(body.to_owned())
        };
        let found = "/fhir/Organization?identifier=urn:x%7Ca";
        let unit = unit.to_string();
        let nothing = "[{\"op\":\"remove\",\"path\":\"/nothing\"}]";
        let versioned = put(&path, &planned.text).header("if-match", "W/\"7\"");
        let create = with_body(world, "POST", "/fhir/Organization", unit.clone());
        let create = create.header("if-none-exist", "identifier=urn:x|a");
        let (stale, several) = ("Read the resource again", "more selective search");
        let (gammel, flere) = ("Les ressursen på nytt", "mer entydig søk");
        all_told(
            world,
            vec![
                (versioned, 412, "stale-version", "http.if-match", gammel, stale),
                (
                    patching("W/\"7\"", "[{\"op\":\"test\",\"path\":\"/id\",\"value\":1}]"),
                    412,
                    "stale-version",
                    "http.if-match",
                    gammel,
                    stale,
                ),
                (
                    put(&path, &planned.text),
                    428,
                    "if-match-required",
                    "http.if-match",
                    "If-Match: W/\"1\"",
                    "If-Match: W/\"1\"",
                ),
                (create, 412, "multiple-matches", "http.condition", flere, several),
                (put(found, &unit), 412, "multiple-matches", "http.condition", flere, several),
                (world.as_(BERGEN, "DELETE", found), 412, "multiple-matches", "http.condition", flere, several),
                (
                    patching("W/\"1\"", nothing),
                    422,
                    "patch-path-not-found",
                    "patch[0].path",
                    "rett banen",
                    "mend the path",
                ),
                (put("/fhir/Organization", &unit), 400, "condition-missing", "http.url", "[type]/[id]", "[type]/[id]"),
            ],
        );
    });
}

#[test]
fn bodies_that_are_too_much_or_not_json() {
    each(|world| {
        let entry = json!({ "request": { "method": "POST", "url": "Flag" }, "resource": flag() });
        let many = json!({ "resourceType": "Bundle", "type": "batch", "entry": vec![entry; 501] }).to_string();
        let large = format!("{{\"resourceType\":\"Bundle\",\"id\":\"{}\"}}", "x".repeat(9 << 20));
        let deep = format!("{{\"resourceType\":\"Flag\",\"x\":{}{}}}", "[".repeat(100), "]".repeat(100));
        let typed = |media: &str, body: &str| {
            world.as_(BERGEN, "POST", "/fhir/Flag").header("content-type", media.to_owned()).body(body.to_owned())
        };
        let media = "Content-Type: application/fhir+json";
        let refused = ("unsupported-media-type", "http.content-type");
        all_told(
            world,
            vec![
                (
                    with_body(world, "POST", "/fhir", many),
                    413,
                    "too-many-entries",
                    "Bundle.entry",
                    "Del den opp",
                    "Split it",
                ),
                (
                    with_body(world, "POST", "/fhir", large),
                    413,
                    "body-too-large",
                    "http.body",
                    "Del det opp",
                    "Split it",
                ),
                (typed("application/fhir+xml", "<Flag/>"), 415, refused.0, refused.1, media, media),
                (typed("text/plain", "hei"), 415, refused.0, refused.1, media, media),
            ],
        );
        // Too deep to have a place that a path could name: its line and column stand in the text.
        let answer = world.send(with_body(world, "POST", "/fhir/Flag", deep)).expect(400);
        assert_eq!(answer.codes(), ["too-deep"]);
        assert!(text(&answer).contains("column") && text(&answer).contains("Make it flatter"), "{}", answer.text);
    });
}

#[test]
fn addresses_of_what_is_not_there() {
    each(|world| {
        let gone = format!("/fhir/{}", created(world, BERGEN, &flag()));
        world.send(world.as_(BERGEN, "DELETE", &gone)).expect(204);
        let ask = |method: &str, path: &str| world.as_(BERGEN, method, path);
        let url = "http.url";
        let patch = ask("PATCH", &gone).header("content-type", "application/json-patch+json");
        let patch = patch.body("[{\"op\":\"test\",\"path\":\"/id\",\"value\":1}]");
        let mut lost = flag();
        lost["encounter"] = json!({ "reference": "Encounter/none" });
        all_told(
            world,
            vec![
                (ask("GET", &gone), 410, "deleted", url, "_history", "_history"),
                (patch, 410, "deleted", url, "_history", "_history"),
                (ask("GET", "/fhir/Flag/unknown"), 404, "not-found", url, "Sjekk id-en", "Check the id"),
                (ask("DELETE", "/fhir/Flag/unknown"), 404, "not-found", url, "Sjekk id-en", "Check the id"),
                (
                    ask("GET", "/fhir/Careplan"),
                    404,
                    "unknown-type",
                    url,
                    "Mente du CarePlan?",
                    "Did you mean CarePlan?",
                ),
                (
                    ask("GET", "/fhir/CareTeam/$nothing"),
                    404,
                    "unknown-operation",
                    url,
                    "CareTeam/$appoint",
                    "CareTeam/$appoint",
                ),
                (ask("POST", "/fhir/Flag/1"), 405, "method-not-allowed", "http.method", "Tillatt: GET", "Allowed: GET"),
                (
                    with_body(world, "POST", "/fhir/Flag", lost.to_string()),
                    422,
                    "reference-not-found",
                    "Flag.encounter",
                    "Opprett den først",
                    "Create it first",
                ),
            ],
        );
    });
}
