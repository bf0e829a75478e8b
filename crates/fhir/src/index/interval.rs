//! The interval of instants that a FHIR date, dateTime or instant spans by its precision
//! <https://hl7.org/fhir/R4/search.html#date>. One function for the index and the query.
//!
//! Without an offset the text is read in Europe/Oslo: a day is 23 or 25 hours long when the clocks change.

use crate::time::{Micros, oslo};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use std::sync::LazyLock;

/// Microseconds of a second, a minute, a day.
const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;

static OSLO: LazyLock<TimeZone> = LazyLock::new(oslo);

/// `[low, high)` of `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or a time to the minute, second or fraction with or without an
/// offset. `None` when it is no such text or no such day.
#[must_use]
pub fn interval(text: &str) -> Option<(Micros, Micros)> {
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let mut parts = date.split('-');
    let year = i64::from(number(parts.next()?, 4)?);
    let month = part(parts.next(), 2)?;
    let day = part(parts.next(), 2)?;
    if parts.next().is_some() || year == 0 || (time.is_some() && day.is_none()) {
        return None;
    }
    let (month_number, day_number) = (month.unwrap_or(1), day.unwrap_or(1));
    if !(1..=12).contains(&month_number) || !(1..=days_of(year, month_number)).contains(&day_number) {
        return None;
    }
    if let Some(time) = time {
        return clock_interval(days_since_epoch(year, month_number, day_number), time);
    }
    let next = match (month, day) {
        (None, _) | (Some(12), None) => days_since_epoch(year + 1, 1, 1),
        (Some(month), None) => days_since_epoch(year, month + 1, 1),
        (Some(_), Some(_)) => days_since_epoch(year, month_number, day_number) + 1,
    };
    Some((in_oslo(days_since_epoch(year, month_number, day_number) * DAY), in_oslo(next * DAY)))
}

/// The interval of a Period: an open side has no bound. `None` when it has neither side or one is no date.
pub(super) fn period(start: Option<&str>, end: Option<&str>) -> Option<(Micros, Micros)> {
    if start.is_none() && end.is_none() {
        return None;
    }
    let low = start.map_or(Some(crate::time::NEVER), |text| interval(text).map(|(low, _)| low))?;
    let high = end.map_or(Some(crate::time::FOREVER), |text| interval(text).map(|(_, high)| high))?;
    Some((low, high))
}

/// `hh:mm[:ss[.fraction]][Z|±hh:mm]` on a day.
fn clock_interval(days: i64, text: &str) -> Option<(Micros, Micros)> {
    let split = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (time, offset) = text.split_at_checked(split)?;
    let (micros, width) = time_of_day(time)?;
    let local = days * DAY + micros;
    let low = if offset.is_empty() { in_oslo(local) } else { local - offset_of(offset)? };
    Some((low, low + width))
}

/// Microseconds since midnight, and how many the precision spans. 60 is a leap second, 24:00 is not FHIR.
fn time_of_day(text: &str) -> Option<(i64, i64)> {
    let mut parts = text.split(':');
    let (hour, minute) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let seconds = parts.next();
    if parts.next().is_some() || hour > 23 || minute > 59 {
        return None;
    }
    let start = (i64::from(hour) * 60 + i64::from(minute)) * MINUTE;
    let Some(seconds) = seconds else { return Some((start, MINUTE)) };
    let (whole, fraction) =
        seconds.split_once('.').map_or((seconds, None), |(whole, fraction)| (whole, Some(fraction)));
    let second = number(whole, 2)?;
    if second > 60 {
        return None;
    }
    let (micros, width) = fraction.map_or(Some((0, SECOND)), fraction_of_second)?;
    Some((start + i64::from(second) * SECOND + micros, width))
}

/// Microseconds, and how many one unit of the last digit is; digits after the sixth are dropped.
fn fraction_of_second(digits: &str) -> Option<(i64, i64)> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (mut micros, mut width) = (0, SECOND);
    for digit in digits.bytes().take(6) {
        width /= 10;
        micros += i64::from(digit - b'0') * width;
    }
    Some((micros, width))
}

/// `Z`, `+hh:mm` or `-hh:mm` in microseconds, at most 14 hours.
fn offset_of(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, rest) =
        text.strip_prefix('+').map(|rest| (1, rest)).or(text.strip_prefix('-').map(|rest| (-1, rest)))?;
    let (hours, minutes) = rest.split_once(':')?;
    let minutes = i64::from(number(hours, 2)?) * 60 + i64::from(number(minutes, 2).filter(|m| *m < 60)?);
    (minutes <= 14 * 60).then_some(sign * minutes * MINUTE)
}

/// A local time (microseconds since 1970 as if in UTC) in Europe/Oslo as an instant. A time that the clocks skip is read
/// with the offset before the change, one that comes twice is the first. Beyond the calendar of jiff (9999-12-30): +01:00.
fn in_oslo(local: i64) -> Micros {
    let (days, of_day) = (local.div_euclid(DAY), local.rem_euclid(DAY));
    civil(days, of_day)
        .and_then(|at| OSLO.to_timestamp(at).ok())
        .map_or(local.saturating_sub(60 * MINUTE), jiff::Timestamp::as_microsecond)
}

