//! What the HTTP face needs to be told; the binary reads it from the environment.

use crate::drain::Drain;
use crate::extract::Limits;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use varde_fhir::Clock;

/// Everything the HTTP face can be told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen; port 0 lets the system choose.
    pub bind: SocketAddr,
    /// The public FHIR base URL, without a trailing slash, e.g. `https://varde.example.no/fhir`.
    pub base: String,
    /// Development mode: `/dev/token` exists.
    pub development: bool,
    /// The token issuer, for `/.well-known/smart-configuration`.
    pub issuer: String,
    /// The issuer's token endpoint, when it is known; in development our own is used.
    pub token_endpoint: Option<String>,
    /// What named scopes begin with in this deployment, e.g. `nhn:varde/`; the registry's own is `varde:`.
    pub scope_prefix: String,
    /// Certificate and key; `None` listens in plain HTTP (loopback, or behind a proxy).
    pub tls: Option<Tls>,
    /// Threads that speak HTTP.
    pub workers: usize,
    /// Requests inside the service at once; size it to the database connections.
    pub blocking: usize,
    /// How long a request may wait to get into the service before it is answered 503.
    pub queue_wait: Duration,
    /// How long a client may take to send its header fields, and then its body, before it is answered 408.
    pub read_timeout: Duration,
    /// How long requests under way may take to finish when the server is stopped gracefully; whole seconds.
    pub shutdown_timeout: Duration,
    /// Tells the server that it is about to be stopped.
    pub drain: Drain,
    /// The most a request may be.
    pub limits: Limits,
    /// Where request ids come from.
    pub clock: Clock,
}

/// PEM files for TLS.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The certificate chain, the server's own first.
    pub certificates: PathBuf,
    /// The private key: PKCS #8, PKCS #1 or SEC 1.
    pub key: PathBuf,
}

impl Default for Settings {
    /// A development server on loopback, port 8080.
    fn default() -> Self {
        let workers = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            base: "http://127.0.0.1:8080/fhir".to_owned(),
            development: true,
            issuer: "http://127.0.0.1:8080".to_owned(),
            token_endpoint: None,
            scope_prefix: "varde:".to_owned(),
            tls: None,
            workers,
            blocking: (workers * 4).max(8),
            queue_wait: Duration::from_secs(5),
            read_timeout: Duration::from_secs(15),
            // With a drain of 5 seconds less than the 30 that orchestrators wait before they kill.
            shutdown_timeout: Duration::from_secs(20),
            drain: Drain::default(),
            limits: Limits::default(),
            clock: Clock::System,
        }
    }
}

impl Settings {
    /// The public URL of the server, without `/fhir`.
    pub(crate) fn root(&self) -> &str {
        self.base.strip_suffix("/fhir").unwrap_or(&self.base)
    }
}
