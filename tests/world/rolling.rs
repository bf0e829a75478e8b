//! A rolling restart: two processes of the binary on one PostgreSQL behind a balancer that watches readiness, one replaced after
//! the other while clients read and write without a pause. Nothing that was sent stays unanswered, nothing that was answered is
//! lost. And one process alone: what it says and does from the first signal on.

mod balancer;
mod client;
mod connection;

use crate::answer::Answer;
use crate::binary::{self, Launched, Varde};
use crate::issuer::{self, Issuer};
use crate::people::{BERGEN, TESTINE, patient};
use crate::postgres;
use balancer::Balancer;
use client::{Record, work};
use connection::Connection;
use serde_json::{Map, Value, json};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use varde_auth::personas;
use varde_fhir::Clock;

const CLIENTS: usize = 6;
/// Answers that the clients get between two steps of the restart.
const BETWEEN: usize = 200;
/// How long anything may take on a machine that is busy with everything else.
const PATIENCE: Duration = Duration::from_mins(2);

/// A token that both processes take, before and after their restart.
fn token(issuer: &Issuer) -> String {
    let persona = personas().iter().find(|persona| persona.id == BERGEN).expect("a persona");
    let mut claims = issuer.key.claims(persona, persona.scopes, "varde", &Clock::System);
    claims["iss"] = json!(issuer.url);
    issuer.key.sign(&claims, &Map::new()).expect("a signature")
}

/// Starts a process that drains for some seconds when it is told to stop.
fn start(database: &str, drain: u32) -> Varde {
    let issuer = format!("VARDE_ISSUER={}", issuer::shared().url);
    Launched::start(&["env", &issuer, &format!("VARDE_DRAIN_SECONDS={drain}")], database).ready()
}

fn address(varde: &Varde) -> SocketAddr {
    varde.root().trim_start_matches("http://").parse().expect("an address")
}

fn flag(text: &str) -> Value {
    json!({ "resourceType": "Flag", "status": "active", "code": { "text": text }, "subject": patient(TESTINE) })
}

/// Looks until it is so.
fn until(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !so() {
        assert!(Instant::now() < deadline, "{what}: not within {PATIENCE:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_rolling_restart_leaves_nothing_unanswered_and_loses_nothing_that_was_answered() {
    let Some(server) = binary::postgres() else { return };
    let (database, name) = postgres::create(&server);
    let token = token(issuer::shared());
    let (balancer, over, first) =
        (Balancer::default(), AtomicBool::new(false), [start(&database, 2), start(&database, 2)]);
    let (records, last) = thread::scope(|scope| {
        let (balancer, over, token) = (&balancer, &over, token.as_str());
        for varde in &first {
            balancer.add(address(varde));
        }
        scope.spawn(|| balancer.watch(over));
        let clients: Vec<_> = (0..CLIENTS).map(|n| scope.spawn(move || work(n, balancer, token, over))).collect();
        let enough = || {
            let before = balancer.answered();
            until("the clients are answered", || {
                balancer.answered() >= before + BETWEEN || clients.iter().any(thread::ScopedJoinHandle::is_finished)
            });
        };
        let mut last = Vec::new();
        for old in first {
            enough();
            let gone = address(&old);
            old.stop();
            balancer.remove(gone);
            enough();
            let new = start(&database, 2);
            balancer.add(address(&new));
            last.push(new);
        }
        enough();
        over.store(true, Ordering::SeqCst);
        (clients.into_iter().map(|client| client.join().expect("a client")).collect::<Vec<_>>(), last)
    });
    let shares = balancer.served();
    assert!(shares.len() == 4 && shares.values().all(|answers| *answers > 0), "each process had its share: {shares:?}");
    check(&records, &last, &token);
    // Two signals: the first alone would wait for those who watch readiness.
    last.iter().for_each(Varde::terminate);
    last.into_iter().for_each(Varde::stop);
    binary::verify(&database);
    postgres::drop(&server, &name);
}

/// Every request had its answer, every answer was a success, and every success is there, whichever process is asked.
fn check(records: &[Record], processes: &[Varde], token: &str) {
    let unanswered: Vec<&String> = records.iter().flat_map(|record| &record.unanswered).collect();
    assert!(unanswered.is_empty(), "sent and not answered: {unanswered:?}");
    assert!(records.iter().all(|record| !record.written.is_empty()), "every client wrote");
    thread::scope(|scope| {
        for (number, record) in records.iter().enumerate() {
            let address = address(&processes[number % processes.len()]);
            scope.spawn(move || {
                let mut connection = Connection::open(address).expect("a connection");
                for (path, body) in &record.written {
                    let answer = connection.ask("GET", path, token, None).expect("an answer");
                    assert_eq!((answer.status, &answer.body), (200, body), "{path}");
                }
            });
        }
    });
}

#[test]
fn who_is_told_to_stop_says_so_answers_still_and_finishes_what_was_begun() {
    if !binary::wanted() {
        return;
    }
    let folder = tempfile::TempDir::new().expect("a folder");
    let database = format!("sqlite:{}", folder.path().join("varde.db").display());
    let (token, varde) = (token(issuer::shared()), start(&database, 300));
    let address = address(&varde);
    let asking = |method: &str, path: &str, body: Option<&Value>| {
        let mut connection = Connection::open(address).expect("a connection");
        connection.ask(method, path, &token, body).expect("an answer")
    };
    assert_eq!(asking("GET", "/health/ready", None).status, 200);
    let mut idle = Connection::open(address).expect("a connection");
    assert!(!idle.ask("GET", "/fhir/Flag", &token, None).expect("an answer").closes);
    let mut begun = Connection::open(address).expect("a connection");
    let rest = begun.begin("POST", "/fhir/Flag", &token, &flag("begun"));

    varde.terminate();
    until("not ready", || asking("GET", "/health/ready", None).status == 503);
    assert!(asking("GET", "/health/ready", None).body.contains("stopping"));
    assert_eq!(asking("GET", "/health/live", None).status, 200);
    let late = asking("POST", "/fhir/Flag", Some(&flag("late")));
    assert_eq!((late.status, late.closes), (201, true));
    let asked_again = idle.ask("GET", "/fhir/Flag", &token, None).expect("an answer");
    assert_eq!((asked_again.status, asked_again.closes), (200, true), "whoever was connected is asked to go");

    // The second signal ends the 300 seconds.
    let finished = thread::scope(|scope| {
        let stopping = scope.spawn(|| varde.stop());
        until("nobody listens", || TcpStream::connect(address).is_err());
        let answer = begun.finish(&rest).expect("an answer");
        stopping.join().expect("an end");
        answer
    });
    assert_eq!((finished.status, finished.closes), (201, true));

    let varde = Varde::start(&database);
    let found: Answer = varde.asker(BERGEN).get("/fhir/Flag").expect(200);
    let mut texts: Vec<&str> = found.entries().iter().filter_map(|flag| flag["code"]["text"].as_str()).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["begun", "late"]);
    varde.stop();
    binary::verify(&database);
}
