//! Who is in a seeded database, and in whose name the tool asks.

use crate::trouble::{Doing, Outcome};
use std::fmt::Write as _;
use std::path::Path;

/// One patient and what is stored about them; ids are the server's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    /// A synthetic fødselsnummer.
    pub(crate) number: String,
    /// The id of the Patient.
    pub(crate) patient: String,
    /// The id of the CareTeam with a koordinator; empty for one who waits for an appointment.
    pub(crate) team: String,
    /// The id of the individuell plan; empty for one who waits.
    pub(crate) plan: String,
}

/// Everybody.
#[derive(Debug, Default)]
pub(crate) struct Cast {
    /// Patients with team and plan.
    pub(crate) people: Vec<Person>,
    /// How many of them, the first, have ten teams.
    pub(crate) busy: usize,
    /// Patients who have consented to a koordinator and have none yet.
    pub(crate) waiting: Vec<Person>,
    /// Numbers of people that the database has never heard of.
    pub(crate) strangers: Vec<String>,
    /// The token of the hospital's EPJ, one for all its requests, as a real system client has.
    pub(crate) token: String,
}

/// Writes people to a file, one a line.
pub(crate) fn save(people: &[Person], path: &Path) -> Outcome<()> {
    let mut text = String::new();
    for Person { number, patient, team, plan } in people {
        writeln!(text, "{number},{patient},{team},{plan}").doing("listing the people")?;
    }
    std::fs::write(path, text).doing("writing the list of people")
}

/// Reads what [`save`] wrote.
pub(crate) fn load(path: &Path) -> Outcome<Vec<Person>> {
    let text = std::fs::read_to_string(path).doing("reading the list of people")?;
    let person = |line: &str| {
        let mut fields = line.split(',').map(str::to_owned);
        Some(Person { number: fields.next()?, patient: fields.next()?, team: fields.next()?, plan: fields.next()? })
    };
    text.lines().map(person).collect::<Option<_>>().doing("the list of people is damaged")
}
