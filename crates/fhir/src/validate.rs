//! Structure validation against FHIR R4 <https://hl7.org/fhir/R4/validation.html>: one pass over the [table](crate::table)
//! that knows element names, JSON types, cardinalities, choices, primitive formats, required bindings, reference targets,
//! contained resources, primitive extensions, narratives, the plain invariants, and the profiles of ours that are claimed.
//!
//! Others' profiles, terminology that is not a required binding, and whether references find something are not asked here.

mod codes;
mod coding;
mod dates;
mod extensions;
mod invariants;
mod primitive;
mod profiles;
mod references;
mod report;
mod scope;
pub(crate) mod suggest;
mod texts;
mod walk;
mod xhtml;

use crate::json::place::Place;
use crate::profile::Profile;
use crate::{Issue, ResourceType};
use report::Report;
use serde_json::Value;
use walk::Walk;

/// Everything that is wrong with a resource of this type, at most 100 issues; empty when it is valid. Every issue has a
/// stable key, a FHIRPath expression from the type, and texts that name element, rule and remedy but no value.
///
/// Keys: `unknown-element`, `wrong-type`, `required-element`, `too-many`, `empty-value`, `uneven-arrays`, `too-long`,
/// `invalid-date`, `invalid-format`, `code-invalid`, `reference-target`, `duplicate-id`, `resource-type`,
/// `unsupported-type`, `unknown-extension`, `extension-context`, `unknown-profile`, `profile-type`, `profile-required`, `profile-code`,
/// `profile-reference`, and `invariant` with the R4 key first in the text.
#[must_use]
pub fn validate(rtype: ResourceType, resource: &Value) -> Vec<Issue> {
    issues(rtype, resource, Walk::new())
}

/// As [`validate()`] for a Bundle or Parameters, but nobody looks inside the resources in it: those of a batch are requests of
/// their own <https://hl7.org/fhir/R4/http.html#brules>, and that of `$validate` is what is asked about.
#[must_use]
pub fn validate_envelope(rtype: ResourceType, envelope: &Value) -> Vec<Issue> {
    issues(rtype, envelope, Walk::past_resources())
}

/// What a profile of ours asks of a resource besides R4, whether or not the resource claims it.
#[must_use]
pub fn validate_as(profile: &Profile, resource: &Value) -> Vec<Issue> {
    let mut report = Report::default();
    if let Value::Object(object) = resource {
        profiles::held(&mut report, &Place::root(profile.rtype.as_str()), object, profile);
    }
    report.into_issues()
}

/// Whether a canonical names a profile of ours: the profile, or `Err` when it would be ours and there is none; `None` for
/// somebody else's.
#[must_use]
pub fn our_profile(canonical: &str) -> Option<Result<&'static Profile, ()>> {
    profiles::ours(canonical).map(|found| found.map_err(drop))
}

fn issues<'a>(rtype: ResourceType, resource: &'a Value, mut walk: Walk<'a>) -> Vec<Issue> {
    walk.resource(&Place::root(rtype.as_str()), resource, Some(rtype));
    walk.report.into_issues()
}
