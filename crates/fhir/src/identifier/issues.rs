//! Walks a resource's Identifier elements, wherever they stand, and reports malformed ones by FHIRPath.
//!
//! An element is taken as an Identifier when it has a `system` known here and a string `value`: that finds `identifier`,
//! `Reference.identifier`, `valueIdentifier` in extensions and inputs, and those of contained resources alike.

use super::check::check;
use crate::json::place::Place;
use crate::{Issue, ResourceType};
use serde_json::Value;

/// The issues of every Identifier in the resource, in document order. Expressions name the `value`, texts never quote it.
#[must_use]
pub fn identifier_issues(rtype: ResourceType, resource: &Value, test_environment: bool) -> Vec<Issue> {
    let mut issues = Vec::new();
    walk(resource, &Place::root(rtype.as_str()), test_environment, &mut issues);
    issues
}

fn walk(element: &Value, place: &Place<'_>, test_environment: bool, issues: &mut Vec<Issue>) {
    match element {
        Value::Object(members) => {
            let (mut system, mut value) = (None, None);
            for (name, child) in members {
                match (name.as_str(), child) {
                    ("system", Value::String(text)) => system = Some(text),
                    ("value", Value::String(text)) => value = Some(text),
                    _ => {}
                }
            }
            if let (Some(system), Some(value)) = (system, value)
                && let Err(fault) = check(system, value, test_environment)
            {
                issues.push(fault.issue().at(place.name("value").expression()));
            }
            for (name, child) in members {
                if child.is_object() || child.is_array() {
                    walk(child, &place.name(fhirpath_name(name)), test_environment, issues);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &place.index(index), test_environment, issues);
            }
        }
        _ => {}
    }
}

/// FHIRPath names a choice element without its type: `valueIdentifier` is `value`.
fn fhirpath_name(name: &str) -> &str {
    match name {
        "valueIdentifier" | "valueReference" => "value",
        "sourceReference" | "sourceAttachment" => "source",
        "contentReference" => "content",
        "productReference" => "product",
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier::systems::{ENH, FNR, HPR};
    use serde_json::json;

    #[test]
    fn names_each_place_and_no_value() {
        let team = json!({
            "resourceType": "CareTeam",
            "contained": [{ "resourceType": "Practitioner", "id": "p", "identifier": [
                { "system": HPR, "value": "007" },
                { "system": HPR, "value": "7654321" },
            ]}],
            "subject": { "identifier": { "system": FNR, "value": "01819019938" } },
            "managingOrganization": [{ "identifier": { "system": ENH, "value": "983974725" } }],
            "telecom": [{ "system": "phone", "value": "x" }],
            "extension": [{ "url": "https://example.org/x", "valueIdentifier": { "system": FNR, "value": "1" } }],
            "participant": [{ "member": { "reference": "#p", "identifier": { "value": "no system" } } }, null, 3],
        });
        let found = |test| -> Vec<String> {
            let issues = identifier_issues(ResourceType::CareTeam, &team, test);
            assert!(!format!("{issues:?}").contains("01819019938"));
            issues.into_iter().filter_map(|issue| issue.expression).collect()
        };
        assert_eq!(
            found(false),
            [
                "CareTeam.contained[0].identifier[0].value",
                "CareTeam.subject.identifier.value",
                "CareTeam.managingOrganization[0].identifier.value",
                "CareTeam.extension[0].value.value",
            ]
        );
        assert_eq!(found(true), ["CareTeam.contained[0].identifier[0].value", "CareTeam.extension[0].value.value"]);
    }
}
