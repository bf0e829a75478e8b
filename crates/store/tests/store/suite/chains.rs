//! Chains, reverse chains and includes that go on: found through what may be seen, and through nothing else.

use super::world::{BASE, Draft, HOSPITAL, MUNICIPALITY, STRANGER, World, ids, on_both};
use serde_json::json;
use varde_fhir::ResourceType;
use varde_fhir::query;
use varde_store::{Grant, SearchPage};

on_both!(
    chains_lead_through_what_may_be_seen,
    what_is_hidden_is_no_link,
    a_patient_is_followed_as_a_person,
    includes_go_on_and_come_to_an_end,
);

fn search(world: &World, organisation: Option<&str>, text: &str) -> SearchPage {
    let (rtype, parameters) = text.split_once('?').unwrap();
    let rtype: ResourceType = rtype.parse().unwrap();
    let pairs: Vec<(String, String)> = parameters
        .split('&')
        .map(|pair| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap())
        .collect();
    let query = query::parse(rtype, &pairs, BASE, false, true).unwrap_or_else(|issues| panic!("{text}: {issues:?}"));
    world.search(&query, organisation, None)
}

fn found(world: &World, organisation: Option<&str>, text: &str) -> Vec<String> {
    ids(&search(world, organisation, text).matches)
}

/// Everything the hospital's: two patients, a team of each, a task on a team.
fn stock(world: &World) {
    Draft::new("Organization/o", json!({"name": "Haukeland", "identifier": [{"system": "urn:enh", "value": "9"}]}))
        .store(world);
    for (id, family, of) in [("a", "Berg", "Organization/o"), ("b", "Dahl", "Organization/other")] {
        let patient = json!({"name": [{"family": family}], "managingOrganization": {"reference": of}});
        Draft::new(&format!("Patient/{id}"), patient).patient(&format!("person-{id}")).store(world);
    }
    for (id, patient, role) in [("ta", "a", "18"), ("tb", "b", "19")] {
        let team = json!({"status": "active", "subject": {"reference": format!("Patient/{patient}")},
            "participant": [{"role": [{"coding": [{"code": role}]}]}]});
        Draft::new(&format!("CareTeam/{id}"), team).patient(&format!("person-{patient}")).store(world);
    }
    let task = json!({"status": "requested", "focus": {"reference": "CareTeam/ta"}});
    Draft::new("Task/t", task).patient("person-a").store(world);
}

fn chains_lead_through_what_may_be_seen(world: &World) {
    stock(world);
    for (text, expected) in [
        ("CareTeam?subject:Patient.name=berg", &["ta"][..]),
        ("CareTeam?patient.family:exact=Dahl", &["tb"]),
        ("CareTeam?patient.name=nobody", &[]),
        ("CareTeam?patient.organization.identifier=urn:enh|9", &["ta"]),
        ("CareTeam?patient.organization.name:contains=uke", &["ta"]),
        ("CareTeam?status=active&patient.organization:missing=false", &["ta", "tb"]),
        ("CareTeam?patient.organization=Organization/other", &["tb"]),
        ("CareTeam?patient._id=b", &["tb"]),
        ("Patient?_has:CareTeam:subject:participant-role=18", &["a"]),
        ("Patient?_has:CareTeam:patient:participant-role=18,19", &["a", "b"]),
        ("Patient?_has:CareTeam:patient:_has:Task:focus:status=requested", &["a"]),
        ("Organization?_has:Patient:organization:_has:CareTeam:patient:status=active", &["o"]),
        ("Task?focus:CareTeam.patient.name=berg", &["t"]),
        ("CareTeam?_has:Task:focus:status=requested", &["ta"]),
        ("Organization?_has:Patient:organization:name=berg", &["o"]),
        ("Patient?_has:CareTeam:patient:participant-role=18&name=dahl", &[]),
        ("Patient?_has:CareTeam:patient:participant-role=18&name=berg&_sort=-birthdate&_total=accurate", &["a"]),
    ] {
        assert_eq!(found(world, Some(HOSPITAL), text), expected, "{text}");
        assert_eq!(found(world, None, text), expected, "{text}");
        let strangers = search(world, Some(STRANGER), text);
        assert_eq!((ids(&strangers.matches), strangers.total.unwrap_or(0)), (Vec::new(), 0), "{text}");
    }
}

