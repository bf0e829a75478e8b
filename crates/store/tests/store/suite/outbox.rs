//! The outbox and the counts.

use super::world::{Draft, HOSPITAL, World, on_both};
use serde_json::json;
use varde_store::{Leased, OutboxEvent};

on_both!(an_event_is_lent_to_one_until_it_is_done, counts_name_every_table);

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
    let (done, again) = (first[0].id, first[1].id);
    world.write(move |session| session.outbox_done(done));
    world.write(move |session| session.outbox_retry(again, 60));
    assert_eq!(focuses(&lease(world, 59, 100, 9)), []);
    assert_eq!(focuses(&lease(world, 60, 200, 9)), [("Task/2", 2)]);
    assert_eq!(focuses(&lease(world, 100, 200, 9)), [("Task/4", 1), ("Task/3", 2)]);
    assert_eq!(world.count("outbox"), 3);
}

fn counts_name_every_table(world: &World) {
    let counts = world.counts();
    assert!(counts.is_sorted() && counts.iter().all(|(_, rows)| *rows == 0), "{counts:?}");
    assert_eq!(counts.len(), 15);
    let resource = json!({"resourceType": "CareTeam", "status": "active", "name": "Teamet"});
    Draft::new("CareTeam/1", resource).claim("c").store(world);
    for (table, rows) in [("resource", 1), ("history", 1), ("change", 1), ("claim", 1), ("idx_token", 1)] {
        assert_eq!(world.count(table), rows, "{table}");
    }
}
