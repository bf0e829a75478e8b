//! What a resource is found by: every search parameter of the registry, compiled once and extracted from the JSON
//! <https://hl7.org/fhir/R4/search.html>.

mod date;
mod entry;
mod fold;
mod interval;
mod path;
mod reference;
mod target;
mod text;
mod token;
mod walk;

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
    let extractors = EXTRACTORS.get(&rtype).map_or(&[][..], Vec::as_slice);
    let mut seen = HashSet::new();
    let found = extractors.iter().flat_map(|extractor| {
        let values = extractor.paths.iter().flat_map(|path| extractor.values(path, resource, base));
        values.map(|value| IndexEntry { param: extractor.param.name, value })
    });
    found.filter(|entry| seen.insert(entry.clone())).collect()
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
        let paths = path::compile(param.expression, choices(param.kind))?;
        (param.name != "_lastUpdated").then(|| Self { param, paths, contact: is_contact(param.expression) })
    }

    fn values(&self, path: &Path, resource: &Value, base: &str) -> Vec<IndexValue> {
        let elements = walk::walk(resource, &path.steps, base);
        if path.truth {
            return vec![token::truth(&elements)];
        }
        let of_one = |element: &Value| match self.param.kind {
            ParamKind::Token if self.contact => token::contact(element),
            ParamKind::Token => token::tokens(element),
            ParamKind::Date => date::date(element).into_iter().collect(),
            ParamKind::String => text::texts(element),
            ParamKind::Reference => reference::references(element, base),
            ParamKind::Uri => reference::uris(element),
        };
        elements.into_iter().flat_map(of_one).collect()
    }
}

/// The types of a choice element that a parameter of a kind looks at: `occurrence[x]` as a date is `occurrencePeriod`,
/// never `occurrenceString`.
const fn choices(kind: ParamKind) -> &'static [&'static str] {
    match kind {
        ParamKind::Token => &["CodeableConcept", "Coding", "Code", "Identifier", "Boolean", "DateTime"],
        ParamKind::Date => &["DateTime", "Date", "Instant", "Period", "Timing"],
        ParamKind::String => &["String"],
        ParamKind::Reference => &["Reference", "Canonical"],
        ParamKind::Uri => &["Uri", "Url", "Canonical"],
    }
}

/// Whether the element is a `ContactPoint`, which looks like an `Identifier`.
fn is_contact(expression: &str) -> bool {
    expression.contains(".telecom") || expression == "Subscription.contact"
}

#[cfg(test)]
mod tests;
