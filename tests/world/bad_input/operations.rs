//! Operations given the wrong parameters: unknown, missing, doubled, of the wrong type, too many.

use super::{Row, all_refused, with_body};
use crate::people::{ANNEN, BERGEN, FNR, TESTINE, appointing, status_of};
use crate::world::{World, each};
use reqwest::blocking::RequestBuilder;
use serde_json::{Value, json};

#[test]
fn an_appointment_with_unknown_missing_or_doubled_parameters() {
    each(|world| {
        let rows: Vec<Row> = vec![
            (
                appoint(world, &json!({ "resourceType": "Parameters" })),
                400,
                "required-parameter",
                Some("Parameters.parameter"),
            ),
            (
                appoint(world, &json!({ "resourceType": "CareTeam" })),
                400,
                "resource-type-mismatch",
                Some("resourceType"),
            ),
            (
                appoint(world, &with(json!({ "name": "colour", "valueCode": "blue" }))),
                400,
                "unknown-parameter",
                Some("Parameters.parameter[8].name"),
            ),
            (
                appoint(world, &with(json!({ "valueCode": "blue" }))),
                400,
                "required-element",
                Some("Parameters.parameter[8].name"),
            ),
            (
                appoint(world, &with(json!({ "name": "role", "valueCode": "18" }))),
                400,
                "too-many",
                Some("Parameters.parameter[8]"),
            ),
            (
                appoint(world, &with(json!({ "name": "criteria", "valueSomething": "x" }))),
                400,
                "unknown-element",
                Some("Parameters.parameter[8].valueSomething"),
            ),
        ];
        all_refused(world, rows);
        for name in ["role", "patient", "member", "unit"] {
            let lacking = appoint(world, &lacking(name));
            all_refused(world, vec![(lacking, 400, "required-parameter", Some("Parameters.parameter"))]);
        }
    });
}

#[test]
fn an_appointment_with_parameters_of_another_type() {
    each(|world| {
        let rows: Vec<Row> = vec![
            (
                appoint(world, &replaced("role", "valueCode", &json!("18"))),
                400,
                "wrong-type",
                Some("Parameters.parameter[0]"),
            ),
            (
                appoint(world, &replaced("patient", "valueString", &json!("Testine"))),
                400,
                "wrong-type",
                Some("Parameters.parameter[1]"),
            ),
            (
                appoint(world, &replaced("member", "valueString", &json!("x"))),
                400,
                "wrong-type",
                Some("Parameters.parameter[2]"),
            ),
            (
                appoint(world, &replaced("period", "valuePeriod", &json!({ "start": "i dag" }))),
                400,
                "invalid-date",
                Some("Parameters.parameter[4].value.start"),
            ),
            (
                appoint(world, &replaced("patientInformed", "valueBoolean", &json!("yes"))),
                400,
                "wrong-type",
                Some("Parameters.parameter[6].value"),
            ),
            (
                appoint(world, &replaced("patient", "valueReference", &json!({ "reference": "Patient/unknown" }))),
                422,
                "patient-not-found",
                None,
            ),
        ];
        all_refused(world, rows);
    });
}

#[test]
fn the_end_of_an_appointment_with_wrong_parameters() {
    each(|world| {
        let team = world.post(BERGEN, "/fhir/CareTeam/$appoint", &appointing(TESTINE, "9144889", "1")).expect(200);
        let team = team.parameters("return")[0]["resource"]["id"].as_str().expect("a team").to_owned();
        let end = |parameters: Value| {
            let body = json!({ "resourceType": "Parameters", "parameter": parameters });
            with_body(world, "POST", &format!("/fhir/CareTeam/{team}/$end-appointment"), body.to_string())
        };
        let role =
            json!({ "name": "role", "valueCoding": { "system": "urn:oid:2.16.578.1.12.4.1.1.9034", "code": "18" } });
        let nobody = json!({ "name": "member", "valueReference": { "reference": "Practitioner/nobody" } });
        let reason = json!({ "name": "reason", "valueString": "Behovet er borte" });
        let rows: Vec<Row> = vec![
            (end(json!([role, nobody])), 400, "required-parameter", Some("Parameters.parameter")),
            (
                end(json!([role, nobody, reason, { "name": "why", "valueString": "x" }])),
                400,
                "unknown-parameter",
                Some("Parameters.parameter[3].name"),
            ),
            (end(json!([role, nobody, reason])), 422, "role-not-held", None),
            (
                end(json!([role, nobody, reason])).header("if-match", "nonsense"),
                400,
                "bad-if-match",
                Some("http.if-match"),
            ),
            (end(json!([role, nobody, reason])).header("if-match", "W/\"9\""), 412, "stale-version", None),
            (
                with_body(
                    world,
                    "POST",
                    "/fhir/CareTeam/unknown/$end-appointment",
                    json!({ "resourceType": "Parameters", "parameter": [role, nobody, reason] }).to_string(),
                ),
                404,
                "not-found",
                None,
            ),
        ];
        all_refused(world, rows);
    });
}

