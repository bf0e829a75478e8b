//! The configured issuer's keys, kept: fetched when first needed, again after an hour or on an unknown `kid`, one fetch at a
//! time, and kept when the issuer is away.

use crate::keys::{Key, KeySet};
use crate::{AuthError, Mode, discover};
use jsonwebtoken::Algorithm;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use varde_fhir::{Clock, Micros};

const SECOND: Micros = 1_000_000;
/// After this the keys are fetched again (a withdrawn key dies then); well under the 24 hours that are allowed.
const REFRESH: Micros = 3600 * SECOND;
/// Between two fetches while there are keys: an unknown `kid` cannot make the service hammer the issuer.
const PAUSE: Micros = 60 * SECOND;
/// Between two fetches while there are none.
const PAUSE_WITHOUT_KEYS: Micros = 5 * SECOND;

/// One issuer and its keys.
pub(crate) struct KeyCache {
    issuer: String,
    mode: Mode,
    clock: Clock,
    state: Mutex<State>,
    /// Held while fetching: single flight.
    flight: Mutex<()>,
}

#[derive(Clone, Default)]
struct State {
    keys: Option<Arc<KeySet>>,
    fetched: Micros,
    attempted: Option<Micros>,
}

impl KeyCache {
    /// A cache that has asked for nothing yet.
    pub(crate) fn new(issuer: &str, mode: Mode, clock: Clock) -> Self {
        Self { issuer: issuer.to_owned(), mode, clock, state: Mutex::default(), flight: Mutex::default() }
    }

    /// The issuer whose keys these are.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The key with this name for this algorithm.
    pub(crate) fn key(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Key, AuthError> {
        let known = self.state();
        if let Some(key) = known.find(kid, algorithm) {
            // Grown old: one caller fetches, the others go on with what there is.
            if known.age(self.clock.now()) >= REFRESH
                && let Ok(_flight) = self.flight.try_lock()
            {
                self.fetch();
                return self.state().answer(kid, algorithm);
            }
            return Ok(key);
        }
        let _flight = self.flight.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have fetched it while this one waited.
        if let Some(key) = self.state().find(kid, algorithm) {
            return Ok(key);
        }
        self.fetch();
        self.state().answer(kid, algorithm)
    }

    /// Fetches, unless the last attempt was a moment ago. Keys that are there stay when it fails.
    fn fetch(&self) {
        let now = self.clock.now();
        {
            let mut state = self.lock();
            if state.attempted.is_some_and(|last| now.saturating_sub(last) < state.pause()) {
                return;
            }
            state.attempted = Some(now);
        }
        match discover::keys(&self.issuer, self.mode) {
            Ok(keys) => {
                let mut state = self.lock();
                state.keys = Some(Arc::new(keys));
                state.fetched = now;
            }
            Err(error) => tracing::warn!(issuer = %self.issuer, %error, "the issuer's keys could not be fetched"),
        }
    }

    fn state(&self) -> State {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<Key> {
        self.keys.as_ref()?.find(kid, algorithm).cloned()
    }

    fn answer(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Key, AuthError> {
        let missing = if self.keys.is_some() { AuthError::UnknownKey } else { AuthError::NoKeys };
        self.find(kid, algorithm).ok_or(missing)
    }

    fn age(&self, now: Micros) -> Micros {
        now.saturating_sub(self.fetched)
    }

    fn pause(&self) -> Micros {
        if self.keys.is_some() { PAUSE } else { PAUSE_WITHOUT_KEYS }
    }
}
