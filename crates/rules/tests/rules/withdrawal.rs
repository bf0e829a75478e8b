//! A consent that is withdrawn ends the role that rested on it, and is never refused.

use crate::fixture::*;
use serde_json::{Value, json};
use varde_rules::Consequence;

fn world() -> World {
    World::new()
        .with(HELSE_BERGEN, team(&json!([participant("19", "Practitioner/doctor", "2026-11-01", ""), koordinator()])))
}

/// Judges a change of the consent and gives `(participant index, end)` of each role that ends.
#[track_caller]
fn ended(what: &str, world: &World, before: Option<Value>) -> Vec<(usize, i64)> {
    let verdict = world.judge(&[("Consent/c1", before)]);
    assert_eq!(verdict.violations, [], "{what}");
    let ends = verdict.consequences.into_iter().map(
        |Consequence::EndRole { team, owner, participant_index, end, reason_nb, reason_en }| {
            assert_eq!((team.to_string().as_str(), owner.as_deref()), ("CareTeam/t1", Some(HELSE_BERGEN)));
            assert!(!reason_nb.is_empty() && !reason_en.is_empty());
            (participant_index, end)
        },
    );
    ends.collect()
}

#[test]
fn the_role_ends() {
    let withdrawn = || but(consent(), "status", json!("inactive"));
    let refused = || but(consent(), "provision", json!({ "type": "deny" }));
    let other = || but(consent(), "id", json!("c2"));
    let over = || but(consent(), "provision", json!({ "period": { "end": "2026-11-21" } }));
    let ends_now = vec![(1, now())];
    let table = [
        ("withdrawn", world().with(HELSE_BERGEN, withdrawn()), Some(consent()), ends_now.clone()),
        ("deleted", world().without("Consent/c1"), Some(consent()), ends_now.clone()),
        ("refused", world().with(HELSE_BERGEN, refused()), Some(consent()), ends_now.clone()),
        ("period closed", world().with(HELSE_BERGEN, over()), Some(consent()), ends_now.clone()),
        (
            "giver corrected away",
            world().with(HELSE_BERGEN, but(consent(), "performer", Value::Null)),
            Some(consent()),
            ends_now.clone(),
        ),
        (
            "category changed",
            world().with(HELSE_BERGEN, but(consent(), "category", Value::Null)),
            Some(consent()),
            ends_now.clone(),
        ),
        ("a refusal is recorded", world().with(HELSE_BERGEN, other()).with(HELSE_BERGEN, refused()), None, ends_now),
        (
            "another consent carries it",
            world().with(HELSE_BERGEN, other()).with(HELSE_BERGEN, withdrawn()),
            Some(consent()),
            vec![],
        ),
        ("still in force", world(), Some(but(consent(), "dateTime", json!("2026-11-01"))), vec![]),
        (
            "never was in force",
            world().with(HELSE_BERGEN, withdrawn()),
            Some(but(consent(), "status", json!("draft"))),
            vec![],
        ),
        ("no role rests on it", World::new().with(HELSE_BERGEN, withdrawn()), Some(consent()), vec![]),
    ];
    for (what, world, before, expected) in table {
        assert_eq!(ended(what, &world, before), expected, "{what}");
    }
}

#[test]
fn a_role_to_come_never_happens() {
    let ahead = team(&json!([participant("18", "Practitioner/nurse", "2026-12-01", "")]));
    let world = World::new().with(HELSE_BERGEN, ahead).without("Consent/c1");
    let start = at("2026-11-30T23:00:00Z");
    assert_eq!(ended("ahead", &world, Some(consent())), [(0, start)]);

    // Carried out, the consequence leaves a team that obeys the rules.
    let cancelled = team(&json!([participant("18", "Practitioner/nurse", "2026-12-01", "2026-11-30T23:00:00.000Z")]));
    let before = team(&json!([participant("18", "Practitioner/nurse", "2026-12-01", "")]));
    let done = world.with(HELSE_BERGEN, cancelled);
    check("carried out", &done, &[("Consent/c1", Some(consent())), ("CareTeam/t1", Some(before))], &[]);
    let verdict = done.judge(&[("Consent/c1", Some(consent())), ("CareTeam/t1", None)]);
    assert!(verdict.consequences.is_empty() && verdict.claims.values().all(Vec::is_empty));
}

#[test]
fn whoever_writes_the_team_answers_for_it() {
    let world = world().without("Consent/c1");
    let changes = [("Consent/c1", Some(consent())), ("CareTeam/t1", None)];
    check("team and consent", &world, &changes, &["consent-required CareTeam.participant[1]"]);
    assert!(world.judge(&changes).consequences.is_empty());
}
