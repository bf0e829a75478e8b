//! `_include` and `_revinclude`: `Source:param[:Target]` <https://hl7.org/fhir/R4/search.html#revinclude>.

use super::issues::{invalid_value, not_supported};
use super::model::Include;
use crate::registry::{SearchParam, search_param, search_params, served};
use crate::validate::suggest::{meant, nearest};
use crate::{Issue, ResourceType};

/// `_include`: a reference of the type searched; with `:iterate` of any type.
pub(super) fn include(types: &[ResourceType], value: &str, iterate: bool) -> Result<Include, Issue> {
    let include = read("_include", value, iterate)?;
    if iterate || types.contains(&include.source) {
        return Ok(include);
    }
    let rtype = types.first().map_or("", |rtype| rtype.as_str());
    Err(invalid_value(
        "_include",
        &format!("kilden er typen det søkes på: {rtype}:parameter[:Mål]. For andre typer: _include:iterate."),
        &format!("the source is the type searched: {rtype}:parameter[:Target]. For other types: _include:iterate."),
    ))
}

/// `_revinclude`: a reference of any type to the type searched; with `:iterate` to any type.
pub(super) fn revinclude(types: &[ResourceType], value: &str, iterate: bool) -> Result<Include, Issue> {
    let include = read("_revinclude", value, iterate)?;
    if iterate
        || types
            .iter()
            .any(|rtype| include.param.targets.contains(rtype) && include.target.is_none_or(|target| target == *rtype))
    {
        return Ok(include);
    }
    let rtype = types.first().map_or("", |rtype| rtype.as_str());
    Err(invalid_value(
        "_revinclude",
        &format!("parameteren peker ikke på {rtype}."),
        &format!("the parameter does not point at {rtype}."),
    ))
}

fn read(name: &str, value: &str, iterate: bool) -> Result<Include, Issue> {
    if value.split(':').any(|part| part == "*") {
        return Err(not_supported(name, "Nevn parametrene i stedet for *.", "Name the parameters instead of *."));
    }
    let mut parts = value.split(':');
    let (source, code, target, more) = (parts.next(), parts.next(), parts.next(), parts.next());
    let source: Option<ResourceType> = source.and_then(|source| source.parse().ok()).filter(|t| served(*t).is_some());
    let (Some(source), Some(code), None) = (source, code, more) else { return Err(malformed(name)) };
    let param =
        search_param(source, code).filter(|param| includable(param)).ok_or_else(|| unknown(name, source, code))?;
    let target = target.map(|target| target.parse().ok().filter(|target| param.targets.contains(target)));
    match target {
        Some(None) => Err(malformed(name)),
        target => Ok(Include { source, param, target: target.flatten(), iterate }),
    }
}

fn includable(param: &SearchParam) -> bool {
    !param.targets.is_empty()
}

fn malformed(name: &str) -> Issue {
    invalid_value(
        name,
        "skriv Type:parameter eller Type:parameter:Måltype, for eksempel CareTeam:participant:Practitioner.",
        "write Type:parameter or Type:parameter:Target, for example CareTeam:participant:Practitioner.",
    )
}

fn unknown(name: &str, source: ResourceType, code: &str) -> Issue {
    let names: Vec<&str> = search_params(source).iter().filter(|p| includable(p)).map(|p| p.name).collect();
    let (nb, en) = meant(nearest(code, names.iter().copied()));
    let names = names.join(", ");
    invalid_value(
        name,
        &format!("{source} har ingen slik referanse.{nb} Referansene er: {names}."),
        &format!("{source} has no such reference.{en} The references are: {names}."),
    )
}
