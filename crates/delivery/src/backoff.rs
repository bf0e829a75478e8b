//! When to try again: soon at first, then more and more seldom, and at last hardly ever.

use varde_fhir::Micros;

const SECOND: Micros = 1_000_000;
/// The first pause; it doubles with each attempt.
const FIRST: Micros = 10 * SECOND;
/// The longest pause between two ordinary attempts.
const LONGEST: Micros = 3600 * SECOND;
/// So many attempts take a little over a day.
const ATTEMPTS: i64 = 36;
/// A parked event is kept, and tried once in this while: 30 days.
const PARKED: Micros = 30 * 24 * 3600 * SECOND;

/// The pause after the failed attempt number `attempts` (from 1).
pub(crate) fn pause(attempts: i64) -> Micros {
    if is_parked(attempts) {
        return PARKED;
    }
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 20)).unwrap_or(0);
    FIRST.saturating_mul(1 << doublings).min(LONGEST)
}

/// Whether the event has been tried so often that somebody should look.
pub(crate) fn is_parked(attempts: i64) -> bool {
    attempts >= ATTEMPTS
}

#[cfg(test)]
mod tests {
    use super::{PARKED, SECOND, pause};

    #[test]
    fn pauses_double_up_to_an_hour_and_then_the_event_is_parked() {
        for (attempts, seconds) in [
            (1, 10),
            (2, 20),
            (3, 40),
            (9, 2560),
            (10, 3600),
            (35, 3600),
            (36, PARKED / SECOND),
            (37, PARKED / SECOND),
            (i64::MAX, PARKED / SECOND),
            (0, 10),
            (i64::MIN, 10),
        ] {
            assert_eq!(pause(attempts), seconds * SECOND, "after attempt {attempts}");
        }
        let day: i64 = (1..36).map(pause).sum();
        assert!((24 * 3600 * SECOND..36 * 3600 * SECOND).contains(&day));
    }
}
