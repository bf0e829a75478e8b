//! `SearchParameter` <https://hl7.org/fhir/R4/searchparameter.html>: every parameter that a search takes here, R4's under the
//! standard's canonical URL and with the types that are served here, our own under ours.

use super::head::{head, last_part};
use crate::profile::Words;
use crate::query::modifiers;
use crate::registry::{ParamKind, SearchParam, search_params, served_types};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const COMPARATORS: [&str; 9] = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"];

/// All of them, each once: R4 defines some for several types together.
pub(super) fn all() -> Vec<Value> {
    let mut by_url: BTreeMap<String, Vec<&SearchParam>> = BTreeMap::new();
    for param in served_types().iter().flat_map(|row| search_params(row.rtype)) {
        by_url.entry(param.definition()).or_default().push(param);
    }
    by_url.iter().filter_map(|(url, params)| Some(definition(url, params, params.first()?))).collect()
}

fn definition(url: &str, params: &[&SearchParam], first: &SearchParam) -> Value {
    let id = last_part(url);
    let common = first.expression.starts_with("Resource.");
    let mut made = head("SearchParameter", id, url, id, Words { nb: "", en: "" });
    made.remove("title");
    let mut put = |name: &str, value: Value| made.insert(name.to_owned(), value);
    if !first.own {
        put("version", "4.0.1".into());
        put("publisher", "HL7".into());
    }
    let whose = if first.own { "Varde's own" } else { "FHIR R4's" };
    put("description", format!("{whose} parameter {}, as it is searched here.", first.name).into());
    put("code", first.name.into());
    let bases: Vec<&str> =
        if common { vec!["Resource"] } else { params.iter().map(|param| param.rtype.as_str()).collect() };
    put("base", bases.into());
    put("type", first.kind.code().into());
    let expressions: BTreeSet<&str> = params.iter().map(|param| param.expression).collect();
    put("expression", expressions.into_iter().collect::<Vec<_>>().join(" | ").into());
    put("xpathUsage", "normal".into());
    let targets: BTreeSet<&str> = params.iter().flat_map(|param| param.targets).map(|target| target.as_str()).collect();
    if !targets.is_empty() {
        put("target", targets.into_iter().collect());
    }
    put("multipleOr", true.into());
    put("multipleAnd", true.into());
    if first.kind == ParamKind::Date {
        put("comparator", json!(COMPARATORS));
    }
    let modifiers = modifier_codes(first);
    if !modifiers.is_empty() {
        put("modifier", modifiers.into());
    }
    Value::Object(made)
}

/// <https://hl7.org/fhir/R4/valueset-search-modifier-code.html>
fn modifier_codes(param: &SearchParam) -> Vec<String> {
    let mut codes: Vec<String> = modifiers(param).iter().map(|name| name.trim_start_matches(':').to_owned()).collect();
    if param.kind == ParamKind::Reference && !param.targets.is_empty() {
        codes.push("type".to_owned());
    }
    // The code set spells one of them in its own way.
    codes.iter_mut().filter(|code| *code == "of-type").for_each(|code| "ofType".clone_into(code));
    codes
}
