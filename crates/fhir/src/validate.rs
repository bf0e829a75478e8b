//! Structure validation against FHIR R4 <https://hl7.org/fhir/R4/validation.html>: one pass over the [table](crate::table)
//! that knows element names, JSON types, cardinalities, choices, primitive formats, required bindings, reference targets,
//! contained resources, primitive extensions and the plain invariants.
//!
//! Profiles, terminology that is not a required binding, and whether references find something are not asked here.

mod coding;
mod dates;
mod invariants;
mod primitive;
mod references;
mod report;
mod scope;
pub(crate) mod suggest;
mod texts;
mod walk;

use crate::json::place::Place;
use crate::{Issue, ResourceType};
use serde_json::Value;
use walk::Walk;

/// Everything that is wrong with a resource of this type, at most 100 issues; empty when it is valid. Every issue has a
/// stable key, a FHIRPath expression from the type, and texts that name element, rule and remedy but no value.
///
/// Keys: `unknown-element`, `wrong-type`, `required-element`, `too-many`, `empty-value`, `uneven-arrays`, `too-long`,
/// `invalid-date`, `invalid-format`, `code-invalid`, `reference-target`, `duplicate-id`, `resource-type`,
/// `unsupported-type`, and `invariant` with the R4 key first in the text.
#[must_use]
pub fn validate(rtype: ResourceType, resource: &Value) -> Vec<Issue> {
    issues(rtype, resource, Walk::new())
}

/// As [`validate()`] for a Bundle, but nobody looks inside the resources of its entries: those of a batch are requests of their
/// own <https://hl7.org/fhir/R4/http.html#brules>.
#[must_use]
pub fn validate_envelope(bundle: &Value) -> Vec<Issue> {
    issues(ResourceType::Bundle, bundle, Walk::past_resources())
}

fn issues<'a>(rtype: ResourceType, resource: &'a Value, mut walk: Walk<'a>) -> Vec<Issue> {
    walk.resource(&Place::root(rtype.as_str()), resource, Some(rtype));
    walk.report.into_issues()
}
