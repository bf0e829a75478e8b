//! The writer's thread: all waiting closures in one transaction, each in its own savepoint, the access log's lines after them, one
//! commit; and only then the answers.

use crate::audit::append;
use crate::audit::row::AuditRow;
use crate::connection::{Connection, Role, Target};
use crate::error::StoreError;
use crate::session::Session;
use crate::writer::job::{Job, Work};
use crate::writer::queue::Queue;
use crate::writer::tally::Tally;
use std::sync::Arc;
use varde_fhir::{Clock, Micros};

/// How many closures share a commit: PostgreSQL keeps up to 64 savepoints of a transaction at hand.
const CLOSURES: usize = 64;
/// How many writes of both kinds share a commit.
const GROUP: usize = 512;
/// After this no more closures are taken into a group, so that a heavy one does not keep its neighbours, or other replicas, waiting.
const LONG: Micros = 50_000;

/// What the writer thread has.
pub(crate) struct Desk {
    pub(crate) target: Arc<Target>,
    pub(crate) connection: Option<Connection>,
    pub(crate) place: Place,
    pub(crate) queue: Arc<Queue>,
    pub(crate) tally: Arc<Tally>,
}

/// What every session is given.
pub(crate) struct Place {
    pub(crate) clock: Clock,
    pub(crate) base: String,
}

/// A transaction under way.
struct Group<'d> {
    connection: &'d mut Connection,
    place: &'d Place,
    /// The last commit sequence number it has drawn.
    sequence: Option<i64>,
    /// Lines for the access log, in the order of the acts.
    records: Vec<Arc<AuditRow>>,
    closures: usize,
}

impl Desk {
    /// Serves the queue until it is closed and empty.
    pub(crate) fn work(&mut self) {
        while let Some(first) = self.queue.next() {
            let mut group = Vec::new();
            let outcome = self.commit_group(first, &mut group);
            if let Err(error) = &outcome {
                tracing::warn!(%error, writes = group.len(), "a group of writes was not committed");
                if self.end_lost(error) {
                    // Who waits behind would only wait for the same refusal.
                    group.extend(std::iter::from_fn(|| self.queue.try_next()));
                }
            }
            self.tally.group(group.len(), outcome.is_ok());
            for job in group {
                job.answer(outcome.as_ref().err().map(unstored));
            }
        }
    }

    /// Ends a transaction that was lost; whether the connection was lost with it, and not by what was asked. A file that has no room
    /// is still the same file: its connection is kept, with what it has read and prepared.
    fn end_lost(&mut self, error: &StoreError) -> bool {
        let Some(connection) = &mut self.connection else { return false };
        let ended = connection.run("ROLLBACK");
        let sound = matches!((connection, error), (Connection::Sqlite(_), StoreError::Full(_))) && ended.is_ok();
        if !sound {
            self.connection = None;
        }
        matches!((error, ended), (StoreError::Unavailable(_), Err(StoreError::Unavailable(_))))
    }

    /// Runs the first write and those that wait in one transaction, and commits it.
    fn commit_group(&mut self, first: Job, served: &mut Vec<Job>) -> Result<(), StoreError> {
        let connection = match begin(&mut self.connection, &self.target) {
            Ok(connection) => connection,
            Err(error) => {
                // Who waits behind would only wait for the same refusal.
                served.push(first);
                served.extend(std::iter::from_fn(|| self.queue.try_next()));
                return Err(error);
            }
        };
        let place = &self.place;
        let began = place.clock.now();
        let mut group = Group { connection, place, sequence: None, records: Vec::new(), closures: 0 };
        let mut next = Some(first);
        while let Some(mut job) = next {
            let ran = group.serve(&mut job);
            served.push(job);
            ran?;
            let full = served.len() >= GROUP
                || group.closures >= CLOSURES
                || (group.closures > 0 && place.clock.now().saturating_sub(began) > LONG);
            next = if full { None } else { self.queue.try_next() };
        }
        append(group.connection, &group.records)?;
        group.connection.run("COMMIT")
    }
}

impl Drop for Desk {
    /// The thread ends: nobody is left waiting for an answer that will not come.
    fn drop(&mut self) {
        self.queue.close();
        while let Some(job) = self.queue.try_next() {
            job.answer(Some(StoreError::Unavailable("the writer has ended".into())));
        }
    }
}

impl Group<'_> {
    /// An error means that the transaction is lost.
    fn serve(&mut self, job: &mut Job) -> Result<(), StoreError> {
        match job {
            Job::Work(work) => self.run(&mut **work),
            Job::Record(record) => {
                self.records.extend(record.row.take());
                Ok(())
            }
        }
    }

    /// Runs one closure in a part of its own.
    fn run(&mut self, work: &mut dyn Work) -> Result<(), StoreError> {
        self.closures += 1;
        self.connection.begin_part()?;
        let mut session = Session::new(self.connection, &self.place.clock, &self.place.base, self.sequence);
        let kept = work.run(&mut session);
        let (drawn, records) = session.finish();
        if kept {
            match self.connection.keep_part() {
                Ok(()) => {
                    self.sequence = drawn;
                    self.records.extend(records.into_iter().map(Arc::new));
                    return Ok(());
                }
                // The closure swallowed a statement's error, and PostgreSQL keeps nothing after one.
                Err(error) => work.refuse(error),
            }
        }
        self.connection.undo_part()
    }
}

/// Begins a transaction, on a new connection when the old one is dead. Who waited for the turn in vain does not wait again.
fn begin<'c>(open: &'c mut Option<Connection>, target: &Target) -> Result<&'c mut Connection, StoreError> {
    match open.as_mut().map(Connection::begin_write) {
        Some(Ok(())) => {}
        Some(Err(StoreError::Busy)) => return Err(StoreError::Busy),
        begun => {
            if let Some(Err(error)) = begun {
                tracing::warn!(%error, "the writer connects again");
            }
            *open = None;
            let mut connection = target.connect(Role::Writer)?;
            connection.begin_write()?;
            *open = Some(connection);
        }
    }
    open.as_mut().ok_or_else(|| StoreError::Unavailable("the writer has no connection".into()))
}

/// What every caller of a group hears when it could not be committed. A defect in one of them is theirs to try again, not theirs
/// to be blamed for.
fn unstored(error: &StoreError) -> StoreError {
    match error {
        StoreError::Database(_) | StoreError::Corrupt(_) => {
            StoreError::Unavailable(format!("nothing was committed: {error}"))
        }
        error => error.clone(),
    }
}
