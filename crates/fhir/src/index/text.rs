//! Strings of an element <https://hl7.org/fhir/R4/search.html#string>.

use super::entry::IndexValue;
use super::fold::fold;
use serde_json::Value;

/// The parts of `HumanName` and `Address` that are searched.
const PARTS: [&str; 11] =
    ["text", "prefix", "given", "family", "suffix", "line", "district", "city", "state", "postalCode", "country"];

/// The strings of a `string`, a `HumanName` (each part, the text, and given and family names joined) or an `Address`
/// (each part and the text).
pub(super) fn texts(element: &Value, values: &mut Vec<IndexValue>) {
    if let Value::String(exact) = element {
        return values.extend(text(exact));
    }
    values.extend(PARTS.iter().flat_map(|part| words(element, part)).filter_map(text));
    let name: Vec<&str> = words(element, "given").chain(words(element, "family")).collect();
    values.extend(text(&name.join(" ")));
}

fn words<'a>(element: &'a Value, part: &str) -> impl Iterator<Item = &'a str> {
    let (one, many) = match element.get(part) {
        Some(Value::String(one)) => (Some(one.as_str()), &[][..]),
        Some(Value::Array(many)) => (None, many.as_slice()),
        _ => (None, &[][..]),
    };
    one.into_iter().chain(many.iter().filter_map(Value::as_str))
}

fn text(exact: &str) -> Option<IndexValue> {
    let folded = fold(exact);
    (!folded.is_empty()).then(|| IndexValue::Text { folded, exact: exact.to_owned() })
}
