//! Time and ids as parameters: the only place that reads the system clock or draws a random id, so that tests are exact.
//!
//! Instants are UTC microseconds ([`Micros`]); a date without an offset is read in Europe/Oslo.

use jiff::fmt::{rfc2822, temporal};
use jiff::{Timestamp, tz::TimeZone};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

static MILLISECONDS: temporal::DateTimePrinter = temporal::DateTimePrinter::new().precision(Some(3));
static HTTP: rfc2822::DateTimePrinter = rfc2822::DateTimePrinter::new();

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

    /// A new secret that nobody can guess (two random UUIDs from the generator behind ids); the same each time for a fixed clock.
    #[must_use]
    pub fn secret(&self) -> [u8; 32] {
        let mut secret = [7; 32];
        if matches!(self, Self::System) {
            for half in secret.chunks_exact_mut(16) {
                #[expect(clippy::disallowed_methods, reason = "the one place that draws secrets")]
                half.copy_from_slice(uuid::Uuid::new_v4().as_bytes());
            }
        }
        secret
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
    MILLISECONDS.timestamp_to_string(&timestamp(micros))
}

/// An instant as an HTTP date (RFC 9110 §5.6.7), e.g. `Sun, 22 Nov 2026 15:00:00 GMT`.
#[must_use]
pub fn http_date(micros: Micros) -> String {
    // It has no form for years before the first.
    HTTP.timestamp_to_rfc9110_string(&timestamp(micros)).unwrap_or_default()
}

fn timestamp(micros: Micros) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The time zone of Norwegian law and of dates without an offset.
#[must_use]
pub fn oslo() -> TimeZone {
    TimeZone::get("Europe/Oslo").unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_milliseconds_and_http_dates_seconds() {
        for (micros, fhir, http) in [
            (0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777_999_999, "1994-11-06T08:49:37.999Z", "Sun, 06 Nov 1994 08:49:37 GMT"),
            (1_795_359_600_120_000, "2026-11-22T15:00:00.120Z", "Sun, 22 Nov 2026 15:00:00 GMT"),
            (-1_000, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 GMT"),
            (951_782_400_000_001, "2000-02-29T00:00:00.000Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
            (253_402_207_200_000_000, "9999-12-30T22:00:00.000Z", "Thu, 30 Dec 9999 22:00:00 GMT"),
            (FOREVER, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ] {
            assert_eq!((instant(micros).as_str(), http_date(micros).as_str()), (fhir, http));
        }
    }
}
