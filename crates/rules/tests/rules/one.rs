//! One koordinator per trust, one kontaktlege per department, and what the database guards of it.

use crate::fixture::*;
use serde_json::{Value, json};

const ONE: &str = "one-koordinator CareTeam.participant[1]";
const CONTACT: &str = "one-kontaktlege-per-department CareTeam.participant[1]";

fn second(id: &str, participant: &Value) -> Value {
    but(team(&json!([participant])), "id", json!(id))
}

#[test]
fn one_koordinator_in_a_team() {
    let role = |start: &str, end: &str| participant("18", "Practitioner/nurse", start, end);
    let table = [
        ("two at once", role("2026-11-01", ""), role("2026-11-20", ""), vec![ONE]),
        (
            "the later is named",
            role("2026-11-20", ""),
            role("2026-11-01", ""),
            vec!["one-koordinator CareTeam.participant[0]"],
        ),
        ("the same day", role("2026-11-20", ""), role("2026-11-20", ""), vec![ONE]),
        (
            "transfer at an instant",
            role("2026-11-01", "2026-11-22T13:00:00Z"),
            role("2026-11-22T13:00:00Z", ""),
            vec![],
        ),
        ("transfer on a date", role("2026-11-01", "2026-11-22"), role("2026-11-22", ""), vec![]),
        ("transfer to come", role("2026-11-01", "2026-12-01"), role("2026-12-01", ""), vec![]),
        ("a day too many", role("2026-11-01", "2026-12-02"), role("2026-12-01", ""), vec![ONE]),
        ("an overlap to come", role("2026-11-01", ""), role("2027-01-01", ""), vec![ONE]),
        ("the first has ended", role("2026-11-01", "2026-11-10"), role("2026-11-05", ""), vec![]),
        ("a substitute in between", role("2026-11-01", "2026-12-01"), role("2026-12-01", "2026-12-10"), vec![]),
    ];
    for (what, one, other, expected) in table {
        check_team(what, World::new(), team(&json!([one, other])), &expected);
    }
    let three = json!([role("2026-11-01", "2026-12-01"), role("2026-12-01", "2026-12-10"), role("2026-12-10", "")]);
    check_team("three in sequence", World::new(), team(&three), &[]);
}

const NO_CONSENT: &str = "consent-required CareTeam.participant[0]";

#[test]
fn one_koordinator_in_a_trust() {
    let expected = ["one-koordinator CareTeam.participant[0]"];
    let other = || second("t2", &koordinator());
    let world = || World::new().with(HELSE_BERGEN, team(&json!([koordinator()])));
    check("a second team of the trust", &world().with(HELSE_BERGEN, other()), &[("CareTeam/t2", None)], &expected);
    check("whichever is written is named", &world().with(HELSE_BERGEN, other()), &[("CareTeam/t1", None)], &expected);
    check(
        "both written: one is named",
        &world().with(HELSE_BERGEN, other()),
        &[("CareTeam/t1", None), ("CareTeam/t2", None)],
        &expected,
    );
    check("neither written", &world().with(HELSE_BERGEN, other()), &[("Consent/c1", Some(consent()))], &[]);
    let elsewhere = || world().with(HARALDSPLASS, other());
    check("another trust, on our consent", &elsewhere(), &[("CareTeam/t2", None)], &[NO_CONSENT]);
    let theirs = but(consent(), "id", json!("c2"));
    check("another trust, on its own", &elsewhere().with(HARALDSPLASS, theirs), &[("CareTeam/t2", None)], &[]);
    let suspended = but(other(), "status", json!("suspended"));
    check("a suspended team", &world().with(HELSE_BERGEN, suspended), &[("CareTeam/t2", None)], &[]);
}

#[test]
fn one_kontaktlege_per_department() {
    let doctor = |member: &str| participant("19", member, "2026-11-01", "");
    let at = |unit: Value| but(doctor("Practitioner/doctor"), "onBehalfOf", unit);
    let surgery = || json!({ "reference": "Organization/surgery" });
    let psychologist = but(participant("20", "Practitioner/psychologist", "2026-11-20", ""), "onBehalfOf", surgery());
    let table = [
        ("same department", at(surgery()), at(surgery()), vec![CONTACT]),
        ("same department, other words", at(surgery()), at(logical(RESH, "102954")), vec![CONTACT]),
        ("absolute", at(surgery()), at(json!({ "reference": format!("{BASE}/Organization/surgery") })), vec![CONTACT]),
        ("kontaktlege and kontaktpsykolog", at(surgery()), psychologist, vec![CONTACT]),
        ("two departments", at(surgery()), at(logical(RESH, "106026")), vec![]),
        ("department by the role", at(surgery()), doctor("PractitionerRole/doctor-surgery"), vec![CONTACT]),
        (
            "department by the role and by RESH",
            at(logical(RESH, "102954")),
            doctor("PractitionerRole/doctor-surgery"),
            vec![CONTACT],
        ),
        ("no department twice", doctor("Practitioner/doctor"), doctor("Practitioner/doctor"), vec![CONTACT]),
        ("one without department", at(surgery()), doctor("Practitioner/doctor"), vec![]),
        (
            "in sequence",
            but(at(surgery()), "period", json!({ "end": "2026-12-01" })),
            but(at(surgery()), "period", json!({ "start": "2026-12-01" })),
            vec![],
        ),
        ("kontaktlege and koordinator", at(surgery()), but(koordinator(), "onBehalfOf", surgery()), vec![]),
    ];
    for (what, one, other, expected) in table {
        check_team(what, World::new(), team(&json!([one, other])), &expected);
    }
    let world = World::new().with(HELSE_BERGEN, team(&json!([at(surgery())])));
    check("another trust", &world.with(HARALDSPLASS, second("t2", &at(surgery()))), &[("CareTeam/t2", None)], &[]);
}

#[test]
fn claims() {
    let claims = |world: &World, key: &str| -> Vec<String> {
        let verdict = world.judge(&[(key, None)]);
        assert_eq!(verdict.claims.len(), 1, "only of what changed");
        verdict.claims.into_values().next().unwrap()
    };
    let with = |participant: Value| World::new().with(HELSE_BERGEN, team(&json!([participant])));
    let koordinator_claim = format!("koordinator/p-1/{HELSE_BERGEN}");
    let table = [
        ("open-ended", koordinator(), vec![koordinator_claim.clone()]),
        ("to come", participant("18", "Practitioner/nurse", "2027-01-01", ""), vec![koordinator_claim]),
        ("an end is set", participant("18", "Practitioner/nurse", "2026-11-20", "2027-01-01"), vec![]),
        ("ended", participant("18", "Practitioner/nurse", "2026-11-20", "2026-11-21"), vec![]),
        ("kontaktlege", participant("19", "Practitioner/doctor", "2026-11-20", ""), vec![]),
    ];
    for (what, participant, expected) in table {
        assert_eq!(claims(&with(participant), "CareTeam/t1"), expected, "{what}");
    }
    let suspended = World::new().with(HELSE_BERGEN, but(team(&json!([koordinator()])), "status", json!("suspended")));
    assert!(claims(&suspended, "CareTeam/t1").is_empty());
    assert!(World::new().judge(&[("Consent/c1", None)]).claims.is_empty());
    let deleted = World::new().judge(&[("CareTeam/t1", Some(team(&json!([koordinator()]))))]);
    assert!(deleted.claims.is_empty() && deleted.violations.is_empty());
}
