//! What is asked: each kind of request, written as bytes.

use crate::bodies;
use crate::cast::{Cast, Person};
use crate::template::Template;
use crate::wire;

/// The kinds of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// `GET CareTeam/id`
    Read,
    /// `GET CareTeam/id/_history/1`
    Vread,
    /// `GET CareTeam?patient=Patient/id`: one hit.
    Search,
    /// The same for a patient with ten teams: ten hits.
    SearchTen,
    /// The same as [`Kind::Search`] with the Patient included.
    Include,
    /// `POST CarePlan/$plan-status` for one patient.
    Status,
    /// `POST CarePlan/$plan-status` for a hundred patients.
    StatusHundred,
    /// `POST CareTeam` with a koordinator, for a patient who has consented and has none.
    Create,
    /// `POST CareTeam/$appoint` for such a patient.
    Appoint,
    /// `POST` of a transaction of ten: three new patients, each with consent and team, and a Flag.
    Transaction,
    /// A ceiling: `GET` of a body that is always the same.
    Flat,
    /// A ceiling: `GET` of a stored body by its id, with nothing around it.
    Select,
    /// A ceiling: `POST` of a body into a table of its own.
    Insert,
}

/// One request: its kind, and which of the people (of those waiting, of the strangers) it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Act {
    /// The kind.
    pub(crate) kind: Kind,
    /// An index.
    pub(crate) who: usize,
}

/// How many patients `$plan-status` takes at once.
pub(crate) const HUNDRED: usize = 100;
/// Entries of the transaction.
pub(crate) const ENTRIES: usize = 10;
/// People of the transaction.
pub(crate) const FAMILY: usize = 3;

/// Who stands where an index leads past the end: no request about them is ever right.
static NOBODY: Person =
    Person { number: String::new(), patient: String::new(), team: String::new(), plan: String::new() };

/// The bodies, made ready.
#[derive(Debug)]
pub(crate) struct Script {
    team: Template,
    appointing: Template,
    status: Template,
    status_hundred: Template,
    transaction: Template,
}

impl Script {
    /// Makes the bodies ready.
    pub(crate) fn new() -> Self {
        let holes: Vec<String> = (0..HUNDRED).map(|index| format!("<{index}>")).collect();
        let status = |count| Template::new(&bodies::status_of(holes.iter().take(count).map(String::as_str)));
        let patient = bodies::literal("Patient/<0>");
        Self {
            team: Template::new(&bodies::team(&patient)),
            appointing: Template::new(&bodies::appointing(&patient, "<1>", "load-<2>")),
            status: status(1),
            status_hundred: status(HUNDRED),
            transaction: Template::new(&bodies::families(&["<0>", "<1>", "<2>"])),
        }
    }

    /// Adds the request to `out`; `body` is a place to write its body in.
    pub(crate) fn write(&self, act: Act, cast: &Cast, body: &mut Vec<u8>, out: &mut Vec<u8>) {
        let token = cast.token.as_str();
        let person = cast.people.get(act.who).unwrap_or(&NOBODY);
        let waiting = cast.waiting.get(act.who).unwrap_or(&NOBODY).patient.as_str();
        let mut get = |path: String| wire::get(&path, token, out);
        match act.kind {
            Kind::Read => return get(format!("/fhir/CareTeam/{}", person.team)),
            Kind::Vread => return get(format!("/fhir/CareTeam/{}/_history/1", person.team)),
            Kind::Search | Kind::SearchTen => return get(format!("/fhir/CareTeam?patient=Patient/{}", person.patient)),
            Kind::Include => {
                let found = format!("patient=Patient/{}&_include=CareTeam:subject", person.patient);
                return get(format!("/fhir/CareTeam?{found}"));
            }
            Kind::Flat => return get("/flat".to_owned()),
            Kind::Select => return get(format!("/select/{}", person.team)),
            Kind::Status => self.status.fill(&[&person.number], body),
            Kind::StatusHundred => {
                let numbers: Vec<&str> = hundred(act.who, cast).map(|person| person.number.as_str()).collect();
                self.status_hundred.fill(&numbers, body);
            }
            Kind::Create | Kind::Insert => self.team.fill(&[waiting], body),
            Kind::Appoint => self.appointing.fill(&[waiting, &bodies::nurse_hpr(act.who), waiting], body),
            Kind::Transaction => {
                let numbers = cast.strangers.iter().skip(act.who * FAMILY).take(FAMILY).map(String::as_str);
                self.transaction.fill(&numbers.collect::<Vec<_>>(), body);
            }
        }
        wire::post(address(act.kind), token, body, out);
    }
}

fn address(kind: Kind) -> &'static str {
    match kind {
        Kind::Status | Kind::StatusHundred => "/fhir/CarePlan/$plan-status",
        Kind::Appoint => "/fhir/CareTeam/$appoint",
        Kind::Transaction => "/fhir",
        Kind::Insert => "/insert",
        _ => "/fhir/CareTeam",
    }
}

/// A hundred different people, spread over all.
pub(crate) fn hundred(first: usize, cast: &Cast) -> impl Iterator<Item = &Person> {
    let count = cast.people.len().max(1);
    let step = (count / HUNDRED).max(1);
    (0..HUNDRED).filter_map(move |index| cast.people.get((first + index * step) % count))
}
