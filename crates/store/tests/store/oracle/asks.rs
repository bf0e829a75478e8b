//! Searches made at random, mostly of what there is: every parameter, modifier and prefix, chained, sorted and paged.

use super::VIEWERS;
use super::chance::Chance;
use super::dates::TEXTS;
use super::fill::{CODES, EACH, FNR, PEOPLE, STRINGS, SYSTEMS, URIS, id, number};
use super::meaning::Meaning;
use super::scan::{Asked, MEMBERS};
use super::stock::Stock;
use super::term::{APPOINTED, BOUND};
use crate::suite::world::BASE;
use varde_fhir::ResourceType;
use varde_fhir::query::{is_sort_key, modifiers};
use varde_fhir::registry::{ParamKind, SearchParam, search_param, search_params, served_types};

/// One search.
pub(super) fn ask(stock: &Stock, chance: &mut Chance) -> Asked {
    if chance.once_in(10) {
        return wide(stock, chance);
    }
    let rtype = types(chance);
    let mut params = Vec::new();
    for _ in 0..[1, 1, 1, 2, 2, 3][chance.below(6)] {
        params.push(criterion(stock, rtype, 0, chance));
    }
    if chance.once_in(2) {
        let keys: Vec<&str> =
            search_params(rtype).iter().filter(|param| is_sort_key(param)).map(|param| param.name).collect();
        let key = |chance: &mut Chance| format!("{}{}", if chance.once_in(2) { "-" } else { "" }, chance.of(&keys));
        let sorted: Vec<String> = (0..=chance.below(3)).map(|_| key(chance)).collect();
        params.push(("_sort".to_owned(), sorted.join(",")));
    }
    if chance.once_in(3) {
        params.push(("_count".to_owned(), (*chance.of(&["1", "2", "3", "5", "8"])).to_owned()));
    }
    if chance.once_in(4) {
        params.push(("_total".to_owned(), "accurate".to_owned()));
    }
    for _ in 0..if chance.once_in(4) { 1 + chance.below(2) } else { 0 } {
        params.extend(include(rtype, chance));
    }
    let in_compartment = MEMBERS.iter().any(|row| row.0 == rtype.as_str());
    let of_patient = (in_compartment && chance.once_in(6)).then(|| id("Patient", chance.below(EACH)));
    Asked { viewer: *chance.of(&VIEWERS), types: vec![rtype.as_str()], of_patient, params }
}

/// A search of several types, by what they share.
fn wide(stock: &Stock, chance: &mut Chance) -> Asked {
    let first = types(chance);
    let mut all: Vec<&'static str> = vec![first.as_str()];
    for _ in 0..=chance.below(4) {
        all.push(types(chance).as_str());
    }
    all.sort_unstable();
    all.dedup();
    let shared = |param: &&SearchParam| {
        all.iter()
            .all(|rtype| search_param(rtype.parse().unwrap(), param.name).is_some_and(|other| other.kind == param.kind))
    };
    // Each type reads a bare id, and binds a code, in its own way.
    let own = |param: &&SearchParam| param.kind == ParamKind::Reference || BOUND.iter().any(|row| row.1 == param.name);
    let params: Vec<&'static SearchParam> =
        search_params(first).iter().filter(shared).filter(|param| !own(param)).collect();
    let mut asked: Vec<(String, String)> =
        (0..=chance.below(2)).map(|_| term(stock, params[chance.below(params.len())], chance)).collect();
    if chance.once_in(2) {
        asked.push(("_sort".to_owned(), (*chance.of(&["_id", "-_lastUpdated", "_tag,-_id"])).to_owned()));
    }
    if chance.once_in(2) {
        asked.push(("_count".to_owned(), "7".to_owned()));
    }
    let of_patient = chance.once_in(3).then(|| id("Patient", chance.below(EACH)));
    Asked { viewer: *chance.of(&VIEWERS), types: all, of_patient, params: asked }
}

fn types(chance: &mut Chance) -> ResourceType {
    chance.of(&served_types().iter().map(|row| row.rtype).collect::<Vec<_>>()).to_owned()
}

/// The references of a type that lead somewhere.
fn references(rtype: ResourceType) -> Vec<&'static SearchParam> {
    search_params(rtype).iter().filter(|param| !param.targets.is_empty()).collect()
}

/// The references of any type to this one.
fn referrers(rtype: ResourceType) -> Vec<&'static SearchParam> {
    served_types().iter().flat_map(|row| references(row.rtype)).filter(|param| param.targets.contains(&rtype)).collect()
}

