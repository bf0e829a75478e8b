//! A request that waits for its commit.

use crate::Reply;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A request that waits for its commit. Awaited, it is the answer; dropped, what was begun is done all the same.
#[must_use = "the answer is known only when it is awaited"]
pub struct Pending(Pin<Box<dyn Future<Output = Reply> + Send>>);

impl Pending {
    /// What is left to wait for.
    pub(crate) fn new(rest: impl Future<Output = Reply> + Send + 'static) -> Self {
        Self(Box::pin(rest))
    }
}

impl Future for Pending {
    type Output = Reply;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Reply> {
        self.0.as_mut().poll(context)
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}
