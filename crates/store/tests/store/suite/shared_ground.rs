//! What replicas share: leases, and what is seen once.

use super::world::{World, on_both};
use std::sync::{Arc, Barrier};
use std::thread;
use varde_store::{Session, Store, StoreError};

on_both!(
    a_lease_is_its_holders_until_its_time_is_up,
    a_lease_that_is_given_back_is_free,
    of_many_takers_on_two_replicas_one_holds_the_lease,
    a_key_is_seen_once_until_its_time_is_up,
    of_many_who_see_a_key_on_two_replicas_one_is_the_first,
    a_write_that_fails_has_seen_nothing,
    of_a_key_a_hash_is_kept,
    what_is_over_is_forgotten_a_few_at_a_time,
);

fn take(world: &World, name: &'static str, holder: &'static str, now: i64, until: i64) -> bool {
    world.write(move |session| session.take_lease(name, holder, now, until))
}

fn give_back(world: &World, name: &'static str, holder: &'static str) {
    world.write(move |session| session.give_back(name, holder));
}

fn see(world: &World, kind: &'static str, key: &str, now: i64, until: i64) -> bool {
    let key = key.to_owned();
    world.write(move |session| session.first_seen(kind, &key, now, until))
}

/// The same write at one moment from 32 sides, half of them on another replica; how many heard `true`.
fn from_two_replicas(
    world: &World,
    write: impl Fn(usize, &mut Session<'_>) -> Result<bool, StoreError> + Send + Sync + Clone + 'static,
) -> usize {
    let (other, gate) = (world.another(), Arc::new(Barrier::new(32)));
    let one = |number: usize| {
        let store: Store = if number.is_multiple_of(2) { world.store.clone() } else { other.clone() };
        let (gate, write) = (Arc::clone(&gate), write.clone());
        thread::spawn(move || {
            gate.wait();
            store.write(move |session| write(number, session)).unwrap()
        })
    };
    let threads: Vec<_> = (0..32).map(one).collect();
    let won = threads.into_iter().map(|thread| thread.join().unwrap()).filter(|won| *won).count();
    other.close();
    won
}

fn a_lease_is_its_holders_until_its_time_is_up(world: &World) {
    assert!(take(world, "deadlines", "a", 0, 100));
    assert!(!take(world, "deadlines", "b", 99, 199));
    assert!(take(world, "deadlines", "a", 50, 150), "one's own is renewed");
    assert!(!take(world, "deadlines", "b", 149, 249));
    assert!(take(world, "senders", "b", 149, 249), "another name is another lease");
    assert!(take(world, "deadlines", "b", 150, 250), "its time is up");
    assert!(!take(world, "deadlines", "a", 150, 250), "who was overtaken is told so");
    assert_eq!(world.count("lease"), 2);
}

fn a_lease_that_is_given_back_is_free(world: &World) {
    assert!(take(world, "deadlines", "a", 0, 100) && take(world, "senders", "a", 0, 100));
    give_back(world, "deadlines", "b");
    assert!(!take(world, "deadlines", "b", 1, 101), "only its holder gives it back");
    give_back(world, "deadlines", "a");
    assert!(take(world, "deadlines", "b", 1, 101));
    assert!(!take(world, "senders", "b", 1, 101), "only the one that was given back is free");
    give_back(world, "deadlines", "a");
    assert!(!take(world, "deadlines", "a", 2, 102), "what is no longer one's own is not given back");
}

fn of_many_takers_on_two_replicas_one_holds_the_lease(world: &World) {
    for round in 0..5 {
        let now = round * 100;
        let won = from_two_replicas(world, move |number, session| {
            session.take_lease("deadlines", &format!("holder-{number}"), now, now + 100)
        });
        assert_eq!(won, 1, "round {round}");
    }
    assert_eq!(world.count("lease"), 1);
}

fn a_key_is_seen_once_until_its_time_is_up(world: &World) {
    assert!(see(world, "jti", "k", 0, 100));
    assert!(!see(world, "jti", "k", 0, 100) && !see(world, "jti", "k", 99, 500), "asking does not make it longer");
    assert!(see(world, "jti", "K", 99, 100) && see(world, "request", "k", 99, 100), "another key, another kind");
    assert!(see(world, "jti", "k", 100, 200));
    assert!(!see(world, "jti", "k", 199, 300));
}

fn of_many_who_see_a_key_on_two_replicas_one_is_the_first(world: &World) {
    for round in 0..5 {
        let now = round * 100;
        let won = from_two_replicas(world, move |_, session| session.first_seen("jti", "k", now, now + 100));
        assert_eq!(won, 1, "round {round}");
    }
    assert_eq!(world.count("seen_once"), 1);
}

fn a_write_that_fails_has_seen_nothing(world: &World) {
    let failed = world.store.write(|session| {
        assert!(session.first_seen("request", "k", 0, 100)?);
        Err::<(), StoreError>(StoreError::Busy)
    });
    assert_eq!(failed, Err(StoreError::Busy));
    assert!(see(world, "request", "k", 0, 100));
}

fn of_a_key_a_hash_is_kept(world: &World) {
    assert!(see(world, "jti", "secret", 0, 100));
    world.tamper("DELETE FROM seen_once WHERE key_hash LIKE '%secret%' OR length(key_hash) <> 64");
    assert_eq!(world.count("seen_once"), 1);
}

fn what_is_over_is_forgotten_a_few_at_a_time(world: &World) {
    world.write(|session| {
        (0..40).try_for_each(|n| session.first_seen("jti", &n.to_string(), 0, 100 + n).map(|first| assert!(first)))
    });
    assert_eq!(world.count("seen_once"), 40);
    assert!(see(world, "jti", "next", 119, 999));
    assert_eq!(world.count("seen_once"), 40 + 1 - 16);
    assert!(!see(world, "jti", "next", 119, 999));
    assert_eq!(world.count("seen_once"), 40 + 1 - 20, "what is not over yet stays");
    for n in 20..40 {
        assert!(!see(world, "jti", &n.to_string(), 119, 999), "{n}");
    }
}
