//! `_sort=-date,_lastUpdated` <https://hl7.org/fhir/R4/search.html#sort>.

use super::issues::invalid_value;
use super::model::Sort;
use super::wide::shared;
use crate::registry::{ParamKind, SearchParam, search_params};
use crate::validate::suggest::nearest;
use crate::{Issue, ResourceType};

/// The most keys: each costs a look into the index for every match.
const MAX_KEYS: usize = 8;

/// Reads the keys: token, date and string parameters of the type, each with `-` for descending.
pub(super) fn sort(types: &[ResourceType], value: &str) -> Result<Vec<Sort>, Issue> {
    let keys: Vec<&str> = value.split(',').collect();
    if keys.len() > MAX_KEYS {
        return Err(invalid_value("_sort", &format!("høyst {MAX_KEYS} nøkler."), &format!("at most {MAX_KEYS} keys.")));
    }
    keys.into_iter().map(|key| one(types, key)).collect()
}

fn one(types: &[ResourceType], key: &str) -> Result<Sort, Issue> {
    let (name, descending) = key.strip_prefix('-').map_or((key, false), |name| (name, true));
    let rtype = match shared(types, name) {
        Ok(param) if is_sort_key(param) => return Ok(Sort { param, descending }),
        Ok(param) => param.rtype,
        Err(lacking) => lacking,
    };
    let names = search_params(rtype).iter().filter(|param| is_sort_key(param)).map(|param| param.name);
    let near = nearest(name, names).unwrap_or("-_lastUpdated");
    Err(invalid_value(
        "_sort",
        &format!("{rtype} sorteres etter parametre av type token, date og string, for eksempel {near}."),
        &format!("{rtype} is sorted by parameters of type token, date and string, for example {near}."),
    ))
}

/// Whether a parameter can be a key of `_sort`.
#[must_use]
pub fn is_sort_key(param: &SearchParam) -> bool {
    matches!(param.kind, ParamKind::Token | ParamKind::Date | ParamKind::String)
}
