//! What a parameter's values are found by and what not, for each modifier and prefix that it lists.

use crate::possible::codes;
use varde_fhir::index::{IndexEntry, IndexValue};
use varde_fhir::query::modifiers;
use varde_fhir::registry::{ParamKind, SearchParam};
use varde_fhir::time::instant;
use varde_fhir::{Micros, ResourceType};

/// A search, and whether it finds the resource.
pub(super) struct Case {
    /// Parameter with its modifier.
    pub(super) name: String,
    /// Value.
    pub(super) value: String,
    /// Whether it finds.
    pub(super) found: bool,
}

/// The cases of a parameter of a resource that has these values.
pub(super) fn cases(param: &SearchParam, values: &[&IndexEntry]) -> Vec<Case> {
    let mut made = Vec::new();
    for suffix in std::iter::once(String::new()).chain(modifiers(param)) {
        let each = |of: &dyn Fn(&IndexValue) -> Vec<(String, bool)>| values.iter().flat_map(|e| of(&e.value)).collect();
        let cases: Vec<(String, bool)> = match suffix.as_str() {
            ":missing" => vec![("true".to_owned(), values.is_empty()), ("false".to_owned(), !values.is_empty())],
            ":not" => {
                let mut cases: Vec<(String, bool)> =
                    each(&|value| token(param, value).into_iter().map(|value| (value, false)).collect());
                cases.extend(another(param, values).map(|code| (code, true)));
                cases
            }
            "" if param.kind == ParamKind::Date => dates(values),
            "" => {
                let mut cases: Vec<(String, bool)> = each(&|value| plain(param, value));
                if param.kind == ParamKind::Token && !values.is_empty() {
                    cases.extend(another(param, values).map(|code| (code, false)));
                }
                cases
            }
            modifier => each(&|value| modified(param, modifier, value)),
        };
        let name = format!("{}{suffix}", param.name);
        made.extend(cases.into_iter().map(|(value, found)| Case { name: name.clone(), value, found }));
    }
    made
}

/// A code that none of the values has, where there is one: of a parameter whose codes are bound no other can be asked for.
fn another(param: &SearchParam, values: &[&IndexEntry]) -> Option<String> {
    let Some(codes) = codes(param) else { return Some("nothing-of-the-kind".to_owned()) };
    let held = |code: &str| {
        values.iter().any(|entry| matches!(&entry.value, IndexValue::Token { code: held, .. } if held == code))
    };
    codes.into_iter().find(|code| !held(code)).map(str::to_owned)
}

/// Without a modifier.
fn plain(param: &SearchParam, value: &IndexValue) -> Vec<(String, bool)> {
    match (param.kind, value) {
        (ParamKind::Token, _) => token(param, value).into_iter().map(|value| (value, true)).collect(),
        (_, IndexValue::Text { folded, exact }) => {
            let start: String = exact.chars().take(3).collect();
            let mut cases = vec![
                (escape(exact), true),
                (escape(&exact.to_uppercase()), true),
                (format!("{}q~", escape(folded)), false),
            ];
            cases.extend((!start.trim().is_empty()).then(|| (escape(&start), true)));
            cases
        }
        (_, IndexValue::Uri { value }) => vec![(escape(value), true), (format!("{}x", escape(value)), false)],
        (_, IndexValue::Reference { rtype, id, .. }) => reference(rtype.map(ResourceType::as_str), id),
        other => panic!("{}: {other:?} is new here", param.name),
    }
}

fn reference(rtype: Option<&str>, id: &str) -> Vec<(String, bool)> {
    match rtype {
        _ if id.is_empty() => Vec::new(),
        Some(rtype) if !id.contains(':') && !id.contains('/') => {
            vec![(format!("{rtype}/{id}"), true), (id.to_owned(), true), (format!("{rtype}/{id}x"), false)]
        }
        _ => vec![(escape(id), true), (format!("{}x", escape(id)), false)],
    }
}

