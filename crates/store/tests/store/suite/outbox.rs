//! The outbox and the counts.

use super::world::{Draft, HOSPITAL, World, on_both};
use serde_json::json;
use std::collections::BTreeSet;
use std::thread;
use varde_store::{Leased, OutboxEvent, Store, StoreError};

on_both!(
    an_event_is_lent_to_one_until_it_is_done,
    of_many_deliverers_on_two_replicas_each_event_has_one,
    who_comes_back_late_takes_nothing_from_who_has_it_now,
    counts_name_every_table,
);

fn push(world: &World, at: i64, focus: &str) {
    let event = OutboxEvent { at, kind: "task-assigned".into(), organisation: HOSPITAL.into(), focus: focus.into() };
    world.write(move |session| session.outbox_push(&event));
}

fn lease(world: &World, now: i64, until: i64, limit: i64) -> Vec<Leased> {
    world.write(move |session| session.outbox_lease(now, until, limit))
}

fn focuses(leased: &[Leased]) -> Vec<(&str, i64)> {
    leased.iter().map(|leased| (leased.event.focus.as_str(), leased.attempts)).collect()
}

fn an_event_is_lent_to_one_until_it_is_done(world: &World) {
    for (at, focus) in [(10, "Task/1"), (20, "Task/2"), (30, "Task/3"), (99, "Task/4")] {
        push(world, at, focus);
    }
    let first = lease(world, 50, 100, 2);
    assert_eq!(focuses(&first), [("Task/1", 1), ("Task/2", 1)]);
    assert_eq!(first[0].event.kind, "task-assigned");
    assert_eq!(focuses(&lease(world, 50, 100, 9)), [("Task/3", 1)]);
    assert_eq!(focuses(&lease(world, 50, 100, 9)), []);
    let (done, again) = (first[0].id, first[1].clone());
    world.write(move |session| session.outbox_done(done));
    world.write(move |session| session.outbox_retry(&again, 60));
    assert_eq!(focuses(&lease(world, 59, 100, 9)), []);
    assert_eq!(focuses(&lease(world, 60, 200, 9)), [("Task/2", 2)]);
    assert_eq!(focuses(&lease(world, 100, 200, 9)), [("Task/4", 1), ("Task/3", 2)]);
    assert_eq!(world.count("outbox"), 3);
}

/// Borrows three at a time from both replicas at once until there is nothing left.
fn borrow_all(world: &World, other: &Store, now: i64, until: i64) -> Vec<Leased> {
    let borrow = |store: &Store| {
        let mut mine = Vec::new();
        loop {
            let lent: Result<_, StoreError> = store.write(move |session| session.outbox_lease(now, until, 3));
            let lent = lent.unwrap();
            if lent.is_empty() {
                return mine;
            }
            mine.extend(lent);
        }
    };
    thread::scope(|scope| {
        let deliverers: Vec<_> =
            (0..6).map(|n| scope.spawn(move || borrow(if n % 2 == 0 { &world.store } else { other }))).collect();
        deliverers.into_iter().flat_map(|deliverer| deliverer.join().unwrap()).collect()
    })
}

fn of_many_deliverers_on_two_replicas_each_event_has_one(world: &World) {
    let other = world.another();
    for n in 0..60 {
        push(world, 10, &format!("Task/{n}"));
    }
    for (attempt, now) in [(1, 10), (2, 110), (3, 210)] {
        let lent = borrow_all(world, &other, now, now + 100);
        assert!(lent.iter().all(|leased| leased.attempts == attempt), "{lent:?}");
        assert_eq!((lent.len(), lent.iter().map(|leased| leased.id).collect::<BTreeSet<_>>().len()), (60, 60));
        assert_eq!(borrow_all(world, &other, now + 99, now + 999), [], "all are lent until the time is up");
    }
    other.close();
}

fn who_comes_back_late_takes_nothing_from_who_has_it_now(world: &World) {
    push(world, 10, "Task/1");
    let late = lease(world, 10, 100, 9).remove(0);
    let now = lease(world, 100, 200, 9).remove(0);
    assert_eq!((late.id, late.attempts, now.attempts), (now.id, 1, 2));
    world.write(move |session| session.outbox_retry(&late, 110));
    assert_eq!(lease(world, 199, 300, 9), [], "it is lent until 200");
    let same = now.clone();
    world.write(move |session| session.outbox_retry(&now, 150));
    assert_eq!(focuses(&lease(world, 150, 300, 9)), [("Task/1", 3)]);
    world.write(move |session| session.outbox_done(same.id));
    assert_eq!(world.count("outbox"), 0, "what arrived has arrived, whoever brought it");
}

fn counts_name_every_table(world: &World) {
    let counts = world.counts();
    // The key of cursors is there from the beginning.
    let empty = |(table, rows): &(String, i64)| *rows == i64::from(table == "secret");
    assert!(counts.is_sorted() && counts.iter().all(empty), "{counts:?}");
    assert_eq!(counts.len(), 20);
    let resource = json!({"resourceType": "CareTeam", "status": "active", "name": "Teamet"});
    Draft::new("CareTeam/1", resource).claim("c").store(world);
    for (table, rows) in [("resource", 1), ("history", 1), ("change", 1), ("claim", 1), ("idx_token", 1)] {
        assert_eq!(world.count(table), rows, "{table}");
    }
}
