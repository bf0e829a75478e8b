//! Method and path → what is asked <https://hl7.org/fhir/R4/http.html>, computed from the registry. Pure: no actix, no IO.
//! Nothing the registry does not list has an address here.

mod allow;
mod nearest;
mod path;
mod target;

pub(crate) use allow::{Act, Verb};
pub(crate) use target::Target;

use crate::national;
use crate::refuse::{Refused, method_not_allowed, not_supported, placed, refuse};
use varde_fhir::registry::{self, Operation, Served};
use varde_fhir::{Id, IssueCode, ResourceKey, ResourceType};

/// Reads the path as it came (still percent-encoded), `/fhir` included.
///
/// # Errors
/// 404 for what is not served, 400 for a malformed id or percent-encoding.
pub(crate) fn parse(path: &str) -> Result<Target, Refused> {
    let segments = path::segments(path.strip_prefix("/fhir").unwrap_or(path))?;
    let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
    match segments.as_slice() {
        [] => Ok(Target::Base),
        ["metadata"] => Ok(Target::Metadata),
        ["_history"] => Ok(Target::SystemHistory),
        ["_search"] => Ok(Target::SystemSearch),
        [name, ..] if name.starts_with(['$', '_']) => Err(no_system_level()),
        [name, rest @ ..] => on_type(served(name)?, rest),
    }
}

/// What this method does here; `None` for `OPTIONS`, which is answered with [`allow()`].
///
/// # Errors
/// 405 with `Allow`, or 404 when nothing at all can be done here.
pub(crate) fn act(target: &Target, verb: Option<Verb>) -> Result<Option<Act>, Refused> {
    let acts = allow::acts(target);
    if acts.is_empty() {
        return Err(no_interaction());
    }
    if verb == Some(Verb::Options) {
        return Ok(None);
    }
    // HEAD is GET whose body stays here (RFC 9110 §9.3.2).
    let asked = if verb == Some(Verb::Head) { Some(Verb::Get) } else { verb };
    let found = acts.iter().find(|(verb, _)| Some(*verb) == asked).map(|(_, act)| *act);
    found.map(Some).ok_or_else(|| method_not_allowed(allow::header(&acts)))
}

/// The `Allow` header.
pub(crate) fn allow(target: &Target) -> String {
    allow::header(&allow::acts(target))
}

fn on_type(row: &'static Served, rest: &[&str]) -> Result<Target, Refused> {
    match rest {
        [] => Ok(Target::Type(row)),
        ["_search"] => Ok(Target::Search(row)),
        ["_history"] => Ok(Target::TypeHistory(row)),
        [one] => match one.strip_prefix('$') {
            Some(name) => Ok(Target::Operation(operation(row, name, false)?, None)),
            None => Ok(Target::Instance(row, key(row, one)?)),
        },
        [id, "_history"] => Ok(Target::History(row, key(row, id)?)),
        [id, "_history", version] => Ok(Target::Version(row, key(row, id)?, version_id(version)?)),
        [id, last] if is_compartment(row, last) => compartment(row, id, last),
        [id, last] => match last.strip_prefix('$') {
            Some(name) => {
                let key = key(row, id)?;
                Ok(Target::Operation(operation(row, name, true)?, Some(key)))
            }
            None => Err(no_such_path()),
        },
        _ => Err(no_such_path()),
    }
}

/// Whether `Patient/{id}/…` goes on to a type or to `*`.
fn is_compartment(row: &Served, last: &str) -> bool {
    row.rtype == ResourceType::Patient && (last == "*" || last.starts_with(|c: char| c.is_ascii_uppercase()))
}

fn compartment(row: &'static Served, id: &str, name: &str) -> Result<Target, Refused> {
    let key = key(row, id)?;
    let of = if name == "*" { None } else { Some(served(name)?) };
    if of.is_some_and(|of| registry::patient_compartment(of.rtype).is_empty()) {
        return Err(not_in_compartment());
    }
    Ok(Target::Compartment(key, of))
}

fn not_in_compartment() -> Refused {
    not_supported(
        "not-in-compartment",
        "Ressurser av denne typen hører ikke til en pasient. Søk i typen selv.",
        "Resources of this type belong to no patient. Search the type itself.",
    )
}

fn served(name: &str) -> Result<&'static Served, Refused> {
    let known: Option<ResourceType> = name.parse().ok();
    if let Some(row) = known.and_then(registry::routed) {
        return Ok(row);
    }
    let all = registry::served_types().iter().chain(registry::conformance_types());
    let names = all.map(|row| row.rtype.as_str());
    let (nb, en) = nearest::nearest(name, names).map_or_else(
        || {
            (
                "Se /fhir/metadata for typene som finnes.".to_owned(),
                "See /fhir/metadata for the types there are.".to_owned(),
            )
        },
        |near| (format!("Mente du {near}?"), format!("Did you mean {near}?")),
    );
    Err(not_supported(
        "unknown-type",
        format!("Ressurstypen finnes ikke her. {nb}"),
        format!("This resource type is not served here. {en}"),
    ))
}

fn operation(row: &'static Served, name: &str, instance: bool) -> Result<&'static Operation, Refused> {
    registry::operation(row.rtype, name, instance).ok_or_else(|| {
        let level = if instance { "/{id}" } else { "" };
        let here: Vec<String> = registry::operations()
            .iter()
            .filter(|operation| operation.rtype == row.rtype)
            .map(Operation::address)
            .collect();
        let (nb, en) = if here.is_empty() {
            ("Typen har ingen operasjoner.".to_owned(), "The type has no operations.".to_owned())
        } else {
            (format!("Typen har {}.", here.join(", ")), format!("The type has {}.", here.join(", ")))
        };
        not_supported(
            "unknown-operation",
            format!("Operasjonen finnes ikke på {}{level}. {nb}", row.rtype),
            format!("There is no such operation on {}{level}. {en}", row.rtype),
        )
    })
}

fn key(row: &'static Served, id: &str) -> Result<ResourceKey, Refused> {
    let id = Id::parse(id).ok_or_else(invalid_id)?;
    if national::may_stand_in(id.as_str()) {
        return Err(national::refused());
    }
    Ok(ResourceKey::new(row.rtype, id))
}

fn version_id(version: &str) -> Result<String, Refused> {
    Id::parse(version).map(|id| id.as_str().to_owned()).ok_or_else(invalid_id)
}

fn invalid_id() -> Refused {
    let refused = refuse(
        400,
        IssueCode::Value,
        "invalid-id",
        "Id-en i adressen er ikke gyldig: 1–64 tegn av A–Z, a–z, 0–9, bindestrek og punktum.",
        "The id in the URL is not valid: 1–64 characters of A–Z, a–z, 0–9, hyphen and full stop.",
    );
    placed("http.url", refused)
}

fn no_system_level() -> Refused {
    not_supported(
        "system-level-not-supported",
        "Operasjoner på hele tjenesten finnes ikke her. Bruk /fhir/{type}.",
        "Operations across the whole service are not served here. Use /fhir/{type}.",
    )
}

fn no_interaction() -> Refused {
    not_supported(
        "interaction-not-supported",
        "Denne handlingen finnes ikke for ressurstypen. Se /fhir/metadata for hva som støttes.",
        "This interaction is not served for the resource type. See /fhir/metadata for what is supported.",
    )
}

fn no_such_path() -> Refused {
    not_supported(
        "unknown-path",
        "Adressen finnes ikke. Se /fhir/metadata for hva som støttes.",
        "There is no such address. See /fhir/metadata for what is supported.",
    )
}

#[cfg(test)]
mod tests;
