//! Circles between files: which file names which through `crate::` and `super::`, and whether any of it runs round.
//! What a test module uses does not count: it may look at everything.

use super::sources::Source;
use std::collections::{BTreeMap, BTreeSet};

/// The circles, each as the modules that lead back to each other.
pub(crate) fn find(sources: &[Source]) -> Vec<Vec<String>> {
    let tests: Vec<String> = sources.iter().flat_map(test_modules).collect();
    let tested = |module: &str| tests.iter().any(|t| module == t || module.starts_with(&format!("{t}::")));
    let sources: Vec<&Source> = sources.iter().filter(|source| !tested(&source.module)).collect();
    let modules: BTreeSet<&str> = sources.iter().map(|source| source.module.as_str()).collect();
    let root = sources.iter().find(|source| source.module.is_empty());
    let exports = root.map(|root| exports(&root.text, &modules)).unwrap_or_default();
    let mut uses: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for source in sources.iter().copied().filter(|source| !source.module.is_empty()) {
        let targets = paths(source).into_iter().filter_map(|path| target(&path, &modules, &exports));
        let targets = targets.filter(|target| *target != source.module && !target.is_empty());
        uses.insert(&source.module, targets.collect());
    }
    let reach: BTreeMap<&str, BTreeSet<&str>> = uses.keys().map(|module| (*module, reachable(module, &uses))).collect();
    let mut circles: Vec<Vec<String>> = Vec::new();
    for (module, reached) in reach.iter().filter(|(module, reached)| reached.contains(*module)) {
        let back = |other: &&&str| reach.get(**other).is_some_and(|from| from.contains(module));
        let circle: Vec<String> = reached.iter().filter(back).map(|other| (*other).to_owned()).collect();
        if !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

/// Every module that one uses, directly or through others.
fn reachable<'a>(module: &str, uses: &'a BTreeMap<&str, BTreeSet<String>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&str> = vec![module];
    while let Some(module) = next.pop() {
        for used in uses.get(module).into_iter().flatten() {
            if reached.insert(used.as_str()) {
                next.push(used);
            }
        }
    }
    reached
}

/// Every path a file names, written out from the crate's root.
fn paths(source: &Source) -> Vec<String> {
    let code = code(&source.text);
    let mut paths = Vec::new();
    for (prefix, base) in bases(source) {
        for (at, _) in code.match_indices(&prefix) {
            let before = code[..at].chars().next_back();
            // `pub(in crate::…)` says who may see, not what is used.
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') || code[..at].ends_with("(in ") {
                continue;
            }
            expand(&base, &code[at + prefix.len()..], &mut paths);
        }
    }
    // What a file declares and uses by its bare name: `mod entry;` and then `entry::read`.
    for line in code.lines() {
        let line = line.trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ").trim_start_matches("pub ");
        if let Some(child) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) {
            paths.push(join(&source.module, child));
        }
    }
    paths
}

/// `crate::`, `super::` and `super::super::`, and the module each stands for.
fn bases(source: &Source) -> Vec<(String, String)> {
    let parent = |module: &str| module.rsplit_once("::").map(|(parent, _)| parent.to_owned()).unwrap_or_default();
    let first = parent(&source.module);
    vec![("crate::".to_owned(), String::new()), ("super::".to_owned(), first)]
}

/// Reads a use tree, `a::{b, c::{d, e}}`, into its leaves.
fn expand(base: &str, text: &str, paths: &mut Vec<String>) {
    let text = text.trim_start();
    if let Some(group) = text.strip_prefix('{') {
        let mut depth = 0;
        let mut start = 0;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => {
                    expand(base, &group[start..at], paths);
                    return;
                }
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    expand(base, &group[start..at], paths);
                    start = at + 1;
                }
                _ => {}
            }
        }
        return;
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    match (name, rest.strip_prefix("::")) {
        ("" | "self", _) => paths.push(base.to_owned()),
        ("super", Some(rest)) => {
            let parent = base.rsplit_once("::").map(|(parent, _)| parent.to_owned()).unwrap_or_default();
            expand(&parent, rest, paths);
        }
        (name, Some(rest)) => expand(&join(base, name), rest, paths),
        (name, None) => paths.push(join(base, name)),
    }
}

fn join(base: &str, name: &str) -> String {
    if base.is_empty() { name.to_owned() } else { format!("{base}::{name}") }
}

/// The file a path leads to: the longest module it begins with, or what the root exports under that name.
fn target(path: &str, modules: &BTreeSet<&str>, exports: &BTreeMap<String, String>) -> Option<String> {
    let parts: Vec<&str> = path.split("::").collect();
    for length in (1..=parts.len()).rev() {
        let candidate = parts[..length].join("::");
        if modules.contains(candidate.as_str()) {
            return Some(candidate);
        }
    }
    exports.get(parts[0]).cloned()
}

/// What the crate's root exports by name, and from where.
fn exports(text: &str, modules: &BTreeSet<&str>) -> BTreeMap<String, String> {
    let mut exports = BTreeMap::new();
    for (at, _) in text.match_indices("pub use ") {
        let mut paths = Vec::new();
        expand("", &text[at + "pub use ".len()..], &mut paths);
        for path in paths {
            let Some((_, name)) = path.rsplit_once("::") else { continue };
            if let Some(module) = target(&path, modules, &BTreeMap::new()) {
                exports.insert(name.to_owned(), module);
            }
        }
    }
    exports
}

/// The modules that a file declares for its tests only.
fn test_modules(source: &Source) -> Vec<String> {
    let lines: Vec<&str> = source.text.lines().collect();
    let declared =
        lines.windows(2).filter(|pair| pair[0] == "#[cfg(test)]").filter_map(|pair| pair[1].strip_prefix("mod "));
    declared.filter_map(|rest| rest.strip_suffix(';')).map(|name| join(&source.module, name)).collect()
}

/// The text without comments and without its test module.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn circles_are_seen() {
    let source =
        |module: &str, text: &str| Source { path: module.into(), module: module.to_owned(), text: text.to_owned() };
    let root = || source("", "mod a;\nmod b;\npub use b::Thing;\n");
    let straight = [root(), source("a", "use crate::b::{self, Other};"), source("b", "use std::fmt;")];
    assert!(find(&straight).is_empty());
    let through_the_root = [root(), source("a", "fn f() {}"), source("b", "use crate::a::f;")];
    assert!(find(&through_the_root).is_empty());
    let round = [root(), source("a", "use crate::{Thing, x};"), source("b", "use crate::a::f;")];
    assert_eq!(find(&round), [["a", "b"]]);
    let parent = [root(), source("a", "mod c;"), source("a::c", "use super::f;"), source("b", "")];
    assert_eq!(find(&parent), [["a", "a::c"]]);
    let tested = [
        root(),
        source("a", "mod c;"),
        source("a::c", "#[cfg(test)]\nmod tests {\nuse super::super::f; }"),
        source("b", ""),
    ];
    assert!(find(&tested).is_empty());
}
