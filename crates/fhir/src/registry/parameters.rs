//! The search parameters of every served type: all that R4 (4.0.1) defines of the kinds token, reference, date, string
//! and uri <https://hl7.org/fhir/R4/searchparameter-registry.html>, and eight of our own.
//!
//! To add one, write a row in the file of its group; index extraction, query parsing, the `CapabilityStatement` and the
//! `OpenAPI` follow. Then run `reindex`.

mod care;
mod context;
mod directory;
mod record;
mod row;
mod shared;
mod work;

pub use row::ParamKind;

use crate::{ResourceType, canonical};
use row::{Row, date, token, uri};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One search parameter of one type.
#[derive(Debug)]
pub struct SearchParam {
    /// The type it searches.
    pub rtype: ResourceType,
    /// Its code in the URL.
    pub name: &'static str,
    /// Its type.
    pub kind: ParamKind,
    /// `FHIRPath` subset: paths joined by `|`, `.where(resolve() is T)`, `.where(system='x')`, `(path as type)`.
    pub expression: &'static str,
    /// Reference targets, for chaining and `_include`.
    pub targets: &'static [ResourceType],
    /// Whether it is ours and not R4's.
    pub own: bool,
}

impl SearchParam {
    /// The canonical URL of its `SearchParameter`: the standard's, or ours under `https://varde.no/fhir`.
    #[must_use]
    pub fn definition(&self) -> String {
        if self.own {
            return canonical::of("SearchParameter", &format!("{}-{}", self.rtype, self.name));
        }
        format!("http://hl7.org/fhir/SearchParameter/{}", shared::definition_id(self.rtype, self.name))
    }

    /// Whether the element holds `canonical` URLs and not `Reference`s: then a value may carry `|version`.
    #[must_use]
    pub fn is_canonical(&self) -> bool {
        let element = self.expression.rsplit('.').next().unwrap_or_default();
        self.kind == ParamKind::Reference && matches!(element, "instantiatesCanonical" | "measure")
    }
}

/// Standard parameters that are not offered, as (type, name, why). Of every type also `_text`, `_content`, `_query`
/// (special) and `_source`.
pub const LEFT_OUT: &[(ResourceType, &str, &str)] = &[
    (ResourceType::DocumentReference, "relationship", "composite"),
    (ResourceType::Encounter, "length", "quantity"),
    (ResourceType::Location, "near", "special"),
];

/// How many parameters every type has; they stand first.
pub const EVERY_TYPE: usize = EVERY.len();

/// Parameters of every type <https://hl7.org/fhir/R4/search.html#all>.
static EVERY: &[Row] = &[
    token("_id", "Resource.id"),
    date("_lastUpdated", "Resource.meta.lastUpdated"),
    uri("_profile", "Resource.meta.profile"),
    token("_security", "Resource.meta.security"),
    token("_tag", "Resource.meta.tag"),
];

static PARAMETERS: LazyLock<BTreeMap<ResourceType, Vec<SearchParam>>> = LazyLock::new(|| {
    [care::ROWS, work::ROWS, context::ROWS, directory::ROWS, record::ROWS]
        .into_iter()
        .flatten()
        .map(|&(rtype, rows)| (rtype, EVERY.iter().chain(rows).map(|row| bound(rtype, row)).collect()))
        .collect()
});

fn bound(rtype: ResourceType, row: &Row) -> SearchParam {
    SearchParam {
        rtype,
        name: row.name,
        kind: row.kind,
        expression: row.expression,
        targets: row.targets,
        own: row.own,
    }
}

/// The parameters of a type, including `_id`, `_lastUpdated`, `_profile`, `_security`, `_tag`; none for a type that is
/// not served.
#[must_use]
pub fn search_params(rtype: ResourceType) -> &'static [SearchParam] {
    PARAMETERS.get(&rtype).map_or(&[], Vec::as_slice)
}

/// One parameter by name.
#[must_use]
pub fn search_param(rtype: ResourceType, name: &str) -> Option<&'static SearchParam> {
    search_params(rtype).iter().find(|p| p.name == name)
}

#[cfg(test)]
mod tests;
