//! What is neither a resource nor an operation: the transaction, conformance, health, metrics, tokens.

use super::options::{Options, Route};
use super::parameters::{ANSWER, shared};
use super::responses::{self, FHIR_JSON};
use super::search_wide as search;
use super::{security, tags};
use utoipa::openapi::path::{Operation, OperationBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{ContentBuilder, HttpMethod, Ref, Required, ResponseBuilder, SecurityRequirement};

use super::shapes::text;

const JSON: &str = "application/json";

/// Every such address.
pub(super) fn all(options: &Options) -> Vec<Route> {
    let route = |path: &str, method, operation: Operation| Route { path: path.to_owned(), method, operation };
    let mut all = vec![
        route("/fhir", HttpMethod::Post, bundle(options)),
        route("/fhir/_history", HttpMethod::Get, history(options)),
        route("/fhir", HttpMethod::Get, search::of_system(options)),
        route("/fhir/_search", HttpMethod::Post, search::of_system_by_post(options)),
        route("/fhir/Patient/{id}/*", HttpMethod::Get, search::of_patient(options)),
        route("/fhir/metadata", HttpMethod::Get, metadata()),
        route("/.well-known/smart-configuration", HttpMethod::Get, smart_configuration("smartConfiguration")),
        route(
            "/fhir/.well-known/smart-configuration",
            HttpMethod::Get,
            smart_configuration("smartConfigurationOfBase"),
        ),
        route("/health/live", HttpMethod::Get, live()),
        route("/health/ready", HttpMethod::Get, ready()),
        route("/metrics", HttpMethod::Get, metrics()),
    ];
    if options.development {
        all.push(route("/dev/token", HttpMethod::Post, dev_token()));
    }
    all
}

fn start(tag: &str, id: &str, summary: &str, words: &str) -> OperationBuilder {
    OperationBuilder::new().tag(tag).operation_id(Some(id)).summary(Some(summary)).description(Some(words))
}

/// No token is needed.
fn open(operation: OperationBuilder) -> Operation {
    operation.securities(Some(Vec::<SecurityRequirement>::new())).build()
}

fn bundle(options: &Options) -> Operation {
    let words = "A Bundle of type `transaction` (everything or nothing; `urn:uuid:` references are rewritten) or `batch` \
                 (each entry on its own). Each entry needs the scope of what it does.";
    let content = responses::content("Bundle", &["transaction"]);
    let mut operation = start(tags::EXCHANGE, "postBundle", "Post a transaction or batch", words)
        .parameter_ref(shared("IdempotencyKey"))
        .parameter_ref(shared("Prefer"))
        .request_body(Some(
            RequestBodyBuilder::new().content(FHIR_JSON, content).required(Some(Required::True)).build(),
        ))
        .securities(Some(security::any_token(options)))
        .response(
            "200",
            responses::fhir(
                "An entry for each entry.",
                "Bundle",
                "transactionResponse",
                &["Preference-Applied", "Idempotency-Replayed", "X-Request-Id"],
            ),
        );
    for name in ANSWER {
        operation = operation.parameter_ref(shared(name));
    }
    let statuses =
        ["400", "401", "403", "404", "406", "410", "409", "412", "413", "415", "422", "428", "500", "503", "507"];
    for (status, refusal) in responses::refusals(&statuses) {
        operation = operation.response(status, refusal);
    }
    operation.build()
}

fn history(options: &Options) -> Operation {
    let words = "Every version of everything that you may see, newest first in the order they were committed; also deletions. \
                 Of the types that the token may search.";
    let mut operation = start(tags::EXCHANGE, "historyOfSystem", "History of the whole system", words)
        .securities(Some(security::any_token(options)))
        .response("200", responses::fhir("A Bundle of type history.", "Bundle", "historyCareTeam", &["X-Request-Id"]));
    for name in ["Since", "At", "HistoryCount", "Cursor"].into_iter().chain(ANSWER) {
        operation = operation.parameter_ref(shared(name));
    }
    for (status, refusal) in responses::refusals(&["400", "401", "403", "406", "500", "503", "507"]) {
        operation = operation.response(status, refusal);
    }
    operation.build()
}

fn metadata() -> Operation {
    let words = "Every type, interaction, search parameter and operation that works here.";
    let mut operation = start(tags::CONFORMANCE, "capabilities", "What this server can do", words).response(
        "200",
        responses::fhir("The CapabilityStatement.", "CapabilityStatement", "capabilities", &["ETag", "X-Request-Id"]),
    );
    operation = operation.parameter_ref(shared("IfNoneMatch")).response("304", Ref::from_response_name("NotModified"));
    for name in ANSWER {
        operation = operation.parameter_ref(shared(name));
    }
    for (status, refusal) in responses::refusals(&["400", "406", "500", "503", "507"]) {
        operation = operation.response(status, refusal);
    }
    open(operation)
}

fn smart_configuration(id: &str) -> Operation {
    let words = "The issuer of tokens and what the service can do.";
    open(
        start(tags::CONFORMANCE, id, "Where tokens come from", words)
            .response(
                "200",
                responses::body(JSON, "The configuration.", "SmartConfiguration", "smartConfiguration", &[]),
            )
            .response("4XX", Ref::from_response_name("Refused")),
    )
}

fn live() -> Operation {
    open(
        start(tags::SERVICE, "live", "Is the process alive", "Says so as long as it can say anything.")
            .response("200", responses::body(JSON, "Alive.", "Health", "live", &[]))
            .response("4XX", Ref::from_response_name("Refused")),
    )
}

fn ready() -> Operation {
    open(
        start(tags::SERVICE, "ready", "Can it serve", "Whether the database answers.")
            .response("200", responses::body(JSON, "Ready.", "Health", "ready", &[]))
            .response("503", responses::body(JSON, "Not just now.", "Health", "notReady", &[]))
            .response("4XX", Ref::from_response_name("Refused")),
    )
}

fn metrics() -> Operation {
    let content = ContentBuilder::new().schema(Some(text())).build();
    open(
        start(tags::SERVICE, "metrics", "Metrics", "OpenMetrics text for Prometheus. No personal data.")
            .response(
                "200",
                ResponseBuilder::new().description("The metrics.").content("application/openmetrics-text", content),
            )
            .response("4XX", Ref::from_response_name("Refused")),
    )
}

fn dev_token() -> Operation {
    let words = "OAuth client credentials (RFC 6749 § 4.4) for the demo personas. Exists in development mode only.";
    let form = ContentBuilder::new().schema(Some(Ref::from_schema_name("TokenRequest"))).build();
    let body =
        RequestBodyBuilder::new().content("application/x-www-form-urlencoded", form).required(Some(Required::True));
    open(
        start(tags::DEVELOPMENT, "devToken", "Get a token for a demo persona", words)
            .request_body(Some(body.build()))
            .response("200", responses::body(JSON, "The token.", "Token", "token", &[]))
            .response("400", responses::body(JSON, "What is wrong.", "TokenError", "tokenError", &[]))
            .response(
                "401",
                responses::body(JSON, "There is no such persona.", "TokenError", "tokenError", &["WWW-Authenticate"]),
            )
            .response("4XX", Ref::from_response_name("Refused")),
    )
}
