//! How a request is closed: its audit row first, durable, and only then the answer.

use crate::Reply;
use crate::audit::{Asked, Trace};
use crate::ending::Ending;
use crate::fault::Fault;
use crate::pending::Pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use varde_store::{AuditRow, Store, StoreError};

/// How often what the database undid for another session's sake is done again, before it is an outage.
pub(crate) const AGAIN: usize = 5;

/// Whether a read is answered only when its audit row is durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReadAudit {
    /// Always, in everything that serves people.
    #[default]
    Durable,
    /// Never written: to measure what the audit costs. The binary has no way to choose it.
    Omitted,
}

/// What closes one request.
pub(crate) struct Closing {
    pub(crate) store: Store,
    read_audit: ReadAudit,
    ending: Ending,
}

impl Closing {
    pub(crate) fn new(store: Store, read_audit: ReadAudit, ending: Ending) -> Self {
        Self { store, read_audit, ending }
    }

    /// What a look came to.
    pub(crate) fn looked(self, asked: Asked, found: Result<(Reply, Trace), Fault>) -> Pending {
        match found {
            Ok((reply, trace)) => self.answered(asked, reply, trace),
            Err(fault) => self.refused(asked, fault),
        }
    }

    /// An answer that leaves when its audit row is durable.
    pub(crate) fn answered(self, asked: Asked, reply: Reply, trace: Trace) -> Pending {
        if self.read_audit == ReadAudit::Omitted {
            return Pending::new(async move { self.said(Ok(reply)) });
        }
        let recorded = recorded(&self.store, asked.row(reply.status, trace));
        Pending::new(async move {
            let recorded = recorded.await.map_err(Fault::from);
            self.said(recorded.map(|()| reply))
        })
    }

    /// A refusal, audited like an answer; but whom the database itself refused does not wait for it once more.
    pub(crate) fn refused(self, asked: Asked, fault: Fault) -> Pending {
        let recorded = recorded(&self.store, asked.row(fault.status(), Trace::default()));
        Pending::new(async move {
            if fault.is_outage() {
                return self.said(Err(fault));
            }
            let recorded = recorded.await.map_err(Fault::from);
            self.said(recorded.and(Err(fault)))
        })
    }

    /// The answer, its audit row written.
    pub(crate) fn said(self, result: Result<Reply, Fault>) -> Reply {
        self.ending.reply(result)
    }
}

/// Puts a line of the access log in its client's line at once, and again when the database undid it.
fn recorded(store: &Store, row: AuditRow) -> impl Future<Output = Result<(), StoreError>> + Send + 'static {
    let row = Arc::new(row);
    let (store, first) = (store.clone(), store.record(Arc::clone(&row)));
    async move {
        let mut recorded = first.await;
        for _ in 0..AGAIN {
            if !matches!(recorded, Err(StoreError::Conflict(_))) {
                break;
            }
            recorded = store.record(Arc::clone(&row)).await;
        }
        recorded
    }
}

/// A defect that panics is a fault like another, so that it too is audited and answered.
pub(crate) fn caught<T>(work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(StoreError::Corrupt("a panic".to_owned()).into()))
}
