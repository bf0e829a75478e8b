//! What the clients were told, to be held against what is stored.

use serde_json::Value;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// A version that was acknowledged.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// `Type/id`.
    pub(crate) key: String,
    /// Its version.
    pub(crate) version: u64,
    /// The resource as it was answered, when it was.
    pub(crate) resource: Option<Value>,
}

/// An answer, or none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard {
    /// When the request began and ended.
    pub(crate) began: Instant,
    /// When its answer was there.
    pub(crate) ended: Instant,
    /// Which replica gave it.
    pub(crate) replica: usize,
    /// Whether it was served: anything but 503.
    pub(crate) served: bool,
}

/// What one client, or all of them, were told.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Acknowledged versions.
    pub(crate) written: Vec<Written>,
    /// The numbers of conditional creates and appointments that were acknowledged: each may be there once only.
    pub(crate) once: BTreeSet<String>,
    /// The numbers of plain creates that were answered 503: they may be there or not.
    pub(crate) doubtful: Vec<String>,
    /// Ids of the requests that were served: each must have left its line in the access log.
    pub(crate) requests: Vec<String>,
    /// Reads and searches that were served.
    pub(crate) reads: u64,
    /// Every answer.
    pub(crate) heard: Vec<Heard>,
    /// What must not happen: another error than 503, a 503 without Retry-After, no answer, a read of something else than
    /// was acknowledged.
    pub(crate) faults: Vec<String>,
}

impl Ledger {
    /// Adds another client's.
    pub(crate) fn add(&mut self, other: Self) {
        self.written.extend(other.written);
        self.once.extend(other.once);
        self.doubtful.extend(other.doubtful);
        self.requests.extend(other.requests);
        self.reads += other.reads;
        self.heard.extend(other.heard);
        self.faults.extend(other.faults);
    }

    /// How many answers were 503.
    pub(crate) fn refused(&self) -> usize {
        self.heard.iter().filter(|heard| !heard.served).count()
    }

    /// The longest that anybody waited for an answer.
    pub(crate) fn longest(&self) -> Duration {
        self.heard.iter().map(|heard| heard.ended - heard.began).max().unwrap_or_default()
    }

    /// The longest time in which a replica served nobody.
    pub(crate) fn silence(&self, replica: usize) -> Duration {
        let mut served: Vec<Instant> = self
            .heard
            .iter()
            .filter(|heard| heard.served && heard.replica == replica)
            .map(|heard| heard.ended)
            .collect();
        served.sort();
        served.iter().zip(served.iter().skip(1)).map(|(one, next)| *next - *one).max().unwrap_or_default()
    }

    /// How many requests that began after a moment were served before another.
    pub(crate) fn served_between(&self, from: Instant, until: Instant) -> usize {
        self.heard.iter().filter(|heard| heard.served && heard.began > from && heard.ended < until).count()
    }

    /// From a moment until each replica had served a request that began after it; `None` when one never did.
    pub(crate) fn recovery(&self, from: Instant) -> Option<Duration> {
        let first = |replica: usize| {
            let served =
                self.heard.iter().filter(|heard| heard.served && heard.replica == replica && heard.began >= from);
            served.map(|heard| heard.ended - from).min()
        };
        Some(first(0)?.max(first(1)?))
    }
}
