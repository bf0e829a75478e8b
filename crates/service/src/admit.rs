//! What may come in: a body becomes a resource of the right type that holds to R4's structure, or a list of what is wrong.

mod bounds;

use crate::context::Context;
use crate::fault::Fault;
use serde_json::Value;
use varde_fhir::{Issue, IssueCode, ResourceType, identifier, json, validate};

/// Reads and checks a request body of a type.
pub(crate) fn resource(context: &Context, rtype: ResourceType, body: &[u8]) -> Result<Value, Fault> {
    let value = json::parse(body, limits(rtype)).map_err(Fault::invalid)?;
    check(context, rtype, &value)?;
    Ok(value)
}

/// Reads a Bundle that is to be carried out <https://hl7.org/fhir/R4/http.html#transaction>. The resources of a batch are
/// checked one by one when their turn comes: a bad one must not refuse the others.
pub(crate) fn bundle(context: &Context, body: &[u8]) -> Result<Value, Fault> {
    let value = json::parse(body, json::Limits::BUNDLE).map_err(Fault::invalid)?;
    right_type(ResourceType::Bundle, &value)?;
    match value.get("type").and_then(Value::as_str) {
        Some("batch") => {
            let mut issues = validate::validate(ResourceType::Bundle, &value);
            issues.retain(|issue| !in_entry_resource(issue));
            if issues.is_empty() { Ok(value) } else { Err(Fault::Invalid(issues)) }
        }
        // One that is missing is named by the validation.
        Some("transaction") | None => check(context, ResourceType::Bundle, &value).map(|()| value),
        Some(_) => Err(bundle_type()),
    }
}

/// Whether an issue stands inside `Bundle.entry[n].resource`.
fn in_entry_resource(issue: &Issue) -> bool {
    let inside = issue.expression.as_deref().and_then(|at| at.strip_prefix("Bundle.entry[")?.split_once("]."));
    inside.is_some_and(|(_, rest)| rest.starts_with("resource"))
}

/// Other Bundles are documents, messages and collections: nothing that can be carried out.
fn bundle_type() -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::NotSupported,
            "bundle-type",
            "Bundle.type må være transaction eller batch. Andre samlinger kan ikke utføres her.",
            "Bundle.type must be transaction or batch. Other Bundles cannot be carried out here.",
        )
        .at("Bundle.type"),
    )
}

/// A Bundle may be larger than a resource (security.md §4).
fn limits(rtype: ResourceType) -> json::Limits {
    if rtype == ResourceType::Bundle { json::Limits::BUNDLE } else { json::Limits::RESOURCE }
}

/// Checks a resource that is already JSON (an entry of a Bundle, a resource inside Parameters).
pub(crate) fn check(context: &Context, rtype: ResourceType, value: &Value) -> Result<(), Fault> {
    right_type(rtype, value)?;
    let mut issues = validate::validate(rtype, value);
    if issues.is_empty() {
        issues = identifier::identifier_issues(rtype, value, context.test_environment);
    }
    if issues.is_empty() {
        issues = bounds::bounds(rtype, value);
    }
    if issues.is_empty() { Ok(()) } else { Err(Fault::Invalid(issues)) }
}

fn right_type(rtype: ResourceType, value: &Value) -> Result<(), Fault> {
    match value.get("resourceType").and_then(Value::as_str) {
        Some(given) if given == rtype.as_str() => Ok(()),
        Some(_) => Err(Fault::invalid(
            Issue::error(
                IssueCode::Invalid,
                "resource-type-mismatch",
                format!("resourceType i kroppen er en annen enn den i URL-en. Her må det stå {rtype}."),
                format!("The body's resourceType differs from the URL's. It must be {rtype} here."),
            )
            .at("resourceType"),
        )),
        None => Err(Fault::invalid(
            Issue::error(
                IssueCode::Required,
                "resource-type-missing",
                format!("Kroppen mangler resourceType. Sett \"resourceType\": \"{rtype}\"."),
                format!("The body has no resourceType. Set \"resourceType\": \"{rtype}\"."),
            )
            .at("resourceType"),
        )),
    }
}

/// The `id` in the body of a PUT must be the URL's <https://hl7.org/fhir/R4/http.html#update>.
pub(crate) fn same_id(value: &Value, id: &str) -> Result<(), Fault> {
    match value.get("id").and_then(Value::as_str) {
        Some(given) if given == id => Ok(()),
        Some(_) => Err(id_fault("id-mismatch", "er en annen enn", "differs from")),
        None => Err(id_fault("id-missing", "mangler og må være lik", "is missing and must equal")),
    }
}

fn id_fault(key: &'static str, nb: &str, en: &str) -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::Invalid,
            key,
            format!("id i kroppen {nb} id-en i URL-en. PUT krever at de er like."),
            format!("The body's id {en} the id in the URL. PUT needs them to be equal."),
        )
        .at("id"),
    )
}
