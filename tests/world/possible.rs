//! The values that a search parameter can have when it cannot have any: others are refused.

use varde_fhir::index::elements;
use varde_fhir::registry::SearchParam;
use varde_fhir::table::Binding;

/// The codes of a parameter whose element R4 binds to a value set, or that is a truth value; `None` when they are free.
pub(crate) fn codes(param: &SearchParam) -> Option<Vec<&'static str>> {
    let looked = elements(param);
    let own = param.expression.contains("extension");
    if looked.iter().any(|looked| looked.of.name == "boolean") && !own {
        return Some(vec!["true", "false"]);
    }
    let [only] = looked.as_slice() else { return None };
    match (only.of.name, only.binding) {
        ("code", Some(Binding::Codes(set))) => Some(set.codes.clone()),
        _ => None,
    }
}
