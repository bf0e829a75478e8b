//! The small tokio runtime that each PostgreSQL connection brings: one thread, the caller's own, drives the socket while it
//! waits for an answer.

use diesel_async::async_connection_wrapper::BlockOn;
use std::cell::RefCell;
use tokio::runtime::Runtime;

thread_local! {
    /// The runtime a connection was made in, on its way into the wrapper around that connection.
    static HANDED_OVER: RefCell<Option<Runtime>> = const { RefCell::new(None) };
}

/// A current-thread runtime, owned by one connection.
pub(crate) struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    /// Lets the next wrapper made on this thread take `runtime`: `BlockOn::get_runtime` takes no argument.
    pub(crate) fn hand_over(runtime: Runtime) {
        HANDED_OVER.set(Some(runtime));
    }
}

impl BlockOn for OwnRuntime {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        match &self.0 {
            Some(runtime) => runtime.block_on(future),
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
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
