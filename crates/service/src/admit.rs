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

/// A Bundle that is to be carried out <https://hl7.org/fhir/R4/http.html#transaction>.
pub(crate) struct Admitted {
    /// Whose rules it follows.
    pub(crate) kind: Kind,
    /// `Bundle.entry`.
    pub(crate) entries: Vec<Value>,
}

/// What is to be carried out, and so who checks the resources of the entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// All or nothing: they are checked with the Bundle, and every fault is told at once.
    Transaction,
    /// Each is checked when its turn comes ([`entry`]): a bad one must not refuse the others.
    Batch,
}

/// Reads and checks a Bundle.
pub(crate) fn bundle(context: &Context, body: &[u8]) -> Result<Admitted, Fault> {
    let mut value = json::parse(body, json::Limits::BUNDLE).map_err(Fault::invalid)?;
    right_type(ResourceType::Bundle, &value)?;
    let kind = match value.get("type").and_then(Value::as_str) {
        Some("batch") => {
            let mut issues = validate::validate_envelope(&value);
            issues.retain(|issue| !is_entry_resource(issue));
            clean(issues)?;
            Kind::Batch
        }
        // One that is missing is named by the validation.
        Some("transaction") | None => {
            check(context, ResourceType::Bundle, &value)?;
            Kind::Transaction
        }
        Some(_) => return Err(bundle_type()),
    };
    let entries = match value.get_mut("entry").map(Value::take) {
        Some(Value::Array(entries)) => entries,
        _ => Vec::new(),
    };
    Ok(Admitted { kind, entries })
}

/// Whether an issue is about a `Bundle.entry[n].resource` that is no resource at all.
fn is_entry_resource(issue: &Issue) -> bool {
    let inside = issue.expression.as_deref().and_then(|at| at.strip_prefix("Bundle.entry[")?.split_once("]."));
    inside.is_some_and(|(_, rest)| rest.starts_with("resource"))
}

/// Checks the resource of an entry of a Bundle of this kind, as far as it was not checked with the Bundle.
pub(crate) fn entry(context: &Context, kind: Kind, rtype: ResourceType, resource: &Value) -> Result<(), Fault> {
    match kind {
        Kind::Batch => check(context, rtype, resource),
        Kind::Transaction => {
            right_type(rtype, resource)?;
            clean(bounds::bounds(rtype, resource))
        }
    }
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

/// Checks a resource that is already JSON.
pub(crate) fn check(context: &Context, rtype: ResourceType, value: &Value) -> Result<(), Fault> {
    right_type(rtype, value)?;
    let mut issues = validate::validate(rtype, value);
    if issues.is_empty() {
        issues = identifier::identifier_issues(rtype, value, context.test_environment);
    }
    if issues.is_empty() {
        issues = bounds::bounds(rtype, value);
    }
    clean(issues)
}

fn clean(issues: Vec<Issue>) -> Result<(), Fault> {
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
