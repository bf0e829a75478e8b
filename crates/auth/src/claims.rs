//! The registered claims (RFC 7519 §4.1): issued by whom, for whom, and when, against the given clock.

use crate::AuthError;
use serde_json::{Map, Value};
use varde_fhir::Micros;

/// How far the issuer's clock may be from ours, either way.
const LEEWAY: Micros = 10_000_000;

/// Checks `aud`, `exp`, `nbf` and `iat`, and answers `exp`. (`iss` chose the key and is checked there.)
pub(crate) fn check(claims: &Map<String, Value>, audience: &str, now: Micros) -> Result<Micros, AuthError> {
    let only = match claims.get("aud") {
        Some(Value::String(one)) => Some(one.as_str()),
        Some(Value::Array(several)) => match several.as_slice() {
            [one] => one.as_str(),
            _ => None,
        },
        _ => None,
    };
    if only != Some(audience) {
        return Err(AuthError::Audience);
    }
    let expires = time(claims, "exp")?.ok_or(AuthError::Claim("exp"))?;
    if now >= expires.saturating_add(LEEWAY) {
        return Err(AuthError::Expired);
    }
    for name in ["nbf", "iat"] {
        if time(claims, name)?.is_some_and(|begins| begins > now.saturating_add(LEEWAY)) {
            return Err(AuthError::NotYet);
        }
    }
    Ok(expires)
}

/// A `NumericDate` in microseconds; a claim that is there but is not a plain number of seconds is refused, never skipped.
fn time(claims: &Map<String, Value>, name: &'static str) -> Result<Option<Micros>, AuthError> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => micros(&number.to_string()).map(Some).ok_or(AuthError::Claim(name)),
        Some(_) => Err(AuthError::Claim(name)),
    }
}

/// Seconds since 1970 as decimal text, e.g. `1795359600` or `1795359600.5`.
fn micros(seconds: &str) -> Option<Micros> {
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|whole| *whole >= 0)?;
    let fraction: i64 = fraction.chars().chain("000000".chars()).take(6).collect::<String>().parse().ok()?;
    whole.checked_mul(1_000_000)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::AuthError;
    use serde_json::{Value, json};

    const NOW: i64 = 1_795_359_600;

    fn checked(change: &Value) -> Result<(), AuthError> {
        let mut claims = json!({ "aud": "nhn:varde", "exp": NOW + 60, "nbf": NOW, "iat": NOW });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let mut claims = claims.as_object().unwrap().clone();
        claims.retain(|_, value| !value.is_null());
        check(&claims, "nhn:varde", NOW * 1_000_000).map(|_| ())
    }

    #[test]
    fn times_are_judged_with_ten_seconds_of_leeway_by_the_given_clock() {
        for (change, expected) in [
            (json!({}), Ok(())),
            (json!({ "exp": NOW - 9 }), Ok(())),
            (json!({ "exp": NOW - 10 }), Err(AuthError::Expired)),
            (json!({ "exp": 0 }), Err(AuthError::Expired)),
            (json!({ "nbf": NOW + 10 }), Ok(())),
            (json!({ "nbf": NOW + 11 }), Err(AuthError::NotYet)),
            (json!({ "iat": NOW + 10 }), Ok(())),
            (json!({ "iat": NOW + 11 }), Err(AuthError::NotYet)),
            (json!({ "nbf": null, "iat": null }), Ok(())),
            (json!({ "exp": null }), Err(AuthError::Claim("exp"))),
            (json!({ "exp": "1795359660" }), Err(AuthError::Claim("exp"))),
            (json!({ "exp": [NOW + 60] }), Err(AuthError::Claim("exp"))),
            (json!({ "nbf": "0" }), Err(AuthError::Claim("nbf"))),
            (json!({ "iat": {} }), Err(AuthError::Claim("iat"))),
        ] {
            assert_eq!(checked(&change), expected, "{change}");
        }
    }

    #[test]
    fn a_numeric_date_is_plain_seconds() {
        for (text, fits) in [
            ("1795359660", true),
            ("1795359660.25", true),
            ("1795359660.1234567", true),
            ("9223372036854775807", false),
            ("99999999999999999999999", false),
            ("1e400", false),
            ("1.8e9", false),
            ("-1", false),
        ] {
            let exp: Value = serde_json::from_str(text).unwrap();
            assert_eq!(checked(&json!({ "exp": exp })).is_ok(), fits, "{text}");
        }
    }

    #[test]
    fn the_audience_is_this_service_and_no_other() {
        for (aud, fits) in [
            (json!("nhn:varde"), true),
            (json!(["nhn:varde"]), true),
            (json!(["nhn:varde", "nhn:other"]), false),
            (json!(["nhn:varde", "nhn:varde"]), false),
            (json!([]), false),
            (json!("nhn:varde2"), false),
            (json!("NHN:varde"), false),
            (json!({ "aud": "nhn:varde" }), false),
            (json!(null), false),
        ] {
            let expected = if fits { Ok(()) } else { Err(AuthError::Audience) };
            assert_eq!(checked(&json!({ "aud": aud })), expected, "{aud}");
        }
    }
}
