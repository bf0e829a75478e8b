//! A request that has to look into the database, and changes nothing there but the access log.

use crate::audit::Asked;
use crate::closing::{Closing, caught};
use crate::context::Context;
use crate::pending::Pending;
use crate::ready::Ready;
use crate::run;
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

    /// Looks; blocks.
    pub fn run(self) -> Pending {
        let Self { ready, context, asked, closing } = self;
        let found = if ready.sees_one_moment() {
            caught(|| closing.store.read_each(|store| run::look(store, &context, &ready)))
        } else {
            caught(|| closing.store.read(|store| run::run(store, &context, ready)))
        };
        closing.looked(asked, found)
    }

    /// Looks on a thread that drives async tasks, when that takes microseconds: the database is in this process, a connection lies
    /// ready, and what is asked for is little.
    ///
    /// # Errors
    /// The look itself, when it needs a thread that may block.
    pub fn run_here(mut self: Box<Self>) -> Result<Pending, Box<Self>> {
        if !self.ready.is_brief() {
            return Err(self);
        }
        let (store, context, ready) = (&self.closing.store, &self.context, &mut self.ready);
        let found = if ready.sees_one_moment() {
            caught(|| store.try_read_each(|session| run::look(session, context, ready)).transpose())
        } else {
            caught(|| store.try_read(|session| run::run(session, context, ready.take())).transpose())
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
