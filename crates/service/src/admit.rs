//! What may come in: a body becomes a resource of the right type that holds to R4's structure, or a list of what is wrong.

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
