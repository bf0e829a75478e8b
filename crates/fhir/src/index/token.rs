//! Tokens of an element <https://hl7.org/fhir/R4/search.html#token>.

use super::entry::IndexValue;
use serde_json::Value;

/// The tokens of a `Coding`, `CodeableConcept` (each coding), `Identifier`, or a `code`, `boolean`, `string`, `uri`, `id`.
/// A text without a code is no token.
pub(super) fn tokens(element: &Value, values: &mut Vec<IndexValue>) {
    let text = |name: &str| element.get(name).and_then(Value::as_str);
    match element {
        Value::String(code) => values.push(token("", code)),
        Value::Bool(truth) => values.push(token("", if *truth { "true" } else { "false" })),
        Value::Number(number) => values.push(token("", number.as_str())),
        Value::Object(_) => {
            if let Some(codings) = element.get("coding").and_then(Value::as_array) {
                for coding in codings {
                    tokens(coding, values);
                }
            } else {
                let code = text("code").or_else(|| text("value"));
                values.extend(code.map(|code| token(text("system").unwrap_or(""), code)));
            }
        }
        Value::Array(_) | Value::Null => {}
    }
}

/// The token of a `ContactPoint`: its value, without a system (`ContactPoint.system` is `phone`, no code system).
pub(super) fn contact(element: &Value) -> Option<IndexValue> {
    element.get("value").and_then(Value::as_str).map(|value| token("", value))
}

/// The token of `x.exists() and x != false`: always one.
pub(super) fn truth(elements: &[&Value]) -> IndexValue {
    let yes = elements.iter().any(|element| **element != Value::Bool(false));
    token("", if yes { "true" } else { "false" })
}

fn token(system: &str, code: &str) -> IndexValue {
    IndexValue::Token { system: system.to_owned(), code: code.to_owned() }
}
