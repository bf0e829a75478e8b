//! Intervals of an element <https://hl7.org/fhir/R4/search.html#date>.

use super::entry::IndexValue;
use super::interval::{interval, period};
use serde_json::Value;

/// The interval of a `date`, `dateTime` or `instant` by its precision, of a `Period`, or of a `Timing` from its first to
/// its last event or bound (the frequency is not looked at). `None` when it says no date.
pub(super) fn date(element: &Value) -> Option<IndexValue> {
    let bounds = match element {
        Value::String(text) => interval(text),
        Value::Object(_) => of_period(element).or_else(|| of_timing(element)),
        _ => None,
    };
    bounds.map(|(low, high)| IndexValue::Date { low, high })
}

fn of_period(element: &Value) -> Option<(i64, i64)> {
    let side = |name: &str| element.get(name).and_then(Value::as_str);
    period(side("start"), side("end"))
}

fn of_timing(element: &Value) -> Option<(i64, i64)> {
    let events = element.get("event").and_then(Value::as_array).into_iter().flatten();
    let events = events.filter_map(|event| interval(event.as_str()?));
    let bounds = element.pointer("/repeat/boundsPeriod").and_then(of_period);
    events.chain(bounds).reduce(|(low, high), (from, to)| (low.min(from), high.max(to)))
}
