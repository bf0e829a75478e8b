//! Searching the definitions <https://hl7.org/fhir/R4/search.html>: a small set of parameters, as strict as every other search.

use super::catalogue::{Catalogue, Definition};
use crate::json::place::is_plain;
use crate::query::{
    MAX_PARAMETERS, MAX_VALUES, holds_national_number, invalid_value, national_number, too_many_parameters,
    too_many_values,
};
use crate::table::{self, Binding};
use crate::validate::suggest::{meant, nearest};
use crate::{Issue, IssueCode, ResourceType};
use ResourceType as T;
use serde_json::Value;

/// A page of what was found.
#[derive(Debug)]
pub struct Found<'c> {
    /// How many match altogether.
    pub total: usize,
    /// Those of this page.
    pub page: Vec<&'c Definition>,
    /// The parameters that were used, for the `self` link.
    pub used: Vec<(String, String)>,
    /// Where the next page begins.
    pub next: Option<usize>,
    /// Warnings about parameters ignored under `handling=lenient`.
    pub ignored: Vec<Issue>,
}

/// The kinds of parameters there are here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Token,
    Uri,
    Text,
}

const MOST: usize = 500;
const CONTROLS: [&str; 4] = ["_count", "_cursor", "_summary", "_total"];

/// The parameters of a type: name, FHIR's search parameter type, and the element.
#[must_use]
pub fn search_names(rtype: ResourceType) -> Vec<(&'static str, &'static str)> {
    params(rtype).map(|(name, kind, _)| (name, kind.code())).collect()
}

impl Kind {
    const fn code(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Uri => "uri",
            Self::Text => "string",
        }
    }
}

/// Name, kind, element, the only types that have it, the types that lack it.
type Row = (&'static str, Kind, &'static str, &'static [T], &'static [T]);

fn params(rtype: ResourceType) -> impl Iterator<Item = (&'static str, Kind, &'static str)> {
    const SD: T = T::StructureDefinition;
    const SP: T = T::SearchParameter;
    const OD: T = T::OperationDefinition;
    const NS: T = T::NamingSystem;
    const NONE: &[T] = &[];
    const ROWS: &[Row] = &[
        ("_id", Kind::Token, "id", NONE, NONE),
        ("url", Kind::Uri, "url", NONE, &[NS]),
        ("version", Kind::Token, "version", NONE, &[NS]),
        ("name", Kind::Text, "name", NONE, NONE),
        ("title", Kind::Text, "title", NONE, &[NS, SP]),
        ("status", Kind::Token, "status", NONE, NONE),
        ("code", Kind::Token, "code", &[SP, OD], NONE),
        ("code", Kind::Token, "concept", &[T::CodeSystem], NONE),
        ("base", Kind::Token, "base", &[SP], NONE),
        ("base", Kind::Uri, "base", &[OD], NONE),
        ("base", Kind::Uri, "baseDefinition", &[SD], NONE),
        ("type", Kind::Token, "type", &[SP], NONE),
        ("type", Kind::Uri, "type", &[SD], NONE),
        ("kind", Kind::Token, "kind", &[SD, OD, NS], NONE),
        ("target", Kind::Token, "target", &[SP], NONE),
        ("value", Kind::Text, "uniqueId", &[NS], NONE),
    ];
    ROWS.iter()
        .filter(move |(_, _, _, only, but)| (only.is_empty() || only.contains(&rtype)) && !but.contains(&rtype))
        .map(|(name, kind, element, ..)| (*name, *kind, *element))
}

/// Finds definitions of a type.
///
/// # Errors
/// Every parameter that is wrong.
pub fn search<'c>(
    catalogue: &'c Catalogue,
    rtype: ResourceType,
    asked: &[(String, String)],
    lenient: bool,
) -> Result<Found<'c>, Vec<Issue>> {
    let mut matches: Vec<&Definition> = catalogue.of(rtype).collect();
    let mut found = Found { total: 0, page: Vec::new(), used: Vec::new(), next: None, ignored: Vec::new() };
    bounded(asked)?;
    let (mut wrong, mut count, mut from) = (Vec::new(), 50, 0);
    for (name, value) in asked {
        if holds_national_number(name, value) {
            wrong.push(national_number(name, rtype));
            continue;
        }
        match name.as_str() {
            "_count" => number(name, value).map_or_else(|issue| wrong.push(issue), |number| count = number.min(MOST)),
            "_cursor" => {
                let within = |number: usize| from = number.min(u32::MAX as usize);
                number(name, value).map_or_else(|issue| wrong.push(issue), within);
            }
            "_summary" if value == "count" => count = 0,
            "_summary" if value == "false" => {}
            "_total" if ["none", "estimate", "accurate"].contains(&value.as_str()) => {}
            "_summary" => wrong.push(invalid_value(name, "skriv count eller false.", "write count or false.")),
            "_total" => {
                wrong.push(invalid_value(
                    name,
                    "skriv none, estimate eller accurate.",
                    "write none, estimate or accurate.",
                ));
            }
            _ => match criterion(rtype, name, value) {
                Ok(matching) => matches.retain(|definition| matching(&definition.value)),
                Err(issue) if lenient && issue.key == "unknown-parameter" => {
                    found.ignored.push(Issue { severity: crate::Severity::Warning, ..issue });
                    continue;
                }
                Err(issue) => wrong.push(issue),
            },
        }
        let used = if name == "_count" && count == MOST { MOST.to_string() } else { value.clone() };
        found.used.push((name.clone(), used));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    found.total = matches.len();
    found.next = Some(from.saturating_add(count)).filter(|next| count > 0 && *next < matches.len());
    found.page = matches.into_iter().skip(from).take(count).collect();
    Ok(found)
}

