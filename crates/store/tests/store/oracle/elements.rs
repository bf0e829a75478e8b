//! The elements a search parameter's expression leads to in a resource, by plain looking.

use serde_json::Value;
use varde_fhir::registry::{ParamKind, SearchParam};

/// What an expression leads to.
pub(super) enum Found<'v> {
    Values(Vec<&'v Value>),
    /// `x.exists() and x != false`.
    Truth(bool),
}

/// Looks. `is` tells whether a reference is to a type, for `resolve() is`.
pub(super) fn look<'v>(param: &SearchParam, body: &'v Value, is: &dyn Fn(&Value, &str) -> bool) -> Found<'v> {
    if let Some((path, _)) = param.expression.split_once(".exists() and ") {
        let found = walk(path, body, suffixes(ParamKind::Token), is);
        return Found::Truth(found.iter().any(|value| **value != Value::Bool(false)));
    }
    let mut all = Vec::new();
    for part in param.expression.split(" | ") {
        let cast = part.strip_prefix('(').and_then(|part| part.strip_suffix(')')?.split_once(" as "));
        match cast {
            Some((path, "date")) => all.extend(walk(path, body, &["Date"], is)),
            Some((path, "dateTime")) => all.extend(walk(path, body, &["DateTime"], is)),
            Some((_, other)) => panic!("as {other}"),
            None => all.extend(walk(part, body, suffixes(param.kind), is)),
        }
    }
    Found::Values(all)
}

/// How the types of a choice that a kind of parameter looks at are spelt.
fn suffixes(kind: ParamKind) -> &'static [&'static str] {
    match kind {
        ParamKind::Token => &["CodeableConcept", "Coding", "Code", "Identifier", "Boolean", "DateTime"],
        ParamKind::Date => &["DateTime", "Date", "Instant", "Period", "Timing"],
        ParamKind::String => &["String"],
        ParamKind::Reference => &["Reference", "Canonical"],
        ParamKind::Uri => &["Uri", "Url", "Canonical"],
    }
}

fn walk<'v>(path: &str, body: &'v Value, choices: &[&str], is: &dyn Fn(&Value, &str) -> bool) -> Vec<&'v Value> {
    let words = words(path);
    let mut here = vec![body];
    for (place, word) in words.iter().enumerate().skip(1) {
        let last = words[place + 1..].iter().all(|word| word.starts_with("where("));
        let before_extension = words.get(place + 1).is_some_and(|next| next == "extension");
        here = match condition(word) {
            Some(condition) => here.into_iter().filter(|value| holds(value, condition, is)).collect(),
            None => here
                .into_iter()
                .filter_map(Value::as_object)
                .flat_map(|object| object.iter())
                .filter(|(name, _)| {
                    let choice = name.strip_prefix(word.as_str()).is_some_and(|rest| last && choices.contains(&rest));
                    *name == word || choice || (before_extension && name.strip_prefix('_') == Some(word))
                })
                .flat_map(|(_, value)| value.as_array().map_or_else(|| vec![value], |items| items.iter().collect()))
                .filter(|value| !value.is_null())
                .collect(),
        };
    }
    here
}

fn condition(word: &str) -> Option<&str> {
    word.strip_prefix("where(")?.strip_suffix(')')
}

fn holds(value: &Value, condition: &str, is: &dyn Fn(&Value, &str) -> bool) -> bool {
    if let Some(rtype) = condition.strip_prefix("resolve() is ") {
        return is(value, rtype);
    }
    let (name, text) = condition.split_once('=').unwrap();
    value.get(name).and_then(Value::as_str) == Some(text.trim_matches('\''))
}

/// The words between the dots that stand in no parenthesis.
pub(super) fn words(path: &str) -> Vec<String> {
    let (mut words, mut depth) = (vec![String::new()], 0);
    for c in path.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if c == '.' && depth == 0 {
            words.push(String::new());
        } else {
            words.last_mut().unwrap().push(c);
        }
    }
    words
}
