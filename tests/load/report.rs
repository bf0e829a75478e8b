//! `varde-load report`: everything, held against the targets. Its markdown is the table of `docs/performance.md`.

use crate::bench::{Bench, bench};
use crate::database::Shelf;
use crate::flags::Flags;
use crate::growth::{Growth, growth};
use crate::machine::Machine;
use crate::markdown;
use crate::targets::{self, Target};
use crate::trouble::Outcome;
use crate::validation::{self, Validation};
use serde_json::{Value, json};

/// All that was measured.
pub(crate) struct Report {
    machine: Machine,
    benches: Vec<Bench>,
    growth: Growth,
    validation: Validation,
    targets: Vec<Target>,
}

/// Measures all of it: SQLite, growth, and PostgreSQL when a server is known.
pub(crate) async fn report(flags: &Flags) -> Outcome<Report> {
    let machine = Machine::look(&flags.workdir)?;
    let validation = validation::measure()?;
    let sqlite = Shelf::Sqlite(flags.workdir.clone());
    let mut benches = vec![bench(flags, &sqlite).await?];
    let growth = growth(flags, &sqlite).await?;
    let named = flags.postgres.clone().or_else(|| std::env::var("VARDE_TEST_POSTGRES").ok());
    if let Some(server) = named.filter(|server| !server.is_empty()) {
        benches.push(bench(flags, &Shelf::Postgres(server)).await?);
    }
    let mut targets: Vec<Target> = benches.iter().flat_map(|bench| targets::of_bench(bench, flags.clients)).collect();
    targets.extend(targets::of_growth(&growth));
    targets.push(targets::of_validation(validation));
    Ok(Report { machine, benches, growth, validation, targets })
}

impl Report {
    /// For people.
    pub(crate) fn markdown(&self, flags: &Flags) -> String {
        let mut text = markdown::targets(&self.targets);
        text.push_str(&markdown::method(&self.machine, flags));
        for bench in &self.benches {
            text.push_str(&markdown::bench(bench));
        }
        text + &markdown::growth(&self.growth)
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        let target = |it: &Target| json!({ "what": it.what, "target": it.aim, "measured": it.measured, "met": it.met });
        json!({
            "targets": self.targets.iter().map(target).collect::<Vec<_>>(),
            "benches": self.benches.iter().map(Bench::json).collect::<Vec<_>>(),
            "growth": self.growth.json(),
            "validation_us": { "parse": self.validation.parse, "validate": self.validation.validate },
        })
    }
}
