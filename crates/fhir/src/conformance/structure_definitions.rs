//! `StructureDefinition` <https://hl7.org/fhir/R4/structuredefinition.html> of our profiles and extensions, as differentials: what
//! they ask besides R4. A snapshot would repeat the sentences of the specification, which are not kept here.

use super::head::{head, translation};
use crate::canonical;
use crate::profile::{self, Ask, Extension, Profile, Rule, Words, extensions, profiles};
use crate::table::{self, Element};
use serde_json::{Map, Value, json};

const DEFINITIONS: &str = "http://hl7.org/fhir/StructureDefinition";

/// All of them, profiles first.
pub(super) fn all() -> Vec<Value> {
    profiles().iter().map(of_profile).chain(extensions().iter().map(of_extension)).collect()
}

fn of_profile(profile: &Profile) -> Value {
    let mut made = structure(profile.id, profile.name, profile.title);
    let rtype = profile.rtype.as_str();
    let mut elements = vec![json!({ "id": rtype, "path": rtype })];
    for rule in profile.rules {
        elements.extend(element(profile, rule, &format!("{rtype}.{}", rule.path)));
    }
    for extension in extensions().iter().filter(|extension| extension.context.split('.').next() == Some(rtype)) {
        elements.push(extension_slice(extension));
    }
    // Tools that make a snapshot want them in the order of the base.
    elements.sort_by_cached_key(|element| order(element.get("path").and_then(Value::as_str).unwrap_or_default()));
    made.extend(ending(rtype, &format!("{DEFINITIONS}/{rtype}"), &elements));
    Value::Object(made)
}

/// The rows of one rule: one, or three when some coding of a repeating element is asked for.
fn element(profile: &Profile, rule: &Rule, path: &str) -> Vec<Value> {
    let found = find(profile.rtype.as_str(), rule.path);
    let (choice, repeats) = found.map_or((false, false), |element| (element.choice, element.repeats()));
    let name = if choice { format!("{path}[x]") } else { path.to_owned() };
    let mut made = Map::new();
    made.insert("id".to_owned(), name.clone().into());
    made.insert("path".to_owned(), name.clone().into());
    made.insert("short".to_owned(), rule.why.en.into());
    made.insert("_short".to_owned(), json!({ "extension": [translation(rule.why.nb)] }));
    made.insert("min".to_owned(), 1.into());
    match &rule.ask {
        Ask::Present => {}
        Ask::RefersTo(types) => {
            let targets: Vec<String> = types.iter().map(|rtype| format!("{DEFINITIONS}/{rtype}")).collect();
            made.insert("type".to_owned(), json!([{ "code": "Reference", "targetProfile": targets }]));
        }
        Ask::Code(code) => {
            made.insert("patternCode".to_owned(), (*code).into());
        }
        Ask::Coding(system, code) if !repeats => {
            made.insert("patternCodeableConcept".to_owned(), concept(system, code));
        }
        Ask::Coding(system, code) => {
            return sliced(made, &name, "patternCodeableConcept", concept(system, code));
        }
        Ask::In(set) if repeats => return sliced(made, &name, "binding", binding(set)),
        Ask::In(set) => {
            made.insert("binding".to_owned(), binding(set));
        }
    }
    vec![Value::Object(made)]
}

/// Where an element stands in its type, step by step.
fn order(path: &str) -> Vec<usize> {
    let mut steps = path.split('.');
    let mut node = steps.next().and_then(table::type_def).map(table::content);
    let mut places = Vec::new();
    for step in steps {
        let name = step.trim_end_matches("[x]");
        let found = node.and_then(|node| node.elements.iter().enumerate().find(|(_, element)| element.name == name));
        let Some((place, element)) = found else { break };
        places.push(place);
        node = element.types.first().and_then(table::node_of);
    }
    places
}

/// Some entry of a list is what is asked for; others may stand beside it.
fn sliced(mut whole: Map<String, Value>, path: &str, name: &str, asked: Value) -> Vec<Value> {
    let discriminator = json!([{ "type": "value", "path": "$this" }]);
    whole.insert("slicing".to_owned(), json!({ "discriminator": discriminator, "rules": "open" }));
    let mut slice = Map::new();
    slice.insert("id".to_owned(), format!("{path}:asked").into());
    slice.insert("path".to_owned(), path.into());
    slice.insert("sliceName".to_owned(), "asked".into());
    slice.insert("min".to_owned(), 1.into());
    slice.insert(name.to_owned(), asked);
    vec![Value::Object(whole), Value::Object(slice)]
}

fn binding(set: &str) -> Value {
    json!({ "strength": "required", "valueSet": canonical::of("ValueSet", set) })
}

fn concept(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code }] })
}

