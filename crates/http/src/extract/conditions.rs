//! Conditional requests: `If-Match`, `If-None-Match`, `If-Modified-Since` (RFC 9110 §13) as FHIR uses them
//! <https://hl7.org/fhir/R4/http.html#concurrency>, and `If-None-Exist` <https://hl7.org/fhir/R4/http.html#ccreate>.

use super::headers::{all, single};
use super::media::split;
use crate::refuse::{Refused, malformed};
use actix_web::http::header::{
    HeaderMap, HeaderName, HttpDate, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE,
};
use std::time::{SystemTime, UNIX_EPOCH};
use varde_fhir::Micros;

/// The versions `If-Match` lists, or `*`.
///
/// # Errors
/// 400 unless it is one entity tag or more, e.g. `W/"3"`, or `*`.
pub(super) fn if_match(headers: &HeaderMap) -> Result<Option<Vec<String>>, Refused> {
    let Some(list) = single(headers, &IF_MATCH)? else { return Ok(None) };
    let read = |text: &str| if text == "*" { Some("*".to_owned()) } else { tag(text) };
    let tags: Option<Vec<String>> = split(list, ',').map(read).collect();
    tags.filter(|tags| !tags.is_empty()).map(Some).ok_or_else(|| {
        malformed(
            "http.if-match",
            "bad-if-match",
            "If-Match må navngi versjonen slik ETag gjorde, for eksempel W/\"1\".",
            "If-Match must name the version as ETag did, for example W/\"1\".",
        )
    })
}

/// The versions `If-None-Match` lists, or `*`.
///
/// # Errors
/// 400 for what is not a list of entity tags.
pub(super) fn if_none_match(headers: &HeaderMap) -> Result<Vec<String>, Refused> {
    let lists = all(headers, &IF_NONE_MATCH);
    let tags = lists.into_iter().flat_map(|list| split(list, ','));
    let read = |text: &str| if text == "*" { Some("*".to_owned()) } else { tag(text).or_else(|| bare(text)) };
    tags.map(read).collect::<Option<_>>().ok_or_else(|| {
        malformed(
            "http.if-none-match",
            "bad-if-none-match",
            "If-None-Match må være versjoner slik ETag ga dem, for eksempel W/\"1\".",
            "If-None-Match must be versions as ETag gave them, for example W/\"1\".",
        )
    })
}

/// The instant of `If-Modified-Since`; a malformed one is ignored, as RFC 9110 §13.1.3 says.
pub(super) fn if_modified_since(headers: &HeaderMap) -> Option<Micros> {
    let date: HttpDate = single(headers, &IF_MODIFIED_SINCE).ok().flatten()?.parse().ok()?;
    let since = SystemTime::from(date).duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_micros()).ok()
}

/// The raw query of `If-None-Exist`; it may hold a national number, so it goes nowhere but to the search.
pub(super) fn if_none_exist(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    Ok(single(headers, &HeaderName::from_static("if-none-exist"))?.map(str::to_owned))
}

/// Refuses the preconditions a write cannot honour: ignoring one would overwrite what the caller meant to spare.
pub(super) fn refuse_unsupported(headers: &HeaderMap, updates: bool) -> Result<(), Refused> {
    for name in [&IF_NONE_MATCH, &IF_UNMODIFIED_SINCE] {
        if headers.contains_key(name) && !(updates && name == IF_NONE_MATCH) {
            return Err(unsupported(name));
        }
    }
    Ok(())
}

/// Whether `If-None-Match: *` asks that nothing is there yet (RFC 9110 §13.1.2).
///
/// # Errors
/// 400 for anything but `*`.
pub(super) fn new_only(headers: &HeaderMap) -> Result<bool, Refused> {
    match single(headers, &IF_NONE_MATCH)? {
        None => Ok(false),
        Some("*") => Ok(true),
        Some(_) => Err(unsupported(&IF_NONE_MATCH)),
    }
}

