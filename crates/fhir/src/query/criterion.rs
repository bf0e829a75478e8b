//! One criterion: `name[:modifier]=value[,value…]`.

use super::issues::{empty_value, invalid_value, not_supported};
use super::model::{Modifier, Term};
use super::modifier::modifier;
use super::split::split;
use super::value::value;
use crate::registry::{ParamKind, search_param};
use crate::{Issue, ResourceType};

/// What a name and a value come to.
pub(super) enum Criterion {
    /// A criterion.
    Term(Term),
    /// The type has no such parameter.
    Unknown,
}

/// Parameters of FHIR search that are not offered <https://hl7.org/fhir/R4/search.html#standard>.
pub(super) const NOT_OFFERED: [&str; 11] = [
    "_content",
    "_contained",
    "_containedType",
    "_elements",
    "_filter",
    "_has",
    "_list",
    "_query",
    "_source",
    "_text",
    "_type",
];

pub(super) fn read(rtype: ResourceType, name: &str, text: &str, base: &str) -> Result<Criterion, Issue> {
    let (head, suffix) = name.split_once(':').map_or((name, None), |(head, suffix)| (head, Some(suffix)));
    if NOT_OFFERED.contains(&head) {
        return Err(not_supported(
            name,
            &format!("Det som støttes, står i {base}/metadata."),
            &format!("What is supported is in {base}/metadata."),
        ));
    }
    refuse_chain(rtype, name)?;
    let Some(param) = search_param(rtype, head) else { return Ok(Criterion::Unknown) };
    let modifier = modifier(param, suffix, name)?;
    if let Modifier::Missing(_) = modifier {
        let modifier = Modifier::Missing(truth(name, text)?);
        return Ok(Criterion::Term(Term { param, modifier, values: Vec::new() }));
    }
    let values = split(text, ',')
        .into_iter()
        .map(|part| if part.is_empty() { Err(empty_value(name)) } else { value(param, modifier, name, part, base) });
    Ok(Criterion::Term(Term { param, modifier, values: values.collect::<Result<_, _>>()? }))
}

/// `patient.identifier`, `subject:Patient.name`.
fn refuse_chain(rtype: ResourceType, name: &str) -> Result<(), Issue> {
    let Some((link, _)) = name.split_once('.') else { return Ok(()) };
    let head = link.split(':').next().unwrap_or(link);
    if search_param(rtype, head).is_none_or(|param| param.kind != ParamKind::Reference) {
        return Ok(());
    }
    Err(not_supported(
        name,
        &format!("Kjedede parametre støttes ikke. Bruk {head}:identifier, eller søk i to trinn."),
        &format!("Chained parameters are not supported. Use {head}:identifier, or search in two steps."),
    ))
}

fn truth(name: &str, text: &str) -> Result<bool, Issue> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(invalid_value(name, "skriv true eller false.", "write true or false.")),
    }
}
