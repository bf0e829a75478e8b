//! Fetches an issuer's keys: `OpenID` Connect Discovery 1.0 <https://openid.net/specs/openid-connect-discovery-1_0.html> and
//! the JWKS it points at (RFC 8414, RFC 7517). Over https; plain http only to loopback in development. No redirects, small
//! answers, short waits.

use crate::Mode;
use crate::keys::KeySet;
use reqwest::Url;
use reqwest::blocking::{Client, ClientBuilder};
use reqwest::redirect::Policy;
use serde_json::Value;
use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(2);
const ANSWER: Duration = Duration::from_secs(5);
/// For discovery and keys together, however slowly the bytes drip.
const WHOLE: Duration = Duration::from_secs(12);
const LONGEST: u64 = 256 * 1024;

/// Why the keys could not be fetched; for the log, never for a caller.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DiscoverError {
    #[error("the address is not https (or http to loopback in development)")]
    Address,
    #[error("no answer: {0}")]
    Http(#[from] reqwest::Error),
    #[error("the answer broke off: {0}")]
    Io(#[from] std::io::Error),
    #[error("the answer is not what it should be: {0}")]
    Answer(&'static str),
    #[error("no answer in time")]
    Time,
}

/// Fetches the keys of an issuer. Runs on a thread of its own, so that it may be called from anywhere, also from an
/// asynchronous worker, and never takes longer than a bounded time.
pub(crate) fn keys(issuer: &str, mode: Mode) -> Result<KeySet, DiscoverError> {
    let (answer, wait) = mpsc::sync_channel(1);
    let issuer = issuer.to_owned();
    std::thread::Builder::new().name("varde-issuer-keys".to_owned()).spawn(move || {
        // Nobody listens any more when the time is up.
        let _ = answer.send(fetch(&issuer, mode));
    })?;
    wait.recv_timeout(WHOLE).unwrap_or(Err(DiscoverError::Time))
}

/// An address that keys may be fetched from.
pub(crate) fn address(text: &str, mode: Mode) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none() && url.has_host();
    let safe = match url.scheme() {
        "https" => true,
        "http" => mode == Mode::Development && loopback(&url),
        _ => false,
    };
    (plain && safe).then_some(url)
}

fn fetch(issuer: &str, mode: Mode) -> Result<KeySet, DiscoverError> {
    let discovery = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let discovery = get(&address(&discovery, mode).ok_or(DiscoverError::Address)?)?;
    if discovery.get("issuer").and_then(Value::as_str) != Some(issuer) {
        return Err(DiscoverError::Answer("issuer is another than the one asked"));
    }
    let jwks = discovery.get("jwks_uri").and_then(Value::as_str).ok_or(DiscoverError::Answer("no jwks_uri"))?;
    let jwks = get(&address(jwks, mode).ok_or(DiscoverError::Address)?)?;
    KeySet::parse(&jwks).ok_or(DiscoverError::Answer("no key that can verify a token"))
}

fn get(url: &Url) -> Result<Value, DiscoverError> {
    let answer = client(url)?.get(url.clone()).header("accept", "application/json").send()?;
    if answer.status() != 200 {
        return Err(DiscoverError::Answer("status is not 200"));
    }
    let mut body = Vec::new();
    answer.take(LONGEST + 1).read_to_end(&mut body)?;
    if u64::try_from(body.len()).is_ok_and(|length| length > LONGEST) {
        return Err(DiscoverError::Answer("longer than 256 KiB"));
    }
    serde_json::from_slice(&body).map_err(|_| DiscoverError::Answer("not JSON"))
}

/// A client that trusts the machine's certificate authorities or, on a machine without any, Mozilla's.
fn client(url: &Url) -> Result<Client, reqwest::Error> {
    // The server installs its provider at start; a library user or a test may not have.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    }
    settings(url).build().or_else(|_| {
        let mut roots = rustls::RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        match tls {
            Ok(tls) => {
                settings(url).tls_backend_preconfigured(tls.with_root_certificates(roots).with_no_client_auth()).build()
            }
            Err(_) => settings(url).build(),
        }
    })
}

fn settings(url: &Url) -> ClientBuilder {
    let settings =
        Client::builder().redirect(Policy::none()).connect_timeout(CONNECT).timeout(ANSWER).user_agent("varde");
    if loopback(url) { settings.no_proxy() } else { settings.https_only(true) }
}

fn loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::address;
    use crate::Mode;

    #[test]
    fn keys_come_over_https_or_from_loopback_in_development() {
        for (text, development, production) in [
            ("https://helseid-sts.nhn.no", true, true),
            ("https://127.0.0.1:8443/x", true, true),
            ("http://127.0.0.1:9000", true, false),
            ("http://localhost:9000", true, false),
            ("http://[::1]:9000", true, false),
            ("http://127.0.0.1.example.com", false, false),
            ("http://localhost.example.com", false, false),
            ("http://helseid-sts.nhn.no", false, false),
            ("https://user:pass@helseid-sts.nhn.no", false, false),
            ("https://helseid-sts.nhn.no/#x", false, false),
            ("file:///etc/passwd", false, false),
            ("ftp://127.0.0.1", false, false),
            ("helseid-sts.nhn.no", false, false),
            ("", false, false),
        ] {
            assert_eq!(address(text, Mode::Development).is_some(), development, "{text} in development");
            assert_eq!(address(text, Mode::Production).is_some(), production, "{text} in production");
        }
    }
}
