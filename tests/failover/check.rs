//! What is stored, held against what was acknowledged.

use crate::act::Act;
use crate::cluster::Cluster;
use crate::door::{Answer, Door};
use crate::ledger::{Ledger, Written};
use crate::programs::{Programs, run};
use crate::replica::Replica;
use crate::trouble::{Doing, Outcome};
use std::collections::HashSet;

/// How many look at once.
const LOOKERS: usize = 8;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// Acknowledged versions that were looked for.
    pub(crate) written: usize,
    /// Those that are not there, or not as they were acknowledged.
    pub(crate) lost: Vec<String>,
    /// Numbers of which there is to be one.
    pub(crate) once: usize,
    /// Those of which there is none, or more than one.
    pub(crate) not_once: Vec<String>,
    /// Plain creates that were answered 503, and how many of them are there.
    pub(crate) doubtful: (usize, usize),
    /// Served requests.
    pub(crate) requests: usize,
    /// Those without a line in the access log.
    pub(crate) unlogged: usize,
    /// The commit sequence: how many numbers, the smallest and the greatest.
    pub(crate) sequence: String,
    /// What `varde verify` said.
    pub(crate) verified: String,
}

/// Looks at everything in a ledger, on the server that is the primary now.
pub(crate) fn check(
    ledger: &Ledger,
    replicas: &[Replica; 2],
    primary: &Cluster<'_>,
    programs: &Programs,
    url: &str,
) -> Outcome<Findings> {
    let once: Vec<&String> = ledger.once.iter().collect();
    let doubtful: Vec<&String> = ledger.doubtful.iter().collect();
    let found = |hpr: &&String, door: &mut Door| -> Outcome<usize> { Ok(ask(door, &Act::search(hpr))?.found()) };
    let lost = each(&ledger.written, replicas, is_lost)?;
    let counted = each(&once, replicas, found)?;
    let not_once = once.iter().zip(counted).filter(|(_, count)| *count != 1);
    let stored = each(&doubtful, replicas, found)?.into_iter().filter(|count| *count > 0).count();
    Ok(Findings {
        written: ledger.written.len(),
        lost: lost.into_iter().flatten().collect(),
        once: once.len(),
        not_once: not_once.map(|(hpr, count)| format!("{hpr}: {count}")).collect(),
        doubtful: (doubtful.len(), stored),
        requests: ledger.requests.len(),
        unlogged: unlogged(ledger, primary)?,
        sequence: sequence(primary)?,
        verified: verify(programs, url)?,
    })
}

/// A question for each of many, at both replicas at once.
fn each<T: Sync, A: Send>(
    many: &[T],
    replicas: &[Replica; 2],
    question: impl Fn(&T, &mut Door) -> Outcome<A> + Sync,
) -> Outcome<Vec<A>> {
    let share = many.len().div_ceil(LOOKERS).max(1);
    let look = |number: usize, part: &[T]| {
        let mut door = Door::new(replicas, number)?;
        part.iter().map(|one| question(one, &mut door)).collect::<Outcome<Vec<A>>>()
    };
    let look = &look;
    std::thread::scope(|scope| {
        let parts = many.chunks(share).enumerate();
        let lookers: Vec<_> = parts.map(|(number, part)| scope.spawn(move || look(number, part))).collect();
        let mut answers = Vec::with_capacity(many.len());
        for looker in lookers {
            answers.extend(looker.join().ok().doing("a looker panicked")??);
        }
        Ok(answers)
    })
}

/// Names a version that is not there as it was acknowledged.
fn is_lost(written: &Written, door: &mut Door) -> Outcome<Option<String>> {
    let path = format!("/fhir/{}/_history/{}", written.key, written.version);
    let answer = ask(door, &Act::get(&path))?;
    let same = written.resource.as_ref().is_none_or(|resource| *resource == answer.json);
    Ok((answer.status != 200 || !same).then(|| format!("{path}: {}", answer.status)))
}

fn ask(door: &mut Door, act: &Act) -> Outcome<Answer> {
    door.send(act).map(|(answer, _)| answer)
}

/// Served requests that the access log does not know.
fn unlogged(ledger: &Ledger, primary: &Cluster<'_>) -> Outcome<usize> {
    let logged = primary.ask("varde", "SELECT request_id FROM audit WHERE request_id LIKE 'failover-%'")?;
    let logged: HashSet<&String> = logged.iter().collect();
    Ok(ledger.requests.iter().filter(|request| !logged.contains(request)).count())
}

fn sequence(primary: &Cluster<'_>) -> Outcome<String> {
    let question = "SELECT CASE WHEN count(*) = max(seq) AND min(seq) = 1 THEN '1 to ' || max(seq) || ' without a gap' \
                    ELSE 'BROKEN: ' || count(*) || ' numbers from ' || min(seq) || ' to ' || max(seq) END FROM change";
    primary.ask("varde", question)?.pop().doing("no sequence")
}

fn verify(programs: &Programs, url: &str) -> Outcome<String> {
    let said = run(programs.varde().arg("verify").env("VARDE_DATABASE", url), "varde verify")?;
    Ok(said.trim().to_owned())
}
