//! One run: a server, pressed for a while, with its CPU and memory beside.

use crate::act::Script;
use crate::cast::Cast;
use crate::check::Lengths;
use crate::drive::{Play, Pressure, drive, rehearse};
use crate::figures::{Cpu, Figures};
use crate::note::note;
use crate::numbers::Numbers;
use crate::process;
use crate::scenario::{Scenario, Source, Used};
use crate::seed::Seeded;
use crate::server::Server;
use crate::trouble::{Outcome, Trouble};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// Pressed before anything counts: connections, caches and the branch predictors of both sides are warm then.
const WARM: Duration = Duration::from_millis(500);
/// Answers read whole, of each scenario, before anything is timed.
const REHEARSED: usize = 16;
/// The EPJ whose patients these are.
const PERSONA: &str = "epj-helse-bergen";
/// Numbers for those whom a database has never heard of.
const STRANGERS: usize = 60_000;

/// A server with everything that is needed to press it.
pub(crate) struct Stand {
    /// The server.
    pub(crate) server: Server,
    /// Who is there and what is said.
    pub(crate) play: Rc<Play>,
    /// Who is used up.
    pub(crate) used: Used,
}

impl Stand {
    /// Takes a server of Varde on a seeded database, in the name of the EPJ.
    pub(crate) async fn varde(server: Server, seeded: &Seeded) -> Outcome<Self> {
        let token = server.token(PERSONA).await?;
        Ok(Self::of(server, seeded, token))
    }

    /// Takes the server of a ceiling, which asks for no token. It is sent one of the same length all the same.
    pub(crate) fn ceiling(server: Server, seeded: &Seeded, token: &str) -> Self {
        Self::of(server, seeded, token.to_owned())
    }

    fn of(server: Server, seeded: &Seeded, token: String) -> Self {
        let strangers = Numbers::default().skip(seeded.people.len() + seeded.waiting.len()).take(STRANGERS).collect();
        let cast = Cast {
            people: seeded.people.clone(),
            busy: seeded.busy,
            waiting: seeded.waiting.clone(),
            strangers,
            token,
        };
        let play = Play { cast, script: Script::new(), lengths: RefCell::new(Lengths::default()) };
        Self { server, play: Rc::new(play), used: Used::default() }
    }

    /// Reads the answers of a scenario with care, before it is timed.
    pub(crate) async fn rehearse(&mut self, scenario: &'static Scenario) -> Outcome<()> {
        let source = Source::new(scenario, 0, self.used);
        // A mixture is rehearsed longer, so that every act of it is.
        let count = REHEARSED * scenario.acts.len().pow(2);
        self.used = rehearse(self.server.address, &self.play, source, count).await?.used;
        Ok(())
    }
}

/// Presses a server with a scenario: warms it, then measures.
///
/// # Errors
/// A wrong answer fails the run.
pub(crate) async fn press(
    stand: &mut Stand,
    scenario: &'static Scenario,
    pressure: Pressure,
    round: u64,
) -> Outcome<Figures> {
    let loops = pressure.rate.map_or_else(|| "closed loop".to_owned(), |rate| format!("open loop at {rate}/s"));
    note(&format!("{}, {loops}, round {}", scenario.name, round + 1));
    let warm = Pressure { rate: None, length: WARM, ..pressure };
    let source = Source::new(scenario, round.wrapping_add(1) << 32, stand.used);
    let (warmed, source) = drive(stand.server.address, &stand.play, source, warm).await?;
    let before = cpu(stand)?;
    let (tally, source) = drive(stand.server.address, &stand.play, source, pressure).await?;
    let after = cpu(stand)?;
    stand.used = source.used;
    if warmed.wrong + tally.wrong > 0 {
        let told = warmed.told.iter().chain(&tally.told).cloned().collect::<Vec<_>>().join("\n");
        let of = warmed.answers + tally.answers;
        return Err(Trouble::new(format!("{}: {} of {of} wrong:\n{told}", scenario.name, warmed.wrong + tally.wrong)));
    }
    let spent = Cpu { server: after.server - before.server, own: after.own - before.own, all: after.all - before.all };
    Ok(Figures::of(&tally, spent, stand.server.memory()?))
}

fn cpu(stand: &Stand) -> Outcome<Cpu> {
    Ok(Cpu {
        server: process::cpu(stand.server.process())?,
        own: process::cpu(std::process::id())?,
        all: process::machine_cpu()?,
    })
}
