//! `_include` and `_revinclude`.

use super::world::{Draft, HOSPITAL, MUNICIPALITY, World, ids, on_both, paged, param, query};
use serde_json::json;
use varde_fhir::ResourceType;
use varde_fhir::identifier::FNR;
use varde_fhir::query::{Include, Query};

on_both!(included_once_and_only_what_is_seen, included_by_person, nothing_is_included_twice_or_after_deletion);

fn include(source: ResourceType, name: &str, target: Option<ResourceType>) -> Include {
    Include { source, param: param(source, name), target, iterate: false }
}

fn including(rtype: ResourceType, includes: Vec<Include>, revincludes: Vec<Include>) -> Query {
    Query { includes, revincludes, ..query(rtype) }
}

fn included_once_and_only_what_is_seen(world: &World) {
    Draft::new("Organization/o", json!({"resourceType": "Organization"})).owner(MUNICIPALITY).store(world);
    Draft::new("Patient/mine", json!({"resourceType": "Patient"})).store(world);
    Draft::new("Patient/theirs", json!({"resourceType": "Patient"})).owner(MUNICIPALITY).store(world);
    for (id, patient) in [("1", "Patient/mine"), ("2", "Patient/mine"), ("3", "Patient/theirs"), ("4", "Patient/none")]
    {
        let task =
            json!({"resourceType": "Task", "for": {"reference": patient}, "owner": {"reference": "Organization/o"}});
        Draft::new(&format!("Task/{id}"), task).store(world);
    }
    let subject = || include(ResourceType::Task, "subject", None);
    let owner = || include(ResourceType::Task, "owner", None);
    let seen = |query: &Query| ids(&world.search(query, Some(HOSPITAL), None).included);
    assert_eq!(seen(&including(ResourceType::Task, vec![subject()], vec![])), ["mine"]);
    assert_eq!(seen(&including(ResourceType::Task, vec![subject(), owner()], vec![])), ["mine", "o"]);
    let organisations = include(ResourceType::Task, "subject", Some(ResourceType::Organization));
    assert_eq!(seen(&including(ResourceType::Task, vec![organisations], vec![])), Vec::<String>::new());
    let elsewhere = include(ResourceType::CarePlan, "subject", None);
    assert_eq!(seen(&including(ResourceType::Task, vec![elsewhere], vec![])), Vec::<String>::new());
    assert_eq!(seen(&including(ResourceType::Patient, vec![], vec![subject()])), ["1", "2"]);
    assert_eq!(seen(&including(ResourceType::Organization, vec![], vec![owner(), subject()])), ["1", "2", "3", "4"]);
    let patients = include(ResourceType::Task, "owner", Some(ResourceType::Patient));
    assert_eq!(seen(&including(ResourceType::Organization, vec![], vec![patients])), Vec::<String>::new());
    let whole = including(ResourceType::Task, vec![subject()], vec![]);
    let first = world.search(&paged(whole.clone(), 2), None, None);
    assert_eq!(ids(&first.included), ["mine"]);
    let second = world.search(&paged(whole, 2), None, first.next.as_deref());
    assert_eq!(ids(&second.included), ["theirs"]);
}

fn included_by_person(world: &World) {
    let key = world.write(|session| session.ensure_person(&[(FNR.to_owned(), "13116900216".to_owned())]));
    Draft::new("Patient/mine", json!({"resourceType": "Patient"})).patient(&key).store(world);
    Draft::new("Patient/theirs", json!({"resourceType": "Patient"})).patient(&key).owner(MUNICIPALITY).store(world);
    let subject = json!({"identifier": {"system": FNR, "value": "13116900216"}});
    Draft::new("Task/logical", json!({"resourceType": "Task", "for": subject})).patient(&key).store(world);
    let subject = || include(ResourceType::Task, "subject", None);
    let forward = including(ResourceType::Task, vec![subject()], vec![]);
    assert_eq!(ids(&world.search(&forward, Some(HOSPITAL), None).included), ["mine"]);
    let backward = including(ResourceType::Patient, vec![], vec![subject()]);
    assert_eq!(ids(&world.search(&backward, Some(HOSPITAL), None).included), ["logical"]);
}

fn nothing_is_included_twice_or_after_deletion(world: &World) {
    let part = |of: &str| json!({"resourceType": "Task", "partOf": [{"reference": of}]});
    Draft::new("Task/1", part("Task/2")).store(world);
    Draft::new("Task/2", part("Task/3")).store(world);
    Draft::new("Task/3", json!({"resourceType": "Task"})).store(world);
    let whole = including(ResourceType::Task, vec![include(ResourceType::Task, "part-of", None)], vec![]);
    assert_eq!(world.search(&whole, None, None).included, []);
    assert_eq!(ids(&world.search(&paged(whole.clone(), 2), None, None).included), ["3"]);
    Draft::new("Task/3", json!({})).version(2).deleted().store(world);
    assert_eq!(world.search(&paged(whole, 2), None, None).included, []);
}
