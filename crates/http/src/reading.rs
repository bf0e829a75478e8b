//! Resources that are only read: `GET` and `HEAD`; `OPTIONS` is answered, the rest are 405 with `Allow`.

use actix_web::http::header::ALLOW;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, Resource, Route, guard, web};

/// A resource for `GET` and `HEAD`.
pub(crate) fn reading(path: &str, handler: impl Fn() -> Route) -> Resource {
    web::resource(path)
        .route(handler().guard(guard::Any(guard::Get()).or(guard::Head())))
        .default_service(web::to(|request| async move { other_methods(&request, "GET, HEAD, OPTIONS") }))
}

/// The answer to a method that an address does not have: 405, or 204 to `OPTIONS`, with `Allow`.
pub(crate) fn other_methods(request: &HttpRequest, allow: &'static str) -> HttpResponse {
    let mut response = HttpResponse::MethodNotAllowed();
    if request.method() == Method::OPTIONS {
        response.status(StatusCode::NO_CONTENT);
    }
    response.insert_header((ALLOW, allow)).finish()
}
