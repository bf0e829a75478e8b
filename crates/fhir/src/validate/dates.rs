//! Dates and times to the letter of R4 <https://hl7.org/fhir/R4/datatypes.html#dateTime>: real calendar days, seconds when
//! there is an hour, an offset when there is a time.

use std::cmp::Ordering;

/// A date, or a date and time, of some precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    time: Option<Time>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Time {
    /// Seconds since midnight there.
    second: i64,
    nanosecond: i64,
    /// Seconds east of UTC.
    offset: i64,
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Option<Moment> {
    let mut rest = text;
    let moment = calendar(&mut rest)?;
    rest.is_empty().then_some(moment)
}

/// A date, or a full date with time and offset.
pub(super) fn date_time(text: &str) -> Option<Moment> {
    let mut rest = text;
    let moment = calendar(&mut rest)?;
    if rest.is_empty() {
        return Some(moment);
    }
    moment.day?;
    let time = eat(&mut rest, 'T').then(|| clock_with_offset(&mut rest))??;
    rest.is_empty().then_some(Moment { time: Some(time), ..moment })
}

/// A full date with time and offset.
pub(super) fn instant(text: &str) -> Option<Moment> {
    date_time(text).filter(|moment| moment.time.is_some())
}

/// `hh:mm:ss` with an optional fraction, no offset.
pub(super) fn time(text: &str) -> Option<()> {
    let mut rest = text;
    clock(&mut rest)?;
    rest.is_empty().then_some(())
}

/// Whether `start` is not after `end`, as far as their precision tells: a day contains its hours.
pub(super) fn in_order(start: &str, end: &str) -> Option<bool> {
    let (start, end) = (date_time(start)?, date_time(end)?);
    Some(start.compare(&end) != Ordering::Greater)
}

impl Moment {
    fn compare(&self, other: &Self) -> Ordering {
        if let (Some(a), Some(b)) = (self.utc(), other.utc()) {
            return a.cmp(&b);
        }
        let year = self.year.cmp(&other.year);
        year.then_with(|| both(self.month, other.month)).then_with(|| both(self.day, other.day))
    }

    fn utc(&self) -> Option<(i64, i64)> {
        let (month, day, time) = (self.month?, self.day?, self.time?);
        // Days since 0000-03-01 in the proleptic Gregorian calendar.
        let (year, month) = if month > 2 { (self.year, month - 3) } else { (self.year - 1, month + 9) };
        let days =
            year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (month * 153 + 2) / 5 + day;
        Some((days * 86_400 + time.second - time.offset, time.nanosecond))
    }
}

fn both(a: Option<i64>, b: Option<i64>) -> Ordering {
    a.zip(b).map_or(Ordering::Equal, |(a, b)| a.cmp(&b))
}

fn calendar(rest: &mut &str) -> Option<Moment> {
    let year = digits(rest, 4).filter(|year| *year > 0)?;
    let mut moment = Moment { year, month: None, day: None, time: None };
    if !eat(rest, '-') {
        return Some(moment);
    }
    let month = digits(rest, 2).filter(|month| (1..=12).contains(month))?;
    moment.month = Some(month);
    if eat(rest, '-') {
        moment.day = Some(digits(rest, 2).filter(|day| (1..=days(year, month)).contains(day))?);
    }
    Some(moment)
}

