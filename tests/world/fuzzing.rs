//! The fuzz targets of `tests/fuzz`, bounded: each with a few hundred seeded mutations of its seeds against a real server. The
//! fuzzer itself goes on for as long as it is let (CONTRIBUTING.md).

#[path = "../fuzz/targets.rs"]
mod targets;

use crate::dice::{Dice, mutated_bytes};
use crate::people::BERGEN;
use crate::world::{World, each};
use std::fs;
use std::path::Path;
use targets::{PATCHED, Sent, TARGETS, patched};

/// Mutations of each target on each database.
const ROUNDS: usize = 300;
/// Mutations of what needs no server.
const ROUNDS_ALONE: usize = 20_000;

#[test]
fn whatever_comes_in_is_answered_and_nothing_breaks() {
    each(|world| {
        let token = world.token(BERGEN);
        world.put(BERGEN, PATCHED, None, &patched()).expect(201);
        for (number, (name, target)) in TARGETS.iter().enumerate() {
            let seeds = seeds(name);
            let mut dice = Dice(20_261_123 + number as u64);
            for seed in &seeds {
                target(seed, &|sent| send(world, &token, sent));
            }
            for _ in 0..ROUNDS {
                let struck = mutated_bytes(&seeds[dice.throw(seeds.len())], &mut dice);
                target(&struck, &|sent| send(world, &token, sent));
            }
        }
        let report = world.store.verify().expect("a database that can be verified");
        assert!(report.sound(), "{:?}", report.findings);
    });
}

#[test]
fn what_is_read_without_a_server_never_panics() {
    for (number, name) in ["json_body", "search_string", "date"].into_iter().enumerate() {
        let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("a target");
        let seeds = seeds(name);
        let mut dice = Dice(7 + number as u64);
        for _ in 0..ROUNDS_ALONE {
            let struck = mutated_bytes(&seeds[dice.throw(seeds.len())], &mut dice);
            target(&struck, &|_| (200, String::new()));
        }
    }
}

/// Every target has a program for the fuzzer, and seeds.
#[test]
fn the_fuzzer_knows_every_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let mut programs: Vec<String> = fs::read_dir(folder)
        .expect("programs")
        .map(|file| file.expect("a file").path().file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    programs.sort();
    let mut names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    assert_eq!(programs, names);
}

/// The seeds of a target: one in each file of its folder.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|file| file.expect("a file").path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{name} has no seeds");
    files.into_iter().map(|file| fs::read(file).expect("a seed")).collect()
}

/// Sends as a hospital; a header that no client library would send is left out.
fn send(world: &World, token: &str, sent: Sent<'_>) -> (u16, String) {
    let mut request = world.request(sent.method, &sent.path).bearer_auth(token);
    for (name, value) in sent.headers {
        if let Ok(value) = reqwest::header::HeaderValue::from_bytes(&value) {
            request = request.header(name, value);
        }
    }
    let answer = world.send(request.body(sent.body.to_vec()));
    (answer.status, answer.text)
}