fn criterion(stock: &Stock, rtype: ResourceType, links: usize, chance: &mut Chance) -> (String, String) {
    let (forward, backward) = (references(rtype), referrers(rtype));
    match chance.below(8) {
        0 if links < 2 && !forward.is_empty() => {
            let param = *chance.of(&forward);
            let target = *chance.of(param.targets);
            let (name, value) = criterion(stock, target, links + 1, chance);
            let head = name.split(['.', ':']).next().unwrap();
            let having =
                param.targets.iter().filter(|target| head == "_has" || search_param(**target, head).is_some()).count();
            let declared = if having > 1 || chance.once_in(2) { format!(":{target}") } else { String::new() };
            (format!("{}{declared}.{name}", param.name), value)
        }
        1 if links < 2 && !backward.is_empty() => {
            let param = *chance.of(&backward);
            let (name, value) = criterion(stock, param.rtype, links + 1, chance);
            (format!("_has:{}:{}:{name}", param.rtype, param.name), value)
        }
        _ => term(stock, chance.of(search_params(rtype)), chance),
    }
}

fn term(stock: &Stock, param: &'static SearchParam, chance: &mut Chance) -> (String, String) {
    let of_all = matches!(param.name, "_id" | "_lastUpdated");
    if !of_all && chance.once_in(8) {
        return (format!("{}:missing", param.name), chance.once_in(2).to_string());
    }
    let modifier = modifier(param, chance);
    let values: Vec<String> =
        (0..[1, 1, 1, 2, 3][chance.below(5)]).map(|_| value(stock, param, modifier, chance)).collect();
    let name = modifier.map_or_else(|| param.name.to_owned(), |modifier| format!("{}:{modifier}", param.name));
    (name, values.join(","))
}

fn modifier(param: &'static SearchParam, chance: &mut Chance) -> Option<&'static str> {
    match param.kind {
        _ if chance.once_in(2) => None,
        ParamKind::Token if modifiers(param).contains(&":in".to_owned()) => {
            Some(*chance.of(&["not", "not", "in", "not-in"]))
        }
        ParamKind::Token => Some("not"),
        ParamKind::String => Some(*chance.of(&["exact", "contains"])),
        ParamKind::Uri => Some(*chance.of(&["below", "above"])),
        ParamKind::Reference if param.is_canonical() => None,
        ParamKind::Reference if param.targets.is_empty() || chance.once_in(2) => Some("identifier"),
        ParamKind::Reference => Some(chance.of(param.targets).as_str()),
        ParamKind::Date => None,
    }
}

/// A meaning that some resource of the type has there.
fn meant(stock: &Stock, param: &SearchParam, chance: &mut Chance) -> Option<Meaning> {
    let all: Vec<&Meaning> = stock
        .all
        .iter()
        .filter(|kept| kept.rtype == param.rtype.as_str())
        .filter_map(|kept| kept.found.get(param.name))
        .flatten()
        .collect();
    (!all.is_empty() && !chance.once_in(6)).then(|| (*chance.of(&all)).clone())
}

fn value(stock: &Stock, param: &'static SearchParam, modifier: Option<&str>, chance: &mut Chance) -> String {
    let meant = meant(stock, param, chance);
    match (param.name, param.kind) {
        ("_id", _) => id(param.rtype.as_str(), chance.below(EACH)),
        (_, ParamKind::Date) => {
            let prefix = chance.of(&["", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]);
            format!("{prefix}{}", chance.of(TEXTS))
        }
        (_, ParamKind::Token) if modifier.is_some_and(|modifier| modifier.ends_with("in")) => APPOINTED.to_owned(),
        (_, ParamKind::Token) => token(param, meant, chance),
        (_, ParamKind::Reference) if modifier == Some("identifier") => number_of(meant, chance),
        (_, ParamKind::Reference) => reference(param, modifier, meant, chance),
        (_, ParamKind::String) => string(meant, chance),
        (_, ParamKind::Uri) => {
            let uri = if let Some(Meaning::Uri(uri)) = meant { uri } else { (*chance.of(&URIS)).to_owned() };
            let changed = match (modifier, chance.below(3)) {
                (Some("below"), 0) => uri.chars().take(9).collect(),
                (Some("above"), 0) => format!("{uri}/x/y"),
                _ => uri,
            };
            escaped(&changed)
        }
    }
}

fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| if r"\,|$".contains(c) { vec!['\\', c] } else { vec![c] }).collect()
}

