//! One value of a criterion, by the parameter's type <https://hl7.org/fhir/R4/search.html#ptypes>.

use super::issues::{bad_escape, empty_value, invalid_value};
use super::model::{Modifier, Prefix, TermValue};
use super::split::{split, unescape};
use crate::index::{fold, interval, target};
use crate::registry::{ParamKind, SearchParam};
use crate::{Id, Issue};

/// Reads one alternative, still escaped and not empty. `name` is as the caller wrote it, for the issue.
pub(super) fn value(
    param: &SearchParam,
    modifier: Modifier,
    name: &str,
    text: &str,
    base: &str,
) -> Result<TermValue, Issue> {
    match param.kind {
        _ if modifier == Modifier::Identifier => token(name, text),
        ParamKind::Token if param.name == "_id" => id(name, text),
        ParamKind::Token => token(name, text),
        ParamKind::Reference => reference(param, modifier, name, text, base),
        ParamKind::Date => date(name, text),
        ParamKind::String => string(name, text),
        ParamKind::Uri => uri(modifier, name, text),
    }
}

/// The longest beginning of a uri, in bytes: the index cuts longer ones.
const LONGEST_BEGINNING: usize = 160;
/// The longest uri whose beginnings are asked for, in bytes: longer than any that stands in a URL that all servers take.
const LONGEST_ABOVE: usize = 2048;

fn uri(modifier: Modifier, name: &str, text: &str) -> Result<TermValue, Issue> {
    let value = plain(name, text)?;
    let (most, nb, en) = match modifier {
        Modifier::Below => (LONGEST_BEGINNING, "begynnelsen", "the beginning"),
        Modifier::Above => (LONGEST_ABOVE, "adressen", "the uri"),
        _ => return Ok(TermValue::Uri { value }),
    };
    if value.len() > most {
        return Err(invalid_value(
            name,
            &format!("{nb} er høyst {most} byte."),
            &format!("{en} has at most {most} bytes."),
        ));
    }
    Ok(TermValue::Uri { value })
}

/// `code`, `|code`, `system|code` or `system|`.
fn token(name: &str, text: &str) -> Result<TermValue, Issue> {
    let parts = split(text, '|').into_iter().map(|part| plain(name, part)).collect::<Result<Vec<_>, _>>()?;
    let (system, code) = match parts.as_slice() {
        [code] => (None, code),
        [system, code] if !(system.is_empty() && code.is_empty()) => (Some(system.clone()), code),
        _ => {
            return Err(invalid_value(
                name,
                r"skriv kode, system|kode, |kode eller system|. Skriv \| når streken hører til koden.",
                r"write code, system|code, |code or system|. Write \| when the bar belongs to the code.",
            ));
        }
    };
    Ok(TermValue::Token { system, code: (!code.is_empty()).then(|| code.clone()) })
}

fn id(name: &str, text: &str) -> Result<TermValue, Issue> {
    let id = Id::parse(text).ok_or_else(|| {
        invalid_value(
            name,
            "en id har 1–64 tegn av A–Z, a–z, 0–9, - og punktum.",
            "an id has 1–64 characters of A–Z, a–z, 0–9, - and full stop.",
        )
    })?;
    Ok(TermValue::Token { system: None, code: Some(id.as_str().to_owned()) })
}

/// `Type/id`, `id`, a URL, or a canonical with or without `|version`.
fn reference(param: &SearchParam, modifier: Modifier, name: &str, text: &str, base: &str) -> Result<TermValue, Issue> {
    if split(text, '|').len() > 1 && !param.is_canonical() {
        return Err(invalid_value(
            name,
            &format!("det er en identifikator. Skriv {}:identifier=system|verdi.", param.name),
            &format!("it is an identifier. Write {}:identifier=system|value.", param.name),
        ));
    }
    let text = plain(name, text)?;
    let declared = match modifier {
        Modifier::Type(rtype) => Some(rtype),
        _ => None,
    };
    if Id::parse(&text).is_some() && !param.is_canonical() {
        let only = if let [only] = param.targets { Some(*only) } else { None };
        return Ok(TermValue::Reference { rtype: declared.or(only), id: text });
    }
    let absolute = text.contains(':');
    let versioned = !absolute && text.contains("/_history/");
    let target = target(&text, base).filter(|_| (absolute || is_pair(&text)) && !versioned);
    let target = target.filter(|to| declared.is_none() || to.rtype.is_none() || to.rtype == declared);
    target.map(|to| TermValue::Reference { rtype: to.rtype, id: to.id }).ok_or_else(|| {
        invalid_value(
            name,
            "skriv Type/id (uten versjon), id eller en absolutt URL; typen må passe til parameteren.",
            "write Type/id (without a version), id or an absolute URL; the type must fit the parameter.",
        )
    })
}

/// `Type/id`, also of a type that is not served.
fn is_pair(text: &str) -> bool {
    let fits = |(rtype, id): (&str, &str)| {
        rtype.starts_with(|c: char| c.is_ascii_uppercase())
            && rtype.bytes().all(|b| b.is_ascii_alphabetic())
            && Id::parse(id).is_some()
    };
    text.split_once('/').is_some_and(fits)
}

/// `[prefix]date`, the date read as the index reads it.
fn date(name: &str, text: &str) -> Result<TermValue, Issue> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (prefix, day) = text.split_at_checked(letters).unwrap_or(("", text));
    let prefix = match prefix {
        "" | "eq" => Prefix::Eq,
        "ne" => Prefix::Ne,
        "gt" => Prefix::Gt,
        "lt" => Prefix::Lt,
        "ge" => Prefix::Ge,
        "le" => Prefix::Le,
        "sa" => Prefix::Sa,
        "eb" => Prefix::Eb,
        "ap" => Prefix::Ap,
        _ => {
            return Err(invalid_value(
                name,
                "prefikset er et av eq, ne, gt, lt, ge, le, sa, eb, ap.",
                "the prefix is one of eq, ne, gt, lt, ge, le, sa, eb, ap.",
            ));
        }
    };
    // A `+` that was not percent-encoded has become a space.
    let (low, high) = interval(&day.replace(' ', "+")).ok_or_else(|| {
        invalid_value(
            name,
            "skriv ÅÅÅÅ, ÅÅÅÅ-MM, ÅÅÅÅ-MM-DD eller ÅÅÅÅ-MM-DDTtt:mm[:ss][Z|±tt:mm]; dagen må finnes.",
            "write YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss][Z|±hh:mm]; the day must exist.",
        )
    })?;
    Ok(TermValue::Date { prefix, low, high })
}

fn string(name: &str, text: &str) -> Result<TermValue, Issue> {
    let exact = plain(name, text)?;
    let folded = fold(&exact);
    if folded.is_empty() { Err(empty_value(name)) } else { Ok(TermValue::Text { folded, exact }) }
}

fn plain(name: &str, text: &str) -> Result<String, Issue> {
    unescape(text).ok_or_else(|| bad_escape(name))
}
