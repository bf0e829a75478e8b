//! Figures of a run, and the medians of several.

use crate::arithmetic::{float, median, per};
use crate::process::Memory;
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use std::time::Duration;

/// What was counted while a run lasted.
pub(crate) struct Tally {
    /// Answer times in microseconds.
    pub(crate) times: Histogram<u64>,
    /// Answers, right and wrong.
    pub(crate) answers: u64,
    /// Answers that were read whole.
    pub(crate) read_whole: u64,
    /// Wrong answers and lost connections.
    pub(crate) wrong: u64,
    /// The first of what was wrong, in words.
    pub(crate) told: Vec<String>,
    /// How long the run took.
    pub(crate) took: Duration,
}

/// The figures of one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    /// Answers a second.
    pub(crate) rate: f64,
    /// Percentiles of the answer time, in milliseconds.
    pub(crate) p50: f64,
    /// As above.
    pub(crate) p95: f64,
    /// As above.
    pub(crate) p99: f64,
    /// The longest answer time, in milliseconds.
    pub(crate) most: f64,
    /// How many answers.
    pub(crate) answers: u64,
    /// How many were wrong.
    pub(crate) wrong: u64,
    /// CPU time of the server's process for one answer, in microseconds.
    pub(crate) server_micros: f64,
    /// Cores that the server's process kept busy.
    pub(crate) server_cores: f64,
    /// Cores that this tool kept busy.
    pub(crate) own_cores: f64,
    /// Cores that everything else kept busy: PostgreSQL, or what should not have been there.
    pub(crate) other_cores: f64,
    /// Resident memory of the server's process at the end.
    pub(crate) memory: Memory,
}

/// CPU seconds used during a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cpu {
    /// By the server's process.
    pub(crate) server: f64,
    /// By this one.
    pub(crate) own: f64,
    /// By the whole machine.
    pub(crate) all: f64,
}

impl Figures {
    /// The figures of a tally.
    pub(crate) fn of(tally: &Tally, cpu: Cpu, memory: Memory) -> Self {
        let seconds = tally.took.as_secs_f64();
        let at = |quantile: f64| float(tally.times.value_at_quantile(quantile)) / 1000.0;
        Self {
            rate: per(float(tally.answers), seconds),
            p50: at(0.50),
            p95: at(0.95),
            p99: at(0.99),
            most: float(tally.times.max()) / 1000.0,
            answers: tally.answers,
            wrong: tally.wrong,
            server_micros: per(cpu.server * 1e6, float(tally.answers)),
            server_cores: per(cpu.server, seconds),
            own_cores: per(cpu.own, seconds),
            other_cores: per((cpu.all - cpu.server - cpu.own).max(0.0), seconds),
            memory,
        }
    }

    /// The median of each figure; counts of wrong answers are added up.
    pub(crate) fn median(runs: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| median(runs.iter().map(figure));
        Self {
            rate: of(|run| run.rate),
            p50: of(|run| run.p50),
            p95: of(|run| run.p95),
            p99: of(|run| run.p99),
            most: of(|run| run.most),
            answers: runs.iter().map(|run| run.answers).sum(),
            wrong: runs.iter().map(|run| run.wrong).sum(),
            server_micros: of(|run| run.server_micros),
            server_cores: of(|run| run.server_cores),
            own_cores: of(|run| run.own_cores),
            other_cores: of(|run| run.other_cores),
            memory: Memory {
                now: runs.iter().map(|run| run.memory.now).max().unwrap_or_default(),
                most: runs.iter().map(|run| run.memory.most).max().unwrap_or_default(),
            },
        }
    }

    /// The figures as JSON, for other programs.
    pub(crate) fn json(&self) -> Value {
        json!({
            "per_second": self.rate, "p50_ms": self.p50, "p95_ms": self.p95, "p99_ms": self.p99, "max_ms": self.most,
            "answers": self.answers, "wrong": self.wrong, "server_cpu_us": self.server_micros,
            "server_cores": self.server_cores, "generator_cores": self.own_cores, "other_cores": self.other_cores,
            "resident_kb": self.memory.now, "resident_most_kb": self.memory.most,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Cpu, Figures, Tally};
    use crate::process::Memory;
    use hdrhistogram::Histogram;
    use std::time::Duration;

    #[test]
    fn figures_come_from_the_tally() {
        let mut times = Histogram::new(3).unwrap();
        for micros in 1..=100 {
            times.record(micros * 10).unwrap();
        }
        let took = Duration::from_secs(2);
        let tally = Tally { times, answers: 100, read_whole: 2, wrong: 1, told: Vec::new(), took };
        let figures = Figures::of(&tally, Cpu { server: 0.5, own: 0.2, all: 1.0 }, Memory::default());
        let found = [figures.rate, figures.p50, figures.p99, figures.most, figures.server_micros, figures.other_cores];
        for (found, expected) in found.into_iter().zip([50.0, 0.5, 0.99, 1.0, 5000.0, 0.15]) {
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
    }
}
