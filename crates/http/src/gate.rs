//! The way into the service, which blocks: a bounded number of blocking threads, so that they never pile up in front of the
//! database. Whoever waits too long is told to come back (503), which keeps the answers of the others quick.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A counted door to blocking work.
#[derive(Debug)]
pub(crate) struct Gate {
    permits: Arc<Semaphore>,
    wait: Duration,
}

/// Why work was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turned {
    /// No place became free in time.
    Busy,
    /// It panicked; its place is free again.
    Panicked,
}

impl Gate {
    /// A door for so many at once, who wait no longer than this.
    pub(crate) fn new(places: usize, wait: Duration) -> Self {
        Self { permits: Arc::new(Semaphore::new(places.max(1))), wait }
    }

    /// Runs blocking work. The place is held until the work ends, also when the caller has gone.
    ///
    /// # Errors
    /// [`Turned`].
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Turned> {
        let permit = self.place().await.ok_or(Turned::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let answer = work();
            drop(permit);
            answer
        });
        done.await.map_err(|error| if error.is_panic() { Turned::Panicked } else { Turned::Busy })
    }

    async fn place(&self) -> Option<OwnedSemaphorePermit> {
        // Most find a free place and need no timer.
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Some(permit);
        }
        tokio::time::timeout(self.wait, Arc::clone(&self.permits).acquire_owned()).await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Gate, Turned};
    use std::sync::mpsc;
    use std::time::Duration;

    #[actix_web::test]
    async fn turns_away_when_full_and_survives_a_panic() {
        let gate = Gate::new(1, Duration::ZERO);
        assert_eq!(gate.run(|| -> u8 { panic!("a bug") }).await, Err(Turned::Panicked));

        let (go, wait) = mpsc::channel::<()>();
        let held = gate.run(move || wait.recv());
        let second = async {
            let turned = gate.run(|| ()).await;
            go.send(()).unwrap();
            turned
        };
        let (first, second) = tokio::join!(held, second);
        assert_eq!(first, Ok(Ok(())));
        assert_eq!(second, Err(Turned::Busy));
        assert_eq!(gate.run(|| 1).await, Ok(1));
    }
}
