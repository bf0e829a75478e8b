//! `CodeSystem/$lookup` <https://hl7.org/fhir/R4/codesystem-operation-lookup.html>.

use super::asked::Asked;
use super::missing::{unknown_code, unknown_url};
use super::words;
use crate::fault::Fault;
use serde_json::{Value, json};
use varde_fhir::conformance::Catalogue;
use varde_fhir::{Language, ResourceType};

/// What a code is called, in both languages.
pub(super) fn lookup(catalogue: &Catalogue, asked: &Asked) -> Result<Value, Fault> {
    let coding = asked.codings()?.into_iter().next().ok_or_else(|| asked.missing("code"))?;
    let system = coding.system.ok_or_else(|| asked.missing("system"))?;
    let unknown = || unknown_url(ResourceType::CodeSystem, &asked.at("system"));
    let system = &catalogue.by_url(ResourceType::CodeSystem, &system).ok_or_else(unknown)?.value;
    let concept = words::concept(system, &coding.code).ok_or_else(|| unknown_code(&asked.at("code")))?;
    let mut parameters = vec![
        json!({ "name": "name", "valueString": system.get("title").or_else(|| system.get("name")) }),
        json!({ "name": "version", "valueString": system.get("version") }),
        json!({ "name": "display", "valueString": words::display(concept, asked.language) }),
    ];
    for (code, language) in [("nb", Language::Norwegian), ("en", Language::English)] {
        parameters.push(json!({ "name": "designation", "part": [
            { "name": "language", "valueCode": code },
            { "name": "value", "valueString": words::display(concept, language) },
        ] }));
    }
    Ok(json!({ "resourceType": "Parameters", "parameter": parameters }))
}
