//! SQLite: a file beside the process, in write-ahead mode <https://www.sqlite.org/wal.html>.

use super::role::Role;
use crate::error::StoreError;
use diesel::connection::SimpleConnection;
use diesel::{Connection as _, SqliteConnection};
use std::path::Path;

/// A database file.
pub(crate) struct SqliteTarget {
    path: String,
}

impl SqliteTarget {
    /// Takes the path and makes its folder.
    pub(crate) fn new(path: &str) -> Result<Self, StoreError> {
        if path.is_empty() || path.contains(":memory:") || path.contains('?') {
            return Err(StoreError::Unavailable("sqlite: must name a file".into()));
        }
        if let Some(folder) = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|error| StoreError::Unavailable(format!("the database folder cannot be made: {error}")))?;
        }
        Ok(Self { path: path.to_owned() })
    }

    /// Opens the file. `synchronous=FULL`: a commit that was answered survives a power cut.
    pub(crate) fn connect(&self, role: Role) -> Result<SqliteConnection, StoreError> {
        let mut connection = SqliteConnection::establish(&self.path)?;
        connection.batch_execute(
            "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;",
        )?;
        connection.batch_execute(match role {
            // Each commit of another connection empties a reader's page cache, and every look leaves an audit row: a larger one would
            // never be full.
            Role::Reader => "PRAGMA query_only = ON; PRAGMA cache_size = -2000",
            // What a transaction changes reaches the file at its commit and not before: so it is the commit that meets a full disk,
            // and no statement in the middle, after which SQLite would have undone the whole transaction by itself.
            //
            // A checkpoint makes the writer wait for the disk twice more: every 32 MB of log instead of every 4.
            Role::Writer | Role::Unhurried => {
                "PRAGMA cache_spill = OFF; PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 8000; \
                 PRAGMA journal_size_limit = 67108864"
            }
        })?;
        Ok(connection)
    }
}
