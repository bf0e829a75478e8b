//! The parameters that steer the answer: `_count`, `_total`, `_summary`, `_elements`, `_sort`, `_include`, `_revinclude`, `_cursor`
//! <https://hl7.org/fhir/R4/search.html#modifyingresults>.

use super::include::{include, revinclude};
use super::issues::{CONTROLS, empty_value, invalid_value, not_supported, repeated, unknown_modifier};
use super::model::{MAX_COUNT, Query, TotalMode};
use super::sort::sort;
use crate::Issue;

/// Takes one; `false` when it is none of these.
pub(super) fn take(query: &mut Query, name: &str, value: &str) -> Result<bool, Issue> {
    let (head, modifier) = name.split_once(':').map_or((name, None), |(head, modifier)| (head, Some(modifier)));
    if !CONTROLS.contains(&head) {
        return Ok(false);
    }
    match modifier {
        None => {}
        Some("iterate") if head.ends_with("include") => {}
        Some("recurse") if head.ends_with("include") => {
            let instead = format!("{head}:iterate");
            return Err(not_supported(name, &format!("Bruk {instead}."), &format!("Use {instead}.")));
        }
        Some(_) => {
            let allowed = if head.ends_with("include") { ":iterate" } else { "-" };
            return Err(unknown_modifier(name, head, allowed));
        }
    }
    if !head.ends_with("include") && query.used.iter().any(|(used, _)| used == head) {
        return Err(repeated(head));
    }
    if value.is_empty() {
        return Err(empty_value(name));
    }
    match head {
        "_count" => count(query, value)?,
        "_total" => query.total = total(query.total, value)?,
        "_summary" => summary(query, value),
        "_elements" => {}
        "_sort" => query.sort = sort(&query.types(), value)?,
        "_include" => query.includes.push(include(&query.types(), value, modifier.is_some())?),
        "_revinclude" => query.revincludes.push(revinclude(&query.types(), value, modifier.is_some())?),
        _ => query.cursor = Some(value.to_owned()),
    }
    Ok(true)
}

/// `_count=0` is `_summary=count` <https://hl7.org/fhir/R4/search.html#count>, and wins over nothing else. Who asks for more than
/// a page holds gets a whole page, as a server may: never more than was asked for.
fn count(query: &mut Query, value: &str) -> Result<(), Issue> {
    if !value.bytes().all(|b| b.is_ascii_digit()) {
        return Err(invalid_value("_count", "skriv et heltall, 0 eller mer.", "write a whole number, 0 or more."));
    }
    let number = value.parse().map_or(MAX_COUNT, |number: u32| number.min(MAX_COUNT));
    if number == 0 {
        count_only(query);
    } else if !query.used.iter().any(|(name, value)| name == "_summary" && value == "count") {
        query.count = number;
    }
    Ok(())
}

fn count_only(query: &mut Query) {
    query.count = 0;
    query.total = TotalMode::Accurate;
}

/// An estimate may be exact, and is. Asking for no total does not undo `_summary=count`.
fn total(already: TotalMode, value: &str) -> Result<TotalMode, Issue> {
    match value {
        "none" => Ok(already),
        "estimate" | "accurate" => Ok(TotalMode::Accurate),
        _ => Err(invalid_value("_total", "skriv none, estimate eller accurate.", "write none, estimate or accurate.")),
    }
}

/// The other values say how the resources look ([`crate::summary`]).
fn summary(query: &mut Query, value: &str) {
    if value == "count" {
        count_only(query);
    }
}
