//! One criterion on one resource, from the text of the search.

use super::dates::span;
use super::meaning::{Meaning, Pointer, fold, literal, national};
use super::stock::{Kept, Stock, numbered};
use varde_fhir::registry::{ParamKind, SearchParam};

/// The systems of some elements of the type `code`, as the specification binds them.
pub(super) const BOUND: &[(&str, &str, &str)] = &[
    ("CareTeam", "status", "http://hl7.org/fhir/care-team-status"),
    ("Task", "status", "http://hl7.org/fhir/task-status"),
    ("Patient", "gender", "http://hl7.org/fhir/administrative-gender"),
    ("Organization", "address-use", "http://hl7.org/fhir/address-use"),
    ("Encounter", "status", "http://hl7.org/fhir/encounter-status"),
];

/// Splits where no backslash stands before.
pub(super) fn parts(text: &str, at: char) -> Vec<String> {
    let (mut all, mut escaped) = (vec![String::new()], false);
    for c in text.chars() {
        if c == at && !escaped {
            all.push(String::new());
            continue;
        }
        escaped = c == '\\' && !escaped;
        all.last_mut().unwrap().push(c);
    }
    all
}

fn plain(text: &str) -> String {
    let mut chars = text.chars();
    let mut plain = String::new();
    while let Some(c) = chars.next() {
        plain.push(if c == '\\' { chars.next().unwrap() } else { c });
    }
    plain
}

/// Whether the resource meets `param:modifier=value`.
pub(super) fn holds(
    stock: &Stock,
    viewer: Option<&str>,
    kept: &Kept,
    criterion: (&SearchParam, Option<&str>, &str),
) -> bool {
    let (param, modifier, value) = criterion;
    let none = Vec::new();
    let found = kept.found.get(param.name).unwrap_or(&none);
    if modifier == Some("missing") {
        return found.is_empty() == (value == "true");
    }
    let any = parts(value, ',').iter().any(|value| match (param.name, param.kind) {
        ("_id", _) => kept.id == *value,
        ("_lastUpdated", _) => date((kept.updated, kept.updated + 1), value, stock.now),
        (_, ParamKind::Token) if modifier.is_some_and(|modifier| modifier.ends_with("in")) => found.iter().any(appointed),
        (_, ParamKind::Token) => found.iter().any(|meaning| token(kept.rtype, param.name, meaning, value)),
        (_, ParamKind::Date) => {
            found.iter().any(|meaning| matches!(meaning, Meaning::Span(low, high) if date((*low, *high), value, stock.now)))
        }
        (_, ParamKind::String) => found.iter().any(|meaning| string(meaning, modifier, &plain(value))),
        (_, ParamKind::Uri) => found.iter().any(|meaning| uri(meaning, modifier, &plain(value))),
        (_, ParamKind::Reference) => found.iter().any(|meaning| {
            matches!(meaning, Meaning::Points(pointer) if reference(stock, viewer, pointer, (param, modifier, value)))
        }),
    });
    any != modifier.is_some_and(|modifier| modifier.starts_with("not"))
}

/// The one value set that is asked for: the roles that are appointed.
pub(super) const APPOINTED: &str = "https://varde.no/fhir/ValueSet/varde-appointed-role";

fn appointed(meaning: &Meaning) -> bool {
    let roles = "urn:oid:2.16.578.1.12.4.1.1.9034";
    matches!(meaning, Meaning::Token { system, code } if system == roles && ["18", "19", "20"].contains(&code.as_str()))
}

fn system_and_code(value: &str) -> (Option<String>, Option<String>) {
    let parts: Vec<String> = parts(value, '|').iter().map(|part| plain(part)).collect();
    let code = |code: &String| (!code.is_empty()).then(|| code.clone());
    if let [system, of] = parts.as_slice() { (Some(system.clone()), code(of)) } else { (None, code(&parts[0])) }
}

fn token(rtype: &str, name: &str, meaning: &Meaning, value: &str) -> bool {
    let Meaning::Token { system, code } = meaning else { return false };
    let (asked, of) = system_and_code(value);
    let bound = BOUND.iter().find(|row| (row.0, row.1) == (rtype, name)).map(|row| row.2);
    let fits = |asked: &String| asked == system || (system.is_empty() && Some(asked.as_str()) == bound);
    asked.as_ref().is_none_or(fits) && of.is_none_or(|of| of == *code)
}

fn string(meaning: &Meaning, modifier: Option<&str>, value: &str) -> bool {
    let Meaning::Text { folded, exact } = meaning else { return false };
    match modifier {
        Some("exact") => exact == value,
        Some("contains") => folded.contains(&fold(value)),
        _ => folded.starts_with(&fold(value)),
    }
}

fn uri(meaning: &Meaning, modifier: Option<&str>, value: &str) -> bool {
    let Meaning::Uri(uri) = meaning else { return false };
    match modifier {
        Some("below") => uri.starts_with(value),
        Some("above") => {
            value == uri
                || value.strip_prefix(uri.as_str()).is_some_and(|rest| rest.starts_with('/') || uri.ends_with('/'))
        }
        _ => uri == value,
    }
}

/// A span of time against a value with its prefix <https://hl7.org/fhir/R4/search.html#prefix>.
fn date((low, high): (i64, i64), value: &str, now: i64) -> bool {
    let (prefix, text) =
        if value.starts_with(|c: char| c.is_ascii_digit()) { ("eq", value) } else { value.split_at(2) };
    let (from, to) = span(text);
    let within = from <= low && high <= to;
    match prefix {
        "eq" => within,
        "ne" => !within,
        "gt" => high > to,
        "lt" => low < from,
        "ge" => high > to || within,
        "le" => low < from || within,
        "sa" => low >= to,
        "eb" => high <= from,
        "ap" => {
            let distance = if now < from {
                from - now
            } else if now > to {
                now - to
            } else {
                0
            };
            low < to + distance / 10 && high > from - distance / 10
        }
        other => panic!("{other}"),
    }
}

fn reference(
    stock: &Stock,
    viewer: Option<&str>,
    pointer: &Pointer,
    (param, modifier, value): (&SearchParam, Option<&str>, &str),
) -> bool {
    if modifier == Some("identifier") {
        let (asked, of) = system_and_code(value);
        if let (Some(system), Some(code)) = (&asked, &of)
            && national(system)
            && let Some(person) = numbered(system, code)
            && stock.person(pointer) == Some(person)
        {
            return true;
        }
        // Without an identifier a row has neither system nor value.
        let (system, value) = pointer.identifier.clone().unwrap_or_default();
        return asked.is_none_or(|asked| asked == system) && of.is_none_or(|of| of == value);
    }
    let asked = asked(param, modifier, &plain(value));
    let same = asked.id == pointer.id && asked.rtype.as_ref().is_none_or(|rtype| pointer.rtype.as_ref() == Some(rtype));
    let patient = match &asked.rtype {
        Some(rtype) => rtype == "Patient",
        None => param.targets.iter().any(|target| target.as_str() == "Patient"),
    };
    let person = stock
        .at("Patient", &asked.id)
        .filter(|known| patient && stock.sees(viewer, known))
        .and_then(|known| known.person);
    same || (person.is_some() && stock.person(pointer) == person)
}

/// `Type/id`, `id`, a URL.
fn asked(param: &SearchParam, modifier: Option<&str>, value: &str) -> Pointer {
    if !value.contains(['/', ':']) && !param.is_canonical() {
        let only = if let [only] = param.targets { Some(only.as_str()) } else { None };
        return Pointer { rtype: modifier.or(only).map(str::to_owned), id: value.to_owned(), identifier: None };
    }
    literal(value)
}
