//! The small tokio runtime that each PostgreSQL connection brings: one thread, the caller's own, drives the socket while it
//! waits for an answer, and gives the connection up when none comes.

use super::hosts::Hosts;
use diesel_async::async_connection_wrapper::BlockOn;
use std::cell::RefCell;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::task::AbortHandle;

thread_local! {
    /// The runtime a connection was made in, on its way into the wrapper around that connection.
    static HANDED_OVER: RefCell<Option<(Runtime, Line)>> = const { RefCell::new(None) };
}

/// A current-thread runtime, owned by one connection.
pub(crate) struct OwnRuntime(Option<(Runtime, Line)>);

/// Where a connection leads.
pub(crate) struct Line {
    /// The servers it may lead to.
    pub(crate) hosts: Arc<Hosts>,
    /// Which of them it leads to.
    pub(crate) index: usize,
    /// How long an answer is waited for.
    pub(crate) patience: Option<Duration>,
    /// The task that drives the socket. Without it every answer is "closed".
    pub(crate) socket: AbortHandle,
}

impl OwnRuntime {
    /// Lets the next wrapper made on this thread take `runtime`: `BlockOn::get_runtime` takes no argument.
    pub(crate) fn hand_over(runtime: Runtime, line: Line) {
        HANDED_OVER.set(Some((runtime, line)));
    }
}

impl Line {
    /// Waits for an answer, as long as there may be one.
    async fn answer<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        if !self.hosts.is_home(self.index) {
            tracing::warn!("a PostgreSQL connection is given up: newer ones go to another server");
            self.socket.abort();
        } else if let Some(patience) = self.patience {
            tokio::select! {
                biased;
                answer = &mut future => return answer,
                () = tokio::time::sleep(patience) => {}
            }
            tracing::warn!(seconds = patience.as_secs(), "a PostgreSQL connection is given up: no answer");
            self.hosts.avoid(self.index);
            self.socket.abort();
        }
        future.await
    }
}

impl BlockOn for OwnRuntime {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        match &self.0 {
            Some((runtime, line)) => runtime.block_on(line.answer(future)),
            None => unreachable!("a connection is only made after its runtime was handed over"),
        }
    }

    fn get_runtime() -> Self {
        Self(HANDED_OVER.take())
    }
}

impl Drop for OwnRuntime {
    /// Does not wait, so that a store may be dropped on an async thread too.
    fn drop(&mut self) {
        if let Some((runtime, _)) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
