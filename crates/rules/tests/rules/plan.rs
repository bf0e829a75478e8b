//! One active individual plan for a person.

use crate::fixture::*;
use serde_json::{Value, json};

const ONE: &str = "one-ip CarePlan.status";

fn plan(id: &str, status: &str) -> Value {
    json!({
        "resourceType": "CarePlan", "id": id, "status": status, "intent": "plan", "subject": { "reference": "Patient/pat" },
        "category": [{ "coding": [{ "system": "urn:oid:2.16.578.1.12.4.1.1.9602", "code": "A02-2" }] }],
    })
}

#[test]
fn one_ip() {
    let crisis = but(
        plan("b", "active"),
        "category",
        json!([{ "coding": [{ "system": "urn:oid:2.16.578.1.12.4.1.1.9602", "code": "A01-2" }] }]),
    );
    let part = but(plan("b", "active"), "partOf", json!([{ "reference": "CarePlan/a" }]));
    let table = [
        ("two active", plan("b", "active"), vec![ONE]),
        ("a draft beside", plan("b", "draft"), vec![]),
        ("on hold beside", plan("b", "on-hold"), vec![]),
        ("closed beside", plan("b", "completed"), vec![]),
        ("a crisis plan beside", crisis, vec![]),
        ("a part plan", part, vec![]),
        ("a part plan of nothing", but(plan("b", "active"), "partOf", json!([])), vec![ONE]),
    ];
    for (what, second, expected) in table {
        let world = World::new().with("964338531", plan("a", "active")).with(HELSE_BERGEN, second);
        check(what, &world, &[("CarePlan/b", None)], &expected);
    }
    let both = || World::new().with(HELSE_BERGEN, plan("a", "active")).with(HELSE_BERGEN, plan("b", "active"));
    check(
        "two in one transaction: the second is named",
        &both(),
        &[("CarePlan/a", None), ("CarePlan/b", None)],
        &[ONE],
    );
    assert_eq!(
        both().judge(&[("CarePlan/a", None), ("CarePlan/b", None)]).violations[0]
            .resource
            .as_ref()
            .unwrap()
            .to_string(),
        "CarePlan/b"
    );
    check("the first is written again", &both(), &[("CarePlan/a", Some(plan("a", "active")))], &[ONE]);
    check("neither is written", &both(), &[("Consent/c1", Some(consent()))], &[]);
    let replaced = World::new().with(HELSE_BERGEN, plan("a", "completed")).with(HELSE_BERGEN, plan("b", "active"));
    check(
        "one closes as the other opens",
        &replaced,
        &[("CarePlan/b", None), ("CarePlan/a", Some(plan("a", "active")))],
        &[],
    );
    check(
        "a plan alone, without any koordinator",
        &World::new().with(HELSE_BERGEN, plan("a", "active")),
        &[("CarePlan/a", None)],
        &[],
    );
}

#[test]
fn claims() {
    for (status, expected) in [("active", vec!["ip/p-1".to_owned()]), ("draft", vec![]), ("completed", vec![])] {
        let verdict = World::new().with(HELSE_BERGEN, plan("a", status)).judge(&[("CarePlan/a", None)]);
        assert_eq!(verdict.claims.into_values().collect::<Vec<_>>(), [expected], "{status}");
    }
}
