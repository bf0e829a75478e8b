//! Searches of several types at once: of the whole system, and of all that is in a patient's compartment
//! <https://hl7.org/fhir/R4/http.html#search>. They take the parameters that all their types share.

use super::issues::{empty_value, invalid_value, no_type, repeated};
use crate::registry::{Interaction, SearchParam, search_param, served, served_types};
use crate::validate::suggest::nearest;
use crate::{Id, Issue, ResourceType};

/// What is searched.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// The types.
    pub types: &'a [ResourceType],
    /// Whether `_type` chose them, or nobody: then it may stand among the parameters.
    pub wide: bool,
    /// Only what is in the compartment of this Patient.
    pub compartment: Option<Id>,
}

/// The types that `_type` names; `None` when there is no `_type`.
///
/// # Errors
/// When it stands there twice, is empty, or names a type that is not searched.
pub fn types(params: &[(String, String)]) -> Result<Option<Vec<ResourceType>>, Issue> {
    let mut given = params.iter().filter(|(name, _)| name == "_type");
    let Some((_, value)) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(repeated("_type"));
    }
    let mut types = Vec::new();
    for name in value.split(',') {
        let rtype = one(name)?;
        if !types.contains(&rtype) {
            types.push(rtype);
        }
    }
    Ok(Some(types))
}

fn one(name: &str) -> Result<ResourceType, Issue> {
    if name.is_empty() {
        return Err(empty_value("_type"));
    }
    let found = name.parse().ok().filter(|rtype| searched(*rtype));
    found.ok_or_else(|| {
        let names =
            served_types().iter().filter(|row| row.allows(Interaction::SearchType)).map(|row| row.rtype.as_str());
        match nearest(name, names) {
            Some(near) => invalid_value(
                "_type",
                &format!("typen finnes ikke her. Mente du {near}?"),
                &format!("there is no such type here. Did you mean {near}?"),
            ),
            None => invalid_value(
                "_type",
                "typen finnes ikke her; typene står i metadata.",
                "there is no such type here; the types are in metadata.",
            ),
        }
    })
}

fn searched(rtype: ResourceType) -> bool {
    served(rtype).is_some_and(|row| row.allows(Interaction::SearchType))
}

/// The parameter of this name that all of the types have, of one kind; else the first type that lacks it.
pub(super) fn shared(types: &[ResourceType], name: &str) -> Result<&'static SearchParam, ResourceType> {
    let mut found: Option<&'static SearchParam> = None;
    for rtype in types {
        let param = search_param(*rtype, name).ok_or(*rtype)?;
        if found.is_some_and(|first| first.kind != param.kind) {
            return Err(*rtype);
        }
        found = found.or(Some(param));
    }
    found.ok_or(ResourceType::Bundle)
}

/// No type is left to search.
pub(super) fn nothing() -> Issue {
    no_type()
}
