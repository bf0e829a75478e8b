//! Dates as intervals of instants <https://hl7.org/fhir/R4/datatypes.html#dateTime>: a partial date is the whole of its
//! year, month or day in Europe/Oslo.

use crate::index::interval;
use crate::time::{FOREVER, Micros, NEVER};
use serde_json::Value;

/// How long something lasts, from a FHIR `Period`, as the half-open `[from, until)`.
///
/// A role or consent that ends on a *date* lasts through that day in Norway; one that ends at a *time* ends at that very
/// instant, so that a successor who starts at the same time follows without gap or overlap. `latest_from` and
/// `earliest_until` bound what a partial date leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The first instant; [`NEVER`] when no start is given.
    pub from: Micros,
    /// The latest instant at which it may have begun, as far as the start's precision tells.
    pub latest_from: Micros,
    /// The earliest instant at which it may have ended, as far as the end's precision tells.
    pub earliest_until: Micros,
    /// The first instant after; [`FOREVER`] when no end is given.
    pub until: Micros,
}

impl Term {
    /// Whether the instant lies inside.
    #[must_use]
    pub fn covers(&self, at: Micros) -> bool {
        self.from <= at && at < self.until
    }

    /// Whether some of it is still to come: it covers `now` or lies ahead. An empty term (cancelled before it began) never is.
    #[must_use]
    pub fn is_current(&self, now: Micros) -> bool {
        self.until > now && self.until > self.from
    }

    /// Whether two terms surely overlap: a hand-over on one date is no overlap.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.latest_from < other.earliest_until && other.latest_from < self.earliest_until
    }
}

/// Reads a `Period` element. Absent or unreadable ends are open.
#[must_use]
pub fn term(period: Option<&Value>) -> Term {
    let read = |name| period.and_then(|period| period.get(name)).and_then(Value::as_str).and_then(bounds);
    let (from, after_start) = read("start").unwrap_or((NEVER, NEVER));
    let latest_from = after_start.saturating_sub(1).max(from);
    let (earliest_until, until) = read("end").unwrap_or((FOREVER, FOREVER));
    Term { from, latest_from, earliest_until, until }
}

/// A `Period` as `(first instant, first instant after)`; the short form of [`term`].
#[must_use]
pub fn period(period: Option<&Value>) -> (Micros, Micros) {
    let term = term(period);
    (term.from, term.until)
}

/// Like [`interval`], but a time is its very instant.
fn bounds(text: &str) -> Option<(Micros, Micros)> {
    let (low, high) = interval(text)?;
    Some(if text.contains('T') { (low, low) } else { (low, high) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use serde_json::json;

    fn at(text: &str) -> Micros {
        text.parse::<Timestamp>().unwrap().as_microsecond()
    }

    #[test]
    fn terms() {
        let of = |start: &str, end: &str| term(Some(&json!({ "start": start, "end": end })));
        let noon = at("2026-11-22T12:00:00Z");
        assert!(of("2026-11-01", "2026-11-22").covers(noon), "a date lasts through the day");
        assert!(!of("2026-11-01", "2026-11-22T12:00:00Z").covers(noon), "a time is an instant");
        assert!(of("2026-11-22T12:00:00Z", "").covers(noon));
        assert!(!of("2026-11-01", "2026-11-22T12:00:00Z").overlaps(&of("2026-11-22T12:00:00Z", "")));
        assert!(!of("2026-11-01", "2026-11-22").overlaps(&of("2026-11-22", "")), "hand-over on one date");
        assert!(of("2026-11-01", "2026-11-23").overlaps(&of("2026-11-22", "")));
        assert!(of("2026-11-22", "").overlaps(&of("2026-11-22", "")));
        let always = term(None);
        assert!(always.covers(noon) && always.is_current(noon) && always.overlaps(&always));
        assert!(of("2027-01-01", "").is_current(noon), "lies ahead");
        assert!(!of("2027-01-01", "2026-12-31T23:00:00Z").is_current(noon), "cancelled before it began");
        assert_eq!(period(Some(&json!({ "start": "2026" }))), (at("2025-12-31T23:00:00Z"), FOREVER));
    }
}
