//! Going away so that nobody notices: from the first moment `/health/ready` says no, so that no new client is sent here, and
//! every answer asks its client to come back on another connection; all are answered still. Only when whoever watches readiness
//! has had time to see it does the server stop listening ([`crate::Stop::gracefully`]). A connection that is closed in the very
//! moment when its client sends the next request loses that request, and no server can prevent it; after a drain there is
//! hardly a connection left to lose.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a server is about to go; the clones are one.
#[derive(Clone, Debug, Default)]
pub struct Drain(Arc<AtomicBool>);

impl Drain {
    /// Begins. There is no way back.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
