//! The house keeps its shape: arrows run down only, between crates and between the files of a crate; nobody uses what another
//! crate alone may use; files stay small. The same fences stand in `deny.toml`.

mod circles;
pub(crate) mod sources;

use sources::{Source, crates, manifest, root};
use std::collections::BTreeMap;

/// Floors of the house: a crate may use only crates on lower floors, and only these.
const MAY_USE: &[(&str, &[&str])] = &[
    ("fhir", &[]),
    ("rules", &["fhir"]),
    ("store", &["fhir"]),
    ("auth", &["fhir"]),
    ("service", &["fhir", "rules", "store", "auth"]),
    ("delivery", &["fhir", "store"]),
    ("http", &["fhir", "service"]),
    ("server", &["fhir", "auth", "store", "service", "delivery", "http"]),
];

/// Who alone may use a library.
const FENCES: &[(&str, &[&str])] = &[
    ("diesel", &["store"]),
    ("diesel-async", &["store"]),
    ("diesel_migrations", &["store"]),
    ("actix-web", &["http"]),
    ("utoipa", &["http"]),
    ("utoipa-swagger-ui", &["http"]),
    ("jsonwebtoken", &["auth"]),
    ("reqwest", &["auth", "delivery", "server"]),
    ("clap", &["server"]),
];

/// A file longer than this has two things in it.
const MAX_LINES: usize = 400;

#[test]
fn crates_use_only_lower_floors() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    for name in crates() {
        let allowed = allowed.get(name.as_str()).unwrap_or_else(|| panic!("crates/{name} stands on no floor"));
        for dependency in manifest(&name) {
            if let Some(other) = dependency.strip_prefix("varde-") {
                assert!(allowed.contains(&other), "crates/{name} may not use varde-{other}");
            }
        }
    }
}

#[test]
fn libraries_stay_behind_their_fences() {
    for name in crates() {
        let dependencies = manifest(&name);
        for (library, users) in FENCES {
            let uses = dependencies.iter().any(|dependency| dependency == library);
            assert!(!uses || users.contains(&name.as_str()), "crates/{name} may not use {library}");
        }
    }
}

#[test]
fn no_circle_between_files() {
    let mut circles = Vec::new();
    for name in crates() {
        let found = circles::find(&Source::of_crate(&name));
        circles.extend(found.iter().map(|circle| format!("crates/{name}: {}", circle.join(" ⇄ "))));
    }
    for tool in ["tests/load", "tests/failover"] {
        let found = circles::find(&Source::below(&root().join(tool)));
        circles.extend(found.iter().map(|circle| format!("{tool}: {}", circle.join(" ⇄ "))));
    }
    assert!(circles.is_empty(), "circles:\n{}", circles.join("\n"));
}

#[test]
fn files_stay_small_and_say_what_they_are() {
    let mut sources: Vec<Source> = crates().iter().flat_map(|name| Source::of_crate(name)).collect();
    sources.extend(Source::below(&root().join("tests")));
    let mut faults = Vec::new();
    for source in &sources {
        let (path, lines) = (source.path.display(), source.text.lines().count());
        if lines > MAX_LINES {
            faults.push(format!("{path} has {lines} lines"));
        }
        if !source.text.starts_with("//!") {
            faults.push(format!("{path} does not open with what it is"));
        }
        if source.path.file_name().is_some_and(|name| name == "mod.rs") {
            faults.push(format!("{path} is a mod.rs"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
