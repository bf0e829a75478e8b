//! Searches through references: chains, `_has`, includes that go on; through what the caller may not see or ask for, nothing.

use super::{Stock, ids, modes, stock};
use crate::people::{BERGEN, FNR, HARALDSPLASS, ROLE, TESTINE};
use crate::refusal::assert_refused;
use crate::world::{World, each};
use serde_json::json;

#[test]
fn searches_lead_through_references() {
    each(|world| {
        let Stock { testine, team, .. } = stock(world);
        for (search, found) in [
            ("CareTeam?subject:Patient.name=prøve", vec![team.as_str()]),
            ("CareTeam?patient.family=PRØVESEN&status=active", vec![&team]),
            ("CareTeam?patient.family=øye", vec![]),
            (&format!("Patient?_has:CareTeam:subject:participant-role={ROLE}|18"), vec![&testine]),
            (&format!("Patient?_has:CareTeam:subject:participant-role={ROLE}|19"), vec![]),
            ("Communication?subject.birthdate=1990-01-01&identifier=urn:letter|a&_summary=count", vec![]),
        ] {
            let answer = world.get(BERGEN, &format!("/fhir/{search}")).expect(200);
            assert_eq!(ids(&answer), found, "{} {search}: {}", world.database(), answer.text);
            let theirs = world.get(HARALDSPLASS, &format!("/fhir/{search}")).expect(200);
            assert!(theirs.entries().is_empty(), "{search}: {}", theirs.text);
        }
        let letters = world.get(BERGEN, "/fhir/Communication?subject.birthdate=1990-01-01&_summary=count").expect(200);
        assert_eq!(letters.json["total"], 5);
        // A national number at the end of a chain stands in a body, as elsewhere.
        let number = format!("{FNR}|{TESTINE}");
        let chained = world.search(BERGEN, "CareTeam", &[("patient.identifier", &number)]).expect(200);
        assert_eq!(ids(&chained), [team.as_str()]);
        let refused = world.get(BERGEN, &format!("/fhir/CareTeam?patient.identifier={number}"));
        assert_refused(&refused, 400, "national-number-in-url", None);
    });
}

#[test]
fn a_link_that_leads_nowhere_is_refused_with_the_ways_there_are() {
    each(|world| {
        for (search, code, said) in [
            ("CareTeam?participant.name=x", "ambiguous-chain", "participant:Practitioner.name"),
            ("CareTeam?patient.nam=x", "unknown-parameter", "Did you mean name?"),
            ("CareTeam?patient.organization.partof.name=x", "not-supported", "at most 2 references"),
            ("CareTeam?_has:Task:focs:status=x", "unknown-reference", "Did you mean focus?"),
            ("CareTeam?_include:recurse=CareTeam:patient", "not-supported", "_include:iterate"),
        ] {
            let answer = world.get(BERGEN, &format!("/fhir/{search}"));
            assert_refused(&answer, 400, code, None);
            assert!(answer.text.contains(said), "{search}: {}", answer.text);
        }
    });
}

#[test]
fn a_link_needs_the_right_to_search_what_it_leads_through() {
    each(|world| {
        let Stock { team, .. } = stock(world);
        let narrow = |world: &World, path: &str| {
            let token = world.token_with(BERGEN, json!({ "scope": "system/CareTeam.rs" }), json!({}));
            world.send(world.request("GET", path).bearer_auth(token))
        };
        for search in ["CareTeam?patient.name=prøve", "CareTeam?_has:Task:focus:status=requested"] {
            assert_refused(&narrow(world, &format!("/fhir/{search}")), 403, "scope-missing", None);
        }
        let path = "/fhir/CareTeam?_include=CareTeam:patient&_include=CareTeam:participant";
        let answer = narrow(world, path).expect(200);
        assert_eq!((ids(&answer), modes(&answer)), (vec![team.as_str()], vec![("CareTeam", "match")]));
        assert!(world.get(BERGEN, path).expect(200).entries().len() > 1);
    });
}
