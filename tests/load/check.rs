//! Whether an answer is right. Every answer is looked at in short (status, length, version, whose it is); a sample, and everything
//! before the timing begins, is read as JSON and compared with what was seeded.

use crate::act::{Act, ENTRIES, HUNDRED, Kind, hundred};
use crate::cast::{Cast, Person};
use crate::link::Answer;
use crate::trouble::{Doing, Outcome, Trouble};
use serde_json::Value;
use std::collections::BTreeMap;
use varde_fhir::terminology::KOORDINATOR;
use varde_fhir::view;

/// Where in a body the resource's own id stands, at the latest.
const ID_WITHIN: usize = 128;

/// The lengths that right answers of each kind had when they were read with care.
#[derive(Debug, Default)]
pub(crate) struct Lengths(BTreeMap<Kind, (usize, usize)>);

impl Lengths {
    /// Notes the length of an answer that is right.
    pub(crate) fn learn(&mut self, kind: Kind, length: usize) {
        let (least, most) = self.0.entry(kind).or_insert((length, length));
        *least = length.min(*least);
        *most = length.max(*most);
    }

    /// The longest right answer of a kind.
    pub(crate) fn most(&self, kind: Kind) -> Option<usize> {
        self.0.get(&kind).map(|(_, most)| *most)
    }

    /// Whether an answer may be so long. Bodies are made so that all of one kind are of one length, but for a time zone's or a
    /// page's few characters.
    fn allow(&self, kind: Kind, length: usize) -> bool {
        self.0.get(&kind).is_some_and(|(least, most)| (least.saturating_sub(8)..=most + 8).contains(&length))
    }
}

/// Looks at an answer in short.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn glance(act: Act, cast: &Cast, answer: &Answer<'_>, lengths: &Lengths) -> Outcome<()> {
    let expected = if matches!(act.kind, Kind::Create | Kind::Insert) { 201 } else { 200 };
    if answer.head.status != expected {
        return Err(wrong(act, "the status", answer));
    }
    if !lengths.allow(act.kind, answer.head.body) {
        return Err(wrong(act, &format!("the length {}", answer.head.body), answer));
    }
    if matches!(act.kind, Kind::Read | Kind::Vread | Kind::Select) {
        let id = cast.people.get(act.who).map(|person| person.team.as_bytes()).unwrap_or_default();
        let beginning = answer.body.get(..ID_WITHIN).unwrap_or(answer.body);
        if id.is_empty() || !beginning.windows(id.len()).any(|window| window == id) {
            return Err(wrong(act, "the id", answer));
        }
    }
    let versioned = matches!(act.kind, Kind::Read | Kind::Vread | Kind::Create);
    if versioned && answer.head.version != Some(1) {
        return Err(wrong(act, "the version", answer));
    }
    Ok(())
}

/// Reads an answer whole.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn look(act: Act, cast: &Cast, answer: &Answer<'_>) -> Outcome<()> {
    if matches!(act.kind, Kind::Flat | Kind::Insert) {
        return Ok(());
    }
    let body: Value = serde_json::from_slice(answer.body).doing("an answer is not JSON")?;
    let person = cast.people.get(act.who);
    let right = match act.kind {
        Kind::Read | Kind::Vread | Kind::Select => person.is_some_and(|person| is_team_of(&body, person)),
        Kind::Search => person.is_some_and(|person| finds(&body, person, 1, 0)),
        Kind::SearchTen => person.is_some_and(|person| finds(&body, person, 10, 0)),
        Kind::Include => person.is_some_and(|person| finds(&body, person, 1, 1)),
        Kind::Status => person.is_some_and(|person| tells(&body, &[person])),
        Kind::StatusHundred => tells(&body, &hundred(act.who, cast).collect::<Vec<_>>()),
        Kind::Create => cast.waiting.get(act.who).is_some_and(|waiting| is_new_team(&body, &waiting.patient)),
        Kind::Appoint => cast.waiting.get(act.who).is_some_and(|waiting| is_appointed(&body, &waiting.patient)),
        Kind::Transaction => is_done(&body),
        Kind::Flat | Kind::Insert => true,
    };
    if right { Ok(()) } else { Err(wrong(act, "the content", answer)) }
}

