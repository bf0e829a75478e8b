//! [`Reply`] → HTTP <https://hl7.org/fhir/R4/http.html>; and the answers the face gives itself when the service cannot.

use crate::extract::Envelope;
use crate::extract::Media;
use crate::gate::Turned;
use actix_web::body;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ALLOW, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LAST_MODIFIED, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::{HttpResponse, HttpResponseBuilder};
use varde_fhir::capability::PATCH_FORMATS;
use varde_fhir::outcome::operation_outcome;
use varde_fhir::time::http_date;
use varde_fhir::{Issue, IssueCode, Language};
use varde_service::Reply;

/// Seconds a client that was turned away should wait.
const RETRY_SECONDS: u32 = 1;

/// What of `Prefer` was done (RFC 7240 §3).
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
/// What a patch may come as (RFC 5789 §3.1), where something can be patched.
const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");
/// Whether this was answered before, to the same request with the same `Idempotency-Key`.
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The service's answer.
pub(crate) fn reply(reply: Reply, media: Media) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    put(&mut response, ETAG, reply.etag.map(|version| format!("W/\"{version}\"")).as_deref());
    put(&mut response, LAST_MODIFIED, reply.last_modified.map(http_date).as_deref());
    put(&mut response, LOCATION, reply.location.as_deref());
    put(&mut response, PREFERENCE_APPLIED, reply.preference_applied.as_deref());
    put(&mut response, IDEMPOTENCY_REPLAYED, reply.replayed.then_some("true"));
    put(&mut response, ALLOW, reply.allow.as_deref());
    let patches = reply.allow.as_deref().is_some_and(|allow| allow.contains("PATCH"));
    put(&mut response, ACCEPT_PATCH, patches.then(|| PATCH_FORMATS.join(", ")).as_deref());
    put(&mut response, WWW_AUTHENTICATE, reply.www_authenticate.as_deref());
    put(&mut response, RETRY_AFTER, reply.retry_after.map(|seconds| seconds.to_string()).as_deref());
    match reply.body {
        Some(body) => {
            response.insert_header((CONTENT_TYPE, HeaderValue::from_static(media.content_type())));
            response.body(body)
        }
        // No body at all, rather than one of length 0: RFC 9110 §8.6 forbids `Content-Length` here.
        None if status == StatusCode::NOT_MODIFIED => response.body(body::None::new()),
        None => response.finish(),
    }
}

/// What a request that never reached the service, or never came back from it, is told.
pub(crate) fn turned(turned: Turned, envelope: &Envelope, request_id: &str) -> HttpResponse {
    match turned {
        Turned::Busy => {
            let busy = Issue::error(
                IssueCode::Transient,
                "unavailable",
                "Tjenesten er midlertidig overbelastet. Prøv igjen om litt.",
                "The service is overloaded for the moment. Try again shortly.",
            );
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let mut response = dressed(status, &busy, envelope.language, request_id, (envelope.media, envelope.pretty));
            response.headers_mut().insert(RETRY_AFTER, RETRY_SECONDS.into());
            response
        }
        Turned::Panicked => failure(envelope.language, request_id),
    }
}

/// 500 that says nothing but where to look.
pub(crate) fn failure(language: Language, request_id: &str) -> HttpResponse {
    let issue = Issue::error(
        IssueCode::Exception,
        "internal-error",
        "Noe gikk galt hos oss. Feilen er logget under forespørselens id.",
        "Something went wrong on our side. It is logged under the request id.",
    );
    outcome(StatusCode::INTERNAL_SERVER_ERROR, &issue, language, request_id)
}

/// One issue as an OperationOutcome.
pub(crate) fn outcome(status: StatusCode, issue: &Issue, language: Language, request_id: &str) -> HttpResponse {
    dressed(status, issue, language, request_id, (Media::FhirJson, false))
}

/// One issue as an OperationOutcome, as the caller wants it: the media type, and whether it is indented.
fn dressed(
    status: StatusCode,
    issue: &Issue,
    language: Language,
    request_id: &str,
    (media, pretty): (Media, bool),
) -> HttpResponse {
    let body = operation_outcome(std::slice::from_ref(issue), language, request_id);
    let text = if pretty { format!("{body:#}") } else { body.to_string() };
    HttpResponse::build(status).insert_header((CONTENT_TYPE, HeaderValue::from_static(media.content_type()))).body(text)
}

/// Adds a header when there is one and it is writable.
fn put(response: &mut HttpResponseBuilder, name: HeaderName, value: Option<&str>) {
    if let Some(Ok(value)) = value.map(HeaderValue::from_str) {
        response.insert_header((name, value));
    }
}

#[cfg(test)]
mod tests {
    use super::reply;
    use crate::extract::Media;
    use actix_web::HttpResponse;
    use varde_fhir::capability::PATCH_FORMATS;
    use varde_service::Reply;

    fn header<'a>(response: &'a HttpResponse, name: &str) -> Option<&'a str> {
        response.headers().get(name).and_then(|value| value.to_str().ok())
    }

    #[test]
    fn replies_carry_their_headers() {
        let response = reply(
            Reply {
                status: 201,
                body: Some(b"{}".to_vec()),
                etag: Some("3".to_owned()),
                last_modified: Some(784_111_777_999_999),
                location: Some("https://varde.example/fhir/CareTeam/1/_history/3".to_owned()),
                retry_after: Some(7),
                preference_applied: Some("return=minimal".to_owned()),
                www_authenticate: Some("Bearer error=\"invalid_token\"".to_owned()),
                ..Reply::default()
            },
            Media::FhirJson,
        );
        assert_eq!(response.status().as_u16(), 201);
        for (name, value) in [
            ("content-type", "application/fhir+json; charset=utf-8"),
            ("etag", "W/\"3\""),
            ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("location", "https://varde.example/fhir/CareTeam/1/_history/3"),
            ("retry-after", "7"),
            ("preference-applied", "return=minimal"),
            ("www-authenticate", "Bearer error=\"invalid_token\""),
        ] {
            assert_eq!(header(&response, name), Some(value), "{name}");
        }
        assert_eq!(header(&response, "allow"), None);
    }

    #[test]
    fn an_answer_without_a_body_has_no_content_type() {
        let response = reply(Reply { status: 304, etag: Some("1".to_owned()), ..Reply::default() }, Media::Json);
        assert_eq!((response.status().as_u16(), header(&response, "content-type")), (304, None));
        let json = reply(Reply { status: 200, body: Some(Vec::new()), ..Reply::default() }, Media::Json);
        assert_eq!(header(&json, "content-type"), Some("application/json; charset=utf-8"));
        let options = Reply { status: 204, allow: Some("GET, OPTIONS".to_owned()), ..Reply::default() };
        assert_eq!(header(&reply(options, Media::Json), "allow"), Some("GET, OPTIONS"));
        let patches = Reply { status: 204, allow: Some("GET, PATCH".to_owned()), ..Reply::default() };
        let accepted = reply(patches, Media::Json);
        assert_eq!(header(&accepted, "accept-patch"), Some(PATCH_FORMATS.join(", ").as_str()));
    }

    #[test]
    fn a_header_that_cannot_be_written_is_left_out() {
        let broken = Reply { status: 200, location: Some("a\r\nb".to_owned()), ..Reply::default() };
        assert_eq!(header(&reply(broken, Media::Json), "location"), None);
        assert_eq!(reply(Reply::default(), Media::Json).status().as_u16(), 500);
    }
}