fn unsupported(name: &HeaderName) -> Refused {
    malformed(
        &format!("http.{name}"),
        "unsupported-precondition",
        format!("{name} støttes ikke slik ved skriving. Bruk If-Match, eller If-None-Match: * på en PUT."),
        format!("{name} is not supported like this on writes. Use If-Match, or If-None-Match: * on a PUT."),
    )
}

/// `W/"3"` or `"3"` → `3`.
fn tag(text: &str) -> Option<String> {
    let opaque = text.strip_prefix("W/").unwrap_or(text).strip_prefix('"')?.strip_suffix('"')?;
    let fits = (1..=64).contains(&opaque.len()) && opaque.bytes().all(|b| b.is_ascii_graphic() && b != b'"');
    fits.then(|| opaque.to_owned())
}

/// `3`: a version without its quotes, as fhirpy sends it. Harmless where it only saves a body; `If-Match` stays strict.
fn bare(text: &str) -> Option<String> {
    ((1..=19).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{if_match, if_modified_since, if_none_match, new_only, refuse_unsupported};
    use actix_web::http::header::{
        HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE,
    };

    fn with(name: &HeaderName, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name.clone(), HeaderValue::from_str(value).unwrap());
        headers
    }

    #[test]
    fn if_match_names_versions() {
        for (header, expected) in [
            ("W/\"3\"", Some(vec!["3"])),
            ("\"3\"", Some(vec!["3"])),
            ("W/\"a.b\"", Some(vec!["a.b"])),
            ("3", None),
            ("W/3", None),
            ("w/\"3\"", None),
            ("W/\"\"", None),
            ("W/\"3", None),
            ("\"", None),
            ("*", Some(vec!["*"])),
            ("W/\"1\", \"2\"", Some(vec!["1", "2"])),
            ("W/\"1\", 2", None),
            ("", None),
            (",", None),
            ("W/\"1 2\"", None),
        ] {
            let found = if_match(&with(&IF_MATCH, header));
            assert_eq!(found.is_err(), expected.is_none(), "{header}");
            let expected = expected.map(|tags| tags.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(found.ok().flatten(), expected, "{header}");
        }
        assert_eq!(if_match(&HeaderMap::new()).ok(), Some(None));
    }

    #[test]
    fn if_none_match_is_a_list() {
        for (header, expected) in [
            ("W/\"3\"", Some(vec!["3"])),
            ("W/\"3\", \"4\"", Some(vec!["3", "4"])),
            ("*", Some(vec!["*"])),
            ("", Some(vec![])),
            ("W/\"3\", nonsense", None),
            ("3", Some(vec!["3"])),
            ("W/3", None),
        ] {
            let found = if_none_match(&with(&IF_NONE_MATCH, header)).ok();
            assert_eq!(found, expected.map(|tags| tags.into_iter().map(str::to_owned).collect()), "{header}");
        }
    }

    #[test]
    fn if_modified_since_is_an_http_date() {
        for (header, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777_000_000)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777_000_000)),
            ("Sun Nov  6 08:49:37 1994", Some(784_111_777_000_000)),
            ("1994-11-06T08:49:37Z", None),
            ("", None),
            ("Sun, 99 Nov 1994 08:49:37 GMT", None),
        ] {
            assert_eq!(if_modified_since(&with(&IF_MODIFIED_SINCE, header)), expected, "{header}");
        }
    }

    #[test]
    fn preconditions_that_cannot_be_honoured_are_refused() {
        assert!(refuse_unsupported(&with(&IF_NONE_MATCH, "*"), false).is_err());
        assert!(refuse_unsupported(&with(&IF_NONE_MATCH, "*"), true).is_ok());
        assert!(refuse_unsupported(&with(&IF_UNMODIFIED_SINCE, "x"), true).is_err());
        assert!(refuse_unsupported(&with(&IF_MATCH, "W/\"1\""), false).is_ok());
        assert_eq!(new_only(&with(&IF_NONE_MATCH, "*")).ok(), Some(true));
        assert!(new_only(&with(&IF_NONE_MATCH, "W/\"1\"")).is_err());
    }
}
