//! The paths of patch, and of update, patch and delete by a search <https://hl7.org/fhir/R4/http.html#cond-update>.

use super::begun::{CHANGED, CREATED, GONE, answered, body, refused, start, stored, with_article};
use super::parameters::{self, ANSWER};
use super::responses::{self, FHIR_JSON};
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::ArrayBuilder;
use utoipa::openapi::{ContentBuilder, Ref, Required};
use varde_fhir::registry::{Served, search_params};

const JSON_PATCH: &str = "application/json-patch+json";
/// The criteria that the document shows; every other one of the type's search works as well.
const SHOWN: [&str; 2] = ["_id", "identifier"];

/// PATCH of one.
pub(super) fn patch(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let text = "Changes parts of it, by a JSON Patch or a FHIRPath Patch. What it becomes is checked like the body of an \
                update. A CareTeam, CarePlan or Task is changed only with `If-Match`: 428 without.";
    let operation = start(
        format!("patch{name}"),
        format!("Patch {}", with_article(name)),
        text,
        &["Id", "IfMatch", "IdempotencyKey", "Prefer"],
    );
    patched(operation, name, &["404", "410", "409", "412", "413", "415", "422", "428"])
}

/// PATCH of what a search finds.
pub(super) fn patch_found(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let text = "Patches the one that the search finds: 404 when there is none, 412 when there are several.";
    let operation = by_search(format!("patch{name}BySearch"), format!("Patch the {name} found"), text, row);
    let operation = answered(operation, &["IfMatch", "IdempotencyKey", "Prefer"]);
    patched(operation, name, &["404", "409", "412", "413", "415", "422", "428"])
}

/// PUT of what a search finds.
pub(super) fn update_found(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let text = "Replaces the one that the search finds, or creates it when there is none; 412 when there are several. No two \
                can create it, also when many try at the same time.";
    let operation = by_search(format!("update{name}BySearch"), format!("Update the {name} found"), text, row);
    let operation = answered(operation, &["IfMatch", "IfNoneMatchAny", "IdempotencyKey", "Prefer"])
        .request_body(Some(body(name)))
        .response("200", responses::fhir("The new version.", name, &stored(name), CHANGED))
        .response("201", responses::fhir("Created.", name, &stored(name), CREATED));
    refused(answered(operation, &ANSWER), &["404", "409", "412", "413", "415", "422", "428"])
}

/// DELETE of what a search finds.
pub(super) fn delete_found(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let text = "Deletes the one that the search finds; finding none is fine, 412 when there are several.";
    let operation = by_search(format!("delete{name}BySearch"), format!("Delete the {name} found"), text, row);
    let operation = answered(operation, &["IfMatch", "IdempotencyKey", "Prefer"])
        .response(
            "200",
            responses::fhir("Deleted, and `return=OperationOutcome` was asked for.", "OperationOutcome", "done", GONE),
        )
        .response("204", responses::empty("Deleted, or nothing was found.", GONE));
    refused(
        answered(operation, &["AcceptLanguage", "RequestId", "CorrelationId"]),
        &["404", "409", "412", "422", "428"],
    )
}

fn by_search(id: String, summary: String, text: &str, row: &Served) -> OperationBuilder {
    let shown = search_params(row.rtype).iter().filter(|param| SHOWN.contains(&param.name));
    let text = format!("{text} Any search parameter of the type may stand in the URL; a national number may not.");
    shown.fold(start(id, summary, &text, &[]), |operation, param| operation.parameter(parameters::search(param)))
}

fn patched(operation: OperationBuilder, name: &str, statuses: &[&str]) -> OperationBuilder {
    let operation = operation.request_body(Some(patches())).response(
        "200",
        responses::fhir("The new version, or the same when nothing changed.", name, &stored(name), CHANGED),
    );
    refused(answered(operation, &ANSWER), statuses)
}

fn patches() -> RequestBody {
    let operations = ArrayBuilder::new().items(Ref::from_schema_name("JsonPatchOperation"));
    let json = ContentBuilder::new().schema(Some(operations.build())).build();
    RequestBodyBuilder::new()
        .content(JSON_PATCH, json)
        .content(FHIR_JSON, responses::content("Parameters", &["fhirpathPatch"]))
        .required(Some(Required::True))
        .build()
}
