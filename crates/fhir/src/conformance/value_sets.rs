//! `ValueSet` <https://hl7.org/fhir/R4/valueset.html>: our own, and those of R4 that a required binding of a served type names.

use super::head::{head, last_part};
use crate::profile::Words;
use crate::table::{self, CodeSet};
use crate::terminology::{ValueSet, value_sets};
use serde_json::{Map, Value, json};

/// All of them.
pub(super) fn all() -> Vec<Value> {
    value_sets().iter().map(ours).chain(table::code_sets().iter().map(|set| of_r4(set))).collect()
}

fn ours(set: &ValueSet) -> Value {
    let title = Words { nb: set.title_nb, en: set.title_en };
    let includes = set.includes.iter().map(|include| included(include.system, include.codes));
    composed(head("ValueSet", set.id, &set.url(), set.name, title), &includes.collect::<Vec<_>>())
}

/// The codes alone: what they mean stands in the specification.
fn of_r4(set: &CodeSet) -> Value {
    let id = last_part(set.url);
    let mut made = head("ValueSet", id, set.url, &format!("R4 {id}"), Words { nb: id, en: id });
    made.insert("version".to_owned(), "4.0.1".into());
    made.insert("publisher".to_owned(), "HL7".into());
    made.insert(
        "description".to_owned(),
        "The codes that a required binding of FHIR R4 allows, as they are checked here.".into(),
    );
    composed(made, &set.systems.iter().map(|(system, codes)| included(system, codes)).collect::<Vec<_>>())
}

fn composed(mut made: Map<String, Value>, includes: &[Value]) -> Value {
    made.insert("compose".to_owned(), json!({ "include": includes }));
    Value::Object(made)
}

fn included(system: &str, codes: &[&str]) -> Value {
    let concepts: Vec<Value> = codes.iter().map(|code| json!({ "code": code })).collect();
    if concepts.is_empty() { json!({ "system": system }) } else { json!({ "system": system, "concept": concepts }) }
}
