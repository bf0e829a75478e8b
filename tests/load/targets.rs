//! The targets, and what was measured of each.

use crate::arithmetic::float;
use crate::bench::{Bench, Measured};
use crate::growth::Growth;
use crate::validation::Validation;

/// One line of the table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    /// What is aimed at.
    pub(crate) what: String,
    /// The aim.
    pub(crate) aim: String,
    /// What was measured.
    pub(crate) measured: String,
    /// Whether it was reached.
    pub(crate) met: bool,
}

/// The ratios of Varde to a ceiling that are aimed at: scenario, words, least ratio.
const RATIOS: [(&str, &str, f64); 6] = [
    ("read without audit", "read by id ÷ bare select, without audit", 0.80),
    ("read", "read by id ÷ bare select, with durable audit", 0.60),
    ("search", "search by patient, 1 hit ÷ bare select", 0.35),
    ("search-ten", "search by patient, 10 hits ÷ bare select", 0.35),
    ("create", "create CareTeam ÷ bare grouped insert", 0.35),
    ("status", "`$plan-status`, 1 patient ÷ bare select", 0.30),
];
/// Milliseconds of `$appoint`, at p99.
const APPOINT: f64 = 50.0;
/// The part of the throughput that growth may cost.
const LOSS: f64 = 0.15;
/// Megabytes resident, idle and under load.
const RESIDENT: (f64, f64) = (60.0, 250.0);
/// Seconds from start to ready.
const START: f64 = 1.0;
/// Microseconds of a validation.
const VALIDATION: f64 = 50.0;

/// The lines that one database's scenarios answer.
pub(crate) fn of_bench(bench: &Bench, clients: usize) -> Vec<Target> {
    let find = |name: &str| bench.measured.iter().find(|measured| measured.name == name);
    let ratio = |(name, words, least): (&str, &str, f64)| {
        let Measured { ratio, varde, ceiling, .. } = find(name)?;
        let (_, ceiling) = ceiling.as_ref()?;
        Some(Target {
            what: format!("{}: {words}", bench.title),
            aim: format!("≥ {least:.2}"),
            measured: format!("{ratio:.2} ({:.0} of {:.0} req/s)", varde.rate, ceiling.rate),
            met: *ratio >= least,
        })
    };
    let mut targets: Vec<Target> = RATIOS.into_iter().filter_map(ratio).collect();
    targets.extend(find("appoint").map(|appoint| Target {
        what: format!("{}: `$appoint` p99 at {clients} clients", bench.title),
        aim: format!("< {APPOINT:.0} ms"),
        measured: format!("{:.1} ms ({:.0} req/s)", appoint.varde.p99, appoint.varde.rate),
        met: appoint.varde.p99 < APPOINT,
    }));
    let most = bench.measured.iter().map(|measured| measured.varde.memory.most).max().unwrap_or_default();
    let most = float(most) / 1024.0;
    targets.push(Target {
        what: format!("{}: resident under load", bench.title),
        aim: format!("< {:.0} MB", RESIDENT.1),
        measured: format!("{most:.0} MB"),
        met: most < RESIDENT.1,
    });
    targets
}

/// The lines that growth answers.
pub(crate) fn of_growth(growth: &Growth) -> Vec<Target> {
    let (few, many) = growth.patients;
    let loss = |(name, _, _, loss): &(&str, _, _, f64)| Target {
        what: format!("growth {few} → {many} patients: {name} loses"),
        aim: format!("< {:.0} %", LOSS * 100.0),
        measured: format!("{:.1} %", loss * 100.0),
        met: *loss < LOSS,
    };
    let mut targets: Vec<Target> = growth.scenarios.iter().map(loss).collect();
    let idle = float(growth.idle.1) / 1024.0;
    targets.push(Target {
        what: format!("idle resident, {many} patients"),
        aim: format!("< {:.0} MB", RESIDENT.0),
        measured: format!("{idle:.1} MB"),
        met: idle < RESIDENT.0,
    });
    targets.push(Target {
        what: format!("start to ready, {many} patients"),
        aim: format!("< {START:.0} s"),
        measured: format!("{:.3} s", growth.ready_after),
        met: growth.ready_after < START,
    });
    targets
}

/// The line of the validation.
pub(crate) fn of_validation(validation: Validation) -> Target {
    Target {
        what: format!("validation of a CareTeam of {} bytes", validation.bytes),
        aim: format!("< {VALIDATION:.0} µs"),
        measured: format!("{:.1} µs (strict reading of its JSON: {:.1} µs)", validation.validate, validation.parse),
        met: validation.validate < VALIDATION,
    }
}

#[cfg(test)]
mod tests {
    use super::{Target, of_bench, of_growth};
    use crate::bench::{Bench, Measured};
    use crate::figures::Figures;
    use crate::growth::Growth;
    use crate::process::Memory;

    #[test]
    fn each_target_is_held_against_its_figure() {
        let figures = |rate: f64, p99: f64| Figures {
            rate,
            p99,
            memory: Memory { now: 0, most: 300 << 10 },
            ..Figures::default()
        };
        let measured = |name: &str, ratio: f64| Measured {
            name: name.to_owned(),
            what: "",
            varde: figures(ratio * 1000.0, 49.94),
            ceiling: Some(("select".to_owned(), figures(1000.0, 0.0))),
            ratio,
            open: None,
        };
        let measured = vec![measured("read", 0.5964), measured("search", 0.35), measured("appoint", 0.0)];
        let bench = Bench { title: "SQLite", patients: 0, bytes: 0, ceilings: Vec::new(), measured };
        let expected = [
            ("SQLite: read by id ÷ bare select, with durable audit", "≥ 0.60", "0.60 (596 of 1000 req/s)", false),
            ("SQLite: search by patient, 1 hit ÷ bare select", "≥ 0.35", "0.35 (350 of 1000 req/s)", true),
            ("SQLite: `$appoint` p99 at 32 clients", "< 50 ms", "49.9 ms (0 req/s)", true),
            ("SQLite: resident under load", "< 250 MB", "300 MB", false),
        ];
        let expected = expected.map(|(what, target, measured, met)| Target {
            what: what.to_owned(),
            aim: target.to_owned(),
            measured: measured.to_owned(),
            met,
        });
        assert_eq!(of_bench(&bench, 32), expected);
    }

    #[test]
    fn growth_that_costs_too_much_is_not_met() {
        let scenarios = vec![
            ("read", Figures::default(), Figures::default(), 0.149),
            ("search", Figures::default(), Figures::default(), 0.15),
        ];
        let growth = Growth { patients: (1, 100), bytes: (0, 0), scenarios, ready_after: 0.25, idle: (0, 60 << 10) };
        let met: Vec<bool> = of_growth(&growth).iter().map(|target| target.met).collect();
        assert_eq!(met, [true, false, false, true]);
    }
}
