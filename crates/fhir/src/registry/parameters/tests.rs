//! The table against the facts of R4.

use super::*;
use crate::registry::served_types;
use serde_json::Value;
use std::collections::BTreeSet;

/// (type, code) → (type of parameter, parts of its expression that concern the type, served targets, definition).
type Facts = BTreeMap<(ResourceType, String), (String, BTreeSet<String>, BTreeSet<ResourceType>, String)>;

fn facts(dir: &str) -> Facts {
    // The unpacked package, or the folder inside.
    let inner = format!("{dir}/dist/fhir/r4");
    let dir = if std::path::Path::new(&inner).is_dir() { &inner } else { dir };
    let text = std::fs::read_to_string(format!("{dir}/search-parameters.json")).unwrap();
    let bundle: Value = serde_json::from_str(&text).unwrap();
    let mut facts = Facts::new();
    for resource in bundle["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]) {
        let texts = |name: &str| -> Vec<String> {
            let list = resource[name].as_array().cloned().unwrap_or_default();
            list.iter().map(|value| value.as_str().unwrap().to_owned()).collect()
        };
        let text = |name: &str| resource[name].as_str().unwrap_or_default();
        let bases = texts("base");
        let of_every = bases.iter().any(|base| base == "Resource") && !text("expression").is_empty();
        for rtype in served_types().iter().map(|row| row.rtype) {
            if text("version") != "4.0.1" || !(of_every || bases.iter().any(|base| base == rtype.as_str())) {
                continue;
            }
            let prefix = if of_every { "Resource" } else { rtype.as_str() };
            let parts = text("expression").split(" | ").map(str::trim);
            let parts = parts.filter(|part| part.trim_start_matches('(').starts_with(&format!("{prefix}.")));
            let targets = texts("target").into_iter().filter_map(|name| name.parse().ok());
            let targets = targets.filter(|target| served_types().iter().any(|row| row.rtype == *target));
            facts.insert(
                (rtype, text("code").to_owned()),
                (
                    text("type").to_owned(),
                    parts.map(str::to_owned).collect(),
                    targets.collect(),
                    text("url").to_owned(),
                ),
            );
        }
    }
    facts
}

#[test]
fn the_table_equals_the_facts_of_r4() {
    let Ok(dir) = std::env::var("VARDE_R4_DEFINITIONS") else {
        println!("skipped: VARDE_R4_DEFINITIONS does not name the R4 definitions");
        return;
    };
    let mut facts = facts(&dir);
    for row in served_types() {
        facts.remove(&(row.rtype, "_source".to_owned()));
    }
    for (rtype, name, kind) in LEFT_OUT {
        let fact = facts.remove(&(*rtype, (*name).to_owned())).expect(name);
        assert_eq!((fact.0.as_str(), search_param(*rtype, name).is_none()), (*kind, true), "{rtype}.{name}");
    }
    for param in served_types().iter().flat_map(|row| search_params(row.rtype)) {
        let at = format!("{}.{}", param.rtype, param.name);
        let fact = facts.remove(&(param.rtype, param.name.to_owned()));
        assert_eq!(fact.is_none(), param.own, "{at}: own is what R4 does not define");
        let Some((kind, parts, targets, definition)) = fact else { continue };
        let ours: BTreeSet<String> = param.expression.split(" | ").map(str::to_owned).collect();
        assert_eq!(param.kind.code(), kind, "{at}");
        assert!(parts.iter().all(|part| ours.contains(part)), "{at}: {parts:?} not in {ours:?}");
        assert_eq!(param.targets.iter().copied().collect::<BTreeSet<_>>(), targets, "{at}");
        assert_eq!(param.definition(), definition, "{at}");
    }
    assert!(facts.is_empty(), "missing: {:?}", facts.keys());
}

#[test]
fn every_served_type_has_parameters_with_names_of_their_own() {
    for row in served_types() {
        let names: BTreeSet<&str> = search_params(row.rtype).iter().map(|param| param.name).collect();
        assert_eq!(names.len(), search_params(row.rtype).len(), "{}", row.rtype);
        assert!(names.len() > 5, "{}", row.rtype);
        assert!(search_params(row.rtype).iter().all(|param| param.rtype == row.rtype));
    }
    assert!(search_params(ResourceType::Bundle).is_empty());
}

#[test]
fn any_target_is_every_served_type() {
    let served: Vec<ResourceType> = served_types().iter().map(|row| row.rtype).collect();
    assert_eq!(row::ANY, served);
}

#[test]
fn our_own_parameters() {
    let own: Vec<String> = served_types()
        .iter()
        .flat_map(|row| search_params(row.rtype))
        .filter(|param| param.own)
        .map(|param| format!("{}.{}", param.rtype, param.name))
        .collect();
    let expected = [
        "CareTeam.participant-role",
        "CareTeam.managing-organization",
        "CareTeam.role-period",
        "CarePlan.author",
        "CarePlan.revision-due",
        "Task.due",
        "Organization.municipality",
        "HealthcareService.municipality",
    ];
    assert_eq!(own, expected);
}

#[test]
fn canonical_parameters_are_known() {
    let canonical = |rtype, name| search_param(rtype, name).unwrap().is_canonical();
    assert!(canonical(ResourceType::CarePlan, "instantiates-canonical"));
    assert!(canonical(ResourceType::MeasureReport, "measure"));
    assert!(!canonical(ResourceType::CarePlan, "condition"));
}
