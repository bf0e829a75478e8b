//! The writer: group commit, neighbours that fail, panics, many callers, two processes.

use super::world::{Draft, World, ids, on_both};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};
use std::thread;
use varde_fhir::ResourceType;
use varde_store::{Session, Store, StoreError};

on_both!(
    a_failing_write_leaves_its_neighbours_alone,
    a_panicking_write_leaves_its_neighbours_alone,
    a_part_that_fails_is_undone_alone,
    a_swallowed_database_error_is_not_committed,
    sixty_four_conditional_creates_make_one,
    two_processes_write_at_once,
    a_closed_store_writes_no_more_but_finished_what_waited,
    reading_sees_one_moment,
    a_reader_does_not_write,
    lost_connections_are_replaced,
    who_waits_behind_a_lost_connection_hears_of_it_at_once,
);

fn goal(id: &str) -> Draft {
    Draft::new(&format!("Goal/{id}"), json!({"resourceType": "Goal"}))
}

/// Runs `n` writes at the same time, while the writer is held up until all of them wait.
fn together<T: Send + 'static>(
    world: &World,
    n: usize,
    write: impl Fn(usize, &mut Session<'_>) -> Result<T, StoreError> + Send + Sync + Clone + 'static,
) -> Vec<Result<T, StoreError>> {
    let gate = Arc::new(Barrier::new(n + 1));
    let held = Arc::clone(&gate);
    let store = world.store.clone();
    let holder = thread::spawn(move || {
        store.write(move |_| -> Result<(), StoreError> {
            held.wait();
            Ok(())
        })
    });
    let writers: Vec<_> = (0..n)
        .map(|number| {
            let (store, gate, write) = (world.store.clone(), Arc::clone(&gate), write.clone());
            thread::spawn(move || {
                gate.wait();
                store.write(move |session| write(number, session))
            })
        })
        .collect();
    let results = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
    holder.join().unwrap().unwrap();
    results
}

fn a_failing_write_leaves_its_neighbours_alone(world: &World) {
    let now = world.now();
    let results = together(world, 24, move |number, session| {
        goal(&number.to_string()).put(session, now)?;
        if number % 3 == 0 { Err(StoreError::Busy) } else { Ok(number) }
    });
    for (number, result) in results.into_iter().enumerate() {
        let (expected, stored) = if number % 3 == 0 { (Err(StoreError::Busy), false) } else { (Ok(number), true) };
        assert_eq!(result, expected);
        assert_eq!(world.get(&format!("Goal/{number}")).is_some(), stored);
    }
    assert_eq!((world.count("change"), world.count("history")), (16, 16));
    assert_eq!(world.store.verify().unwrap().findings, []);
}

fn a_part_that_fails_is_undone_alone(world: &World) {
    let now = world.now();
    let kept: Result<_, StoreError> = world.store.write(move |session| {
        let parts = (1..=6).map(|number| {
            session.nested(|session| {
                let sequence = goal(&number.to_string()).put(session, now)?;
                if number % 2 == 0 { Err(StoreError::Busy) } else { Ok(sequence) }
            })
        });
        Ok(parts.collect::<Vec<_>>())
    });
    let busy = || Err(StoreError::Busy);
    assert_eq!(kept, Ok(vec![Ok(1), busy(), Ok(2), busy(), Ok(3), busy()]), "no number is lost");
    assert_eq!((world.count("resource"), world.count("change")), (3, 3));
    assert_eq!(world.store.verify().unwrap().findings, []);
}

fn a_panicking_write_leaves_its_neighbours_alone(world: &World) {
    let now = world.now();
    let results = together(world, 9, move |number, session| {
        goal(&number.to_string()).put(session, now)?;
        assert!(number != 4, "the fourth write panics, as it is meant to");
        Ok(number)
    });
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 8);
    assert!(matches!(results[4], Err(StoreError::Database(_))));
    assert!(world.get("Goal/4").is_none() && world.get("Goal/5").is_some());
    goal("4").store(world);
    assert_eq!(world.store.ready(), Ok(()));
}

fn a_swallowed_database_error_is_not_committed(world: &World) {
    goal("1").store(world);
    let now = world.now();
    let result = world.store.write(move |session| -> Result<bool, StoreError> {
        // The version exists already. PostgreSQL keeps nothing of a savepoint after an error, SQLite what was done before.
        Ok(goal("1").put(session, now).is_err())
    });
    assert!(matches!(result, Ok(true) | Err(StoreError::Database(_))), "{result:?}");
    goal("2").store(world);
    assert_eq!(world.get("Goal/1").unwrap().version, 1);
}

fn sixty_four_conditional_creates_make_one(world: &World) {
    let (now, gate) = (world.now(), Arc::new(Barrier::new(64)));
    let writers: Vec<_> = (0..64)
        .map(|number| {
            let (store, gate) = (world.store.clone(), Arc::clone(&gate));
            thread::spawn(move || {
                gate.wait();
                store.write(move |session| -> Result<(bool, String), StoreError> {
                    let found = session.by_identifier(ResourceType::CareTeam, "urn:business", "1")?;
                    if let Some(stored) = found.first() {
                        return Ok((false, stored.key.to_string()));
                    }
                    let identifier = json!([{"system": "urn:business", "value": "1"}]);
                    let team = json!({"resourceType": "CareTeam", "identifier": identifier});
                    Draft::new(&format!("CareTeam/{number}"), team).put(session, now)?;
                    Ok((true, format!("CareTeam/{number}")))
                })
            })
        })
        .collect();
    let answers: Vec<_> = writers.into_iter().map(|writer| writer.join().unwrap().unwrap()).collect();
    assert_eq!(answers.iter().filter(|(created, _)| *created).count(), 1);
    assert_eq!(answers.iter().map(|(_, address)| address).collect::<BTreeSet<_>>().len(), 1);
    assert_eq!(world.count("resource"), 1);
}