/// With one of the other modifiers.
fn modified(param: &SearchParam, modifier: &str, value: &IndexValue) -> Vec<(String, bool)> {
    match (modifier, value) {
        (":exact", IndexValue::Text { exact, .. }) => {
            vec![(escape(exact), true), (escape(&format!("{exact} ")), false)]
        }
        (":contains", IndexValue::Text { folded, .. }) => {
            let middle: String = folded.chars().skip(1).collect();
            let mut cases = vec![(escape(folded), true), ("q~q".to_owned(), false)];
            cases.extend((!middle.trim().is_empty()).then(|| (escape(middle.trim()), true)));
            cases
        }
        (":identifier", IndexValue::Reference { identifier: Some((system, value)), .. }) => {
            vec![(format!("{}|{}", escape(system), escape(value)), true), ("urn:nobody|1".to_owned(), false)]
        }
        (":identifier", IndexValue::Reference { .. }) => vec![("urn:nobody|1".to_owned(), false)],
        (":in" | ":not-in", IndexValue::Token { system, code }) => {
            let roles = varde_fhir::terminology::codes(ROLES).unwrap_or_default();
            let a_role = roles.iter().any(|coded| coded.system == system && coded.code == code);
            let bound = bound(param).filter(|_| system.is_empty());
            let inside =
                bound.into_iter().chain(a_role.then_some(ROLES)).map(|set| (set.to_owned(), modifier == ":in"));
            inside.chain([(DAYS.to_owned(), modifier == ":not-in")]).collect()
        }
        (":below", IndexValue::Uri { value }) => {
            vec![(escape(value), true), (format!("{}/x", escape(value)), false)]
        }
        (":above", IndexValue::Uri { value }) => {
            vec![(escape(value), true), (format!("{}/x", escape(value)), true), ("urn:nobody".to_owned(), false)]
        }
        (other, value) => panic!("{other} of {value:?} is new here"),
    }
}

/// A value set that some fixtures have codes of, and one that none has.
const ROLES: &str = "https://varde.no/fhir/ValueSet/varde-team-role";
const DAYS: &str = "http://hl7.org/fhir/ValueSet/days-of-week";

/// The value set of R4 that all codes of a parameter are of.
fn bound(param: &SearchParam) -> Option<&'static str> {
    match varde_fhir::index::elements(param).as_slice() {
        [only] => match only.binding {
            Some(varde_fhir::table::Binding::Codes(set)) => Some(set.url),
            _ => None,
        },
        _ => None,
    }
}

/// The ways to name a token; an id has but one.
fn token(param: &SearchParam, value: &IndexValue) -> Vec<String> {
    let IndexValue::Token { system, code } = value else { panic!("{value:?} is no token") };
    let (system, code) = (escape(system), escape(code));
    match (system.is_empty(), code.is_empty()) {
        _ if param.name == "_id" => vec![code],
        (true, true) => Vec::new(),
        (true, false) => vec![code.clone(), format!("|{code}")],
        (false, true) => vec![format!("{system}|")],
        (false, false) => vec![code.clone(), format!("{system}|{code}"), format!("{system}|")],
    }
}

/// Every prefix, before and after all of the values: one of them suffices.
fn dates(values: &[&IndexEntry]) -> Vec<(String, bool)> {
    let intervals: Vec<(Micros, Micros)> = values
        .iter()
        .map(|entry| if let IndexValue::Date { low, high } = entry.value { (low, high) } else { panic!("{entry:?}") })
        .collect();
    let (century, second) = (3_155_760_000_000_000, 1_000_000);
    let mut cases = Vec::new();
    for (from, to) in [(-century, second - century), (century * 4, century * 4 + second)] {
        let text = instant(from);
        let text = text.split_once('.').map_or(text.clone(), |(whole, _)| format!("{whole}Z"));
        let mut add = |prefix: &str, holds: &dyn Fn(Micros, Micros) -> bool| {
            cases.push((format!("{prefix}{text}"), intervals.iter().any(|(low, high)| holds(*low, *high))));
        };
        let contained = |low, high| low >= from && high <= to;
        add("", &contained);
        add("eq", &contained);
        add("ne", &|low, high| !contained(low, high));
        add("gt", &|_, high| high > to);
        add("lt", &|low, _| low < from);
        add("ge", &|low, high| high > to || contained(low, high));
        add("le", &|low, high| low < from || contained(low, high));
        add("sa", &|low, _| low >= to);
        add("eb", &|_, high| high <= from);
    }
    cases
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if matches!(c, ',' | '$' | '|' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
