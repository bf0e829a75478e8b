//! Opening: URLs, migrations by several processes at once, reopening.

use super::world::{BASE, Draft, World, key, on_both};
use serde_json::json;
use std::thread;
use varde_fhir::Clock;
use varde_store::{Settings, Store, StoreError};

on_both!(what_was_stored_is_there_when_opened_again, several_processes_open_at_once, a_store_lives_in_an_async_program);

fn what_was_stored_is_there_when_opened_again(world: &World) {
    Draft::new("Goal/1", json!({"resourceType": "Goal"})).store(world);
    world.store.close();
    let again = world.another();
    assert_eq!(again.ready(), Ok(()));
    assert_eq!(Draft::new("Goal/2", json!({})).try_into_store(&again, world.now()), Ok(2));
    again.close();
}

fn several_processes_open_at_once(world: &World) {
    world.store.close();
    let tables = world.counts();
    let drops: Vec<String> = tables.iter().rev().map(|(table, _)| format!("DROP TABLE {table}")).collect();
    // In an order that foreign keys allow, then everything is migrated again by six at once.
    let late = ["DROP TABLE person", "DROP TABLE resource"];
    let early = drops.iter().map(String::as_str).filter(|drop| !late.contains(drop));
    let all: Vec<&str> = early.chain(late).chain(["DROP TABLE __diesel_schema_migrations"]).collect();
    world.tamper(&all.join("; "));
    thread::scope(|scope| {
        let openers: Vec<_> = (0..6).map(|_| scope.spawn(|| world.another())).collect();
        for opener in openers {
            opener.join().unwrap().close();
        }
    });
    assert_eq!(world.counts(), tables);
}

fn a_store_lives_in_an_async_program(world: &World) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let (url, clock, now) = (world.url.clone(), world.clock.clone(), world.now());
    let open = move || Store::open(Settings { url, readers: 2, base: BASE.into(), clock }).unwrap();
    runtime.block_on(async {
        let store = tokio::task::spawn_blocking(open).await.unwrap();
        for n in 0..3 {
            let store = store.clone();
            let write = move || Draft::new(&format!("Goal/{n}"), json!({})).try_into_store(&store, now);
            assert_eq!(tokio::task::spawn_blocking(write).await.unwrap(), Ok(n + 1));
        }
        let reader = store.clone();
        let read = move || reader.read(|session| session.get(&key("Goal/2")));
        assert!(tokio::task::spawn_blocking(read).await.unwrap().unwrap().is_some());
        // Dropped here, on a thread that must not block.
        drop(store);
    });
}

/// Where migrating is the operator's, who does it with another role (`varde migrate`).
#[test]
fn a_role_that_may_not_change_the_tables_serves_when_they_are_up_to_date() {
    let Some(world) = World::postgres() else { return };
    let role = format!("varde_narrow_{}", std::process::id());
    world.tamper(&format!(
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE {role} LOGIN PASSWORD 'narrow'; \
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}; \
         GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"
    ));
    let (_, host) = world.url.split_once('@').unwrap();
    let url = format!("postgres://{role}:narrow@{host}");
    let open = || Store::open(Settings { url: url.clone(), readers: 1, base: BASE.into(), clock: world.clock.clone() });
    let store = open().unwrap();
    assert_eq!(store.ready(), Ok(()));
    assert_eq!(Draft::new("Goal/1", json!({})).try_into_store(&store, world.now()), Ok(1));
    store.close();

    world.tamper("DELETE FROM __diesel_schema_migrations WHERE version = '20261122000300'");
    let behind = open().map(drop).unwrap_err();
    world.tamper(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
    assert!(behind.to_string().contains("a migration failed"), "{behind}");
}

#[test]
fn a_postgres_that_is_gone_is_unavailable() {
    let Some(world) = World::postgres() else { return };
    world.lose_database();
    let read = world.store.read(|session| session.get(&key("Goal/1")));
    assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
    let write = Draft::new("Goal/1", json!({})).try_into_store(&world.store, world.now());
    assert!(matches!(write, Err(StoreError::Unavailable(_))), "{write:?}");
    assert!(matches!(world.store.ready(), Err(StoreError::Unavailable(_))));
}

#[test]
fn an_unusable_url_is_unavailable_and_not_repeated() {
    for url in [
        "",
        "mysql://u:hemmelig@h/d",
        "sqlite:",
        "sqlite::memory:",
        "postgres://u:hemmelig@h/d?nonsense=1",
        "postgres://u:hemmelig@127.0.0.1:1/d",
    ] {
        let clock = Clock::fixed("2026-11-22T12:00:00Z").unwrap();
        let opened = Store::open(Settings { url: url.into(), readers: 1, base: BASE.into(), clock });
        let Err(error) = opened else { panic!("{url} was opened") };
        assert!(matches!(error, StoreError::Unavailable(_)), "{url}: {error}");
        assert!(!error.to_string().contains("hemmelig"), "{error}");
    }
}
