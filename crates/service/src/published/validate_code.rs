//! `ValueSet/$validate-code` <https://hl7.org/fhir/R4/valueset-operation-validate-code.html> and `CodeSystem/$validate-code`
//! <https://hl7.org/fhir/R4/codesystem-operation-validate-code.html>: one coding that is right is enough.

use super::asked::{Asked, Coding};
use super::expand::url_of;
use super::missing::unknown_url;
use super::words;
use crate::fault::Fault;
use serde_json::{Value, json};
use varde_fhir::conformance::{Catalogue, Definition};
use varde_fhir::{Language, ResourceType, terminology};

/// Whether a coding is in a value set.
pub(super) fn in_set(catalogue: &Catalogue, this: Option<&Definition>, asked: &Asked) -> Result<Value, Fault> {
    let codings = asked.codings()?;
    let unknown = || unknown_url(ResourceType::ValueSet, &asked.at("url"));
    let codes = terminology::codes(url_of(this, asked)).ok_or_else(unknown)?;
    if codings.iter().all(|coding| coding.system.is_none()) {
        return Err(asked.missing("system"));
    }
    let known = |coding: &&Coding| {
        codes.iter().any(|coded| coding.system.as_deref() == Some(coded.system) && coded.code == coding.code)
    };
    Ok(judged(
        catalogue,
        asked,
        codings.iter().filter(known),
        Words { nb: "Koden er ikke med i verdisettet.", en: "The code is not in the value set." },
    ))
}

/// Whether a coding is in a code system.
pub(super) fn in_system(catalogue: &Catalogue, this: Option<&Definition>, asked: &Asked) -> Result<Value, Fault> {
    let mut codings = asked.codings()?;
    let own = url_of(this, asked).to_owned();
    for coding in &mut codings {
        coding.system.get_or_insert_with(|| own.clone());
    }
    let asked_for = if own.is_empty() { codings.first().and_then(|coding| coding.system.clone()) } else { Some(own) };
    let url = asked_for.filter(|url| !url.is_empty()).ok_or_else(|| asked.missing("url"))?;
    let unknown = || unknown_url(ResourceType::CodeSystem, &asked.at("url"));
    let system = &catalogue.by_url(ResourceType::CodeSystem, &url).ok_or_else(unknown)?.value;
    let known = |coding: &&Coding| {
        coding.system.as_deref() == Some(url.as_str()) && words::concept(system, &coding.code).is_some()
    };
    Ok(judged(
        catalogue,
        asked,
        codings.iter().filter(known),
        Words {
            nb: "Koden finnes ikke i kodeverket slik det er kjent her.",
            en: "The code is not in the code system as it is known here.",
        },
    ))
}

struct Words {
    nb: &'static str,
    en: &'static str,
}

/// The answer, by the first of the codings found that is called what it says; a display that is not the code's own is told, and is
/// not right.
fn judged<'c>(
    catalogue: &Catalogue,
    asked: &Asked,
    found: impl Iterator<Item = &'c Coding> + Clone,
    why: Words,
) -> Value {
    let say = |words: Words| if asked.language == Language::English { words.en } else { words.nb };
    let called = |coding: &Coding, language| {
        let system = catalogue.by_url(ResourceType::CodeSystem, coding.system.as_deref()?)?;
        words::display(words::concept(&system.value, &coding.code)?, language)
    };
    let right = |coding: &&Coding| {
        let names = [Language::Norwegian, Language::English].map(|language| called(coding, language));
        let own = |given: &str| names.into_iter().flatten().any(|name| name.to_lowercase() == given.to_lowercase());
        names == [None, None] || coding.display.as_deref().is_none_or(own)
    };
    if let Some(coding) = found.clone().find(right) {
        return parameters(true, None, called(coding, asked.language));
    }
    let mut found = found;
    match found.next() {
        Some(coding) => {
            let wrong = Words {
                nb: "Koden heter noe annet; se display.",
                en: "The code is called something else; see display.",
            };
            parameters(false, Some(say(wrong)), called(coding, asked.language))
        }
        None => parameters(false, Some(say(why)), None),
    }
}

fn parameters(result: bool, message: Option<&str>, display: Option<&str>) -> Value {
    let mut all = vec![json!({ "name": "result", "valueBoolean": result })];
    for (name, text) in [("message", message), ("display", display)] {
        all.extend(text.map(|text| json!({ "name": name, "valueString": text })));
    }
    json!({ "resourceType": "Parameters", "parameter": all })
}
