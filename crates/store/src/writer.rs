//! The writer: one thread that takes all waiting writes into one transaction, commits once, and only then answers (group
//! commit). A write is a closure, or a line for the access log.

mod desk;
mod job;
mod queue;
mod tally;

use crate::audit::row::AuditRow;
use crate::connection::{Role, Target};
use crate::error::StoreError;
use crate::session::Session;
use desk::{Desk, Place};
pub use job::Waiting;
use job::{Closure, Job, Record};
use queue::{Queue, closed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use tally::Tally;
pub use tally::WriterCounts;
use varde_fhir::Clock;

/// The door to the writer thread.
pub(crate) struct Writer {
    queue: Arc<Queue>,
    tally: Arc<Tally>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Connects and starts the thread.
    pub(crate) fn start(target: Arc<Target>, clock: Clock, base: String) -> Result<Self, StoreError> {
        let (queue, tally) = (Arc::<Queue>::default(), Arc::<Tally>::default());
        let connection = Some(target.connect(Role::Writer)?);
        let mut desk = Desk {
            target,
            connection,
            place: Place { clock, base },
            queue: Arc::clone(&queue),
            tally: Arc::clone(&tally),
        };
        let thread = std::thread::Builder::new()
            .name("varde-writer".into())
            .spawn(move || desk.work())
            .map_err(|error| StoreError::Unavailable(format!("no writer thread: {error}")))?;
        Ok(Self { queue, tally, thread: Mutex::new(Some(thread)) })
    }

    /// Queues a closure in the client's line.
    pub(crate) fn submit<T, E>(
        &self,
        client: &str,
        f: impl FnOnce(&mut Session<'_>) -> Result<T, E> + Send + 'static,
    ) -> Waiting<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (closure, answer) = Closure::new(f);
        self.push(client, Job::Work(Box::new(closure)));
        answer
    }

    /// Queues a line for the access log.
    pub(crate) fn record(&self, row: &Arc<AuditRow>) -> Waiting<(), StoreError> {
        let (record, answer) = Record::new(Arc::clone(row));
        self.push(&row.client, Job::Record(Box::new(record)));
        answer
    }

    /// Whoever finds no place is answered at once.
    fn push(&self, client: &str, job: Job) {
        if let Err((job, error)) = self.queue.push(client, job) {
            job.answer(Some(error));
        }
    }

    /// Whether writes are taken.
    pub(crate) fn ready(&self) -> Result<(), StoreError> {
        let alive = locked(&self.thread).as_ref().is_some_and(|thread| !thread.is_finished());
        if alive { Ok(()) } else { Err(closed()) }
    }

    /// Whether the last transaction was lost.
    pub(crate) fn failing(&self) -> bool {
        self.tally.failing()
    }

    /// What it has done, and how many wait.
    pub(crate) fn counts(&self) -> WriterCounts {
        self.tally.counts(self.queue.len())
    }

    /// Takes no more, finishes what waits, ends the thread.
    pub(crate) fn close(&self) {
        self.queue.close();
        let thread = locked(&self.thread).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the writer thread had panicked");
        }
    }
}

impl Drop for Writer {
    /// The thread ends when what waits is done.
    fn drop(&mut self) {
        self.queue.close();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
