//! `/health/live` (the process answers) and `/health/ready` (so does its database, and it is not about to go), for orchestrators.

use crate::settings::Settings;
use crate::state::State;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpResponse, web};
use serde_json::json;
use std::time::Duration;

/// How long the database may take to say that it is there.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /health/live`
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "up" }))
}

/// `GET /health/ready`. Past the gate: a busy server is ready still.
pub(crate) async fn ready(state: web::Data<State>, settings: web::Data<Settings>) -> HttpResponse {
    if settings.drain.has_begun() {
        return not("stopping");
    }
    let service = state.service.clone();
    // One at a time: probes that nobody waits for any more must not pile up in front of a database that is silent.
    let asked = state.probe.run(move || service.ready());
    if matches!(tokio::time::timeout(PATIENCE, asked).await, Ok(Ok(true))) {
        HttpResponse::Ok().json(json!({ "status": "ready" }))
    } else {
        not("not ready")
    }
}

fn not(status: &str) -> HttpResponse {
    HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, "1")).json(json!({ "status": status }))
}
