//! Removes answers that were kept for a day (docs/decisions/0040), on a thread of its own: also when nobody brings a key any more.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;
use varde_fhir::Clock;
use varde_store::Store;

/// How often it looks.
const EVERY: Duration = Duration::from_mins(1);

/// A sweeper at work, until [`Sweeping::stop`].
pub(crate) struct Sweeping {
    shutdown: Sender<()>,
    thread: JoinHandle<()>,
}

impl Sweeping {
    /// Starts sweeping. Each replica does; one finds nothing left.
    ///
    /// # Errors
    /// When the machine gives no thread.
    pub(crate) fn start(store: Store) -> io::Result<Self> {
        let (shutdown, told) = mpsc::channel();
        let work = move || {
            while told.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                if let Err(error) = store.forget_answers(Clock::System.now()) {
                    tracing::debug!(%error, "answers whose time is up were not removed");
                }
            }
        };
        let thread = std::thread::Builder::new().name("varde-sweeping".to_owned()).spawn(work)?;
        Ok(Self { shutdown, thread })
    }

    /// Lets the sweep it is in finish, and stops.
    pub(crate) fn stop(self) {
        drop(self.shutdown);
        if self.thread.join().is_err() {
            tracing::error!("the sweeping thread panicked");
        }
    }
}
