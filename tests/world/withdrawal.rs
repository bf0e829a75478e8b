//! A patient takes back what they said yes to: everything it opened is closed in the same moment.

use crate::people::{ANNEN, BERGEN, KOMMUNE, consent};
use crate::story::{BERGEN_KOMMUNE, answering, ready, withdrawn};
use crate::world::each;

#[test]
fn a_withdrawn_consent_takes_back_the_word_to_the_municipality() {
    each(|world| {
        let ready = ready(world);
        let made = world.post(BERGEN, "/fhir/CareTeam/$appoint", &answering(&ready, "9144900", "w-1")).expect(200);
        let task = format!("/fhir/Task/{}", made.parameters("task")[0]["resource"]["id"].as_str().unwrap());
        let team = format!("/fhir/CareTeam/{}", made.parameters("return")[0]["resource"]["id"].as_str().unwrap());
        world.get(KOMMUNE, &task).expect(200);
        world.get(KOMMUNE, &team).expect(200);

        let consent = world.get(BERGEN, &format!("/fhir/{}", ready.consent)).expect(200);
        world.put(BERGEN, &format!("/fhir/{}", ready.consent), None, &withdrawn(&consent.json)).expect(200);

        let cancelled = world.get(BERGEN, &task).expect(200);
        assert_eq!(cancelled.json["status"], "cancelled");
        assert_eq!(cancelled.json["statusReason"]["text"], "Samtykket gjelder ikke lenger");
        for closed in [task, team] {
            world.get(KOMMUNE, &closed).expect(404);
        }
        assert!(world.search(KOMMUNE, "Patient", &[]).expect(200).entries().is_empty());
    });
}

#[test]
fn a_consent_that_still_names_the_municipality_leaves_the_word_standing() {
    each(|world| {
        let ready = ready(world);
        let made = world.post(BERGEN, "/fhir/CareTeam/$appoint", &answering(&ready, "9144900", "w-2")).expect(200);
        let task = format!("/fhir/Task/{}", made.parameters("task")[0]["resource"]["id"].as_str().unwrap());
        let mut consent = world.get(BERGEN, &format!("/fhir/{}", ready.consent)).expect(200).json;
        consent["dateTime"] = serde_json::json!("2026-11-02");
        world.put(BERGEN, &format!("/fhir/{}", ready.consent), None, &consent).expect(200);
        assert_eq!(world.get(KOMMUNE, &task).expect(200).json["status"], "requested");
    });
}

#[test]
fn another_patients_consent_does_not_carry_the_word() {
    each(|world| {
        let ready = ready(world);
        let made = world.post(BERGEN, "/fhir/CareTeam/$appoint", &answering(&ready, "9144900", "w-3")).expect(200);
        let task = format!("/fhir/Task/{}", made.parameters("task")[0]["resource"]["id"].as_str().unwrap());
        let own = world.get(BERGEN, &format!("/fhir/{}", ready.consent)).expect(200).json;
        let anothers = consent(ANNEN, "koordinator", &[BERGEN_KOMMUNE]);
        let entries = [("POST", "Consent", Some(anothers)), ("PUT", ready.consent.as_str(), Some(withdrawn(&own)))];
        world.transaction(BERGEN, &entries).expect(200);
        assert_eq!(world.get(BERGEN, &task).expect(200).json["status"], "cancelled");
        world.get(KOMMUNE, &task).expect(404);
    });
}
