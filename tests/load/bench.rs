//! The measurements: each scenario beside its ceiling, in turn, on the same database.

mod measured;
mod reads;
mod runs;
mod writes;

pub(crate) use measured::{Bench, Measured};
pub(crate) use runs::{Stand, press};

use crate::database::Shelf;
use crate::flags::Flags;
use crate::scenario::{SCENARIOS, Scenario};
use crate::seed::Seeder;
use crate::trouble::Outcome;

/// Runs the wanted scenarios on one kind of database.
pub(crate) async fn bench(flags: &Flags, shelf: &Shelf) -> Outcome<Bench> {
    let stock = Seeder { shelf, varde: &flags.varde, workdir: &flags.workdir };
    let wanted: Vec<&'static Scenario> = SCENARIOS.iter().filter(|scenario| flags.wants(scenario.name)).collect();
    let (writing, reading): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|scenario| scenario.writes());
    let seeded = stock.patients(flags.patients).await?;
    let mut bench = Bench {
        title: shelf.title(),
        patients: flags.patients,
        bytes: seeded.database.bytes().await?,
        ceilings: Vec::new(),
        measured: Vec::new(),
    };
    if !reading.is_empty() {
        reads::measure(flags, &seeded, &reading, &mut bench).await?;
    }
    if !writing.is_empty() {
        let seeded = stock.with_waiting(flags.patients, flags.waiting).await?;
        writes::measure(flags, &seeded, &writing, &mut bench).await?;
    }
    Ok(bench)
}
