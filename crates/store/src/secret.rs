//! Secrets that all replicas share: drawn once, by whoever opens the database first.

use crate::connection::Connection;
use crate::error::StoreError;
use crate::sql::Sql;
use diesel::deserialize::QueryableByName;
use diesel::sql_types::Binary;
use varde_fhir::Clock;

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = Binary)]
    value: Vec<u8>,
}

/// The secret of this name; when there is none yet, a new one. Of several who draw at the same moment one is kept.
pub(crate) fn secret(connection: &mut Connection, name: &str, clock: &Clock) -> Result<[u8; 32], StoreError> {
    if let Some(known) = known(connection, name)? {
        return Ok(known);
    }
    let mut sql = Sql::new();
    sql.push("INSERT INTO secret (name, value) VALUES (").text(name).push(", ").bytes(clock.secret().to_vec());
    sql.push(") ON CONFLICT (name) DO NOTHING");
    sql.run(connection)?;
    known(connection, name)?.ok_or_else(|| StoreError::Corrupt("a secret is not kept".to_owned()))
}

fn known(connection: &mut Connection, name: &str) -> Result<Option<[u8; 32]>, StoreError> {
    let mut sql = Sql::new();
    sql.push("SELECT value FROM secret WHERE name = ").text(name);
    let kept = sql.load::<Kept>(connection)?.into_iter().next();
    let long = || StoreError::Corrupt("a secret has another length".to_owned());
    kept.map(|kept| <[u8; 32]>::try_from(kept.value).map_err(|_| long())).transpose()
}
