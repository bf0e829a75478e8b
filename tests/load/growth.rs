//! What a hundred times the patients cost: the same requests on a small and on a large database in turn; and how a server starts
//! and what memory it has.

use crate::arithmetic::{median, per};
use crate::bench::{Stand, press};
use crate::database::{Database, Shelf};
use crate::figures::Figures;
use crate::flags::Flags;
use crate::note::note;
use crate::scenario::{SCENARIOS, Scenario};
use crate::seed::{Seeded, Seeder};
use crate::server::{Program, Server};
use crate::trouble::Outcome;
use serde_json::{Value, json};
use std::time::Duration;

/// The scenarios that must not slow down.
const WATCHED: [&str; 2] = ["read", "search"];
/// How long a server is left alone before its idle memory is looked at.
const SETTLE: Duration = Duration::from_secs(2);

/// What came of it.
#[derive(Clone, Debug)]
pub(crate) struct Growth {
    /// Patients of the small and of the large database.
    pub(crate) patients: (usize, usize),
    /// Bytes of the two.
    pub(crate) bytes: (u64, u64),
    /// Each scenario on the small and on the large one, and the median of the rounds' losses (0.1: a tenth of the throughput).
    pub(crate) scenarios: Vec<(&'static str, Figures, Figures, f64)>,
    /// Seconds from start to ready on the large one: the median of the rounds.
    pub(crate) ready_after: f64,
    /// Resident kilobytes after the start, nothing asked yet, on the small and on the large one.
    pub(crate) idle: (u64, u64),
}

impl Growth {
    /// The figures as JSON.
    pub(crate) fn json(&self) -> Value {
        let scenario = |(name, few, many, loss): &(&str, Figures, Figures, f64)| json!({ "name": name, "small": few.json(), "large": many.json(), "loss": loss });
        json!({
            "patients": [self.patients.0, self.patients.1], "bytes": [self.bytes.0, self.bytes.1],
            "scenarios": self.scenarios.iter().map(scenario).collect::<Vec<_>>(),
            "ready_after_s": self.ready_after, "idle_kb": [self.idle.0, self.idle.1],
        })
    }
}

/// Measures on both sizes in turn.
pub(crate) async fn growth(flags: &Flags, shelf: &Shelf) -> Outcome<Growth> {
    let stock = Seeder { shelf, varde: &flags.varde, workdir: &flags.workdir };
    let (small, large) = (stock.patients(flags.patients).await?, stock.patients(flags.large).await?);
    let bytes = (small.database.bytes().await?, large.database.bytes().await?);
    let (small_copy, large_copy) = (small.database.copy("run_small").await?, large.database.copy("run_large").await?);
    note("starting on both sizes");
    let idle = (idle(flags, &small_copy).await?, idle(flags, &large_copy).await?);
    let ready_after = starts(flags, &large_copy)?;
    let mut stands = (stand(flags, &small, &small_copy).await?, stand(flags, &large, &large_copy).await?);
    let mut scenarios = Vec::new();
    for scenario in watched(flags) {
        stands.0.rehearse(scenario).await?;
        stands.1.rehearse(scenario).await?;
        let (mut few, mut many) = (Vec::new(), Vec::new());
        for round in 0..flags.rounds {
            few.push(press(&mut stands.0, scenario, flags.pressure(None), round).await?);
            many.push(press(&mut stands.1, scenario, flags.pressure(None), round).await?);
        }
        let losses = few.iter().zip(&many).map(|(few, many)| 1.0 - per(many.rate, few.rate));
        scenarios.push((scenario.name, Figures::median(&few), Figures::median(&many), median(losses)));
    }
    stands.0.server.stop()?;
    stands.1.server.stop()?;
    small_copy.remove().await?;
    large_copy.remove().await?;
    Ok(Growth { patients: (flags.patients, flags.large), bytes, scenarios, ready_after, idle })
}

fn watched(flags: &Flags) -> impl Iterator<Item = &'static Scenario> {
    SCENARIOS.iter().filter(|scenario| WATCHED.contains(&scenario.name) && flags.wants(scenario.name))
}

fn start(flags: &Flags, database: &Database) -> Outcome<Server> {
    Server::start(&Program::Varde(&flags.varde), &database.url(), &flags.workdir)
}

async fn stand(flags: &Flags, seeded: &Seeded, copy: &Database) -> Outcome<Stand> {
    Stand::varde(start(flags, copy)?, seeded).await
}

/// Resident kilobytes of a server that nothing but its health was asked of.
async fn idle(flags: &Flags, database: &Database) -> Outcome<u64> {
    let server = start(flags, database)?;
    tokio::time::sleep(SETTLE).await;
    let resident = server.memory()?.now;
    server.stop()?;
    Ok(resident)
}

/// The median time from start to ready.
fn starts(flags: &Flags, database: &Database) -> Outcome<f64> {
    let mut times = Vec::new();
    for _ in 0..flags.rounds {
        let server = start(flags, database)?;
        times.push(server.ready_after.as_secs_f64());
        server.stop()?;
    }
    Ok(median(times.into_iter()))
}
