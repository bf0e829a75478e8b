//! `varde demo`: the story that Varde is for, played over HTTP by four systems. Every step is checked; the first that
//! misbehaves ends the demo. It can be played again and again on one database: it ends what it begins, and first of all what
//! an earlier run left.

mod appointment;
mod call;
mod cast;
mod consent;
mod directory;
mod journal;
mod leftovers;
mod misstep;
mod need;
mod news;
mod patient;
mod plan;
mod stage;
mod status;
mod teller;

pub(crate) use misstep::Misstep;

use cast::{EPJ, MUNICIPALITY, OTHER_HOSPITAL};
use stage::Stage;
use status::Expected;
use std::io::Write;
use varde_fhir::Clock;

/// Plays the story against the Varde at `base` (without `/fhir`), which must be in development mode.
///
/// # Errors
/// The first step that did not go as the story tells.
pub(crate) fn play(base: &str, clock: Clock, out: Box<dyn Write>) -> Result<(), Misstep> {
    let mut stage = Stage::new(base, clock, out)?;
    prepare(&mut stage)?;
    let need = need::report(&mut stage)?;
    let consent = consent::to_koordinator(&mut stage)?;
    let appointed = appointment::appoint(&mut stage, &need, &consent)?;
    journal::read(&mut stage, &appointed.journal_note)?;
    let task = news::receive(&mut stage, &appointed)?;
    consent::to_plan(&mut stage)?;
    let plan = plan::register(&mut stage)?;
    everybody_sees(&mut stage)?;
    appointment::refuse_second(&mut stage, &consent, &appointed.team)?;
    plan::refuse_second(&mut stage)?;
    appointment::end(&mut stage, &appointed.team)?;
    news::complete(&mut stage, &task)?;
    plan::complete(&mut stage, &plan)?;
    finish(&mut stage)
}

/// The directory, the patient, and a clear stage.
fn prepare(stage: &mut Stage) -> Result<(), Misstep> {
    stage
        .teller
        .say("Every person in this story is made up. National numbers are sent in bodies and never printed.")?;
    directory::load(stage)?;
    patient::load(stage)?;
    let cleared = leftovers::clear(stage)?;
    if cleared > 0 {
        stage.teller.say(&format!("({cleared} thing(s) that an earlier run left active were ended first)"))?;
    }
    Ok(())
}

/// Both sides see the same; a hospital without a part in it sees nothing.
fn everybody_sees(stage: &mut Stage) -> Result<(), Misstep> {
    stage.teller.chapter("Both sides pull plan status; a hospital without a part in it sees nothing")?;
    let everything = Expected { active_plan: true, koordinators: 1 };
    status::pull(stage, MUNICIPALITY, everything)?;
    status::pull(stage, EPJ, everything)?;
    status::pull(stage, OTHER_HOSPITAL, Expected { active_plan: false, koordinators: 0 })
}

/// The last look, and the consents withdrawn so that nothing stays open.
fn finish(stage: &mut Stage) -> Result<(), Misstep> {
    stage.teller.chapter("The end: no koordinator, no active plan; the consents are withdrawn")?;
    let nothing = Expected { active_plan: false, koordinators: 0 };
    status::pull(stage, MUNICIPALITY, nothing)?;
    status::pull(stage, EPJ, nothing)?;
    leftovers::clear(stage)?;
    stage.teller.say("Every step went as the story tells.")?;
    Ok(())
}
