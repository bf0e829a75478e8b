//! What the operations' schemas are made of: closed and open objects, named parameters, and the references and codings
//! that several of them share.

use serde_json::{Map, Value, json};

const NATIONAL: &str = "urn:oid:2.16.578.1.12.4.1.4.";

/// The shared schemas by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        (
            "PersonIdentifier",
            identifier(
                "A national number: fødselsnummer, D-nummer, felles hjelpenummer or DUF number. Never put it in a URL.",
                &["1", "2", "3", "5"],
            ),
        ),
        ("HprIdentifier", identifier("An HPR number (Helsepersonellregisteret).", &["4"])),
        ("OrganizationIdentifier", identifier("An organisation number (…4.101) or RESH id (…4.102).", &["101", "102"])),
        (
            "PatientReference",
            reference(
                "The patient: `Patient/{id}`, or logically by national number.",
                &["Patient"],
                "PersonIdentifier",
            ),
        ),
        (
            "HealthPersonnelReference",
            reference(
                "A health professional: literal, or logically by HPR number.",
                &["Practitioner", "PractitionerRole"],
                "HprIdentifier",
            ),
        ),
        (
            "UnitReference",
            reference(
                "A unit or legal entity: `Organization/{id}`, or logically by organisation number or RESH id.",
                &["Organization"],
                "OrganizationIdentifier",
            ),
        ),
        (
            "RoleCoding",
            coding(
                "Role, Volven 9034: `18` koordinator (spesialisthelsetjenesteloven § 2-5 a), `19` kontaktlege, \
                 `20` kontaktpsykolog (§ 2-5 c).",
                "urn:oid:2.16.578.1.12.4.1.1.9034",
                &["18", "19", "20"],
            ),
        ),
        (
            "CriterionCoding",
            coding(
                "Why a koordinator is needed: `kompleks`, or `langvarig` and `koordinert` together.",
                "https://varde.no/fhir/CodeSystem/varde-criteria",
                &["kompleks", "langvarig", "koordinert"],
            ),
        ),
    ]
}

/// A text with a description.
pub(super) fn text(words: &str) -> Value {
    json!({ "type": "string", "description": words })
}

/// A `$ref`.
pub(super) fn to(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

/// An object that holds these properties and no others.
pub(super) fn closed(words: &str, properties: &[(&str, Value)], required: &[&str]) -> Value {
    let mut object = open(words, properties, required);
    if let Some(object) = object.as_object_mut() {
        object.insert("additionalProperties".to_owned(), json!(false));
    }
    object
}

/// An object that may hold more.
pub(super) fn open(words: &str, properties: &[(&str, Value)], required: &[&str]) -> Value {
    let properties: Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    let mut object = json!({ "type": "object", "description": words, "properties": properties });
    if let (false, Some(object)) = (required.is_empty(), object.as_object_mut()) {
        object.insert("required".to_owned(), json!(required));
    }
    object
}

/// A parameter of a request: its name and one value.
pub(super) fn given(name: &str, property: &str, value: Value, words: &str) -> Value {
    closed(words, &[("name", only(name)), (property, value)], &["name", property])
}

/// A parameter or part of an answer.
pub(super) fn told(name: &str, property: &str, value: Value, words: &str) -> Value {
    open(words, &[("name", only(name)), (property, value)], &["name", property])
}

/// Exactly this text.
pub(super) fn only(value: &str) -> Value {
    json!({ "type": "string", "enum": [value] })
}

/// One of the schemas, told apart by `name`.
pub(super) fn one_of(schemas: &[(&str, &str)]) -> Value {
    tagged("name", schemas)
}

/// One of the schemas, told apart by a property.
pub(super) fn tagged(property: &str, schemas: &[(&str, &str)]) -> Value {
    let mapping: Map<String, Value> = schemas
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), json!(format!("#/components/schemas/{schema}"))))
        .collect();
    let choices: Vec<Value> = schemas.iter().map(|(_, schema)| to(schema)).collect();
    json!({ "oneOf": choices, "discriminator": { "propertyName": property, "mapping": mapping } })
}

/// A Parameters resource of a request.
pub(super) fn asked(words: &str, items: &Value, least: u32, most: Option<u32>) -> Value {
    let mut list = json!({ "type": "array", "items": items, "minItems": least });
    if let (Some(most), Some(list)) = (most, list.as_object_mut()) {
        list.insert("maxItems".to_owned(), json!(most));
    }
    closed(words, &[("resourceType", only("Parameters")), ("parameter", list)], &["resourceType", "parameter"])
}

/// A Parameters resource of an answer.
pub(super) fn answered(words: &str, items: &Value) -> Value {
    let list = json!({ "type": "array", "items": items });
    open(words, &[("resourceType", only("Parameters")), ("parameter", list)], &["resourceType", "parameter"])
}

/// A literal reference to one type.
pub(super) fn literal(words: &str, rtype: &str) -> Value {
    closed(words, &[("reference", target(&[rtype])), ("display", text("Text for people."))], &["reference"])
}

fn target(types: &[&str]) -> Value {
    json!({
        "type": "string",
        "description": "`Type/id` on this server.",
        "pattern": format!(r"^(https?://.+/)?({})/[A-Za-z0-9\-\.]{{1,64}}$", types.join("|")),
    })
}

fn reference(words: &str, types: &[&str], identifier: &str) -> Value {
    let properties = [
        ("reference", target(types)),
        ("type", json!({ "type": "string", "description": "The type.", "enum": types })),
        ("identifier", to(identifier)),
        ("display", text("A name for people; nothing is found by it.")),
    ];
    let mut reference = closed(words, &properties, &[]);
    if let Some(reference) = reference.as_object_mut() {
        reference.insert("minProperties".to_owned(), json!(1));
    }
    reference
}

fn identifier(words: &str, systems: &[&str]) -> Value {
    let systems: Vec<String> = systems.iter().map(|last| format!("{NATIONAL}{last}")).collect();
    let system = json!({ "type": "string", "description": "The namespace.", "enum": systems });
    let value = json!({ "type": "string", "description": "The number.", "minLength": 1 });
    closed(words, &[("system", system), ("value", value)], &["system", "value"])
}

fn coding(words: &str, system: &str, codes: &[&str]) -> Value {
    let properties = [
        ("system", only(system)),
        ("code", json!({ "type": "string", "description": "The code.", "enum": codes })),
        ("display", text("Text for people.")),
    ];
    closed(words, &properties, &["system", "code"])
}
