//! How each setting's text is understood. An empty text is the same as none (compose files write `VARDE_X=`).

use super::error::ConfigError;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use varde_auth::{ActorKind, Binding, Mode};

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// Where the certificate and its key are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tls {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// The text, unless it is missing or blank.
pub(super) fn text(given: Option<&str>) -> Option<&str> {
    given.map(str::trim).filter(|value| !value.is_empty())
}

pub(super) fn mode(given: Option<&str>) -> Result<Mode, ConfigError> {
    match text(given) {
        None | Some("development") => Ok(Mode::Development),
        Some("production") => Ok(Mode::Production),
        Some(_) => Err(wrong("VARDE_MODE", "write development or production")),
    }
}

pub(super) fn bind(given: Option<&str>) -> Result<SocketAddr, ConfigError> {
    text(given)
        .unwrap_or("127.0.0.1:8080")
        .parse()
        .map_err(|_| wrong("VARDE_BIND", "write an address and a port, e.g. 127.0.0.1:8080 or [::1]:8080"))
}

pub(super) fn database(given: Option<&str>) -> Result<String, ConfigError> {
    let url = text(given).unwrap_or("sqlite:varde.db");
    let known = ["sqlite:", "postgres://", "postgresql://"];
    if known.iter().any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty())) {
        return Ok(url.to_owned());
    }
    Err(wrong("VARDE_DATABASE", "write sqlite:path/to/varde.db or postgres://user:password@host/name"))
}

pub(super) fn base_url(
    given: Option<&str>,
    bind: SocketAddr,
    tls: bool,
    production: bool,
) -> Result<String, ConfigError> {
    let Some(url) = text(given) else {
        if production && !bind.ip().is_loopback() {
            return Err(ConfigError::Together(
                "VARDE_MODE=production needs VARDE_BASE_URL: the address clients use, e.g. https://varde.example.no"
                    .to_owned(),
            ));
        }
        return Ok(format!("{}://{bind}", if tls { "https" } else { "http" }));
    };
    let url = url.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['?', '#', '@', ' ']) && !url.ends_with("/fhir") => {
            Ok(url.to_owned())
        }
        _ => Err(wrong(
            "VARDE_BASE_URL",
            "write the http:// or https:// address clients use, without /fhir, query or user name, e.g. https://varde.example.no",
        )),
    }
}

pub(super) fn tls(certificate: Option<&str>, key: Option<&str>) -> Result<Option<Tls>, ConfigError> {
    match (text(certificate), text(key)) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => {
            Ok(Some(Tls { certificate: PathBuf::from(certificate), key: PathBuf::from(key) }))
        }
        _ => Err(ConfigError::Together("VARDE_TLS_CERT and VARDE_TLS_KEY go together: set both or none".to_owned())),
    }
}

/// `983974724=hospital,964338531=municipality`. A number that came from a registry is not check-digited: official test
/// organisations fail it.
pub(super) fn tenants(given: Option<&str>) -> Result<BTreeMap<String, ActorKind>, ConfigError> {
    let mut tenants = BTreeMap::new();
    for item in list(given) {
        let (number, kind) = item.split_once('=').map_or((item, ""), |(number, kind)| (number.trim(), kind.trim()));
        if !is_organisation_number(number) {
            return Err(wrong(
                "VARDE_TENANTS",
                "each tenant is nine digits, an equals sign and a kind, e.g. 983974724=hospital; commas between",
            ));
        }
        let Some(kind) = ActorKind::parse(kind) else {
            return Err(wrong("VARDE_TENANTS", &format!("the kind of {number} is one of {}", kinds())));
        };
        if tenants.insert(number.to_owned(), kind).is_some() {
            return Err(wrong("VARDE_TENANTS", &format!("{number} stands twice")));
        }
    }
    Ok(tenants)
}

/// Host names, lower case, with a dot in front for every name under it.
pub(super) fn hosts(given: Option<&str>) -> Result<BTreeSet<String>, ConfigError> {
    let fine = |host: &str| host.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.') && host != ".";
    if !list(given).all(fine) {
        return Err(wrong(
            "VARDE_DELIVERY_HOSTS",
            "write host names alone, commas between, e.g. ip.example.no,.nhn.no",
        ));
    }
    Ok(list(given).map(str::to_ascii_lowercase).collect())
}

/// Organisation numbers.
pub(super) fn registrars(given: Option<&str>) -> Result<BTreeSet<String>, ConfigError> {
    if !list(given).all(is_organisation_number) {
        return Err(wrong("VARDE_REGISTRARS", "write organisation numbers of nine digits, commas between"));
    }
    Ok(list(given).map(str::to_owned).collect())
}

/// The items of a list; commas, semicolons or line breaks stand between.
fn list(given: Option<&str>) -> impl Iterator<Item = &str> {
    given.unwrap_or_default().split([',', ';', '\n']).map(str::trim).filter(|item| !item.is_empty())
}

fn is_organisation_number(text: &str) -> bool {
    text.len() == 9 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn kinds() -> String {
    ActorKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")
}

/// `DPoP` is the default of production, and not built yet: bearer tokens there must be chosen knowingly.
pub(super) fn binding(given: Option<&str>, production: bool) -> Result<Binding, ConfigError> {
    match text(given) {
        Some("bearer") => Ok(Binding::Bearer),
        None if !production => Ok(Binding::Bearer),
        None | Some("dpop") => Err(ConfigError::Together(
            "VARDE_TOKEN_BINDING=dpop (what production asks for when nothing is said) comes with a release of its own and is \
             not in this one: set VARDE_TOKEN_BINDING=bearer knowingly, and keep token lifetimes short until then"
                .to_owned(),
        )),
        Some(_) => Err(wrong("VARDE_TOKEN_BINDING", "write bearer or dpop")),
    }
}

pub(super) fn log_format(given: Option<&str>, on_terminal: bool) -> Result<LogFormat, ConfigError> {
    match text(given) {
        Some("json") => Ok(LogFormat::Json),
        Some("text") => Ok(LogFormat::Text),
        None => Ok(if on_terminal { LogFormat::Text } else { LogFormat::Json }),
        Some(_) => Err(wrong("VARDE_LOG_FORMAT", "write json or text")),
    }
}

pub(super) fn switch(name: &'static str, given: Option<&str>, default: bool) -> Result<bool, ConfigError> {
    match text(given) {
        None => Ok(default),
        Some("on" | "true" | "1") => Ok(true),
        Some("off" | "false" | "0") => Ok(false),
        Some(_) => Err(wrong(name, "write on or off")),
    }
}

pub(super) fn number(name: &'static str, given: Option<&str>, default: usize) -> Result<usize, ConfigError> {
    let Some(value) = text(given) else { return Ok(default) };
    value.parse().ok().filter(|n| (1..=256).contains(n)).ok_or_else(|| wrong(name, "write a number from 1 to 256"))
}

/// In production somebody watches readiness, and needs a moment to see it.
pub(super) fn drain(given: Option<&str>, production: bool) -> Result<Duration, ConfigError> {
    let Some(value) = text(given) else { return Ok(Duration::from_secs(if production { 5 } else { 0 })) };
    let seconds = value.parse().ok().filter(|seconds| *seconds <= 300);
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| wrong("VARDE_DRAIN_SECONDS", "write a number of seconds from 0 to 300"))
}

/// One worker for each core.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get).min(256)
}

fn wrong(name: &'static str, expected: &str) -> ConfigError {
    ConfigError::Value { name, expected: expected.to_owned() }
}
