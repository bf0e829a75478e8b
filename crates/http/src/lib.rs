//! The HTTP face of Varde: bytes ↔ [`varde_service::Call`] / [`varde_service::Reply`] over actix-web.
//!
//! Floor 4 of the house. A request walks `edge` (ids, log, security headers) → `fhir` → `extract` (with `route`, strictly, all
//! but the body) → `body` → `gate` (bounded blocking threads) → the service → `render`. What cannot become a call becomes
//! [`varde_service::Call::Refused`], so that the service audits and answers it like the rest.
//!
//! Beside `/fhir`: `/health/live`, `/health/ready`, `/metrics`, `/.well-known/smart-configuration`, `/openapi.json`,
//! `/swagger-ui/`, and `/dev/token` in development.

mod app;
mod body;
mod dev_token;
mod drain;
mod edge;
pub mod examples;
mod extract;
mod fhir;
mod gate;
mod health;
mod ids;
mod log;
mod metrics;
mod national;
pub mod openapi;
mod reading;
mod refuse;
mod render;
mod route;
mod server;
mod settings;
mod smart;
mod state;
mod swagger;
mod tls;

pub use drain::Drain;
pub use extract::Limits;
pub use server::{Running, Stop, start, start_on};
pub use settings::{Settings, Tls};
