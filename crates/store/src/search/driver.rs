//! Which term's index names the resources of a search; the others are tested row by row.
//!
//! SQLite has no statistics to choose by, so the choice is by experience: a term that names few resources drives; when every
//! term may name a great many (`status=active`, `date=ge2020`), none does, and the page is full after a few rows in order.
//! PostgreSQL has statistics: there a term drives only when it is sure to name few, and else the database chooses.

use super::reference::may_be_a_person;
use varde_fhir::query::{Modifier, Prefix, Term, TermValue};
use varde_fhir::registry::ParamKind;

/// The longest interval that names few resources: a day, in microseconds, whatever the clocks do.
const DAY: i64 = 25 * 3_600_000_000;
/// Token parameters whose values are nearly unique.
const IDENTIFYING: [&str; 6] = ["identifier", "group-identifier", "telecom", "email", "phone", "municipality"];

/// The least likely rank of a term that is sure to name few resources.
const SURE: u8 = 1;

/// The place of the driving term; `statistics` tells whether the database may choose better when it is not sure.
pub(crate) fn driver(terms: &[Term], statistics: bool) -> Option<usize> {
    let ranked = terms.iter().enumerate().filter_map(|(place, term)| Some((rank(term)?, place)));
    ranked.filter(|(rank, _)| !statistics || *rank <= SURE).min().map(|(_, place)| place)
}

/// The fewer resources, the lower; `None` when there may be a great many.
fn rank(term: &Term) -> Option<u8> {
    match (term.modifier, term.param.kind) {
        (Modifier::Not | Modifier::Missing(_) | Modifier::Contains, _) => None,
        _ if term.param.name == "_id" => Some(0),
        _ if matches!(term.param.name, "_lastUpdated" | "_profile") => None,
        (_, ParamKind::Token) => IDENTIFYING.contains(&term.param.name).then_some(0),
        (_, ParamKind::Reference) if term.values.iter().all(|value| may_be_a_person(term, value)) => Some(SURE),
        (_, ParamKind::Reference) => Some(2),
        (_, ParamKind::String | ParamKind::Uri) => Some(3),
        (_, ParamKind::Date) => term.values.iter().all(is_a_day).then_some(4),
    }
}

fn is_a_day(value: &TermValue) -> bool {
    matches!(value, TermValue::Date { prefix: Prefix::Eq, low, high } if high.saturating_sub(*low) <= DAY)
}
