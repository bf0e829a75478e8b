//! What every definition begins with <https://hl7.org/fhir/R4/canonicalresource.html>.

use crate::canonical;
use crate::profile::Words;
use serde_json::{Map, Value, json};

/// When what is defined last changed.
pub(super) const DATE: &str = "2026-11-23";

/// The resource as far as all of them are alike. `name` is made fit for programs.
pub(super) fn head(rtype: &str, id: &str, url: &str, name: &str, title: Words) -> Map<String, Value> {
    let mut head = Map::new();
    let mut put = |name: &str, value: Value| head.insert(name.to_owned(), value);
    put("resourceType", rtype.into());
    put("id", id.into());
    put("url", url.into());
    put("version", canonical::VERSION.into());
    put("name", computable(name).into());
    put("title", title.en.into());
    if title.nb != title.en {
        put("_title", json!({ "extension": [translation(title.nb)] }));
    }
    put("status", "active".into());
    put("date", DATE.into());
    put("publisher", "Varde".into());
    head
}

/// A text in Norwegian beside the English one <http://hl7.org/fhir/StructureDefinition/translation>.
pub(super) fn translation(nb: &str) -> Value {
    json!({
        "url": "http://hl7.org/fhir/StructureDefinition/translation",
        "extension": [{ "url": "lang", "valueCode": "nb" }, { "url": "content", "valueString": nb }],
    })
}

/// A name as code generators want it: a capital letter, then letters and digits.
pub(super) fn computable(name: &str) -> String {
    let mut made = String::with_capacity(name.len());
    for part in name.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut letters = part.chars();
        made.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        made.push_str(letters.as_str());
    }
    made
}

/// The id in the last part of a URL, of the characters that an id may have.
pub(super) fn last_part(url: &str) -> &str {
    url.rsplit(['/', ':']).next().unwrap_or(url)
}
