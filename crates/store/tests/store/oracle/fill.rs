//! Resources made at random: something where a search parameter looks, of whatever type R4 allows there.

use super::chance::Chance;
use super::dates::TEXTS;
use super::elements::words;
use crate::suite::world::BASE;
use serde_json::{Map, Value, json};
use varde_fhir::registry::{SearchParam, served_types};
use varde_fhir::table::{self, Binding, Element, ElementType, Node};

pub(super) const SYSTEMS: [&str; 4] = ["urn:s", "urn:t", "http://loinc.org", "urn:oid:2.16.578.1.12.4.1.1.9034"];
pub(super) const CODES: [&str; 7] = ["a", "b", "A", "18", "x,y", "x|y", r"æ\ø"];
pub(super) const STRINGS: [&str; 16] = [
    "Berg",
    "berg-Hansen",
    "BERGAN",
    "Ødegård",
    "Åse",
    "A\u{30a}se",
    "Ærlig Øye",
    "Andre\u{301}",
    "André  Müller",
    "Áŋŋá Đavvi",
    "O'Brien, x|y",
    "100%_$",
    "Nuñez",
    "z",
    "Østby",
    "5003",
];
pub(super) const URIS: [&str; 6] = [
    "http://a.example/p",
    "http://a.example/p/q",
    "http://a.example/p/",
    "http://b.example",
    "urn:oid:1.2",
    "http://a.example/på",
];
/// How many of each type there are, and how many people.
pub(super) const EACH: usize = 14;
pub(super) const PEOPLE: usize = 8;
pub(super) const FNR: &str = "urn:oid:2.16.578.1.12.4.1.4.1";
pub(super) const HPR: &str = "urn:oid:2.16.578.1.12.4.1.4.4";

/// A person's national number; the last two have none.
pub(super) fn number(person: usize) -> Option<String> {
    (person < PEOPLE - 2).then(|| format!("1000000000{person}"))
}

/// What the rest of a path says of a value.
#[derive(Default)]
struct Hint<'h> {
    /// `where(resolve() is T)`
    rtype: Option<&'h str>,
    /// `where(system='phone')`
    fixed: Option<(&'h str, &'h str)>,
    /// `as date`
    cast: Option<&'h str>,
    param: &'h str,
}

/// Puts something where the parameter looks.
pub(super) fn fill(param: &SearchParam, body: &mut Value, chance: &mut Chance) {
    let parts: Vec<&str> = param.expression.split(" | ").collect();
    let part = *chance.of(&parts);
    let part = part.split(".exists() and ").next().unwrap();
    let (path, cast) = match part.strip_prefix('(').and_then(|part| part.strip_suffix(')')?.split_once(" as ")) {
        Some((path, cast)) => (path, Some(cast)),
        None => (part, None),
    };
    let words = words(path);
    let node = table::content(table::type_def(param.rtype.as_str()).unwrap());
    put(body.as_object_mut().unwrap(), node, &words[1..], Hint { cast, param: param.name, ..Hint::default() }, chance);
}

fn put<'h>(
    object: &mut Map<String, Value>,
    node: &'static Node,
    words: &'h [String],
    mut hint: Hint<'h>,
    chance: &mut Chance,
) {
    let (word, mut rest) = words.split_first().unwrap();
    while let Some(condition) = rest.first().and_then(|word| word.strip_prefix("where(")?.strip_suffix(')')) {
        match condition.strip_prefix("resolve() is ") {
            Some(rtype) => hint.rtype = Some(rtype),
            None => hint.fixed = condition.split_once('=').map(|(name, text)| (name, text.trim_matches('\''))),
        }
        rest = &rest[1..];
    }
    if word == "extension" {
        let value = extension(&hint, chance);
        return add(object, "extension", true, value);
    }
    let element = node.element(word).unwrap_or_else(|| panic!("{}.{word}", node.path));
    let types: Vec<&ElementType> =
        element.types.iter().filter(|of| !rest.is_empty() || hint.cast.is_none_or(|cast| of.name == cast)).collect();
    let of = *chance.of(&types);
    if rest.first().is_some_and(|next| next == "extension") {
        return add(
            object,
            &format!("_{word}"),
            false,
            json!({ "extension": [extension(&Hint { fixed: fixed_of(rest), ..hint }, chance)] }),
        );
    }
    if rest.is_empty() {
        for _ in 0..=chance.below(2) {
            let value = value(element, of, &hint, chance);
            add(object, of.property, element.repeats(), value);
        }
        return;
    }
    let inside = table::node_of(of).unwrap();
    let mut part = Map::new();
    // Sometimes beside what stands there already.
    if chance.once_in(2)
        && let Some(Value::Object(last)) = match object.get_mut(of.property) {
            Some(Value::Array(items)) => items.pop(),
            _ => object.remove(of.property),
        }
    {
        part = last;
    }
    put(&mut part, inside, rest, hint, chance);
    add(object, of.property, element.repeats(), Value::Object(part));
}

fn fixed_of(rest: &[String]) -> Option<(&str, &str)> {
    let condition = rest.get(1)?.strip_prefix("where(")?.strip_suffix(')')?;
    condition.split_once('=').map(|(name, text)| (name, text.trim_matches('\'')))
}

fn add(object: &mut Map<String, Value>, name: &str, repeats: bool, value: Value) {
    if repeats {
        let list = object.entry(name).or_insert_with(|| json!([]));
        list.as_array_mut().unwrap().push(value);
    } else {
        object.insert(name.to_owned(), value);
    }
}

