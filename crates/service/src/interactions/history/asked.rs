//! The parameters of a history <https://hl7.org/fhir/R4/http.html#history>.

use crate::fault::Fault;
use varde_fhir::index::interval;
use varde_fhir::{Issue, IssueCode, Micros};

/// Versions on a page when `_count` does not say.
const DEFAULT_COUNT: i64 = 50;
/// The most versions on a page.
const MAX_COUNT: i64 = 200;

/// What was asked.
pub(super) struct Asked {
    pub(super) count: i64,
    pub(super) cursor: Option<String>,
    /// `_since`.
    pub(super) since: Option<Micros>,
    /// `_at`: from, and until before.
    pub(super) at: Option<(Micros, Micros)>,
    /// What chooses among the versions, as it came: what a cursor is bound to.
    pub(super) used: Vec<(String, String)>,
}

impl Asked {
    /// Reads them; each may stand once.
    pub(super) fn read(params: &[(String, String)]) -> Result<Self, Fault> {
        let mut asked = Self { count: DEFAULT_COUNT, cursor: None, since: None, at: None, used: Vec::new() };
        for (place, (name, value)) in params.iter().enumerate() {
            if params.iter().take(place).any(|(earlier, _)| earlier == name) {
                return Err(bad(name, "kan bare stå én gang", "may stand only once"));
            }
            // A `+` that was not percent-encoded has become a space.
            let value = &value.replace(' ', "+");
            let date = || interval(value).ok_or_else(|| bad_date(name));
            match name.as_str() {
                "_count" => {
                    let count = value.parse::<i64>().ok().filter(|count| *count > 0);
                    let count = count
                        .ok_or_else(|| bad(name, "må være et positivt heltall", "must be a positive whole number"))?;
                    asked.count = count.min(MAX_COUNT);
                }
                "_cursor" => asked.cursor = Some(value.clone()),
                "_since" => asked.since = Some(date()?.0),
                "_at" => asked.at = Some(date()?),
                _ => return Err(unknown(name)),
            }
            if matches!(name.as_str(), "_since" | "_at") {
                asked.used.push((name.clone(), value.clone()));
            }
        }
        Ok(asked)
    }

    /// The address of a page; `url` ends with `?`.
    pub(super) fn link(&self, url: &str, cursor: Option<&str>) -> String {
        let mut link = format!("{url}_count={}", self.count);
        for (name, value) in &self.used {
            // A date holds nothing else that a URL writes otherwise.
            let value = value.replace('+', "%2B");
            link.extend(["&", name, "=", &value]);
        }
        if let Some(cursor) = cursor {
            link.extend(["&_cursor=", cursor]);
        }
        link
    }
}

fn bad_date(name: &str) -> Fault {
    bad(
        name,
        "må være en dato eller et tidspunkt, for eksempel 2026-11-22T15:00:00+01:00",
        "must be a date or an instant, for example 2026-11-22T15:00:00+01:00",
    )
}

fn bad(name: &str, nb: &str, en: &str) -> Fault {
    if !["_count", "_cursor", "_since", "_at"].contains(&name) {
        return unknown(name);
    }
    Fault::invalid(
        Issue::error(IssueCode::Value, "bad-parameter-value", format!("{name} {nb}."), format!("{name} {en}."))
            .at(format!("http.{name}")),
    )
}

/// Repeats the name only when it looks like one: a caller may have put anything there.
fn unknown(name: &str) -> Fault {
    let plain = (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphabetic() || b"_-:.".contains(&b));
    Fault::invalid(
        Issue::error(
            IssueCode::NotSupported,
            "unknown-parameter",
            "Ukjent parameter for _history. Støttet: _count, _since, _at.",
            "Unknown parameter for _history. Supported: _count, _since, _at.",
        )
        .at(if plain { format!("http.{name}") } else { "http.url".to_owned() }),
    )
}
