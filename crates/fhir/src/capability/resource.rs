//! `CapabilityStatement.rest.resource`: one type of the registry.

use crate::ResourceType;
use crate::registry::{
    Interaction, Operation, ParamKind, SearchParam, Served, if_match_required, operations, search_params, served_types,
};
use serde_json::{Map, Value, json};

/// What may be done with a type.
pub(super) fn resource(row: &Served) -> Value {
    let mut stated = Map::new();
    let mut put = |name: &str, value: Value| stated.insert(name.to_owned(), value);
    put("type", row.rtype.as_str().into());
    put("interaction", row.interactions.iter().map(|interaction| json!({ "code": interaction.code() })).collect());
    put("versioning", versioning(row).into());
    put("readHistory", row.allows(Interaction::Vread).into());
    put("updateCreate", row.allows(Interaction::Update).into());
    put("conditionalCreate", row.allows(Interaction::Create).into());
    put("conditionalRead", "full-support".into());
    put("conditionalUpdate", row.allows(Interaction::Update).into());
    put("conditionalDelete", if row.allows(Interaction::Delete) { "single" } else { "not-supported" }.into());
    put("referencePolicy", json!(["literal", "logical", "enforced"]));
    if row.allows(Interaction::SearchType) {
        put("searchInclude", includes(row.rtype).into());
        put("searchRevInclude", revincludes(row.rtype).into());
        put("searchParam", search_params(row.rtype).iter().map(search_param).collect());
    }
    put("operation", operations().iter().filter(|of| of.rtype == row.rtype).map(operation).collect());
    // FHIR has no empty arrays.
    stated.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
    Value::Object(stated)
}

/// Whether versions can be read, and whether an update must name the one it changes.
fn versioning(row: &Served) -> &'static str {
    match (row.allows(Interaction::Vread), row.allows(Interaction::Update) && if_match_required(row.rtype)) {
        (_, true) => "versioned-update",
        (true, false) => "versioned",
        (false, false) => "no-version",
    }
}

fn search_param(param: &SearchParam) -> Value {
    json!({ "name": param.name, "definition": param.definition(), "type": param.kind.code() })
}

fn operation(operation: &Operation) -> Value {
    json!({
        "name": operation.name,
        "definition": format!("https://varde.no/fhir/OperationDefinition/{}-{}", operation.rtype, operation.name),
        "documentation": operation.title,
    })
}

fn includes(rtype: ResourceType) -> Vec<String> {
    let params = search_params(rtype).iter();
    params.filter(|param| is_link(param)).map(|param| format!("{rtype}:{}", param.name)).collect()
}

fn revincludes(rtype: ResourceType) -> Vec<String> {
    let sources = served_types().iter().filter(|row| row.allows(Interaction::SearchType));
    let params = sources.flat_map(|row| search_params(row.rtype));
    params
        .filter(|param| is_link(param) && param.targets.contains(&rtype))
        .map(|param| format!("{}:{}", param.rtype, param.name))
        .collect()
}

fn is_link(param: &SearchParam) -> bool {
    param.kind == ParamKind::Reference && !param.targets.is_empty()
}
