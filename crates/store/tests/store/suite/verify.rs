//! `verify` sees what was tampered with, `reindex` repairs the index.

use super::world::{Draft, World, on_both, query, token, with};
use serde_json::json;
use varde_fhir::ResourceType;
use varde_fhir::identifier::FNR;
use varde_fhir::query::Modifier;

on_both!(a_sound_store_is_sound, damage_is_named, reindex_repairs_the_index);

fn fill(world: &World) {
    let person = world.write(|session| session.ensure_person(&[(FNR.to_owned(), "1".to_owned())]));
    Draft::new(
        "Patient/p",
        json!({"resourceType": "Patient", "name": [{"family": "Berg"}], "birthDate": "1970-01-01"}),
    )
    .patient(&person)
    .store(world);
    for n in 0..5 {
        let subject = if n % 2 == 0 {
            json!({"reference": "Patient/p"})
        } else {
            json!({"identifier": {"system": FNR, "value": "1"}})
        };
        let team =
            json!({"resourceType": "CareTeam", "status": "active", "subject": subject, "period": {"start": "2026"}});
        Draft::new(&format!("CareTeam/{n}"), team).patient(&person).claim(&format!("c{n}")).store(world);
    }
    Draft::new("CareTeam/0", json!({})).version(2).deleted().store(world);
}

fn places(world: &World) -> Vec<String> {
    world.store.verify().unwrap().findings.into_iter().map(|finding| finding.place).collect()
}

fn a_sound_store_is_sound(world: &World) {
    fill(world);
    let report = world.store.verify().unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(report.resources, 6);
}

fn damage_is_named(world: &World) {
    fill(world);
    let table = [
        (
            "UPDATE resource SET body = history.body FROM history WHERE resource.id = '1' AND history.resource = 1",
            "CareTeam/1",
        ),
        ("UPDATE idx_token SET code = 'inactive' WHERE param = 'status' AND resource = 4", "CareTeam/2"),
        ("DELETE FROM idx_date WHERE resource = 5", "CareTeam/3"),
        ("UPDATE idx_reference SET person = '' WHERE resource = 6", "CareTeam/4"),
        ("DELETE FROM change WHERE seq = 3", "change"),
        ("INSERT INTO claim (key, resource) VALUES ('stray', 2)", "claim"),
        ("INSERT INTO idx_uri (resource, rtype, param, value) VALUES (99, 'Goal', 'x', 'y')", "idx_uri"),
    ];
    for (sql, place) in table {
        assert!(!places(world).contains(&place.to_owned()), "{place} before");
        world.tamper(sql);
        assert!(places(world).contains(&place.to_owned()), "{sql}");
    }
}

fn reindex_repairs_the_index(world: &World) {
    fill(world);
    let active = with(query(ResourceType::CareTeam), "status", Modifier::None, &[token("active")]);
    let expected = world.found(&active);
    world.tamper("DELETE FROM idx_token; UPDATE idx_reference SET person = 'nobody'; INSERT INTO idx_uri VALUES (1, 'Patient', 'x', 'y')");
    assert!(world.found(&active).is_empty() && !places(world).is_empty());
    assert_eq!(world.store.reindex(), Ok(6));
    assert_eq!((world.found(&active), places(world)), (expected, Vec::new()));
}
