//! `OperationDefinition` <https://hl7.org/fhir/R4/operationdefinition.html>: one for each name and type, whatever its levels.

use super::head::head;
use crate::profile::Words;
use crate::registry::{Operation, OperationKind, Parameter, operations};
use serde_json::{Map, Value, json};

/// All of them.
pub(super) fn all() -> Vec<Value> {
    let mut made: Vec<(String, Value)> = Vec::new();
    for operation in operations() {
        let id = id(operation);
        if !made.iter().any(|(known, _)| *known == id) {
            let definition = definition(&id, operation);
            made.push((id, definition));
        }
    }
    made.into_iter().map(|(_, definition)| definition).collect()
}

/// `CareTeam-appoint`.
pub(super) fn id(operation: &Operation) -> String {
    format!("{}-{}", operation.rtype, operation.name)
}

fn definition(id: &str, operation: &Operation) -> Value {
    let same = || operations().iter().filter(|other| other.rtype == operation.rtype && other.name == operation.name);
    let title = Words { nb: operation.title_nb, en: operation.title };
    let mut made = head("OperationDefinition", id, &operation.definition(), id, title);
    let mut put = |name: &str, value: Value| made.insert(name.to_owned(), value);
    put("kind", "operation".into());
    put("affectsState", operation.affects_state.into());
    put("code", operation.name.into());
    if let Some(base) = standard(operation) {
        put("base", base.into());
    }
    put("resource", json!([operation.rtype.as_str()]));
    put("system", false.into());
    put("type", same().any(|other| !other.instance).into());
    put("instance", same().any(|other| other.instance).into());
    // What only the type level needs is optional where the instance says it.
    let levels = same().count();
    let parameters = operation.parameters.iter();
    put(
        "parameter",
        parameters.map(|parameter| self::parameter(parameter, levels > 1 && parameter.name == "url")).collect(),
    );
    Value::Object(made)
}

/// The standard's definition that ours narrows.
fn standard(operation: &Operation) -> Option<String> {
    let rtype = match operation.kind {
        OperationKind::Job => return None,
        OperationKind::Validate => "Resource",
        OperationKind::Terminology => operation.rtype.as_str(),
    };
    Some(format!("http://hl7.org/fhir/OperationDefinition/{rtype}-{}", operation.name))
}

fn parameter(parameter: &Parameter, optional: bool) -> Value {
    let mut made = Map::new();
    let mut put = |name: &str, value: Value| made.insert(name.to_owned(), value);
    put("name", parameter.name.into());
    put("use", if parameter.out { "out" } else { "in" }.into());
    put("min", if optional { 0 } else { parameter.min }.into());
    put("max", parameter.max.into());
    put("documentation", parameter.about.into());
    if parameter.parts.is_empty() {
        put("type", parameter.rtype.into());
    } else {
        put("part", parameter.parts.iter().map(|part| self::parameter(part, false)).collect());
    }
    Value::Object(made)
}
