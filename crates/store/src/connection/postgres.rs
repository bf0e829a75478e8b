//! PostgreSQL 14 or newer over `tokio-postgres` and rustls: no C library. The connection is driven by its own small runtime.
//!
//! The URL is libpq's <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING>. Certificates are always
//! verified when TLS is used; `sslrootcert=file.pem` names a private authority, `sslmode=verify-full` means `require`.

use super::role::Role;
use super::runtime::OwnRuntime;
use crate::error::StoreError;
use diesel::connection::SimpleConnection;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;

/// A PostgreSQL connection with diesel's blocking interface.
pub(crate) type PgConnection = AsyncConnectionWrapper<AsyncPgConnection, OwnRuntime>;

/// A server, and how to reach it.
pub(crate) struct PostgresTarget {
    config: Config,
    tls: MakeRustlsConnect,
}

/// No statement of a request runs longer; a lost peer is noticed; a replica that hangs in a transaction loses it.
const READER: &str = "SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'";
/// The writer waits for other replicas' writers at most this long.
const WRITER: &str = "SET lock_timeout = '10s'; SET statement_timeout = '30s'; \
                      SET idle_in_transaction_session_timeout = '60s'; SET synchronous_commit = on";

impl PostgresTarget {
    /// Reads a `postgres://` URL. Errors do not repeat it: it may hold a password.
    pub(crate) fn new(url: &str) -> Result<Self, StoreError> {
        let (url, authority) = without_root_certificate(url);
        let url = url.replace("sslmode=verify-full", "sslmode=require");
        let mut config: Config =
            url.parse().map_err(|_| StoreError::Unavailable("the PostgreSQL URL cannot be read".into()))?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        let (idle, unanswered) = (Duration::from_mins(1), Duration::from_secs(30));
        config.keepalives_idle(idle).tcp_user_timeout(unanswered).application_name("varde");
        Ok(Self { config, tls: MakeRustlsConnect::new(tls(authority.as_deref())?) })
    }

    /// Connects, on a thread that may block.
    pub(crate) fn connect(&self, role: Role) -> Result<PgConnection, StoreError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| StoreError::Unavailable(format!("no runtime for a connection: {error}")))?;
        let inner = runtime.block_on(async {
            let (client, socket) = self.config.connect(self.tls.clone()).await.map_err(|error| refused(&error))?;
            tokio::spawn(async move {
                if let Err(error) = socket.await {
                    tracing::debug!(%error, "a PostgreSQL connection ended");
                }
            });
            AsyncPgConnection::try_from(client).await.map_err(StoreError::from)
        })?;
        OwnRuntime::hand_over(runtime);
        let mut connection = PgConnection::from(inner);
        connection.batch_execute(if role == Role::Reader { READER } else { WRITER })?;
        Ok(connection)
    }
}

/// Why a server let nobody in: its message, or that it is not there.
fn refused(error: &tokio_postgres::Error) -> StoreError {
    if let Some(answer) = error.as_db_error() {
        return StoreError::Unavailable(answer.message().to_owned());
    }
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    StoreError::Unavailable(format!("{error}{cause}"))
}

/// Takes `sslrootcert`, which `tokio-postgres` does not know, out of the URL.
fn without_root_certificate(url: &str) -> (String, Option<String>) {
    let Some((address, query)) = url.split_once('?') else { return (url.to_owned(), None) };
    let (ours, theirs): (Vec<&str>, Vec<&str>) = query.split('&').partition(|pair| pair.starts_with("sslrootcert="));
    let path = ours.first().and_then(|pair| pair.split_once('=')).map(|(_, path)| path.replace("%2F", "/"));
    (format!("{address}?{}", theirs.join("&")), path)
}

/// rustls with the web's authorities, or with the one in a PEM file.
fn tls(authority: Option<&str>) -> Result<rustls::ClientConfig, StoreError> {
    let unusable = |error: &dyn std::fmt::Display| StoreError::Unavailable(format!("TLS for PostgreSQL: {error}"));
    let mut roots = rustls::RootCertStore::empty();
    if let Some(path) = authority {
        for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unusable(&error))? {
            roots.add(certificate.map_err(|error| unusable(&error))?).map_err(|error| unusable(&error))?;
        }
    } else {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::{PostgresTarget, without_root_certificate};

    #[test]
    fn the_root_certificate_is_taken_out_of_the_url() {
        let table = [
            ("postgres://h/d", "postgres://h/d", None),
            ("postgres://h/d?sslmode=require", "postgres://h/d?sslmode=require", None),
            ("postgres://h/d?sslrootcert=/a.pem&sslmode=require", "postgres://h/d?sslmode=require", Some("/a.pem")),
        ];
        for (url, left, path) in table {
            assert_eq!(without_root_certificate(url), (left.to_owned(), path.map(str::to_owned)));
        }
    }

    #[test]
    fn an_unreadable_url_is_not_repeated() {
        let error = PostgresTarget::new("postgres://u:secret@h/d?nonsense=1").err().map(|e| e.to_string());
        assert!(error.is_some_and(|text| !text.contains("secret")));
    }
}
