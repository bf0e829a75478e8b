//! What each kind of element is found by.

use super::*;
use crate::time::{FOREVER, NEVER};
use serde_json::json;

const BASE: &str = "http://here/fhir";

/// The rows of one parameter, written short.
fn found(rtype: ResourceType, resource: &Value, param: &str) -> Vec<String> {
    extract(rtype, resource, BASE)
        .iter()
        .filter(|entry| entry.param == param)
        .map(|entry| short(&entry.value))
        .collect()
}

fn short(value: &IndexValue) -> String {
    match value {
        IndexValue::Token { system, code } => format!("{system}|{code}"),
        IndexValue::Reference { rtype, id, identifier } => {
            let rtype = rtype.map_or("?", ResourceType::as_str);
            let identifier =
                identifier.as_ref().map(|(system, value)| format!(" {system}|{value}")).unwrap_or_default();
            format!("{rtype}/{id}{identifier}")
        }
        IndexValue::Date { low, high } => format!("{}..{}", instant(*low), instant(*high)),
        IndexValue::Text { folded, exact } => format!("{folded}={exact}"),
        IndexValue::Uri { value } => value.clone(),
    }
}

fn instant(micros: i64) -> String {
    match micros {
        NEVER => "never".to_owned(),
        FOREVER => "forever".to_owned(),
        micros => crate::time::instant(micros).replace(":00.000Z", ""),
    }
}

fn check(rtype: ResourceType, resource: &Value, table: &[(&str, &[&str])]) {
    for (param, expected) in table {
        assert_eq!(&found(rtype, resource, param), expected, "{rtype}.{param}");
    }
}

#[test]
fn every_expression_compiles() {
    for param in served_types().iter().flat_map(|row| search_params(row.rtype)) {
        let paths = path::compile(param.expression, path::choices(param.kind));
        assert!(paths.is_some_and(|paths| !paths.is_empty()), "{}.{}: {}", param.rtype, param.name, param.expression);
    }
}

#[test]
fn names_that_are_not_asked_for_find_nothing() {
    for row in served_types() {
        let file = format!("{}/fixtures/{}.json", env!("CARGO_MANIFEST_DIR"), row.rtype);
        let resource: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        for param in search_params(row.rtype) {
            for mut path in path::compile(param.expression, path::choices(param.kind)).unwrap() {
                let (mut all, mut known) = (Vec::new(), Vec::new());
                walk::walk(&resource, &path.steps, BASE, &mut all);
                names::leave_out_unknown(&mut path.steps, row.rtype);
                walk::walk(&resource, &path.steps, BASE, &mut known);
                assert_eq!(all, known, "{}.{}", row.rtype, param.name);
            }
        }
    }
}

#[test]
fn a_care_team() {
    let team = json!({
        "resourceType": "CareTeam", "id": "t1",
        "meta": {
            "lastUpdated": "2026-01-01T00:00:00Z",
            "profile": ["http://p/team|1.0", "http://p/other"],
            "security": [{ "system": "s", "code": "R" }],
            "tag": [{ "code": "demo" }],
        },
        "identifier": [{ "system": "urn:epj", "value": "7" }, { "value": "bare" }, { "system": "only" }],
        "status": "active",
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "LA28865-6" }, { "display": "no code" }], "text": "x" }],
        "subject": { "identifier": { "system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "01819019939" } },
        "period": { "start": "2026-03-29" },
        "participant": [
            { "role": [{ "coding": [{ "system": "r", "code": "18" }] }], "member": { "reference": "Practitioner/p" },
              "period": { "start": "2026-10-25", "end": "2026-10-25" } },
            { "role": [{ "coding": [{ "system": "r", "code": "18" }] }], "period": { "end": "2026-01" },
              "member": { "reference": "#c", "type": "Practitioner", "identifier": { "system": "h", "value": "1" } } },
            { "member": { "reference": "#c" }, "period": {} },
            { "member": { "reference": "http://there/fhir/Practitioner/9", "identifier": { "value": "v" } } },
            { "role": [{ "text": "text only" }], "member": { "display": "nobody" } },
        ],
        "managingOrganization": [{ "reference": "http://here/fhir/Organization/o" }, { "reference": "Organization/o" }],
    });
    check(
        ResourceType::CareTeam,
        &team,
        &[
            ("_id", &["|t1"]),
            ("_lastUpdated", &[]),
            ("_profile", &["http://p/team|1.0", "http://p/team", "http://p/other"]),
            ("_security", &["s|R"]),
            ("_tag", &["|demo"]),
            ("identifier", &["urn:epj|7", "|bare"]),
            ("status", &["|active"]),
            ("category", &["http://loinc.org|LA28865-6"]),
            ("subject", &["?/ urn:oid:2.16.578.1.12.4.1.4.1|01819019939"]),
            ("patient", &["?/ urn:oid:2.16.578.1.12.4.1.4.1|01819019939"]),
            ("date", &["2026-03-28T23:00..forever"]),
            (
                "participant",
                &["Practitioner/p", "Practitioner/ h|1", "Practitioner/http://there/fhir/Practitioner/9 |v"],
            ),
            ("participant-role", &["r|18"]),
            ("role-period", &["2026-10-24T22:00..2026-10-25T23:00", "never..2026-01-31T23:00"]),
            ("managing-organization", &["Organization/o"]),
            ("encounter", &[]),
        ],
    );
}

