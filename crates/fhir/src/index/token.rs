//! Tokens of an element <https://hl7.org/fhir/R4/search.html#token>.

use super::entry::IndexValue;
use serde_json::Value;

/// The tokens of a `Coding`, `CodeableConcept` (each coding), `Identifier`, or a `code`, `boolean`, `string`, `uri`, `id`.
/// A text without a code is no token.
pub(super) fn tokens(element: &Value) -> Vec<IndexValue> {
    let text = |name: &str| element.get(name).and_then(Value::as_str);
    match element {
        Value::String(code) => vec![token("", code)],
        Value::Bool(truth) => vec![token("", if *truth { "true" } else { "false" })],
        Value::Number(number) => vec![token("", &number.to_string())],
        Value::Object(_) => match element.get("coding").and_then(Value::as_array) {
            Some(codings) => codings.iter().flat_map(tokens).collect(),
            None => text("code")
                .or(text("value"))
                .map(|code| token(text("system").unwrap_or(""), code))
                .into_iter()
                .collect(),
        },
        Value::Array(_) | Value::Null => Vec::new(),
    }
}

/// The token of a `ContactPoint`: its value, without a system (`ContactPoint.system` is `phone`, no code system).
pub(super) fn contact(element: &Value) -> Vec<IndexValue> {
    element.get("value").and_then(Value::as_str).map(|value| token("", value)).into_iter().collect()
}

/// The token of `x.exists() and x != false`: always one.
pub(super) fn truth(elements: &[&Value]) -> IndexValue {
    let yes = elements.iter().any(|element| **element != Value::Bool(false));
    token("", if yes { "true" } else { "false" })
}

fn token(system: &str, code: &str) -> IndexValue {
    IndexValue::Token { system: system.to_owned(), code: code.to_owned() }
}
