//! Strings of an element <https://hl7.org/fhir/R4/search.html#string>.

use super::entry::IndexValue;
use super::fold::fold;
use serde_json::Value;

/// The parts of `HumanName` and `Address` that are searched.
const PARTS: [&str; 11] =
    ["text", "prefix", "given", "family", "suffix", "line", "district", "city", "state", "postalCode", "country"];

/// The strings of a `string`, a `HumanName` (each part, the text, and given and family names joined) or an `Address`
/// (each part and the text).
pub(super) fn texts(element: &Value) -> Vec<IndexValue> {
    if let Value::String(exact) = element {
        return text(exact).into_iter().collect();
    }
    let mut found: Vec<IndexValue> = PARTS.iter().flat_map(|part| words(element, part)).filter_map(text).collect();
    let name: Vec<&str> = words(element, "given").into_iter().chain(words(element, "family")).collect();
    found.extend(text(&name.join(" ")));
    found
}

fn words<'a>(element: &'a Value, part: &str) -> Vec<&'a str> {
    match element.get(part) {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn text(exact: &str) -> Option<IndexValue> {
    let folded = fold(exact);
    (!folded.is_empty()).then(|| IndexValue::Text { folded, exact: exact.to_owned() })
}
