//! What waits for the writer: a closure on its way to a result, or a line for the access log; and how its caller waits.

use crate::audit::row::AuditRow;
use crate::error::StoreError;
use crate::session::Session;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::oneshot;

/// One waiting write.
pub(crate) enum Job {
    /// A closure.
    Work(Box<dyn Work>),
    /// A line for the access log.
    Record(Box<Record>),
}

impl Job {
    /// Answers the caller: the result, or why nothing was committed.
    pub(crate) fn answer(self, lost: Option<StoreError>) {
        match self {
            Self::Work(work) => work.answer(lost),
            Self::Record(record) => {
                // The caller may have gone; the commit stands.
                let _ = record.reply.send(lost.map_or(Ok(()), Err));
            }
        }
    }
}

/// A line for the access log, and who waits for it.
pub(crate) struct Record {
    /// The line; taken when it is written.
    pub(crate) row: Option<Arc<AuditRow>>,
    reply: oneshot::Sender<Result<(), StoreError>>,
}

impl Record {
    /// The record, and where its answer will be.
    pub(crate) fn new(row: Arc<AuditRow>) -> (Self, Waiting<(), StoreError>) {
        let (reply, answer) = oneshot::channel();
        (Self { row: Some(row), reply }, Waiting(answer))
    }
}

/// A closure, whatever its result's type.
pub(crate) trait Work: Send {
    /// Runs the closure; whether what it did is to be kept.
    fn run(&mut self, session: &mut Session<'_>) -> bool;
    /// Puts an error in the place of the closure's result.
    fn refuse(&mut self, error: StoreError);
    /// Answers the caller: the closure's result, or why nothing was committed.
    fn answer(self: Box<Self>, lost: Option<StoreError>);
}

/// A closure on its way through the writer.
pub(crate) struct Closure<T, E, F> {
    call: Option<F>,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Closure<T, E, F> {
    /// The work, and where its answer will be.
    pub(crate) fn new(closure: F) -> (Self, Waiting<T, E>) {
        let (reply, answer) = oneshot::channel();
        (Self { call: Some(closure), result: None, reply }, Waiting(answer))
    }
}

impl<T, E, F> Work for Closure<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnOnce(&mut Session<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, session: &mut Session<'_>) -> bool {
        let Some(call) = self.call.take() else { return false };
        // A panic leaves the session's connection whole: the savepoint is rolled back, the neighbours go on.
        let result = catch_unwind(AssertUnwindSafe(|| call(session)))
            .unwrap_or_else(|_| Err(StoreError::Database("a write panicked".into()).into()));
        let kept = result.is_ok();
        self.result = Some(result);
        kept
    }

    fn refuse(&mut self, error: StoreError) {
        self.result = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>, lost: Option<StoreError>) {
        let result = match (lost, self.result) {
            (None, Some(result)) => result,
            (Some(error), _) => Err(error.into()),
            (None, None) => Err(StoreError::Unavailable("the write was not run".into()).into()),
        };
        // The caller may have gone; the commit stands.
        let _ = self.reply.send(result);
    }
}

/// A write under way. Awaited, or [`Waiting::wait`]ed for on a thread, it answers after the commit; dropped, it is done all the
/// same.
#[must_use = "what a write came to is known only when it is awaited"]
pub struct Waiting<T, E>(oneshot::Receiver<Result<T, E>>);

impl<T, E: From<StoreError>> Waiting<T, E> {
    /// Blocks until the commit; not on a thread that drives async tasks.
    ///
    /// # Errors
    /// The closure's, or why nothing was committed.
    pub fn wait(self) -> Result<T, E> {
        self.0.blocking_recv().unwrap_or_else(|_| Err(lost().into()))
    }
}

impl<T, E: From<StoreError>> Future for Waiting<T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|answer| answer.unwrap_or_else(|_| Err(lost().into())))
    }
}

fn lost() -> StoreError {
    StoreError::Unavailable("the writer has ended".into())
}