fn token(param: &SearchParam, meant: Option<Meaning>, chance: &mut Chance) -> String {
    let (system, code) = match meant {
        Some(Meaning::Token { system, code }) => (system, code),
        _ => ((*chance.of(&SYSTEMS)).to_owned(), (*chance.of(&CODES)).to_owned()),
    };
    let bound = BOUND.iter().find(|row| (row.0, row.1) == (param.rtype.as_str(), param.name));
    if let Some((_, _, bound)) = bound.filter(|_| chance.once_in(2)) {
        return if chance.once_in(3) { format!("{bound}|") } else { format!("{bound}|{}", escaped(&code)) };
    }
    written(&system, &code, chance)
}

fn written(system: &str, code: &str, chance: &mut Chance) -> String {
    match chance.below(4) {
        0 if !system.is_empty() => format!("{}|", escaped(system)),
        1 | 2 => format!("{}|{}", escaped(system), escaped(code)),
        _ => escaped(code),
    }
}

fn number_of(meant: Option<Meaning>, chance: &mut Chance) -> String {
    if chance.once_in(4) {
        return format!("{FNR}|{}", number(chance.below(PEOPLE)).unwrap_or_else(|| "1".to_owned()));
    }
    match meant {
        Some(Meaning::Points(pointer)) => {
            let (system, value) = pointer.identifier.unwrap_or_else(|| ("urn:s".to_owned(), "a".to_owned()));
            written(&system, &value, chance)
        }
        _ => written("urn:t", "18", chance),
    }
}

fn reference(param: &SearchParam, modifier: Option<&str>, meant: Option<Meaning>, chance: &mut Chance) -> String {
    let known = if let Some(Meaning::Points(pointer)) = meant { Some(pointer) } else { None };
    if param.is_canonical() {
        return known
            .map_or_else(|| "http://a.example/p".to_owned(), |pointer| escaped(&pointer.id).replace(r"\|", "|"));
    }
    let wanted = modifier.map(str::to_owned);
    let local = known.filter(|pointer| !pointer.id.is_empty() && (wanted.is_none() || pointer.rtype == wanted));
    match local {
        Some(pointer) if pointer.id.contains(['/', ':']) => pointer.id,
        Some(pointer) => {
            let whole = pointer.rtype.map_or_else(|| pointer.id.clone(), |rtype| format!("{rtype}/{}", pointer.id));
            match chance.below(4) {
                0 => pointer.id,
                1 => format!("{BASE}/{whole}"),
                _ => whole,
            }
        }
        None => {
            let targets: Vec<&str> = param.targets.iter().map(|target| target.as_str()).collect();
            let rtype = wanted.unwrap_or_else(|| {
                if targets.is_empty() { "Condition".to_owned() } else { (*chance.of(&targets)).to_owned() }
            });
            let id = id(&rtype, chance.below(EACH));
            if chance.once_in(2) { id } else { format!("{rtype}/{id}") }
        }
    }
}

fn string(meant: Option<Meaning>, chance: &mut Chance) -> String {
    let exact = if let Some(Meaning::Text { exact, .. }) = meant { exact } else { (*chance.of(&STRINGS)).to_owned() };
    let length = exact.chars().count();
    let part: String = match chance.below(5) {
        0 => exact.chars().take(1 + chance.below(length)).collect(),
        1 => exact.chars().skip(chance.below(length)).collect(),
        2 => exact.to_uppercase(),
        _ => exact,
    };
    // A part that is all white space or accents says nothing.
    let part = if super::meaning::fold(&part).is_empty() { "berg".to_owned() } else { part };
    escaped(&part)
}

fn include(rtype: ResourceType, chance: &mut Chance) -> Option<(String, String)> {
    let iterate = chance.once_in(3);
    let reverse = chance.once_in(2);
    let from = if iterate && chance.once_in(2) { types(chance) } else { rtype };
    let all = if reverse { referrers(from) } else { references(from) };
    let param = if all.is_empty() { return None } else { *chance.of(&all) };
    let head = if reverse { "_revinclude" } else { "_include" };
    let name = if iterate { format!("{head}:iterate") } else { head.to_owned() };
    let target = if reverse { from } else { *chance.of(param.targets) };
    let target = if chance.once_in(2) { format!(":{target}") } else { String::new() };
    Some((name, format!("{}:{}{target}", param.rtype, param.name)))
}
