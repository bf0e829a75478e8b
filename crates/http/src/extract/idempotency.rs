//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): the key, and what makes two requests the same.

use super::headers::{all, single};
use super::media::MediaType;
use crate::refuse::{Refused, malformed};
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH};
use varde_service::Idempotency;

/// The longest key, in characters.
const LONGEST: usize = 255;

/// The key of a request that may write, `address` being its method, path and query. Two requests are the same when method, address, media type, conditions and body are.
///
/// # Errors
/// 400 for a key that is empty, too long, not visible ASCII, or there twice.
pub(super) fn idempotency(address: [&str; 3], headers: &HeaderMap) -> Result<Option<Idempotency>, Refused> {
    let Some(text) = single(headers, &HeaderName::from_static("idempotency-key"))? else { return Ok(None) };
    let key = key(text).ok_or_else(bad_key)?;
    let said = |name: &HeaderName| all(headers, name).join(",");
    let [method, path, query] = address;
    let request = [
        method,
        path,
        query,
        &MediaType::parse(&said(&CONTENT_TYPE)).essence,
        &said(&HeaderName::from_static("if-none-exist")),
        &said(&IF_MATCH),
        &said(&IF_NONE_MATCH),
    ];
    Ok(Some(Idempotency { key, request: request.join("\n") }))
}

/// A string of structured fields (RFC 9651 §3.3.3), as the draft has it, or the same without its quotes, as many send it.
fn key(text: &str) -> Option<String> {
    let key = match text.strip_prefix('"') {
        None => text.to_owned(),
        Some(rest) => unescaped(rest.strip_suffix('"')?)?,
    };
    let fits = (1..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then_some(key)
}

fn unescaped(inner: &str) -> Option<String> {
    let mut plain = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => return None,
            '\\' => plain.push(chars.next().filter(|escaped| matches!(escaped, '"' | '\\'))?),
            char => plain.push(char),
        }
    }
    Some(plain)
}

fn bad_key() -> Refused {
    malformed(
        "http.idempotency-key",
        "bad-idempotency-key",
        format!(
            "Idempotency-Key må være 1–{LONGEST} synlige ASCII-tegn, for eksempel en ny UUID for hver forespørsel."
        ),
        format!(
            "Idempotency-Key must be 1–{LONGEST} visible ASCII characters, for example a new UUID for each request."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::{idempotency, key};
    use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

    #[test]
    fn keys() {
        let longest = "k".repeat(255);
        let (too_long, quoted) = (format!("{longest}k"), format!("\"{longest}\""));
        for (text, expected) in [
            ("8e03978e-40d5-43dd-bc93-6894a57f9324", Some("8e03978e-40d5-43dd-bc93-6894a57f9324")),
            ("\"8e03978e\"", Some("8e03978e")),
            ("\"a\\\"b\\\\c\"", Some("a\"b\\c")),
            ("a\"b", Some("a\"b")),
            (&longest, Some(longest.as_str())),
            (&quoted, Some(longest.as_str())),
            (&too_long, None),
            ("", None),
            ("\"\"", None),
            ("\"", None),
            ("\"a", None),
            ("\"a\"b\"", None),
            ("\"a\\b\"", None),
            ("\"a\\\"", None),
            ("\"a\"; b=1", None),
            ("a b", None),
            ("nøkkel", None),
            ("a\tb", None),
        ] {
            assert_eq!(key(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_makes_two_requests_the_same() {
        let request = |method, path, query, headers: &[(&str, &str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers.iter().chain([&("idempotency-key", "k")]) {
                map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
            }
            idempotency([method, path, query], &map).unwrap().unwrap()
        };
        let json = ("content-type", "application/fhir+json; charset=utf-8");
        let one = request("POST", "/fhir/Task", "", &[json]);
        assert_eq!(one, request("POST", "/fhir/Task", "", &[("prefer", "return=minimal"), json]));
        assert_eq!(one, request("POST", "/fhir/Task", "", &[("content-type", "application/fhir+json")]));
        for other in [
            request("PUT", "/fhir/Task", "", &[json]),
            request("POST", "/fhir/Goal", "", &[json]),
            request("POST", "/fhir/Task", "a=b", &[json]),
            request("POST", "/fhir/Task", "", &[("content-type", "application/json")]),
            request("POST", "/fhir/Task", "", &[json, ("if-none-exist", "identifier=a|b")]),
            request("POST", "/fhir/Task", "", &[json, ("if-match", "W/\"1\"")]),
            request("POST", "/fhir/Task", "", &[json, ("if-none-match", "*")]),
        ] {
            assert_ne!(one, other);
        }
    }
}
