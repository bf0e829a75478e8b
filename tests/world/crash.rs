//! `kill -9` at any moment, again and again on one database, under load: what was acknowledged is there, byte for byte; nothing is
//! half written; the commit sequence has no gap and the access log no broken link.
//!
//! Ten rounds on each database; `VARDE_CRASH_ROUNDS` says how many others, `VARDE_CRASH_SEED` repeats a run's choices (not the
//! machine's timing).

mod acts;
pub(crate) mod bodies;
mod chance;
mod check;
mod client;

use crate::binary::{self, Asker, Launched, Varde, verify};
use crate::people::BERGEN;
use crate::postgres;
use acts::Acts;
use chance::Chance;
use check::Fate;
use client::{Client, Shared};
use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::time::Duration;
use tempfile::TempDir;

/// Clients at once.
const CLIENTS: usize = 12;
/// The kill comes after at most so many acknowledged answers,
const ANSWERS: usize = 120;
/// and then so many microseconds.
const MICROSECONDS: usize = 20_000;
/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn what_sqlite_acknowledged_outlives_kill_9() {
    if !binary::wanted() {
        return;
    }
    let folder = TempDir::new().expect("a folder");
    rounds("SQLite", &format!("sqlite:{}", folder.path().join("varde.db").display()));
}

#[test]
fn what_postgres_acknowledged_outlives_kill_9() {
    let Some(server) = binary::postgres() else { return };
    let (database, name) = postgres::create(&server);
    rounds("PostgreSQL", &database);
    postgres::drop(&server, &name);
}

/// What all rounds came to.
#[derive(Default)]
struct Total {
    acts: Acts,
    fate: Fate,
    kills: usize,
}

fn rounds(name: &str, database: &str) {
    let rounds = std::env::var("VARDE_CRASH_ROUNDS")
        .map_or(10, |number| number.parse().expect("VARDE_CRASH_ROUNDS is a number"));
    let (mut chance, seed) = Chance::new();
    eprintln!("crash rounds on {name}: {rounds}, VARDE_CRASH_SEED={seed}");
    let (shared, mut total) = (Shared::default(), Total::default());
    let mut varde = Varde::start(database);
    for round in 1..=rounds {
        shared.round.store(round, Ordering::SeqCst);
        let acts = load_and_kill(varde, &mut chance, &shared);
        total.kills += 1;
        // Now the binary itself is the first to open what the killed one left, now `verify`.
        let first = chance.once_in(2);
        if first {
            verify(database);
        }
        if chance.once_in(3) {
            let launched = Launched::start(&[], database);
            std::thread::sleep(Duration::from_micros(chance.below(10 * MICROSECONDS) as u64));
            launched.kill();
            total.kills += 1;
        }
        varde = Varde::start(database);
        let asker = varde.asker(BERGEN);
        let fate = check::round(&asker, &acts);
        total.fate.whole += fate.whole;
        total.fate.absent += fate.absent;
        total.acts.add(acts);
        check::logged(database, &total.acts, total.acts.answered.len());
        if !first {
            verify(database);
        }
    }
    check::versions(&varde.asker(BERGEN), &total.acts.written);
    varde.stop();
    verify(database);
    total.tell(name, rounds);
}

/// Lets the clients work and kills the process under them; sometimes just after it was told to stop.
fn load_and_kill(varde: Varde, chance: &mut Chance, shared: &Shared) -> Acts {
    let asker: Asker = varde.asker(BERGEN);
    let (heard, hearing) = channel();
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                let client = Client::new(asker.clone(), chance.fork(), shared, heard.clone());
                scope.spawn(|| client.work())
            })
            .collect();
        drop(heard);
        for _ in 0..=chance.below(ANSWERS) {
            hearing.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no answer: {}", varde.logged()));
        }
        if chance.once_in(4) {
            varde.terminate();
        }
        std::thread::sleep(Duration::from_micros(chance.below(MICROSECONDS) as u64));
        varde.kill();
        let mut acts = Acts::default();
        for client in clients {
            acts.add(client.join().expect("a client that met nothing unexpected"));
        }
        acts
    })
}

impl Total {
    fn tell(&self, name: &str, rounds: usize) {
        let Self { acts, fate, kills } = self;
        assert_eq!(fate.whole + fate.absent, acts.open.len());
        eprintln!(
            "crash rounds on {name}: {rounds} done with {kills} kills; {} acknowledged versions and {} acknowledged requests, lost: 0; \
             {} writes under way at a kill, {} of them whole, {} absent, half written: 0; verify clean after each",
            acts.written.len(),
            acts.answered.len(),
            acts.open.len(),
            fate.whole,
            fate.absent,
        );
    }
}
