//! Required bindings <https://hl7.org/fhir/R4/terminologies.html#required>: a code outside the value set is an error.

use super::codes;
use super::report::Report;
use crate::IssueCode;
use crate::json::place::Place;
use crate::table::{Binding, CodeSet};
use serde_json::{Map, Value};

/// Checks a `code`, `Coding` or `CodeableConcept` against the value set of its element.
pub(super) fn check(report: &mut Report, place: &Place<'_>, binding: Binding, value: &Value) {
    let good = match (binding, value) {
        (Binding::Codes(set), Value::String(code)) => set.contains(code),
        (Binding::Codes(set), Value::Object(object)) => match object.get("coding") {
            Some(Value::Array(codings)) => codings.iter().any(|coding| contains(set, coding)),
            // A bare Coding; a CodeableConcept with text alone says nothing from the set.
            _ => contains(set, value),
        },
        (Binding::MediaType, Value::String(code)) => codes::media_type(code),
        (Binding::Currency, Value::String(code)) => codes::currency(code),
        (Binding::Language, Value::String(code)) => codes::language(code),
        _ => true,
    };
    if !good {
        let name = place.element();
        let (nb, en) = expected(binding);
        report.add(
            place,
            IssueCode::CodeInvalid,
            "code-invalid",
            format!("«{name}» har en kode som ikke er tillatt her. Bruk {nb}."),
            format!("“{name}” has a code that is not allowed here. Use {en}."),
        );
    }
}

fn contains(set: &CodeSet, coding: &Value) -> bool {
    let text = |name| coding.get(name).and_then(Value::as_str).unwrap_or_default();
    set.contains_coding(text("system"), text("code"))
}

/// A unit whose system is UCUM is written as UCUM writes units.
pub(super) fn unit(report: &mut Report, place: &Place<'_>, quantity: &Map<String, Value>) {
    let text = |name| quantity.get(name).and_then(Value::as_str);
    if text("system") == Some("http://unitsofmeasure.org") && text("code").is_some_and(|code| !codes::ucum(code)) {
        report.add(
            &place.name("code"),
            IssueCode::CodeInvalid,
            "code-invalid",
            "«code» er ikke en enhet slik UCUM skriver den. Bruk for eksempel mg, kg/m2 eller mm[Hg].".to_owned(),
            "“code” is not a unit as UCUM writes it. Use for example mg, kg/m2 or mm[Hg].".to_owned(),
        );
    }
}

fn expected(binding: Binding) -> (String, String) {
    match binding {
        Binding::Codes(set) if set.codes.len() <= 16 => {
            let list = set.codes.join(", ");
            (format!("en av: {list}"), format!("one of: {list}"))
        }
        Binding::Codes(set) => (format!("en kode fra {}", set.url), format!("a code from {}", set.url)),
        Binding::MediaType => {
            ("en medietype som application/pdf".to_owned(), "a media type like application/pdf".to_owned())
        }
        Binding::Language => {
            ("et språk som nb, nn eller en (BCP 47)".to_owned(), "a language like nb, nn or en (BCP 47)".to_owned())
        }
        Binding::Currency => ("en valuta som NOK (ISO 4217)".to_owned(), "a currency like NOK (ISO 4217)".to_owned()),
    }
}
