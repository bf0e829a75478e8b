//! The door: open, read, write, ready, close.

use crate::audit::row::AuditRow;
use crate::connection::{Connection, Role, Statements, Target};
use crate::error::StoreError;
use crate::migrate::migrate;
use crate::pool::{Lease, Pool};
use crate::reindex::BATCH;
use crate::secret::secret;
use crate::session::Session;
use crate::verify::{VerifyReport, verify};
use crate::writer::{Waiting, Writer, WriterCounts};
use std::sync::Arc;
use varde_fhir::{Clock, Micros};

/// How many steps of forgetting are taken at a time.
const STEPS: usize = 256;

/// What a store needs to know.
#[derive(Clone)]
pub struct Settings {
    /// `sqlite:path/varde.db`, or `postgres://user:password@host/database?sslmode=…`.
    pub url: String,
    /// How many connections read at once, at least 1.
    pub readers: usize,
    /// This server's FHIR base URL: absolute references under it are local.
    pub base: String,
    /// Where instants and new person keys come from.
    pub clock: Clock,
}

/// The memory of Varde; cheap to clone, shared by everything in one process.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

struct Inner {
    pool: Pool,
    /// The database is a file, read in this process.
    embedded: bool,
    statements: Statements,
    writer: Writer,
    cursor_key: [u8; 32],
    clock: Clock,
    base: String,
}

impl Store {
    /// Connects, brings the tables up to date (safe while other processes do the same) and starts the writer.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the URL is not usable or the database cannot be reached.
    pub fn open(settings: Settings) -> Result<Self, StoreError> {
        let target = Arc::new(Target::parse(&settings.url)?);
        migrate(&target)?;
        let cursor_key = secret(&mut target.connect(Role::Unhurried)?, "cursor", &settings.clock)?;
        let writer = Writer::start(Arc::clone(&target), settings.clock.clone(), settings.base.clone())?;
        let (embedded, statements) = (target.is_embedded(), target.statements());
        let pool = Pool::new(target, settings.readers);
        Ok(Self(Arc::new(Inner {
            pool,
            embedded,
            statements,
            writer,
            cursor_key,
            clock: settings.clock,
            base: settings.base,
        })))
    }

