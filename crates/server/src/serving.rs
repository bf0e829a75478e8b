//! The wiring: store, authenticator, service, HTTP and delivery, joined from the settings and taken apart again.

use crate::config::Config;
use crate::delivering::Delivering;
use crate::failure::Failure;
use crate::sweeping::Sweeping;
use std::net::{SocketAddr, TcpListener};
use varde_auth::{Authenticator, Mode};
use varde_fhir::Clock;
use varde_http::{Drain, Running, Stop};
use varde_service::{ReadAudit, Service};
use varde_store::Store;

/// A whole Varde at work.
pub(crate) struct Serving {
    running: Running,
    drain: Drain,
    delivery: Option<Delivering>,
    sweeping: Sweeping,
    store: Store,
    base_url: String,
}

impl Serving {
    /// Opens the database, starts answering and starts delivering.
    ///
    /// # Errors
    /// What could not be opened, read or bound.
    pub(crate) fn start(config: &Config) -> Result<Self, Failure> {
        let cannot_listen = |error| Failure::Start(format!("cannot listen at {}: {error}", config.bind));
        // Bound before anything is built on it: port 0 is known only then, and the base URL follows it.
        let listener = TcpListener::bind(config.bind).map_err(cannot_listen)?;
        let address = listener.local_addr().map_err(cannot_listen)?;
        let config = &Config { base_url: following(&config.base_url, address), ..config.clone() };
        let authenticator = authenticator(config)?;
        let store = open_store(config)?;
        let service = Service::new(store.clone(), authenticator, Clock::System, service(config));
        let http = http(config);
        let drain = http.drain.clone();
        let running = varde_http::start_on(listener, service, http).map_err(cannot_listen)?;
        let delivery = config.delivery.then(|| Delivering::start(config, store.clone())).transpose();
        let delivery = delivery.map_err(|error| Failure::Start(format!("delivery: {error}")))?;
        let sweeping = Sweeping::start(store.clone()).map_err(|error| Failure::Start(format!("sweeping: {error}")))?;
        Ok(Self { running, drain, delivery, sweeping, store, base_url: config.base_url.clone() })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.running.address()
    }

    /// Where clients reach it, without `/fhir`.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// A handle that tells it to stop being ready.
    pub(crate) fn drain(&self) -> Drain {
        self.drain.clone()
    }

    /// A handle that tells it to stop.
    pub(crate) fn stop(&self) -> Stop {
        self.running.stop()
    }

    /// Waits until HTTP has stopped, then stops delivery and closes the database: whoever was answered 201 finds it there.
    ///
    /// # Errors
    /// When HTTP failed rather than stopped.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let finished = self.running.wait();
        if let Some(delivery) = self.delivery {
            delivery.stop();
        }
        self.sweeping.stop();
        self.store.close();
        finished.map_err(|error| Failure::Start(format!("HTTP failed: {error}")))
    }
}

/// Opens the database and brings it to this version's schema.
///
/// # Errors
/// When it cannot be reached or migrated.
pub(crate) fn open_store(config: &Config) -> Result<Store, Failure> {
    let settings = varde_store::Settings {
        url: config.database.clone(),
        readers: config.readers,
        base: config.fhir_base(),
        clock: Clock::System,
    };
    Ok(Store::open(settings)?)
}

fn authenticator(config: &Config) -> Result<Authenticator, Failure> {
    let settings = varde_auth::Settings {
        mode: config.mode,
        issuer: config.issuer.clone(),
        audience: config.audience.clone(),
        scope_prefix: config.scope_prefix.clone(),
        tenants: config.tenants.clone(),
        binding: config.binding,
    };
    Authenticator::new(settings, Clock::System).map_err(|error| Failure::Settings(format!("tokens: {error}")))
}

fn service(config: &Config) -> varde_service::Settings {
    varde_service::Settings {
        base: config.fhir_base(),
        test_environment: config.test_identifiers,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        issuer: issuer(config),
        token_endpoint: token_endpoint(config),
        read_audit: ReadAudit::Durable,
    }
}

/// What clients are told: in development without a configured issuer, this server itself.
fn issuer(config: &Config) -> String {
    if config.issuer.is_empty() { config.base_url.clone() } else { config.issuer.clone() }
}

fn token_endpoint(config: &Config) -> Option<String> {
    let own = || (config.mode == Mode::Development).then(|| format!("{}/dev/token", config.base_url));
    config.token_endpoint.clone().or_else(own)
}

fn http(config: &Config) -> varde_http::Settings {
    varde_http::Settings {
        bind: config.bind,
        base: config.fhir_base(),
        development: config.mode == Mode::Development,
        issuer: issuer(config),
        token_endpoint: token_endpoint(config),
        scope_prefix: config.scope_prefix.clone(),
        tls: config.tls.clone().map(|tls| varde_http::Tls { certificates: tls.certificate, key: tls.key }),
        workers: config.workers,
        // Who reads holds a connection; two more fetch an issuer's keys and check long bodies. Who waits for a commit holds none.
        blocking: config.readers + 2,
        ..varde_http::Settings::default()
    }
}

/// A base URL with port 0 follows the port that the system chose.
fn following(base_url: &str, address: SocketAddr) -> String {
    match base_url.strip_suffix(":0") {
        Some(host) => format!("{host}:{}", address.port()),
        None => base_url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_url_follows_a_port_that_the_system_chose() {
        let address = "127.0.0.1:40123".parse().unwrap();
        for (base_url, expected) in [
            ("http://127.0.0.1:0", "http://127.0.0.1:40123"),
            ("http://[::1]:0", "http://[::1]:40123"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("https://varde.example.no", "https://varde.example.no"),
        ] {
            assert_eq!(following(base_url, address), expected);
        }
    }
}
