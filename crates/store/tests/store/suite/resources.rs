//! What is put comes back: current, by version, in the history, by person, by identifier.

use super::world::{Draft, HOSPITAL, World, ids, key, on_both};
use serde_json::json;
use varde_fhir::ResourceType;
use varde_store::StoreError;

on_both!(
    a_body_comes_back_byte_for_byte,
    every_version_is_kept,
    a_deleted_resource_keeps_its_history_and_can_come_back,
    the_same_version_twice_is_refused_and_leaves_nothing,
    the_sequence_counts_every_version_without_gaps,
    a_compartment_holds_what_is_current_of_a_person,
    a_resource_is_found_by_its_business_identifier,
    texts_of_any_length_and_kind_are_stored_and_found,
);

fn a_body_comes_back_byte_for_byte(world: &World) {
    let resource = json!({"resourceType": "CareTeam", "id": "1", "name": "Blåbær \u{1F600}", "x": 1.50});
    let sequence = Draft::new("CareTeam/1", resource.clone()).patient("p1").store(world);
    let stored = world.get("CareTeam/1").unwrap();
    assert_eq!(stored.body, resource.to_string().into_bytes());
    assert_eq!(
        (stored.version, stored.last_updated, stored.deleted, stored.patient.as_deref(), stored.owner.as_deref()),
        (1, world.now(), false, Some("p1"), Some(HOSPITAL))
    );
    assert_eq!(sequence, 1);
    assert_eq!(world.get("CareTeam/2"), None);
    assert_eq!(world.get("CarePlan/1"), None);
}

fn every_version_is_kept(world: &World) {
    for version in 1..=5 {
        Draft::new("Goal/g", json!({"resourceType": "Goal", "n": version})).version(version).store(world);
        world.clock.advance(1_000_000);
    }
    let versions = |limit, before| {
        let history = world.read(|session| session.history(&key("Goal/g"), limit, before));
        history.iter().map(|stored| stored.version).collect::<Vec<_>>()
    };
    assert_eq!(versions(100, None), [5, 4, 3, 2, 1]);
    assert_eq!(versions(2, None), [5, 4]);
    assert_eq!(versions(2, Some(4)), [3, 2]);
    assert_eq!(versions(2, Some(1)), Vec::<i64>::new());
    let second = world.read(|session| session.version(&key("Goal/g"), 2)).unwrap();
    assert_eq!(second.body, json!({"resourceType": "Goal", "n": 2}).to_string().into_bytes());
    assert_eq!(second.last_updated, world.now() - 4_000_000);
    assert_eq!(world.read(|session| session.version(&key("Goal/g"), 6)), None);
    assert_eq!(world.get("Goal/g").unwrap().version, 5);
}

fn a_deleted_resource_keeps_its_history_and_can_come_back(world: &World) {
    let identifier = json!({"resourceType": "Patient", "identifier": [{"system": "urn:s", "value": "7"}]});
    let found = || ids(&world.read(|session| session.by_identifier(ResourceType::Patient, "urn:s", "7")));
    Draft::new("Patient/a", identifier.clone()).store(world);
    assert_eq!(found(), ["a"]);
    Draft::new("Patient/a", identifier.clone()).version(2).deleted().store(world);
    assert_eq!(found(), Vec::<String>::new());
    let stored = world.get("Patient/a").unwrap();
    assert!(stored.deleted && stored.body.is_empty());
    assert_eq!(world.read(|session| session.history(&key("Patient/a"), 9, None)).len(), 2);
    Draft::new("Patient/a", identifier).version(3).store(world);
    assert_eq!(found(), ["a"]);
}

fn the_same_version_twice_is_refused_and_leaves_nothing(world: &World) {
    let draft = Draft::new("Flag/f", json!({"resourceType": "Flag", "status": "active"}));
    draft.clone().store(world);
    let before = world.counts();
    let again = draft.try_into_store(&world.store, world.now());
    assert!(matches!(again, Err(StoreError::Database(_))), "{again:?}");
    assert_eq!(world.counts(), before);
}

fn the_sequence_counts_every_version_without_gaps(world: &World) {
    let drawn: Vec<i64> =
        (1..=3).map(|n| Draft::new(&format!("Goal/{n}"), json!({"resourceType": "Goal"})).store(world)).collect();
    assert_eq!(drawn, [1, 2, 3]);
    let (now, refused) = (world.now(), Draft::new("Goal/1", json!({})));
    assert!(refused.try_into_store(&world.store, now).is_err());
    let both = world.write(move |session| {
        let first = Draft::new("Goal/1", json!({})).version(2).put(session, now)?;
        Ok((first, Draft::new("Goal/4", json!({})).put(session, now)?))
    });
    assert_eq!(both, (4, 5));
}

fn a_compartment_holds_what_is_current_of_a_person(world: &World) {
    for (address, person) in [("CareTeam/1", "p"), ("CarePlan/2", "p"), ("CareTeam/3", "q"), ("CareTeam/4", "p")] {
        Draft::new(address, json!({})).patient(person).store(world);
    }
    Draft::new("Task/5", json!({})).patient("p").store(world);
    Draft::new("CareTeam/4", json!({})).patient("p").version(2).deleted().store(world);
    let types = [ResourceType::CareTeam, ResourceType::CarePlan];
    assert_eq!(ids(&world.read(|session| session.compartment("p", &types))), ["1", "2"]);
    assert_eq!(ids(&world.read(|session| session.compartment("q", &types))), ["3"]);
    assert_eq!(ids(&world.read(|session| session.compartment("p", &[]))), Vec::<String>::new());
}

fn a_resource_is_found_by_its_business_identifier(world: &World) {
    let with = |system: &str, value: &str| json!({"resourceType": "CareTeam", "identifier": [{"system": system, "value": value}]});
    Draft::new("CareTeam/1", with("urn:a", "x")).store(world);
    Draft::new("CareTeam/2", with("urn:b", "x")).store(world);
    Draft::new("CareTeam/3", with("urn:a", "X")).store(world);
    let find = |system: &str, value: &str| {
        ids(&world.read(|session| session.by_identifier(ResourceType::CareTeam, system, value)))
    };
    assert_eq!(find("urn:a", "x"), ["1"]);
    assert_eq!(find("urn:a", "X"), ["3"]);
    assert_eq!(find("urn:c", "x"), Vec::<String>::new());
    Draft::new("CareTeam/1", with("urn:a", "y")).version(2).store(world);
    assert_eq!(find("urn:a", "x"), Vec::<String>::new());
    assert_eq!(find("urn:a", "y"), ["1"]);
}

fn texts_of_any_length_and_kind_are_stored_and_found(world: &World) {
    let (long, nul) = ("ø".repeat(5000), "a\0b");
    for (id, value) in [("1", long.as_str()), ("2", nul)] {
        let resource =
            json!({"resourceType": "Organization", "name": value, "identifier": [{"system": value, "value": value}]});
        Draft::new(&format!("Organization/{id}"), resource).store(world);
        let found = world.read(|session| session.by_identifier(ResourceType::Organization, value, value));
        assert_eq!(ids(&found), [id]);
    }
    let many: Vec<_> = (0..3000).map(|n| json!({"system": "urn:many", "value": n.to_string()})).collect();
    Draft::new("Organization/3", json!({"resourceType": "Organization", "identifier": many})).store(world);
    let found = world.read(|session| session.by_identifier(ResourceType::Organization, "urn:many", "2999"));
    assert_eq!(ids(&found), ["3"]);
}
