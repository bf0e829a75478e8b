//! Answers: the shared refusals by component name with an example each, the headers, and answers with a body
//! <https://hl7.org/fhir/R4/http.html#Status-Codes>.

use super::shapes::{integer, text};
use crate::examples;
use utoipa::openapi::RefOr;
use utoipa::openapi::example::{Example, ExampleBuilder};
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::{Content, ContentBuilder, Ref, Response, ResponseBuilder, Schema};

/// The media type of FHIR bodies.
pub(super) const FHIR_JSON: &str = "application/fhir+json";

/// One way to be refused: status, component name, what it means, the example's key.
struct Refusal {
    status: &'static str,
    component: &'static str,
    words: &'static str,
    example: &'static str,
}

const fn refusal(status: &'static str, component: &'static str, example: &'static str, words: &'static str) -> Refusal {
    Refusal { status, component, words, example }
}

static REFUSALS: &[Refusal] = &[
    refusal(
        "400",
        "BadRequest",
        "bad-request",
        "The body, a header or a parameter is not right; `expression` says where.",
    ),
    refusal("401", "Unauthorized", "unauthorized", "No valid token; `WWW-Authenticate` says why."),
    refusal("403", "Forbidden", "forbidden", "The token does not allow this kind of act."),
    refusal("404", "NotFound", "not-found", "It does not exist, or is not yours to see."),
    refusal("406", "NotAcceptable", "not-acceptable", "Only FHIR R4 JSON can be had."),
    refusal("410", "Gone", "gone", "It has been deleted."),
    refusal(
        "409",
        "Conflict",
        "conflict",
        "It would contradict what is stored: others refer to it, or an id is taken.",
    ),
    refusal("412", "PreconditionFailed", "precondition-failed", "`If-Match` or `If-None-Exist` does not hold."),
    refusal("413", "TooLarge", "too-large", "The body is too large."),
    refusal("415", "UnsupportedMediaType", "unsupported-media-type", "The body is not FHIR R4 JSON."),
    refusal(
        "422",
        "RuleViolation",
        "rule-violation",
        "A rule is broken; nothing was stored. `details.coding` names the rule.",
    ),
    refusal("428", "PreconditionRequired", "precondition-required", "`If-Match` is needed here."),
    refusal("500", "ServerError", "server-error", "A fault of the service; the request id finds it in the log."),
    refusal("503", "Unavailable", "unavailable", "Not just now; try again as `Retry-After` says."),
    refusal(
        "507",
        "StorageFull",
        "storage-full",
        "No room to store anything, an access log entry included: somebody must make room first.",
    ),
    refusal("default", "Refused", "method-not-allowed", "Any other refusal, e.g. 405, 408, 414, 431."),
];

/// The shared answers by component name.
pub(super) fn components() -> Vec<(&'static str, Response)> {
    let mut all: Vec<(&'static str, Response)> = REFUSALS.iter().map(|row| (row.component, refused(row))).collect();
    all.push((
        "NotModified",
        with_headers(ResponseBuilder::new().description("You have the current version."), &["ETag", "X-Request-Id"])
            .build(),
    ));
    all
}

/// Status and reference of the shared answers to these statuses, and to any other.
pub(super) fn refusals<'a>(statuses: &'a [&'a str]) -> impl Iterator<Item = (&'static str, Ref)> + 'a {
    REFUSALS
        .iter()
        .filter(move |row| row.status == "default" || statuses.contains(&row.status))
        .map(|row| (row.status, Ref::from_response_name(row.component)))
}

/// An answer with a FHIR body, an example by component name, and headers.
pub(super) fn fhir(words: &str, schema: &str, example: &str, headers: &[&str]) -> Response {
    body(FHIR_JSON, words, schema, example, headers)
}

/// An answer with a FHIR body and any number of examples.
pub(super) fn fhir_with(words: &str, schema: &str, examples: &[&str], headers: &[&str]) -> Response {
    let answer = ResponseBuilder::new().description(words).content(FHIR_JSON, content(schema, examples));
    with_headers(answer, headers).build()
}

/// An answer with a body of any media type.
pub(super) fn body(media: &str, words: &str, schema: &str, example: &str, headers: &[&str]) -> Response {
    let answer = ResponseBuilder::new().description(words).content(media, content(schema, &[example]));
    with_headers(answer, headers).build()
}

/// An answer without a body.
pub(super) fn empty(words: &str, headers: &[&str]) -> Response {
    with_headers(ResponseBuilder::new().description(words), headers).build()
}

/// A body of a component schema with examples of `components.examples`.
pub(super) fn content(schema: &str, examples: &[&str]) -> Content {
    let examples = examples.iter().map(|name| {
        let example: RefOr<Example> = RefOr::Ref(Ref::new(format!("#/components/examples/{name}")));
        (*name, example)
    });
    ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).examples_from_iter(examples).build()
}

/// The examples of the refusals by component name.
pub(super) fn refusal_examples() -> impl Iterator<Item = (&'static str, Example)> {
    REFUSALS.iter().map(|row| {
        let example =
            ExampleBuilder::new().summary(row.words).value(Some(examples::value(examples::outcome(row.example))));
        (row.example, example.build())
    })
}

/// The headers of answers by component name.
pub(super) fn headers() -> Vec<(&'static str, Header)> {
    let of = |schema: Schema, words: &str| HeaderBuilder::new().schema(Some(schema)).description(Some(words)).build();
    vec![
        ("ETag", of(text(), "The version, `W/\"1\"`: send it back in `If-Match` or `If-None-Match`.")),
        ("Last-Modified", of(text(), "When this version was made, as HTTP date.")),
        ("Location", of(text(), "The URL of the version that was made.")),
        ("Preference-Applied", of(text(), "What of `Prefer` was done.")),
        ("Idempotency-Replayed", of(text(), "`true`: this was done before, and is answered again.")),
        ("X-Request-Id", of(text(), "The id of the request, yours or ours.")),
        ("X-Correlation-Id", of(text(), "Your id of the chain of requests this one belongs to.")),
        ("WWW-Authenticate", of(text(), "How to authenticate, and what was wrong.")),
        ("Retry-After", of(integer(0, None), "Seconds to wait.")),
    ]
}

fn refused(row: &Refusal) -> Response {
    let more: &[&str] = match row.status {
        "401" => &["X-Request-Id", "WWW-Authenticate"],
        "503" => &["X-Request-Id", "Retry-After"],
        _ => &["X-Request-Id"],
    };
    fhir(row.words, "OperationOutcome", row.example, more)
}

/// Every answer that has the id of the request has that of its chain too.
fn with_headers(answer: ResponseBuilder, headers: &[&str]) -> ResponseBuilder {
    let correlation = headers.contains(&"X-Request-Id").then_some(&"X-Correlation-Id");
    headers
        .iter()
        .chain(correlation)
        .fold(answer, |answer, name| answer.header_ref(*name, Ref::new(format!("#/components/headers/{name}"))))
}
