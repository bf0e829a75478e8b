//! TLS by rustls, with aws-lc-rs and modern protocols alone (`security.md` §4).

use crate::settings::Tls;
use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Reads certificate and key. HTTP/2 is offered by the server that uses this.
///
/// # Errors
/// When a file cannot be read, holds nothing usable, or key and certificate do not fit.
pub(crate) fn config(tls: &Tls) -> io::Result<ServerConfig> {
    let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&tls.certificates)
        .and_then(Iterator::collect)
        .map_err(|error| unreadable(&tls.certificates, &error))?;
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|error| unreadable(&tls.key, &error))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))
}

fn unreadable(path: &Path, error: &pem::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::config;
    use crate::settings::Tls;

    #[test]
    fn a_missing_file_is_named() {
        let tls = Tls { certificates: "/nowhere/cert.pem".into(), key: "/nowhere/key.pem".into() };
        assert!(config(&tls).unwrap_err().to_string().starts_with("/nowhere/cert.pem: "));
    }
}