#[test]
fn plans_goals_and_tasks() {
    let plan = json!({
        "extension": [{ "url": "https://varde.no/fhir/StructureDefinition/revision-date", "valueDate": "2026-09-01" }],
        "author": { "reference": "Organization/b" },
        "instantiatesCanonical": ["http://plans/1|2", "http://here/fhir/Measure/m"],
        "instantiatesUri": ["urn:x"],
        "addresses": [{ "reference": "Condition/c" }, { "reference": "http://here/fhir/Condition/c" }],
        "activity": [
            { "detail": { "scheduledString": "2026", "code": { "text": "x" } } },
            { "detail": { "scheduledPeriod": { "end": "2026-07-01T12:00:00+02:00" } } },
            { "detail": { "scheduledTiming": {
                "event": ["2026-05-02", "2026-05-01"], "repeat": { "boundsPeriod": { "start": "2026-05-01", "end": "2026-05-03" } } } } },
            { "detail": { "scheduledTiming": { "repeat": { "frequency": 1 } } } },
        ],
    });
    check(
        ResourceType::CarePlan,
        &plan,
        &[
            ("revision-due", &["2026-08-31T22:00..2026-09-01T22:00"]),
            ("author", &["Organization/b"]),
            ("instantiates-canonical", &["?/http://plans/1|2", "?/http://plans/1", "Measure/m"]),
            ("instantiates-uri", &["urn:x"]),
            ("condition", &["?/Condition/c"]),
            ("activity-date", &["never..2026-07-01T10:00:01.000Z", "2026-04-30T22:00..2026-05-03T22:00"]),
            ("activity-code", &[]),
        ],
    );
    let goal = json!({
        "startDate": "2026", "target": [{ "dueDate": "2026-02-01" }, { "dueDuration": { "value": 1 } }],
    });
    check(
        ResourceType::Goal,
        &goal,
        &[
            ("start-date", &["2025-12-31T23:00..2026-12-31T23:00"]),
            ("target-date", &["2026-01-31T23:00..2026-02-01T23:00"]),
        ],
    );
    assert!(found(ResourceType::Goal, &json!({ "startCodeableConcept": { "text": "2026" } }), "start-date").is_empty());
    let task = json!({
        "for": { "reference": "Patient/p" }, "groupIdentifier": { "system": "g", "value": "1" },
        "restriction": { "period": { "start": "2026-01-01", "end": "2026-02-01" } },
    });
    check(
        ResourceType::Task,
        &task,
        &[
            ("patient", &["Patient/p"]),
            ("group-identifier", &["g|1"]),
            ("due", &["2026-01-31T23:00..2026-02-01T23:00"]),
        ],
    );
}

