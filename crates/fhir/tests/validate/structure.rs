//! Names, JSON types, cardinalities, choices, formats.

use crate::check::{check, fixture, issues, patient, team};
use serde_json::{Value, json};
use varde_fhir::ResourceType;
use varde_fhir::json::{Limits, parse, to_bytes};
use varde_fhir::registry::served_types;
use varde_fhir::validate::validate;

#[test]
fn a_rich_example_of_every_served_type_is_valid_and_survives() {
    for served in served_types() {
        let resource = fixture(served.rtype);
        assert_eq!(validate(served.rtype, &resource), [], "{}", served.rtype);
        let again = parse(&to_bytes(&resource), Limits::RESOURCE).unwrap();
        assert_eq!(to_bytes(&again), to_bytes(&resource));
        let text = String::from_utf8(to_bytes(&resource)).unwrap();
        let plain_digits = text.contains("1.50") || matches!(served.rtype, ResourceType::Subscription);
        assert!(plain_digits || !text.contains("valueDecimal"), "{}", served.rtype);
    }
}

#[test]
fn names() {
    check(team(json!({ "foo": 1 })), &["unknown-element CareTeam.foo"]);
    check(team(json!({ "participant": [{ "memeber": {} }] })), &["unknown-element CareTeam.participant[0].memeber"]);
    check(team(json!({ "_participant": [] })), &["unknown-element CareTeam.participant"]);
    check(team(json!({ "_id": { "id": "a" } })), &["unknown-element CareTeam.id"]);
    check(team(json!({ "15825512869": 1 })), &["unknown-element CareTeam"]);
    check(team(json!({ "": 1 })), &["unknown-element CareTeam"]);
    check(
        team(json!({ "period": { "resourceType": "Period", "start": "2026" } })),
        &["unknown-element CareTeam.period.resourceType"],
    );
    check(
        patient(json!({ "_birthDate": { "resourceType": "x" } })),
        &["unknown-element Patient.birthDate.resourceType"],
    );
    let meant = |resource: Value| issues(&resource).remove(0).en;
    assert!(meant(team(json!({ "participants": [] }))).contains("Did you mean “participant”?"));
    assert!(meant(patient(json!({ "deceased": true }))).contains("Allowed: deceasedBoolean, deceasedDateTime."));
    assert!(meant(patient(json!({ "deceasedString": "x" }))).contains("Allowed: deceasedBoolean, deceasedDateTime."));
    assert!(!meant(team(json!({ "15825512869": 1 }))).contains("15825512869"));
}

#[test]
fn resource_types() {
    check(json!({}), &["required-element CareTeam.resourceType"]);
    check(json!([]), &["wrong-type CareTeam"]);
    check(json!({ "resourceType": 1 }), &["unsupported-type CareTeam.resourceType"]);
    check(json!({ "resourceType": "Medication" }), &["unsupported-type CareTeam.resourceType"]);
    let other = validate(ResourceType::CareTeam, &json!({ "resourceType": "Goal" }));
    assert_eq!((other[0].key, other.len()), ("resource-type", 1));
    check(json!({ "resourceType": "CareTeam" }), &[]);
}

