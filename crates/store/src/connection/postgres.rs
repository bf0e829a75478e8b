//! PostgreSQL 14 or newer over `tokio-postgres` and rustls: no C library. The connection is driven by its own small runtime.
//!
//! The URL is libpq's <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING>. Certificates are always
//! verified when TLS is used; `sslrootcert=file.pem` names a private authority, `sslmode=verify-full` means `require`.

use super::hosts::{Hosts, name};
use super::role::Role;
use super::runtime::{Line, OwnRuntime};
use crate::error::StoreError;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::future::poll_fn;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::AbortHandle;
use tokio_postgres::{AsyncMessage, Config, Connection};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A PostgreSQL connection with diesel's blocking interface.
pub(crate) type PgConnection = AsyncConnectionWrapper<AsyncPgConnection, OwnRuntime>;

/// The servers, and how to reach them.
pub(crate) struct PostgresTarget {
    hosts: Arc<Hosts>,
    tls: MakeRustlsConnect,
}

/// No statement of a request runs longer; a replica that hangs in a transaction loses it.
const READER: &str = "SET statement_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'; \
                      SET default_transaction_read_only = on";
/// The writer waits for other replicas' writers at most this long, and they for it. A commit waits for the synchronous standby
/// even where the role's default says otherwise; `drive` needs to hear the server's warnings.
const WRITER: &str = "SET lock_timeout = '5s'; SET statement_timeout = '12s'; \
                      SET idle_in_transaction_session_timeout = '15s'; SET client_min_messages = warning; \
                      SELECT set_config('synchronous_commit', 'on', false) \
                      WHERE current_setting('synchronous_commit') <> 'remote_apply'";
/// A statement is planned once for any values, by its indexes, and never compiled: planning and compiling would take longer than a
/// request's statement itself. What is better planned for its values says so ([`crate::sql::Sql::planned_by_values`]).
const PLANS: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off";
/// Nothing is too long.
const UNHURRIED: &str = "SET lock_timeout = 0; SET statement_timeout = 0; SET client_min_messages = warning";

impl PostgresTarget {
    /// Reads a `postgres://` URL. Errors do not repeat it: it may hold a password.
    pub(crate) fn new(url: &str) -> Result<Self, StoreError> {
        let (url, authority) = without_root_certificate(url);
        let url = url.replace("sslmode=verify-full", "sslmode=require");
        let config = url.parse().ok().as_ref().and_then(Hosts::new);
        let hosts = config.ok_or_else(|| StoreError::Unavailable("the PostgreSQL URL cannot be read".into()))?;
        Ok(Self { hosts: Arc::new(hosts), tls: MakeRustlsConnect::new(tls(authority.as_deref())?) })
    }

    /// Connects, on a thread that may block, to the first server that answers in time and takes writes.
    pub(crate) fn connect(&self, role: Role) -> Result<PgConnection, StoreError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| StoreError::Unavailable(format!("no runtime for a connection: {error}")))?;
        match runtime.block_on(self.reach(role)) {
            Ok((inner, line)) => {
                OwnRuntime::hand_over(runtime, line);
                Ok(PgConnection::from(inner))
            }
            Err(error) => {
                // A name that is still being looked up is not waited for.
                runtime.shutdown_background();
                Err(error)
            }
        }
    }

    async fn reach(&self, role: Role) -> Result<(AsyncPgConnection, Line), StoreError> {
        let mut refusals = Vec::new();
        for (index, config, patience) in self.hosts.in_turn() {
            let refusal = match tokio::time::timeout(patience, self.open(config, role)).await {
                Ok(Ok((inner, socket))) => {
                    self.hosts.settle(index);
                    let line = Line { hosts: Arc::clone(&self.hosts), index, patience: role.patience(), socket };
                    return Ok((inner, line));
                }
                Ok(Err(StoreError::Unavailable(refusal))) => refusal,
                Ok(Err(error)) => error.to_string(),
                Err(_) => format!("no answer in {} s", patience.as_secs()),
            };
            refusals.push(format!("{}: {refusal}", name(config)));
        }
        Err(StoreError::Unavailable(refusals.join("; ")))
    }

    async fn open(&self, config: &Config, role: Role) -> Result<(AsyncPgConnection, AbortHandle), StoreError> {
        let (client, socket) = config.connect(self.tls.clone()).await.map_err(|error| refused(&error))?;
        let socket = tokio::spawn(drive(socket)).abort_handle();
        let mut inner = AsyncPgConnection::try_from(client).await?;
        inner.batch_execute(settings(role)).await?;
        if role != Role::Unhurried {
            inner.batch_execute(PLANS).await?;
        }
        Ok((inner, socket))
    }
}

