//! Whole requests against the calls they make.

use super::{Draft, Envelope, Incoming, Limits, Media, Plan, read};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use varde_service::Call;

fn ask(method: &str, url: &str, headers: &[(&str, &str)]) -> (Envelope, Result<Plan, String>) {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        map.append(name, HeaderValue::from_str(value).unwrap());
    }
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let (envelope, plan) = read(Incoming { method, path, query, headers: &map }, &Limits::default());
    (envelope, plan.map_err(|refused| format!("{} {}", refused.status, refused.issue.key)))
}

fn draft(method: &str, url: &str, headers: &[(&str, &str)]) -> (Envelope, Box<Draft>) {
    match ask(method, url, headers) {
        (envelope, Ok(Plan::Call(draft))) => (envelope, draft),
        (_, other) => panic!("{method} {url}: {other:?}"),
    }
}

fn refusal(method: &str, url: &str, headers: &[(&str, &str)]) -> String {
    match ask(method, url, headers) {
        (_, Err(refused)) => refused,
        (_, Ok(plan)) => panic!("{method} {url}: {plan:?}"),
    }
}

fn call(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> String {
    let (mut envelope, draft) = draft(method, url, headers);
    format!("{:?}", draft.call(body.as_bytes().to_vec(), &mut envelope).unwrap())
}

const JSON: (&str, &str) = ("content-type", "application/fhir+json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

const GUARD: &str = "guard: Guard { if_match: Some([\"4\"]), if_none_match: false }";
const FOUND: &str = "Found { rtype: CareTeam, params: [(\"_id\", \"1\")], in_url: true }";

#[test]
fn requests_become_calls() {
    let key = "ResourceKey { rtype: CareTeam, id: Id(\"1\") }";
    for (method, url, headers, body, expected) in [
        ("GET", "/fhir/metadata?mode=full&_format=json", &[][..], "", "Capabilities { if_none_match: [] }".to_owned()),
        (
            "GET",
            "/fhir/CareTeam/1",
            &[("if-none-match", "W/\"2\""), ("if-modified-since", "Thu, 01 Jan 1970 00:00:01 GMT")],
            "",
            format!("Read {{ key: {key}, if_none_match: [\"2\"], if_modified_since: Some(1000000) }}"),
        ),
        ("GET", "/fhir/CareTeam/1/_history/2", &[], "", format!("Vread {{ key: {key}, version: \"2\" }}")),
        (
            "GET",
            "/fhir/CareTeam/1/_history?_count=2",
            &[],
            "",
            format!("History {{ of: Instance({key}), params: [(\"_count\", \"2\")] }}"),
        ),
        (
            "POST",
            "/fhir/CareTeam",
            &[JSON, ("if-none-exist", "identifier=a%7Cb")],
            "{}",
            "Create { rtype: CareTeam, body: [123, 125], if_none_exist: Some(\"identifier=a%7Cb\") }".to_owned(),
        ),
        (
            "PUT",
            "/fhir/CareTeam/1",
            &[JSON, ("if-match", "W/\"4\"")],
            "{}",
            format!("Update {{ place: Id({key}), body: [123, 125], {GUARD} }}"),
        ),
        ("DELETE", "/fhir/CareTeam/1", &[("if-match", "\"4\"")], "", format!("Delete {{ place: Id({key}), {GUARD} }}")),
        (
            "PATCH",
            "/fhir/CareTeam?_id=1",
            &[("content-type", "application/json-patch+json"), ("if-match", "\"4\"")],
            "[]",
            format!("Patch {{ place: {FOUND}, body: [91, 93], format: Json, {GUARD} }}"),
        ),
        ("GET", "/fhir/_history", &[], "", "History { of: System, params: [] }".to_owned()),
        ("POST", "/fhir", &[JSON], "{}", "Bundle { body: [123, 125] }".to_owned()),
    ] {
        assert_eq!(call(method, url, headers, body), expected, "{method} {url}");
    }
    assert!(call("POST", "/fhir/CareTeam/$appoint", &[JSON], "{}").contains("name: \"appoint\""));
    let polled = [JSON, ("if-none-match", "W/\"1\"")];
    assert!(call("POST", "/fhir/CarePlan/$plan-status", &polled, "{}").contains("name: \"plan-status\""));
}

#[test]
fn searches_keep_their_parameters_in_order() {
    for (method, url, headers, body, expected) in [
        (
            "GET",
            "/fhir/CareTeam?status=active&_format=json&_sort=-_lastUpdated",
            &[][..],
            "",
            "Search { rtype: CareTeam, params: [(\"status\", \"active\"), (\"_sort\", \"-_lastUpdated\")], by_post: false }",
        ),
        (
            "POST",
            "/fhir/CareTeam/_search?status=active",
            &[FORM],
            "category=x+y",
            "Search { rtype: CareTeam, params: [(\"status\", \"active\"), (\"category\", \"x y\")], by_post: true }",
        ),
    ] {
        assert_eq!(call(method, url, headers, body), expected, "{method} {url}");
    }
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let long = format!("/fhir/CareTeam?_tag={}", "x".repeat(8192));
    let big = "x".repeat(17 << 10);
    for (method, url, headers, expected) in [
        ("GET", long.as_str(), &[][..], "414 url-too-long"),
        ("GET", "/fhir/CareTeam", &[("x-big", big.as_str())], "431 headers-too-large"),
        ("GET", "/fhir/Nothing", &[("accept", "application/xml")], "404 unknown-type"),
        ("PATCH", "/fhir/Provenance/1", &[JSON], "405 method-not-allowed"),
        ("PATCH", "/fhir/CareTeam/1", &[FORM], "415 unsupported-media-type"),
        ("POST", "/fhir/CareTeam", &[JSON, ("idempotency-key", "two words")], "400 bad-idempotency-key"),
        ("GET", "/fhir/CareTeam/1?a=%", &[], "400 bad-url-encoding"),
        ("GET", "/fhir/CareTeam/1?unknown=1", &[], "400 unknown-parameter"),
        ("POST", "/fhir/CareTeam/$appoint?patient=1", &[JSON], "400 unknown-parameter"),
        ("GET", "/fhir/CareTeam/1?_pretty=1", &[], "400 bad-parameter-value"),
        ("GET", "/fhir/CareTeam/1", &[("accept", "application/fhir+xml")], "406 not-acceptable"),
        ("GET", "/fhir/CareTeam/1?_format=xml", &[], "406 not-acceptable"),
        ("POST", "/fhir/CareTeam", &[("content-type", "application/xml")], "415 unsupported-media-type"),
        ("POST", "/fhir/CareTeam", &[("content-length", "2")], "415 unsupported-media-type"),
        ("POST", "/fhir/CareTeam", &[JSON, ("content-encoding", "gzip")], "415 unsupported-content-encoding"),
        ("POST", "/fhir/CareTeam", &[JSON, JSON], "400 duplicate-header"),
        ("POST", "/fhir/CareTeam/_search", &[JSON], "415 unsupported-media-type"),
        ("PUT", "/fhir/CareTeam/1", &[JSON, ("if-match", "4")], "400 bad-if-match"),
        ("PUT", "/fhir/CareTeam/1", &[JSON, ("if-none-match", "W/\"1\"")], "400 unsupported-precondition"),
        ("POST", "/fhir/CareTeam/$appoint", &[JSON, ("if-none-match", "*")], "400 unsupported-precondition"),
        ("GET", "/fhir/CareTeam/1", &[("if-none-match", "nonsense")], "400 bad-if-none-match"),
        ("POST", "/fhir/CareTeam", &[JSON, ("if-none-exist", "a=1"), ("if-none-exist", "a=2")], "400 duplicate-header"),
    ] {
        assert_eq!(refusal(method, url, headers), expected, "{method} {url}");
    }
}

#[test]
fn the_envelope_is_known_also_for_a_refusal() {
    let headers = [
        ("accept", "application/json"),
        ("accept-language", "en"),
        ("authorization", "Bearer a"),
        ("authorization", "Bearer b"),
        ("prefer", "return=minimal"),
    ];
    let (envelope, plan) = ask("GET", "/fhir/Nothing?_pretty=true", &headers);
    assert!(plan.is_err());
    assert_eq!((envelope.media, envelope.pretty), (Media::Json, true));
    assert_eq!(envelope.language, varde_fhir::Language::English);
    assert_eq!(envelope.authorization, ["Bearer a", "Bearer b"]);
    assert_eq!(envelope.prefer.return_, varde_service::Return::Minimal);
}

#[test]
fn lenient_handling_ignores_what_is_not_used() {
    let lenient = [("prefer", "handling=lenient")];
    assert!(call("GET", "/fhir/CareTeam/1?unknown=1", &lenient, "").starts_with("Read"));
}

#[test]
fn bodies_have_limits_by_what_they_are() {
    let limit = |method, url, headers: &[(&str, &str)]| draft(method, url, headers).1.body_limit;
    assert_eq!(limit("POST", "/fhir", &[JSON]), Some(8 << 20));
    assert_eq!(limit("POST", "/fhir/CareTeam", &[JSON]), Some(2 << 20));
    assert_eq!(limit("POST", "/fhir/CareTeam/_search", &[FORM]), Some(2 << 20));
    assert_eq!(limit("DELETE", "/fhir/CareTeam/1", &[]), None);
}

#[test]
fn a_form_may_choose_the_format() {
    let (mut envelope, first) = draft("POST", "/fhir/CareTeam/_search", &[FORM]);
    let made = first.call(b"_format=application%2Fjson&_pretty=true".to_vec(), &mut envelope).unwrap();
    assert!(matches!(made, Call::Search { params, .. } if params.is_empty()));
    assert_eq!((envelope.media, envelope.pretty), (Media::Json, true));

    let (mut envelope, second) = draft("POST", "/fhir/CareTeam/_search", &[FORM]);
    assert_eq!(second.call(b"_format=xml".to_vec(), &mut envelope).unwrap_err().status, 406);
    let (mut envelope, third) = draft("POST", "/fhir/CareTeam/_search", &[FORM]);
    assert_eq!(third.call(b"a=%".to_vec(), &mut envelope).unwrap_err().status, 400);
}
