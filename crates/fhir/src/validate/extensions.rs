//! The extensions whose value is known: ours, and no-basis' municipality <https://hl7.org/fhir/R4/extensibility.html>. Others are
//! their authors' own.

use super::report::Report;
use super::suggest;
use crate::json::place::Place;
use crate::profile::{self, Extension, extensions};
use crate::{IssueCode, canonical, terminology};
use serde_json::{Map, Value};

const MUNICIPALITY: &str = "http://hl7.no/fhir/StructureDefinition/no-basis-municipalitycode";
/// Systems whose codes are the four digits of a municipality.
const MUNICIPALITY_SYSTEMS: [&str; 2] = [
    "https://register.geonorge.no/subregister/sosi-kodelister/kartverket/kommunenummer-alle",
    "urn:oid:2.16.578.1.12.4.1.1.3402",
];

/// Checks one extension.
pub(super) fn check(report: &mut Report, place: &Place<'_>, object: &Map<String, Value>) {
    let Some(url) = object.get("url").and_then(Value::as_str) else { return };
    if url == MUNICIPALITY {
        return municipality(report, place, object);
    }
    let Some(id) = canonical::id_of(url, "StructureDefinition") else { return };
    match profile::extension(id) {
        Some(known) => {
            value(report, place, object, known);
            if id == "municipality" {
                municipality(report, place, object);
            }
        }
        None => unknown(report, &place.name("url"), id),
    }
}

/// Whether those of ours among the extensions of an object stand where they belong, and no oftener than they may
/// <https://hl7.org/fhir/R4/defining-extensions.html#context>. `path` is the object's in R4: `CareTeam.participant`.
pub(super) fn placed(report: &mut Report, place: &Place<'_>, path: &str, object: &Map<String, Value>) {
    for name in ["extension", "modifierExtension"] {
        let Some(list) = object.get(name).and_then(Value::as_array) else { continue };
        let ours: Vec<Option<&Extension>> = list.iter().map(known).collect();
        let all = place.name(name);
        for (at, known) in ours.iter().enumerate() {
            let Some(known) = known else { continue };
            let again = ours.iter().take(at).flatten().any(|earlier| std::ptr::eq(*earlier, *known));
            if name != "extension" || known.context != path {
                misplaced(report, &all.index(at), known);
            } else if again && !known.repeats {
                repeated(report, &all.index(at), known);
            }
        }
    }
}

fn known(extension: &Value) -> Option<&'static Extension> {
    let url = extension.get("url").and_then(Value::as_str)?;
    profile::extension(canonical::id_of(url, "StructureDefinition")?)
}

fn misplaced(report: &mut Report, place: &Place<'_>, known: &Extension) {
    let (id, context) = (known.id, known.context);
    report.add(
        place,
        IssueCode::Structure,
        "extension-context",
        format!("Utvidelsen {id} står i {context}.extension, og ingen andre steder. Flytt den dit."),
        format!("The extension {id} stands in {context}.extension and nowhere else. Move it there."),
    );
}

fn repeated(report: &mut Report, place: &Place<'_>, known: &Extension) {
    let id = known.id;
    report.add(
        place,
        IssueCode::Structure,
        "too-many",
        format!("Utvidelsen {id} kan bare stå én gang her. Behold den som gjelder."),
        format!("The extension {id} may stand only once here. Keep the one that holds."),
    );
}

fn value(report: &mut Report, place: &Place<'_>, object: &Map<String, Value>, known: &Extension) {
    let property = known.value.property();
    let Some(value) = object.get(property) else {
        if !object.contains_key(&format!("_{property}")) {
            wrong_value(report, place, property);
        }
        return;
    };
    if let profile::Value::Coding(Some(set)) = known.value {
        let text = |name| value.get(name).and_then(Value::as_str).unwrap_or_default();
        let known = terminology::value_set(set).is_some_and(|set| set.contains(text("system"), text("code")));
        if !known {
            let url = canonical::of("ValueSet", set);
            report.add(
                &place.name("value"),
                IssueCode::CodeInvalid,
                "code-invalid",
                format!("Utvidelsen har en kode som ikke er tillatt. Bruk en fra {url}."),
                format!("The extension has a code that is not allowed. Use one of {url}."),
            );
        }
    }
}

/// The number of a municipality has four digits.
fn municipality(report: &mut Report, place: &Place<'_>, object: &Map<String, Value>) {
    let Some(coding) = object.get("valueCoding") else {
        return wrong_value(report, place, "valueCoding");
    };
    let text = |name| coding.get(name).and_then(Value::as_str).unwrap_or_default();
    let code = text("code");
    let good = code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit());
    if MUNICIPALITY_SYSTEMS.contains(&text("system")) && !good {
        let value = place.name("value");
        report.add(
            &value.name("code"),
            IssueCode::CodeInvalid,
            "code-invalid",
            "Et kommunenummer har fire sifre, for eksempel 4601.".to_owned(),
            "The number of a municipality has four digits, for example 4601.".to_owned(),
        );
    }
}

fn wrong_value(report: &mut Report, place: &Place<'_>, property: &str) {
    report.add(
        &place.name("value"),
        IssueCode::Structure,
        "wrong-type",
        format!("Verdien av denne utvidelsen skal stå i {property}."),
        format!("The value of this extension stands in {property}."),
    );
}

fn unknown(report: &mut Report, place: &Place<'_>, id: &str) {
    let near = suggest::nearest(id, extensions().iter().map(|known| known.id));
    let (nb, en) = suggest::meant(near.map(|near| canonical::of("StructureDefinition", near)));
    let base = canonical::BASE;
    report.add(
        place,
        IssueCode::Value,
        "unknown-extension",
        format!("Det finnes ingen slik utvidelse under {base}.{nb} Se GET StructureDefinition?type=Extension."),
        format!("There is no such extension under {base}.{en} See GET StructureDefinition?type=Extension."),
    );
}
