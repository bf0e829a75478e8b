//! What the measurements of one database come to.

use crate::arithmetic::{median, per};
use crate::figures::Figures;
use serde_json::{Value, json};

/// What one scenario came to.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    /// The scenario's name, with what is special about it.
    pub(crate) name: String,
    /// What it is.
    pub(crate) what: &'static str,
    /// Varde, closed loop: the medians of all rounds.
    pub(crate) varde: Figures,
    /// Its ceiling, and the ceiling's name.
    pub(crate) ceiling: Option<(String, Figures)>,
    /// The median of the rounds' ratios of Varde to the ceiling.
    pub(crate) ratio: f64,
    /// Varde in an open loop: the rate that was asked for, and what came of it.
    pub(crate) open: Option<(u32, Figures)>,
}

/// All that was measured on one database.
#[derive(Clone, Debug)]
pub(crate) struct Bench {
    /// SQLite or PostgreSQL.
    pub(crate) title: &'static str,
    /// Patients with team and plan.
    pub(crate) patients: usize,
    /// Bytes of the database after seeding.
    pub(crate) bytes: u64,
    /// The ceilings by themselves: name and figures.
    pub(crate) ceilings: Vec<(String, Figures)>,
    /// The scenarios.
    pub(crate) measured: Vec<Measured>,
}

impl Bench {
    /// The figures as JSON.
    pub(crate) fn json(&self) -> Value {
        let named = |(name, figures): &(String, Figures)| json!({ "name": name, "figures": figures.json() });
        let measured = |it: &Measured| {
            json!({
                "name": it.name, "ratio": it.ratio, "varde": it.varde.json(),
                "ceiling": it.ceiling.as_ref().map(named),
                "open": it.open.as_ref().map(|(rate, figures)| json!({ "rate": rate, "figures": figures.json() })),
            })
        };
        json!({
            "database": self.title, "patients": self.patients, "bytes": self.bytes,
            "ceilings": self.ceilings.iter().map(named).collect::<Vec<_>>(),
            "measured": self.measured.iter().map(measured).collect::<Vec<_>>(),
        })
    }
}

/// The rounds of one scenario and of its ceiling, made into one.
pub(crate) fn joined(
    name: &str,
    what: &'static str,
    varde: &[Figures],
    ceiling: Option<(String, Vec<Figures>)>,
) -> Measured {
    let ratio = ceiling.as_ref().map_or(0.0, |(_, rounds)| {
        median(varde.iter().zip(rounds).map(|(varde, ceiling)| per(varde.rate, ceiling.rate)))
    });
    let ceiling = ceiling.map(|(name, rounds)| (name, Figures::median(&rounds)));
    Measured { name: name.to_owned(), what, varde: Figures::median(varde), ceiling, ratio, open: None }
}

#[cfg(test)]
mod tests {
    use super::joined;
    use crate::figures::Figures;

    #[test]
    fn the_ratio_is_that_of_the_middle_round() {
        let rate = |rate: f64| Figures { rate, ..Figures::default() };
        // A slow round slows both alike: 0.5, 0.6, 0.5.
        let varde = [rate(50.0), rate(6.0), rate(60.0)];
        let ceiling = vec![rate(100.0), rate(10.0), rate(120.0)];
        let measured = joined("read", "", &varde, Some(("select".to_owned(), ceiling)));
        assert!((measured.ratio - 0.5).abs() < 1e-9);
        assert!((measured.varde.rate - 50.0).abs() < 1e-9);
    }
}
