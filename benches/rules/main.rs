//! How long the law takes: one changed team, judged on the patient's whole state. `cargo bench -p varde-benches --bench rules`.
#![expect(clippy::expect_used, reason = "a benchmark that cannot begin should say so and end")]

mod world;

use criterion::Criterion;
use std::hint::black_box;
use varde_fhir::Clock;
use varde_rules::{Change, judge};
use world::{Size, World};

/// From a patient as most are to more than anybody has; 300 is the most participants that a team may have.
const SIZES: [Size; 4] = [
    Size { name: "usual", teams: 1, participants: 4, consents: 1 },
    Size { name: "3-teams-of-20", teams: 3, participants: 20, consents: 10 },
    Size { name: "3-teams-of-300", teams: 3, participants: 300, consents: 100 },
    Size { name: "30-teams-of-300", teams: 30, participants: 300, consents: 1000 },
];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let now = Clock::fixed("2026-11-22T14:00:00Z").expect("an instant").now();
    for size in SIZES {
        let world = World::of(size);
        let (case, (key, team)) = (world.case(), world.team());
        let change = [Change { key, before: Some(team), after: Some(team) }];
        let verdict = judge(&case, &change, now);
        assert_eq!(verdict.violations, [], "{} is lawful", size.name);
        criterion.bench_function(&format!("judge/{}", size.name), |b| {
            b.iter(|| judge(black_box(&case), &change, now));
        });
        criterion.bench_function(&format!("look-up/{}", size.name), |b| b.iter(|| world.look_up()));
    }
    criterion.final_summary();
}
