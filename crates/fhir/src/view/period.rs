//! Dates as intervals of instants <https://hl7.org/fhir/R4/datatypes.html#dateTime>: a partial date is the whole of its
//! year, month or day in Europe/Oslo.

use crate::time::{FOREVER, Micros, NEVER, oslo};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
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

/// A FHIR date, dateTime or instant as the half-open interval it names: `2026-11` is the whole month in Oslo, a time with
/// seconds is that second. A time without offset is read in Oslo. `None` when the text is none of these.
#[must_use]
pub fn interval(text: &str) -> Option<(Micros, Micros)> {
    if let Some((instant, precision)) = instant(text) {
        return Some((instant, instant.saturating_add(precision)));
    }
    days(text)
}

/// Like [`interval`], but a time is its very instant.
fn bounds(text: &str) -> Option<(Micros, Micros)> {
    if let Some((instant, _)) = instant(text) {
        return Some((instant, instant));
    }
    days(text)
}

/// A text with a time: its instant, and the length of its last digit.
fn instant(text: &str) -> Option<(Micros, Micros)> {
    let (date, time) = text.split_once('T')?;
    let zone = time.find(['Z', '+', '-']);
    let clock = zone.map_or(Some(time), |at| time.get(..at))?;
    let whole = |text: &str, shape: &str| {
        text.len() == shape.len()
            && text.bytes().zip(shape.bytes()).all(|(b, s)| if s == b'0' { b.is_ascii_digit() } else { b == s })
    };
    let (seconds, fraction) =
        clock.split_once('.').map_or((clock, None), |(seconds, fraction)| (seconds, Some(fraction)));
    if !whole(date, "0000-00-00") || !whole(seconds, "00:00:00") {
        return None;
    }
    let precision = match fraction.map(str::len) {
        None => 1_000_000,
        Some(digits @ 1..=6) => 10_i64.pow(6 - u32::try_from(digits).ok()?),
        Some(7..=9) => 1,
        Some(_) => return None,
    };
    let at: Timestamp = if zone.is_some() {
        text.parse().ok()?
    } else {
        text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(oslo()).ok()?.timestamp()
    };
    Some((at.as_microsecond(), precision))
}

/// A text without a time: the days it names.
fn days(text: &str) -> Option<(Micros, Micros)> {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &&str, length: usize| {
        (part.len() == length && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i16>().ok()).flatten()
    };
    let small = |part: &&str| number(part, 2).and_then(|n| i8::try_from(n).ok());
    let (first, length) = match parts.as_slice() {
        [year] => (Date::new(number(year, 4)?, 1, 1), 1.year()),
        [year, month] => (Date::new(number(year, 4)?, small(month)?, 1), 1.month()),
        [year, month, day] => (Date::new(number(year, 4)?, small(month)?, small(day)?), 1.day()),
        _ => return None,
    };
    let first = first.ok()?;
    let next = first.checked_add(length).ok().and_then(midnight);
    Some((midnight(first)?, next.unwrap_or(FOREVER)))
}

fn midnight(date: Date) -> Option<Micros> {
    Some(date.to_zoned(oslo()).ok()?.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(text: &str) -> Micros {
        text.parse::<Timestamp>().unwrap().as_microsecond()
    }

    #[test]
    fn intervals() {
        let table = [
            ("2026", "2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z"),
            ("2026-07", "2026-06-30T22:00:00Z", "2026-07-31T22:00:00Z"),
            ("2026-03", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
            ("2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"), // 23 hours: summer time begins
            ("2026-11-22T15:00:00Z", "2026-11-22T15:00:00Z", "2026-11-22T15:00:01Z"),
            ("2026-11-22T15:00:00.5+01:00", "2026-11-22T14:00:00.5Z", "2026-11-22T14:00:00.6Z"),
            ("2026-11-22T15:00:00", "2026-11-22T14:00:00Z", "2026-11-22T14:00:01Z"),
        ];
        for (text, low, high) in table {
            assert_eq!(interval(text), Some((at(low), at(high))), "{text}");
        }
        for text in [
            "",
            "26",
            "2026-13",
            "2026-1-1",
            "2026-02-30",
            "2026-11-22T15:00Z",
            "2026-11-22 15:00:00Z",
            "x",
            "2026-11-22T25:00:00Z",
            "-026",
            "2026-11-22T15:00:00.Z",
        ] {
            assert_eq!(interval(text), None, "{text}");
        }
        assert_eq!(interval("9999").unwrap().1, FOREVER);
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
