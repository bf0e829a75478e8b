//! What an element means to a search, by the kind of the parameter.

use super::dates::span;
use super::elements::{Found, look};
use crate::suite::world::BASE;
use serde_json::Value;
use std::str::FromStr;
use varde_fhir::ResourceType;
use varde_fhir::registry::{ParamKind, SearchParam};

/// One meaning.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meaning {
    Token { system: String, code: String },
    Span(i64, i64),
    Text { folded: String, exact: String },
    Uri(String),
    Points(Pointer),
}

/// What a reference says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Pointer {
    pub(super) rtype: Option<String>,
    /// The id of something here, or the text.
    pub(super) id: String,
    pub(super) identifier: Option<(String, String)>,
}

/// What a parameter finds in a resource.
pub(super) fn meanings(param: &SearchParam, body: &Value) -> Vec<Meaning> {
    match look(param, body, &is) {
        Found::Truth(truth) => vec![Meaning::Token { system: String::new(), code: truth.to_string() }],
        Found::Values(values) => values.into_iter().flat_map(|value| of(param, value)).collect(),
    }
}

fn of(param: &SearchParam, value: &Value) -> Vec<Meaning> {
    match param.kind {
        ParamKind::Token => tokens(value, param.expression.contains("elecom") || param.name == "contact"),
        ParamKind::Date => when(value).map(|(low, high)| Meaning::Span(low, high)).into_iter().collect(),
        ParamKind::String => strings(value),
        ParamKind::Uri => with_version(value.as_str().unwrap()).into_iter().map(Meaning::Uri).collect(),
        ParamKind::Reference => match value.as_str() {
            Some(canonical) => with_version(canonical).into_iter().map(|url| Meaning::Points(literal(&url))).collect(),
            None => pointer(value).map(Meaning::Points).into_iter().collect(),
        },
    }
}

