//! Who sees what: the one authorised base relation, through every verb that narrows.

use super::world::{
    Draft, HOSPITAL, MUNICIPALITY, STRANGER, World, ids, key, on_both, paged, query, token, totalled, with,
};
use serde_json::json;
use varde_fhir::ResourceType;
use varde_fhir::query::Modifier;
use varde_store::{Grant, View};

on_both!(
    the_owner_sees_its_own_and_everybody_the_directory,
    a_grant_reaches_as_far_as_it_says,
    a_grant_holds_from_its_first_instant_until_before_its_last,
    grants_follow_their_source,
    a_grant_opens_only_what_the_organisation_that_gives_it_wrote,
    what_is_not_seen_is_not_counted_either,
);

fn grant(reach: &str) -> Grant {
    Grant {
        patient: "p".into(),
        organisation: MUNICIPALITY.into(),
        reach: reach.into(),
        basis: "team-member",
        valid_from: 1000,
        valid_to: 2000,
    }
}

/// Whether the resource is seen: by its address, and by a search, which must agree.
fn sees(world: &World, address: &str, organisation: Option<&str>, now: i64) -> bool {
    let (key, view) = (key(address), View { organisation: organisation.map(str::to_owned), now });
    let by_id = with(query(key.rtype), "_id", Modifier::None, &[token(key.id.as_str())]);
    let (one, many) =
        world.read(|session| Ok((session.get_visible(&key, &view)?, session.search(&by_id, &view, None)?.matches)));
    let one = one.filter(|stored| !stored.deleted);
    assert_eq!(one.as_ref(), many.first(), "{address}");
    one.is_some()
}

fn the_owner_sees_its_own_and_everybody_the_directory(world: &World) {
    Draft::new("CareTeam/1", json!({})).patient("p").store(world);
    Draft::new("Practitioner/2", json!({})).store(world);
    Draft::new("Subscription/3", json!({})).store(world);
    let table = [
        ("CareTeam/1", Some(HOSPITAL), true),
        ("CareTeam/1", Some(STRANGER), false),
        ("CareTeam/1", None, true),
        ("Practitioner/2", Some(STRANGER), true),
        ("Subscription/3", Some(HOSPITAL), true),
        ("Subscription/3", Some(STRANGER), false),
        ("CareTeam/none", None, false),
    ];
    for (address, organisation, expected) in table {
        assert_eq!(sees(world, address, organisation, 1500), expected, "{address} {organisation:?}");
    }
}

fn a_grant_reaches_as_far_as_it_says(world: &World) {
    for address in ["CareTeam/1", "CareTeam/2", "CarePlan/1", "Patient/1"] {
        Draft::new(address, json!({})).patient("p").store(world);
    }
    Draft::new("CareTeam/other", json!({})).patient("q").store(world);
    Draft::new("CareTeam/nobody", json!({})).store(world);
    let table: [(&str, &[&str]); 3] = [
        ("*", &["CarePlan/1", "CareTeam/1", "CareTeam/2", "Patient/1"]),
        ("CareTeam", &["CareTeam/1", "CareTeam/2"]),
        ("CareTeam/2", &["CareTeam/2"]),
    ];
    for (version, (reach, expected)) in (1..).zip(table) {
        Draft::new("Task/source", json!({})).version(version).grant(grant(reach)).store(world);
        let all = ["CarePlan/1", "CareTeam/1", "CareTeam/2", "CareTeam/nobody", "CareTeam/other", "Patient/1"];
        let seen: Vec<&str> = all.into_iter().filter(|at| sees(world, at, Some(MUNICIPALITY), 1500)).collect();
        assert_eq!(seen, expected, "{reach}");
        assert!(!sees(world, "CareTeam/2", Some(STRANGER), 1500));
    }
}

fn a_grant_holds_from_its_first_instant_until_before_its_last(world: &World) {
    Draft::new("CarePlan/1", json!({})).patient("p").grant(grant("*")).store(world);
    for (now, expected) in [(999, false), (1000, true), (1999, true), (2000, false)] {
        assert_eq!(sees(world, "CarePlan/1", Some(MUNICIPALITY), now), expected, "{now}");
    }
}

fn grants_follow_their_source(world: &World) {
    Draft::new("CarePlan/1", json!({})).patient("p").store(world);
    Draft::new("Consent/c", json!({})).grant(grant("CarePlan")).grant(grant("CareTeam")).store(world);
    assert!(sees(world, "CarePlan/1", Some(MUNICIPALITY), 1500));
    Draft::new("Consent/c", json!({})).version(2).grant(grant("CareTeam")).store(world);
    assert!(!sees(world, "CarePlan/1", Some(MUNICIPALITY), 1500));
    Draft::new("Consent/c", json!({})).version(3).grant(grant("*")).store(world);
    assert!(sees(world, "CarePlan/1", Some(MUNICIPALITY), 1500));
    Draft::new("Consent/c", json!({})).version(4).deleted().store(world);
    assert!(!sees(world, "CarePlan/1", Some(MUNICIPALITY), 1500));
    assert_eq!(world.count("access_grant"), 0);
}

fn a_grant_opens_only_what_the_organisation_that_gives_it_wrote(world: &World) {
    for (address, owner) in [("CareTeam/1", HOSPITAL), ("CareTeam/2", STRANGER)] {
        Draft::new(address, json!({})).owner(owner).patient("p").store(world);
    }
    let seen = || ["CareTeam/1", "CareTeam/2"].map(|address| sees(world, address, Some(MUNICIPALITY), 1500));
    Draft::new("Consent/c", json!({})).owner(STRANGER).grant(grant("*")).store(world);
    assert_eq!(seen(), [false, true]);
    Draft::new("Task/t", json!({})).owner(STRANGER).grant(grant("CareTeam/1")).store(world);
    assert_eq!(seen(), [false, true]);
    Draft::new("Task/u", json!({})).owner(HOSPITAL).grant(grant("CareTeam/1")).store(world);
    assert_eq!(seen(), [true, true]);
}

fn what_is_not_seen_is_not_counted_either(world: &World) {
    for n in 0..6 {
        let owner = if n % 2 == 0 { HOSPITAL } else { MUNICIPALITY };
        Draft::new(&format!("CareTeam/{n}"), json!({})).owner(owner).patient("p").store(world);
    }
    let all = totalled(query(ResourceType::CareTeam));
    for (organisation, expected) in
        [(HOSPITAL, vec!["0", "2", "4"]), (MUNICIPALITY, vec!["1", "3", "5"]), (STRANGER, vec![])]
    {
        let page = world.search(&all, Some(organisation), None);
        assert_eq!(ids(&page.matches), expected);
        assert_eq!(page.total, Some(i64::try_from(expected.len()).unwrap()));
        let total = world.search(&paged(all.clone(), 0), Some(organisation), None);
        assert_eq!((total.total, total.matches.len(), total.next), (page.total, 0, None));
    }
}
