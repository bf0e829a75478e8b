//! `CodeSystem` <https://hl7.org/fhir/R4/codesystem.html>: Volven's as fragments, our own whole.

use super::head::{head, last_part};
use crate::profile::Words;
use crate::terminology::{CodeSystem, code_systems};
use serde_json::{Value, json};

/// A code system that stands on a higher floor of the house: the rules of the law.
#[derive(Clone, Debug)]
pub struct MoreCodes {
    /// Its canonical URL.
    pub url: &'static str,
    /// Computable name.
    pub name: &'static str,
    /// What it is called.
    pub title: Words,
    /// Code and what it says.
    pub concepts: Vec<(&'static str, Words)>,
}

/// The id a code system is served under.
pub(super) fn id(url: &str) -> String {
    let last = last_part(url);
    match last.rsplit_once('.') {
        Some((_, number)) => format!("volven-{number}"),
        None => last.to_owned(),
    }
}

/// All of them.
pub(super) fn all(more: &[MoreCodes]) -> Vec<Value> {
    code_systems().iter().map(|system| known(system)).chain(more.iter().map(ours)).collect()
}

fn known(system: &CodeSystem) -> Value {
    let concepts = system.concepts.iter().map(|c| concept(c.code, Words { nb: c.nb, en: c.en })).collect();
    let title = Words { nb: system.title_nb, en: system.title_en };
    definition(system.url, system.name, title, system.complete, concepts)
}

fn ours(more: &MoreCodes) -> Value {
    let concepts = more.concepts.iter().map(|(code, words)| concept(code, *words)).collect();
    definition(more.url, more.name, more.title, true, concepts)
}

fn definition(url: &str, name: &str, title: Words, complete: bool, concepts: Vec<Value>) -> Value {
    let mut made = head("CodeSystem", &id(url), url, name, title);
    let count = concepts.len();
    let mut put = |name: &str, value: Value| made.insert(name.to_owned(), value);
    put("language", "nb".into());
    put("caseSensitive", true.into());
    put("content", if complete { "complete" } else { "fragment" }.into());
    if complete {
        put("count", count.into());
    }
    put("concept", concepts.into());
    Value::Object(made)
}

fn concept(code: &str, words: Words) -> Value {
    json!({
        "code": code,
        "display": words.nb,
        "designation": [{ "language": "en", "value": words.en }],
    })
}