fn two_processes_write_at_once(world: &World) {
    let (one, other, now) = (world.store.clone(), world.another(), world.now());
    let write = move |store: Store, name: &'static str| {
        thread::spawn(move || {
            (0..40)
                .map(|n| {
                    let team = goal(&format!("{name}-{n}"));
                    // Every second goes for the same claim: one of the two processes gets it.
                    let team = if n % 2 == 0 { team.claim(&format!("claim-{n}")) } else { team };
                    team.try_into_store(&store, now)
                })
                .collect::<Vec<_>>()
        })
    };
    let (first, second) = (write(one, "a"), write(other.clone(), "b"));
    let answers: Vec<_> = first.join().unwrap().into_iter().chain(second.join().unwrap()).collect();
    let refused = answers.iter().filter(|answer| matches!(answer, Err(StoreError::Claimed { .. }))).count();
    let drawn: BTreeSet<i64> = answers.iter().filter_map(|answer| answer.as_ref().ok().copied()).collect();
    assert_eq!(refused, 20);
    assert_eq!(drawn, (1..=60).collect());
    assert_eq!(world.count("resource"), 60);
    assert_eq!(world.store.verify().unwrap().findings, []);
    other.close();
}

fn a_closed_store_writes_no_more_but_finished_what_waited(world: &World) {
    let (now, store, gate) = (world.now(), world.another(), Arc::new(Barrier::new(17)));
    let writers: Vec<_> = (0..16)
        .map(|n| {
            let (store, gate) = (store.clone(), Arc::clone(&gate));
            thread::spawn(move || {
                gate.wait();
                goal(&n.to_string()).try_into_store(&store, now)
            })
        })
        .collect();
    gate.wait();
    store.close();
    for (n, writer) in writers.into_iter().enumerate() {
        let answer = writer.join().unwrap();
        assert!(matches!(answer, Ok(_) | Err(StoreError::Unavailable(_))), "{answer:?}");
        assert_eq!(world.get(&format!("Goal/{n}")).is_some(), answer.is_ok());
    }
    let late = goal("late").try_into_store(&store, now);
    assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
    assert!(matches!(store.ready(), Err(StoreError::Unavailable(_))));
    assert_eq!(world.get("Goal/late"), None);
    store.close();
}

fn reading_sees_one_moment(world: &World) {
    goal("1").store(world);
    let seen = world.read(|session| {
        let before = session.compartment("p", &[ResourceType::Goal])?;
        goal("2").patient("p").store(world);
        let after = session.compartment("p", &[ResourceType::Goal])?;
        Ok((ids(&before), ids(&after)))
    });
    assert_eq!(seen, (Vec::new(), Vec::new()));
    assert_eq!(world.read(|session| session.compartment("p", &[ResourceType::Goal])).len(), 1);
}

fn a_reader_does_not_write(world: &World) {
    let now = world.now();
    let result = world.store.read(|session| goal("1").put(session, now));
    assert!(result.is_err(), "{result:?}");
    assert_eq!(world.count("resource"), 0);
    goal("1").store(world);
}

fn lost_connections_are_replaced(world: &World) {
    goal("1").store(world);
    let _ = thread::scope(|scope| {
        let readers: Vec<_> = (0..4).map(|_| scope.spawn(|| world.count("resource"))).collect();
        readers.into_iter().map(|reader| reader.join().unwrap()).collect::<Vec<_>>()
    });
    world.lose_connections();
    assert_eq!(world.count("resource"), 1);
    goal("2").store(world);
    world.lose_connections();
    goal("3").store(world);
    assert_eq!(world.store.ready(), Ok(()));
    assert_eq!(world.count("resource"), 3);
}

/// On SQLite no connection is ever lost.
fn who_waits_behind_a_lost_connection_hears_of_it_at_once(world: &World) {
    if !world.lose_connections() {
        return;
    }
    goal("1").store(world);
    let (now, gate) = (world.now(), Arc::new(Barrier::new(2)));
    let (held, waiting) = (Arc::clone(&gate), Arc::clone(&gate));
    let first = world.store.submit("a", move |session| {
        held.wait();
        held.wait();
        goal("2").put(session, now)
    });
    waiting.wait();
    let behind = ["3", "4"].map(|id| world.store.submit("b", move |session| goal(id).put(session, now)));
    world.lose_connections();
    waiting.wait();
    assert!(matches!(first.wait(), Err(StoreError::Unavailable(_))));
    for behind in behind {
        assert!(matches!(behind.wait(), Err(StoreError::Unavailable(_))));
    }
    assert_eq!(world.count("resource"), 1);
    goal("5").store(world);
    assert_eq!(world.count("resource"), 2);
}
