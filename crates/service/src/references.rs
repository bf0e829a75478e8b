//! The references inside a resource.

use serde_json::Value;
use std::collections::BTreeSet;
use varde_fhir::ResourceType;

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

/// Where these texts stand in a resource, as FHIRPath from its type to the element that holds the reference.
pub(crate) fn places(rtype: ResourceType, resource: &Value, texts: &BTreeSet<&str>) -> Vec<String> {
    let mut found = Vec::new();
    walk(resource, rtype.to_string(), texts, &mut found);
    found
}

/// Where a reference text first stands in a resource, or the resource itself.
pub(crate) fn place(resource: &Value, text: &str) -> String {
    let name = resource.get("resourceType").and_then(Value::as_str).and_then(|name| name.parse::<ResourceType>().ok());
    let Some(rtype) = name else { return "resource".to_owned() };
    places(rtype, resource, &BTreeSet::from([text])).into_iter().next().unwrap_or_else(|| rtype.to_string())
}

fn walk(value: &Value, place: String, texts: &BTreeSet<&str>, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, format!("{place}[{index}]"), texts, found);
            }
        }
        Value::Object(members) => {
            let own = members.get("reference").and_then(Value::as_str);
            let lost = own.is_some_and(|own| texts.contains(own));
            for (name, member) in members {
                walk(member, format!("{place}.{name}"), texts, found);
            }
            if lost {
                found.push(place);
            }
        }
        _ => {}
    }
}
