//! What other programmes ask of such a server: US Core's searches of CareTeam and CarePlan
//! <http://hl7.org/fhir/us/core/STU4/CapabilityStatement-us-core-server.html>, IHE's of a Care Team Service (DCTM) and of a Care Plan
//! Service (DCP) <https://profiles.ihe.net/PCC/>; and what a search may cost.

use super::ids;
use crate::people::{ANNEN, BERGEN, FNR, TESTINE, consent, plan, team};
use crate::refusal::assert_refused;
use crate::world::{World, each};
use serde_json::json;

/// A patient with a team and a plan, and another.
fn cared_for(world: &World) -> (String, String, String) {
    let person = |number: &str, family: &str| json!({ "resourceType": "Patient", "identifier": [{ "system": FNR, "value": number }], "name": [{ "family": family }] });
    let patient = world.post(BERGEN, "/fhir/Patient", &person(TESTINE, "Prøvesen")).expect(201).id();
    world.post(BERGEN, "/fhir/Patient", &person(ANNEN, "Annensen")).expect(201);
    let mut members = team(TESTINE, "9144889");
    members["period"] = json!({ "start": "2026-03-01" });
    members["identifier"] = json!([{ "system": "urn:team", "value": "1" }]);
    members["category"] = json!([{ "coding": [{ "system": "http://loinc.org", "code": "LA28865-6" }] }]);
    for category in ["koordinator", "individuell-plan"] {
        world.post(BERGEN, "/fhir/Consent", &consent(TESTINE, category, &[])).expect(201);
    }
    let team = world.post(BERGEN, "/fhir/CareTeam", &members).expect(201).id();
    let mut planned = plan(TESTINE);
    planned["period"] = json!({ "start": "2026-04-01", "end": "2027-03-31" });
    planned["identifier"] = json!([{ "system": "urn:plan", "value": "1" }]);
    planned["careTeam"] = json!([{ "reference": format!("CareTeam/{team}") }]);
    let plan = world.post(BERGEN, "/fhir/CarePlan", &planned).expect(201).id();
    (patient, team, plan)
}

#[test]
fn us_core_and_ihe_find_teams_and_plans() {
    each(|world| {
        let (patient, team, plan) = cared_for(world);
        let category = "urn:oid:2.16.578.1.12.4.1.1.9602|A02-2";
        for (search, found) in [
            (format!("CareTeam?patient={patient}&status=active"), &team),
            (format!("CareTeam?patient=Patient/{patient}&status=http://hl7.org/fhir/care-team-status|active"), &team),
            (format!("CareTeam?patient={patient}&status=active&_include=CareTeam:participant"), &team),
            (format!("CareTeam?subject={patient}&category=http://loinc.org|LA28865-6&date=ge2026"), &team),
            ("CareTeam?identifier=urn:team|1".to_owned(), &team),
            (format!("CareTeam?_id={team}"), &team),
            (format!("CarePlan?patient={patient}&category={category}"), &plan),
            (format!("CarePlan?patient={patient}&category={category}&date=ge2026&date=lt2027-06"), &plan),
            (format!("CarePlan?patient={patient}&category={category}&status=active"), &plan),
            (format!("CarePlan?patient={patient}&category={category}&status=active&date=gt2026-01-01"), &plan),
            (format!("CarePlan?care-team=CareTeam/{team}"), &plan),
            (format!("CarePlan?care-team.patient.family=prøve&intent=plan&_id={plan}"), &plan),
            ("CarePlan?identifier=urn:plan|1&status=active,draft".to_owned(), &plan),
        ] {
            let answer = world.get(BERGEN, &format!("/fhir/{search}")).expect(200);
            assert_eq!(ids(&answer).first(), Some(&found.as_str()), "{} {search}: {}", world.database(), answer.text);
        }
        let none = format!("CarePlan?patient={patient}&category={category}&status=completed");
        assert!(world.get(BERGEN, &format!("/fhir/{none}")).expect(200).entries().is_empty());
    });
}

#[test]
fn a_search_that_no_index_answers_is_refused_by_its_shape() {
    each(|world| {
        let (patient, ..) = cared_for(world);
        for search in [
            "Patient?family:contains=prøve",
            "Patient?gender:not=male",
            "CareTeam?date:missing=true",
            "CareTeam?patient.family:contains=prøve",
            "Patient?birthdate=ne1970",
        ] {
            let answer = world.get(BERGEN, &format!("/fhir/{search}"));
            assert_refused(&answer, 422, "too-costly", None);
            assert!(answer.text.contains("identifier, _id, status"), "{search}: {}", answer.text);
        }
        for search in [
            "Patient?family:contains=prøve&_lastUpdated=ge2020".to_owned(),
            format!("CareTeam?status:not=inactive&patient={patient}"),
            "Organization?name:contains=hauke".to_owned(),
            "CareTeam".to_owned(),
            format!("Patient/{patient}/CareTeam?status:not=inactive"),
        ] {
            world.get(BERGEN, &format!("/fhir/{search}")).expect(200);
        }
    });
}
