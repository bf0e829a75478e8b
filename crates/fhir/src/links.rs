//! The local references that no search parameter finds: they are indexed too, so that what is referred to is known to be
//! <https://hl7.org/fhir/R4/http.html#integrity>.

use crate::index::{IndexEntry, IndexValue, extract};
use crate::{Reference, ResourceKey, ResourceType};
use serde_json::Value;
use std::collections::BTreeSet;

/// The name under which they stand in the index; no search parameter has it.
pub const LINK: &str = "_reference";

/// [`extract`], and behind it the local references that it leaves out.
#[must_use]
pub fn extract_all(rtype: ResourceType, resource: &Value, base: &str) -> Vec<IndexEntry> {
    let mut entries = extract(rtype, resource, base);
    let found: BTreeSet<(ResourceType, &str)> = entries
        .iter()
        .filter_map(|entry| match &entry.value {
            IndexValue::Reference { rtype: Some(rtype), id, .. } => Some((*rtype, id.as_str())),
            _ => None,
        })
        .collect();
    let left: BTreeSet<ResourceKey> = references(resource)
        .filter_map(|text| Reference::literal(text, base).key().cloned())
        .filter(|key| !found.contains(&(key.rtype, key.id.as_str())))
        .collect();
    entries.extend(left.into_iter().map(|key| {
        let value = IndexValue::Reference { rtype: Some(key.rtype), id: key.id.as_str().to_owned(), identifier: None };
        IndexEntry { param: LINK, value }
    }));
    entries
}

/// Every `Reference.reference` in a resource, contained ones' included.
fn references(resource: &Value) -> impl Iterator<Item = &str> {
    let mut rest = vec![resource];
    let mut found = Vec::new();
    while let Some(value) = rest.pop() {
        match value {
            Value::Array(items) => rest.extend(items),
            Value::Object(members) => {
                found.extend(members.get("reference").and_then(Value::as_str));
                rest.extend(members.values());
            }
            _ => {}
        }
    }
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_no_parameter_finds_is_found_once() {
        let team = json!({
            "resourceType": "CareTeam",
            "contained": [{ "resourceType": "PractitionerRole", "id": "r", "organization": { "reference": "Organization/inside" } }],
            "subject": { "reference": "Patient/1" },
            "extension": [{ "url": "u", "valueReference": { "reference": "Patient/1" } },
                          { "url": "u", "valueReference": { "reference": "http://here/fhir/Flag/7/_history/2" } }],
            "reasonReference": [{ "reference": "Condition/c" }],
            "note": [{ "authorReference": { "reference": "Practitioner/n" }, "text": "Flag/8" },
                     { "authorReference": { "reference": "Practitioner/n" }, "text": "x" }],
            "participant": [{ "member": { "reference": "#r" } }, { "member": { "reference": "urn:uuid:1" } },
                            { "onBehalfOf": { "reference": "Organization/o" } },
                            { "member": { "reference": "http://there/fhir/Practitioner/x" } }],
        });
        let all = extract_all(ResourceType::CareTeam, &team, "http://here/fhir");
        let found = all.iter().filter(|entry| entry.param == LINK).map(|entry| match &entry.value {
            IndexValue::Reference { rtype: Some(rtype), id, identifier: None } => format!("{rtype}/{id}"),
            other => panic!("{other:?}"),
        });
        // The patient is found by `patient` and `subject`.
        assert_eq!(
            found.collect::<Vec<_>>(),
            ["Flag/7", "Organization/inside", "Organization/o", "Practitioner/n"].map(str::to_owned)
        );
    }
}
