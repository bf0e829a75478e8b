//! The change feed: complete, in the order of commits, and safe to go on from while many write.

use super::world::{Draft, World, on_both};
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread::{self, ScopedJoinHandle};
use varde_fhir::Micros;
use varde_store::{Change, Session, Store, StoreError};

on_both!(
    the_feed_is_every_version_in_order,
    a_reader_that_has_seen_a_number_never_meets_a_smaller_new_one,
    what_was_drawn_and_not_committed_holds_the_others_back,
);

/// More than any feed here has.
const ALL: i64 = 100_000;

fn goal(id: &str) -> Draft {
    Draft::new(&format!("Goal/{id}"), json!({"resourceType": "Goal"}))
}

fn length(feed: &[Change]) -> i64 {
    i64::try_from(feed.len()).unwrap()
}

fn after(store: &Store, seq: i64, limit: i64) -> Vec<Change> {
    store.read(|session| session.changes_after(seq, limit)).unwrap()
}

fn the_feed_is_every_version_in_order(world: &World) {
    assert_eq!(after(&world.store, 0, ALL), []);
    goal("1").patient("p").store(world);
    goal("2").owner("999999999").store(world);
    goal("1").version(2).patient("q").store(world);
    goal("1").version(3).deleted().store(world);
    goal("1").version(4).store(world);
    let feed = after(&world.store, 0, ALL);
    let row = |c: &Change| (c.seq, c.key.to_string(), c.version, c.kind.clone(), c.patient.clone());
    let expected = [
        (1, "Goal/1", 1, "create", Some("p")),
        (2, "Goal/2", 1, "create", None),
        (3, "Goal/1", 2, "update", Some("q")),
        (4, "Goal/1", 3, "delete", None),
        (5, "Goal/1", 4, "create", None),
    ];
    let expected = expected.map(|(seq, key, version, kind, patient)| {
        (seq, key.to_owned(), version, kind.to_owned(), patient.map(str::to_owned))
    });
    assert_eq!(feed.iter().map(row).collect::<Vec<_>>(), expected);
    assert_eq!(feed[1].owner.as_deref(), Some("999999999"));
    assert_eq!(after(&world.store, 2, 2), feed[2..4]);
    assert_eq!(after(&world.store, 5, 2), []);
}

/// A busy time: what all writers know together.
struct Busy {
    /// The greatest number whose write has been answered.
    answered: AtomicI64,
    over: AtomicBool,
}

const WRITERS: usize = 8;
const WRITES: usize = 30;

/// Writes of every shape: one version, three, one whose part is undone, one that is undone whole.
fn one_write(session: &mut Session<'_>, name: &str, shape: usize, now: Micros) -> Result<Vec<i64>, StoreError> {
    let put = |session: &mut Session<'_>, part: usize| goal(&format!("{name}-{part}")).put(session, now);
    match shape % 4 {
        0 => Ok(vec![put(session, 0)?]),
        1 => (0..3).map(|part| put(session, part)).collect(),
        2 => {
            let undone: Result<i64, _> = session.nested(|session| put(session, 0).and(Err(StoreError::Busy)));
            assert_eq!(undone, Err(StoreError::Busy));
            Ok(vec![put(session, 1)?])
        }
        _ => put(session, 0).and(Err(StoreError::Busy)),
    }
}

/// Writes and proves that numbers follow the clock on the wall: whoever begins after an answer gets a greater number, and what
/// was answered is in everybody's feed.
fn writes(stores: &[Store; 2], writer: usize, busy: &Busy, now: Micros) {
    for n in 0..WRITES {
        let before = busy.answered.load(Ordering::SeqCst);
        let name = format!("{writer}-{n}");
        let written = stores[writer % 2].write(move |session| one_write(session, &name, writer + n, now));
        let Ok(numbers) = written else { continue };
        let (first, last) = (numbers[0], numbers[numbers.len() - 1]);
        assert!(first > before, "{first} was drawn after {before} had been answered");
        assert_eq!(numbers, (first..=last).collect::<Vec<_>>(), "one write's numbers stand together");
        busy.answered.fetch_max(last, Ordering::SeqCst);
        let seen = after(&stores[(writer + 1) % 2], first - 1, ALL);
        assert!(seen.len() >= numbers.len() && seen[0].seq == first, "{first} was answered and is not to be seen");
    }
}

