//! The operations of the registry, with their own request and answer schemas: the main job.

use super::options::{Options, Route};
use super::parameters::{self, ANSWER, shared};
use super::responses::{self, FHIR_JSON};
use super::{security, tags};
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{HttpMethod, Required, SecurityRequirement};
use varde_fhir::registry::{Operation, OperationKind, Parameter, operations};

/// What the registry does not say of an operation: words, schemas, examples.
struct Shape {
    words: &'static str,
    request: &'static str,
    response: &'static str,
    /// Examples of the request; the answer's example is that of the first with `Response` behind.
    examples: &'static [&'static str],
    headers: &'static [&'static str],
}

/// Of what was changed: the `ETag` is the CareTeam's.
const CHANGED: &[&str] =
    &["ETag", "Last-Modified", "Location", "Preference-Applied", "Idempotency-Replayed", "X-Request-Id"];

/// Every operation.
pub(super) fn all(options: &Options) -> Vec<Route> {
    let posted = operations().iter().map(|operation| route(operation, options));
    let got = operations().iter().filter(|operation| operation.by_get).map(got);
    posted.chain(got).collect()
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
            headers: CHANGED,
        },
        "endAppointment" => Shape {
            words: "The role ends at `end`, the history stays, the journal note is written, receivers are told.",
            request: "EndAppointmentRequest",
            response: "EndAppointmentResponse",
            examples: &["endAppointment"],
            headers: CHANGED,
        },
        "pullPlanStatus" => Shape {
            words: "For each patient: is there an active individual plan, in what status, who is responsible, who \
                    coordinates and how they are reached. The numbers stand in the body, never in a URL.",
            request: "PlanStatusRequest",
            response: "PlanStatusResponse",
            examples: &["planStatus"],
            headers: &["ETag", "X-Request-Id"],
        },
        _ if operation.kind == OperationKind::Validate => Shape {
            words: "Says what is wrong with a resource; nothing is stored. The body is the resource, or Parameters with `resource`, \
                    `mode` (`create`, `update`, `delete`: also what the law and the state of things say) and `profile`; beside a \
                    resource they stand in the URL. Any right on the type will do.",
            request: "Resource",
            response: "OperationOutcome",
            examples: &[],
            headers: &["X-Request-Id"],
        },
        _ if operation.kind == OperationKind::Terminology => Shape {
            words: "Of the published code systems and value sets; needs no token.",
            request: "Parameters",
            response: if operation.name == "expand" { "ValueSet" } else { "Parameters" },
            examples: &[],
            headers: &["X-Request-Id"],
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
    let scope = match operation.kind {
        OperationKind::Job => format!("\n\nScope: `{}`.", security::scope(operation, options)),
        OperationKind::Validate | OperationKind::Terminology => String::new(),
    };
    let words = format!("**{}.** {}{scope}", operation.title_nb, shape.words);
    let content = responses::content(shape.request, shape.examples);
    let mut builder = start(operation, operation.operation_id)
        .description(Some(words))
        .request_body(Some(
            RequestBodyBuilder::new().content(FHIR_JSON, content).required(Some(Required::True)).build(),
        ))
        .securities(Some(security::for_operation(operation, options)))
        .response("200", answer(&shape));
    if operation.kind == OperationKind::Validate {
        for parameter in plain(operation) {
            builder = builder.parameter(parameters::given(parameter));
        }
    }
    if operation.instance && operation.kind == OperationKind::Job {
        builder = builder.parameter_ref(shared("IfMatch"));
    }
    if operation.affects_state {
        builder = builder.parameter_ref(shared("IdempotencyKey")).parameter_ref(shared("Prefer"));
    }
    for (status, refusal) in responses::refusals(statuses(operation)) {
        builder = builder.response(status, refusal);
    }
    Route { path: format!("/fhir/{}", operation.address()), method: HttpMethod::Post, operation: builder.build() }
}

/// The same by GET, with the parameters that a URL can hold.
fn got(operation: &'static Operation) -> Route {
    let shape = shape(operation);
    let mut builder = start(operation, &format!("{}ByGet", operation.operation_id))
        .description(Some(format!("**{}.** {}", operation.title_nb, shape.words)))
        .securities(Some(Vec::<SecurityRequirement>::new()))
        .response("200", answer(&shape));
    for parameter in plain(operation) {
        builder = builder.parameter(parameters::given(parameter));
    }
    for (status, refusal) in responses::refusals(&["400", "404", "406", "500", "503", "507"]) {
        builder = builder.response(status, refusal);
    }
    Route { path: format!("/fhir/{}", operation.address()), method: HttpMethod::Get, operation: builder.build() }
}

/// The parameters that a URL can hold.
fn plain(operation: &'static Operation) -> impl Iterator<Item = &'static Parameter> {
    let plain =
        |parameter: &&Parameter| !parameter.out && parameter.rtype.starts_with(|c: char| c.is_ascii_lowercase());
    operation.parameters.iter().filter(plain)
}

/// What every operation has.
fn start(operation: &'static Operation, id: &str) -> OperationBuilder {
    let tag = match operation.kind {
        OperationKind::Job => tags::MAIN_JOB,
        OperationKind::Validate => tags::VALIDATION,
        OperationKind::Terminology => tags::CONFORMANCE,
    };
    let mut builder = OperationBuilder::new().tag(tag).operation_id(Some(id)).summary(Some(operation.title));
    if operation.instance {
        builder = builder.parameter_ref(shared("Id"));
    }
    for name in ANSWER {
        builder = builder.parameter_ref(shared(name));
    }
    builder
}

fn answer(shape: &Shape) -> utoipa::openapi::Response {
    let examples: Vec<String> = shape.examples.first().map(|name| format!("{name}Response")).into_iter().collect();
    let examples: Vec<&str> = examples.iter().map(String::as_str).collect();
    responses::fhir_with("Done.", shape.response, &examples, shape.headers)
}

fn statuses(operation: &Operation) -> &'static [&'static str] {
    if operation.kind == OperationKind::Terminology {
        return &["400", "404", "406", "413", "415", "500", "503", "507"];
    }
    match (operation.instance, operation.affects_state) {
        (true, _) => {
            &["400", "401", "403", "404", "406", "410", "409", "412", "413", "415", "422", "500", "503", "507"]
        }
        (false, true) => &["400", "401", "403", "404", "406", "413", "415", "422", "500", "503", "507"],
        (false, false) => &["400", "401", "403", "406", "413", "415", "500", "503", "507"],
    }
}