#[test]
fn patients() {
    let patient = json!({
        "active": true, "birthDate": "2011-09-22", "gender": "female",
        "name": [{ "text": "Kari  Ødegård", "given": ["Kari", "Anné"], "family": "Ødegård", "prefix": ["Dr."] }],
        "telecom": [{ "system": "phone", "value": "+47 55 00 00 00" }, { "system": "email", "value": "k@e.no" }, { "system": "sms" }],
        "address": [{ "use": "home", "line": ["Storgata 1", "H0101"], "city": "Bergen", "postalCode": "5003", "country": "NO" }],
        "communication": [{ "language": { "coding": [{ "system": "urn:ietf:bcp:47", "code": "nb" }] } }],
        "deceasedDateTime": "2026-01-01",
    });
    let names = [
        "kari ødegård=Kari  Ødegård",
        "dr.=Dr.",
        "kari=Kari",
        "anne=Anné",
        "ødegård=Ødegård",
        "kari anne ødegård=Kari Anné Ødegård",
    ];
    check(
        ResourceType::Patient,
        &patient,
        &[
            ("active", &["|true"]),
            ("birthdate", &["2011-09-21T22:00..2011-09-22T22:00"]),
            ("gender", &["|female"]),
            ("name", &names),
            ("phonetic", &names),
            ("given", &["kari=Kari", "anne=Anné"]),
            ("family", &["ødegård=Ødegård"]),
            ("telecom", &["|+47 55 00 00 00", "|k@e.no"]),
            ("phone", &["|+47 55 00 00 00"]),
            ("email", &["|k@e.no"]),
            ("address", &["storgata 1=Storgata 1", "h0101=H0101", "bergen=Bergen", "5003=5003", "no=NO"]),
            ("address-city", &["bergen=Bergen"]),
            ("address-use", &["|home"]),
            ("language", &["urn:ietf:bcp:47|nb"]),
            ("death-date", &["2025-12-31T23:00..2026-01-01T23:00"]),
            ("deceased", &["|true"]),
        ],
    );
    for (patient, deceased) in [
        (json!({}), "|false"),
        (json!({ "deceasedBoolean": false }), "|false"),
        (json!({ "deceasedBoolean": true }), "|true"),
    ] {
        check(ResourceType::Patient, &patient, &[("deceased", &[deceased]), ("death-date", &[])]);
    }
}

#[test]
fn the_directory_and_the_record() {
    let district = json!({ "extension": [{
        "url": "http://hl7.no/fhir/StructureDefinition/no-basis-municipalitycode", "valueCoding": { "system": "k", "code": "4601" } }] });
    let organization =
        json!({ "name": "Bergen kommune", "alias": ["BK"], "address": [{ "city": "Bergen", "_district": district }] });
    check(
        ResourceType::Organization,
        &organization,
        &[("municipality", &["k|4601"]), ("name", &["bergen kommune=Bergen kommune", "bk=BK"])],
    );
    let service = json!({
        "extension": [
            { "url": "https://varde.no/fhir/StructureDefinition/municipality", "valueCoding": { "system": "k", "code": "4601" } },
            { "url": "http://hl7.no/fhir/StructureDefinition/no-basis-municipalitycode", "valueCoding": { "system": "k", "code": "4626" } },
            { "url": "http://other", "valueCoding": { "code": "1" } },
        ],
        "telecom": [{ "system": "phone", "value": "1" }],
    });
    check(ResourceType::HealthcareService, &service, &[("municipality", &["k|4601", "k|4626"])]);
    let report = json!({ "measure": "http://m/1|2", "subject": { "reference": "Organization/o" } });
    check(ResourceType::MeasureReport, &report, &[("measure", &["?/http://m/1|2", "?/http://m/1"]), ("patient", &[])]);
    let subscription = json!({ "contact": [{ "system": "phone", "value": "5" }], "criteria": "Task?owner=x" });
    check(
        ResourceType::Subscription,
        &subscription,
        &[("contact", &["|5"]), ("criteria", &["task?owner=x=Task?owner=x"])],
    );
    let request = json!({ "orderDetail": [{ "coding": [{ "code": "a" }], "text": "b" }], "occurrenceTiming": { "event": ["2026-01-01"] } });
    check(
        ResourceType::ServiceRequest,
        &request,
        &[("order-detail", &["|a", "|b"]), ("occurrence", &["2025-12-31T23:00..2026-01-01T23:00"])],
    );
}

#[test]
fn odd_shapes_give_nothing_and_never_panic() {
    for odd in [
        json!(null),
        json!([]),
        json!("x"),
        json!(1.50),
        json!({ "coding": "x" }),
        json!({ "coding": [1, null] }),
        json!([[["x"]]]),
    ] {
        for row in served_types() {
            for param in search_params(row.rtype) {
                let element = param.expression.split('.').nth(1).unwrap_or_default();
                let resource = json!({ element: odd, "period": odd, "meta": odd, "id": odd });
                let _ = extract(row.rtype, &resource, BASE);
            }
            assert!(extract(row.rtype, &odd, BASE).len() <= 1, "only Patient.deceased");
        }
    }
    assert!(extract(ResourceType::Bundle, &json!({ "id": "x" }), BASE).is_empty());
}
