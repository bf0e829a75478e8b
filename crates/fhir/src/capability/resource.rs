//! `CapabilityStatement.rest.resource`: one type of the registry.

use crate::ResourceType;
use crate::conformance::search_names;
use crate::profile::profiles;
use crate::registry::{
    Group, Interaction, Operation, ParamKind, SearchParam, Served, if_match_required, operations, search_params,
    served_types,
};
use serde_json::{Map, Value, json};

/// What may be done with a type.
pub(super) fn resource(row: &Served) -> Value {
    let mut stated = Map::new();
    let mut put = |name: &str, value: Value| stated.insert(name.to_owned(), value);
    put("type", row.rtype.as_str().into());
    put("profile", format!("http://hl7.org/fhir/StructureDefinition/{}", row.rtype).into());
    let profiles = profiles().iter().filter(|profile| profile.rtype == row.rtype);
    put("supportedProfile", profiles.map(|profile| Value::from(profile.url())).collect());
    put("documentation", documentation(row).into());
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
    put("operation", stated_operations(row.rtype).into());
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

/// What a conformance type may be asked: nothing of it changes, and nothing of it refers to what is stored.
pub(super) fn published(row: &Served) -> Value {
    let mut stated = json!({
        "type": row.rtype.as_str(),
        "profile": format!("http://hl7.org/fhir/StructureDefinition/{}", row.rtype),
        "documentation": documentation(row),
        "interaction": row.interactions.iter().map(|interaction| json!({ "code": interaction.code() })).collect::<Vec<_>>(),
        "versioning": "no-version",
        "conditionalRead": "not-match",
        "searchParam": search_names(row.rtype).iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect::<Vec<_>>(),
    });
    let operations = stated_operations(row.rtype);
    if let (false, Some(stated)) = (operations.is_empty(), stated.as_object_mut()) {
        stated.insert("operation".to_owned(), operations.into());
    }
    stated
}

fn documentation(row: &Served) -> &'static str {
    match row.group {
        Group::Coordination => {
            "Who coordinates, on what consent, by what plan: the owner writes, whoever it concerns reads."
        }
        Group::Context => "The patient and the stay, for those who have part in the coordination.",
        Group::Directory => "Readable with any token; written by the owner. No national identity number.",
        Group::Record => "Who did what, and figures.",
        Group::Push => "Standing requests to be told of changes.",
        Group::Conformance => "Published for anybody, without a token.",
    }
}

/// One entry for each name, whatever its levels.
fn stated_operations(rtype: ResourceType) -> Vec<Value> {
    let here = || operations().iter().filter(|of| of.rtype == rtype);
    let first =
        |of: &&Operation| here().find(|other| other.name == of.name).is_some_and(|other| std::ptr::eq(other, *of));
    here().filter(first).map(operation).collect()
}

pub(super) fn search_param(param: &SearchParam) -> Value {
    json!({ "name": param.name, "definition": param.definition(), "type": param.kind.code() })
}

fn operation(operation: &Operation) -> Value {
    json!({
        "name": operation.name,
        "definition": operation.definition(),
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