fn extension(hint: &Hint<'_>, chance: &mut Chance) -> Value {
    let url = if chance.once_in(5) { "urn:another" } else { hint.fixed.unwrap().1 };
    match chance.below(5) {
        0 => json!({ "url": url, "valueCode": chance.of(&CODES) }),
        1 => json!({ "url": url, "valueDate": day(chance) }),
        2 => json!({ "url": url, "valueDateTime": chance.of(TEXTS) }),
        3 => json!({ "url": url, "valueString": "2026-11-22" }),
        _ => json!({ "url": url, "valueCoding": coding(hint, chance) }),
    }
}

fn value(element: &Element, of: &ElementType, hint: &Hint<'_>, chance: &mut Chance) -> Value {
    match of.name {
        "code" => match &element.binding {
            Some(Binding::Codes(set)) => json!(chance.of(&set.codes)),
            _ => json!(chance.of(&["text/plain", "nb", "a"])),
        },
        "CodeableConcept" => match chance.below(5) {
            0 => json!({ "text": chance.of(&STRINGS) }),
            1 => json!({ "coding": [coding(hint, chance), coding(hint, chance)] }),
            _ => json!({ "coding": [coding(hint, chance)], "text": "x" }),
        },
        "Coding" => coding(hint, chance),
        "Identifier" => identifier(chance),
        "ContactPoint" => {
            let system = hint.fixed.map_or_else(|| *chance.of(&["phone", "email"]), |(_, system)| system);
            json!({ "system": system, "value": chance.of(&["55000000", "a@b.no", "x|y"]) })
        }
        "Reference" => reference(hint.rtype, of, chance),
        "date" => json!(day(chance)),
        "dateTime" | "instant" => json!(chance.of(TEXTS)),
        "Period" => period(chance),
        "Timing" => match chance.below(3) {
            0 => json!({ "event": [chance.of(TEXTS), chance.of(TEXTS)] }),
            1 => json!({ "repeat": { "boundsPeriod": period(chance) } }),
            _ => json!({ "repeat": { "count": 3 } }),
        },
        "HumanName" => json!({ "family": chance.of(&STRINGS), "given": [chance.of(&STRINGS), chance.of(&STRINGS)] }),
        "Address" => {
            json!({ "line": [chance.of(&STRINGS)], "city": chance.of(&STRINGS), "country": "NO", "use": "home" })
        }
        "boolean" => json!(chance.once_in(2)),
        "uri" | "url" => json!(chance.of(&URIS)),
        "canonical" => {
            json!(if chance.once_in(3) { format!("{}|1.0", chance.of(&URIS)) } else { (*chance.of(&URIS)).to_owned() })
        }
        "string" | "markdown" => json!(chance.of(&STRINGS)),
        _ => json!({ "comment": "of no concern" }),
    }
}

fn day(chance: &mut Chance) -> &'static str {
    loop {
        let text = *chance.of(TEXTS);
        if text.len() <= 10 {
            return text;
        }
    }
}

fn period(chance: &mut Chance) -> Value {
    let (from, to) = (*chance.of(TEXTS), *chance.of(TEXTS));
    let (from, to) = if super::dates::span(from) <= super::dates::span(to) { (from, to) } else { (to, from) };
    match chance.below(5) {
        0 => json!({ "start": from }),
        1 => json!({ "end": to }),
        2 => json!({}),
        _ => json!({ "start": from, "end": to }),
    }
}

fn coding(hint: &Hint<'_>, chance: &mut Chance) -> Value {
    if hint.param == "_security" {
        return json!({ "system": "urn:s", "code": chance.of(&["N", "N", "N", "N", "N", "N", "R", "V"]) });
    }
    let code = *chance.of(&CODES);
    if chance.once_in(3) { json!({ "code": code }) } else { json!({ "system": chance.of(&SYSTEMS), "code": code }) }
}

fn identifier(chance: &mut Chance) -> Value {
    match (chance.below(5), number(chance.below(PEOPLE))) {
        (0 | 1, Some(number)) => json!({ "system": FNR, "value": number }),
        (2, _) => json!({ "value": chance.of(&CODES) }),
        (3, _) => json!({ "system": HPR, "value": chance.of(&["9144889", "7"]) }),
        _ => json!({ "system": chance.of(&SYSTEMS), "value": chance.of(&CODES) }),
    }
}

fn reference(wanted: Option<&str>, of: &ElementType, chance: &mut Chance) -> Value {
    let served: Vec<&str> = served_types().iter().map(|row| row.rtype.as_str()).collect();
    let fitting: Vec<&str> =
        served.iter().copied().filter(|name| of.targets.is_empty() || of.targets.contains(name)).collect();
    let rtype = match wanted {
        Some(wanted) if !chance.once_in(4) => wanted,
        _ if fitting.is_empty() => "Condition",
        _ => chance.of(&fitting),
    };
    let to = format!("{rtype}/{}", id(rtype, chance.below(EACH)));
    match chance.below(16) {
        0 => json!({ "reference": format!("{BASE}/{to}") }),
        1 => json!({ "reference": format!("{to}/_history/1") }),
        2 => json!({ "reference": format!("http://elsewhere.example/fhir/{to}") }),
        3 => json!({ "reference": "urn:uuid:6f1d" }),
        4 => json!({ "reference": "Condition/7" }),
        5 => json!({ "reference": "#c", "identifier": identifier(chance) }),
        6 => json!({ "identifier": identifier(chance) }),
        7 => json!({ "type": rtype, "identifier": identifier(chance) }),
        8 => json!({ "reference": to, "identifier": identifier(chance) }),
        9 => json!({ "display": "nobody" }),
        10 => json!({ "type": rtype }),
        _ => json!({ "reference": to }),
    }
}

/// The id of the so manyeth of a type; two types share some.
pub(super) fn id(rtype: &str, number: usize) -> String {
    if number == 0 { "shared".to_owned() } else { format!("{}{number}", rtype.to_lowercase()) }
}
