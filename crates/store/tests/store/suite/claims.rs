//! Business-unique keys.

use super::world::{Draft, World, on_both};
use serde_json::json;
use varde_store::StoreError;

on_both!(a_claim_has_one_holder, a_claim_is_free_again, a_refused_claim_leaves_nothing);

fn team(id: &str) -> Draft {
    Draft::new(&format!("CareTeam/{id}"), json!({"resourceType": "CareTeam"}))
}

fn refusal(world: &World, draft: Draft) -> Option<(String, String)> {
    match draft.try_into_store(&world.store, world.now()) {
        Err(StoreError::Claimed { claim, holder }) => Some((claim, holder)),
        Ok(_) => None,
        Err(error) => panic!("{error}"),
    }
}

fn a_claim_has_one_holder(world: &World) {
    let long = "k".repeat(3000);
    assert_eq!(refusal(world, team("1").claim("koordinator|p").claim(&long).claim(&long)), None);
    for claim in ["koordinator|p", &long] {
        let refused = refusal(world, team("2").claim("free").claim(claim));
        assert_eq!(refused, Some((claim.to_owned(), "CareTeam/1".to_owned())));
    }
    assert_eq!(refusal(world, team("1").version(2).claim("koordinator|p")), None);
    assert_eq!(refusal(world, team("2").claim("koordinator|q")), None);
    assert_eq!(world.count("claim"), 2);
}

fn a_claim_is_free_again(world: &World) {
    assert_eq!(refusal(world, team("1").claim("a")), None);
    assert_eq!(refusal(world, team("1").version(2).claim("b")), None);
    assert_eq!(refusal(world, team("2").claim("a")), None);
    assert_eq!(refusal(world, team("1").version(3).deleted()), None);
    assert_eq!(refusal(world, team("3").claim("b")), None);
}

fn a_refused_claim_leaves_nothing(world: &World) {
    assert_eq!(refusal(world, team("1").claim("a")), None);
    let (before, now) = (world.counts(), world.now());
    let kept: Result<bool, StoreError> = world.store.write(move |session| {
        let refused = team("2").claim("a").put(session, now);
        Ok(matches!(refused, Err(StoreError::Claimed { .. })))
    });
    assert_eq!(kept, Ok(true));
    assert_eq!(world.counts(), before);
}