fn wrong(act: Act, what: &str, answer: &Answer<'_>) -> Trouble {
    Trouble::new(format!("{act:?}: {what} is wrong: {}", answer.excerpt()))
}

fn at<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn is_team_of(team: &Value, person: &Person) -> bool {
    at(team, "/id") == person.team && at(team, "/meta/versionId") == "1" && has_koordinator(team, &person.patient)
}

fn is_new_team(team: &Value, patient: &str) -> bool {
    !at(team, "/id").is_empty() && at(team, "/meta/versionId") == "1" && has_koordinator(team, patient)
}

fn has_koordinator(team: &Value, patient: &str) -> bool {
    at(team, "/resourceType") == "CareTeam"
        && at(team, "/subject/reference") == format!("Patient/{patient}")
        && view::items(team, "participant").len() == 1
        && at(team, "/participant/0/role/0/coding/0/code") == KOORDINATOR
}

/// A searchset with so many teams of the person and so many included Patients; their own current team is among the teams.
fn finds(bundle: &Value, person: &Person, teams: usize, patients: usize) -> bool {
    let of_mode = |mode: &'static str| {
        let entries = view::items(bundle, "entry").iter();
        entries.filter(move |entry| at(entry, "/search/mode") == mode).filter_map(|entry| entry.get("resource"))
    };
    let subject = format!("Patient/{}", person.patient);
    at(bundle, "/type") == "searchset"
        && view::items(bundle, "entry").len() == teams + patients
        && of_mode("match").count() == teams
        && of_mode("match").all(|team| at(team, "/subject/reference") == subject)
        && of_mode("match").filter(|team| is_team_of(team, person)).count() == 1
        && of_mode("include").count() == patients
        && of_mode("include").all(|patient| at(patient, "/id") == person.patient)
}

/// `$plan-status`: each person in the order asked, with the active plan and one koordinator.
fn tells(parameters: &Value, people: &[&Person]) -> bool {
    let told = view::items(parameters, "parameter");
    let right = |(told, person): (&Value, &&Person)| {
        let named = |name: &str| {
            let parts = view::items(told, "part").iter();
            parts.filter(|part| at(part, "/name") == name).collect::<Vec<_>>()
        };
        let plans = named("plan");
        let plan = plans.first().map(|plan| view::items(plan, "part")).unwrap_or_default();
        let plan = plan.iter().find(|part| at(part, "/name") == "reference");
        named("identifier").first().is_some_and(|it| at(it, "/valueIdentifier/value") == person.number)
            && named("hasActivePlan").first().is_some_and(|it| it.get("valueBoolean") == Some(&Value::Bool(true)))
            && plans.len() == 1
            && plan.is_some_and(|it| at(it, "/valueReference/reference") == format!("CarePlan/{}", person.plan))
            && named("koordinator").len() == 1
    };
    matches!(people.len(), 1 | HUNDRED) && told.len() == people.len() && told.iter().zip(people).all(right)
}

/// `$appoint`: the team, the journal note, word to the patient and to the municipality.
fn is_appointed(parameters: &Value, patient: &str) -> bool {
    let named = |name: &str| {
        let parameters = view::items(parameters, "parameter").iter();
        parameters.filter(|it| at(it, "/name") == name).filter_map(|it| it.get("resource")).collect::<Vec<_>>()
    };
    let made = ["journalNote", "task"].iter().all(|name| named(name).len() == 1);
    made && !named("communication").is_empty() && named("return").first().is_some_and(|team| is_new_team(team, patient))
}

/// A transaction-response whose entries were all created.
fn is_done(bundle: &Value) -> bool {
    let entries = view::items(bundle, "entry");
    at(bundle, "/type") == "transaction-response"
        && entries.len() == ENTRIES
        && entries.iter().all(|entry| at(entry, "/response/status").starts_with("201"))
}
