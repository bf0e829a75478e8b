//! Person keys: one human, several Patient resources and names.

use super::world::{Draft, HOSPITAL, MUNICIPALITY, World, ids, on_both, query, reference, token, with};
use serde_json::{Value, json};
use varde_fhir::ResourceType;
use varde_fhir::identifier::{DNR, FNR, HPR};
use varde_fhir::query::Modifier;

on_both!(
    one_human_has_one_key,
    a_team_is_found_however_the_patient_is_named,
    a_patient_that_may_not_be_seen_leads_to_nobody,
    references_that_came_first_are_found_later,
);

fn names(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(system, value)| ((*system).to_owned(), (*value).to_owned())).collect()
}

fn ensure(world: &World, list: &[(&str, &str)]) -> String {
    let names = names(list);
    world.write(move |session| session.ensure_person(&names))
}

fn one_human_has_one_key(world: &World) {
    let person = |list: &[(&str, &str)]| world.read(|session| session.person(&names(list)));
    assert_eq!(person(&[(FNR, "1")]), None);
    let key = ensure(world, &[(FNR, "1")]);
    assert_eq!(ensure(world, &[(FNR, "1")]), key);
    assert_eq!(ensure(world, &[(DNR, "1")]), ensure(world, &[(DNR, "1")]));
    assert_ne!(ensure(world, &[(DNR, "1")]), key);
    assert_eq!(ensure(world, &[(DNR, "2"), (FNR, "1")]), key);
    assert_eq!(person(&[(DNR, "2")]).as_deref(), Some(key.as_str()));
    assert_ne!(ensure(world, &[]), ensure(world, &[]));
    assert_eq!(world.count("person"), 4);
}

/// Two tenants' Patient resources for one human, and teams that name that human in every way.
fn teams(world: &World) -> String {
    let key = ensure(world, &[(FNR, "13116900216")]);
    Draft::new("Patient/h", json!({"resourceType": "Patient"})).patient(&key).store(world);
    Draft::new("Patient/m", json!({"resourceType": "Patient"})).patient(&key).owner(MUNICIPALITY).store(world);
    let other = ensure(world, &[(FNR, "2")]);
    Draft::new("Patient/o", json!({"resourceType": "Patient"})).patient(&other).store(world);
    let subjects = [
        ("literal-h", json!({"reference": "Patient/h"})),
        ("literal-m", json!({"reference": "https://varde.example/fhir/Patient/m"})),
        ("logical", json!({"identifier": {"system": FNR, "value": "13116900216"}})),
        ("typed", json!({"type": "Patient", "identifier": {"system": FNR, "value": "13116900216"}})),
        ("other", json!({"reference": "Patient/o"})),
        ("hpr", json!({"identifier": {"system": HPR, "value": "13116900216"}})),
    ];
    for (id, subject) in subjects {
        Draft::new(&format!("Task/{id}"), task(&subject)).patient(&key).store(world);
    }
    key
}

fn task(subject: &Value) -> Value {
    json!({"resourceType": "Task", "for": subject})
}

fn a_team_is_found_however_the_patient_is_named(world: &World) {
    teams(world);
    let find = |modifier, value| world.found(&with(query(ResourceType::Task), "subject", modifier, &[value]));
    let everywhere = ["literal-h", "literal-m", "logical", "typed"];
    assert_eq!(find(Modifier::None, reference("Patient/h")), everywhere);
    assert_eq!(find(Modifier::None, reference("Patient/m")), everywhere);
    assert_eq!(find(Modifier::None, reference("h")), everywhere);
    assert_eq!(find(Modifier::Type(ResourceType::Patient), reference("m")), everywhere);
    assert_eq!(find(Modifier::None, reference("Patient/o")), ["other"]);
    assert_eq!(find(Modifier::Type(ResourceType::RelatedPerson), reference("h")), Vec::<String>::new());
    assert_eq!(find(Modifier::Identifier, token(&format!("{FNR}|13116900216"))), everywhere);
    assert_eq!(find(Modifier::Identifier, token(&format!("{HPR}|13116900216"))), ["hpr"]);
    assert_eq!(find(Modifier::Identifier, token("13116900216")), ["logical", "typed", "hpr"]);
}

fn a_patient_that_may_not_be_seen_leads_to_nobody(world: &World) {
    teams(world);
    let by_id = |id: &str| with(query(ResourceType::Task), "subject", Modifier::None, &[reference(id)]);
    let seen = |id: &str| ids(&world.search(&by_id(id), Some(HOSPITAL), None).matches);
    assert_eq!(seen("Patient/h"), ["literal-h", "literal-m", "logical", "typed"]);
    assert_eq!(seen("Patient/m"), ["literal-m"]);
    assert_eq!(seen("Patient/none"), Vec::<String>::new());
    Draft::new("Patient/h", json!({})).version(2).deleted().store(world);
    assert_eq!(seen("Patient/h"), ["literal-h"], "one that was deleted leads to nobody either");
}

fn references_that_came_first_are_found_later(world: &World) {
    Draft::new("Task/logical", task(&json!({"identifier": {"system": FNR, "value": "3"}}))).store(world);
    Draft::new("Task/literal", task(&json!({"reference": "Patient/late"}))).store(world);
    let key = ensure(world, &[(FNR, "3")]);
    Draft::new("Patient/late", json!({"resourceType": "Patient"})).patient(&key).store(world);
    let all = with(query(ResourceType::Task), "subject", Modifier::None, &[reference("Patient/late")]);
    assert_eq!(world.found(&all), ["logical", "literal"]);
    assert_eq!(world.store.verify().unwrap().findings, []);
}
