//! Request ids: `X-Request-Id` and `X-Correlation-Id` (<https://hl7.org/fhir/R4/http.html#custom>). They are logged and echoed,
//! so a caller's own is taken only when it is harmless.

use crate::national;
use actix_web::http::header::{HeaderMap, HeaderName};
use varde_fhir::Clock;

/// `X-Request-Id`: this request.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// `X-Correlation-Id`: the chain of requests this one belongs to.
pub(crate) const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// The ids of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ids {
    /// The caller's `X-Request-Id`, or a new one.
    pub(crate) request: String,
    /// The caller's `X-Correlation-Id`.
    pub(crate) correlation: Option<String>,
}

impl Ids {
    /// Takes the caller's ids when they are safe.
    pub(crate) fn of(headers: &HeaderMap, clock: &Clock) -> Self {
        let request = safe(headers, &REQUEST_ID).unwrap_or_else(|| clock.new_id());
        Self { request, correlation: safe(headers, &CORRELATION_ID) }
    }
}

/// One value of at most 64 characters of `A–Z a–z 0–9 . _ -` that cannot be a national number.
fn safe(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut values = headers.get_all(name);
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let text = value.to_str().ok()?;
    let plain =
        (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    (plain && !national::may_stand_in(text)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{CORRELATION_ID, Ids, REQUEST_ID};
    use actix_web::http::header::{HeaderMap, HeaderValue};
    use varde_fhir::Clock;

    #[test]
    fn only_harmless_ids_are_taken() {
        let new = "00000000-0000-7000-8000-000000000001";
        let long = "x".repeat(65);
        for (given, expected) in [
            (None, new),
            (Some("abc-1.2_Z"), "abc-1.2_Z"),
            (Some("0198f000-0000-7000-8000-01010199999a"), "0198f000-0000-7000-8000-01010199999a"),
            (Some("20261122150000"), "20261122150000"),
            (Some(""), new),
            (Some("a b"), new),
            (Some("a\"b"), new),
            (Some("01010199999"), new),
            (Some("pas-01010199999.7"), new),
            (Some(long.as_str()), new),
        ] {
            let clock = Clock::fixed("2026-11-22T15:00:00Z").unwrap();
            let mut headers = HeaderMap::new();
            if let Some(given) = given {
                headers.insert(REQUEST_ID, HeaderValue::from_str(given).unwrap());
                headers.insert(CORRELATION_ID, HeaderValue::from_str(given).unwrap());
            }
            let ids = Ids::of(&headers, &clock);
            assert_eq!(ids.request, expected, "{given:?}");
            assert_eq!(ids.correlation.is_some(), expected != new, "{given:?}");
        }
    }
}
