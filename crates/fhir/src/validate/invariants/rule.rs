//! One formal invariant of R4 <https://hl7.org/fhir/R4/conformance-rules.html#constraints>, and the words to say it in.

use crate::validate::dates;
use serde_json::{Map, Value};

/// A constraint on the object at a path of the table.
pub(in crate::validate) struct Invariant {
    /// The node it belongs to: `Period`, `CarePlan.activity`.
    pub(in crate::validate) path: &'static str,
    /// Its key in the specification.
    pub(in crate::validate) key: &'static str,
    /// The element inside that an error points at; empty for the object itself.
    pub(in crate::validate) at: &'static str,
    /// Whether it holds.
    pub(in crate::validate) holds: fn(&Map<String, Value>) -> bool,
    /// Rule and remedy in Norwegian.
    pub(in crate::validate) nb: &'static str,
    /// Rule and remedy in English.
    pub(in crate::validate) en: &'static str,
}

/// Whether an element is there, with a value or with extensions only.
pub(super) fn has(object: &Map<String, Value>, name: &str) -> bool {
    object.keys().any(|key| key.strip_prefix('_').unwrap_or(key) == name)
}

/// Whether any type of a choice is there: `value` for `valueString`, `_valueCode` …
pub(super) fn has_choice(object: &Map<String, Value>, stem: &str) -> bool {
    let typed = |key: &String| {
        key.trim_start_matches('_')
            .strip_prefix(stem)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
    };
    object.keys().any(typed)
}

pub(super) fn text<'a>(object: &'a Map<String, Value>, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The entries of an array element that are objects.
pub(super) fn items<'a>(object: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    object.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

/// Whether a date element is not after another; true when they cannot be compared.
pub(super) fn in_order(object: &Map<String, Value>, first: &str, second: &str) -> bool {
    match (object.get(first).and_then(Value::as_str), object.get(second).and_then(Value::as_str)) {
        (Some(first), Some(second)) => dates::in_order(first, second).unwrap_or(true),
        _ => true,
    }
}

/// The sign of a decimal element: −1, 0 or 1; `None` when it is absent.
pub(super) fn sign(object: &Map<String, Value>, name: &str) -> Option<i8> {
    let Some(Value::Number(number)) = object.get(name) else { return None };
    let digits = number.as_str().split('e').next().unwrap_or_default();
    let zero = !digits.bytes().any(|b| (b'1'..=b'9').contains(&b));
    Some(if zero {
        0
    } else if digits.starts_with('-') {
        -1
    } else {
        1
    })
}
