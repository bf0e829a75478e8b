//! Delivery by several processes: of two workers on one database each event has one at a time, and what a process that died had
//! borrowed goes to the other when the loan has run out.

mod receiver;

use crate::people::{KOMMUNE, organisation};
use crate::story::BERGEN_KOMMUNE;
use crate::world::{World, each};
use receiver::Receiver;
use serde_json::json;
use std::collections::BTreeSet;
use varde_delivery::{Mode, Settings, Worker};
use varde_store::{OutboxEvent, Session, Store, StoreError};

/// How long an event is lent, in microseconds.
const LEASE: i64 = 60_000_000;

/// The municipality says where it will be told.
fn register(world: &World, receiver: &Receiver) {
    let endpoint = json!({
        "resourceType": "Endpoint",
        "status": "active",
        "connectionType": {
            "system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type",
            "code": "hl7-fhir-rest",
        },
        "payloadType": [{ "text": "id-only" }],
        "address": receiver.url,
    });
    let endpoint = world.post(KOMMUNE, "/fhir/Endpoint", &endpoint).expect(201).id();
    let organisation = json!({
        "resourceType": "Organization",
        "identifier": [organisation(BERGEN_KOMMUNE)["identifier"]],
        "name": "Bergen kommune",
        "endpoint": [{ "reference": format!("Endpoint/{endpoint}") }],
    });
    world.post(KOMMUNE, "/fhir/Organization", &organisation).expect(201);
}

fn push(world: &World, count: usize) {
    let at = world.clock.now();
    let event = move |n: usize| OutboxEvent {
        at,
        kind: "task-assigned".to_owned(),
        organisation: BERGEN_KOMMUNE.to_owned(),
        focus: format!("Task/t{n}"),
    };
    let push = move |session: &mut Session<'_>| (0..count).try_for_each(|n| session.outbox_push(&event(n)));
    world.store.write(push).unwrap_or_else(|error: StoreError| panic!("{error}"));
}

fn waiting(world: &World) -> i64 {
    world.counts().into_iter().find(|(table, _)| table == "outbox").expect("an outbox").1
}

fn worker(world: &World, store: Store) -> Worker {
    let settings =
        Settings { mode: Mode::Development, base: world.base(), allow: BTreeSet::new(), registrars: BTreeSet::new() };
    Worker::new(store, world.clock.clone(), settings)
}

/// One step of both workers at the same time: how many events each had.
fn both(one: &Worker, other: &Worker) -> (usize, usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (first, second) = tokio::join!(one.step(), other.step());
        (first.expect("the store answers"), second.expect("the store answers"))
    })
}

#[test]
fn of_two_processes_each_event_is_delivered_by_one() {
    each(|world| {
        let receiver = Receiver::start();
        register(world, &receiver);
        push(world, 110);
        let second = world.another_store();
        let (one, other) = (worker(world, world.store.clone()), worker(world, second.clone()));
        let mut steps = Vec::new();
        while steps.last() != Some(&(0, 0)) {
            steps.push(both(&one, &other));
        }
        assert_eq!(
            steps.iter().map(|(one, other)| one + other).sum::<usize>(),
            110,
            "on {}: {steps:?}",
            world.database()
        );
        let events = receiver.events();
        assert_eq!((events.len(), events.iter().collect::<BTreeSet<_>>().len()), (110, 110), "on {}", world.database());
        assert_eq!(waiting(world), 0);
        second.close();
    });
}

#[test]
fn what_a_process_had_borrowed_when_it_died_goes_to_another_when_the_loan_is_over() {
    each(|world| {
        let receiver = Receiver::start();
        register(world, &receiver);
        push(world, 5);
        let (died, now) = (world.another_store(), world.clock.now());
        let lent = died.write(move |session| session.outbox_lease(now, now + LEASE, 3));
        assert_eq!(lent.map(|lent: Vec<_>| lent.len()), Ok::<_, StoreError>(3));
        died.close();
        let second = world.another_store();
        let (one, other) = (worker(world, world.store.clone()), worker(world, second.clone()));
        let (first, rest) = both(&one, &other);
        assert_eq!((first + rest, receiver.events().len(), waiting(world)), (2, 2, 3));
        world.clock.advance(LEASE - 1);
        assert_eq!((both(&one, &other), receiver.events().len()), ((0, 0), 0), "on {}", world.database());
        world.clock.advance(1);
        let (first, rest) = both(&one, &other);
        assert_eq!((first + rest, receiver.events().len(), waiting(world)), (3, 3, 0), "on {}", world.database());
        second.close();
    });
}
