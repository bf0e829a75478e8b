//! A database of its own for each test, on the server that `VARDE_TEST_POSTGRES` names.

use std::sync::atomic::{AtomicU64, Ordering};
use tokio_postgres::NoTls;

static NEXT: AtomicU64 = AtomicU64::new(1);

/// The server's URL, when there is one.
pub(crate) fn server() -> Option<String> {
    std::env::var("VARDE_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// Creates an empty database and tells its URL and name.
pub(crate) fn create(server: &str) -> (String, String) {
    let name = format!("world_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    execute(server, &format!("CREATE DATABASE {name}"));
    let (front, options) = server.split_once('?').map_or((server, None), |(front, options)| (front, Some(options)));
    let (host, _) = front.rsplit_once('/').expect("postgres://…/database");
    let options = options.map(|options| format!("?{options}")).unwrap_or_default();
    (format!("{host}/{name}{options}"), name)
}

/// Drops a database that [`create`] made, whoever is still connected.
pub(crate) fn drop(server: &str, name: &str) {
    execute(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
}

/// Runs statements on a server or database.
pub(crate) fn execute(server: &str, statement: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(server, NoTls).await.expect("the PostgreSQL server");
        let driver = tokio::spawn(connection);
        client.batch_execute(statement).await.expect("a statement that works");
        std::mem::drop(client);
        let _ = driver.await;
    });
}
