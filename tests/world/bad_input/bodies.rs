//! Bodies that are no JSON, no FHIR, not R4, or not this.

use super::{Row, all_refused, with_body};
use crate::people::{ANNEN, ENH, FNR, HPR, TESTINE, organisation, patient, plan, team};
use crate::world::{World, each};
use serde_json::{Value, json};

/// Megabytes, for the limits.
const MIB: usize = 1 << 20;

#[test]
fn what_is_no_json_object_is_refused() {
    let nested = |n: usize| format!("{{\"resourceType\":\"CareTeam\",\"x\":{}{}}}", "[".repeat(n), "]".repeat(n));
    let table: Vec<(Vec<u8>, &str, Option<&str>)> = vec![
        (b"".to_vec(), "empty-body", None),
        (b" \n".to_vec(), "empty-body", None),
        (b"{".to_vec(), "invalid-json", None),
        (b"{\"resourceType\":\"CareTeam\",}".to_vec(), "invalid-json", None),
        (b"{} {}".to_vec(), "invalid-json", None),
        (b"<CareTeam xmlns=\"http://hl7.org/fhir\"/>".to_vec(), "invalid-json", None),
        (b"NaN".to_vec(), "invalid-json", None),
        (b"{\"a\":\"\\ud800\"}".to_vec(), "invalid-json", None),
        (format!("{{\"a\": {TESTINE}x}}").into_bytes(), "invalid-json", None),
        (b"[]".to_vec(), "not-an-object", None),
        (b"null".to_vec(), "not-an-object", None),
        (b"\xEF\xBB\xBF{\"resourceType\":\"CareTeam\"}".to_vec(), "byte-order-mark", None),
        (b"\xFF\xFE{\0}\0".to_vec(), "byte-order-mark", None),
        (b"{\"resourceType\":\"CareTeam\",\"name\":\"\xE6\"}".to_vec(), "invalid-utf8", None),
        (
            br#"{"resourceType":"CareTeam","status":"active","status":"active"}"#.to_vec(),
            "duplicate-key",
            Some("CareTeam.status"),
        ),
        (nested(100).into_bytes(), "too-deep", None),
        (nested(200_000).into_bytes(), "too-deep", None),
        (b"{\"status\":\"active\"}".to_vec(), "resource-type-missing", Some("resourceType")),
        (b"{\"resourceType\":7}".to_vec(), "resource-type-missing", Some("resourceType")),
        (b"{\"resourceType\":\"CarePlan\"}".to_vec(), "resource-type-mismatch", Some("resourceType")),
        (b"{\"resourceType\":\"Nonsense\"}".to_vec(), "resource-type-mismatch", Some("resourceType")),
    ];
    each(|world| {
        let rows = table
            .iter()
            .map(|(body, key, at)| (with_body(world, "POST", "/fhir/CareTeam", body.clone()), 400, *key, *at));
        all_refused(world, rows.collect());
    });
}

#[test]
fn what_is_no_r4_is_refused_at_its_place() {
    let table: Vec<(Value, &str, &str)> = teams().into_iter().chain(others()).collect();
    each(|world| {
        let rows = table.iter().map(|(body, key, at)| (posted(world, body), 400, *key, Some(*at)));
        let answers = all_refused(world, rows.collect());
        assert!(answers[0].text.contains("Did you mean “participant”?"), "{}", answers[0].text);
    });
}

