//! What can go wrong in the store. The texts carry no stored value: they may be logged.

use diesel::ConnectionError;
use diesel::result::{DatabaseErrorKind, Error};
use std::fmt;

/// An error of the store.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is closing, or did not answer in time: try again later (503).
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The database undid it for the sake of another session (SQLSTATE 40001, 40P01): nothing of it is stored, and the same again
    /// is likely to work (tried again by the service, then 503).
    #[error("the database gave way to another session: {0}")]
    Conflict(String),
    /// Too many writes are waiting: try again later (503).
    #[error("too many writes are waiting")]
    Busy,
    /// The disk under the database is full: nothing was stored, and nothing can be until somebody makes room (507).
    #[error("the database has no room: {0}")]
    Full(String),
    /// Another resource holds this business-unique key (409).
    #[error("a business-unique key is already held by {holder}")]
    Claimed {
        /// The key, as it was asked for. Not shown by `Display` or `Debug`: it may be built from an identifier.
        claim: String,
        /// The resource that holds it, as `Type/id`.
        holder: String,
    },
    /// The position of a page does not belong to this search, or no longer leads anywhere (400).
    #[error("the position does not belong to this search")]
    Position,
    /// The database refused a statement: a defect (500).
    #[error("the database refused: {0}")]
    Database(String),
    /// What is stored cannot be read: a defect or damage (500).
    #[error("what is stored is damaged: {0}")]
    Corrupt(String),
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreError({self})")
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match &error {
            Error::DatabaseError(kind, information) => {
                let text = information.message().to_owned();
                match kind {
                    DatabaseErrorKind::ClosedConnection
                    | DatabaseErrorKind::UnableToSendCommand
                    | DatabaseErrorKind::ReadOnlyTransaction => Self::Unavailable(text),
                    DatabaseErrorKind::SerializationFailure => Self::Conflict(text),
                    DatabaseErrorKind::Unknown => told(text),
                    _ => Self::Database(text),
                }
            }
            Error::BrokenTransactionManager => Self::Unavailable(error.to_string()),
            Error::DeserializationError(_) => Self::Corrupt(error.to_string()),
            _ => Self::Database(error.to_string()),
        }
    }
}

impl From<ConnectionError> for StoreError {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::CouldntSetupConfiguration(error) => error.into(),
            error => Self::Unavailable(error.to_string()),
        }
    }
}

/// What the database says when it has no room.
const FULL: [&str; 3] = ["database or disk is full", "No space left on device", "Disk quota exceeded"];

/// What the database says of what passes by itself, or when somebody mends the machine: SQLite's first
/// <https://www.sqlite.org/rescode.html>, then PostgreSQL's classes 53, 55, 57 and 58
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
const PASSING: [&str; 23] = [
    "database is locked",
    "database table is locked",
    "database schema is locked",
    "locking protocol",
    "disk I/O error",
    "unable to open database file",
    "attempt to write a readonly database",
    "out of memory",
    "too many clients",
    "remaining connection slots",
    "could not obtain lock",
    "canceling statement due to",
    "terminating connection due to",
    "terminating connection because of",
    "the database system is",
    "could not open file",
    "could not read block",
    "could not write block",
    "could not read from file",
    "could not write to file",
    "could not extend file",
    "could not fsync file",
    "could not resize shared memory segment",
];

/// What PostgreSQL says of 40P01; diesel knows 40001 by its code.
const DEADLOCK: &str = "deadlock detected";

/// What SQLite says of a file that is no sound database.
const DAMAGED: [&str; 2] = ["database disk image is malformed", "file is not a database"];

