//! Version upon version: whatever a resource was before, its index, claims and grants are those of its newest version, and both
//! databases, which are written in different ways, hold the same.

use super::world::{Draft, HOSPITAL, MUNICIPALITY, STRANGER, World, on_both};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use varde_fhir::identifier::FNR;
use varde_store::Grant;

on_both!(whatever_came_before_the_newest_version_holds, a_version_that_says_less_leaves_nothing_of_the_one_before);

/// A long walk, the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn some(&mut self, most: u64, one: impl Fn(u64) -> Value) -> Vec<Value> {
        (0..self.below(most + 1)).map(|_| one(self.below(4))).collect()
    }
}

/// A resource with a bit of every kind of parameter, and references to patients by every name.
fn resource(rtype: &str, chance: &mut Chance) -> Value {
    let number = |n: u64| json!({"system": FNR, "value": n.to_string()});
    match rtype {
        "Patient" => json!({
            "resourceType": rtype,
            "meta": {"profile": [format!("https://example.org/{}", chance.below(3))]},
            "name": chance.some(2, |n| json!({"family": format!("Berg{n}"), "given": ["Å"]})),
            "birthDate": format!("19{}0-01-01", 5 + chance.below(4)),
            "link": chance.some(2, |n| json!({"other": {"reference": format!("Patient/{n}")}, "type": "seealso"})),
        }),
        _ => json!({
            "resourceType": rtype,
            "status": (["active", "inactive"])[usize::try_from(chance.below(2)).unwrap()],
            "identifier": chance.some(2, |n| json!({"system": "urn:s", "value": n.to_string()})),
            "subject": if chance.below(2) == 0 {
                json!({"reference": format!("Patient/{}", chance.below(4))})
            } else {
                json!({"identifier": number(chance.below(4))})
            },
            "participant": chance.some(3, |n| json!({
                "member": {"reference": format!("Patient/{n}")},
                "period": {"start": format!("202{n}")},
            })),
            "name": format!("Team {}", chance.below(3)),
        }),
    }
}

fn grants(chance: &mut Chance) -> Vec<Grant> {
    let grant = |n: u64| Grant {
        patient: format!("p{}", n % 2),
        organisation: [MUNICIPALITY, STRANGER][usize::try_from(n / 2).unwrap()].into(),
        reach: "*".into(),
        basis: "team-member",
        valid_from: 0,
        valid_to: 10,
    };
    (0..chance.below(4)).map(|_| grant(chance.below(4))).collect()
}

/// Three hundred versions of twelve resources; claims wander from one to another.
fn walk(world: &World) -> Vec<(String, i64)> {
    let mut chance = Chance(7);
    let (mut versions, mut held) = (BTreeMap::new(), BTreeMap::<u64, String>::new());
    for _ in 0..300 {
        let rtype = ["Patient", "CareTeam", "CareTeam"][usize::try_from(chance.below(3)).unwrap()];
        let address = format!("{rtype}/{}", chance.below(4));
        let version = versions.entry(address.clone()).and_modify(|version| *version += 1).or_insert(1);
        held.retain(|_, holder| *holder != address);
        let mut draft = Draft::new(&address, resource(rtype, &mut chance)).version(*version);
        draft = draft.patient(&format!("p{}", chance.below(2))).owner(HOSPITAL);
        if *version > 1 && chance.below(5) == 0 {
            draft = draft.deleted();
        } else {
            let claim = chance.below(6);
            if held.get(&claim).is_none_or(|holder| *holder == address) {
                held.insert(claim, address.clone());
                draft = draft.claim(&format!("c{claim}"));
            }
            draft.grants = grants(&mut chance);
        }
        draft.store(world);
    }
    assert_eq!(world.count("claim"), i64::try_from(held.len()).unwrap());
    world.counts()
}

fn known_people(world: &World) {
    for number in 0..3 {
        world.write(move |session| session.ensure_person(&[(FNR.to_owned(), number.to_string())]));
    }
}

fn whatever_came_before_the_newest_version_holds(world: &World) {
    known_people(world);
    walk(world);
    let report = world.store.verify().unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(report.resources, 8);
}

#[test]
fn both_databases_hold_the_same() {
    let Some(postgres) = World::postgres() else { return };
    let sqlite = World::sqlite();
    known_people(&sqlite);
    known_people(&postgres);
    assert_eq!(walk(&sqlite), walk(&postgres));
}

fn a_version_that_says_less_leaves_nothing_of_the_one_before(world: &World) {
    let full = json!({
        "resourceType": "CareTeam",
        "status": "active",
        "identifier": [{"system": "urn:s", "value": "1"}],
        "subject": {"reference": "Patient/p"},
        "name": "Team",
        "participant": [{"period": {"start": "2026"}}],
        "meta": {"profile": ["https://example.org/p"]},
    });
    let tables = ["idx_token", "idx_reference", "idx_date", "idx_uri", "claim", "access_grant"];
    let rows = || tables.map(|table| world.count(table));
    let mut draft = Draft::new("CareTeam/1", full).claim("c");
    draft.grants = grants(&mut Chance(1));
    draft.clone().store(world);
    let before = rows();
    assert!(before.iter().all(|rows| *rows > 0), "{before:?}");
    draft.version(2).store(world);
    assert_eq!(rows(), before);
    Draft::new("CareTeam/1", json!({"resourceType": "CareTeam"})).version(3).store(world);
    assert_eq!(rows(), [0; 6]);
}