/// Refuses what nobody needs to ask, before anything is looked at: it costs nobody a token.
fn bounded(asked: &[(String, String)]) -> Result<(), Vec<Issue>> {
    if asked.len() > MAX_PARAMETERS {
        return Err(vec![too_many_parameters(MAX_PARAMETERS, "http.url")]);
    }
    if asked.iter().map(|(_, value)| value.matches(',').count() + 1).sum::<usize>() > MAX_VALUES {
        return Err(vec![too_many_values(MAX_VALUES, "http.url")]);
    }
    Ok(())
}

fn number(name: &str, value: &str) -> Result<usize, Issue> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if digits {
        return Ok(value.parse().unwrap_or(usize::MAX));
    }
    Err(invalid_value(name, "skriv et heltall, 0 eller mer.", "write a whole number, 0 or more."))
}

type Matching = Box<dyn Fn(&Value) -> bool>;

/// One criterion: alternatives by comma.
fn criterion(rtype: ResourceType, name: &str, value: &str) -> Result<Matching, Issue> {
    let (head, modifier) = name.split_once(':').map_or((name, None), |(head, modifier)| (head, Some(modifier)));
    let (_, kind, element) = params(rtype).find(|(known, ..)| *known == head).ok_or_else(|| unknown(rtype, head))?;
    let exact = match (kind, modifier) {
        (_, None) => false,
        (Kind::Text, Some("exact")) => true,
        (Kind::Text, Some("contains")) => {
            return Ok(any_of(element, value, folded, |found, asked| found.contains(asked)));
        }
        _ => return Err(unknown_modifier(head)),
    };
    if value.split(',').any(str::is_empty) {
        return Err(invalid_value(
            head,
            "den, eller et alternativ mellom kommaene, er tom.",
            "it, or an alternative between commas, is empty.",
        ));
    }
    Ok(match kind {
        Kind::Text if !exact => any_of(element, value, folded, |found, asked| found.starts_with(asked)),
        Kind::Token => tokens(rtype, element, value),
        _ => any_of(element, value, str::to_owned, |found, asked| found == asked),
    })
}

/// Whether one of the element's texts is `same` as one that is asked for, both as `read` reads them.
fn any_of(element: &'static str, asked: &str, read: fn(&str) -> String, same: fn(&str, &str) -> bool) -> Matching {
    let asked: Vec<String> = asked.split(',').map(read).collect();
    Box::new(move |resource| {
        let found = texts(resource.get(element)).into_iter().map(read);
        found.into_iter().any(|found| asked.iter().any(|asked| same(&found, asked)))
    })
}

/// `code`, `|code`, `system|code`, `system|`: of a bound code the system is that of its value set, of a concept its code system.
fn tokens(rtype: ResourceType, element: &'static str, asked: &str) -> Matching {
    let asked: Vec<(Option<String>, String)> = asked
        .split(',')
        .map(|one| match one.split_once('|') {
            Some((system, code)) => (Some(system.to_owned()).filter(|system| !system.is_empty()), code.to_owned()),
            None => (None, one.to_owned()),
        })
        .collect();
    let node = table::type_def(rtype.as_str()).map(table::content);
    let binding = node.and_then(|node| node.element(element)).and_then(|element| element.binding);
    let is_of = move |resource: &Value, system: &str, code: &str| match binding {
        Some(Binding::Codes(set)) => set.contains_coding(system, code),
        _ => element == "concept" && resource.get("url").and_then(Value::as_str) == Some(system),
    };
    Box::new(move |resource| {
        let same = |found: &str, (system, code): &(Option<String>, String)| {
            (code.is_empty() || code == found) && system.as_ref().is_none_or(|system| is_of(resource, system, found))
        };
        texts(resource.get(element)).iter().any(|found| asked.iter().any(|asked| same(found, asked)))
    })
}

/// The texts of an element: itself, its entries, or their `code` or `value`.
fn texts(element: Option<&Value>) -> Vec<&str> {
    match element {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(list)) => list.iter().flat_map(|item| texts(Some(item))).collect(),
        Some(Value::Object(object)) => {
            ["code", "value"].iter().filter_map(|name| object.get(*name).and_then(Value::as_str)).collect()
        }
        _ => Vec::new(),
    }
}

fn folded(text: &str) -> String {
    crate::index::fold(text)
}

fn unknown(rtype: ResourceType, name: &str) -> Issue {
    let names: Vec<&str> = params(rtype).map(|(name, ..)| name).chain(CONTROLS).collect();
    let list = names.join(", ");
    let (near_nb, near_en) = meant(nearest(name, names.iter().copied()));
    let issue = Issue::error(
        IssueCode::Invalid,
        "unknown-parameter",
        format!("{rtype} har ikke denne søkeparameteren.{near_nb} Den har: {list}."),
        format!("{rtype} does not have this search parameter.{near_en} It has: {list}."),
    );
    // A name that may be anything, also a number of somebody, is not repeated.
    if is_plain(name) { issue.at(format!("http.{name}")) } else { issue }
}

fn unknown_modifier(name: &str) -> Issue {
    Issue::error(
        IssueCode::Invalid,
        "unknown-modifier",
        format!("{name} har ikke denne modifikatoren. Tekster har :exact og :contains, andre ingen."),
        format!("{name} does not have this modifier. Texts have :exact and :contains, others none."),
    )
    .at(format!("http.{name}"))
}