/// An error by its text: diesel keeps neither SQLite's result code nor PostgreSQL's SQLSTATE. PostgreSQL's texts are in English
/// unless the server's `lc_messages` says otherwise; then such a 507 or 503 becomes a 500, nothing more.
fn told(text: String) -> StoreError {
    let says = |texts: &[&str]| texts.iter().any(|part| text.contains(part));
    if says(&FULL) {
        StoreError::Full(text)
    } else if text.contains(DEADLOCK) {
        StoreError::Conflict(text)
    } else if says(&PASSING) {
        StoreError::Unavailable(text)
    } else if says(&DAMAGED) {
        StoreError::Corrupt(text)
    } else {
        StoreError::Database(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{StoreError, told};
    use diesel::connection::SimpleConnection;
    use diesel::{Connection, SqliteConnection};
    use std::path::Path;
    use tempfile::TempDir;

    #[test]
    fn neither_display_nor_debug_shows_a_claim() {
        let error = StoreError::Claimed { claim: "id|13116900216".into(), holder: "CareTeam/1".into() };
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(text.contains("CareTeam/1") && !text.contains("13116900216"), "{text}");
        }
    }

    fn sqlite(path: &Path) -> SqliteConnection {
        SqliteConnection::establish(&path.display().to_string()).unwrap()
    }

    fn refused(connection: &mut SqliteConnection, statements: &str) -> StoreError {
        connection.batch_execute(statements).unwrap_err().into()
    }

    /// What the SQLite that is linked in says, whatever its version.
    #[test]
    fn what_sqlite_says_is_understood() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a.db");
        let mut one = sqlite(&path);
        one.batch_execute("CREATE TABLE t (a TEXT); PRAGMA max_page_count = 3").unwrap();
        let filled = refused(&mut one, "INSERT INTO t VALUES (hex(zeroblob(20000)))");
        assert_eq!(filled, StoreError::Full("database or disk is full".into()));
        one.batch_execute("PRAGMA query_only = ON").unwrap();
        let read_only = refused(&mut one, "INSERT INTO t VALUES ('a')");
        assert_eq!(read_only, StoreError::Unavailable("attempt to write a readonly database".into()));
        one.batch_execute("PRAGMA query_only = OFF; BEGIN IMMEDIATE").unwrap();
        let locked = refused(&mut sqlite(&path), "INSERT INTO t VALUES ('a')");
        assert_eq!(locked, StoreError::Unavailable("database is locked".into()));
        let nowhere = SqliteConnection::establish(&folder.path().join("no/a.db").display().to_string());
        let nowhere = nowhere.err().map(StoreError::from);
        assert!(matches!(nowhere, Some(StoreError::Unavailable(_))), "{nowhere:?}");
        let other = folder.path().join("other.db");
        std::fs::write(&other, "x".repeat(4096)).unwrap();
        let damaged = refused(&mut sqlite(&other), "SELECT * FROM t");
        assert_eq!(damaged, StoreError::Corrupt("file is not a database".into()));
        let wrong = refused(&mut sqlite(&path), "SELECT * FROM missing");
        assert_eq!(wrong, StoreError::Database("no such table: missing".into()));
    }

    /// PostgreSQL's own texts (`src/backend`), by SQLSTATE.
    #[test]
    fn what_postgres_says_is_understood() {
        let full = |text: &str| StoreError::Full(text.into());
        let passing = |text: &str| StoreError::Unavailable(text.into());
        for (text, expected) in [
            // 53100
            ("could not extend file \"base/5/16384\": No space left on device", full as fn(&str) -> StoreError),
            ("could not write to file \"pg_wal/xlogtemp.7\": Disk quota exceeded", full),
            // 53200, 53300
            ("out of memory", passing),
            ("sorry, too many clients already", passing),
            // 55P03, 57014
            ("canceling statement due to lock timeout", passing),
            ("canceling statement due to statement timeout", passing),
            // 57P01, 57P02, 57P03
            ("terminating connection due to administrator command", passing),
            ("terminating connection because of crash of another server process", passing),
            ("the database system is starting up", passing),
            // 58030
            ("could not read block 7 in file \"base/5/16384\": Input/output error", passing),
            // 40P01
            ("deadlock detected", |text| StoreError::Conflict(text.into())),
            // 42P01: ours
            ("relation \"nothing\" does not exist", |text| StoreError::Database(text.into())),
        ] {
            assert_eq!(told(text.into()), expected(text));
        }
    }
}
