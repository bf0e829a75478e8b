//! Parameters: path, headers, result parameters of a search, and the search parameters of the registry
//! <https://hl7.org/fhir/R4/search.html>. None carries an example: Swagger UI would send it.

use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Required, Schema};
use varde_fhir::registry::{ParamKind, Parameter as OperationParameter, SearchParam};

use super::shapes::{self, integer, strings, text};

/// Component names of the parameters every interaction with an answer body takes.
pub(super) const ANSWER: [&str; 5] = ["Pretty", "Format", "AcceptLanguage", "RequestId", "CorrelationId"];
/// Component names of the result parameters of a search.
pub(super) const RESULT: [&str; 8] =
    ["Count", "Sort", "Include", "RevInclude", "Total", "Summary", "Elements", "Cursor"];
/// Component names of the parameters that shape a resource which is read.
pub(super) const PART: [&str; 2] = ["Summary", "Elements"];

/// The shared parameters by component name.
pub(super) fn components() -> Vec<(&'static str, Parameter)> {
    let mut all =
        vec![path("Id", "id", "Logical id of the resource."), path("VersionId", "vid", "Version, as in the ETag.")];
    all.extend(past());
    all.extend(headers());
    all.extend(
        result_parameters().into_iter().map(|(component, name, schema, words)| (component, query(name, schema, words))),
    );
    all
}

/// A reference to a shared parameter.
pub(super) fn shared(component: &str) -> Ref {
    Ref::new(format!("#/components/parameters/{component}"))
}

/// A search parameter of the registry in the URL.
pub(super) fn search(param: &SearchParam) -> Parameter {
    query(param.name, search_schema(param.kind), &search_words(param))
}

/// A parameter of an operation in the URL.
pub(super) fn given(parameter: &OperationParameter) -> Parameter {
    let schema = if parameter.rtype == "integer" { integer(0, None) } else { text() };
    query(parameter.name, schema, parameter.about)
}

/// A parameter of a search for definitions in the URL.
pub(super) fn published(name: &str, kind: &str) -> Parameter {
    query(name, text(), &format!("{kind}. Alternatives by comma."))
}

/// Another parameter in the URL.
pub(super) fn plain(name: &str, schema: Schema, words: &str) -> Parameter {
    query(name, schema, words)
}

/// The form of `POST _search`: the same parameters in the body, where a national number may stand.
pub(super) fn search_form(params: &[SearchParam]) -> Schema {
    let mut form = ObjectBuilder::new().description(Some("Search parameters, joined by AND."));
    for param in params {
        form = form.property(param.name, shapes::described(search_schema(param.kind), &search_words(param)));
    }
    for (_, name, schema, words) in result_parameters() {
        form = form.property(name, shapes::described(schema, words));
    }
    Schema::Object(form.build())
}

fn search_schema(kind: ParamKind) -> Schema {
    match kind {
        // A range is two of them: `date=ge2026-01-01&date=lt2026-02-01`.
        ParamKind::Date => strings(),
        ParamKind::Token | ParamKind::Reference | ParamKind::String | ParamKind::Uri => text(),
    }
}

fn search_words(param: &SearchParam) -> String {
    let how = match param.kind {
        ParamKind::Token => {
            "`code`, `system|code` or `system|`; modifiers `:not`, `:missing`, and for codes `:in`, `:not-in` with the URL of a value set."
        }
        ParamKind::Reference => {
            "`Type/id` or `id`; modifiers `:identifier`, `:[type]`, `:missing`; chained as `name[:Type].parameter`."
        }
        ParamKind::Date => {
            "A date, month, year or time, after `eq ne gt lt ge le sa eb ap`; repeat it for a range; modifier `:missing`."
        }
        ParamKind::String => {
            "Beginning of the text, case and accents aside; modifiers `:exact`, `:contains`, `:missing`."
        }
        ParamKind::Uri => "The whole URI; modifiers `:below` (what begins with it), `:above`, `:missing`.",
    };
    let mut words = format!("{} on `{}`. {how} Alternatives by comma.", param.kind.code(), param.expression);
    if !param.targets.is_empty() {
        let targets: Vec<&str> = param.targets.iter().map(|target| target.as_str()).collect();
        words.push_str(" Refers to ");
        words.push_str(&targets.join(", "));
        words.push('.');
    }
    words
}

