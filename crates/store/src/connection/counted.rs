//! How many statements are sent: on PostgreSQL each is a round trip.

use diesel::Connection;
use diesel::connection::{Instrumentation, InstrumentationEvent};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A count that several connections share.
#[derive(Clone, Default)]
pub(crate) struct Statements {
    count: Arc<AtomicU64>,
    /// What was sent, for tests that look at it.
    #[cfg(test)]
    pub(crate) texts: Arc<std::sync::Mutex<Vec<String>>>,
}

impl Statements {
    /// Counts what this connection sends from now on.
    pub(crate) fn count(&self, connection: &mut impl Connection) {
        connection.set_instrumentation(self.clone());
    }

    /// The count.
    pub(crate) fn so_far(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

impl Instrumentation for Statements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            self.count.fetch_add(1, Ordering::Relaxed);
        }
        #[cfg(test)]
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            self.texts.lock().unwrap().push(query.to_string());
        }
    }
}
