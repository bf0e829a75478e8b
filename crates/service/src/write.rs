//! A write on its way through the writer: one call in one transaction, its audit row with it or with its refusal.

use crate::audit::Asked;
use crate::closing::{AGAIN, Closing, caught};
use crate::context::Context;
use crate::fault::Fault;
use crate::once::Once;
use crate::pending::Pending;
use crate::ready::Ready;
use crate::{Call, Reply, run};
use std::sync::Arc;
use varde_store::{Store, Waiting};

/// A write.
pub(crate) struct Write {
    /// What was asked, to be made ready once more where the database may undo what is done.
    pub(crate) again: Option<Arc<Call>>,
    pub(crate) context: Arc<Context>,
    pub(crate) asked: Asked,
    /// How it is known again.
    pub(crate) once: Option<Once>,
}

impl Write {
    /// Puts it in its client's line. When the database undoes it for the sake of another session (a deadlock, SQLSTATE 40P01, or
    /// 40001), nothing of it is stored, and it is done again: a caller does not hear of it.
    ///
    /// Varde's own writers cannot come to that: they take turns by one lock, and read what is committed. A session beside them can,
    /// an operator's for example. A connection that is lost, and the lock with it, is an outage: whether the commit was reached is
    /// not known then, so it is not done again here (503; a caller with an `Idempotency-Key` may send it again).
    pub(crate) fn submitted(self, ready: Ready, closing: Closing) -> Pending {
        let first = self.submit(&closing.store, ready);
        Pending::new(async move {
            let mut result = first.await;
            for _ in 0..AGAIN {
                let undone = result.as_ref().is_err_and(Fault::is_conflict);
                let Some(call) = self.again.as_ref().filter(|_| undone) else { break };
                result = match caught(|| Ready::of(&self.context, call)) {
                    Ok(ready) => self.submit(&closing.store, ready).await,
                    Err(fault) => Err(fault),
                };
            }
            match result {
                Ok(reply) => closing.said(Ok(reply)),
                Err(fault) => closing.refused(self.asked, fault).await,
            }
        })
    }

    fn submit(&self, store: &Store, ready: Ready) -> Waiting<Reply, Fault> {
        let (act, context, once) = (self.asked.clone(), Arc::clone(&self.context), self.once.clone());
        store.submit(&self.context.actor.client, move |store| {
            let (reply, trace) = match once {
                Some(once) => once.run(store, &context, |store| run::run(store, &context, ready))?,
                None => run::run(store, &context, ready)?,
            };
            store.audit(act.row(reply.status, trace));
            Ok::<_, Fault>(reply)
        })
    }
}
