//! A child is born, and has a plan before it has a number.

use crate::people::{ANNEN, BARN, KOMMUNE, patient, plan};
use crate::story::{created, status};
use crate::world::{World, each};
use serde_json::{Value, json};

fn born(world: &World) -> (String, Value) {
    let child = json!({ "resourceType": "Patient", "birthDate": "2026-11-20" });
    let at = created(world, KOMMUNE, &child);
    let mut plan = plan(BARN);
    plan["subject"] = json!({ "reference": at });
    created(world, KOMMUNE, &plan);
    let child = world.get(KOMMUNE, &format!("/fhir/{at}")).expect(200).json;
    (format!("/fhir/{at}"), child)
}

fn with_number(child: &Value, number: &str) -> Value {
    let mut child = child.clone();
    child["identifier"] = json!([patient(number)["identifier"]]);
    child
}

#[test]
fn a_newborn_gets_a_number_and_keeps_its_plan() {
    each(|world| {
        let (at, child) = born(world);
        assert!(!status(world, KOMMUNE, BARN).active, "nobody knows the number yet");
        world.put(KOMMUNE, &at, None, &with_number(&child, BARN)).expect(200);
        assert!(status(world, KOMMUNE, BARN).active);
        let found =
            world.search(KOMMUNE, "CarePlan", &[("patient:identifier", &format!("{}|{BARN}", crate::people::FNR))]);
        assert_eq!(found.expect(200).entries().len(), 1);
        // The number is the child's for good, and a second plan under it is a second plan.
        let second = world.post(KOMMUNE, "/fhir/CarePlan", &plan(BARN)).expect(422);
        assert_eq!(second.codes(), ["one-ip"]);
        assert!(world.store.verify().expect("a report").sound());
    });
}

#[test]
fn a_number_that_is_somebodys_or_another_is_refused() {
    each(|world| {
        created(world, KOMMUNE, &plan(ANNEN));
        let (at, child) = born(world);
        let before = world.counts();
        let taken = world.put(KOMMUNE, &at, None, &with_number(&child, ANNEN)).expect(422);
        assert_eq!(taken.codes(), ["patient-changed"]);
        assert_eq!(world.counts(), before);
        world.put(KOMMUNE, &at, None, &with_number(&child, BARN)).expect(200);
        let other = world.put(KOMMUNE, &at, None, &with_number(&child, crate::people::TESTINE)).expect(422);
        assert_eq!(other.codes(), ["patient-changed"]);
        // Without its number it is still the same child.
        world.put(KOMMUNE, &at, None, &child).expect(200);
        assert!(status(world, KOMMUNE, BARN).active);
    });
}

/// What the refusal advises works: the number that was replaced stays beside the new one.
#[test]
fn a_d_number_that_a_foedselsnummer_replaces_stays_beside_it() {
    each(|world| {
        let d_number = json!({ "system": "urn:oid:2.16.578.1.12.4.1.4.2", "value": "41819026090" });
        let person = json!({ "resourceType": "Patient", "identifier": [d_number] });
        let at = format!("/fhir/{}", created(world, KOMMUNE, &person));
        let mut renamed = world.get(KOMMUNE, &at).expect(200).json;
        renamed["identifier"] = json!([patient(BARN)["identifier"]]);
        let before = world.counts();
        assert_eq!(world.put(KOMMUNE, &at, None, &renamed).expect(422).codes(), ["patient-changed"]);
        assert_eq!(world.counts(), before);
        let mut replaced = d_number;
        replaced["use"] = json!("old");
        renamed["identifier"] = json!([patient(BARN)["identifier"], replaced]);
        world.put(KOMMUNE, &at, None, &renamed).expect(200);
    });
}
