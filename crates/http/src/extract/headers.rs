//! Headers one by one: reading single ones strictly, `Prefer`, `Accept-Language`, `Authorization`.

use super::media::{MediaType, quality, split, unquote};
use crate::refuse::{Refused, malformed};
use actix_web::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use varde_fhir::Language;
use varde_service::{Prefer, Return};

/// A header that may stand once, trimmed. Two of them is how requests are smuggled past a proxy: refused.
///
/// # Errors
/// 400 for a second one, or bytes that are not UTF-8.
pub(super) fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Refused> {
    let mut values = headers.get_all(name);
    let Some(first) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(malformed(
            &format!("http.{name}"),
            "duplicate-header",
            format!("{name} kan bare stå én gang."),
            format!("{name} may stand only once."),
        ));
    }
    let text = std::str::from_utf8(first.as_bytes()).map_err(|_| {
        malformed(
            &format!("http.{name}"),
            "bad-header",
            format!("{name} er ikke lesbar tekst."),
            format!("{name} is not readable text."),
        )
    })?;
    Ok(Some(text.trim()))
}

/// The readable values of a header that may be repeated; a value that is not text is left out.
pub(super) fn all<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<&'a str> {
    headers.get_all(name).filter_map(|value| std::str::from_utf8(value.as_bytes()).ok()).collect()
}

/// The bytes of all header fields together.
pub(super) fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

/// Every `Authorization` value, in order, also unreadable ones: the service refuses them, it must not miss one.
pub(super) fn authorization(headers: &HeaderMap) -> Vec<String> {
    // The readable ones without the slower reading.
    let text = |value: &HeaderValue| match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => String::from_utf8_lossy(value.as_bytes()).into_owned(),
    };
    headers.get_all(AUTHORIZATION).map(text).collect()
}

/// `Prefer` (RFC 7240): the first of a name counts, what is unknown is ignored.
pub(super) fn prefer(headers: &HeaderMap) -> Prefer {
    let name = HeaderName::from_static("prefer");
    let mut returns = None;
    let mut handling = None;
    for preference in all(headers, &name).into_iter().flat_map(|value| split(value, ',')) {
        let first = split(preference, ';').next().unwrap_or_default();
        let (name, value) = first.split_once('=').unwrap_or((first, ""));
        let value = unquote(value.trim()).to_ascii_lowercase();
        match name.trim().to_ascii_lowercase().as_str() {
            "return" => returns = returns.or(returned(&value)),
            "handling" => handling = handling.or(Some(value == "lenient")),
            _ => {}
        }
    }
    Prefer { return_: returns.unwrap_or_default(), lenient: handling.unwrap_or_default() }
}

/// What of `Prefer` was heeded (RFC 7240 §3): `return` where something is written, `handling` everywhere.
pub(super) fn applied(headers: &HeaderMap, writes: bool) -> Option<String> {
    let name = HeaderName::from_static("prefer");
    let mut heeded: Vec<&str> = Vec::new();
    for preference in all(headers, &name).into_iter().flat_map(|value| split(value, ',')) {
        let known = APPLIED.iter().find(|known| {
            let first = split(preference, ';').next().unwrap_or_default();
            let (name, value) = first.split_once('=').unwrap_or((first, ""));
            known.eq_ignore_ascii_case(&format!("{}={}", name.trim(), unquote(value.trim())))
        });
        let Some(known) = known else { continue };
        let of = known.split('=').next().unwrap_or_default();
        let again = heeded.iter().any(|earlier| earlier.starts_with(of));
        if !again && (writes || of != "return") {
            heeded.push(known);
        }
    }
    (!heeded.is_empty()).then(|| heeded.join(", "))
}

/// The preferences there are.
const APPLIED: [&str; 5] =
    ["return=minimal", "return=representation", "return=OperationOutcome", "handling=strict", "handling=lenient"];

fn returned(value: &str) -> Option<Return> {
    match value {
        "minimal" => Some(Return::Minimal),
        "representation" => Some(Return::Representation),
        "operationoutcome" => Some(Return::OperationOutcome),
        _ => None,
    }
}

/// `Accept-Language` (RFC 9110 §12.5.4): English when it is preferred to Norwegian, else Norwegian.
pub(super) fn language(headers: &HeaderMap) -> Language {
    let mut best = (0, Language::default());
    for range in all(headers, &ACCEPT_LANGUAGE).into_iter().flat_map(|value| split(value, ',')) {
        let range = MediaType::parse(range);
        let primary = range.essence.split('-').next().unwrap_or_default();
        let language = match primary {
            "nb" | "no" | "nn" | "*" => Language::Norwegian,
            "en" => Language::English,
            _ => continue,
        };
        let weight = quality(range.param("q")).unwrap_or_default();
        if weight > best.0 {
            best = (weight, language);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::{language, prefer, single};
    use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue, IF_MATCH};
    use varde_fhir::Language::{English, Norwegian};
    use varde_service::Return;

    fn with(name: &HeaderName, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name.clone(), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn languages() {
        for (header, expected) in [
            ("", Norwegian),
            ("nb-NO", Norwegian),
            ("no", Norwegian),
            ("nn", Norwegian),
            ("en", English),
            ("EN-gb", English),
            ("sv, en;q=0.5", English),
            ("en;q=0.8, nb;q=0.9", Norwegian),
            ("nb;q=0.2, en;q=0.3", English),
            ("nb, en", Norwegian),
            ("en, nb", English),
            ("de", Norwegian),
            ("*", Norwegian),
            ("en;q=0", Norwegian),
            ("en;q=x", Norwegian),
            ("english", Norwegian),
        ] {
            assert_eq!(language(&with(&ACCEPT_LANGUAGE, &[header])), expected, "{header}");
        }
        assert_eq!(language(&HeaderMap::new()), Norwegian);
    }

    #[test]
    fn preferences() {
        let name = HeaderName::from_static("prefer");
        for (values, returns, lenient) in [
            (&[][..], Return::Representation, false),
            (&["return=minimal"], Return::Minimal, false),
            (&["return=\"OperationOutcome\""], Return::OperationOutcome, false),
            (&["RETURN = representation"], Return::Representation, false),
            (&["return=minimal, handling=lenient"], Return::Minimal, true),
            (&["handling=lenient", "return=minimal"], Return::Minimal, true),
            (&["handling=strict, handling=lenient"], Return::Representation, false),
            (&["return=minimal, return=representation"], Return::Minimal, false),
            (&["respond-async, wait=10; return=minimal"], Return::Representation, false),
            (&["return=everything, return=minimal"], Return::Minimal, false),
            (&["=;,,\"", "handling"], Return::Representation, false),
        ] {
            let found = prefer(&with(&name, values));
            assert_eq!((found.return_, found.lenient), (returns, lenient), "{values:?}");
        }
    }

    #[test]
    fn a_single_header_stands_once() {
        assert_eq!(single(&with(&IF_MATCH, &[" W/\"1\" "]), &IF_MATCH).ok(), Some(Some("W/\"1\"")));
        assert_eq!(single(&HeaderMap::new(), &IF_MATCH).ok(), Some(None));
        let twice = single(&with(&IF_MATCH, &["W/\"1\"", "W/\"1\""]), &IF_MATCH).unwrap_err();
        assert_eq!((twice.status, twice.issue.key), (400, "duplicate-header"));
        let mut headers = HeaderMap::new();
        headers.insert(IF_MATCH, HeaderValue::from_bytes(b"\xff").unwrap());
        assert_eq!(single(&headers, &IF_MATCH).unwrap_err().issue.key, "bad-header");
    }
}
