//! What the operations of the interactions are made of.

use super::parameters::shared;
use super::responses::{self, FHIR_JSON};
use utoipa::openapi::Required;
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::request_body::RequestBodyBuilder;

/// The headers of a version.
pub(super) const VERSIONED: &[&str] = &["ETag", "Last-Modified", "X-Request-Id"];
/// The headers of a version that was made.
pub(super) const CREATED: &[&str] =
    &["Location", "ETag", "Last-Modified", "Preference-Applied", "Idempotency-Replayed", "X-Request-Id"];
/// The headers of what was changed.
pub(super) const CHANGED: &[&str] =
    &["ETag", "Last-Modified", "Preference-Applied", "Idempotency-Replayed", "X-Request-Id"];
/// The headers of what was deleted.
pub(super) const GONE: &[&str] = &["ETag", "Preference-Applied", "Idempotency-Replayed", "X-Request-Id"];

/// An operation of the document, begun.
pub(super) fn start(id: String, summary: String, description: &str, parameters: &[&str]) -> OperationBuilder {
    let operation =
        OperationBuilder::new().operation_id(Some(id)).summary(Some(summary)).description(Some(description));
    parameters.iter().fold(operation, |operation, name| operation.parameter_ref(shared(name)))
}

/// With these ways to be refused.
pub(super) fn refused(operation: OperationBuilder, statuses: &[&str]) -> OperationBuilder {
    responses::refusals(statuses).fold(operation, |operation, (status, answer)| operation.response(status, answer))
}

/// With these shared parameters.
pub(super) fn answered(operation: OperationBuilder, parameters: &[&str]) -> OperationBuilder {
    parameters.iter().fold(operation, |operation, name| operation.parameter_ref(shared(name)))
}

/// The resource to be written.
pub(super) fn body(name: &str) -> utoipa::openapi::request_body::RequestBody {
    let content = responses::content(name, &[&format!("create{name}")]);
    RequestBodyBuilder::new().content(FHIR_JSON, content).required(Some(Required::True)).build()
}

/// `a CareTeam`, `an Endpoint`.
pub(super) fn with_article(name: &str) -> String {
    let article = if name.starts_with(['A', 'E', 'I', 'O']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// The example of a type as the server answers it.
pub(super) fn stored(name: &str) -> String {
    format!("stored{name}")
}
