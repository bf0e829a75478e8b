//! Required bindings <https://hl7.org/fhir/R4/terminologies.html#required>: a code outside the value set is an error.

use super::report::Report;
use crate::IssueCode;
use crate::json::place::Place;
use crate::table::{Binding, CodeSet};
use serde_json::Value;

/// Checks a `code`, `Coding` or `CodeableConcept` against the value set of its element.
pub(super) fn check(report: &mut Report, place: &Place<'_>, binding: Binding, value: &Value) {
    let good = match (binding, value) {
        (Binding::Codes(set), Value::String(code)) => set.contains(code),
        (Binding::Codes(set), Value::Object(object)) => match object.get("coding") {
            Some(Value::Array(codings)) => codings.iter().any(|coding| contains(set, coding)),
            // A bare Coding; a CodeableConcept with text alone says nothing from the set.
            _ => contains(set, value),
        },
        (Binding::MediaType, Value::String(code)) => media_type(code),
        (Binding::Currency, Value::String(code)) => code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()),
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

/// `type/subtype`, perhaps with parameters (RFC 6838 §4.2).
fn media_type(text: &str) -> bool {
    let name = text.split(';').next().unwrap_or_default().trim_ascii_end();
    let token =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+*".contains(&b));
    name.split_once('/').is_some_and(|(kind, subtype)| token(kind) && token(subtype))
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
        Binding::Currency => ("en valuta som NOK (ISO 4217)".to_owned(), "a currency like NOK (ISO 4217)".to_owned()),
    }
}
