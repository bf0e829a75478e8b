//! People as users see them: a name in one line, a number to call
//! <https://hl7.org/fhir/R4/datatypes.html#HumanName>, <https://hl7.org/fhir/R4/datatypes.html#ContactPoint>.

use super::element::{extension, items, text};
use serde_json::Value;

const MIDDLE_NAME: &str = "http://hl7.no/fhir/StructureDefinition/no-basis-middlename";

/// The name of a person in reading order: `text` when given, else given, middle and family name. The official name first,
/// old names never.
#[must_use]
pub fn human_name(resource: &Value) -> Option<String> {
    let names = || items(resource, "name").iter().filter(|name| text(name, "use") != Some("old"));
    names().filter(|name| text(name, "use") == Some("official")).chain(names()).find_map(one_line)
}

/// The first current value of a telecom system (`phone`, `email` …); an old number is no number.
#[must_use]
pub fn telecom<'a>(resource: &'a Value, system: &str) -> Option<&'a str> {
    let points = items(resource, "telecom").iter();
    points
        .filter(|point| text(point, "use") != Some("old") && text(point, "system") == Some(system))
        .find_map(|point| text(point, "value"))
}

fn one_line(name: &Value) -> Option<String> {
    if let Some(whole) = text(name, "text") {
        return Some(whole.trim().to_owned());
    }
    let given = items(name, "given").iter().filter_map(Value::as_str);
    let middle = extension(name, MIDDLE_NAME).and_then(|extension| text(extension, "valueString"));
    let parts: Vec<&str> =
        given.chain(middle).chain(text(name, "family")).map(str::trim).filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names() {
        let table = [
            (json!({ "name": [{ "family": "Fjell", "given": ["Kari", "Anne"] }] }), Some("Kari Anne Fjell")),
            (json!({ "name": [{ "text": " Kari Fjell " }] }), Some("Kari Fjell")),
            (json!({ "name": [{ "use": "old", "text": "Før" }, { "text": "Nå" }] }), Some("Nå")),
            (json!({ "name": [{ "text": "Kalt" }, { "use": "official", "text": "Offisiell" }] }), Some("Offisiell")),
            (
                json!({ "name": [{ "given": ["Ola"], "family": "Dal", "extension": [{ "url": MIDDLE_NAME, "valueString": "Lie" }] }] }),
                Some("Ola Lie Dal"),
            ),
            (json!({ "name": [{ "given": [" "], "family": "" }] }), None),
            (json!({ "name": "Kari" }), None),
            (json!({}), None),
        ];
        for (resource, expected) in table {
            assert_eq!(human_name(&resource).as_deref(), expected, "{resource}");
        }
    }

    #[test]
    fn numbers() {
        let person = json!({ "telecom": [
            { "system": "phone", "use": "old", "value": "1" }, { "system": "phone" }, { "system": "email", "value": "a@b.no" },
            { "system": "phone", "value": "55 97 00 00" },
        ]});
        assert_eq!(telecom(&person, "phone"), Some("55 97 00 00"));
        assert_eq!(telecom(&person, "email"), Some("a@b.no"));
        assert_eq!(telecom(&person, "fax"), None);
    }
}
