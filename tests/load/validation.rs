//! How long it takes to read and to check a CareTeam of five kilobytes, in this process: the target table asks for it. The
//! micro-benchmarks in `benches/` say more.

use crate::arithmetic::median;
use crate::bodies;
use crate::trouble::{Doing, Outcome, Trouble};
use serde_json::Value;
use std::hint::black_box;
use std::time::Instant;
use varde_fhir::json::{self, Limits};
use varde_fhir::{ResourceType, identifier, validate};

/// The body is at least this long.
const BYTES: usize = 5 << 10;
/// How often each step is timed.
const TIMES: usize = 5_000;

/// Median microseconds of each step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Validation {
    /// Bytes of the body.
    pub(crate) bytes: usize,
    /// Strict reading of the JSON.
    pub(crate) parse: f64,
    /// Structure, and the check digits of identifiers.
    pub(crate) validate: f64,
}

/// Measures.
pub(crate) fn measure() -> Outcome<Validation> {
    let body = team()?;
    let unreadable = |_| Trouble::new("the team of five kilobytes cannot be read");
    let team = json::parse(&body, Limits::RESOURCE).map_err(unreadable)?;
    let check = |team: &Value| {
        let mut issues = validate::validate(ResourceType::CareTeam, team);
        issues.extend(identifier::identifier_issues(ResourceType::CareTeam, team, false));
        issues.len()
    };
    if check(&team) > 0 {
        return Err(Trouble::new("the team of five kilobytes is not valid"));
    }
    let parse = timed(|| usize::from(json::parse(black_box(&body), Limits::RESOURCE).is_ok()));
    let validate = timed(|| check(black_box(&team)));
    Ok(Validation { bytes: body.len(), parse, validate })
}

fn timed(mut step: impl FnMut() -> usize) -> f64 {
    let once = |_| {
        let begun = Instant::now();
        black_box(step());
        begun.elapsed().as_secs_f64() * 1e6
    };
    median((0..TIMES).map(once).collect::<Vec<_>>().into_iter())
}

/// A team with so many participants that it is five kilobytes long.
fn team() -> Outcome<Vec<u8>> {
    let mut team = bodies::team(&bodies::literal("Patient/0190a0b0-0000-7000-8000-000000000001"));
    let participants =
        team.get_mut("participant").and_then(Value::as_array_mut).doing("a team without participants")?;
    let one = participants.first().cloned().doing("a team without participants")?;
    let each = one.to_string().len();
    participants.extend(std::iter::repeat_n(one, BYTES / each));
    Ok(team.to_string().into_bytes())
}
