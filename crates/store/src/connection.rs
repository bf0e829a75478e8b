//! A connection to one of the two databases, and what differs between them: how a transaction begins.

mod postgres;
mod role;
mod runtime;
mod sqlite;

use crate::error::StoreError;
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
pub(crate) use postgres::PgConnection;
use postgres::PostgresTarget;
pub(crate) use role::Role;
use sqlite::SqliteTarget;

/// An open connection.
pub(crate) enum Connection {
    /// SQLite, in this process.
    Sqlite(SqliteConnection),
    /// PostgreSQL, over the network.
    Postgres(Box<PgConnection>),
}

/// One body, two instantiations: the expression is compiled once for each database's concrete connection.
macro_rules! on {
    ($connection:expr, $name:ident => $body:expr) => {
        match $connection {
            $crate::connection::Connection::Sqlite($name) => $body,
            $crate::connection::Connection::Postgres($name) => {
                let $name: &mut $crate::connection::PgConnection = $name;
                $body
            }
        }
    };
}
pub(crate) use on;

/// Where to connect to.
pub(crate) enum Target {
    /// A file.
    Sqlite(SqliteTarget),
    /// A server.
    Postgres(Box<PostgresTarget>),
}

/// All writers of all replicas on one PostgreSQL database wait for this advisory lock ("varde" in ASCII).
const WRITER_LOCK: i64 = 0x76_61_72_64_65;

impl Target {
    /// Reads `sqlite:path` or `postgres://…`.
    pub(crate) fn parse(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return SqliteTarget::new(path.strip_prefix("//").unwrap_or(path)).map(Self::Sqlite);
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return PostgresTarget::new(url).map(|target| Self::Postgres(Box::new(target)));
        }
        Err(StoreError::Unavailable("the database URL must begin with sqlite: or postgres://".into()))
    }

    /// Opens a connection.
    pub(crate) fn connect(&self, role: Role) -> Result<Connection, StoreError> {
        match self {
            Self::Sqlite(target) => target.connect(role).map(Connection::Sqlite),
            Self::Postgres(target) => target.connect(role).map(Box::new).map(Connection::Postgres),
        }
    }
}

impl Connection {
    /// Begins a snapshot: everything read until [`Self::commit`] is of one moment.
    pub(crate) fn begin_read(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(c) => c.batch_execute("BEGIN")?,
            Self::Postgres(c) => c.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?,
        }
        Ok(())
    }

    /// Begins the writer's transaction; afterwards no other writer, here or in another process, is active.
    ///
    /// On PostgreSQL each statement sees what was committed before it began (read committed), so after the lock nothing
    /// earlier is invisible.
    pub(crate) fn begin_write(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(c) => c.batch_execute("BEGIN IMMEDIATE")?,
            Self::Postgres(c) => c.batch_execute(&format!(
                "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock({WRITER_LOCK})"
            ))?,
        }
        Ok(())
    }

    /// Runs statements without values.
    pub(crate) fn run(&mut self, statements: &str) -> Result<(), StoreError> {
        on!(self, c => c.batch_execute(statements))?;
        Ok(())
    }
}
