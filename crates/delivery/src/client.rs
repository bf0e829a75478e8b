//! The HTTP client for messages: https, no redirects, no proxy, and every name is resolved here, so that a name which leads
//! to a private address leads nowhere.

use crate::address::reachable;
use crate::{Mode, Settings};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(3);
const ANSWER: Duration = Duration::from_secs(10);

/// A client that trusts the machine's certificate authorities or, on a machine without any, Mozilla's.
pub(crate) fn client(settings: &Settings) -> Result<Client, reqwest::Error> {
    // The server installs its provider at start; a test may not have.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    }
    builder(settings).build().or_else(|_| {
        let mut roots = rustls::RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        match rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions() {
            Ok(tls) => {
                let tls = tls.with_root_certificates(roots).with_no_client_auth();
                builder(settings).tls_backend_preconfigured(tls).build()
            }
            Err(_) => builder(settings).build(),
        }
    })
}

fn builder(settings: &Settings) -> ClientBuilder {
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .https_only(settings.mode == Mode::Production)
        .connect_timeout(CONNECT)
        .timeout(ANSWER)
        .dns_resolver(Guard { mode: settings.mode })
        .user_agent("varde")
}

/// Resolves a name and keeps only addresses that a message may go to.
struct Guard {
    mode: Mode,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let mode = self.mode;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let fit: Vec<SocketAddr> = found.filter(|address| reachable(address.ip(), mode)).collect();
            if fit.is_empty() {
                return Err("the name leads to no public address".into());
            }
            Ok(Box::new(fit.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Guard;
    use crate::Mode;
    use reqwest::dns::Resolve;

    #[tokio::test]
    async fn a_name_that_leads_to_loopback_leads_nowhere_in_production() {
        for (mode, leads) in [(Mode::Development, true), (Mode::Production, false)] {
            let found = Guard { mode }.resolve("localhost".parse().unwrap()).await;
            assert_eq!(found.is_ok(), leads, "{mode:?}");
        }
    }
}
