//! One waiting write: its closure, then its result, then its answer.

use crate::error::StoreError;
use crate::session::Session;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// A write, whatever its result's type.
pub(crate) trait Job: Send {
    /// Runs the closure; whether what it did is to be kept.
    fn run(&mut self, session: &mut Session<'_>) -> bool;
    /// Puts an error in the place of the closure's result.
    fn refuse(&mut self, error: StoreError);
    /// Answers the caller: the closure's result, or why nothing was committed.
    fn answer(self: Box<Self>, lost: Option<StoreError>);
}

/// A closure on its way through the writer.
pub(crate) struct Work<T, E, F> {
    closure: Option<F>,
    result: Option<Result<T, E>>,
    reply: SyncSender<Result<T, E>>,
}

impl<T, E, F> Work<T, E, F> {
    /// The work, and where its answer will be.
    pub(crate) fn new(closure: F) -> (Self, Receiver<Result<T, E>>) {
        let (reply, answer) = sync_channel(1);
        (Self { closure: Some(closure), result: None, reply }, answer)
    }
}

impl<T, E, F> Job for Work<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnOnce(&mut Session<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, session: &mut Session<'_>) -> bool {
        let Some(closure) = self.closure.take() else { return false };
        // A panic leaves the session's connection whole: the savepoint is rolled back, the neighbours go on.
        let result = catch_unwind(AssertUnwindSafe(|| closure(session)))
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