fn teams() -> Vec<(Value, &'static str, &'static str)> {
    let team = || team(TESTINE, "9144889");
    vec![
        (changed(team(), "/participants", json!([])), "unknown-element", "CareTeam.participants"),
        (changed(team(), "/participant/0/members", json!({})), "unknown-element", "CareTeam.participant[0].members"),
        (changed(team(), "/status", json!(5)), "wrong-type", "CareTeam.status"),
        (changed(team(), "/status", json!(null)), "empty-value", "CareTeam.status"),
        (changed(team(), "/name", json!("")), "empty-value", "CareTeam.name"),
        (changed(team(), "/participant", json!([])), "empty-value", "CareTeam.participant"),
        (changed(team(), "/participant", json!({})), "wrong-type", "CareTeam.participant"),
        (changed(team(), "/subject", json!([patient(TESTINE)])), "too-many", "CareTeam.subject"),
        (changed(team(), "/status", json!("frozen")), "code-invalid", "CareTeam.status"),
        (changed(team(), "/name", json!("a\u{0}b")), "invalid-format", "CareTeam.name"),
        (changed(team(), "/id", json!("not an id")), "invalid-format", "CareTeam.id"),
        (changed(team(), "/subject", json!({ "reference": "Practitioner/1" })), "reference-target", "CareTeam.subject"),
        (changed(team(), "/subject/type", json!("Device")), "reference-target", "CareTeam.subject"),
        (
            changed(team(), "/participant/0/member/reference", json!("#p2")),
            "invariant",
            "CareTeam.participant[0].member.reference",
        ),
        (
            changed(team(), "/participant/0/period/start", json!("2026-02-30")),
            "invalid-date",
            "CareTeam.participant[0].period.start",
        ),
        (changed(team(), "/contained/0/name", json!("Kåre")), "wrong-type", "CareTeam.contained[0].name"),
    ]
}

fn others() -> Vec<(Value, &'static str, &'static str)> {
    vec![
        (changed(plan(TESTINE), "/intent", Value::Null), "empty-value", "CarePlan.intent"),
        (without(plan(TESTINE), "intent"), "required-element", "CarePlan.intent"),
        (changed(plan(TESTINE), "/intent", json!("Plan")), "code-invalid", "CarePlan.intent"),
        (
            changed(plan(TESTINE), "/period", json!({ "start": "2026-03-01", "end": "2026-02-01" })),
            "invariant",
            "CarePlan.period",
        ),
        (json!({ "resourceType": "Patient", "birthDate": "2026-13-01" }), "invalid-date", "Patient.birthDate"),
        (json!({ "resourceType": "Patient", "birthDate": "22.11.2026" }), "invalid-date", "Patient.birthDate"),
        (json!({ "resourceType": "Patient", "active": "true" }), "wrong-type", "Patient.active"),
        (json!({ "resourceType": "Patient", "_active": "x" }), "wrong-type", "Patient.active"),
        (
            json!({ "resourceType": "Patient", "deceasedBoolean": true, "deceasedDateTime": "2026" }),
            "too-many",
            "Patient.deceased",
        ),
        (json!({ "resourceType": "Patient", "multipleBirthInteger": 1.5 }), "invalid-format", "Patient.multipleBirth"),
        (
            json!({ "resourceType": "Patient", "extension": [{ "valueString": "x" }] }),
            "required-element",
            "Patient.extension[0].url",
        ),
        (
            json!({ "resourceType": "Patient", "contained": [{ "resourceType": "Basis", "id": "1" }] }),
            "unsupported-type",
            "Patient.contained[0].resourceType",
        ),
    ]
}

#[test]
fn numbers_with_a_wrong_check_digit_are_refused_and_not_echoed() {
    let wrong = |number: &str| {
        let (front, last) = number.split_at(number.len() - 1);
        format!("{front}{}", if last == "0" { "1" } else { "0" })
    };
    let numbers = [wrong(TESTINE), wrong(ANNEN), wrong("983974724")];
    let [testine, annen, orgnr] = &numbers;
    let table = [
        (
            json!({ "resourceType": "Patient", "identifier": [{ "system": FNR, "value": testine }] }),
            "Patient.identifier[0].value",
        ),
        (
            json!({ "resourceType": "Patient", "identifier": [{ "system": FNR, "value": "1" }] }),
            "Patient.identifier[0].value",
        ),
        (team(annen, "9144889"), "CareTeam.subject.identifier.value"),
        (team(TESTINE, "HPR7"), "CareTeam.contained[0].identifier[0].value"),
        (
            changed(team(TESTINE, "9144889"), "/managingOrganization", json!([organisation(orgnr)])),
            "CareTeam.managingOrganization[0].identifier.value",
        ),
        (
            json!({ "resourceType": "Organization", "name": "x", "identifier": [{ "system": ENH, "value": orgnr }] }),
            "Organization.identifier[0].value",
        ),
        (
            json!({ "resourceType": "Practitioner", "identifier": [{ "system": HPR, "value": TESTINE }] }),
            "Practitioner.identifier[0].value",
        ),
    ];
    each(|world| {
        let before = world.counts();
        for (body, at) in &table {
            let answer = world.send(posted(world, body));
            let issue = &answer.json["issue"][0];
            assert_eq!((answer.status, issue["expression"][0].as_str()), (400, Some(*at)), "{}", answer.text);
            assert_eq!(issue["code"], "value", "{}", answer.text);
            let echoed = numbers.iter().any(|number| answer.text.contains(number)) || answer.text.contains(TESTINE);
            assert!(!echoed, "{}", answer.text);
        }
        assert_eq!(world.counts(), before);
    });
}

