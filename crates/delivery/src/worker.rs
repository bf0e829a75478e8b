//! The worker: borrows due events from the outbox, sends them, gives back what did not arrive. Several may run (one in each
//! replica): an event is lent to one of them at a time.

use crate::Settings;
use crate::backoff::{is_parked, pause};
use crate::destination::find;
use crate::message::about;
use crate::sender::Sender;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};
use varde_fhir::{Clock, Micros};
use varde_store::{Leased, Store, StoreError};

/// How many events go at once.
const BATCH: i64 = 20;
/// How long an event is lent: well beyond the longest time a message takes. After a crash it is due again then.
const LEASE: Micros = 60 * 1_000_000;
/// How often `run` looks.
const EVERY: Duration = Duration::from_secs(1);

/// Takes outbox rows to the world. Cheap to clone.
#[derive(Clone)]
pub struct Worker {
    store: Store,
    clock: Clock,
    sender: Arc<Sender>,
}

/// An event and where it goes.
struct Due {
    leased: Leased,
    /// `Ok(None)`: nobody has asked to be told.
    address: Result<Option<String>, StoreError>,
}

/// What became of an event.
enum Outcome {
    Done(i64),
    Again { leased: Leased, at: Micros },
}

impl Worker {
    /// A worker on this store. Builds no client and opens no connection yet.
    #[must_use]
    pub fn new(store: Store, clock: Clock, settings: Settings) -> Self {
        Self { store, clock, sender: Arc::new(Sender::new(settings)) }
    }

    /// Handles the events that are due now, at most one batch, and says how many there were. No waiting inside beyond that
    /// for receivers, which is bounded. Dropping the future leaves the events lent until the lease ends.
    ///
    /// # Errors
    /// When the store does not answer; what was sent but could not be noted is sent again.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let due = self.blocking(Self::borrow).await?;
        let count = due.len();
        let mut sending = JoinSet::new();
        for due in due {
            let worker = self.clone();
            sending.spawn(async move { worker.deliver(due).await });
        }
        // An event whose task died is simply not noted: the lease ends and it is tried again.
        let mut outcomes = Vec::with_capacity(count);
        while let Some(outcome) = sending.join_next().await {
            outcomes.extend(outcome);
        }
        if !outcomes.is_empty() {
            self.blocking(move |worker| worker.note(outcomes)).await?;
        }
        Ok(count)
    }

    /// Steps every second until `shutdown` is ready, and finishes the step it is in.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        tokio::pin!(shutdown);
        let mut tick = interval(EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                _ = tick.tick() => {}
            }
            match self.step().await {
                Ok(_) => failing = false,
                // Once, not every second, for as long as the database is away.
                Err(error) if !failing => {
                    failing = true;
                    tracing::warn!(%error, "the outbox cannot be read");
                }
                Err(_) => {}
            }
        }
    }

    fn borrow(&self) -> Result<Vec<Due>, StoreError> {
        let now = self.clock.now();
        if !self.store.read(|session| session.outbox_waits(now))? {
            return Ok(Vec::new());
        }
        let lent = self.store.write(move |session| session.outbox_lease(now, now.saturating_add(LEASE), BATCH))?;
        if lent.is_empty() {
            return Ok(Vec::new());
        }
        let settings = self.sender.settings();
        self.store.read(|session| {
            let due = lent.into_iter().map(|leased| {
                let address = find(session, &leased.event.organisation, now, settings);
                Due { leased, address }
            });
            Ok(due.collect())
        })
    }

    async fn deliver(&self, due: Due) -> Outcome {
        let Due { leased, address } = due;
        let (id, attempts, kind) = (leased.id, leased.attempts, leased.event.kind.as_str());
        let organisation = leased.event.organisation.as_str();
        let failure = match address {
            Ok(None) => {
                tracing::debug!(id, kind, organisation, "nobody to tell: the receiver pulls");
                return Outcome::Done(id);
            }
            Err(error) => error.to_string(),
            Ok(Some(address)) => {
                let message = about(&leased, &self.sender.settings().base);
                match self.sender.send(&address, &message).await {
                    Ok(()) => {
                        tracing::info!(id, kind, organisation, attempts, "event delivered");
                        return Outcome::Done(id);
                    }
                    Err(error) => error.to_string(),
                }
            }
        };
        if is_parked(attempts) {
            tracing::error!(id, kind, organisation, attempts, failure, "event parked: the receiver cannot be reached");
        } else {
            tracing::warn!(id, kind, organisation, attempts, failure, "event not delivered, will be tried again");
        }
        Outcome::Again { at: self.clock.now().saturating_add(pause(attempts)), leased }
    }

    fn note(&self, outcomes: Vec<Outcome>) -> Result<(), StoreError> {
        self.store.write(move |session| {
            outcomes.iter().try_for_each(|outcome| match outcome {
                Outcome::Done(id) => session.outbox_done(*id),
                Outcome::Again { leased, at } => session.outbox_retry(leased, *at),
            })
        })
    }

    /// Runs store work on a thread that may block.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let worker = self.clone();
        let done = spawn_blocking(move || work(&worker)).await;
        done.unwrap_or_else(|_| Err(StoreError::Unavailable("the work was abandoned".to_owned())))
    }
}
