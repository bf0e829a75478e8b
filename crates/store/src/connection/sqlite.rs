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
        if role == Role::Reader {
            connection.batch_execute("PRAGMA query_only = ON")?;
        }
        Ok(connection)
    }
}