fn civil(days: i64, micros: i64) -> Option<DateTime> {
    let epoch = Date::constant(1970, 1, 1);
    let date = epoch.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    let time = Time::midnight().checked_add(jiff::Span::new().try_microseconds(micros).ok()?).ok()?;
    Some(DateTime::from_parts(date, time))
}

/// Days of the proleptic Gregorian calendar since 1970-01-01, for any year.
fn days_since_epoch(year: i64, month: u32, day: u32) -> i64 {
    let (month, day) = (i64::from(month), i64::from(day));
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

fn days_of(year: i64, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// An optional part: `Some(None)` when absent, `None` when malformed.
#[expect(clippy::option_option, reason = "absent and malformed are two things")]
fn part(text: Option<&str>, digits: usize) -> Option<Option<u32>> {
    text.map_or(Some(None), |text| number(text, digits).map(Some))
}

fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn utc(text: &str) -> Micros {
        text.parse::<Timestamp>().unwrap().as_microsecond()
    }

    #[test]
    fn spans_its_precision_in_oslo() {
        for (text, low, high) in [
            ("2026", "2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z"),
            ("2026-03", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
            ("2026-12", "2026-11-30T23:00:00Z", "2026-12-31T23:00:00Z"),
            ("2026-07-01", "2026-06-30T22:00:00Z", "2026-07-01T22:00:00Z"),
            ("2024-02-29", "2024-02-28T23:00:00Z", "2024-02-29T23:00:00Z"),
            // The clocks change: a day of 23 hours, a day of 25.
            ("2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
            ("2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
            ("2026-07-01T12:30", "2026-07-01T10:30:00Z", "2026-07-01T10:31:00Z"),
            ("2026-07-01T12:30:05", "2026-07-01T10:30:05Z", "2026-07-01T10:30:06Z"),
            ("2026-01-01T12:30:05Z", "2026-01-01T12:30:05Z", "2026-01-01T12:30:06Z"),
            ("2026-01-01T12:30:05.25Z", "2026-01-01T12:30:05.25Z", "2026-01-01T12:30:05.26Z"),
            ("2026-01-01T12:30:05.1234567Z", "2026-01-01T12:30:05.123456Z", "2026-01-01T12:30:05.123457Z"),
            ("2026-01-01T00:00:00+02:00", "2025-12-31T22:00:00Z", "2025-12-31T22:00:01Z"),
            ("2026-01-01T00:00-05:30", "2026-01-01T05:30:00Z", "2026-01-01T05:31:00Z"),
            ("2026-12-31T23:59:60Z", "2027-01-01T00:00:00Z", "2027-01-01T00:00:01Z"),
            // A time that does not exist in Oslo, and one that comes twice (the first is taken).
            ("2026-03-29T02:30:00", "2026-03-29T01:30:00Z", "2026-03-29T01:30:01Z"),
            ("2026-10-25T02:30:00", "2026-10-25T00:30:00Z", "2026-10-25T00:30:01Z"),
            ("2026-10-25T03:00:00", "2026-10-25T02:00:00Z", "2026-10-25T02:00:01Z"),
        ] {
            assert_eq!(interval(text), Some((utc(low), utc(high))), "{text}");
        }
    }

    #[test]
    fn reaches_the_ends_of_the_calendar() {
        let (low, high) = interval("9999-12-31").unwrap();
        assert_eq!(low, 253_402_210_800_000_000, "9999-12-30T23:00:00Z");
        assert_eq!(high - low, DAY);
        assert_eq!(interval("9999").unwrap().1, high);
        assert!(interval("0001").unwrap().0 < interval("0001-02").unwrap().0);
        assert!(interval("1814-05-17").unwrap().0 < 0);
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "26",
            "02026",
            "0000",
            "2026-",
            "2026-1",
            "2026-13",
            "2026-00",
            "2026-02-29",
            "2026-02-30",
            "1900-02-29",
            "2026-04-31",
            "2026-01-01-01",
            "2026-01T10:00",
            "2026-01-01T",
            "2026-01-01T10",
            "2026-01-01T24:00",
            "2026-01-01T10:60",
            "2026-01-01T10:00:61",
            "2026-01-01T10:00:00.",
            "2026-01-01T10:00:00.x",
            "2026-01-01T10:00:00+1",
            "2026-01-01T10:00:00+15:00",
            "2026-01-01T10:00:00+01:60",
            "2026-01-01T10:00:00Zulu",
            "2026-01-01 10:00",
            "２０２６",
            "+026",
            "2026-01-01T10:00:00:00",
            "tomorrow",
        ] {
            assert_eq!(interval(text), None, "{text}");
        }
    }

    #[test]
    fn periods_may_be_open() {
        use crate::time::{FOREVER, NEVER};
        let day = interval("2026-05-01").unwrap();
        assert_eq!(period(Some("2026-05-01"), None), Some((day.0, FOREVER)));
        assert_eq!(period(None, Some("2026-05-01")), Some((NEVER, day.1)));
        assert_eq!(period(Some("2026-05-01"), Some("2026-05-01")), Some(day));
        assert_eq!(period(None, None), None);
        assert_eq!(period(Some("x"), None), None);
    }
}
