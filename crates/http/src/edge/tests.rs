//! What every answer gets, seen from outside.

use super::edge;
use crate::metrics::{Metrics, metrics};
use crate::reading::reading;
use crate::settings::Settings;
use crate::smart;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpResponse, test, web};
use serde_json::Value;
use varde_fhir::Clock;

async fn own_headers() -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_SECURITY_POLICY, "default-src 'self'")).body("page")
}

async fn own_error() -> HttpResponse {
    HttpResponse::BadRequest().json(serde_json::json!({ "error": "invalid_request" }))
}

async fn failing() -> Result<HttpResponse, std::io::Error> {
    Err(std::io::Error::other("the cause, which is nobody's business"))
}

async fn get(base: &str, request: test::TestRequest) -> ServiceResponse<impl actix_web::body::MessageBody> {
    let clock = Clock::fixed("2026-11-22T15:00:00Z").unwrap();
    let settings = Settings { base: base.to_owned(), clock, ..Settings::default() };
    let app = App::new()
        .app_data(web::Data::new(settings))
        .app_data(web::Data::new(Metrics::new()))
        .wrap(Compress::default())
        .wrap(from_fn(edge))
        .service(reading("/page", || web::to(own_headers)))
        .service(reading("/oauth", || web::to(own_error)))
        .service(reading("/failing", || web::to(failing)))
        .service(reading("/metrics", || web::to(metrics)))
        .service(reading("/.well-known/smart-configuration", || web::to(smart::configuration)));
    let app = test::init_service(app).await;
    test::call_service(&app, request.to_request()).await
}

fn header<'a, B>(response: &'a ServiceResponse<B>, name: &str) -> Option<&'a str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

const HERE: &str = "http://127.0.0.1/fhir";

#[actix_web::test]
async fn every_answer_has_ids_and_security_headers() {
    for path in ["/page", "/nowhere", "/metrics", "/.well-known/smart-configuration"] {
        let asked = test::TestRequest::get().uri(path).insert_header(("x-correlation-id", "chain-1"));
        let response = get("https://varde.example/fhir", asked).await;
        for (name, value) in [
            ("x-request-id", "00000000-0000-7000-8000-000000000001"),
            ("x-correlation-id", "chain-1"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("x-frame-options", "DENY"),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert_eq!(header(&response, name), Some(value), "{path} {name}");
        }
        let policy = if path == "/page" { "default-src 'self'" } else { "default-src 'none'; frame-ancestors 'none'" };
        assert_eq!(header(&response, "content-security-policy"), Some(policy), "{path}");
    }
    let plain = get(HERE, test::TestRequest::get().uri("/page").insert_header(("x-request-id", "mine"))).await;
    assert_eq!(header(&plain, "strict-transport-security"), None);
    assert_eq!(header(&plain, "x-request-id"), Some("mine"));
}

#[actix_web::test]
async fn bare_errors_become_operation_outcomes() {
    for (request, status, key) in [
        (test::TestRequest::get().uri("/nowhere"), 404, "unknown-path"),
        (test::TestRequest::post().uri("/page"), 405, "method-not-allowed"),
        (test::TestRequest::get().uri("/failing"), 500, "internal-error"),
        (
            test::TestRequest::get().uri("/page").insert_header(("accept-encoding", "br, identity;q=0")),
            406,
            "not-acceptable",
        ),
    ] {
        let response = get(HERE, request.insert_header(("accept-language", "en"))).await;
        assert_eq!(response.status().as_u16(), status, "{key}");
        let allow = (status == 405).then_some("GET, HEAD, OPTIONS");
        assert_eq!(header(&response, "allow"), allow, "{key}");
        assert_eq!(header(&response, "content-type"), Some("application/fhir+json; charset=utf-8"), "{key}");
        let outcome: Value = test::read_body_json(response).await;
        assert_eq!(outcome["issue"][0]["details"]["coding"][0]["code"], key);
        assert_eq!(outcome["issue"][0]["diagnostics"], "request 00000000-0000-7000-8000-000000000001");
        assert!(!outcome.to_string().contains("the cause"), "{outcome}");
    }
}

#[actix_web::test]
async fn an_error_with_a_json_body_is_left_alone() {
    let response = get(HERE, test::TestRequest::get().uri("/oauth")).await;
    assert_eq!(response.status().as_u16(), 400);
    let body: Value = test::read_body_json(response).await;
    assert_eq!(body["error"], "invalid_request");
}

#[actix_web::test]
async fn options_are_told() {
    let request = test::TestRequest::default().method(actix_web::http::Method::OPTIONS).uri("/page");
    let response = get(HERE, request).await;
    assert_eq!((response.status().as_u16(), header(&response, "allow")), (204, Some("GET, HEAD, OPTIONS")));
}
