//! Leaves out of `components` what nothing refers to.

use serde_json::Value;
use std::collections::BTreeSet;

/// Removes unused parameters, headers, responses and examples, until nothing changes. Schemas are added by need.
pub(super) fn unused(document: &mut Value) {
    loop {
        let used = references(document);
        let mut removed = false;
        for section in ["parameters", "headers", "responses", "examples"] {
            let Some(Value::Object(entries)) = document.pointer_mut(&format!("/components/{section}")) else {
                continue;
            };
            let before = entries.len();
            entries.retain(|name, _| used.contains(&format!("#/components/{section}/{name}")));
            removed |= entries.len() < before;
        }
        if !removed {
            return;
        }
    }
}

/// Every `$ref` and discriminator target in a value.
pub(super) fn references(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(value, &mut found);
    found
}

fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => {
            if let Some(Value::String(target)) = entries.get("$ref") {
                found.insert(target.clone());
            }
            entries.values().for_each(|inner| collect(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| collect(inner, found)),
        _ => {}
    }
}
