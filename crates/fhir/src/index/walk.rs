//! Walking a compiled path through a resource's JSON: arrays are entered, references filtered by type.

use super::path::Step;
use super::target::target;
use crate::ResourceType;
use crate::identifier::{ENH, HPR, RESH, is_national_system};
use serde_json::Value;

/// Adds the values a path leads to, in document order.
pub(super) fn walk<'a>(value: &'a Value, steps: &[Step], base: &str, found: &mut Vec<&'a Value>) {
    let Some((step, rest)) = steps.split_first() else { return found.push(value) };
    match step {
        Step::Child(names) => {
            for child in names.iter().filter_map(|name| value.get(name)) {
                match child {
                    // `null` holds the place of a primitive that has only extensions.
                    Value::Array(items) => {
                        items.iter().filter(|item| !item.is_null()).for_each(|item| walk(item, rest, base, found));
                    }
                    Value::Null => {}
                    one => walk(one, rest, base, found),
                }
            }
        }
        Step::Resolves(rtype) if resolves(value, *rtype, base) => walk(value, rest, base, found),
        Step::Equals(name, text) if value.get(name).and_then(Value::as_str) == Some(text) => {
            walk(value, rest, base, found);
        }
        Step::Resolves(_) | Step::Equals(..) => {}
    }
}

/// `resolve() is T` without resolving: by the literal, by `Reference.type`, else by the kind of business identifier.
fn resolves(reference: &Value, rtype: ResourceType, base: &str) -> bool {
    let text = |name: &str| reference.get(name).and_then(Value::as_str);
    if let Some(literal) = text("reference").and_then(|literal| target(literal, base)) {
        return literal.rtype == Some(rtype);
    }
    if let Some(declared) = text("type") {
        return declared.rsplit('/').next() == Some(rtype.as_str());
    }
    let system = reference.pointer("/identifier/system").and_then(Value::as_str).unwrap_or_default();
    type_by_identifier(system) == Some(rtype)
}

/// Whom an identifier of this system names when nothing else tells: how EPJ systems refer to people and organisations.
fn type_by_identifier(system: &str) -> Option<ResourceType> {
    match system {
        HPR => Some(ResourceType::Practitioner),
        ENH | RESH => Some(ResourceType::Organization),
        national if is_national_system(national) => Some(ResourceType::Patient),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier::FNR;
    use crate::index::path::compile;
    use serde_json::json;

    fn found(expression: &str, resource: &Value) -> Vec<Value> {
        let paths = compile(expression, &["DateTime", "Period", "Coding"]).unwrap();
        let mut found = Vec::new();
        for path in &paths {
            walk(resource, &path.steps, "http://here/fhir", &mut found);
        }
        found.into_iter().cloned().collect()
    }

    #[test]
    fn walks_arrays_choices_and_primitive_extensions() {
        let resource = json!({
            "name": [{ "given": ["Kari", null, "Anne"] }, { "given": ["Mari"] }, {}],
            "occurrencePeriod": { "start": "2026" },
            "address": [{ "_district": { "extension": [{ "url": "a", "valueCoding": { "code": "4601" } }, { "url": "b" }] } }],
            "telecom": [{ "system": "phone", "value": "1" }, { "system": "email", "value": "2" }],
        });
        for (expression, values) in [
            ("P.name.given", json!(["Kari", "Anne", "Mari"])),
            ("P.occurrence", json!([{ "start": "2026" }])),
            ("P.address.district.extension.where(url='a').value", json!([{ "code": "4601" }])),
            ("P.telecom.where(system='phone')", json!([{ "system": "phone", "value": "1" }])),
            ("P.name.nothing | P.telecom.value", json!(["1", "2"])),
            ("P.name.given.deeper", json!([])),
        ] {
            assert_eq!(Value::from(found(expression, &resource)), values, "{expression}");
        }
    }

    #[test]
    fn resolves_by_literal_type_or_identifier() {
        for (reference, patient) in [
            (json!({ "reference": "Patient/1" }), true),
            (json!({ "reference": "http://here/fhir/Patient/1" }), true),
            (json!({ "reference": "http://there/fhir/Patient/1" }), true),
            (json!({ "reference": "Group/1" }), false),
            (json!({ "reference": "Group/1", "type": "Patient" }), false),
            (json!({ "reference": "urn:uuid:1", "type": "Patient" }), false),
            (json!({ "type": "Patient", "identifier": { "value": "1" } }), true),
            (
                json!({ "type": "http://hl7.org/fhir/StructureDefinition/Patient", "identifier": { "value": "1" } }),
                true,
            ),
            (json!({ "type": "Group", "identifier": { "system": FNR, "value": "1" } }), false),
            (json!({ "identifier": { "system": FNR, "value": "1" } }), true),
            (json!({ "identifier": { "system": HPR, "value": "1" } }), false),
            (json!({ "identifier": { "system": "urn:other", "value": "1" } }), false),
            (json!({ "display": "x" }), false),
            (json!("Patient/1"), false),
        ] {
            let resource = json!({ "subject": reference });
            let hits = found("T.subject.where(resolve() is Patient)", &resource).len();
            assert_eq!(hits == 1, patient, "{resource}");
        }
    }
}
