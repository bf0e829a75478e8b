//! One criterion: `name[:modifier]=value[,value…]`.

use super::coded;
use super::issues::{empty_value, invalid_value, not_supported, too_many_values, unknown_value_set};
use super::known;
use super::model::{Filter, MAX_VALUES, Modifier, Term};
use super::modifier::modifier;
use super::split::{split, unescape};
use super::value::value;
use super::wide::shared;
use crate::{Issue, ResourceType};

/// What a name and a value come to.
pub(super) enum Criterion {
    /// A criterion.
    Filter(Filter),
    /// The type has no parameter of this name.
    Unknown(ResourceType, String),
}

/// Parameters of FHIR search that are not offered <https://hl7.org/fhir/R4/search.html#standard>.
pub(super) const NOT_OFFERED: [&str; 9] =
    ["_content", "_contained", "_containedType", "_filter", "_list", "_query", "_source", "_text", "_type"];

/// Reads one criterion on a type, or on several that have the parameter. `name` is what is left of `whole`, the name as the caller wrote it, behind the links.
pub(super) fn term(
    types: &[ResourceType],
    (name, whole): (&str, &str),
    text: &str,
    base: &str,
) -> Result<Criterion, Issue> {
    let (head, suffix) = name.split_once(':').map_or((name, None), |(head, suffix)| (head, Some(suffix)));
    if NOT_OFFERED.contains(&head) {
        return Err(not_supported(
            whole,
            &format!("Det som støttes, står i {base}/metadata."),
            &format!("What is supported is in {base}/metadata."),
        ));
    }
    let param = match shared(types, head) {
        Ok(param) => param,
        Err(lacking) => return Ok(Criterion::Unknown(lacking, name.to_owned())),
    };
    let modifier = modifier(param, suffix, whole)?;
    if let Modifier::Missing(_) = modifier {
        let modifier = Modifier::Missing(truth(whole, text)?);
        return Ok(Criterion::Filter(Filter::Term(Term { param, modifier, values: Vec::new() })));
    }
    let (mut values, mut weight) = (Vec::new(), 0);
    for part in split(text, ',') {
        // Before more is made of it: one value may stand for a thousand codes.
        if weight > MAX_VALUES {
            return Err(too_many_values(MAX_VALUES, &format!("http.{whole}")));
        }
        if part.is_empty() {
            return Err(empty_value(whole));
        }
        if matches!(suffix, Some("in" | "not-in")) {
            let set = unescape(part).and_then(|url| coded::of_value_set(param, &url));
            let set = set.ok_or_else(|| unknown_value_set(whole, base))?;
            weight += set.len();
            values.extend(set);
            continue;
        }
        let value = value(param, modifier, whole, part, base)?;
        if modifier != Modifier::Identifier {
            known::possible(types, param, whole, &value)?;
        }
        weight += value.weight(modifier);
        // Each type binds its codes to a system of its own.
        values.extend(if types.len() == 1 { coded::stored(param, value) } else { vec![value] });
    }
    Ok(Criterion::Filter(Filter::Term(Term { param, modifier, values })))
}

fn truth(name: &str, text: &str) -> Result<bool, Issue> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(invalid_value(name, "skriv true eller false.", "write true or false.")),
    }
}
