//! How deep and how large a value is, and whether two say the same.

use serde_json::Value;

/// The deepest a resource may be nested, as of any body.
const DEPTH: usize = 64;

/// Levels of objects and arrays in a value.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

/// Whether a value may stand so many steps down in a resource.
pub(super) fn fits(steps: usize, value: &Value) -> bool {
    steps + depth(value) <= DEPTH
}

/// About how many bytes a value is when written.
pub(super) fn weight(value: &Value) -> usize {
    match value {
        Value::Array(items) => 2 + items.iter().map(|item| 1 + weight(item)).sum::<usize>(),
        Value::Object(members) => {
            2 + members.iter().map(|(name, member)| 4 + name.len() + weight(member)).sum::<usize>()
        }
        Value::String(text) => 2 + text.len(),
        _ => 8,
    }
}

/// RFC 6902 §4.6: numbers by their value, objects whatever the order of their names.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => a == b || (a.as_f64().is_some() && a.as_f64() == b.as_f64()),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}
