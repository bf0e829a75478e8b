//! Statements to one of the two servers, beside Varde.

use crate::trouble::{Doing, Outcome};
use std::time::Duration;
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// How long a server may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs a statement on a database at a port of this machine; the first column of its rows.
pub(crate) fn ask(port: u16, database: &str, statement: &str) -> Outcome<Vec<String>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().doing("a runtime")?;
    let url = format!("postgres://varde@127.0.0.1:{port}/{database}?application_name=varde-failover");
    let asked = async {
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.doing("PostgreSQL")?;
        let driver = tokio::spawn(connection);
        let answer = client.simple_query(statement).await.doing(statement)?;
        drop(client);
        let _ = driver.await;
        let rows = answer.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
            _ => None,
        });
        Ok(rows.collect())
    };
    runtime.block_on(async { tokio::time::timeout(PATIENCE, asked).await.doing("PostgreSQL does not answer")? })
}
