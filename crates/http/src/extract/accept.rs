//! Which JSON the caller wants: `_format` over `Accept` <https://hl7.org/fhir/R4/http.html#mime-type>, RFC 9110 §12.5.1.

use super::media::{Media, MediaType, quality, split};
use crate::refuse::{Refused, placed, refuse};
use varde_fhir::IssueCode;

/// Chooses the representation.
///
/// # Errors
/// 406 when only something else will do.
pub(super) fn choose(format: Option<&str>, accept: &[&str]) -> Result<Media, Refused> {
    match format {
        Some(format) => by_format(format).ok_or_else(|| placed("http._format", not_acceptable())),
        None if accept.iter().all(|value| value.trim().is_empty()) => Ok(Media::default()),
        None => by_accept(accept).ok_or_else(|| placed("http.accept", not_acceptable())),
    }
}

/// `_format=json`, or a media type; an unescaped `+` has become a space on the way.
fn by_format(format: &str) -> Option<Media> {
    let media = MediaType::parse(&format.trim().replace(' ', "+"));
    let known = if media.essence == "json" { Some(Media::FhirJson) } else { Media::of(&media.essence) };
    known.filter(|_| media.is_r4() && media.is_utf8())
}

/// The better of the two by quality, then by how exactly it was named, then FHIR's own.
fn by_accept(accept: &[&str]) -> Option<Media> {
    let ranges: Vec<MediaType> = accept.iter().flat_map(|value| split(value, ',')).map(MediaType::parse).collect();
    let json = weight(Media::Json, &ranges);
    let fhir = weight(Media::FhirJson, &ranges);
    match (fhir, json) {
        (Some(fhir), Some(json)) if json > fhir => Some(Media::Json),
        (Some(_), _) => Some(Media::FhirJson),
        (None, Some(_)) => Some(Media::Json),
        (None, None) => None,
    }
}

/// (quality, exactness) of the range that speaks most exactly of this type; `None` when unwanted or not named.
fn weight(media: Media, ranges: &[MediaType]) -> Option<(u16, u8)> {
    let exactness = |range: &MediaType| match range.essence.as_str() {
        "*/*" | "*" => Some(1),
        "application/*" => Some(2),
        essence => (Media::of(essence) == Some(media)).then_some(3),
    };
    ranges
        .iter()
        .filter(|range| range.is_r4() && range.is_utf8())
        .filter_map(|range| Some((exactness(range)?, quality(range.param("q"))?)))
        .max_by_key(|(exactness, _)| *exactness)
        .map(|(exactness, quality)| (quality, exactness))
        .filter(|(quality, _)| *quality > 0)
}

fn not_acceptable() -> Refused {
    refuse(
        406,
        IssueCode::NotSupported,
        "not-acceptable",
        "Tjenesten svarer bare med FHIR R4 som JSON: application/fhir+json (fhirVersion=4.0) eller application/json. \
         XML og andre formater støttes ikke. Utelat _format og Accept, eller gi én av disse.",
        "The service answers FHIR R4 as JSON alone: application/fhir+json (fhirVersion=4.0) or application/json. \
         XML and other formats are not supported. Leave out _format and Accept, or name one of these.",
    )
}

#[cfg(test)]
mod tests {
    use super::choose;
    use crate::extract::media::Media::{FhirJson, Json};

    #[test]
    fn accept_is_negotiated() {
        for (accept, expected) in [
            ("", Some(FhirJson)),
            ("*/*", Some(FhirJson)),
            ("*", Some(FhirJson)),
            ("application/*", Some(FhirJson)),
            ("application/fhir+json", Some(FhirJson)),
            ("Application/FHIR+JSON", Some(FhirJson)),
            ("application/fhir+json; fhirVersion=4.0", Some(FhirJson)),
            ("application/fhir+json;fhirVersion=\"4.0\"; charset=UTF-8", Some(FhirJson)),
            ("application/fhir+json; fhirVersion=5.0", None),
            ("application/fhir+json; fhirVersion=3.0, application/fhir+json; fhirVersion=4.0", Some(FhirJson)),
            ("application/fhir+json; charset=iso-8859-1", None),
            ("application/json", Some(Json)),
            ("text/json", Some(Json)),
            ("application/json, text/plain, */*", Some(Json)),
            ("application/json;q=0.5, application/fhir+json", Some(FhirJson)),
            ("application/json, application/fhir+json;q=0.9", Some(Json)),
            ("application/fhir+json;q=0, */*", Some(Json)),
            ("application/fhir+json;q=0", None),
            ("*/*;q=0", None),
            ("application/fhir+xml", None),
            ("application/xml, text/xml", None),
            ("application/fhir+xml, application/fhir+json;q=0.8", Some(FhirJson)),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(FhirJson)),
            ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", Some(FhirJson)),
            ("application/json;q=.9, application/fhir+json;q=.1", Some(Json)),
            ("*/*;q=.", None),
            ("*/*;q=", None),
            ("text/html", None),
            ("image/png", None),
            ("application/fhir+json;q=2", None),
            ("application/fhir+json;q=abc", None),
            (",, ;;", None),
            ("\"application/fhir+json", None),
        ] {
            assert_eq!(choose(None, &[accept]).ok(), expected, "{accept}");
        }
        assert_eq!(choose(None, &[]).ok(), Some(FhirJson));
        assert_eq!(choose(None, &["application/xml", "application/json"]).ok(), Some(Json));
    }

    #[test]
    fn format_wins_over_accept() {
        for (format, expected) in [
            ("json", Some(FhirJson)),
            ("application/json", Some(Json)),
            ("application/fhir+json", Some(FhirJson)),
            ("application/fhir json", Some(FhirJson)),
            ("application/fhir+json;fhirVersion=4.0", Some(FhirJson)),
            ("application/fhir+json;fhirVersion=1.0", None),
            ("xml", None),
            ("application/fhir+xml", None),
            ("ttl", None),
            ("", None),
        ] {
            assert_eq!(choose(Some(format), &["application/xml"]).ok(), expected, "{format}");
        }
        assert_eq!(choose(Some("xml"), &["application/json"]).unwrap_err().status, 406);
    }
}
