//! Values that no resource can have: a code that is not in the value set its element is bound to, a truth value that is none, a
//! reference to a type the element cannot refer to. Such a search would find nothing, or with `:not` everything, and the caller
//! would take a slip of the pen for an answer <https://hl7.org/fhir/R4/search.html#errors>.

use super::coded::{Bound, bound};
use super::issues::invalid_value;
use super::model::TermValue;
use crate::index::elements;
use crate::registry::{ParamKind, SearchParam, search_param, search_params, served_types};
use crate::table::{CodeSet, is_resource};
use crate::validate::suggest::{meant, nearest};
use crate::{Issue, ResourceType};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Refuses a value that nothing of the types searched can have.
pub(super) fn possible(
    types: &[ResourceType],
    param: &SearchParam,
    name: &str,
    value: &TermValue,
) -> Result<(), Issue> {
    match value {
        TermValue::Token { system, code } => possible_code(types, param, name, (system.as_deref(), code.as_deref())),
        TermValue::Reference { rtype, id } => {
            let unserved = || id.split_once('/').map(|(named, _)| named).filter(|_| !id.contains(':'));
            match rtype.map(ResourceType::as_str).or_else(unserved) {
                Some(named) => possible_target(types, param, name, named),
                None => Ok(()),
            }
        }
        TermValue::Date { .. } | TermValue::Text { .. } | TermValue::Uri { .. } => Ok(()),
    }
}

fn possible_code(
    types: &[ResourceType],
    param: &SearchParam,
    name: &str,
    (system, code): (Option<&str>, Option<&str>),
) -> Result<(), Issue> {
    let mut sets: Vec<&'static CodeSet> = Vec::new();
    for rtype in types {
        match search_param(*rtype, param.name).and_then(bound) {
            Some(Bound::Truth) if system.is_none() => return truth(name, code),
            Some(Bound::Codes(set)) => sets.push(set),
            // Free, or free in one of the types.
            _ => return Ok(()),
        }
    }
    let known = |set: &&CodeSet| match (system, code) {
        (None | Some(""), Some(code)) => set.contains(code),
        (Some(system), Some(code)) => set.contains_coding(system, code),
        (Some(system), None) => set.systems.iter().any(|(known, _)| *known == system),
        (None, None) => true,
    };
    if sets.iter().any(known) { Ok(()) } else { Err(no_such_code(name, code, &sets)) }
}

fn truth(name: &str, code: Option<&str>) -> Result<(), Issue> {
    if matches!(code, Some("true" | "false")) {
        return Ok(());
    }
    Err(invalid_value(name, "skriv true eller false.", "write true or false."))
}

/// The most codes that are named to somebody who wrote another.
const FEW: usize = 20;

fn no_such_code(name: &str, code: Option<&str>, sets: &[&'static CodeSet]) -> Issue {
    let codes: BTreeSet<&str> = sets.iter().flat_map(|set| set.codes.iter().copied()).collect();
    let systems: BTreeSet<&str> = sets.iter().flat_map(|set| set.systems.iter().map(|(system, _)| *system)).collect();
    // A code that is there stands behind another system.
    let wrong = code.filter(|code| !codes.contains(code));
    let (near_nb, near_en) = meant(wrong.and_then(|code| nearest(code, codes.iter().copied())));
    let few = if codes.len() <= FEW { listed(&codes) } else { String::new() };
    let systems = systems.into_iter().collect::<Vec<_>>().join(", ");
    invalid_value(
        name,
        &format!("koden er ikke i verdisettet{few}.{near_nb} Systemet kan utelates; det er {systems}."),
        &format!("the code is not in the value set{few}.{near_en} The system can be left out; it is {systems}."),
    )
}

/// ` (a, b)`: what there is to choose from.
fn listed(names: &BTreeSet<&str>) -> String {
    if names.is_empty() {
        return String::new();
    }
    format!(" ({})", names.iter().copied().collect::<Vec<_>>().join(", "))
}

/// `named` is the type as the caller wrote it.
fn possible_target(types: &[ResourceType], param: &SearchParam, name: &str, named: &str) -> Result<(), Issue> {
    let mut allowed: BTreeSet<&str> = BTreeSet::new();
    for rtype in types {
        match TARGETS.get(&(*rtype, param.name)) {
            Some(targets) => allowed.extend(targets),
            // Any type of R4, or a canonical.
            None if param.is_canonical() || is_resource(named) => return Ok(()),
            None => {}
        }
    }
    if allowed.contains(named) { Ok(()) } else { Err(no_such_target(name, named, &allowed)) }
}

fn no_such_target(name: &str, named: &str, allowed: &BTreeSet<&str>) -> Issue {
    let (near_nb, near_en) = meant(nearest(named, allowed.iter().copied()));
    let types = listed(allowed);
    invalid_value(
        name,
        &format!("parameteren viser ikke til ressurser av den typen{types}.{near_nb}"),
        &format!("the parameter does not refer to resources of that type{types}.{near_en}"),
    )
}

/// The types that the references of a parameter may be to, where R4 does not allow any.
static TARGETS: LazyLock<BTreeMap<(ResourceType, &str), BTreeSet<&'static str>>> = LazyLock::new(|| {
    let params = served_types().iter().flat_map(|row| search_params(row.rtype));
    let references = params.filter(|param| param.kind == ParamKind::Reference && !param.is_canonical());
    references.filter_map(|param| Some(((param.rtype, param.name), targets(param)?))).collect()
});

fn targets(param: &'static SearchParam) -> Option<BTreeSet<&'static str>> {
    if param.expression.contains("resolve() is") {
        return Some(param.targets.iter().map(|target| target.as_str()).collect());
    }
    let mut found = BTreeSet::new();
    for looked in elements(param).into_iter().filter(|looked| looked.of.name == "Reference") {
        if looked.of.targets.is_empty() || looked.of.targets.contains(&"Resource") {
            return None;
        }
        found.extend(looked.of.targets.iter().copied());
    }
    // R4 defines some parameters for several types at once, with the targets of all.
    found.extend(param.targets.iter().map(|target| target.as_str()));
    (!found.is_empty()).then_some(found)
}

/// A code that the parameter's element may have, for tests that need one of each.
#[cfg(test)]
pub(crate) fn a_code(param: &SearchParam) -> &'static str {
    match bound(param) {
        Some(Bound::Codes(set)) => set.codes.first().copied().unwrap_or_default(),
        Some(Bound::Truth) => "true",
        Some(Bound::MediaType) | None => "x",
    }
}
