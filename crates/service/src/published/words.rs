//! What a code of a published code system is called.

use serde_json::Value;
use varde_fhir::Language;

/// The concept of this code.
pub(super) fn concept<'s>(system: &'s Value, code: &str) -> Option<&'s Value> {
    let concepts = system.get("concept").and_then(Value::as_array)?;
    concepts.iter().find(|concept| concept.get("code").and_then(Value::as_str) == Some(code))
}

/// What it is called: our code systems are Norwegian, with an English designation.
pub(super) fn display(concept: &Value, language: Language) -> Option<&str> {
    match language {
        Language::Norwegian => concept.get("display").and_then(Value::as_str),
        Language::English => concept.pointer("/designation/0/value").and_then(Value::as_str),
    }
}
