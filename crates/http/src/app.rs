//! The addresses beside `/fhir`, and the one dispatcher under it.

use crate::metrics::metrics;
use crate::openapi::Options;
use crate::reading::{other_methods, reading};
use crate::{dev_token, fhir, health, smart, swagger};
use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};

/// Adds every route.
pub(crate) fn routes(config: &mut web::ServiceConfig, options: &Options) {
    // The first that fits is taken, and nearly all requests are for `/fhir`.
    config
        .service(reading("/fhir/.well-known/smart-configuration", || web::to(smart::configuration)))
        .service(web::scope("/fhir").default_service(web::to(fhir::fhir)))
        .service(reading("/", || web::to(to_documentation)))
        .service(reading("/health/live", || web::to(health::live)))
        .service(reading("/health/ready", || web::to(health::ready)))
        .service(reading("/metrics", || web::to(metrics)))
        .service(reading("/.well-known/smart-configuration", || web::to(smart::configuration)));
    if options.development {
        let token = web::resource("/dev/token").route(web::post().to(dev_token::token));
        let others = web::to(|request| async move { other_methods(&request, "POST, OPTIONS") });
        config.service(token.default_service(others));
    }
    swagger::configure(config, options);
}

async fn to_documentation() -> HttpResponse {
    HttpResponse::Found().insert_header((LOCATION, "/swagger-ui/")).finish()
}
