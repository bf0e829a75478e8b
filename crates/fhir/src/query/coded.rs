//! Codes of elements of the type `code`: no system stands beside them, the element's value set says which it is
//! <https://hl7.org/fhir/R4/search.html#token>. A value that names that system is read as one that names none, as they are stored.

use super::model::TermValue;
use crate::ResourceType;
use crate::index::{elements, is_truth};
use crate::registry::{ParamKind, SearchParam, search_params, served_types};
use crate::table::{Binding, CodeSet};
use crate::terminology::{Coded, codes};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Whether a parameter looks at codes, so that a value set may stand for them: not at identifiers, contacts and truth values.
pub(super) fn is_coded(param: &SearchParam) -> bool {
    CODED.contains(&(param.rtype, param.name))
}

static CODED: LazyLock<BTreeSet<(ResourceType, &str)>> = LazyLock::new(|| {
    let params = served_types().iter().flat_map(|row| search_params(row.rtype));
    let codes = |param: &&SearchParam| {
        let mut looked = elements(param).into_iter();
        param.kind == ParamKind::Token
            && looked.any(|looked| matches!(looked.of.name, "CodeableConcept" | "Coding" | "code"))
    };
    params.filter(codes).map(|param| (param.rtype, param.name)).collect()
});

/// The codes of a value set (`:in`, `:not-in`), as the index holds them; `None` when it is not known here.
pub(super) fn of_value_set(param: &SearchParam, url: &str) -> Option<Vec<TermValue>> {
    let token =
        |coded: Coded| TermValue::Token { system: Some(coded.system.to_owned()), code: Some(coded.code.to_owned()) };
    Some(codes(url)?.into_iter().flat_map(|coded| stored(param, token(coded))).collect())
}

/// Media types (BCP 13) as a code system.
const MEDIA_TYPES: &str = "urn:ietf:bcp:13";

/// What the codes of a parameter are bound to.
#[derive(Clone, Copy)]
pub(super) enum Bound {
    /// The codes of a value set.
    Codes(&'static CodeSet),
    /// Media types, which are too many to list.
    MediaType,
    /// `true` and `false`.
    Truth,
}

/// The value as the index holds it: one, or for `system|` of a value set with several systems each code of this one.
pub(super) fn stored(param: &SearchParam, value: TermValue) -> Vec<TermValue> {
    let TermValue::Token { system: Some(system), code } = &value else { return vec![value] };
    let bare = |code: Option<String>| TermValue::Token { system: Some(String::new()), code };
    match (bound(param), code) {
        (Some(Bound::Codes(set)), Some(code)) if set.contains_coding(system, code) => vec![bare(Some(code.clone()))],
        (Some(Bound::Codes(set)), None) => {
            let of_system = set.systems.iter().filter(|(known, _)| known == system);
            let codes: Vec<TermValue> =
                of_system.flat_map(|(_, codes)| codes.iter().map(|code| bare(Some((*code).to_owned())))).collect();
            if codes.is_empty() { vec![value] } else { codes }
        }
        (Some(Bound::MediaType), code) if system == MEDIA_TYPES => vec![bare(code.clone())],
        _ => vec![value],
    }
}

/// The parameters whose codes are bound, by type and name.
static BOUND: LazyLock<BTreeMap<(ResourceType, &str), Bound>> = LazyLock::new(|| {
    let params = served_types().iter().flat_map(|row| search_params(row.rtype));
    params.filter_map(|param| Some(((param.rtype, param.name), of(param)?))).collect()
});

/// What the parameter's codes are bound to; `None` when they are free.
pub(super) fn bound(param: &SearchParam) -> Option<Bound> {
    BOUND.get(&(param.rtype, param.name)).copied()
}

fn of(param: &SearchParam) -> Option<Bound> {
    if is_truth(param) {
        return Some(Bound::Truth);
    }
    let looked = elements(param);
    let [only] = looked.as_slice() else { return None };
    match (param.kind, only.of.name, only.binding) {
        (ParamKind::Token, "boolean", _) => Some(Bound::Truth),
        (ParamKind::Token, "code", Some(Binding::Codes(set))) => Some(Bound::Codes(set)),
        (ParamKind::Token, "code", Some(Binding::MediaType)) => Some(Bound::MediaType),
        _ => None,
    }
}