fn result_parameters() -> Vec<(&'static str, &'static str, Schema, &'static str)> {
    vec![
        (
            "Count",
            "_count",
            integer(0, Some(200)),
            "Size of a page, at most 200; 50 when left out. 0 asks for the total alone.",
        ),
        (
            "Sort",
            "_sort",
            text(),
            "Token, date or string parameters by comma, each with `-` before it for the reverse order.",
        ),
        (
            "Include",
            "_include",
            strings(),
            "`Type:parameter[:Target]`: also what the matches refer to; `_include:iterate` goes on from there.",
        ),
        (
            "RevInclude",
            "_revinclude",
            strings(),
            "`Type:parameter[:Target]`: also what refers to the matches; `_revinclude:iterate` goes on from there.",
        ),
        (
            "Total",
            "_total",
            shapes::choice(&["none", "estimate", "accurate"]),
            "Whether to count all matches, `estimate` exactly too; `none` when left out.",
        ),
        (
            "Summary",
            "_summary",
            shapes::choice(&["true", "text", "data", "count", "false"]),
            "Which part of each resource: what R4 marks so, the narrative, all but that, none but the number, all.",
        ),
        (
            "Elements",
            "_elements",
            text(),
            "Top elements by comma; what must be there and what changes their meaning comes too.",
        ),
        ("Cursor", "_cursor", text(), "Opaque place of a later page, from the `next` link."),
    ]
}

fn past() -> [(&'static str, Parameter); 3] {
    let count = "Size of a page, at most 200; 50 when left out.";
    [
        ("Since", query("_since", text(), "Only versions made at this instant or later.")),
        ("At", query("_at", text(), "Only versions that were current at some time of this date or instant.")),
        ("HistoryCount", query("_count", integer(1, Some(200)), count)),
    ]
}

fn headers() -> Vec<(&'static str, Parameter)> {
    let if_match =
        "`W/\"version\"` that was read: the change is made only when that is still the current one. `*`: any.";
    let prefer = "`return=minimal`, `return=representation` or `return=OperationOutcome`: `Preference-Applied` says that it was done.";
    let idempotency = "A new one for each request, 1–255 visible ASCII characters, e.g. a UUID. Who did not get the answer sends \
                       exactly the same again within 24 hours: it is done once, and answered again (`Idempotency-Replayed`). \
                       With another request: 422.";
    let language = "`nb` (default) or `en`: the language of texts in the answer.";
    let format = "`json` or a JSON media type; wins over `Accept`.";
    vec![
        ("IfMatch", header("If-Match", if_match)),
        ("IfNoneMatchAny", header("If-None-Match", "`*`: only when nothing is there yet, else 412.")),
        ("IfNoneMatch", header("If-None-Match", "ETags you have: 304 when the current one is among them.")),
        ("IfModifiedSince", header("If-Modified-Since", "HTTP date: 304 when nothing changed since.")),
        (
            "IfNoneExist",
            header("If-None-Exist", "A search, e.g. `identifier=system|value`: created only when it finds nothing."),
        ),
        ("IdempotencyKey", header("Idempotency-Key", idempotency)),
        ("Prefer", header("Prefer", prefer)),
        (
            "PreferHandling",
            header("Prefer", "`handling=lenient`: unknown search parameters are ignored and named, not refused."),
        ),
        ("AcceptLanguage", header("Accept-Language", language)),
        (
            "RequestId",
            header("X-Request-Id", "Your id of the request, `A–Z a–z 0–9 . _ -`, at most 64: logged and echoed."),
        ),
        (
            "CorrelationId",
            header(
                "X-Correlation-Id",
                "Your id of the chain of requests this one belongs to, written likewise: logged and echoed.",
            ),
        ),
        ("Pretty", query("_pretty", shapes::boolean(), "Indent the answer.")),
        ("Format", query("_format", text(), format)),
    ]
}

fn path(component: &'static str, name: &str, words: &str) -> (&'static str, Parameter) {
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(words))
        .style(Some(ParameterStyle::Simple))
        .schema(Some(shapes::id()));
    (component, parameter.build())
}

fn header(name: &str, words: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(words))
        .style(Some(ParameterStyle::Simple))
        .schema(Some(text()))
        .build()
}

/// A query parameter in form style, repeated for each value of an array.
fn query(name: &str, schema: impl Into<RefOr<Schema>>, words: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(words))
        .style(Some(ParameterStyle::Form))
        .explode(Some(true))
        .schema(Some(schema))
        .build()
}
