//! The order of `_sort`: the smallest or largest value of each key, nothing last, then the order of creation.

use super::meaning::Meaning;
use super::stock::Kept;
use std::cmp::Ordering;

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i64),
    Text(String),
}

/// Puts them in order; what is equal stays as it was.
pub(super) fn sort(all: &mut [&Kept], keys: &str) {
    all.sort_by(|one, other| {
        keys.split(',').map(|key| compare(one, other, key)).find(|by| by.is_ne()).unwrap_or(Ordering::Equal)
    });
}

fn compare(one: &Kept, other: &Kept, key: &str) -> Ordering {
    let (name, descending) = key.strip_prefix('-').map_or((key, false), |name| (name, true));
    match (value(one, name, descending), value(other, name, descending)) {
        (Some(one), Some(other)) if descending => other.cmp(&one),
        (Some(one), Some(other)) => one.cmp(&other),
        (one, other) => other.is_some().cmp(&one.is_some()),
    }
}

fn value(kept: &Kept, name: &str, descending: bool) -> Option<Key> {
    match name {
        "_id" => return Some(Key::Text(kept.id.clone())),
        "_lastUpdated" => return Some(Key::Number(kept.updated)),
        _ => {}
    }
    let keys = kept.found[name].iter().map(|meaning| match meaning {
        Meaning::Token { code, .. } => Key::Text(code.clone()),
        Meaning::Span(low, _) => Key::Number(*low),
        Meaning::Text { folded, .. } => Key::Text(norwegian(folded)),
        Meaning::Uri(_) | Meaning::Points(_) => panic!("no sort key: {name}"),
    });
    if descending { keys.max() } else { keys.min() }
}

/// The alphabet ends with æ, ø, å.
fn norwegian(folded: &str) -> String {
    folded
        .chars()
        .map(|c| match c {
            'æ' => '\u{e001}',
            'ø' => '\u{e002}',
            'å' => '\u{e003}',
            c => c,
        })
        .collect()
}
