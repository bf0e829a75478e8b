//! Which term's index names the resources of a search; the others are tested row by row.
//!
//! SQLite has no statistics to choose by, so the choice is by experience: a term that names few resources drives; when every
//! term may name a great many (`status=active`, `date=ge2020`), none does, and the page is full after a few rows in order.

use varde_fhir::query::{Modifier, Prefix, Term, TermValue};
use varde_fhir::registry::ParamKind;

/// The longest interval that names few resources: a day, in microseconds, whatever the clocks do.
const DAY: i64 = 25 * 3_600_000_000;
/// Token parameters whose values are nearly unique.
const IDENTIFYING: [&str; 5] = ["identifier", "group-identifier", "telecom", "email", "phone"];

/// The place of the driving term.
pub(crate) fn driver(terms: &[Term]) -> Option<usize> {
    let ranked = terms.iter().enumerate().filter_map(|(place, term)| Some((rank(term)?, place)));
    ranked.min().map(|(_, place)| place)
}

/// The fewer resources, the lower; `None` when there may be a great many.
fn rank(term: &Term) -> Option<u8> {
    match (term.modifier, term.param.kind) {
        (Modifier::Not | Modifier::Missing(_) | Modifier::Contains, _) => None,
        _ if matches!(term.param.name, "_id" | "_lastUpdated" | "_profile") => None,
        (_, ParamKind::Token) => IDENTIFYING.contains(&term.param.name).then_some(0),
        (_, ParamKind::Reference) => Some(1),
        (_, ParamKind::String | ParamKind::Uri) => Some(2),
        (_, ParamKind::Date) => term.values.iter().all(is_a_day).then_some(3),
    }
}

fn is_a_day(value: &TermValue) -> bool {
    matches!(value, TermValue::Date { prefix: Prefix::Eq, low, high } if high.saturating_sub(*low) <= DAY)
}
