//! What PostgreSQL undoes for the sake of another session is done again: the caller does not hear of it (docs/decisions/0043). The
//! other session holds a row that a write needs, and then wants the writers' turn: one of the two must give way, and it is ours.

use crate::answer::Answer;
use crate::people::{BERGEN, TESTINE, plan};
use crate::refusal::assert_refused;
use crate::story::set;
use crate::world::{World, alone};
use reqwest::blocking::RequestBuilder;
use serde_json::json;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls};

/// The lock that all writers take in turn: "varde" in ASCII.
const TURN: &str = "SELECT pg_advisory_xact_lock(508441027685)";

/// A session beside Varde's.
struct Rival {
    runtime: Runtime,
    client: Client,
}

impl Rival {
    fn of(world: &World) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(world.database_url(), NoTls).await.expect("PostgreSQL");
            tokio::spawn(connection);
            client
        });
        let rival = Self { runtime, client };
        // It is Varde that finds the deadlock: a session looks for one once, a second after it began to wait, so that there is a
        // second to begin one in.
        rival.run("SET deadlock_timeout = '1min'; SET lock_timeout = '20s'");
        rival
    }

    fn run(&self, statements: &str) {
        self.runtime.block_on(self.client.batch_execute(statements)).expect("a statement that works");
    }

    fn number(&self, query: &str) -> i64 {
        self.runtime.block_on(self.client.query_one(query, &[])).expect("a row").get(0)
    }

    /// Has held a lock since before the request; waits until the request waits for it, and takes the turn from it.
    fn overtake(&self) {
        self.take(TURN);
    }

    /// Waits until the request waits for what is held here, and takes what the request holds.
    fn take(&self, statement: &str) {
        let waits = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid \
                     WHERE NOT l.granted AND l.locktype <> 'advisory' AND a.datname = current_database()";
        let waiting = (0..4000).any(|_| {
            std::thread::sleep(Duration::from_millis(5));
            self.number(waits) > 0
        });
        assert!(waiting, "no request waits");
        self.run(statement);
    }
}

/// The answer to a request that was begun while the rival held a lock, and what the rival did then.
fn beside(request: RequestBuilder, rival: &Rival, act: impl FnOnce(&Rival)) -> Answer {
    std::thread::scope(|scope| {
        let answer = scope.spawn(|| Answer::read(request.send().expect("an answer")));
        act(rival);
        answer.join().expect("a thread")
    })
}

fn on_postgres(test: impl Fn(&World)) {
    alone(|world| {
        if world.database() == "PostgreSQL" {
            test(world);
        }
    });
}

/// A change of a stored plan, and its id.
fn change(world: &World) -> (RequestBuilder, String) {
    let stored = world.post(BERGEN, "/fhir/CarePlan", &plan(TESTINE)).expect(201);
    let request = world.as_(BERGEN, "PUT", &format!("/fhir/CarePlan/{}", stored.id())).header("if-match", "W/\"1\"");
    let draft = set(stored.json.clone(), "/status", json!("draft"));
    (request.header("content-type", "application/fhir+json").body(draft.to_string()), stored.id())
}

#[test]
fn a_write_that_gave_way_is_done_again_and_once() {
    on_postgres(|world| {
        let (request, id) = change(world);
        let (rival, before) = (Rival::of(world), world.audited());
        rival.run(&format!("BEGIN; SELECT 1 FROM resource WHERE id = '{id}' FOR UPDATE"));
        let answer = beside(request, &rival, |rival| {
            for _ in 0..2 {
                rival.run("SAVEPOINT held");
                rival.overtake();
                rival.run("ROLLBACK TO SAVEPOINT held");
            }
            rival.run("COMMIT");
        });
        assert_eq!((answer.status, answer.etag().as_str()), (200, "W/\"2\""), "{}", answer.text);
        assert_eq!(world.get(BERGEN, &format!("/fhir/CarePlan/{id}/_history")).expect(200).entries().len(), 2);
        assert_eq!(world.audited(), before + 2);
        assert!(world.store.verify().expect("a report").sound());
    });
}

#[test]
fn a_read_whose_line_in_the_access_log_gave_way_is_answered() {
    on_postgres(|world| {
        let (_, id) = change(world);
        let (rival, before) = (Rival::of(world), world.audited());
        rival.run("BEGIN; SELECT 1 FROM audit_head FOR UPDATE");
        let answer = beside(world.as_(BERGEN, "GET", &format!("/fhir/CarePlan/{id}")), &rival, |rival| {
            rival.overtake();
            rival.run("ROLLBACK");
        });
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(world.audited(), before + 1);
        assert!(world.store.verify().expect("a report").sound());
    });
}

#[test]
fn a_look_that_gave_way_to_a_change_of_tables_looks_again() {
    on_postgres(|world| {
        let (_, id) = change(world);
        let (rival, before) = (Rival::of(world), world.audited());
        let read = world.as_(BERGEN, "GET", &format!("/fhir/CarePlan/{id}"));
        // Several statements on one moment, and a Bundle that only reads.
        let page = world.as_(BERGEN, "GET", &format!("/fhir/CarePlan?_id={id}&_total=accurate"));
        let get = |url: &str| json!({ "request": { "method": "GET", "url": url } });
        let entries = [get(&format!("CarePlan/{id}")), get("CarePlan/nobody")];
        let batch = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries }).to_string();
        let batch = world.as_(BERGEN, "POST", "/fhir").header("content-type", "application/fhir+json").body(batch);
        for request in [read, page, batch] {
            // As `ALTER TABLE` does with one table after the other, while the look goes from one to the other the other way.
            rival.run("BEGIN; LOCK TABLE access_grant IN ACCESS EXCLUSIVE MODE");
            let answer = beside(request, &rival, |rival| {
                rival.take("LOCK TABLE resource IN ACCESS EXCLUSIVE MODE");
                rival.run("ROLLBACK");
            });
            assert_eq!(answer.status, 200, "{}", answer.text);
            assert!(answer.text.contains(&id), "{}", answer.text);
        }
        assert_eq!(world.audited(), before + 3);
    });
}

#[test]
fn who_gives_way_for_ever_is_told_to_come_back() {
    on_postgres(|world| {
        let (request, id) = change(world);
        let (rival, before) = (Rival::of(world), world.counts());
        rival.run(&format!("BEGIN; SELECT 1 FROM resource WHERE id = '{id}' FOR UPDATE"));
        let answer = beside(request, &rival, |rival| {
            // Once, and five times more.
            for _ in 0..6 {
                rival.run("SAVEPOINT held");
                rival.overtake();
                rival.run("ROLLBACK TO SAVEPOINT held");
            }
        });
        rival.run("ROLLBACK");
        assert_refused(&answer, 503, "unavailable", None);
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert_eq!(world.counts(), before);
    });
}
