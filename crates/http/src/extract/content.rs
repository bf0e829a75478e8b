//! What the caller sends: `Content-Type` and `Content-Encoding` of a body, else 415 (RFC 9110 §15.5.16).

use super::headers::single;
use super::media::{Media, MediaType};
use crate::refuse::{Refused, placed, refuse};
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, TRANSFER_ENCODING};
use varde_fhir::IssueCode;
use varde_service::PatchFormat;

/// Checks that a FHIR body is JSON, R4, UTF-8 and not compressed. No body at all is for the interaction to judge.
pub(super) fn fhir_json(headers: &HeaderMap) -> Result<(), Refused> {
    let Some(media) = media_type(headers)? else {
        return missing_unless_empty(headers, "application/fhir+json");
    };
    if Media::of(&media.essence).is_none() {
        return Err(unsupported("application/fhir+json"));
    }
    if !media.is_r4() {
        return Err(wrong_version());
    }
    checked(headers, &media)
}

/// How a patch is written <https://hl7.org/fhir/R4/http.html#patch>; `Accept-Patch` says what is taken.
pub(super) fn patch(headers: &HeaderMap) -> Result<PatchFormat, Refused> {
    let Some(media) = media_type(headers)? else {
        return missing_unless_empty(headers, "application/json-patch+json").map(|()| PatchFormat::Json);
    };
    let format = match media.essence.as_str() {
        "application/json-patch+json" => PatchFormat::Json,
        essence if Media::of(essence).is_some() => PatchFormat::Fhir,
        _ => return Err(unsupported("application/json-patch+json (JSON Patch) / application/fhir+json (Parameters)")),
    };
    if format == PatchFormat::Fhir && !media.is_r4() {
        return Err(wrong_version());
    }
    checked(headers, &media).map(|()| format)
}

/// Checks that the body of a `POST _search` is a form <https://hl7.org/fhir/R4/http.html#search>.
pub(super) fn form(headers: &HeaderMap) -> Result<(), Refused> {
    let Some(media) = media_type(headers)? else {
        return missing_unless_empty(headers, "application/x-www-form-urlencoded");
    };
    if media.essence != "application/x-www-form-urlencoded" {
        return Err(unsupported("application/x-www-form-urlencoded"));
    }
    checked(headers, &media)
}

fn media_type(headers: &HeaderMap) -> Result<Option<MediaType>, Refused> {
    Ok(single(headers, &CONTENT_TYPE)?.map(MediaType::parse))
}

fn checked(headers: &HeaderMap, media: &MediaType) -> Result<(), Refused> {
    if !media.is_utf8() {
        return Err(wrong_charset());
    }
    match single(headers, &CONTENT_ENCODING)? {
        None => Ok(()),
        Some(coding) if coding.is_empty() || coding.eq_ignore_ascii_case("identity") => Ok(()),
        Some(_) => Err(encoded()),
    }
}

fn missing_unless_empty(headers: &HeaderMap, wanted: &str) -> Result<(), Refused> {
    let empty = !headers.contains_key(TRANSFER_ENCODING)
        && headers.get(CONTENT_LENGTH).is_none_or(|length| length.as_bytes().iter().all(|digit| *digit == b'0'));
    if empty { Ok(()) } else { Err(unsupported(wanted)) }
}

fn unsupported(wanted: &str) -> Refused {
    placed(
        "http.content-type",
        refuse(
            415,
            IssueCode::NotSupported,
            "unsupported-media-type",
            format!("Innholdet må sendes som Content-Type: {wanted}. XML og andre formater støttes ikke."),
            format!("The body must be sent as Content-Type: {wanted}. XML and other formats are not supported."),
        ),
    )
}

fn wrong_version() -> Refused {
    placed(
        "http.content-type",
        refuse(
            415,
            IssueCode::NotSupported,
            "unsupported-fhir-version",
            "Innholdet må være FHIR R4: fhirVersion=4.0, eller ingen fhirVersion.",
            "The body must be FHIR R4: fhirVersion=4.0, or no fhirVersion.",
        ),
    )
}

fn wrong_charset() -> Refused {
    placed(
        "http.content-type",
        refuse(
            415,
            IssueCode::NotSupported,
            "unsupported-charset",
            "Innholdet må være UTF-8: charset=utf-8, eller ingen charset.",
            "The body must be UTF-8: charset=utf-8, or no charset.",
        ),
    )
}

fn encoded() -> Refused {
    placed(
        "http.content-encoding",
        refuse(
            415,
            IssueCode::NotSupported,
            "unsupported-content-encoding",
            "Komprimert innhold tas ikke imot. Send uten Content-Encoding.",
            "Compressed bodies are not accepted. Send without Content-Encoding.",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::{fhir_json, form};
    use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap())).collect()
    }

    fn key(result: Result<(), crate::refuse::Refused>) -> Option<(u16, &'static str)> {
        result.err().map(|refused| (refused.status, refused.issue.key))
    }

    #[test]
    fn fhir_bodies_are_json() {
        for (content_type, expected) in [
            ("application/fhir+json", None),
            ("application/fhir+json; charset=UTF-8; fhirVersion=4.0", None),
            ("application/json", None),
            ("APPLICATION/JSON;charset=\"utf-8\"", None),
            ("application/fhir+json; charset=latin1", Some((415, "unsupported-charset"))),
            ("application/fhir+json; fhirVersion=5.0", Some((415, "unsupported-fhir-version"))),
            ("application/fhir+xml", Some((415, "unsupported-media-type"))),
            ("text/plain", Some((415, "unsupported-media-type"))),
            ("application/x-www-form-urlencoded", Some((415, "unsupported-media-type"))),
            ("application/json-patch+json", Some((415, "unsupported-media-type"))),
            ("", Some((415, "unsupported-media-type"))),
            ("multipart/form-data; boundary=x", Some((415, "unsupported-media-type"))),
        ] {
            let map = headers(&[(CONTENT_TYPE, content_type), (CONTENT_LENGTH, "2")]);
            assert_eq!(key(fhir_json(&map)), expected, "{content_type}");
        }
        assert_eq!(key(fhir_json(&headers(&[(CONTENT_LENGTH, "2")]))), Some((415, "unsupported-media-type")));
        assert_eq!(key(fhir_json(&headers(&[(CONTENT_LENGTH, "0")]))), None);
        assert_eq!(key(fhir_json(&headers(&[]))), None);
    }

    #[test]
    fn searches_are_forms() {
        for (content_type, expected) in [
            ("application/x-www-form-urlencoded", None),
            ("application/x-www-form-urlencoded; charset=utf-8", None),
            ("application/fhir+json", Some((415, "unsupported-media-type"))),
        ] {
            assert_eq!(key(form(&headers(&[(CONTENT_TYPE, content_type)]))), expected, "{content_type}");
        }
    }

    #[test]
    fn bodies_are_not_compressed() {
        for (coding, refused) in
            [("identity", false), ("Identity", false), ("gzip", true), ("br", true), ("gzip, br", true)]
        {
            let map = headers(&[(CONTENT_TYPE, "application/fhir+json"), (CONTENT_ENCODING, coding)]);
            assert_eq!(fhir_json(&map).is_err(), refused, "{coding}");
        }
    }
}
