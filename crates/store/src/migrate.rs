//! The tables, brought up to date when a store opens; one folder of SQL for each database.

use crate::connection::{Connection, Role, Target};
use crate::error::StoreError;
use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Processes that start at the same moment migrate one after the other ("varde" in ASCII, and one).
const MIGRATION_LOCK: i64 = 0x76_61_72_64_66;

/// Connects as the writer, runs the pending migrations, and gives the connection on.
pub(crate) fn migrate(target: &Target) -> Result<Connection, StoreError> {
    let mut connection = target.connect(Role::Writer)?;
    match &mut connection {
        Connection::Sqlite(c) => c.immediate_transaction(|c| pending(c, SQLITE))?,
        Connection::Postgres(c) => {
            c.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))?;
            let migrated = pending(&mut **c, POSTGRES);
            c.batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))?;
            migrated?;
        }
    }
    Ok(connection)
}

fn pending<DB, C>(connection: &mut C, migrations: EmbeddedMigrations) -> Result<(), StoreError>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
{
    let done = connection
        .run_pending_migrations(migrations)
        .map_err(|error| StoreError::Database(format!("a migration failed: {error}")))?;
    for version in done {
        tracing::info!(%version, "migrated");
    }
    Ok(())
}
