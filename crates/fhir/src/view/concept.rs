//! Codes: `CodeableConcept`, lists of them, and `Coding` <https://hl7.org/fhir/R4/datatypes.html#CodeableConcept>.

use super::element::{items, text};
use serde_json::Value;

/// Every `(system, code)` of a `CodeableConcept`, or of a list of them, or of a lone `Coding`.
pub fn codings(concept: &Value) -> impl Iterator<Item = (&str, &str)> {
    let concepts = concept.as_array().map_or_else(|| std::slice::from_ref(concept), Vec::as_slice);
    concepts.iter().flat_map(|concept| {
        let listed = items(concept, "coding");
        let lone = if listed.is_empty() { std::slice::from_ref(concept) } else { listed };
        lone.iter().filter_map(|coding| Some((text(coding, "system").unwrap_or_default(), text(coding, "code")?)))
    })
}

/// Whether a concept (or a list of them) carries this code of this system.
#[must_use]
pub fn has_coding(concept: &Value, system: &str, code: &str) -> bool {
    codings(concept).any(|coding| coding == (system, code))
}

/// Whether the element of this name carries the code: `has_code(plan, "category", system, code)`.
#[must_use]
pub fn has_code(element: &Value, name: &str, system: &str, code: &str) -> bool {
    element.get(name).is_some_and(|concept| has_coding(concept, system, code))
}

/// Whether the element of this name carries any of the codes of the system.
#[must_use]
pub fn has_any_code(element: &Value, name: &str, system: &str, codes: &[&str]) -> bool {
    element
        .get(name)
        .is_some_and(|concept| codings(concept).any(|(its_system, code)| its_system == system && codes.contains(&code)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn finds_codes() {
        let plan = json!({
            "category": [{ "coding": [{ "system": "s", "code": "a" }, { "system": "t", "code": "b" }] }, { "text": "free" }],
            "code": { "system": "s", "code": "c" },
        });
        assert!(has_code(&plan, "category", "t", "b"));
        assert!(has_code(&plan, "code", "s", "c"));
        assert!(!has_code(&plan, "category", "s", "b"));
        assert!(!has_code(&plan, "absent", "s", "b"));
        assert!(has_any_code(&plan, "category", "s", &["x", "a"]));
        assert!(!has_any_code(&plan, "category", "s", &["b"]));
        assert_eq!(codings(&json!(3)).count() + codings(&json!([null, [], {}])).count(), 0);
    }
}