/// A canonical is found with and without its version.
fn with_version(url: &str) -> Vec<String> {
    let bare = url.split('|').next().unwrap().to_owned();
    if bare == url { vec![bare] } else { vec![url.to_owned(), bare] }
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

fn tokens(value: &Value, contact: bool) -> Vec<Meaning> {
    let token = |system: &str, code: &str| Meaning::Token { system: system.to_owned(), code: code.to_owned() };
    match value {
        Value::String(code) => vec![token("", code)],
        Value::Bool(truth) => vec![token("", &truth.to_string())],
        _ if contact => text(value, "value").map(|value| token("", value)).into_iter().collect(),
        _ => match value.get("coding") {
            Some(codings) => codings.as_array().unwrap().iter().flat_map(|coding| tokens(coding, false)).collect(),
            None => text(value, "code")
                .or(text(value, "value"))
                .map(|code| token(text(value, "system").unwrap_or(""), code))
                .into_iter()
                .collect(),
        },
    }
}

fn when(value: &Value) -> Option<(i64, i64)> {
    if let Some(day) = value.as_str() {
        return Some(span(day));
    }
    if value.get("event").is_some() || value.get("repeat").is_some() {
        let events = value["event"].as_array().into_iter().flatten().map(|event| span(event.as_str().unwrap()));
        let spans: Vec<(i64, i64)> = events.chain(value.pointer("/repeat/boundsPeriod").and_then(period)).collect();
        return Some((spans.iter().map(|span| span.0).min()?, spans.iter().map(|span| span.1).max()?));
    }
    period(value)
}

fn period(value: &Value) -> Option<(i64, i64)> {
    match (text(value, "start"), text(value, "end")) {
        (None, None) => None,
        (start, end) => Some((start.map_or(i64::MIN, |day| span(day).0), end.map_or(i64::MAX, |day| span(day).1))),
    }
}

fn strings(value: &Value) -> Vec<Meaning> {
    let mut all: Vec<String> = Vec::new();
    if let Some(one) = value.as_str() {
        all.push(one.to_owned());
    } else {
        let part = |name: &str| -> Vec<String> {
            let list = value
                .get(name)
                .map_or_else(Vec::new, |part| part.as_array().cloned().unwrap_or_else(|| vec![part.clone()]));
            list.into_iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
        };
        for name in [
            "text",
            "prefix",
            "given",
            "family",
            "suffix",
            "line",
            "district",
            "city",
            "state",
            "postalCode",
            "country",
        ] {
            all.extend(part(name));
        }
        all.push([part("given"), part("family")].concat().join(" "));
    }
    let meaning = |exact: String| Meaning::Text { folded: fold(&exact), exact };
    all.into_iter()
        .map(meaning)
        .filter(|meaning| !matches!(meaning, Meaning::Text { folded, .. } if folded.is_empty()))
        .collect()
}

/// Lower case, accents off but for æ, ø and å, white space single. Knows the letters that the stock is made with.
pub(super) fn fold(text: &str) -> String {
    let plain: String = text
        .to_lowercase()
        .replace("a\u{30a}", "å")
        .chars()
        .filter_map(|c| match c {
            'é' | 'è' | 'ê' => Some('e'),
            'ö' | 'ó' => Some('o'),
            'ä' | 'á' => Some('a'),
            'ü' => Some('u'),
            'ñ' | 'ŋ' => Some('n'),
            'đ' => Some('d'),
            '\u{301}' => None,
            c => Some(c),
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn pointer(value: &Value) -> Option<Pointer> {
    let identifier = value.get("identifier").and_then(|identifier| {
        Some((text(identifier, "system").unwrap_or("").to_owned(), text(identifier, "value")?.to_owned()))
    });
    let by_text = text(value, "reference").filter(|text| !text.starts_with('#')).map(literal);
    if by_text.is_none() && identifier.is_none() {
        return None;
    }
    let declared = text(value, "type").map(str::to_owned).filter(|name| known(name));
    let by_text = by_text.unwrap_or_default();
    Some(Pointer { rtype: by_text.rtype.or(declared), id: by_text.id, identifier })
}

/// `Type/id`, with or without this server's address and a version; anything else is found as it stands.
pub(super) fn literal(text: &str) -> Pointer {
    let here = text.strip_prefix(BASE).map_or(text, |rest| rest.trim_start_matches('/'));
    let mut parts: Vec<&str> = here.split('/').collect();
    if parts.len() == 4 && parts[2] == "_history" {
        parts.truncate(2);
    }
    if let [rtype, id] = parts[..]
        && known(rtype)
    {
        return Pointer { rtype: Some(rtype.to_owned()), id: id.to_owned(), identifier: None };
    }
    let path = here.split("/_history/").next().unwrap();
    let here = if here.contains("://") { here } else { path };
    let rtype = path.rsplit('/').nth(1).filter(|name| !text.starts_with("urn:") && known(name)).map(str::to_owned);
    Pointer { rtype, id: here.to_owned(), identifier: None }
}

/// Whether it is a type the server has heard of.
fn known(name: &str) -> bool {
    ResourceType::from_str(name).is_ok()
}

/// Whether a reference is to a type, as far as it tells: by its literal, else what it declares, else its kind of number.
fn is(value: &Value, rtype: &str) -> bool {
    if let Some(text) = text(value, "reference").filter(|text| !text.starts_with('#')) {
        return literal(text).rtype.as_deref() == Some(rtype);
    }
    if let Some(declared) = text(value, "type") {
        return declared == rtype;
    }
    match value.pointer("/identifier/system").and_then(Value::as_str).unwrap_or("") {
        "urn:oid:2.16.578.1.12.4.1.4.4" => rtype == "Practitioner",
        "urn:oid:2.16.578.1.12.4.1.4.101" => rtype == "Organization",
        system if national(system) => rtype == "Patient",
        _ => false,
    }
}

/// Fødselsnummer and D-nummer.
pub(super) fn national(system: &str) -> bool {
    matches!(system, "urn:oid:2.16.578.1.12.4.1.4.1" | "urn:oid:2.16.578.1.12.4.1.4.2")
}
