//! `ValueSet/$expand` <https://hl7.org/fhir/R4/valueset-operation-expand.html>.

use super::asked::Asked;
use super::missing::unknown_url;
use super::words;
use crate::fault::Fault;
use serde_json::{Value, json};
use varde_fhir::conformance::{Catalogue, Definition};
use varde_fhir::index::fold;
use varde_fhir::time::instant;
use varde_fhir::{Micros, ResourceType, terminology};

/// The value set with its codes.
pub(super) fn expand(
    catalogue: &Catalogue,
    this: Option<&Definition>,
    asked: &Asked,
    now: Micros,
) -> Result<Value, Fault> {
    let url = url_of(this, asked);
    let unknown = || unknown_url(ResourceType::ValueSet, &asked.at("url"));
    let codes = terminology::codes(url).ok_or_else(unknown)?;
    let (bare, _) = varde_fhir::canonical::parted(url);
    let mut set = catalogue.by_url(ResourceType::ValueSet, bare).ok_or_else(unknown)?.value.clone();
    let mut contains: Vec<Value> = Vec::new();
    for coded in codes {
        let system = catalogue.by_url(ResourceType::CodeSystem, coded.system);
        let concept = system.and_then(|system| words::concept(&system.value, coded.code));
        let display = concept.and_then(|concept| words::display(concept, asked.language));
        if !asked.text("filter").is_none_or(|filter| holds(filter, coded.code, display)) {
            continue;
        }
        let mut entry = json!({ "system": coded.system, "code": coded.code });
        if let (Some(display), Some(entry)) = (display, entry.as_object_mut()) {
            entry.insert("display".to_owned(), display.into());
        }
        contains.push(entry);
    }
    let total = contains.len();
    let offset = asked.number("offset")?;
    let count = asked.number("count")?;
    let page: Vec<Value> = contains.into_iter().skip(offset.unwrap_or(0)).take(count.unwrap_or(usize::MAX)).collect();
    let mut expansion = json!({ "timestamp": instant(now), "total": total });
    if let (Some(expansion), Some(set)) = (expansion.as_object_mut(), set.as_object_mut()) {
        // Without it nobody knows that this is a page.
        if offset.is_some() || count.is_some() {
            expansion.insert("offset".to_owned(), offset.unwrap_or(0).into());
        }
        if !page.is_empty() {
            expansion.insert("contains".to_owned(), page.into());
        }
        set.insert("expansion".to_owned(), Value::Object(std::mem::take(expansion)));
    }
    Ok(set)
}

/// The value set that is meant.
pub(super) fn url_of<'a>(this: Option<&'a Definition>, asked: &'a Asked) -> &'a str {
    let own = this.and_then(|definition| definition.value.get("url")).and_then(Value::as_str);
    own.or_else(|| asked.text("url")).unwrap_or_default()
}

fn holds(filter: &str, code: &str, display: Option<&str>) -> bool {
    let filter = fold(filter);
    fold(code).contains(&filter) || display.is_some_and(|display| fold(display).contains(&filter))
}
