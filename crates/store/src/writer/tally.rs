//! What the writer has done since the start, for the metrics.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Counters the writer's thread keeps and others read.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    groups: AtomicU64,
    writes: AtomicU64,
    lost: AtomicU64,
    failing: AtomicBool,
}

/// What the writer has done since the process began, and how many wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriterCounts {
    /// Transactions committed; each is one wait for the disk.
    pub groups: u64,
    /// Writes in them: closures, and lines of the access log for reads.
    pub writes: u64,
    /// Writes that were answered with an error because their transaction could not be begun or committed.
    pub lost: u64,
    /// Writes that wait now.
    pub waiting: u64,
}

impl Tally {
    /// Counts a group.
    pub(crate) fn group(&self, writes: usize, committed: bool) {
        let writes = u64::try_from(writes).unwrap_or(u64::MAX);
        self.failing.store(!committed, Ordering::Relaxed);
        if committed {
            self.groups.fetch_add(1, Ordering::Relaxed);
            self.writes.fetch_add(writes, Ordering::Relaxed);
        } else {
            self.lost.fetch_add(writes, Ordering::Relaxed);
        }
    }

    /// Whether the last transaction was lost.
    pub(crate) fn failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }

    /// The counters, with how many wait.
    pub(crate) fn counts(&self, waiting: usize) -> WriterCounts {
        WriterCounts {
            groups: self.groups.load(Ordering::Relaxed),
            writes: self.writes.load(Ordering::Relaxed),
            lost: self.lost.load(Ordering::Relaxed),
            waiting: u64::try_from(waiting).unwrap_or(u64::MAX),
        }
    }
}
