//! A search, parsed and checked against the registry <https://hl7.org/fhir/R4/search.html>.
//!
//! Strict: what is not understood is refused with the nearest name that is. `handling=lenient` leaves out unknown
//! parameters and says so. A national identity number is refused in a URL: it belongs in the body of `POST [type]/_search`.

mod coded;
mod control;
mod cost;
mod criterion;
mod include;
mod issues;
mod known;
mod link;
mod model;
mod modifier;
mod national;
mod sort;
mod split;
mod value;
mod wide;

pub use cost::TOO_COSTLY;
pub(crate) use issues::{invalid_value, national_number, too_many_parameters, too_many_values};
#[cfg(test)]
pub(crate) use known::a_code;
pub use link::MAX_LINKS;
pub use modifier::modifiers;
pub use national::stands_in as holds_national_number;
pub use sort::is_sort_key;
pub use wide::{Scope, types};

pub use model::{
    DEFAULT_COUNT, Filter, Include, Link, MAX_COUNT, MAX_VALUES, Modifier, Prefix, Query, Sort, Term, TermValue,
    TotalMode,
};

use crate::summary::Summary;
use crate::{Issue, ResourceType};
use criterion::Criterion;

/// The most parameters of one search.
pub const MAX_PARAMETERS: usize = 100;

/// Parameters and modifiers of FHIR search that are known and not offered.
#[derive(Debug)]
pub struct NotOffered {
    /// Parameters of every type.
    pub parameters: [&'static str; 9],
    /// Modifiers, without the colon.
    pub modifiers: [&'static str; 2],
}

/// What is known and not offered.
pub const NOT_OFFERED: NotOffered = NotOffered { parameters: criterion::NOT_OFFERED, modifiers: modifier::NOT_OFFERED };

/// Reads the parameters of a search on a type, decoded and in order. `base` is this server's FHIR base URL, `lenient` is
/// `Prefer: handling=lenient`, `by_post` says that they did not stand in a URL (`POST [type]/_search`, `If-None-Exist`).
///
/// # Errors
/// Every parameter that is wrong, as an issue with `http.<parameter>` for expression. No issue echoes a value.
pub fn parse(
    rtype: ResourceType,
    params: &[(String, String)],
    base: &str,
    lenient: bool,
    by_post: bool,
) -> Result<Query, Vec<Issue>> {
    read(Query::new(rtype), params, base, lenient, by_post)
}

/// [`parse`] for several types at once, or within a compartment.
///
/// # Errors
/// As [`parse`]; and when there is no type.
pub fn parse_wide(
    scope: Scope<'_>,
    params: &[(String, String)],
    (base, lenient, by_post): (&str, bool, bool),
) -> Result<Query, Vec<Issue>> {
    let Some((first, also)) = scope.types.split_first() else { return Err(vec![wide::nothing()]) };
    let query = Query { wide: scope.wide, also: also.to_vec(), compartment: scope.compartment, ..Query::new(*first) };
    read(query, params, base, lenient, by_post)
}

fn read(
    mut query: Query,
    params: &[(String, String)],
    base: &str,
    lenient: bool,
    by_post: bool,
) -> Result<Query, Vec<Issue>> {
    if params.len() > MAX_PARAMETERS {
        return Err(vec![issues::too_many_parameters(MAX_PARAMETERS, issues::sent(by_post))]);
    }
    let rtype = query.rtype;
    let mut wrong = Vec::new();
    for (name, value) in params {
        if national::stands_in(name, value) {
            query.national_number = true;
            if !by_post {
                wrong.push(issues::national_number(name, rtype));
                continue;
            }
        }
        if let Err(issue) = take(&mut query, name, value, base, lenient) {
            wrong.push(issue);
        }
    }
    let of_links = query.links.iter().map(|link| values(&link.then)).sum::<usize>();
    if query.terms.iter().map(Term::weight).sum::<usize>() + of_links > MAX_VALUES {
        wrong.push(issues::too_many_values(MAX_VALUES, issues::sent(by_post)));
    }
    match Summary::of(params, &query.types()) {
        Ok(Some(Summary::Text)) if !(query.includes.is_empty() && query.revincludes.is_empty()) => {
            wrong.push(issues::text_and_includes());
        }
        Ok(summary) => query.summary = summary,
        Err(issue) => wrong.push(issue),
    }
    if wrong.is_empty() {
        wrong.extend(cost::bounded(&query).err());
    }
    if wrong.is_empty() { Ok(query) } else { Err(wrong) }
}

/// One parameter: it steers the answer, is a criterion, or is unknown.
fn take(query: &mut Query, name: &str, value: &str, base: &str, lenient: bool) -> Result<(), Issue> {
    if matches!(name, "_format" | "_pretty") {
        // The HTTP face's own: it takes them before a search is parsed.
        return Ok(());
    }
    if name == "_type" && query.wide {
        query.used.push((name.to_owned(), value.to_owned()));
        return Ok(());
    }
    if !control::take(query, name, value)? {
        match link::criterion(&query.types(), name, value, base)? {
            Criterion::Filter(Filter::Term(term)) => query.terms.push(term),
            Criterion::Filter(Filter::Link(link)) => query.links.push(link),
            Criterion::Unknown(rtype, unknown) if lenient => {
                query.ignored.push(issues::ignored_parameter(rtype, &unknown, name));
                return Ok(());
            }
            Criterion::Unknown(rtype, unknown) => {
                return Err(issues::unknown_parameter(rtype, &unknown, name, base));
            }
        }
    }
    // The `self` link says what was done: a page is no larger than the largest.
    let used = if name == "_count" && query.count == MAX_COUNT { MAX_COUNT.to_string() } else { value.to_owned() };
    query.used.push((name.to_owned(), used));
    Ok(())
}

/// How many values the term at the end of the links asks for.
fn values(filter: &Filter) -> usize {
    match filter {
        Filter::Term(term) => term.weight(),
        Filter::Link(link) => values(&link.then),
    }
}

#[cfg(test)]
mod link_tests;
#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod refused_tests;
#[cfg(test)]
mod tests;