fn days(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Second of the day (a leap second counts as the next minute's first) and nanoseconds.
fn clock(rest: &mut &str) -> Option<(i64, i64)> {
    let hour = digits(rest, 2).filter(|hour| *hour < 24)?;
    let minute = eat(rest, ':').then(|| digits(rest, 2)).flatten().filter(|minute| *minute < 60)?;
    let second = eat(rest, ':').then(|| digits(rest, 2)).flatten().filter(|second| *second <= 60)?;
    let mut nanosecond = 0;
    if eat(rest, '.') {
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (fraction, after) = rest.split_at_checked(length).filter(|(fraction, _)| !fraction.is_empty())?;
        nanosecond = fraction.bytes().chain([b'0'; 9]).take(9).fold(0, |sum, b| sum * 10 + i64::from(b - b'0'));
        *rest = after;
    }
    Some((hour * 3600 + minute * 60 + second, nanosecond))
}

fn clock_with_offset(rest: &mut &str) -> Option<Time> {
    let (second, nanosecond) = clock(rest)?;
    if eat(rest, 'Z') {
        return Some(Time { second, nanosecond, offset: 0 });
    }
    let sign = if eat(rest, '+') { 1 } else { eat(rest, '-').then_some(-1)? };
    let hours = digits(rest, 2)?;
    let minutes = eat(rest, ':').then(|| digits(rest, 2)).flatten().filter(|minutes| *minutes < 60)?;
    let offset = hours * 3600 + minutes * 60;
    (offset <= 14 * 3600).then_some(Time { second, nanosecond, offset: sign * offset })
}

fn digits(rest: &mut &str, count: usize) -> Option<i64> {
    let (number, after) = rest.split_at_checked(count)?;
    *rest = after;
    number.bytes().all(|b| b.is_ascii_digit()).then(|| number.parse().ok()).flatten()
}

fn eat(rest: &mut &str, letter: char) -> bool {
    let after = rest.strip_prefix(letter);
    *rest = after.unwrap_or(rest);
    after.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for good in ["2026", "2026-11", "2026-11-22", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"] {
            assert!(date(good).is_some() && date_time(good).is_some(), "{good}");
        }
        let bad = [
            "",
            "0000",
            "26",
            "2026-",
            "2026-13",
            "2026-00",
            "2026-1-1",
            "2026-02-29",
            "1900-02-29",
            "2026-04-31",
            "2026-11-00",
            "2026-11-22 ",
            " 2026",
            "20261122",
            "2026-11-22T",
            "2026/11/22",
            "+2026",
            "2026-11-222",
            "２０２６",
            "2026-1１",
        ];
        for bad in bad {
            assert!(date(bad).is_none() && date_time(bad).is_none(), "{bad}");
        }
        assert!(date("2026-11-22T10:00:00Z").is_none(), "a date has no time");
    }

    #[test]
    fn dates_with_times() {
        let good = [
            "2026-11-22T10:00:00Z",
            "2026-11-22T10:00:00.000+01:00",
            "2026-11-22T23:59:60-14:00",
            "2026-11-22T00:00:00.1234567890123Z",
            "2026-11-22T10:00:00+13:59",
            "2026-11-22T10:00:00-00:00",
        ];
        for good in good {
            assert!(date_time(good).is_some() && instant(good).is_some(), "{good}");
        }
        let bad = [
            "2026-11-22T10:00:00",
            "2026-11-22T10:00Z",
            "2026-11-22T10Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T10:60:00Z",
            "2026-11-22T10:00:61Z",
            "2026-11-22T10:00:00.Z",
            "2026-11-22T10:00:00+14:01",
            "2026-11-22T10:00:00+15:00",
            "2026-11-22T10:00:00+1:00",
            "2026-11-22T10:00:00+0100",
            "2026-11-22t10:00:00z",
            "2026-11-22 10:00:00Z",
            "2026-11T10:00:00Z",
            "2026-11-22T10:00:00ZZ",
            "2026-11-22T10:00:00,5Z",
        ];
        for bad in bad {
            assert!(date_time(bad).is_none() && instant(bad).is_none(), "{bad}");
        }
        assert!(instant("2026-11-22").is_none());
    }

    #[test]
    fn times() {
        for good in ["00:00:00", "23:59:60", "12:30:00.5"] {
            assert!(time(good).is_some(), "{good}");
        }
        for bad in ["24:00:00", "12:30", "12:30:00Z", "12:30:00.", "1:30:00", ""] {
            assert!(time(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn order() {
        let table = [
            ("2026-11-22", "2026-11-22", true),
            ("2026-11-22", "2026-11-21", false),
            ("2026-11-22T10:00:00+01:00", "2026-11-22", true),
            ("2026-11-23T10:00:00+01:00", "2026-11-22", false),
            ("2026-11", "2026-11-01", true),
            ("2026", "2025-12-31", false),
            ("2026-11-22T10:00:00+01:00", "2026-11-22T09:00:00Z", true),
            ("2026-11-22T10:00:01+01:00", "2026-11-22T09:00:00Z", false),
            ("2026-11-22T10:00:00.2Z", "2026-11-22T10:00:00.10Z", false),
            ("2024-02-29T23:30:00Z", "2024-03-01T00:00:00Z", true),
            ("2024-03-01T00:30:00+01:00", "2024-02-29T23:30:00Z", true),
            ("2025-12-31T23:59:60Z", "2026-01-01T00:00:00Z", true),
        ];
        for (start, end, expected) in table {
            assert_eq!(in_order(start, end), Some(expected), "{start} {end}");
        }
        assert_eq!(in_order("soon", "2026"), None);
    }
}
