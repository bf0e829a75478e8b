//! The references inside a resource.

use serde_json::Value;

/// Every `reference` text in a resource.
pub(crate) fn all(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        match value {
            Value::Array(items) => rest.extend(items),
            Value::Object(members) => {
                if let Some(Value::String(text)) = members.get("reference") {
                    found.push(text.clone());
                }
                rest.extend(members.values());
            }
            _ => {}
        }
    }
    found
}