#[test]
fn json_types_and_cardinalities() {
    check(team(json!({ "status": true })), &["wrong-type CareTeam.status"]);
    check(team(json!({ "status": { "value": "active" } })), &["wrong-type CareTeam.status"]);
    check(team(json!({ "status": ["active"] })), &["too-many CareTeam.status"]);
    check(team(json!({ "participant": {} })), &["wrong-type CareTeam.participant"]);
    check(team(json!({ "participant": ["x"] })), &["wrong-type CareTeam.participant[0]"]);
    check(team(json!({ "participant": [[{}]] })), &["wrong-type CareTeam.participant[0]"]);
    check(team(json!({ "participant": [] })), &["empty-value CareTeam.participant"]);
    check(team(json!({ "participant": [{}] })), &["empty-value CareTeam.participant[0]"]);
    check(team(json!({ "participant": [null] })), &["empty-value CareTeam.participant[0]"]);
    check(team(json!({ "participant": null })), &["wrong-type CareTeam.participant"]);
    check(team(json!({ "period": {} })), &["empty-value CareTeam.period"]);
    check(team(json!({ "period": null })), &["empty-value CareTeam.period"]);
    check(team(json!({ "period": [] })), &["too-many CareTeam.period"]);
    check(team(json!({ "name": "" })), &["empty-value CareTeam.name"]);
    check(team(json!({ "name": null })), &["empty-value CareTeam.name"]);
    check(team(json!({ "period": { "id": "a" } })), &["ele-1 CareTeam.period"]);
    check(team(json!({ "contained": {} })), &["wrong-type CareTeam.contained"]);
    check(patient(json!({ "active": "true" })), &["wrong-type Patient.active"]);
    check(
        patient(json!({ "communication": [{ "preferred": true }] })),
        &["required-element Patient.communication[0].language"],
    );
    check(
        json!({ "resourceType": "Goal" }),
        &[
            "required-element Goal.lifecycleStatus",
            "required-element Goal.description",
            "required-element Goal.subject",
        ],
    );
    check(
        json!({ "resourceType": "Flag", "status": "active", "_code": {}, "subject": { "display": "x" } }),
        &["unknown-element Flag.code", "required-element Flag.code"],
    );
    let sampled = json!({ "origin": { "value": 0 }, "period": 1.5, "dimensions": 0 });
    check(
        team(json!({ "extension": [{ "url": "u", "valueSampledData": sampled }] })),
        &["invalid-format CareTeam.extension[0].value.dimensions"],
    );
}

#[test]
fn choices() {
    check(patient(json!({ "deceasedBoolean": true, "_deceasedBoolean": { "id": "a" } })), &[]);
    check(patient(json!({ "deceasedBoolean": true, "deceasedDateTime": "2026" })), &["too-many Patient.deceased"]);
    check(
        patient(
            json!({ "_deceasedBoolean": { "extension": [{ "url": "u", "valueCode": "x" }] }, "deceasedDateTime": "2026" }),
        ),
        &["too-many Patient.deceased"],
    );
    check(patient(json!({ "deceasedDateTime": true })), &["wrong-type Patient.deceased"]);
    check(patient(json!({ "deceasedString": "x" })), &["unknown-element Patient.deceasedString"]);
    let task =
        json!({ "resourceType": "Task", "status": "draft", "intent": "order", "input": [{ "type": { "text": "x" } }] });
    check(task, &["required-element Task.input[0].value"]);
}

#[test]
fn formats() {
    check(patient(json!({ "birthDate": "2026-02-29" })), &["invalid-date Patient.birthDate"]);
    check(patient(json!({ "birthDate": "1955-02-18T00:00:00Z" })), &["invalid-date Patient.birthDate"]);
    check(team(json!({ "period": { "start": "2026-11-22T10:00" } })), &["invalid-date CareTeam.period.start"]);
    check(team(json!({ "meta": { "lastUpdated": "2026-11-22" } })), &["invalid-date CareTeam.meta.lastUpdated"]);
    check(team(json!({ "id": "a_b" })), &["invalid-format CareTeam.id"]);
    check(team(json!({ "id": "x".repeat(65) })), &["invalid-format CareTeam.id"]);
    check(team(json!({ "implicitRules": "a b" })), &["invalid-format CareTeam.implicitRules"]);
    check(team(json!({ "name": "a\u{0}b" })), &["invalid-format CareTeam.name"]);
    check(team(json!({ "name": "x".repeat((1 << 20) + 1) })), &["too-long CareTeam.name"]);
    check(patient(json!({ "multipleBirthInteger": 1.0 })), &["invalid-format Patient.multipleBirth"]);
    check(
        patient(json!({ "photo": [{ "contentType": "image/png", "data": "QUJ" }] })),
        &["invalid-format Patient.photo[0].data"],
    );
    check(patient(json!({ "photo": [{ "contentType": "png" }] })), &["code-invalid Patient.photo[0].contentType"]);
    let text = |div: &str| json!({ "text": { "status": "generated", "div": div } });
    let whole = |inside: &str| format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{inside}</div>");
    check(team(text("<p>x</p>")), &["txt-1 CareTeam.text.div"]);
    check(team(text("<div>x</div>")), &["txt-1 CareTeam.text.div"]);
    check(team(text(&whole("x<script>y</script>"))), &["txt-1 CareTeam.text.div"]);
    check(team(text(&whole(" "))), &["txt-2 CareTeam.text.div"]);
    check(team(text(&whole("x"))), &[]);
    check(
        team(json!({ "text": { "status": "generated", "div": whole("x"), "_div": { "id": "a" } } })),
        &["unknown-element CareTeam.text.div"],
    );
}

