//! How the tests ask: a resource in, `key expression` lines out.

use serde_json::{Value, json};
use std::borrow::Borrow;
use varde_fhir::json::{Limits, parse};
use varde_fhir::validate::validate;
use varde_fhir::{Issue, ResourceType};

pub(crate) fn fixture(rtype: ResourceType) -> Value {
    let file = format!("{}/fixtures/{rtype}.json", env!("CARGO_MANIFEST_DIR"));
    parse(&std::fs::read(file).unwrap(), Limits::RESOURCE).unwrap()
}

pub(crate) fn issues(resource: &Value) -> Vec<Issue> {
    let rtype = resource["resourceType"].as_str().and_then(|name| name.parse().ok()).unwrap_or(ResourceType::CareTeam);
    validate(rtype, resource)
}

/// The issues as `key expression`; invariants as their own key.
pub(crate) fn told(resource: &Value) -> Vec<String> {
    let line = |issue: &Issue| {
        let key = if issue.key == "invariant" { issue.en.split(':').next().unwrap() } else { issue.key };
        format!("{key} {}", issue.expression.as_deref().unwrap())
    };
    issues(resource).iter().map(line).collect()
}

#[track_caller]
pub(crate) fn check(resource: impl Borrow<Value>, expected: &[&str]) {
    let resource = resource.borrow();
    assert_eq!(told(resource), expected, "{resource}");
}

pub(crate) fn team(more: Value) -> Value {
    with(json!({ "resourceType": "CareTeam" }), more)
}

pub(crate) fn patient(more: Value) -> Value {
    with(json!({ "resourceType": "Patient" }), more)
}

pub(crate) fn with(mut resource: Value, more: impl Borrow<Value>) -> Value {
    resource.as_object_mut().unwrap().extend(more.borrow().as_object().unwrap().clone());
    resource
}
