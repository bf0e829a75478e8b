//! A connection to one of the two databases, and what differs between them: how a transaction begins.

mod counted;
mod fixed;
mod hosts;
mod kept;
mod postgres;
mod role;
mod runtime;
mod sqlite;

use crate::error::StoreError;
pub(crate) use counted::Statements;
use diesel::RunQueryDsl;
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use fixed::Fixed;
pub(crate) use kept::Kept;
pub(crate) use postgres::PgConnection;
use postgres::PostgresTarget;
pub(crate) use role::Role;
use sqlite::SqliteTarget;

/// An open connection.
pub(crate) enum Connection {
    /// SQLite, in this process.
    Sqlite(Box<Kept<SqliteConnection>>),
    /// PostgreSQL, over the network.
    Postgres(Box<Kept<PgConnection>>),
}

/// One body, two instantiations: the expression is compiled once for each database's concrete connection.
macro_rules! on {
    ($connection:expr, $name:ident => $body:expr) => {
        match $connection {
            $crate::connection::Connection::Sqlite($name) => {
                let $name: &mut diesel::SqliteConnection = $name;
                $body
            }
            $crate::connection::Connection::Postgres($name) => {
                let $name: &mut $crate::connection::PgConnection = $name;
                $body
            }
        }
    };
}
pub(crate) use on;

/// Where to connect to, and how many statements were sent there.
pub(crate) struct Target {
    place: Place,
    statements: Statements,
}

enum Place {
    /// A file.
    Sqlite(SqliteTarget),
    /// A server.
    Postgres(Box<PostgresTarget>),
}

/// All writers of all replicas on one PostgreSQL database wait for this advisory lock ("varde" in ASCII).
const WRITER_LOCK: i64 = 0x76_61_72_64_65;

/// How PostgreSQL and SQLite say that the writer's turn did not come.
const TAKEN: [&str; 2] = ["lock timeout", "database is locked"];

impl Target {
    /// Reads `sqlite:path` or `postgres://…`.
    pub(crate) fn parse(url: &str) -> Result<Self, StoreError> {
        let place = if let Some(path) = url.strip_prefix("sqlite:") {
            Place::Sqlite(SqliteTarget::new(path.strip_prefix("//").unwrap_or(path))?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Place::Postgres(Box::new(PostgresTarget::new(url)?))
        } else {
            return Err(StoreError::Unavailable("the database URL must begin with sqlite: or postgres://".into()));
        };
        Ok(Self { place, statements: Statements::default() })
    }

    /// The count of the statements that its connections send, as it goes on.
    pub(crate) fn statements(&self) -> Statements {
        self.statements.clone()
    }

    /// Whether the database is read in this process, without a network in between.
    pub(crate) fn is_embedded(&self) -> bool {
        matches!(self.place, Place::Sqlite(_))
    }

    /// Opens a connection.
    pub(crate) fn connect(&self, role: Role) -> Result<Connection, StoreError> {
        let mut connection = match &self.place {
            Place::Sqlite(target) => Connection::Sqlite(Box::new(target.connect(role)?.into())),
            Place::Postgres(target) => Connection::Postgres(Box::new(target.connect(role)?.into())),
        };
        on!(&mut connection, c => self.statements.count(c));
        Ok(connection)
    }
}

impl Connection {
    /// Begins a snapshot: everything read until [`Self::commit`] is of one moment.
    pub(crate) fn begin_read(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(_) => self.run("BEGIN")?,
            Self::Postgres(c) => c.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?,
        }
        Ok(())
    }

    /// Begins the writer's transaction; afterwards no other writer, here or in another process, is active.
    ///
    /// On PostgreSQL each statement sees what was committed before it began (read committed), so after the lock nothing
    /// earlier is invisible.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another process keeps the turn for longer than the lock is waited for.
    pub(crate) fn begin_write(&mut self) -> Result<(), StoreError> {
        let begun = match self {
            Self::Sqlite(_) => self.run("BEGIN IMMEDIATE"),
            Self::Postgres(c) => c
                .batch_execute(&format!(
                "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock({WRITER_LOCK}); SAVEPOINT one"
                ))
                .map_err(StoreError::from),
        };
        match begun {
            Err(StoreError::Unavailable(text)) if TAKEN.iter().any(|taken| text.contains(taken)) => {
                tracing::warn!("the writer's turn did not come in time: another session holds it");
                Err(StoreError::Busy)
            }
            begun => begun,
        }
    }

    /// Notes that a statement with this text is about to be prepared and kept.
    pub(crate) fn keep(&mut self, text: &str) {
        match self {
            Self::Sqlite(c) => c.keep(text),
            Self::Postgres(c) => c.keep(text),
        }
    }

    /// Writes as little as can be written, so that the commit has to reach the disk.
    pub(crate) fn touch(&mut self) -> Result<(), StoreError> {
        match self {
            // The first page, as it was: nothing here reads the number.
            Self::Sqlite(c) => c.batch_execute("PRAGMA user_version = 0")?,
            // A record in the log: a transaction with a number and nothing else is not waited for at its commit.
            Self::Postgres(c) => c.batch_execute("SELECT pg_logical_emit_message(true, 'varde', '')")?,
        }
        Ok(())
    }

    /// Whether the database knows how common a value is.
    pub(crate) fn has_statistics(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Whether PostgreSQL plans the next statements for their very values.
    pub(crate) fn plan_by_values(&mut self, yes: bool) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(_) => {}
            Self::Postgres(c) if yes => c.batch_execute("SET plan_cache_mode = force_custom_plan")?,
            Self::Postgres(c) => c.batch_execute("SET plan_cache_mode = force_generic_plan")?,
        }
        Ok(())
    }

    /// Runs statements without values. A single one is prepared once on SQLite, which otherwise reads its text each time.
    pub(crate) fn run(&mut self, statements: &'static str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(c) if !statements.contains(';') => {
                Fixed(statements).execute(&mut ***c)?;
            }
            Self::Sqlite(c) => c.batch_execute(statements)?,
            Self::Postgres(c) => c.batch_execute(statements)?,
        }
        Ok(())
    }

    /// Begins a part of the writer's transaction that can be undone by itself, one at a time. On PostgreSQL it stands open already,
    /// which is a round trip less. On SQLite it does not: each page that is changed while it stands open is copied first.
    pub(crate) fn begin_part(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(_) => self.run("SAVEPOINT one"),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Ends the part and keeps what was done in it.
    pub(crate) fn keep_part(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(_) => self.run("RELEASE SAVEPOINT one"),
            Self::Postgres(_) => self.run("RELEASE SAVEPOINT one; SAVEPOINT one"),
        }
    }

    /// Ends the part and undoes what was done in it.
    pub(crate) fn undo_part(&mut self) -> Result<(), StoreError> {
        self.run("ROLLBACK TO SAVEPOINT one")?;
        match self {
            Self::Sqlite(_) => self.run("RELEASE SAVEPOINT one"),
            Self::Postgres(_) => Ok(()),
        }
    }
}
