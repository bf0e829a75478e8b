//! The writer: one thread that takes all waiting closures into one transaction, each in its own savepoint, commits once, and
//! only then answers (group commit).

mod job;

use crate::connection::{Connection, Role, Target};
use crate::error::StoreError;
use crate::session::Session;
use job::{Job, Work};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use varde_fhir::Clock;

/// How many writes may wait.
const QUEUE: usize = 1024;
/// How many writes share a commit.
const GROUP: usize = 64;

/// The door to the writer thread.
pub(crate) struct Writer {
    queue: Mutex<Option<SyncSender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Connects and starts the thread.
    pub(crate) fn start(target: Arc<Target>, clock: Clock, base: String) -> Result<Self, StoreError> {
        let (queue, waiting) = sync_channel(QUEUE);
        let connection = Some(target.connect(Role::Writer)?);
        let mut desk = Desk { target, connection, place: Place { clock, base } };
        let thread = std::thread::Builder::new()
            .name("varde-writer".into())
            .spawn(move || desk.work(&waiting))
            .map_err(|error| StoreError::Unavailable(format!("no writer thread: {error}")))?;
        Ok(Self { queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)) })
    }

    /// Queues a closure and waits for its answer.
    pub(crate) fn write<T, E>(&self, f: impl FnOnce(&mut Session<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (work, answer) = Work::new(f);
        let queue = locked(&self.queue).clone().ok_or_else(closed)?;
        queue.try_send(Box::new(work)).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => closed(),
        })?;
        drop(queue);
        answer.recv().unwrap_or_else(|_| Err(closed().into()))
    }

    /// Whether writes are taken.
    pub(crate) fn ready(&self) -> Result<(), StoreError> {
        let alive = locked(&self.thread).as_ref().is_some_and(|thread| !thread.is_finished());
        if alive { Ok(()) } else { Err(closed()) }
    }

    /// Takes no more, finishes what waits, ends the thread.
    pub(crate) fn close(&self) {
        drop(locked(&self.queue).take());
        let thread = locked(&self.thread).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the writer thread had panicked");
        }
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".into())
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the writer thread has.
struct Desk {
    target: Arc<Target>,
    connection: Option<Connection>,
    place: Place,
}

/// What every session is given.
struct Place {
    clock: Clock,
    base: String,
}

impl Desk {
    fn work(&mut self, waiting: &Receiver<Box<dyn Job>>) {
        while let Ok(first) = waiting.recv() {
            let mut group = Vec::new();
            let outcome = self.commit_group(first, waiting, &mut group);
            if let Err(error) = &outcome {
                tracing::warn!(%error, writes = group.len(), "a group of writes was not committed");
                self.connection = None;
            }
            for job in group {
                job.answer(outcome.as_ref().err().map(unstored));
            }
        }
    }

    /// Runs the first closure and all that wait in one transaction, and commits it.
    fn commit_group(
        &mut self,
        first: Box<dyn Job>,
        waiting: &Receiver<Box<dyn Job>>,
        group: &mut Vec<Box<dyn Job>>,
    ) -> Result<(), StoreError> {
        let mut next = Some(first);
        let mut sequence = None;
        let connection = match begin(&mut self.connection, &self.target) {
            Ok(connection) => connection,
            Err(error) => {
                // Who waits behind would only wait for the same refusal.
                group.extend(next);
                group.extend(waiting.try_iter());
                return Err(error);
            }
        };
        while let Some(mut job) = next {
            let ran = self.place.run(connection, &mut *job, &mut sequence);
            group.push(job);
            ran?;
            next = if group.len() < GROUP { waiting.try_recv().ok() } else { None };
        }
        connection.run("COMMIT")
    }
}

impl Place {
    /// Runs one closure in its savepoint. An error means that the transaction is lost.
    fn run(
        &self,
        connection: &mut Connection,
        job: &mut dyn Job,
        sequence: &mut Option<i64>,
    ) -> Result<(), StoreError> {
        connection.run("SAVEPOINT one")?;
        let mut session = Session::new(connection, &self.clock, &self.base, *sequence);
        let kept = job.run(&mut session);
        let drawn = session.sequence();
        if kept {
            match connection.run("RELEASE SAVEPOINT one") {
                Ok(()) => {
                    *sequence = drawn;
                    return Ok(());
                }
                // The closure swallowed a statement's error, and PostgreSQL keeps nothing after one.
                Err(error) => job.refuse(error),
            }
        }
        connection.run("ROLLBACK TO SAVEPOINT one; RELEASE SAVEPOINT one")
    }
}

/// Begins a transaction, on a new connection when the old one is dead.
fn begin<'c>(open: &'c mut Option<Connection>, target: &Target) -> Result<&'c mut Connection, StoreError> {
    let begun = open.as_mut().map(Connection::begin_write);
    if let Some(Err(error)) = &begun {
        tracing::warn!(%error, "the writer connects again");
    }
    if !matches!(begun, Some(Ok(()))) {
        *open = None;
        let mut connection = target.connect(Role::Writer)?;
        connection.begin_write()?;
        *open = Some(connection);
    }
    open.as_mut().ok_or_else(closed)
}

/// What every caller of a group hears when it could not be committed.
fn unstored(error: &StoreError) -> StoreError {
    StoreError::Unavailable(format!("nothing was committed: {error}"))
}