/// The municipality sees the team that it was granted, and neither the patient nor the task behind it.
fn what_is_hidden_is_no_link(world: &World) {
    stock(world);
    let grant = Grant {
        patient: "person-a".into(),
        organisation: MUNICIPALITY.into(),
        reach: "CareTeam".into(),
        basis: "team-member",
        valid_from: i64::MIN,
        valid_to: i64::MAX,
    };
    Draft::new("Consent/c", json!({})).patient("person-a").grant(grant).store(world);
    let mine = json!({"name": [{"family": "Berg"}], "managingOrganization": {"reference": "Organization/o"}});
    for (text, expected) in [
        ("CareTeam?status=active", &["ta"][..]),
        ("CareTeam?subject:Patient.name=berg", &[]),
        ("CareTeam?patient._id=a", &[]),
        ("CareTeam?status=active&patient.organization:missing=false", &[]),
        ("CareTeam?_has:Task:focus:status=requested", &[]),
        ("Organization?_has:Patient:organization:name=berg", &[]),
        ("Organization?_has:Patient:organization:_has:CareTeam:patient:status=active", &[]),
    ] {
        assert_eq!(found(world, Some(MUNICIPALITY), text), expected, "{text}");
    }
    // Its own Patient of the same person is a link.
    Draft::new("Patient/mine", mine).patient("person-a").owner(MUNICIPALITY).store(world);
    for (text, expected) in [
        ("CareTeam?subject:Patient.name=berg", &["ta"][..]),
        ("CareTeam?patient._id=mine", &["ta"]),
        ("Patient?_has:CareTeam:patient:status=active", &["mine"]),
        ("Organization?_has:Patient:organization:_has:CareTeam:patient:status=active", &["o"]),
    ] {
        assert_eq!(found(world, Some(MUNICIPALITY), text), expected, "{text}");
    }
}

fn a_patient_is_followed_as_a_person(world: &World) {
    let number = ("urn:oid:2.16.578.1.12.4.1.4.1".to_owned(), "1".to_owned());
    let person = world.write(move |session| session.ensure_person(&[number]));
    Draft::new("Patient/p", json!({"name": [{"family": "Berg"}]})).patient(&person).store(world);
    let logical = json!({"status": "active", "subject": {"identifier": {"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "1"}}});
    Draft::new("CareTeam/t", logical).patient(&person).store(world);
    for (text, expected) in [
        ("CareTeam?patient.name=berg", "t"),
        ("Patient?_has:CareTeam:patient:status=active", "p"),
        ("CareTeam?status=active&_include=CareTeam:patient", "t"),
    ] {
        let page = search(world, Some(HOSPITAL), text);
        assert_eq!(ids(&page.matches), [expected], "{text}");
        assert_eq!(ids(&page.included), if text.contains("_include") { vec!["p"] } else { vec![] }, "{text}");
    }
}

fn includes_go_on_and_come_to_an_end(world: &World) {
    for n in 0..9 {
        let part = json!({"name": "x", "partOf": {"reference": format!("Organization/{}", n + 1)}});
        Draft::new(&format!("Organization/{n}"), part).store(world);
    }
    Draft::new("Organization/ring", json!({"partOf": {"reference": "Organization/ring"}})).store(world);
    for (text, expected) in [
        ("Organization?_id=0&_include=Organization:partof", &["1"][..]),
        ("Organization?_id=0&_include:iterate=Organization:partof", &["1", "2", "3", "4", "5"]),
        ("Organization?_id=8&_revinclude:iterate=Organization:partof", &["7", "6", "5", "4", "3"]),
        ("Organization?_id=ring&_include:iterate=Organization:partof", &[]),
        ("Organization?_id=0,1&_include:iterate=Organization:partof", &["2", "3", "4", "5", "6"]),
    ] {
        assert_eq!(ids(&search(world, Some(HOSPITAL), text).included), expected, "{text}");
    }
}
