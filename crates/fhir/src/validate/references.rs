//! References: well formed, of a type that the element allows, contained ones present
//! <https://hl7.org/fhir/R4/references.html>. Whether a literal reference finds something is not asked here.

use super::report::Report;
use super::scope::Scope;
use crate::json::place::Place;
use crate::table::is_resource;
use crate::{Id, IssueCode};
use serde_json::{Map, Value};

/// Checks one `Reference` element; `targets` is empty when any type will do.
pub(super) fn check(
    report: &mut Report,
    scope: &mut Scope<'_>,
    place: &Place<'_>,
    reference: &Map<String, Value>,
    targets: &[&'static str],
) {
    let named = reference.get("type").and_then(Value::as_str).map(type_name);
    if let Some(name) = named {
        if is_resource(name) {
            check_target(report, place, name, targets);
        } else {
            unknown_type(report, &place.name("type"));
        }
    }
    let Some(text) = reference.get("reference").and_then(Value::as_str).filter(|text| !text.is_empty()) else { return };
    let literal = place.name("reference");
    let found = if let Some(id) = text.strip_prefix('#') {
        scope.mark(id);
        contained(report, scope, &literal, id)
    } else {
        match pointed_at(text) {
            Ok(found) => found,
            Err(Malformed) => return malformed(report, &literal),
        }
    };
    // The type is told once when `type` says the same.
    if let Some(found) = found.filter(|found| named != Some(*found)) {
        check_target(report, place, found, targets);
        if named.is_some_and(is_resource) {
            differs(report, &place.name("type"));
        }
    }
}

/// The type a reference names, as far as that can be told here: by `type`, by its address, or by what is contained in `root`.
pub(super) fn type_of<'a>(reference: &'a Value, root: &'a Map<String, Value>) -> Option<&'a str> {
    let text = |name| reference.get(name).and_then(Value::as_str);
    if let Some(name) = text("type") {
        return Some(type_name(name));
    }
    let literal = text("reference")?;
    match literal.strip_prefix('#') {
        Some(id) => {
            let list = root.get("contained").and_then(Value::as_array)?;
            let found = list.iter().find(|one| one.get("id").and_then(Value::as_str) == Some(id))?;
            found.get("resourceType").and_then(Value::as_str)
        }
        None => pointed_at(literal).ok().flatten(),
    }
}

/// Types are named relative to the base of all definitions.
fn type_name(text: &str) -> &str {
    text.strip_prefix("http://hl7.org/fhir/StructureDefinition/").unwrap_or(text)
}

struct Malformed;

/// The type that a literal reference names, if it does.
fn pointed_at(text: &str) -> Result<Option<&str>, Malformed> {
    if text.starts_with("urn:") {
        return Ok(None);
    }
    let absolute = text.contains("://");
    if let (false, Some((rtype, _))) = (absolute, text.split_once('?')) {
        return if is_resource(rtype) { Ok(Some(rtype)) } else { Err(Malformed) };
    }
    let mut parts = text.rsplit('/');
    let (mut id, mut rtype) = (parts.next(), parts.next());
    if rtype == Some("_history") {
        if !absolute && id.and_then(Id::parse).is_none() {
            return Err(Malformed);
        }
        (id, rtype) = (parts.next(), parts.next());
    }
    match (rtype.filter(|rtype| is_resource(rtype)), id.and_then(Id::parse)) {
        (Some(rtype), Some(_)) if absolute || parts.next().is_none() => Ok(Some(rtype)),
        _ if absolute => Ok(None),
        _ => Err(Malformed),
    }
}

fn contained<'a>(report: &mut Report, scope: &Scope<'a>, place: &Place<'_>, id: &str) -> Option<&'a str> {
    // `#` alone is the container, and only means something inside a contained resource.
    if id.is_empty() && scope.inside.is_some() {
        return None;
    }
    let found = scope.find(id);
    if found.is_none() {
        report.invariant(
            place,
            "ref-1",
            "Referansen viser til en innebygd ressurs som ikke finnes. Legg den i «contained» med samme id.",
            "The reference names a contained resource that is not there. Put it in “contained” with the same id.",
        );
    }
    found.filter(|rtype| is_resource(rtype))
}

fn check_target(report: &mut Report, place: &Place<'_>, found: &str, targets: &[&'static str]) {
    if targets.is_empty() || targets.contains(&found) {
        return;
    }
    let (name, list) = (place.element(), targets.join(", "));
    report.add(
        place,
        IssueCode::Value,
        "reference-target",
        format!("«{name}» kan ikke vise til {found}. Tillatt: {list}."),
        format!("“{name}” cannot refer to {found}. Allowed: {list}."),
    );
}

fn differs(report: &mut Report, place: &Place<'_>) {
    report.add(
        place,
        IssueCode::Value,
        "reference-target",
        "Referansens «type» er en annen enn typen i «reference». Gjør dem like.".to_owned(),
        "The “type” of the reference differs from the type in “reference”. Make them the same.".to_owned(),
    );
}

fn unknown_type(report: &mut Report, place: &Place<'_>) {
    report.add(
        place,
        IssueCode::CodeInvalid,
        "code-invalid",
        "Referansens «type» er ikke en ressurstype i FHIR R4. Bruk navnet, for eksempel Practitioner.".to_owned(),
        "The “type” of the reference is no resource type of FHIR R4. Use its name, for example Practitioner."
            .to_owned(),
    );
}

fn malformed(report: &mut Report, place: &Place<'_>) {
    report.add(
        place,
        IssueCode::Value,
        "invalid-format",
        "«reference» skal være Type/id, #id, en absolutt URL, urn:uuid:… eller i en transaksjon Type?søk.".to_owned(),
        "“reference” must be Type/id, #id, an absolute URL, urn:uuid:… or in a transaction Type?search.".to_owned(),
    );
}