fn extension_slice(extension: &Extension) -> Value {
    let path = format!("{}.extension", extension.context);
    json!({
        "id": format!("{path}:{}", extension.id), "path": path, "sliceName": extension.id,
        "min": 0, "max": most(extension), "short": extension.title.en,
        "type": [{ "code": "Extension", "profile": [extension.url()] }],
    })
}

fn most(extension: &Extension) -> &'static str {
    if extension.repeats { "*" } else { "1" }
}

fn of_extension(extension: &Extension) -> Value {
    let mut made = structure(extension.id, extension.name, extension.title);
    made.insert("context".to_owned(), json!([{ "type": "element", "expression": extension.context }]));
    let mut value = json!({ "id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1 });
    if let Some(value) = value.as_object_mut() {
        let mut kind = json!({ "code": extension.value.type_name() });
        match extension.value {
            profile::Value::Reference(types) => {
                let targets: Vec<String> = types.iter().map(|rtype| format!("{DEFINITIONS}/{rtype}")).collect();
                kind = json!({ "code": "Reference", "targetProfile": targets });
            }
            profile::Value::Coding(Some(set)) => {
                value.insert("binding".to_owned(), binding(set));
            }
            _ => {}
        }
        value.insert("type".to_owned(), json!([kind]));
    }
    let elements = [
        json!({ "id": "Extension", "path": "Extension", "max": most(extension), "short": extension.title.en }),
        json!({ "id": "Extension.extension", "path": "Extension.extension", "max": "0" }),
        json!({ "id": "Extension.url", "path": "Extension.url", "fixedUri": extension.url() }),
        value,
    ];
    made.extend(ending("Extension", &format!("{DEFINITIONS}/Extension"), &elements));
    Value::Object(made)
}

fn structure(id: &str, name: &str, title: Words) -> Map<String, Value> {
    let mut made = head("StructureDefinition", id, &canonical::of("StructureDefinition", id), name, title);
    made.insert("fhirVersion".to_owned(), "4.0.1".into());
    made
}

fn ending(rtype: &str, base: &str, elements: &[Value]) -> Map<String, Value> {
    let kind = if rtype == "Extension" { "complex-type" } else { "resource" };
    let mut made = Map::new();
    for (name, value) in [
        ("kind", json!(kind)),
        ("abstract", json!(false)),
        ("type", json!(rtype)),
        ("baseDefinition", json!(base)),
        ("derivation", json!("constraint")),
        ("differential", json!({ "element": elements })),
    ] {
        made.insert(name.to_owned(), value);
    }
    made
}

/// The element at a path below a type.
fn find(rtype: &str, path: &str) -> Option<&'static Element> {
    let mut node = table::content(table::type_def(rtype)?);
    let mut found = None;
    for step in path.split('.') {
        let element = node.element(step)?;
        found = Some(element);
        if let Some(inside) = element.types.first().and_then(table::node_of) {
            node = inside;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminology;

    #[test]
    fn elements_stand_in_the_order_of_the_base() {
        let ids = |at: usize| -> Vec<String> {
            let elements = all()[at].pointer("/differential/element").and_then(Value::as_array).cloned();
            elements.unwrap().iter().map(|element| element["id"].as_str().unwrap().to_owned()).collect()
        };
        let team = [
            "CareTeam",
            "CareTeam.status",
            "CareTeam.category",
            "CareTeam.category:asked",
            "CareTeam.subject",
            "CareTeam.participant.extension:appointed-by",
            "CareTeam.participant.extension:appointment-identifier",
            "CareTeam.participant.extension:criteria",
            "CareTeam.participant.extension:end-reason",
            "CareTeam.participant.extension:patient-informed",
            "CareTeam.participant.role",
            "CareTeam.participant.role:asked",
            "CareTeam.participant.member",
            "CareTeam.participant.period",
            "CareTeam.participant.period.start",
            "CareTeam.managingOrganization",
        ];
        assert_eq!(ids(0), team);
        let plan = ["CarePlan", "CarePlan.extension:revision-date", "CarePlan.intent", "CarePlan.category"];
        assert_eq!(ids(1)[..4], plan);
        let consent = ["Consent.performer", "Consent.source[x]", "Consent.policyRule"];
        assert!(ids(2).ends_with(&consent.map(str::to_owned)), "{:?}", ids(2));
    }

    #[test]
    fn rules_lead_somewhere() {
        for profile in profiles() {
            for rule in profile.rules {
                assert!(find(profile.rtype.as_str(), rule.path).is_some(), "{} {}", profile.id, rule.path);
                if let Ask::In(set) = rule.ask {
                    assert!(terminology::value_set(set).is_some(), "{set}");
                }
            }
        }
    }
}