    /// Runs a closure on one consistent snapshot.
    ///
    /// # Errors
    /// The closure's, or [`StoreError::Unavailable`] when no connection is to be had in time.
    pub fn read<T, E>(&self, f: impl FnOnce(&mut Session<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let lease = self.0.pool.snapshot()?;
        self.looked(lease, f)
    }

    /// Runs a closure whose statements may each see their own moment, for example because it sends only one: then it needs no
    /// transaction around them, which is two round trips to PostgreSQL. When the connection turns out to be dead, the closure is
    /// run once more on a new one.
    ///
    /// # Errors
    /// The closure's, or [`StoreError::Unavailable`] when no connection is to be had in time.
    pub fn read_each<T, E>(&self, mut f: impl FnMut(&mut Session<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let mut lease = self.0.pool.bare()?;
        let mut result = f(&mut self.session(lease.connection()?));
        if result.is_err() && lease.is_dead() {
            drop(lease);
            lease = self.0.pool.another()?;
            result = f(&mut self.session(lease.connection()?));
        }
        lease.give_back();
        result
    }

    fn session<'s>(&'s self, connection: &'s mut Connection) -> Session<'s> {
        Session::new(connection, &self.0.clock, &self.0.base, None)
    }

    /// [`Store::read`] without any wait, for a thread that drives async tasks and a closure that takes microseconds: `None`, and the
    /// closure is not run, unless the database is in this process and a read connection lies ready.
    pub fn try_read<T, E>(&self, f: impl FnOnce(&mut Session<'_>) -> Result<T, E>) -> Option<Result<T, E>>
    where
        E: From<StoreError>,
    {
        if !self.0.embedded {
            return None;
        }
        let lease = self.0.pool.try_snapshot().map_err(E::from).transpose()?;
        Some(lease.and_then(|lease| self.looked(lease, f)))
    }

    /// [`Store::read_each`] as [`Store::try_read`]: without any wait.
    pub fn try_read_each<T, E>(&self, f: impl FnOnce(&mut Session<'_>) -> Result<T, E>) -> Option<Result<T, E>>
    where
        E: From<StoreError>,
    {
        let mut lease = if self.0.embedded { self.0.pool.try_bare()? } else { return None };
        let result = lease.connection().map_err(E::from).and_then(|connection| f(&mut self.session(connection)));
        lease.give_back();
        Some(result)
    }

    fn looked<T, E>(&self, mut lease: Lease<'_>, f: impl FnOnce(&mut Session<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let result = f(&mut self.session(lease.connection()?));
        lease.end();
        result
    }

    /// Runs a closure in the writer's transaction and returns after the commit. The closure sees everything written before
    /// it and nobody writes meanwhile; its `Err` (or panic) undoes what it did and leaves its neighbours alone. Do not call
    /// `write` inside it.
    ///
    /// # Errors
    /// The closure's; [`StoreError::Busy`] when too many writes wait; [`StoreError::Unavailable`] when the transaction could
    /// not be begun or committed (then nothing of it is stored, unless the connection was lost during the commit itself).
    pub fn write<T, E>(&self, f: impl FnOnce(&mut Session<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.writer.submit("", f).wait()
    }

    /// [`Store::write`] without the wait: the closure stands in the client's line (clients are served in turn) until the writer
    /// takes it; await the answer, or wait for it.
    pub fn submit<T, E>(
        &self,
        client: &str,
        f: impl FnOnce(&mut Session<'_>) -> Result<T, E> + Send + 'static,
    ) -> Waiting<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.writer.submit(client, f)
    }

    /// Adds an entry to the access log, in the line of its client; durable when the answer is there. Shared, so that who may have to
    /// add it again copies nothing.
    pub fn record(&self, row: impl Into<Arc<AuditRow>>) -> Waiting<(), StoreError> {
        self.0.writer.record(&row.into())
    }

    /// Whether other sessions use the database too, for whose sake it may undo what is done here ([`StoreError::Conflict`]).
    #[must_use]
    pub fn gives_way(&self) -> bool {
        !self.0.embedded
    }

    /// The key of search cursors, the same for every process on this database.
    #[must_use]
    pub fn cursor_key(&self) -> [u8; 32] {
        self.0.cursor_key
    }

    /// What the writer has done since the start, and how many writes wait.
    #[must_use]
    pub fn writer(&self) -> WriterCounts {
        self.0.writer.counts()
    }

    /// How many statements were sent to the database since the store was opened, transaction control included; on PostgreSQL each
    /// is a round trip.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.0.statements.so_far()
    }

    /// Whether the database answers and the writer runs. After a lost transaction a small write is tried, so that a full disk is
    /// known to be full, and known to have room again, also when nobody is sent here in the meantime.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Full`] when not.
    pub fn ready(&self) -> Result<(), StoreError> {
        self.0.writer.ready()?;
        if self.0.writer.failing() {
            self.write(|session| session.connection.touch())?;
        }
        self.read(|session| session.connection.run("SELECT 1"))
    }

    /// Recomputes what can be recomputed and compares: index, versions, claims, sequence, audit chain.
    ///
    /// # Errors
    /// When the database cannot be read; what is found wrong stands in the report.
    pub fn verify(&self) -> Result<VerifyReport, StoreError> {
        let mut connection = self.0.pool.unhurried()?;
        let report = verify(&mut Session::new(&mut connection, &self.0.clock, &self.0.base, None));
        connection.run("ROLLBACK")?;
        report
    }

    /// Writes every current resource's index anew, in batches beside the ordinary writes; answers how many resources.
    ///
    /// # Errors
    /// As [`Store::write`]; [`StoreError::Corrupt`] when a body is not JSON.
    pub fn reindex(&self) -> Result<u64, StoreError> {
        let (mut after, mut resources) = (0, 0);
        loop {
            let (last, count) = self.write(move |session| session.reindex(after, BATCH))?;
            resources += count;
            match last {
                Some(last) => after = last,
                None => return Ok(resources),
            }
        }
    }

    /// Removes answers whose time is up ([`Session::keep_answer`]), in small steps beside the ordinary writes, a bounded number of
    /// them; writes nothing when there are none.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn forget_answers(&self, now: Micros) -> Result<(), StoreError> {
        for _ in 0..STEPS {
            if !self.read(|session| session.answers_are_over(now))? {
                break;
            }
            self.write(move |session| session.forget_answers(now))?;
        }
        Ok(())
    }

    /// Lets the waiting writes finish and stops the writer; later writes answer [`StoreError::Unavailable`].
    pub fn close(&self) {
        self.0.writer.close();
    }
}
