//! What a resource is found by: every search parameter of the registry, compiled once and extracted from the JSON
//! <https://hl7.org/fhir/R4/search.html>.

mod date;
mod element;
mod entry;
mod fold;
mod interval;
mod names;
mod path;
mod reference;
mod target;
mod text;
mod token;
mod walk;

pub use element::{Looked, elements, is_truth};
pub use entry::{IndexEntry, IndexValue};
pub use fold::fold;
pub use interval::interval;
pub use target::{Target, target};

use crate::ResourceType;
use crate::registry::{ParamKind, SearchParam, search_params, served_types};
use path::Path;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

/// Every index row of a resource, in registry order, without duplicates. `base` is this server's FHIR base URL.
///
/// `_lastUpdated` is not among them: it is a column of the resource itself.
#[must_use]
pub fn extract(rtype: ResourceType, resource: &Value, base: &str) -> Vec<IndexEntry> {
    let mut entries = Vec::new();
    let (mut elements, mut values) = (Vec::new(), Vec::new());
    for extractor in EXTRACTORS.get(&rtype).into_iter().flatten() {
        for path in &extractor.paths {
            walk::walk(resource, &path.steps, base, &mut elements);
            extractor.values(path, &elements, base, &mut values);
            elements.clear();
        }
        distinct(&mut values);
        entries.extend(values.drain(..).map(|value| IndexEntry { param: extractor.param.name, value }));
    }
    entries
}

/// Keeps the first of equal values.
fn distinct(values: &mut Vec<IndexValue>) {
    if values.len() < 2 {
        return;
    }
    let mut seen = HashSet::with_capacity(values.len());
    let fresh: Vec<bool> = values.iter().map(|value| seen.insert(value)).collect();
    let mut fresh = fresh.into_iter();
    values.retain(|_| fresh.next() == Some(true));
}

static EXTRACTORS: LazyLock<BTreeMap<ResourceType, Vec<Extractor>>> = LazyLock::new(|| {
    let of_type = |rtype| search_params(rtype).iter().filter_map(Extractor::new).collect();
    served_types().iter().map(|row| (row.rtype, of_type(row.rtype))).collect()
});

/// A parameter with its compiled paths.
struct Extractor {
    param: &'static SearchParam,
    paths: Vec<Path>,
    contact: bool,
}

impl Extractor {
    /// `None` for `_lastUpdated`, and for an expression outside the subset (a test proves that there is none).
    fn new(param: &'static SearchParam) -> Option<Self> {
        let mut paths = path::compile(param.expression, path::choices(param.kind))?;
        for path in &mut paths {
            names::leave_out_unknown(&mut path.steps, param.rtype);
        }
        (param.name != "_lastUpdated").then(|| Self { param, paths, contact: is_contact(param.expression) })
    }

    /// Adds what the elements of one path are found by.
    fn values(&self, path: &Path, elements: &[&Value], base: &str, values: &mut Vec<IndexValue>) {
        if path.truth {
            return values.push(token::truth(elements));
        }
        for element in elements {
            match self.param.kind {
                ParamKind::Token if self.contact => values.extend(token::contact(element)),
                ParamKind::Token => token::tokens(element, values),
                ParamKind::Date => values.extend(date::date(element)),
                ParamKind::String => text::texts(element, values),
                ParamKind::Reference => reference::references(element, base, values),
                ParamKind::Uri => reference::uris(element, values),
            }
        }
    }
}

/// Whether the element is a `ContactPoint`, which looks like an `Identifier`.
fn is_contact(expression: &str) -> bool {
    expression.contains(".telecom") || expression == "Subscription.contact"
}

#[cfg(test)]
mod tests;
