//! From 3.1 to 3.0.3 <https://spec.openapis.org/oas/v3.0.3.html>: JSON Schema 2020-12 becomes the older dialect, and what
//! 3.0 does not know is said otherwise or left out.

use serde_json::{Map, Value, json};

/// Keywords of JSON Schema 2020-12 that 3.0 does not have.
const UNKNOWN: &[&str] =
    &["$schema", "$id", "$defs", "$comment", "contains", "patternProperties", "propertyNames", "if", "then", "else"];

/// The twin of a 3.1 document.
pub(super) fn convert(mut document: Value) -> Value {
    if let Some(root) = document.as_object_mut() {
        root.insert("openapi".to_owned(), json!("3.0.3"));
        root.remove("webhooks");
        root.remove("jsonSchemaDialect");
    }
    walk(&mut document);
    security(&mut document);
    document
}

/// Visits everything except examples, whose content is data.
fn walk(value: &mut Value) {
    match value {
        Value::Object(object) => {
            reference(object);
            schema(object);
            for (name, inner) in object.iter_mut() {
                if !matches!(name.as_str(), "example" | "examples" | "default" | "enum") {
                    walk(inner);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(walk),
        _ => {}
    }
}

/// Beside a `$ref` nothing may stand in 3.0.
fn reference(object: &mut Map<String, Value>) {
    if object.get("$ref").is_some_and(Value::is_string) {
        object.retain(|name, _| name == "$ref");
    }
}

fn schema(object: &mut Map<String, Value>) {
    // A schema has no `in`, `content` or `description`-only neighbour that these keywords could be confused with.
    if let Some(Value::Array(types)) = object.get("type").cloned() {
        let plain: Vec<&Value> = types.iter().filter(|name| *name != "null").collect();
        if plain.len() < types.len() {
            object.insert("nullable".to_owned(), json!(true));
        }
        match plain.as_slice() {
            [one] => drop(object.insert("type".to_owned(), (*one).clone())),
            _ => drop(object.remove("type")),
        }
    }
    if let Some(value) = object.get("const").cloned().filter(|value| !value.is_object()) {
        object.remove("const");
        object.insert("enum".to_owned(), json!([value]));
    }
    exclusive(object, "exclusiveMinimum", "minimum");
    exclusive(object, "exclusiveMaximum", "maximum");
    if is_schema(object) {
        if let Some(Value::Array(examples)) = object.remove("examples") {
            object.extend(examples.into_iter().next().map(|first| ("example".to_owned(), first)));
        }
        object.retain(|name, _| !UNKNOWN.contains(&name.as_str()));
    }
}

/// `exclusiveMinimum: 0` becomes `minimum: 0, exclusiveMinimum: true`.
fn exclusive(object: &mut Map<String, Value>, keyword: &str, bound: &str) {
    if let Some(limit) = object.get(keyword).filter(|limit| limit.is_number()).cloned() {
        object.insert(bound.to_owned(), limit);
        object.insert(keyword.to_owned(), json!(true));
    }
}

fn is_schema(object: &Map<String, Value>) -> bool {
    object.get("type").is_some_and(Value::is_string) && !object.contains_key("in") && !object.contains_key("flows")
}

/// Scopes may stand only with `oauth2` and `openIdConnect` in 3.0; the descriptions keep them.
fn security(document: &mut Value) {
    let schemes = document.pointer("/components/securitySchemes").cloned().unwrap_or_default();
    let carries =
        |name: &str| schemes.get(name).and_then(|scheme| scheme.get("type")).is_some_and(|kind| kind != "http");
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    let operations = paths.values_mut().filter_map(Value::as_object_mut).flat_map(|item| item.values_mut());
    let requirements = operations
        .filter_map(|operation| operation.get_mut("security").and_then(Value::as_array_mut))
        .flat_map(|all| all.iter_mut())
        .filter_map(Value::as_object_mut);
    for requirement in requirements {
        for (name, scopes) in requirement.iter_mut() {
            if !carries(name) {
                *scopes = json!([]);
            }
        }
    }
}
