//! What interval a date spans, by a calendar library alone: without an offset in Oslo.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Texts that resources and searches are made from: every precision, zone and turn of the clocks.
pub(super) const TEXTS: &[&str] = &[
    "2024",
    "2025",
    "2026",
    "2024-02",
    "2024-12",
    "2026-03",
    "2026-10",
    "2024-02-29",
    "2024-12-31",
    "2025-01-01",
    "2026-03-28",
    "2026-03-29",
    "2026-10-24",
    "2026-10-25",
    "2026-11-22",
    "2026-11-23",
    "2026-03-29T01:30:00",
    "2026-03-29T02:30:00",
    "2026-03-29T03:30:00",
    "2026-10-25T01:59:59",
    "2026-10-25T02:30:00",
    "2026-10-25T03:00:00",
    "2026-10-25T02:30:00+01:00",
    "2026-10-25T02:30:00+02:00",
    "2026-11-22T00:00:00Z",
    "2026-11-21T23:00:00Z",
    "2026-11-22T00:30:00+01:00",
    "2026-11-22T12:00:00.5Z",
    "2026-11-22T12:00:00.123456Z",
    "2026-11-22T12:00:00-05:30",
    "2026-11-22T12:00:00+14:00",
];

/// `[low, high)` in microseconds.
pub(super) fn span(text: &str) -> (i64, i64) {
    let Some((day, clock)) = text.split_once('T') else { return days(text) };
    let day: Date = day.parse().unwrap();
    let zone = clock.find(['Z', '+', '-']);
    let time = &clock[..zone.unwrap_or(clock.len())];
    let width = match time.split_once('.') {
        Some((_, digits)) => 1_000_000 / 10_i64.pow(u32::try_from(digits.len()).unwrap()),
        None if time.len() == 5 => 60_000_000,
        None => 1_000_000,
    };
    let local = DateTime::from_parts(day, time.parse().unwrap());
    let low = if zone.is_none() {
        oslo(local)
    } else {
        let whole = if time.len() == 5 { format!("{day}T{time}:00{}", &clock[5..]) } else { text.to_owned() };
        whole.parse::<Timestamp>().unwrap().as_microsecond()
    };
    (low, low + width)
}

fn days(text: &str) -> (i64, i64) {
    let date = |text: String| text.parse::<Date>().unwrap();
    let (first, after) = match text.len() {
        4 => (date(format!("{text}-01-01")), 1.year()),
        7 => (date(format!("{text}-01")), 1.month()),
        _ => (date(text.to_owned()), 1.day()),
    };
    let last = first.checked_add(after).unwrap();
    (oslo(first.at(0, 0, 0, 0)), oslo(last.at(0, 0, 0, 0)))
}

fn oslo(local: DateTime) -> i64 {
    let zone = TimeZone::get("Europe/Oslo").unwrap();
    zone.to_ambiguous_timestamp(local).compatible().unwrap().as_microsecond()
}
