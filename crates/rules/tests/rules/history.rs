//! Periods run forward, and ended roles stay.

use crate::fixture::*;
use serde_json::{Value, json};

const REWRITTEN: &str = "closed-period CareTeam.participant[0]";

#[test]
fn periods_run_forward() {
    const BACKWARD: &str = "closed-period CareTeam.participant[0].period";
    let table = [
        ("2026-11-20", "2026-11-20", vec![]),
        ("2026-11-20", "2026-11-19", vec![BACKWARD]),
        ("2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z", vec![]),
        ("2026-11-20T12:00:00Z", "2026-11-20T11:59:59Z", vec![BACKWARD]),
        ("2026-11-20T12:00:00Z", "2026-11-20", vec![]),
        ("2026-11-20T12:00:00+01:00", "2026-11-20T11:00:00Z", vec![]),
        ("2026-11-20", "2026", vec![]),
        ("2026-11-20", "2025", vec![BACKWARD]),
        ("2027-11-20", "2026-11-20", vec![BACKWARD]),
    ];
    for (start, end, expected) in table {
        check_team(
            &format!("{start} {end}"),
            World::new(),
            team(&json!([participant("17", "Practitioner/nurse", start, end)])),
            &expected,
        );
    }
}

#[test]
fn an_ended_role_stays() {
    let ended = || participant("18", "Practitioner/nurse", "2026-10-01", "2026-11-01");
    let open = || participant("18", "Practitioner/nurse", "2026-10-01", "");
    let shown = but(ended(), "member", json!({ "reference": "Practitioner/nurse", "display": "Syn Tetisk" }));
    let table = [
        ("unchanged", ended(), json!([ended()]), vec![]),
        ("a new role beside", ended(), json!([koordinator(), ended()]), vec![]),
        ("a display is corrected", ended(), json!([shown]), vec![]),
        ("reopened", ended(), json!([open()]), vec![REWRITTEN]),
        ("removed", ended(), json!([]), vec![REWRITTEN]),
        ("removed with the list", ended(), Value::Null, vec![REWRITTEN]),
        (
            "end moved",
            ended(),
            json!([participant("18", "Practitioner/nurse", "2026-10-01", "2026-11-02")]),
            vec![REWRITTEN],
        ),
        (
            "start moved",
            ended(),
            json!([participant("18", "Practitioner/nurse", "2026-10-02", "2026-11-01")]),
            vec![REWRITTEN],
        ),
        (
            "another person",
            ended(),
            json!([participant("18", "Practitioner/doctor", "2026-10-01", "2026-11-01")]),
            vec![REWRITTEN],
        ),
        (
            "another role",
            ended(),
            json!([participant("17", "Practitioner/nurse", "2026-10-01", "2026-11-01")]),
            vec![REWRITTEN],
        ),
        ("another unit", ended(), json!([but(ended(), "onBehalfOf", logical(RESH, "1"))]), vec![REWRITTEN]),
    ];
    for (what, stored, participants, expected) in table {
        let world = World::new().with(HELSE_BERGEN, but(team(&json!([])), "participant", participants));
        check(what, &world, &[("CareTeam/t1", Some(team(&json!([stored]))))], &expected);
    }
}

#[test]
fn only_what_has_ended_is_history() {
    let ended = || participant("18", "Practitioner/nurse", "2026-10-01", "2026-11-01");
    let open = || participant("18", "Practitioner/nurse", "2026-10-01", "");
    let table = [
        ("an open role ends", open(), json!([ended()]), vec![]),
        ("an open role goes", open(), json!([]), vec![]),
        (
            "an end to come is moved",
            participant("18", "Practitioner/nurse", "2026-10-01", "2026-11-23"),
            json!([open()]),
            vec![],
        ),
        (
            "an end just now is kept",
            participant("18", "Practitioner/nurse", "2026-10-01", "2026-11-22T14:00:00Z"),
            json!([open()]),
            vec![REWRITTEN],
        ),
        (
            "cancelled before it began",
            participant("18", "Practitioner/nurse", "2027-01-01", "2026-12-31T23:00:00.000Z"),
            json!([open()]),
            vec![REWRITTEN],
        ),
    ];
    for (what, stored, participants, expected) in table {
        let world = World::new().with(HELSE_BERGEN, but(team(&json!([])), "participant", participants));
        check(what, &world, &[("CareTeam/t1", Some(team(&json!([stored]))))], &expected);
    }
    let twice = || team(&json!([ended(), ended()]));
    check(
        "two alike, one removed",
        &World::new().with(HELSE_BERGEN, team(&json!([ended()]))),
        &[("CareTeam/t1", Some(twice()))],
        &["closed-period CareTeam.participant[1]"],
    );
    check("the whole team is deleted", &World::new(), &[("CareTeam/t1", Some(twice()))], &[]);
}

#[test]
fn the_person_behind_a_fragment_stays() {
    let with = |person: Value| {
        but(team(&json!([participant("18", "#p1", "2026-10-01", "2026-11-01")])), "contained", json!([person]))
    };
    let before = with(practitioner("p1", "7654321", "SP"));
    let renumbered = with(practitioner("p1", "7654322", "SP"));
    let rung = with(but(practitioner("p1", "7654321", "SP"), "telecom", json!([{ "system": "phone", "value": "1" }])));
    check(
        "another person",
        &World::new().with(HELSE_BERGEN, renumbered),
        &[("CareTeam/t1", Some(before.clone()))],
        &["closed-period CareTeam.participant[0]"],
    );
    check("another telephone", &World::new().with(HELSE_BERGEN, rung), &[("CareTeam/t1", Some(before))], &[]);
}
