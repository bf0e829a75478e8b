//! The operations of the registry, with their own request and answer schemas: the main job.

use super::options::{Options, Route};
use super::parameters::{ANSWER, shared};
use super::responses::{self, FHIR_JSON};
use super::{security, tags};
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{HttpMethod, Required};
use varde_fhir::registry::{Operation, operations};

/// What the registry does not say of an operation: words, schemas, examples.
struct Shape {
    words: &'static str,
    request: &'static str,
    response: &'static str,
    /// Examples of the request; the answer's example is that of the first with `Response` behind.
    examples: &'static [&'static str],
    headers: &'static [&'static str],
}

/// Every operation.
pub(super) fn all(options: &Options) -> Vec<Route> {
    operations().iter().map(|operation| route(operation, options)).collect()
}

fn shape(operation: &Operation) -> Shape {
    match operation.operation_id {
        "appointCoordinator" => Shape {
            words: "In one transaction: the person becomes member of the patient's CareTeam, the journal note is written, \
                    the patient is informed, the need is completed and the municipality told when that applies. \
                    Everything or nothing. Send your own `identifier` and it is safe to send again.",
            request: "AppointRequest",
            response: "AppointResponse",
            examples: &["appoint", "appointKontaktlege"],
            headers: &["X-Request-Id"],
        },
        "endAppointment" => Shape {
            words: "The role ends at `end`, the history stays, the journal note is written, receivers are told.",
            request: "EndAppointmentRequest",
            response: "EndAppointmentResponse",
            examples: &["endAppointment"],
            headers: &["ETag", "X-Request-Id"],
        },
        "pullPlanStatus" => Shape {
            words: "For each patient: is there an active individual plan, in what status, who is responsible, who \
                    coordinates and how they are reached. The numbers stand in the body, never in a URL.",
            request: "PlanStatusRequest",
            response: "PlanStatusResponse",
            examples: &["planStatus"],
            headers: &["ETag", "X-Request-Id"],
        },
        // An operation that is new in the registry is described with FHIR's own Parameters until it has a row here.
        _ => Shape {
            words: "",
            request: "Parameters",
            response: "Parameters",
            examples: &[],
            headers: &["X-Request-Id"],
        },
    }
}

fn route(operation: &'static Operation, options: &Options) -> Route {
    let shape = shape(operation);
    let level = if operation.instance { "/{id}" } else { "" };
    let words =
        format!("**{}.** {}\n\nScope: `{}`.", operation.title_nb, shape.words, security::scope(operation, options));
    let content = responses::content(shape.request, shape.examples);
    let mut builder = OperationBuilder::new()
        .tag(tags::MAIN_JOB)
        .operation_id(Some(operation.operation_id))
        .summary(Some(operation.title))
        .description(Some(words))
        .request_body(Some(
            RequestBodyBuilder::new().content(FHIR_JSON, content).required(Some(Required::True)).build(),
        ))
        .securities(Some(security::for_operation(operation, options)))
        .response("200", answer(&shape));
    if operation.instance {
        builder = builder.parameter_ref(shared("Id")).parameter_ref(shared("IfMatch"));
    }
    if operation.affects_state {
        builder = builder.parameter_ref(shared("IdempotencyKey"));
    }
    for name in ANSWER {
        builder = builder.parameter_ref(shared(name));
    }
    for (status, refusal) in responses::refusals(statuses(operation)) {
        builder = builder.response(status, refusal);
    }
    Route {
        path: format!("/fhir/{}{level}/${}", operation.rtype, operation.name),
        method: HttpMethod::Post,
        operation: builder.build(),
    }
}

fn answer(shape: &Shape) -> utoipa::openapi::Response {
    let examples: Vec<String> = shape.examples.first().map(|name| format!("{name}Response")).into_iter().collect();
    let examples: Vec<&str> = examples.iter().map(String::as_str).collect();
    responses::fhir_with("Done.", shape.response, &examples, shape.headers)
}

fn statuses(operation: &Operation) -> &'static [&'static str] {
    match (operation.instance, operation.affects_state) {
        (true, _) => &["400", "401", "403", "404", "406", "410", "412", "413", "415", "422", "500", "503", "507"],
        (false, true) => &["400", "401", "403", "404", "406", "413", "415", "422", "500", "503", "507"],
        (false, false) => &["400", "401", "403", "406", "413", "415", "500", "503", "507"],
    }
}