#[test]
fn plan_status_with_wrong_parameters() {
    each(|world| {
        let ask = |body: &Value| with_body(world, "POST", "/fhir/CarePlan/$plan-status", body.to_string());
        let one = |parameter: Value| ask(&json!({ "resourceType": "Parameters", "parameter": [parameter] }));
        let rows: Vec<Row> = vec![
            (ask(&json!({ "resourceType": "Parameters" })), 400, "required-parameter", Some("Parameters.parameter")),
            (ask(&status_of(&[TESTINE; 101])), 400, "too-many", Some("Parameters.parameter")),
            (
                one(json!({ "name": "patient", "valueString": TESTINE })),
                400,
                "wrong-type",
                Some("Parameters.parameter[0]"),
            ),
            (
                one(json!({ "name": "patients", "valueIdentifier": { "system": FNR, "value": TESTINE } })),
                400,
                "unknown-parameter",
                Some("Parameters.parameter[0].name"),
            ),
            (
                one(json!({ "name": "patient", "valueIdentifier": { "system": "urn:oid:1.2.3", "value": "1" } })),
                400,
                "national-number-required",
                Some("Parameters.parameter[0].value"),
            ),
            (
                one(json!({ "name": "patient", "valueIdentifier": { "system": FNR } })),
                400,
                "national-number-required",
                Some("Parameters.parameter[0].value"),
            ),
            (
                one(json!({ "name": "patient", "part": [{ "name": "x", "valueString": "x" }] })),
                400,
                "wrong-type",
                Some("Parameters.parameter[0]"),
            ),
        ];
        all_refused(world, rows);
        let full = world.send(ask(&status_of(&[TESTINE; 100]))).expect(200);
        assert_eq!(full.parameters("patient").len(), 100);
        let two = world.send(ask(&status_of(&[ANNEN, TESTINE]))).expect(200);
        let echoed: Vec<&Value> =
            two.parameters("patient").iter().map(|patient| &patient["part"][0]["valueIdentifier"]["value"]).collect();
        assert_eq!(echoed, [ANNEN, TESTINE]);
    });
}

fn appoint(world: &World, body: &Value) -> RequestBuilder {
    with_body(world, "POST", "/fhir/CareTeam/$appoint", body.to_string())
}

/// A good appointment with one parameter more.
fn with(parameter: Value) -> Value {
    let mut body = appointing(TESTINE, "9144889", "1");
    body["parameter"].as_array_mut().expect("parameters").push(parameter);
    body
}

/// A good appointment without one of its parameters.
fn lacking(name: &str) -> Value {
    let mut body = appointing(TESTINE, "9144889", "1");
    body["parameter"].as_array_mut().expect("parameters").retain(|parameter| parameter["name"] != name);
    body
}

/// A good appointment with another value in one of its parameters.
fn replaced(name: &str, element: &str, value: &Value) -> Value {
    let mut body = appointing(TESTINE, "9144889", "1");
    let parameters = body["parameter"].as_array_mut().expect("parameters");
    let found = parameters.iter_mut().find(|parameter| parameter["name"] == name).expect("the parameter");
    *found = json!({ "name": name });
    found[element] = value.clone();
    body
}
