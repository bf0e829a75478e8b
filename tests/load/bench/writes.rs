//! What writes: each round begins on a fresh copy of the database, Varde and the ceiling alike; afterwards what was acknowledged is
//! counted.

use super::measured::{Bench, joined};
use super::reads;
use super::runs::{Stand, press};
use crate::act::FAMILY;
use crate::ceiling::Ceiling;
use crate::database::Database;
use crate::figures::Figures;
use crate::flags::Flags;
use crate::link::Link;
use crate::scenario::{INSERT, Scenario};
use crate::seed::Seeded;
use crate::server::{Program, Server};
use crate::trouble::{Doing, Outcome, Trouble};
use crate::wire;
use serde_json::Value;

/// Measures the scenarios that write.
pub(super) async fn measure(
    flags: &Flags,
    seeded: &Seeded,
    scenarios: &[&'static Scenario],
    bench: &mut Bench,
) -> Outcome<()> {
    let mut all_bare = Vec::new();
    for scenario in scenarios {
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        // A mixture has no ceiling of its own.
        let beside = flags.rate.is_none() && scenario.acts.len() == 1;
        for round in 0..flags.rounds {
            if beside {
                bare.push(ceiling(flags, seeded, round).await?);
            }
            ours.push(varde(flags, seeded, scenario, flags.rate, round).await?);
        }
        all_bare.extend(bare.iter().cloned());
        let ceiling = beside.then(|| ("insert".to_owned(), bare));
        let mut measured = joined(scenario.name, scenario.what, &ours, ceiling);
        if flags.rate.is_none() {
            let rate = reads::half(&measured.varde);
            measured.open = Some((rate, varde(flags, seeded, scenario, Some(rate), 0).await?));
        }
        bench.measured.push(measured);
    }
    if !all_bare.is_empty() {
        bench.ceilings.push(("grouped insert".to_owned(), Figures::median(&all_bare)));
    }
    Ok(())
}

async fn ceiling(flags: &Flags, seeded: &Seeded, round: u64) -> Outcome<Figures> {
    let copy = seeded.database.copy("run").await?;
    let arguments = Ceiling::Insert.arguments();
    let server = Server::start(&Program::Own(&arguments), &copy.url(), &flags.workdir)?;
    let mut stand = Stand::ceiling(server, seeded, "");
    stand.rehearse(&INSERT).await?;
    let figures = press(&mut stand, &INSERT, flags.pressure(None), round).await?;
    stand.server.stop()?;
    copy.remove().await?;
    Ok(figures)
}

async fn varde(
    flags: &Flags,
    seeded: &Seeded,
    scenario: &'static Scenario,
    rate: Option<u32>,
    round: u64,
) -> Outcome<Figures> {
    let copy: Database = seeded.database.copy("run").await?;
    let server = Server::start(&Program::Varde(&flags.varde), &copy.url(), &flags.workdir)?;
    let mut stand = Stand::varde(server, seeded).await?;
    let before = teams(&stand).await?;
    stand.rehearse(scenario).await?;
    let figures = press(&mut stand, scenario, flags.pressure(rate), round).await?;
    let made = teams(&stand).await? - before;
    let acknowledged = stand.used.waiting(&stand.play.cast) + FAMILY * stand.used.strangers(&stand.play.cast);
    if made != acknowledged {
        let told = format!("{}: {acknowledged} teams were acknowledged and {made} are there", scenario.name);
        return Err(Trouble::new(told));
    }
    stand.server.stop()?;
    copy.remove().await?;
    Ok(figures)
}

/// How many teams there are.
async fn teams(stand: &Stand) -> Outcome<usize> {
    let mut request = Vec::new();
    wire::get("/fhir/CareTeam?_summary=count", &stand.play.cast.token, &mut request);
    let mut link = Link::open(stand.server.address).await?;
    let body: Value = serde_json::from_slice(link.ask(&request).await?.expect(200)?).doing("a count")?;
    let total = body.get("total").and_then(Value::as_u64).doing("no total came")?;
    total.try_into().doing("the total")
}
