//! A few read connections. Nobody waits for ever, nothing is pinged: a dead connection is noticed when its snapshot begins,
//! and replaced once.

use crate::connection::{Connection, Role, Target};
use crate::error::StoreError;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The readers of one store.
pub(crate) struct Pool {
    target: Arc<Target>,
    size: usize,
    state: Mutex<State>,
    returned: Condvar,
}

struct State {
    idle: Vec<Connection>,
    open: usize,
}

/// How long a caller waits for a reader.
const WAIT: Duration = Duration::from_secs(5);

impl Pool {
    /// A pool that opens up to `size` connections when they are asked for.
    pub(crate) fn new(target: Arc<Target>, size: usize) -> Self {
        let state = Mutex::new(State { idle: Vec::new(), open: 0 });
        Self { target, size: size.max(1), state, returned: Condvar::new() }
    }

    /// A connection with a snapshot begun on it, waited for if need be.
    pub(crate) fn snapshot(&self) -> Result<Lease<'_>, StoreError> {
        let lease = self.lease()?;
        self.begun(lease)
    }

    /// A connection without a snapshot, waited for if need be.
    pub(crate) fn bare(&self) -> Result<Lease<'_>, StoreError> {
        self.lease()
    }

    /// A connection without a snapshot, opened after those that lie idle were closed: the one before was dead.
    pub(crate) fn another(&self) -> Result<Lease<'_>, StoreError> {
        self.forget_idle();
        self.lease()
    }

    /// A connection without a snapshot, if one lies ready.
    pub(crate) fn try_bare(&self) -> Option<Lease<'_>> {
        let connection = self.locked().idle.pop()?;
        Some(Lease { pool: self, connection: Some(connection), fresh: false, given_back: false })
    }

    /// A connection with a snapshot begun on it, if one lies ready.
    pub(crate) fn try_snapshot(&self) -> Result<Option<Lease<'_>>, StoreError> {
        self.try_bare().map(|lease| self.begun(lease)).transpose()
    }

    /// A connection outside the pool with a snapshot begun on it, where no statement is too long.
    pub(crate) fn unhurried(&self) -> Result<Connection, StoreError> {
        let mut connection = self.target.connect(Role::Unhurried)?;
        connection.begin_read()?;
        Ok(connection)
    }

    fn begun<'p>(&'p self, mut lease: Lease<'p>) -> Result<Lease<'p>, StoreError> {
        let fresh = lease.fresh;
        match lease.connection()?.begin_read() {
            Err(StoreError::Unavailable(_)) if !fresh => {
                drop(lease);
                self.forget_idle();
                let mut lease = self.lease()?;
                lease.connection()?.begin_read()?;
                Ok(lease)
            }
            Err(error) => Err(error),
            Ok(()) => Ok(lease),
        }
    }

    fn lease(&self) -> Result<Lease<'_>, StoreError> {
        let (mut state, waited) = self
            .returned
            .wait_timeout_while(self.locked(), WAIT, |state| state.idle.is_empty() && state.open >= self.size)
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(connection) = state.idle.pop() {
            return Ok(Lease { pool: self, connection: Some(connection), fresh: false, given_back: false });
        }
        if waited.timed_out() {
            return Err(StoreError::Unavailable("every read connection is busy".into()));
        }
        state.open += 1;
        drop(state);
        let mut lease = Lease { pool: self, connection: None, fresh: true, given_back: false };
        lease.connection = Some(self.target.connect(Role::Reader)?);
        Ok(lease)
    }

    /// Closes the connections nobody uses: when one is dead, the others of its age are too.
    fn forget_idle(&self) {
        let mut state = self.locked();
        let idle = std::mem::take(&mut state.idle);
        state.open = state.open.saturating_sub(idle.len());
        drop(state);
        self.returned.notify_all();
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reader on loan. Dropped, its connection is closed; [`Lease::end`] gives it back.
pub(crate) struct Lease<'p> {
    pool: &'p Pool,
    connection: Option<Connection>,
    fresh: bool,
    given_back: bool,
}

impl Lease<'_> {
    /// The connection.
    pub(crate) fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        self.connection.as_mut().ok_or_else(|| StoreError::Unavailable("no read connection".into()))
    }

    /// Ends the snapshot and gives the connection back; one that does not end cleanly is closed.
    pub(crate) fn end(mut self) {
        if self.connection.as_mut().is_some_and(|connection| connection.run("ROLLBACK").is_ok()) {
            self.put_back();
        }
    }

    /// Gives the connection back, on which no snapshot was begun.
    pub(crate) fn give_back(mut self) {
        self.put_back();
    }

    fn put_back(&mut self) {
        self.pool.locked().idle.extend(self.connection.take());
        self.given_back = true;
    }

    /// Whether the connection, on which no snapshot was begun, turns out to be dead after it lay idle.
    pub(crate) fn is_dead(&mut self) -> bool {
        !self.fresh && self.connection.as_mut().is_some_and(|connection| connection.run("SELECT 1").is_err())
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        drop(self.connection.take());
        if !self.given_back {
            let mut state = self.pool.locked();
            state.open = state.open.saturating_sub(1);
        }
        self.pool.returned.notify_one();
    }
}
