//! Runs the delivery worker on a thread of its own, beside HTTP.

use crate::config::Config;
use std::io;
use std::thread::JoinHandle;
use tokio::sync::oneshot;
use varde_auth::Mode;
use varde_delivery::{Settings, Worker};
use varde_fhir::Clock;
use varde_store::Store;

/// A worker at work, until [`Delivering::stop`].
pub(crate) struct Delivering {
    shutdown: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Delivering {
    /// Starts delivering.
    ///
    /// # Errors
    /// When the machine gives no thread.
    pub(crate) fn start(config: &Config, store: Store) -> io::Result<Self> {
        let settings = Settings {
            mode: match config.mode {
                Mode::Development => varde_delivery::Mode::Development,
                Mode::Production => varde_delivery::Mode::Production,
            },
            base: config.fhir_base(),
            allow: config.delivery_hosts.clone(),
            registrars: config.registrars.clone(),
        };
        let worker = Worker::new(store, Clock::System, settings);
        let (shutdown, told) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let work = move || {
            // Told to stop, or whoever could tell is gone: the same.
            runtime.block_on(worker.run(async { told.await.unwrap_or_default() }));
        };
        let thread = std::thread::Builder::new().name("varde-delivery".to_owned()).spawn(work)?;
        Ok(Self { shutdown, thread })
    }

    /// Lets the step it is in finish, and stops.
    pub(crate) fn stop(self) {
        drop(self.shutdown);
        if self.thread.join().is_err() {
            tracing::error!("the delivery thread panicked");
        }
    }
}
