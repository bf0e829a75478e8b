//! What may come in: a body becomes a resource of the right type that holds to R4's structure, or a list of what is wrong.

mod bounds;

use crate::PatchFormat;
use crate::context::Context;
use crate::fault::Fault;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use varde_fhir::capability::PATCH_FORMATS;
use varde_fhir::{Issue, IssueCode, Patch, ResourceType, identifier, json, validate};

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
    let patches = take_binaries(&mut value);
    let kind = match value.get("type").and_then(Value::as_str) {
        Some("batch") => {
            let mut issues = validate::validate_envelope(ResourceType::Bundle, &value);
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
    let mut entries = match value.get_mut("entry").map(Value::take) {
        Some(Value::Array(entries)) => entries,
        _ => Vec::new(),
    };
    for (place, patch) in patches {
        if let Some(Value::Object(entry)) = entries.get_mut(place) {
            entry.insert("resource".to_owned(), patch);
        }
    }
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
    clean(issues(context, rtype, value))
}

/// What is wrong with a resource of a type: its structure and the profiles it claims, else its identifiers, else our bounds.
pub(crate) fn issues(context: &Context, rtype: ResourceType, value: &Value) -> Vec<Issue> {
    let mut issues = validate::validate(rtype, value);
    if issues.is_empty() {
        issues = identifier::identifier_issues(rtype, value, context.test_environment);
    }
    if issues.is_empty() {
        issues = bounds::bounds(rtype, value);
    }
    issues
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
                format!("resourceType i innholdet er en annen enn den i URL-en. Her må det stå {rtype}."),
                format!("The body's resourceType differs from the URL's. It must be {rtype} here."),
            )
            .at("resourceType"),
        )),
        None => Err(Fault::invalid(
            Issue::error(
                IssueCode::Required,
                "resource-type-missing",
                format!("Innholdet mangler resourceType. Sett \"resourceType\": \"{rtype}\"."),
                format!("The body has no resourceType. Set \"resourceType\": \"{rtype}\"."),
            )
            .at("resourceType"),
        )),
    }
}

/// Checks what a patch made of a resource. It was asked for by operations that are sound: what is wrong with it is what they came to
/// (RFC 5789 §2.2), 422.
pub(crate) fn patched(context: &Context, rtype: ResourceType, value: &Value) -> Result<(), Fault> {
    let checked = json::parse(&json::to_bytes(value), limits(rtype)).map_err(Fault::invalid);
    match checked.and_then(|value| check(context, rtype, &value)) {
        Err(Fault::Invalid(issues)) => Err(Fault::Unprocessable(issues)),
        checked => checked,
    }
}

/// Reads a patch <https://hl7.org/fhir/R4/http.html#patch>.
pub(crate) fn patch(context: &Context, format: PatchFormat, body: &[u8]) -> Result<Patch, Fault> {
    match format {
        PatchFormat::Json => {
            let document = json::parse_any(body, json::Limits::RESOURCE).map_err(Fault::invalid)?;
            Patch::json(&document).map_err(Fault::invalid)
        }
        PatchFormat::Fhir => {
            let parameters = resource(context, ResourceType::Parameters, body)?;
            Patch::fhirpath(&parameters).map_err(Fault::invalid)
        }
    }
}

/// Reads the patch of a Bundle's entry: a `Binary` that holds a JSON Patch, or `Parameters`
/// <https://hl7.org/fhir/R4/http.html#jsonpatch-bundle>.
pub(crate) fn entry_patch(context: &Context, kind: Kind, given: &Value) -> Result<Patch, Fault> {
    if given.get("resourceType").and_then(Value::as_str) != Some(BINARY) {
        entry(context, kind, ResourceType::Parameters, given)?;
        return Patch::fhirpath(given).map_err(Fault::invalid);
    }
    let is_patch = given.get("contentType").and_then(Value::as_str) == Some(PATCH_FORMATS[0]);
    let data = given.get("data").and_then(Value::as_str).filter(|_| is_patch);
    let bytes = data.and_then(|data| STANDARD.decode(data).ok()).ok_or_else(bad_binary)?;
    patch(context, PatchFormat::Json, &bytes)
}

/// The type that carries a JSON Patch inside a Bundle.
const BINARY: &str = "Binary";

/// Takes the JSON Patches out of a Bundle, with their places: no stored resource is of that type, and nothing validates it but the
/// reading of the patch.
fn take_binaries(bundle: &mut Value) -> Vec<(usize, Value)> {
    let entries = bundle.get_mut("entry").and_then(Value::as_array_mut);
    let places = entries.into_iter().flatten().enumerate();
    let binary = |entry: &Value| {
        entry.pointer("/request/method").and_then(Value::as_str) == Some("PATCH")
            && entry.pointer("/resource/resourceType").and_then(Value::as_str) == Some(BINARY)
    };
    places
        .filter(|(_, entry)| binary(entry))
        .filter_map(|(place, entry)| Some((place, entry.as_object_mut()?.shift_remove("resource")?)))
        .collect()
}

fn bad_binary() -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::Invalid,
            "bad-patch",
            "Patchen i en Binary må ha contentType application/json-patch+json og data i base64.",
            "The patch in a Binary needs contentType application/json-patch+json and its data in base64.",
        )
        .at("Binary.data"),
    )
}

/// The `id` in the body of a PUT must be the URL's <https://hl7.org/fhir/R4/http.html#update>.
pub(crate) fn same_id(value: &Value, id: &str) -> Result<(), Fault> {
    match value.get("id").and_then(Value::as_str) {
        Some(given) if given == id => Ok(()),
        Some(_) => Err(other_id()),
        None => Err(id_fault("id-missing", "mangler og må være lik", "is missing and must equal")),
    }
}

/// The body names another resource than the URL.
pub(crate) fn other_id() -> Fault {
    id_fault("id-mismatch", "er en annen enn", "differs from")
}

fn id_fault(key: &'static str, nb: &str, en: &str) -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::Invalid,
            key,
            format!("id i innholdet {nb} id-en i URL-en. PUT krever at de er like."),
            format!("The body's id {en} the id in the URL. PUT needs them to be equal."),
        )
        .at("id"),
    )
}
