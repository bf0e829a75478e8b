//! Varde without the audit of reads, to tell what that audit costs. The binary has no way to leave it out, so this tool puts the
//! floors of the house together as `crates/server/src/serving.rs` does, with that one difference, and with the same log.

use crate::logging;
use crate::trouble::{Doing, Outcome, Trouble};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use varde_auth::{Authenticator, Binding, Mode};
use varde_fhir::Clock;
use varde_service::{ReadAudit, Service};
use varde_store::Store;

/// The binary's default of `VARDE_READERS`.
const READERS: usize = 4;

/// Serves until the process is ended.
pub(crate) fn serve(bind: SocketAddr, database: &str) -> Outcome<()> {
    let provider = rustls::crypto::aws_lc_rs::default_provider().install_default();
    provider.map_err(|_| Trouble::new("a TLS provider is installed already"))?;
    let _kept = logging::start()?;
    let root = format!("http://{bind}");
    let base = format!("{root}/fhir");
    let clock = Clock::System;
    let settings =
        varde_store::Settings { url: database.to_owned(), readers: READERS, base: base.clone(), clock: clock.clone() };
    let store = Store::open(settings).doing("opening the database")?;
    let settings = varde_auth::Settings {
        mode: Mode::Development,
        issuer: String::new(),
        audience: "varde".to_owned(),
        scope_prefix: "varde:".to_owned(),
        tenants: BTreeMap::new(),
        binding: Binding::Bearer,
    };
    let authenticator = Authenticator::new(settings, clock.clone()).doing("the development issuer")?;
    let settings = varde_service::Settings {
        base: base.clone(),
        test_environment: false,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        issuer: root.clone(),
        token_endpoint: Some(format!("{root}/dev/token")),
        read_audit: ReadAudit::Omitted,
    };
    let service = Service::new(store, authenticator, clock, settings);
    let settings =
        varde_http::Settings { bind, base, issuer: root, blocking: READERS + 2, ..varde_http::Settings::default() };
    varde_http::start(service, settings).doing("listening")?.wait().doing("serving")
}
