//! What every answer gets, whoever made it: request ids, security headers, a log line, and an OperationOutcome where the
//! framework left a bare error.

use crate::extract;
use crate::ids::{CORRELATION_ID, Ids, REQUEST_ID};
use crate::log::Trace;
use crate::metrics::Metrics;
use crate::render;
use crate::settings::Settings;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpResponse, web};
use varde_fhir::{Issue, IssueCode, Language};

/// A handler sets its own where it needs others: the pages of the API explorer do.
const HEADERS: [(HeaderName, HeaderValue); 7] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (VARY, HeaderValue::from_static("accept-encoding")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// The outermost layer.
pub(crate) async fn edge<B: MessageBody + 'static>(
    settings: web::Data<Settings>,
    metrics: web::Data<Metrics>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let ids = Ids::of(request.headers(), &settings.clock);
    let language = extract::language(request.headers());
    let trace = Trace::begin(request.method().as_str(), ids.clone(), metrics);
    request.extensions_mut().insert(ids.clone());
    request.extensions_mut().insert(trace.seen());

    let response = next.call(request).await?;
    let mut response = if is_bare_error(&response) {
        told(response, language, &ids.request).map_into_right_body()
    } else {
        response.map_into_left_body()
    };
    stamp(response.headers_mut(), &ids, settings.base.starts_with("https:"));
    if settings.drain.has_begun() {
        // HTTP/1's `Connection: close`; HTTP/2 has no such thing in an answer.
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    trace.end(response.status().as_u16(), || response.request().match_pattern());
    Ok(response)
}

fn stamp(headers: &mut HeaderMap, ids: &Ids, https: bool) {
    for (name, value) in HEADERS {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    }
    if https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if let Ok(id) = HeaderValue::from_str(&ids.request) {
        headers.insert(REQUEST_ID, id);
    }
    if let Some(Ok(id)) = ids.correlation.as_deref().map(HeaderValue::from_str) {
        headers.insert(CORRELATION_ID, id);
    }
}

/// An error without a JSON body: not one of ours.
fn is_bare_error<B>(response: &ServiceResponse<B>) -> bool {
    let status = response.status();
    let content_type = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    (status.is_client_error() || status.is_server_error()) && !content_type.windows(4).any(|part| part == b"json")
}

fn told<B>(response: ServiceResponse<B>, language: Language, request_id: &str) -> ServiceResponse<BoxBody> {
    let (request, bare) = response.into_parts();
    let mut answer = outcome(bare.status(), language, request_id);
    if let Some(allow) = bare.headers().get(ALLOW) {
        answer.headers_mut().insert(ALLOW, allow.clone());
    }
    ServiceResponse::new(request, answer)
}

fn outcome(status: StatusCode, language: Language, request_id: &str) -> HttpResponse {
    if status.is_server_error() {
        return render::failure(language, request_id);
    }
    let issue = match status {
        StatusCode::NOT_FOUND => Issue::error(
            IssueCode::NotFound,
            "unknown-path",
            "Adressen finnes ikke. FHIR-tjenesten ligger under /fhir, dokumentasjonen under /swagger-ui/.",
            "There is no such address. The FHIR service is under /fhir, its documentation under /swagger-ui/.",
        )
        .at("http.url"),
        StatusCode::METHOD_NOT_ALLOWED => Issue::error(
            IssueCode::NotSupported,
            "method-not-allowed",
            "Metoden kan ikke brukes på denne adressen. Se Allow.",
            "This method cannot be used on this address. See Allow.",
        )
        .at("http.method"),
        StatusCode::NOT_ACCEPTABLE => Issue::error(
            IssueCode::NotSupported,
            "not-acceptable",
            "Svaret kan ikke gis slik Accept-Encoding krever. Støttet: gzip, deflate, identity.",
            "The answer cannot be given as Accept-Encoding demands. Supported: gzip, deflate, identity.",
        )
        .at("http.accept-encoding"),
        _ => Issue::error(
            IssueCode::Invalid,
            "bad-request",
            "Forespørselen kunne ikke leses.",
            "The request could not be read.",
        )
        .at("http.url"),
    };
    render::outcome(status, &issue, language, request_id)
}

#[cfg(test)]
mod tests;
