//! Elements of a resource: texts, lists, identifiers, extensions, contained resources.

use serde_json::Value;

/// A string element that is not blank.
#[must_use]
pub fn text<'a>(element: &'a Value, name: &str) -> Option<&'a str> {
    element.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

/// The items of a repeating element; a lone object counts as one item, an absent element as none.
#[must_use]
pub fn items<'a>(element: &'a Value, name: &str) -> &'a [Value] {
    match element.get(name) {
        Some(Value::Array(items)) => items,
        Some(lone @ Value::Object(_)) => std::slice::from_ref(lone),
        _ => &[],
    }
}

/// Every `(system, value)` of the resource's `identifier` element.
pub fn identifiers(resource: &Value) -> impl Iterator<Item = (&str, &str)> {
    items(resource, "identifier").iter().filter_map(|identifier| {
        let value = text(identifier, "value")?;
        Some((text(identifier, "system").unwrap_or_default(), value))
    })
}

/// The first identifier value of a system.
#[must_use]
pub fn first_identifier<'a>(resource: &'a Value, system: &str) -> Option<&'a str> {
    identifiers(resource).find_map(|(its_system, value)| (its_system == system).then_some(value))
}

/// Whether the resource carries exactly this identifier.
#[must_use]
pub fn has_identifier(resource: &Value, system: &str, value: &str) -> bool {
    identifiers(resource).any(|identifier| identifier == (system, value))
}

/// The first extension with this url <https://hl7.org/fhir/R4/extensibility.html>.
#[must_use]
pub fn extension<'a>(element: &'a Value, url: &str) -> Option<&'a Value> {
    items(element, "extension").iter().find(|extension| text(extension, "url") == Some(url))
}

/// The contained resource with this id (without `#`) <https://hl7.org/fhir/R4/references.html#contained>.
#[must_use]
pub fn contained<'a>(resource: &'a Value, id: &str) -> Option<&'a Value> {
    items(resource, "contained").iter().find(|inner| text(inner, "id") == Some(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn looks() {
        let resource = json!({
            "status": "active", "blank": " ", "number": 3,
            "identifier": [{ "system": "s", "value": "v" }, { "value": "w" }, { "system": "x" }, null],
            "name": { "family": "Nordmann" },
            "extension": [{ "url": "u", "valueBoolean": true }],
            "contained": [{ "resourceType": "Practitioner", "id": "p1" }],
        });
        assert_eq!(text(&resource, "status"), Some("active"));
        assert_eq!(text(&resource, "blank"), None);
        assert_eq!(text(&resource, "number"), None);
        assert_eq!(items(&resource, "identifier").len(), 4);
        assert_eq!(items(&resource, "name").len(), 1);
        assert!(items(&resource, "status").is_empty());
        assert_eq!(identifiers(&resource).collect::<Vec<_>>(), [("s", "v"), ("", "w")]);
        assert_eq!(first_identifier(&resource, "s"), Some("v"));
        assert!(has_identifier(&resource, "s", "v") && !has_identifier(&resource, "s", "w"));
        assert!(extension(&resource, "u").is_some() && extension(&resource, "").is_none());
        assert!(contained(&resource, "p1").is_some() && contained(&resource, "p2").is_none());
        assert!(text(&Value::Null, "status").is_none() && items(&json!([1]), "x").is_empty());
    }
}