fn settings(role: Role) -> &'static str {
    match role {
        Role::Reader => READER,
        Role::Writer => WRITER,
        Role::Unhurried => UNHURRIED,
    }
}

/// Drives a connection until it ends. It is ended here when a commit's wait for the synchronous standby is cancelled:
/// PostgreSQL then answers that commit with a warning **and success**, though a failover may lose it. Without a connection the
/// success is not heard, and the callers are told that nothing is certain.
///
/// The warning is known by the routine it comes from (`SyncRepWaitForLSN`), since its text is translated and its code is that
/// of any warning.
async fn drive<S, T>(mut socket: Connection<S, T>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        match poll_fn(|context| socket.poll_message(context)).await {
            Some(Ok(AsyncMessage::Notice(notice))) if notice.routine() == Some("SyncRepWaitForLSN") => {
                tracing::error!("a commit did not wait for the synchronous standby: it is not acknowledged");
                return;
            }
            Some(Ok(AsyncMessage::Notice(notice))) => tracing::debug!(message = notice.message(), "PostgreSQL says"),
            Some(Ok(_)) => {}
            Some(Err(error)) => {
                tracing::debug!(%error, "a PostgreSQL connection ended");
                return;
            }
            None => return,
        }
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
    use super::{PostgresTarget, Role, drive, without_root_certificate};
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use tokio_postgres::{Config, NoTls};

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
        for url in ["postgres://u:secret@h/d?nonsense=1", "postgres://u:secret@a,b/d?port=1,2,3"] {
            let error = PostgresTarget::new(url).err().map(|e| e.to_string());
            assert!(error.is_some_and(|text| !text.contains("secret")), "{url}");
        }
    }

    #[test]
    fn a_server_that_takes_the_connection_and_says_nothing_is_given_up() {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = silent.local_addr().unwrap().port();
        let target = PostgresTarget::new(&format!("postgres://u:secret@127.0.0.1:{port}/d?connect_timeout=1")).unwrap();
        let error = target.connect(Role::Reader).err().map(|error| error.to_string()).unwrap();
        assert_eq!(error, format!("the database is not available: 127.0.0.1:{port}: no answer in 1 s"));
    }

    /// A message of PostgreSQL's protocol: a letter, the length, what it says.
    fn message(letter: u8, says: &[u8]) -> Vec<u8> {
        let length = u32::try_from(says.len() + 4).unwrap().to_be_bytes();
        [&[letter], length.as_slice(), says].concat()
    }

    /// A server that answers one statement with a warning from this routine, and then with success.
    fn warn(mut client: TcpStream, routine: &str) {
        let mut asked = [0; 512];
        let ready = message(b'Z', b"I");
        assert!(client.read(&mut asked).unwrap() > 0, "the start of a session");
        client.write_all(&[message(b'R', &[0; 4]), ready.clone()].concat()).unwrap();
        assert!(client.read(&mut asked).unwrap() > 0, "a statement");
        let warning = format!("SWARNING\0VWARNING\0C01000\0Mavbrutt\0R{routine}\0\0");
        let answer = [message(b'N', warning.as_bytes()), message(b'C', b"COMMIT\0"), ready];
        client.write_all(&answer.concat()).unwrap();
    }

    #[test]
    fn a_commit_that_did_not_wait_for_its_standby_is_not_acknowledged() {
        for (routine, acknowledged) in [("SyncRepWaitForLSN", false), ("exec_stmt_raise", true)] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            let server = std::thread::spawn(move || warn(listener.accept().unwrap().0, routine));
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let heard = runtime.block_on(async {
                let stream = tokio::net::TcpStream::connect(address).await.unwrap();
                let (client, socket) = Config::new().user("u").connect_raw(stream, NoTls).await.unwrap();
                tokio::spawn(drive(socket));
                client.batch_execute("COMMIT").await
            });
            assert_eq!(heard.is_ok(), acknowledged, "{routine}: {heard:?}");
            server.join().unwrap();
        }
    }
}
