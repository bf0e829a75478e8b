//! Time and ids as parameters: the only place that reads the system clock or draws a random id, so that tests are exact.
//!
//! Instants are UTC microseconds ([`Micros`]); a date without an offset is read in Europe/Oslo.

use jiff::{Timestamp, tz::TimeZone};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// UTC microseconds since 1970-01-01.
pub type Micros = i64;

/// The instant that stands for "no end" in a half-open interval `[low, high)`.
pub const FOREVER: Micros = i64::MAX;
/// The instant that stands for "no beginning".
pub const NEVER: Micros = i64::MIN;

/// Where instants and new ids come from; cheap to clone, shared by everything in one process.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock and UUIDv7 ids.
    System,
    /// A clock that stands still until told, and ids that count up; for tests.
    Fixed {
        /// The instant every caller is told.
        now: Arc<AtomicI64>,
        /// The number of the next id.
        next_id: Arc<AtomicU64>,
    },
}

impl Clock {
    /// A clock that stands at `now` (RFC 3339).
    ///
    /// # Errors
    /// When the text is not an RFC 3339 instant.
    pub fn fixed(now: &str) -> Result<Self, jiff::Error> {
        let now: Timestamp = now.parse()?;
        Ok(Self::Fixed { now: Arc::new(AtomicI64::new(now.as_microsecond())), next_id: Arc::new(AtomicU64::new(1)) })
    }

    /// The instant now.
    #[must_use]
    pub fn now(&self) -> Micros {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
            Self::System => Timestamp::now().as_microsecond(),
            Self::Fixed { now, .. } => now.load(Ordering::SeqCst),
        }
    }

    /// A new logical id: UUIDv7, or a counted UUID for a fixed clock.
    #[must_use]
    pub fn new_id(&self) -> String {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that draws ids")]
            Self::System => uuid::Uuid::now_v7().to_string(),
            Self::Fixed { next_id, .. } => {
                let n = next_id.fetch_add(1, Ordering::SeqCst);
                uuid::Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0000 | u128::from(n)).to_string()
            }
        }
    }

    /// Moves a fixed clock forward; a system clock is left alone.
    pub fn advance(&self, micros: i64) {
        if let Self::Fixed { now, .. } = self {
            now.fetch_add(micros, Ordering::SeqCst);
        }
    }
}

/// An instant as FHIR `instant` text in UTC with milliseconds, e.g. `2026-11-22T15:00:00.000Z`.
#[must_use]
pub fn instant(micros: Micros) -> String {
    let at = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// An instant as an HTTP date (RFC 9110 §5.6.7), e.g. `Sun, 22 Nov 2026 15:00:00 GMT`.
#[must_use]
pub fn http_date(micros: Micros) -> String {
    let at = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The time zone of Norwegian law and of dates without an offset.
#[must_use]
pub fn oslo() -> TimeZone {
    TimeZone::get("Europe/Oslo").unwrap_or(TimeZone::UTC)
}
