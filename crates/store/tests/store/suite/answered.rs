//! Answers that are kept to be given again.

use super::world::{Draft, HOSPITAL, MUNICIPALITY, World, key, on_both};
use serde_json::json;
use std::collections::BTreeSet;
use varde_store::{Answered, StoreError, View};

on_both!(
    an_answer_is_kept_until_its_time_is_up,
    what_is_over_goes_a_few_at_a_time,
    a_write_that_fails_keeps_no_answer,
    all_are_visible_or_not,
);

fn answer(head: &str, body: Option<&str>) -> Answered {
    Answered { request_hash: "r".to_owned(), head: head.to_owned(), body: body.map(|body| body.as_bytes().to_vec()) }
}

fn keep(world: &World, key: &str, answer: Answered, now: i64, until: i64) {
    let key = key.to_owned();
    world.write(move |session| session.keep_answer(&key, &answer, now, until));
}

fn found(world: &World, key: &str, now: i64) -> Option<Answered> {
    world.read(|session| session.answered(key, now))
}

fn an_answer_is_kept_until_its_time_is_up(world: &World) {
    let (with, without) = (answer("{\"a\":\"ø\"}", Some("\u{0}{}")), answer("", None));
    keep(world, "one", with.clone(), 0, 100);
    keep(world, "two", without.clone(), 0, 100);
    assert_eq!((found(world, "one", 99), found(world, "two", 0)), (Some(with.clone()), Some(without.clone())));
    assert_eq!((found(world, "one", 100), found(world, "three", 0)), (None, None));
    keep(world, "one", without.clone(), 100, 200);
    assert_eq!(found(world, "one", 199), Some(without));
}

fn what_is_over_goes_a_few_at_a_time(world: &World) {
    for n in 0..40 {
        keep(world, &n.to_string(), answer("", None), 0, 100 + n);
    }
    assert!(!world.read(|session| session.answers_are_over(99)) && world.read(|session| session.answers_are_over(100)));
    keep(world, "next", answer("", None), 119, 999);
    assert_eq!(world.count("answered"), 40 + 1 - 16);
    world.write(|session| session.forget_answers(119));
    assert_eq!(world.count("answered"), 40 + 1 - 20, "what is not over yet stays");
    assert!(!world.read(|session| session.answers_are_over(119)) && found(world, "20", 119).is_some());
    assert_eq!(
        (world.store.forget_answers(137), world.count("answered")),
        (Ok(()), 3),
        "all that are over, step by step"
    );
}

fn a_write_that_fails_keeps_no_answer(world: &World) {
    let failed = world.store.write(|session| {
        session.keep_answer("k", &answer("", None), 0, 100)?;
        Err::<(), StoreError>(StoreError::Busy)
    });
    assert_eq!((failed, found(world, "k", 0)), (Err(StoreError::Busy), None));
}

fn all_are_visible_or_not(world: &World) {
    let team = json!({"resourceType": "CareTeam", "status": "active"});
    Draft::new("CareTeam/1", team.clone()).owner(HOSPITAL).store(world);
    Draft::new("CareTeam/2", team).owner(MUNICIPALITY).store(world);
    Draft::new("Practitioner/1", json!({"resourceType": "Practitioner"})).owner(MUNICIPALITY).store(world);
    let all = |addresses: &[&str]| {
        let keys: BTreeSet<_> = addresses.iter().map(|address| key(address)).collect();
        let view = View { organisation: Some(HOSPITAL.to_owned()), now: world.now() };
        world.read(|session| session.all_visible(&keys, &view))
    };
    assert!(all(&[]) && all(&["CareTeam/1"]) && all(&["CareTeam/1", "Practitioner/1"]));
    assert!(!all(&["CareTeam/2"]) && !all(&["CareTeam/1", "CareTeam/2"]) && !all(&["CareTeam/never"]));
}
