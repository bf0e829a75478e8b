//! Where a message may go: https, a listed host, no private address (server-side request forgery,
//! <https://owasp.org/Top10/A10_2021-Server-Side_Request_Forgery_(SSRF)/>).

use crate::{Mode, Settings};
use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why an address is not used; for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("the endpoint's address is not a plain URL")]
    Form,
    #[error("the endpoint's address is not https (or http to loopback in development)")]
    Scheme,
    #[error("the endpoint's host is not in the allow-list")]
    Host,
    #[error("the endpoint's address is private")]
    Private,
}

/// Reads the address of an Endpoint and says whether a message may go there, as far as the text tells.
pub(crate) fn check(address: &str, settings: &Settings) -> Result<Url, Refused> {
    let url = Url::parse(address).map_err(|_| Refused::Form)?;
    let host = url.host_str().ok_or(Refused::Form)?.trim_start_matches('[').trim_end_matches(']').to_owned();
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(Refused::Form);
    }
    let ip = host.parse::<IpAddr>().ok();
    let local = settings.mode == Mode::Development && (host == "localhost" || ip.is_some_and(|ip| ip.is_loopback()));
    match url.scheme() {
        "https" => {}
        "http" if local => {}
        _ => return Err(Refused::Scheme),
    }
    if !local && !listed(&host, settings) {
        return Err(Refused::Host);
    }
    if ip.is_some_and(|ip| !reachable(ip, settings.mode)) {
        return Err(Refused::Private);
    }
    Ok(url)
}

/// Whether a message may go to this address, however its name was written: a public one, or loopback in development.
pub(crate) fn reachable(ip: IpAddr, mode: Mode) -> bool {
    mode == Mode::Development && ip.is_loopback() || public(ip)
}

fn listed(host: &str, settings: &Settings) -> bool {
    let host = host.trim_end_matches('.');
    settings.allow.iter().any(|entry| {
        let entry = entry.to_ascii_lowercase();
        if entry.starts_with('.') { host.ends_with(&entry) } else { host == entry }
    })
}

fn public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => public_v4(ip),
        IpAddr::V6(ip) => public_v6(ip),
    }
}

/// Not in the IANA special-purpose registry (RFC 6890 and later).
fn public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !special
}

/// Global unicast, and where an IPv4 address is wrapped in it, that one public too.
fn public_v6(ip: Ipv6Addr) -> bool {
    let inside = |high: u16, low: u16| public_v4(Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low)));
    match ip.segments() {
        // IPv4-mapped, NAT64, 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            inside(high, low)
        }
        // Teredo and the other protocol assignments, documentation.
        [0x2001, 0..=0x01ff | 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => false,
        [0x2000..=0x3fff, ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Refused, check, reachable};
    use crate::{Mode, Settings};
    use std::collections::BTreeSet;

    fn settings(mode: Mode) -> Settings {
        Settings {
            mode,
            base: "https://varde.example/fhir".to_owned(),
            allow: BTreeSet::from(["ip.example.no".to_owned(), ".nhn.no".to_owned(), "10.0.0.1".to_owned()]),
            registrars: BTreeSet::new(),
        }
    }

    #[test]
    fn only_listed_https_hosts_or_loopback_in_development() {
        for (address, development, production) in [
            ("https://ip.example.no/fhir", Ok(()), Ok(())),
            ("https://IP.Example.NO:8443/fhir?x=y", Ok(()), Ok(())),
            ("https://a.b.nhn.no", Ok(()), Ok(())),
            ("https://nhn.no", Err(Refused::Host), Err(Refused::Host)),
            ("https://evilnhn.no", Err(Refused::Host), Err(Refused::Host)),
            ("https://ip.example.no.evil.com", Err(Refused::Host), Err(Refused::Host)),
            ("http://ip.example.no", Err(Refused::Scheme), Err(Refused::Scheme)),
            ("http://127.0.0.1:9/x", Ok(()), Err(Refused::Scheme)),
            ("http://localhost:9/x", Ok(()), Err(Refused::Scheme)),
            ("http://[::1]:9/x", Ok(()), Err(Refused::Scheme)),
            ("https://127.0.0.1", Ok(()), Err(Refused::Host)),
            ("https://0x7f.1", Ok(()), Err(Refused::Host)),
            ("https://10.0.0.1", Err(Refused::Private), Err(Refused::Private)),
            ("https://user:secret@ip.example.no", Err(Refused::Form), Err(Refused::Form)),
            ("https://ip.example.no/#x", Err(Refused::Form), Err(Refused::Form)),
            ("ftp://ip.example.no", Err(Refused::Scheme), Err(Refused::Scheme)),
            ("file:///etc/passwd", Err(Refused::Form), Err(Refused::Form)),
            ("mailto:a@b.no", Err(Refused::Form), Err(Refused::Form)),
            ("ip.example.no", Err(Refused::Form), Err(Refused::Form)),
            ("", Err(Refused::Form), Err(Refused::Form)),
        ] {
            let answer = |mode| check(address, &settings(mode)).map(|_| ());
            assert_eq!(answer(Mode::Development), development, "{address} in development");
            assert_eq!(answer(Mode::Production), production, "{address} in production");
        }
    }

    #[test]
    fn private_addresses_are_recognised_in_every_dress() {
        for (ip, public) in [
            ("8.8.8.8", true),
            ("193.71.1.1", true),
            ("0.0.0.0", false),
            ("10.1.2.3", false),
            ("100.64.0.1", false),
            ("100.128.0.1", true),
            ("127.0.0.1", false),
            ("169.254.169.254", false),
            ("172.16.0.1", false),
            ("172.32.0.1", true),
            ("192.168.1.1", false),
            ("198.18.0.1", false),
            ("203.0.113.9", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("2a01:79d::1", true),
            ("::", false),
            ("::1", false),
            ("::ffff:10.0.0.1", false),
            ("::ffff:8.8.8.8", true),
            ("64:ff9b::10.0.0.1", false),
            ("64:ff9b::8.8.8.8", true),
            ("2002:0a00:0001::", false),
            ("2001::1", false),
            ("2001:db8::1", false),
            ("fc00::1", false),
            ("fd12::1", false),
            ("fe80::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
        ] {
            assert_eq!(reachable(ip.parse().unwrap(), Mode::Production), public, "{ip}");
        }
        assert!(reachable("127.0.0.1".parse().unwrap(), Mode::Development));
        assert!(!reachable("10.0.0.1".parse().unwrap(), Mode::Development));
    }
}
