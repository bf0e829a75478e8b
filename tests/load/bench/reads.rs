//! What reads: servers of Varde and of the ceiling stand beside each other on one copy of the database, and are pressed in turn.

use super::measured::{Bench, Measured, joined};
use super::runs::{Stand, press};
use crate::act::Kind;
use crate::ceiling::Ceiling;
use crate::database::Database;
use crate::figures::Figures;
use crate::flags::Flags;
use crate::scenario::{FLAT, SELECT, Scenario};
use crate::seed::Seeded;
use crate::server::{Program, Server};
use crate::trouble::{Doing, Outcome};

/// The scenario that is measured without the audit of reads too.
const WITHOUT_AUDIT: &str = "read";

/// Measures the scenarios that read.
pub(super) async fn measure(
    flags: &Flags,
    seeded: &Seeded,
    scenarios: &[&'static Scenario],
    bench: &mut Bench,
) -> Outcome<()> {
    let copy = seeded.database.copy("run").await?;
    let mut varde = stand(flags, seeded, &copy, &Program::Varde(&flags.varde)).await?;
    for scenario in scenarios {
        varde.rehearse(scenario).await?;
    }
    if let Some(rate) = flags.rate {
        for scenario in scenarios {
            let figures = press(&mut varde, scenario, flags.pressure(Some(rate)), 0).await?;
            bench.measured.push(joined(scenario.name, scenario.what, &[figures], None));
        }
    } else {
        let (name, mut ceiling) = fastest(flags, seeded, &copy, &varde, bench).await?;
        for scenario in scenarios {
            if scenario.name == WITHOUT_AUDIT {
                bench.measured.push(without_audit(flags, seeded, scenario, (&name, &mut ceiling)).await?);
            }
            bench.measured.push(in_turn(flags, &mut varde, scenario, (&name, &mut ceiling)).await?);
        }
        ceiling.server.stop()?;
    }
    varde.server.stop()?;
    copy.remove().await
}

async fn stand(flags: &Flags, seeded: &Seeded, copy: &Database, program: &Program<'_>) -> Outcome<Stand> {
    Stand::varde(Server::start(program, &copy.url(), &flags.workdir)?, seeded).await
}

/// Rounds of the ceiling and of Varde in turn, and Varde in an open loop at half of what it reached.
async fn in_turn(
    flags: &Flags,
    varde: &mut Stand,
    scenario: &'static Scenario,
    (name, ceiling): (&str, &mut Stand),
) -> Outcome<Measured> {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for round in 0..flags.rounds {
        bare.push(press(ceiling, &SELECT, flags.pressure(None), round).await?);
        ours.push(press(varde, scenario, flags.pressure(None), round).await?);
    }
    let mut measured = joined(scenario.name, scenario.what, &ours, Some((name.to_owned(), bare)));
    let rate = half(&measured.varde);
    measured.open = Some((rate, press(varde, scenario, flags.pressure(Some(rate)), 0).await?));
    Ok(measured)
}

/// The same for Varde without the audit of reads, on a copy of its own.
async fn without_audit(
    flags: &Flags,
    seeded: &Seeded,
    scenario: &'static Scenario,
    ceiling: (&str, &mut Stand),
) -> Outcome<Measured> {
    let copy = seeded.database.copy("run_unaudited").await?;
    let mut varde = stand(flags, seeded, &copy, &Program::Own(&["serve-unaudited".to_owned()])).await?;
    varde.rehearse(scenario).await?;
    let measured = in_turn(flags, &mut varde, scenario, ceiling).await?;
    varde.server.stop()?;
    copy.remove().await?;
    Ok(Measured { name: format!("{} without audit", scenario.name), ..measured })
}

/// Half of what was reached in a closed loop, at least one a second.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate is positive and far below 2^32")]
pub(super) fn half(figures: &Figures) -> u32 {
    (figures.rate / 2.0).max(1.0) as u32
}

/// Measures the ceilings by themselves and keeps the faster of the two that select.
async fn fastest(
    flags: &Flags,
    seeded: &Seeded,
    copy: &Database,
    varde: &Stand,
    bench: &mut Bench,
) -> Outcome<(String, Stand)> {
    let bytes = varde.play.lengths.borrow().most(Kind::Read).unwrap_or(1_500);
    let contest = [
        ("static", Ceiling::Flat(bytes), &FLAT),
        ("select-inline", Ceiling::SelectInline, &SELECT),
        ("select-pooled", Ceiling::SelectPooled, &SELECT),
    ];
    let mut best: Option<(f64, String, Stand)> = None;
    for (name, ceiling, scenario) in contest {
        let server = Server::start(&Program::Own(&ceiling.arguments()), &copy.url(), &flags.workdir)?;
        let mut stand = Stand::ceiling(server, seeded, &varde.play.cast.token);
        stand.rehearse(scenario).await?;
        let mut rounds = Vec::new();
        for round in 0..flags.rounds {
            rounds.push(press(&mut stand, scenario, flags.pressure(None), round).await?);
        }
        let figures = Figures::median(&rounds);
        let rate = figures.rate;
        bench.ceilings.push((name.to_owned(), figures));
        if scenario.name == SELECT.name && best.as_ref().is_none_or(|(least, ..)| *least < rate) {
            best = Some((rate, name.to_owned(), stand));
        }
    }
    best.map(|(_, name, stand)| (name, stand)).doing("no ceiling was measured")
}