#[test]
fn primitive_extensions() {
    let name = |more: Value| patient(json!({ "name": [more] }));
    let ext = json!({ "extension": [{ "url": "u", "valueCode": "x" }] });
    check(patient(json!({ "_birthDate": ext })), &[]);
    check(patient(json!({ "birthDate": "2026", "_birthDate": { "id": "a" } })), &[]);
    check(patient(json!({ "_birthDate": { "id": "a" } })), &["ele-1 Patient.birthDate"]);
    check(patient(json!({ "_birthDate": {} })), &["empty-value Patient.birthDate"]);
    check(patient(json!({ "birthDate": "2026", "_birthDate": {} })), &["empty-value Patient.birthDate"]);
    check(patient(json!({ "birthDate": "2026", "_birthDate": null })), &["empty-value Patient.birthDate"]);
    check(patient(json!({ "_birthDate": "x" })), &["wrong-type Patient.birthDate"]);
    check(patient(json!({ "_birthDate": { "value": "x" } })), &["unknown-element Patient.birthDate.value"]);
    check(
        patient(json!({ "_birthDate": { "extension": [{ "valueCode": "x" }] } })),
        &["required-element Patient.birthDate.extension[0].url"],
    );
    check(name(json!({ "given": ["a", null], "_given": [null, ext] })), &[]);
    check(name(json!({ "_given": [ext] })), &[]);
    check(name(json!({ "given": ["a"], "_given": [null] })), &[]);
    check(name(json!({ "given": ["a", null] })), &["empty-value Patient.name[0].given[1]"]);
    check(
        name(json!({ "given": [null], "_given": [null] })),
        &["empty-value Patient.name[0].given[0]", "empty-value Patient.name[0].given[0]"],
    );
    check(name(json!({ "given": ["a", "b"], "_given": [ext] })), &["uneven-arrays Patient.name[0].given"]);
    check(name(json!({ "given": ["a"], "_given": ext })), &["wrong-type Patient.name[0].given"]);
    check(name(json!({ "_given": [null] })), &["empty-value Patient.name[0].given[0]"]);
    check(name(json!({ "_given": [] })), &["empty-value Patient.name[0].given"]);
    check(
        team(json!({ "extension": [{ "url": "u", "_url": ext, "valueCode": "x" }] })),
        &["unknown-element CareTeam.extension[0].url"],
    );
}

#[test]
fn all_issues_up_to_a_bound_are_told_in_both_languages() {
    let many: Vec<Value> = (0..500).map(|_| json!({ "memeber": 1, "period": { "start": "x" } })).collect();
    let found = issues(&team(json!({ "participant": many })));
    assert_eq!(found.len(), 100);
    for issue in found {
        assert!(!issue.nb.is_empty() && !issue.en.is_empty() && issue.nb != issue.en && issue.expression.is_some());
    }
}