/// Follows the feed to its end; every row must be the next one.
fn follows(store: &Store, busy: &Busy, limit: i64) -> Vec<Change> {
    let mut feed: Vec<Change> = Vec::new();
    loop {
        let over = busy.over.load(Ordering::SeqCst);
        let last = feed.last().map_or(0, |change| change.seq);
        let more = after(store, last, limit);
        if more.is_empty() && over {
            return feed;
        }
        for change in more {
            assert_eq!(change.seq, length(&feed) + 1, "a row was passed or has come late");
            feed.push(change);
        }
    }
}

/// Takes whole snapshots; each must be the last one and something more, and all of it committed.
fn looks(store: &Store, busy: &Busy) {
    let mut last: Vec<Change> = Vec::new();
    while !busy.over.load(Ordering::SeqCst) {
        let (feed, counts) =
            store.read(|session| Ok::<_, StoreError>((session.changes_after(0, ALL)?, session.counts()?))).unwrap();
        assert!(feed.starts_with(&last), "what was seen changed, or a smaller number came late");
        assert_eq!(feed.last().map_or(0, |change| change.seq), length(&feed), "no gaps");
        let count = |table: &str| counts.iter().find(|(name, _)| name == table).unwrap().1;
        assert_eq!((count("history"), count("resource")), (length(&feed), length(&feed)), "nothing half-written");
        last = feed;
    }
}

fn a_reader_that_has_seen_a_number_never_meets_a_smaller_new_one(world: &World) {
    let (stores, now) = ([world.store.clone(), world.another()], world.now());
    let busy = Busy { answered: AtomicI64::new(0), over: AtomicBool::new(false) };
    let feeds: Vec<Vec<Change>> = thread::scope(|scope| {
        let (stores, busy) = (&stores, &busy);
        let followers: Vec<_> =
            (0..4).map(|n| scope.spawn(move || follows(&stores[n % 2], busy, [ALL, 3][n / 2]))).collect();
        let lookers: Vec<_> = (0..2).map(|n| scope.spawn(move || looks(&stores[n % 2], busy))).collect();
        let writers: Vec<_> =
            (0..WRITERS).map(|writer| scope.spawn(move || writes(stores, writer, busy, now))).collect();
        let written: Vec<_> = writers.into_iter().map(ScopedJoinHandle::join).collect();
        busy.over.store(true, Ordering::SeqCst);
        for result in written.into_iter().chain(lookers.into_iter().map(ScopedJoinHandle::join)) {
            result.unwrap();
        }
        followers.into_iter().map(|follower| follower.join().unwrap()).collect()
    });
    // Of four writes two keep one version, one keeps three, one none.
    let expected = WRITERS * WRITES / 4 * 5;
    for feed in &feeds {
        assert_eq!(feed.len(), expected);
        assert_eq!(feed, &feeds[0]);
    }
    assert_eq!(world.store.verify().unwrap().findings, []);
    stores[1].close();
}

fn what_was_drawn_and_not_committed_holds_the_others_back(world: &World) {
    let (other, now) = (world.another(), world.now());
    let (drawn, go) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        let (store, at, on) = (world.store.clone(), Arc::clone(&drawn), Arc::clone(&go));
        let first = scope.spawn(move || {
            store.write(move |session| {
                let number = goal("first").put(session, now);
                at.wait();
                on.wait();
                number
            })
        });
        drawn.wait();
        let second = scope.spawn({
            let other = other.clone();
            move || tell.send(goal("second").try_into_store(&other, now)).unwrap()
        });
        for _ in 0..50 {
            assert_eq!(after(&world.store, 0, ALL).len() + after(&other, 0, ALL).len(), 0);
            assert!(told.try_recv().is_err(), "the second was answered before the first was committed");
        }
        go.wait();
        assert_eq!(first.join().unwrap(), Ok(1));
        second.join().unwrap();
        assert_eq!(told.recv().unwrap(), Ok(2));
    });
    let ids: Vec<String> = after(&other, 0, ALL).iter().map(|change| change.key.to_string()).collect();
    assert_eq!(ids, ["Goal/first", "Goal/second"]);
    other.close();
}
