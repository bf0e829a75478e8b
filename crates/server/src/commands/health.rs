//! `varde health`: asks the Varde at `VARDE_BIND` whether it is ready. For container health checks: the image has no curl.

use crate::config::Config;
use crate::failure::Failure;
use crate::outgoing;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Asks `/health/ready`.
///
/// # Errors
/// When there is no answer, or another than 200.
pub(super) fn health(config: &Config) -> Result<(), Failure> {
    // A certificate is made out to the public name, so with TLS the question goes there.
    let base = match &config.tls {
        Some(_) => config.base_url.clone(),
        None => format!("http://{}", reachable(config.bind)),
    };
    let not_ready = |error: reqwest::Error| Failure::NotReady(error.without_url().to_string());
    let client = outgoing::client(&base).map_err(not_ready)?;
    let status = client.get(format!("{base}/health/ready")).send().map_err(not_ready)?.status();
    if status.is_success() { Ok(()) } else { Err(Failure::NotReady(format!("status {status}"))) }
}

/// "Every address" is reached on loopback.
fn reachable(bind: SocketAddr) -> SocketAddr {
    let ip = match bind.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    };
    SocketAddr::new(ip, bind.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_asked_on_loopback() {
        for (bind, asked) in
            [("0.0.0.0:8080", "127.0.0.1:8080"), ("[::]:80", "[::1]:80"), ("10.0.0.4:8080", "10.0.0.4:8080")]
        {
            assert_eq!(reachable(bind.parse().unwrap()).to_string(), asked);
        }
    }
}
