//! The definitions that the server publishes: read and search, for anybody
//! <https://hl7.org/fhir/R4/conformance-module.html>.

use super::options::Route;
use super::parameters::{self, ANSWER, shared};
use super::{responses, shapes, tags};
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{ContentBuilder, HttpMethod, Ref, Required, Schema, SecurityRequirement};
use varde_fhir::conformance::search_names;
use varde_fhir::registry::{Served, conformance_types};

const FORM: &str = "application/x-www-form-urlencoded";

/// Every address of every conformance type.
pub(super) fn all() -> Vec<Route> {
    conformance_types().iter().flat_map(routes).collect()
}

fn routes(row: &'static Served) -> [Route; 3] {
    let rtype = row.rtype;
    let route = |suffix: &str, method, operation: OperationBuilder| Route {
        path: format!("/fhir/{rtype}{suffix}"),
        method,
        operation: operation.build(),
    };
    [
        route("/{id}", HttpMethod::Get, read(row)),
        route("", HttpMethod::Get, search(row)),
        route("/_search", HttpMethod::Post, search_by_post(row)),
    ]
}

/// What all of them have; no token is needed.
fn start(id: String, summary: String) -> OperationBuilder {
    let mut operation = OperationBuilder::new()
        .tag(tags::CONFORMANCE)
        .operation_id(Some(id))
        .summary(Some(summary))
        .description(Some("Computed from what the server does."))
        .securities(Some(Vec::<SecurityRequirement>::new()));
    for name in ANSWER {
        operation = operation.parameter_ref(shared(name));
    }
    for (status, refusal) in responses::refusals(&["400", "404", "406", "500", "503", "507"]) {
        operation = operation.response(status, refusal);
    }
    operation
}

fn read(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    start(format!("read{name}"), format!("Read the {name}"))
        .parameter_ref(shared("Id"))
        .parameter_ref(shared("IfNoneMatch"))
        .response("200", responses::fhir_with("The definition.", name, &[], &["ETag", "X-Request-Id"]))
        .response("304", Ref::from_response_name("NotModified"))
}

fn search(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let mut operation = start(format!("search{name}"), format!("Search for {name}"));
    for (param, kind) in search_names(row.rtype) {
        operation = operation.parameter(parameters::published(param, kind));
    }
    for shared_name in ["Count", "Cursor", "PreferHandling"] {
        operation = operation.parameter_ref(shared(shared_name));
    }
    found(operation)
}

fn search_by_post(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let mut form = utoipa::openapi::ObjectBuilder::new().description(Some("Search parameters, joined by AND."));
    for (param, kind) in search_names(row.rtype) {
        form = form.property(param, shapes::described(shapes::text(), &format!("{kind}. Alternatives by comma.")));
    }
    let content = ContentBuilder::new().schema(Some(Schema::Object(form.build()))).build();
    let body = RequestBodyBuilder::new().content(FORM, content).required(Some(Required::True)).build();
    found(start(format!("search{name}ByPost"), format!("Search for {name} by form")).request_body(Some(body)))
}

fn found(operation: OperationBuilder) -> OperationBuilder {
    operation.response("200", responses::fhir_with("A Bundle of type searchset.", "Bundle", &[], &["X-Request-Id"]))
}
