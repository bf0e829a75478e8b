//! Modifiers: which a parameter has by its type <https://hl7.org/fhir/R4/search.html#modifiers>.

use super::coded::is_coded;
use super::issues::{not_supported, unknown_modifier};
use super::model::Modifier;
use crate::Issue;
use crate::registry::{ParamKind, SearchParam};

/// Modifiers of FHIR that are not offered.
pub(super) const NOT_OFFERED: [&str; 2] = ["text", "of-type"];

/// Reads what stands after `:`. `name` is the whole name, for the issue; `:missing` comes back as `Missing(true)`, its
/// value decides later.
pub(super) fn modifier(param: &SearchParam, text: Option<&str>, name: &str) -> Result<Modifier, Issue> {
    let Some(text) = text else { return Ok(Modifier::None) };
    let found = match (param.kind, text) {
        (_, "missing") if !matches!(param.name, "_id" | "_lastUpdated") => Some(Modifier::Missing(true)),
        (ParamKind::Token, "not") => Some(Modifier::Not),
        // Their values are all the codes of the value set.
        (ParamKind::Token, "in") if is_coded(param) => Some(Modifier::None),
        (ParamKind::Token, "not-in") if is_coded(param) => Some(Modifier::Not),
        (ParamKind::String, "exact") => Some(Modifier::Exact),
        (ParamKind::String, "contains") => Some(Modifier::Contains),
        (ParamKind::Uri, "below") => Some(Modifier::Below),
        (ParamKind::Uri, "above") => Some(Modifier::Above),
        (ParamKind::Reference, "identifier") if !param.is_canonical() => Some(Modifier::Identifier),
        (ParamKind::Reference, rtype) => {
            rtype.parse().ok().filter(|rtype| param.targets.contains(rtype)).map(Modifier::Type)
        }
        _ => None,
    };
    found.ok_or_else(|| {
        if NOT_OFFERED.contains(&text) || matches!(text, "below" | "above" | "in" | "not-in") {
            let allowed = allowed(param);
            return not_supported(
                name,
                &format!("Gyldige modifikatorer: {allowed}."),
                &format!("Valid modifiers: {allowed}."),
            );
        }
        unknown_modifier(name, param.kind.code(), &allowed(param))
    })
}

/// The modifiers of a parameter, but for a reference's types.
#[must_use]
pub fn modifiers(param: &SearchParam) -> Vec<String> {
    let mut names = match param.kind {
        ParamKind::Token if is_coded(param) => vec![":not", ":in", ":not-in"],
        ParamKind::Token => vec![":not"],
        ParamKind::String => vec![":exact", ":contains"],
        ParamKind::Reference if !param.is_canonical() => vec![":identifier"],
        ParamKind::Uri => vec![":below", ":above"],
        ParamKind::Reference | ParamKind::Date => Vec::new(),
    };
    if !matches!(param.name, "_id" | "_lastUpdated") {
        names.push(":missing");
    }
    names.into_iter().map(str::to_owned).collect()
}

fn allowed(param: &SearchParam) -> String {
    let mut names = modifiers(param);
    names.extend(param.targets.iter().map(|rtype| format!(":{rtype}")));
    if names.is_empty() { "-".to_owned() } else { names.join(", ") }
}
