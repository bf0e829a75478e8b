//! A request that has to look into the database, and changes nothing there but the access log.

use crate::audit::{Asked, Trace};
use crate::closing::{AGAIN, Closing, caught};
use crate::context::Context;
use crate::fault::Fault;
use crate::pending::Pending;
use crate::ready::Ready;
use crate::{Reply, run};
use std::fmt;

/// A request that has to look.
pub struct Look {
    ready: Ready,
    context: Context,
    asked: Asked,
    closing: Closing,
}

impl Look {
    pub(crate) fn new(ready: Ready, context: Context, asked: Asked, closing: Closing) -> Self {
        Self { ready, context, asked, closing }
    }

    /// Looks; blocks. When the database ended it for another session's sake (a deadlock with one that changes tables, 40P01, or
    /// 40001), nothing of it has left, and it looks again.
    pub fn run(self) -> Pending {
        let mut found = self.found();
        for _ in 0..AGAIN {
            if !found.as_ref().is_err_and(Fault::is_conflict) {
                break;
            }
            found = self.found();
        }
        self.closing.looked(self.asked, found)
    }

    fn found(&self) -> Result<(Reply, Trace), Fault> {
        let Self { ready, context, closing, .. } = self;
        if ready.sees_one_moment() {
            caught(|| closing.store.read_each(|session| run::look(session, context, ready)))
        } else {
            caught(|| closing.store.read(|session| run::look(session, context, ready)))
        }
    }

    /// Looks on a thread that drives async tasks, when that takes microseconds: the database is in this process, a connection lies
    /// ready, and what is asked for is little.
    ///
    /// # Errors
    /// The look itself, when it needs a thread that may block.
    pub fn run_here(self: Box<Self>) -> Result<Pending, Box<Self>> {
        if !self.ready.is_brief() {
            return Err(self);
        }
        let (store, context, ready) = (&self.closing.store, &self.context, &self.ready);
        let found = if ready.sees_one_moment() {
            caught(|| store.try_read_each(|session| run::look(session, context, ready)).transpose())
        } else {
            caught(|| store.try_read(|session| run::look(session, context, ready)).transpose())
        };
        match found.transpose() {
            None => Err(self),
            Some(found) => Ok(self.closing.looked(self.asked, found)),
        }
    }
}

impl fmt::Debug for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Look").finish_non_exhaustive()
    }
}
