//! References and uris of an element <https://hl7.org/fhir/R4/search.html#reference>.

use super::entry::IndexValue;
use super::target::target;
use serde_json::Value;

/// A `Reference`: its literal, its identifier, or both; a contained one only by its identifier. A `canonical` is found
/// whole and without its version.
pub(super) fn references(element: &Value, base: &str, values: &mut Vec<IndexValue>) {
    if let Value::String(canonical) = element {
        let urls = with_and_without_version(canonical).filter_map(|url| target(url, base));
        return values.extend(urls.map(|to| IndexValue::Reference { rtype: to.rtype, id: to.id, identifier: None }));
    }
    let text = |name: &str| element.get(name).and_then(Value::as_str);
    let literal = text("reference").and_then(|literal| target(literal, base));
    let identifier = element.get("identifier").and_then(identifier);
    if literal.is_none() && identifier.is_none() {
        return;
    }
    let declared = || text("type").and_then(|name| name.rsplit('/').next()?.parse().ok());
    let (rtype, id) = literal.map_or((None, String::new()), |to| (to.rtype, to.id));
    values.push(IndexValue::Reference { rtype: rtype.or_else(declared), id, identifier });
}

/// A `uri`, `url` or `canonical`, whole; a canonical also without its version.
pub(super) fn uris(element: &Value, values: &mut Vec<IndexValue>) {
    let urls = element.as_str().into_iter().flat_map(with_and_without_version);
    values.extend(urls.map(|url| IndexValue::Uri { value: url.to_owned() }));
}

fn with_and_without_version(url: &str) -> impl Iterator<Item = &str> {
    let bare = url.split_once('|').map(|(bare, _)| bare);
    std::iter::once(url).chain(bare).filter(|url| !url.is_empty())
}

fn identifier(element: &Value) -> Option<(String, String)> {
    let text = |name: &str| element.get(name).and_then(Value::as_str);
    Some((text("system").unwrap_or_default().to_owned(), text("value")?.to_owned()))
}
