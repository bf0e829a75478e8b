//! The histories of types: what is found from what a caller may see is what a walk through everything finds.

use super::world::{Draft, HOSPITAL, MUNICIPALITY, STRANGER, World, key, on_both};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use varde_fhir::ResourceType::{self, CarePlan, CareTeam, Consent, Organization, Patient, Practitioner};
use varde_store::{Change, Grant, Past, Reach, View};

on_both!(a_history_of_types_is_what_a_walk_through_everything_finds, nobody_has_the_history_of_no_type);

const NOW: i64 = 1500;

fn grant(patient: &str, organisation: &str, reach: &str, valid_to: i64) -> Grant {
    let (patient, organisation, reach) = (patient.into(), organisation.into(), reach.into());
    Grant { patient, organisation, reach, basis: "team-member", valid_from: 1000, valid_to }
}

/// Three organisations about two people, and the directory: granted, granted no more, granted by who does not own it, labelled,
/// deleted, deleted and there again. What is put at which instant does not follow the order of the commits.
fn fill(world: &World) {
    let labelled = json!({"meta": {"security": [{"code": "R"}]}});
    let put = |at: i64, draft: Draft| draft.try_into_store(&world.store, at).unwrap();
    let about =
        |address: &str, owner: &str, patient: &str| Draft::new(address, json!({})).owner(owner).patient(patient);
    put(10, about("CareTeam/a", HOSPITAL, "p").grant(grant("p", MUNICIPALITY, "*", 2000)));
    put(30, about("CarePlan/b", MUNICIPALITY, "p"));
    put(20, about("CarePlan/c", HOSPITAL, "p"));
    put(40, Draft::new("Practitioner/d", json!({})));
    put(15, about("CareTeam/e", HOSPITAL, "q").grant(grant("q", MUNICIPALITY, "*", NOW)));
    put(50, about("Consent/f", STRANGER, "p").grant(grant("p", MUNICIPALITY, "CareTeam/g", 2000)));
    put(60, about("CareTeam/g", STRANGER, "p"));
    put(60, about("CareTeam/h", STRANGER, "p"));
    put(
        55,
        about("CareTeam/a", HOSPITAL, "p").version(2).grant(grant("p", MUNICIPALITY, "CarePlan", 2000)).grant(grant(
            "p",
            MUNICIPALITY,
            "CareTeam/a",
            2000,
        )),
    );
    put(70, Draft { resource: labelled, ..about("CarePlan/i", HOSPITAL, "p") });
    put(80, about("CarePlan/c", HOSPITAL, "p").version(2).deleted());
    put(80, Draft::new("Practitioner/d", Value::Null).version(2).deleted());
    put(90, Draft::new("Organization/j", json!({})).owner(STRANGER));
    put(91, Draft::new("CarePlan/k", json!({})).owner(MUNICIPALITY));
    put(92, about("CarePlan/b", MUNICIPALITY, "p").version(2).grant(grant("p", HOSPITAL, "CarePlan", 2000)));
    // Nobody stood there when the first version was made; whom it is about now is what counts.
    put(93, about("CarePlan/k", MUNICIPALITY, "p").version(2));
    put(94, about("CareTeam/e", HOSPITAL, "q").version(2).grant(grant("q", STRANGER, "*", 2000)));
}

/// Type, id and version of everything that a view may see of these types, newest first.
fn walked(world: &World, types: &[ResourceType], view: &View, narrow: &dyn Fn(&Change) -> bool) -> Vec<String> {
    let mut changes = world.read(|session| session.changes_after(0, 1000));
    changes.reverse();
    let seen = |change: &Change| world.read(|session| session.get_visible(&change.key, view)).is_some();
    changes.retain(|change| types.contains(&change.key.rtype) && narrow(change) && seen(change));
    changes.iter().map(|change| format!("{}/{}", change.key, change.version)).collect()
}

/// The same from the store, page by page.
fn asked(world: &World, view: &View, past: Past<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    loop {
        let after = found
            .last()
            .and_then(|last| last.rsplit_once('/'))
            .map(|(at, version)| (key(at), version.parse().unwrap()));
        let past = Past { after: after.as_ref().map(|(key, version)| (key, *version)), ..past };
        let page = world.read(|session| session.past(&past, view));
        if page.is_empty() {
            return found;
        }
        found.extend(page.iter().map(|made| format!("{}/{}", made.stored.key, made.stored.version)));
    }
}

fn a_history_of_types_is_what_a_walk_through_everything_finds(world: &World) {
    fill(world);
    let all = [CareTeam, CarePlan, Consent, Patient, Practitioner, Organization];
    let lists: [&[ResourceType]; 5] = [&all, &[CarePlan], &[CareTeam, Practitioner], &[Organization], &[Patient]];
    let mut answers = BTreeSet::new();
    for organisation in [Some(HOSPITAL), Some(MUNICIPALITY), Some(STRANGER), Some("nobody"), None] {
        let view = View { organisation: organisation.map(str::to_owned), now: NOW };
        for types in lists {
            for limit in [1, 3, 100] {
                let past = Past { of: Reach::Types(types), since: None, at: None, after: None, limit };
                let expected = walked(world, types, &view, &|_| true);
                assert_eq!(asked(world, &view, past), expected, "{organisation:?} {types:?} {limit}");
                answers.insert(expected.clone());
                let made =
                    |change: &Change| world.read(|s| s.version(&change.key, change.version)).unwrap().last_updated;
                let since = walked(world, types, &view, &|change| made(change) >= 55);
                assert_eq!(asked(world, &view, Past { since: Some(55), ..past }), since, "{organisation:?} {types:?}");
                let next = |change: &Change| world.read(|s| s.version(&change.key, change.version + 1));
                let current =
                    |change: &Change| made(change) < 60 && next(change).is_none_or(|next| next.last_updated > 55);
                let at = walked(world, types, &view, &current);
                assert_eq!(asked(world, &view, Past { at: Some((55, 60)), ..past }), at, "{organisation:?} {types:?}");
            }
        }
    }
    // They are not all alike.
    assert_eq!(answers.len(), 14);
    let municipality = View { organisation: Some(MUNICIPALITY.into()), now: NOW };
    assert_eq!(
        walked(world, &all, &municipality, &|_| true),
        [
            "CarePlan/k/2",
            "CarePlan/b/2",
            "CarePlan/k/1",
            "Organization/j/1",
            "Practitioner/d/2",
            "CareTeam/a/2",
            "CareTeam/g/1",
            "Practitioner/d/1",
            "CarePlan/b/1",
            "CareTeam/a/1",
        ]
    );
}

fn nobody_has_the_history_of_no_type(world: &World) {
    fill(world);
    let past = Past { of: Reach::Types(&[]), since: None, at: None, after: None, limit: 10 };
    for organisation in [Some(HOSPITAL.to_owned()), None] {
        assert_eq!(world.read(|session| session.past(&past, &View { organisation, now: NOW })), []);
    }
}
