//! What the service is told to look up.

use crate::fixture::*;
use serde_json::{Value, json};
use std::rc::Rc;
use varde_fhir::Language;
use varde_rules::{MemberRef, holder, look_up, members_to_look_up, organisations_to_look_up, rule, rules};

fn shown(found: &[MemberRef]) -> Vec<String> {
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn people_and_organisations() {
    let both = json!({ "reference": "Practitioner/nurse", "identifier": { "system": HPR, "value": "7654321" } });
    let team = but(
        team(&json!([
            but(koordinator(), "member", both),
            but(participant("19", "#r1", "2026-11-20", ""), "onBehalfOf", logical(RESH, "102954")),
            but(participant("20", "x", "2026-11-20", ""), "member", logical(FNR, ADULT)),
            participant("17", "Practitioner/unasked", "2026-11-20", ""),
        ])),
        "contained",
        json!([{ "resourceType": "PractitionerRole", "id": "r1", "practitioner": { "reference": "Practitioner/doctor" } }]),
    );
    assert_eq!(
        shown(&members_to_look_up(&team, BASE)),
        [
            "Practitioner/nurse".to_owned(),
            format!("Practitioner?identifier={HPR}|7654321"),
            format!("Practitioner?identifier={FNR}|…"),
            "Practitioner/doctor".to_owned(),
        ]
    );
    assert_eq!(shown(&organisations_to_look_up(&team, BASE)), [format!("Organization?identifier={RESH}|102954")]);
    let consent =
        but(consent(), "performer", json!([{ "reference": "Organization/barnevern" }, { "reference": "Patient/pat" }]));
    assert_eq!(shown(&organisations_to_look_up(&consent, BASE)), ["Organization/barnevern"]);
    assert!(members_to_look_up(&consent, BASE).is_empty());
    let debug = format!("{:?}", members_to_look_up(&team, BASE));
    assert!(!debug.contains(ADULT), "{debug}");
}

#[test]
fn each_is_asked_for_once_and_roles_lead_on() {
    let role = || participant("19", "PractitionerRole/doctor-surgery", "2026-11-20", "");
    let world = World::new()
        .with(HELSE_BERGEN, team(&json!([role(), role(), participant("18", "Practitioner/nobody", "2026-11-20", "")])));
    let mut asked = Vec::new();
    let found = look_up(world.resources.iter().map(|(.., resource)| resource), BASE, |member| {
        asked.push(member.to_string());
        Ok::<_, ()>(world.people().get(member).cloned())
    });
    assert_eq!(
        asked,
        ["Practitioner/nobody", "PractitionerRole/doctor-surgery", "Organization/surgery", "Practitioner/doctor"]
    );
    assert_eq!(found.unwrap().len(), 3);
    let refused = look_up([&team(&json!([role()]))], BASE, |_| Err::<Option<Rc<Value>>, &str>("the store is away"));
    assert_eq!(refused.unwrap_err(), "the store is away");
}

#[test]
fn a_holder_as_the_journal_note_shows_them() {
    let world = World::new()
        .with(HELSE_BERGEN, team(&json!([participant("19", "PractitionerRole/doctor-surgery", "2026-11-20", "")])));
    let (.., team) = world.resources.last().unwrap();
    let people = world.people();
    let holder = holder(team, &team["participant"][0]["member"], &people, BASE);
    assert_eq!(holder.name().as_deref(), Some("Syn Tetisk"));
    assert_eq!(holder.title(Language::Norwegian).as_deref(), Some("Lege"));
    assert_eq!(holder.title(Language::English).as_deref(), Some("Physician"));
    assert_eq!(holder.phone(), Some("12345"), "the role's number before the person's");
    assert_eq!(holder.hpr(), Some("7654322"));
    assert_eq!(holder.organisation().unwrap()["reference"], "Organization/surgery");
}

#[test]
fn the_table() {
    assert_eq!(rules().len(), 11);
    for one in rules() {
        assert_eq!(rule(one.id), Some(*one));
        assert!(
            [one.nb, one.en, one.source, one.remedy_nb, one.remedy_en].iter().all(|text| !text.is_empty()),
            "{}",
            one.id
        );
    }
    assert_eq!(rule("unknown"), None);
    let world = World::new().without("Consent/c1").with(HELSE_BERGEN, team(&json!([koordinator()])));
    let issue = world.judge(&[("CareTeam/t1", None)]).violations[0].issue(varde_fhir::Severity::Error);
    assert_eq!((issue.system, issue.key), ("https://varde.no/fhir/CodeSystem/varde-rule", "consent-required"));
    assert_eq!(issue.code.as_str(), "business-rule");
    assert_eq!(issue.expression.as_deref(), Some("CareTeam.participant[0]"));
}