#[test]
fn the_id_of_a_put_is_that_of_its_address() {
    each(|world| {
        let flag = |id: &str| json!({ "resourceType": "Patient", "id": id });
        let rows: Vec<Row> = vec![
            (with_body(world, "PUT", "/fhir/Patient/a", flag("b").to_string()), 400, "id-mismatch", Some("id")),
            (
                with_body(world, "PUT", "/fhir/Patient/a", json!({ "resourceType": "Patient" }).to_string()),
                400,
                "id-missing",
                Some("id"),
            ),
            (
                with_body(world, "PUT", "/fhir/Patient/a", json!({ "resourceType": "Flag", "id": "a" }).to_string()),
                400,
                "resource-type-mismatch",
                Some("resourceType"),
            ),
            (with_body(world, "PUT", "/fhir/Patient/a", ""), 400, "empty-body", None),
        ];
        all_refused(world, rows);
    });
}

#[test]
fn bodies_have_limits() {
    let sized = |rtype: &str, bytes: usize| {
        let empty = json!({ "resourceType": rtype, "type": "transaction", "x": "" }).to_string();
        empty.replace("\"x\":\"\"", &format!("\"x\":\"{}\"", "x".repeat(bytes - empty.len())))
    };
    each(|world| {
        let rows: Vec<Row> = vec![
            (with_body(world, "POST", "/fhir/Patient", sized("Patient", 9 * MIB)), 413, "body-too-large", None),
            (with_body(world, "POST", "/fhir/Patient", sized("Patient", 2 * MIB + 1)), 413, "body-too-large", None),
            (
                with_body(world, "POST", "/fhir/Patient", sized("Patient", 2 * MIB)),
                400,
                "unknown-element",
                Some("Patient.x"),
            ),
            (with_body(world, "PUT", "/fhir/Patient/1", sized("Patient", 2 * MIB + 1)), 413, "body-too-large", None),
            (
                with_body(world, "POST", "/fhir/CareTeam/$appoint", sized("Parameters", 2 * MIB + 1)),
                413,
                "body-too-large",
                None,
            ),
            (with_body(world, "POST", "/fhir", sized("Bundle", 9 * MIB)), 413, "body-too-large", None),
            (with_body(world, "POST", "/fhir", sized("Bundle", 8 * MIB + 1)), 413, "body-too-large", None),
            (with_body(world, "POST", "/fhir", sized("Bundle", 8 * MIB)), 400, "unknown-element", Some("Bundle.x")),
        ];
        all_refused(world, rows);
    });
}

fn posted(world: &World, body: &Value) -> reqwest::blocking::RequestBuilder {
    let rtype = body["resourceType"].as_str().expect("a type");
    with_body(world, "POST", &format!("/fhir/{rtype}"), body.to_string())
}

/// The resource with a member set, at a JSON pointer.
fn changed(mut resource: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = resource.pointer_mut(parent).and_then(Value::as_object_mut).expect("a parent");
    parent.insert(name.to_owned(), value);
    resource
}

fn without(mut resource: Value, name: &str) -> Value {
    resource.as_object_mut().expect("a resource").shift_remove(name);
    resource
}
