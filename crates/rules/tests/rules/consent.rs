//! The consent a koordinator rests on, and who may give it.

use crate::fixture::*;
use serde_json::{Value, json};

const REQUIRED: &str = "consent-required CareTeam.participant[0]";
const COMPETENCE: &str = "consent-competence CareTeam.participant[0]";

#[test]
fn a_consent_in_force() {
    let provision = |provision: Value| but(consent(), "provision", provision);
    let period = |start: &str, end: &str| provision(json!({ "period": { "start": start, "end": end } }));
    let role = |start: &str| participant("18", "Practitioner/nurse", start, "");
    let table = [
        ("kept", consent(), koordinator(), vec![]),
        ("no provision", but(consent(), "provision", Value::Null), koordinator(), vec![]),
        ("no type", provision(json!({})), koordinator(), vec![]),
        ("not active", but(consent(), "status", json!("proposed")), koordinator(), vec![REQUIRED]),
        ("no status", but(consent(), "status", Value::Null), koordinator(), vec![REQUIRED]),
        ("withdrawn", but(consent(), "status", json!("inactive")), koordinator(), vec![REQUIRED]),
        ("refused", provision(json!({ "type": "deny" })), koordinator(), vec![REQUIRED]),
        (
            "about something else",
            but(
                consent(),
                "category",
                json!([{ "coding": [
            { "system": "https://varde.no/fhir/CodeSystem/varde-consent-category", "code": "individuell-plan" }] }]),
            ),
            koordinator(),
            vec![REQUIRED],
        ),
        ("begins now", period("2026-11-22T14:00:00Z", "2027"), koordinator(), vec![]),
        ("begins in a second", period("2026-11-22T14:00:01Z", "2027"), koordinator(), vec![REQUIRED]),
        ("ends today", period("2026", "2026-11-22"), koordinator(), vec![]),
        ("ended yesterday", period("2026", "2026-11-21"), koordinator(), vec![REQUIRED]),
        ("ends now", period("2026", "2026-11-22T14:00:00Z"), koordinator(), vec![REQUIRED]),
        ("ends in a second", period("2026", "2026-11-22T14:00:01Z"), koordinator(), vec![]),
        ("a role that lies ahead needs it then", period("2026-12-01", "2027"), role("2026-12-24"), vec![]),
        ("not in force when the role begins", period("2026", "2026-12-01"), role("2026-12-24"), vec![REQUIRED]),
    ];
    for (what, consent, participant, expected) in table {
        check_team(what, World::new().with(HELSE_BERGEN, consent), team(&json!([participant])), &expected);
    }
    check_team("none", World::new().without("Consent/c1"), team(&json!([koordinator()])), &[REQUIRED]);
    let ended = participant("18", "Practitioner/nurse", "2026-11-01", "2026-11-22T14:00:00Z");
    check_team("a role that ends now needs none", World::new().without("Consent/c1"), team(&json!([ended])), &[]);
}

#[test]
fn a_refusal_wins_where_it_was_recorded() {
    let refusal = but(but(consent(), "id", json!("c2")), "provision", json!({ "type": "deny" }));
    let team = || team(&json!([koordinator()]));
    check_team("same trust", World::new().with(HELSE_BERGEN, refusal.clone()), team(), &[REQUIRED]);
    check_team("another trust", World::new().with(HARALDSPLASS, refusal.clone()), team(), &[]);
    check_team(
        "no longer in force",
        World::new().with(HELSE_BERGEN, but(refusal, "status", json!("inactive"))),
        team(),
        &[],
    );
}

fn relative(relationship: &Value) -> Value {
    json!({ "resourceType": "RelatedPerson", "id": "rel", "patient": { "reference": "Patient/pat" }, "relationship": relationship,
            "identifier": [{ "system": FNR, "value": "15825512869" }] })
}

fn parent(code: &str) -> Value {
    relative(
        &json!([{ "coding": [{ "system": "http://hl7.no/fhir/CodeSystem/no-basis-parental-responsibility", "code": code }] }]),
    )
}

fn guardian(scope: &str) -> Value {
    let coding = json!({ "system": "http://ehelse.no/fhir/CodeSystem/gd-person-guardianscope", "code": scope });
    but(
        relative(
            &json!([{ "coding": [{ "system": "http://ehelse.no/fhir/CodeSystem/gd-person-guardiantype", "code": "voksen" }] }]),
        ),
        "extension",
        json!([{ "url": "http://ehelse.no/fhir/StructureDefinition/gd-guardianship", "extension": [{ "url": "scope", "valueCoding": coding }] }]),
    )
}

fn by(performer: &Value) -> Value {
    but(consent(), "performer", json!([performer]))
}

fn by_relative() -> Value {
    by(&json!({ "reference": "RelatedPerson/rel" }))
}

fn decided(consent: Value) -> Value {
    but(consent, "extension", json!([{ "url": varde_rules::DECISION_BY_HEALTH_PERSONNEL, "valueBoolean": true }]))
}

fn born(date: &str) -> Value {
    json!({ "resourceType": "Patient", "id": "pat", "birthDate": date })
}

#[track_caller]
fn check_giver(what: &str, patient: Value, person: Option<Value>, consent: Value, expected: &[&str]) {
    let mut world = World::new().with(HELSE_BERGEN, patient).with(HELSE_BERGEN, consent);
    if let Some(person) = person {
        world = world.with(HELSE_BERGEN, person);
    }
    check_team(what, world, team(&json!([koordinator()])), expected);
}

#[test]
fn the_patient_from_16() {
    let table = [
        ("an adult", patient(ADULT), vec![]),
        ("a child", patient(CHILD), vec![COMPETENCE]),
        ("16 today in Oslo", born("2010-11-22"), vec![]),
        ("16 tomorrow", born("2010-11-23"), vec![COMPETENCE]),
        ("some day this month", born("2010-11"), vec![COMPETENCE]),
        ("some day last month", born("2010-10"), vec![]),
        ("some day this year", born("2010"), vec![COMPETENCE]),
        ("age unknown", json!({ "resourceType": "Patient", "id": "pat" }), vec![COMPETENCE]),
    ];
    for (what, patient, expected) in table {
        check_giver(what, patient, None, consent(), &expected);
    }
    // 23:30 UTC on the 21st is 00:30 on the 22nd in Oslo.
    for (instant, expected) in [("2026-11-21T22:59:59Z", vec![COMPETENCE]), ("2026-11-21T23:00:00Z", vec![])] {
        let mut world = World::new().with(HELSE_BERGEN, born("2010-11-22"));
        world.now = at(instant);
        check_team(instant, world, team(&json!([koordinator()])), &expected);
    }
}

#[test]
fn who_the_performer_is() {
    let named = |performer: Value| but(consent(), "performer", performer);
    let stranger = json!({ "reference": "Patient/stranger" });
    let table = [
        ("nobody", named(Value::Null), vec![COMPETENCE]),
        ("an empty list", named(json!([])), vec![COMPETENCE]),
        ("display only", named(json!([{ "display": "pasienten" }])), vec![COMPETENCE]),
        ("by national number", named(json!([logical(FNR, ADULT)])), vec![]),
        ("by another's number", named(json!([logical(FNR, "07854802202")])), vec![COMPETENCE]),
        ("absolute", named(json!([{ "reference": format!("{BASE}/Patient/pat") }])), vec![]),
        ("another patient", named(json!([stranger.clone()])), vec![COMPETENCE]),
        ("another patient and the patient", named(json!([stranger, { "reference": "Patient/pat" }])), vec![]),
        (
            "the same words as Consent.patient",
            but(named(json!([logical("urn:local", "7")])), "patient", logical("urn:local", "7")),
            vec![],
        ),
        (
            "a contained patient",
            but(
                named(json!([{ "reference": "#p" }])),
                "contained",
                json!([{ "resourceType": "Patient", "id": "p", "identifier": [{ "system": FNR, "value": ADULT }] }]),
            ),
            vec![],
        ),
        (
            "another, contained",
            but(
                named(json!([{ "reference": "#p" }])),
                "contained",
                json!([{ "resourceType": "Patient", "id": "p", "identifier": [{ "system": FNR, "value": CHILD }] }]),
            ),
            vec![COMPETENCE],
        ),
    ];
    for (what, consent, expected) in table {
        check_giver(what, patient(ADULT), None, consent, &expected);
    }
    let world = World::new()
        .without("Patient/pat")
        .with(HELSE_BERGEN, but(by(&logical(FNR, ADULT)), "patient", logical(FNR, ADULT)));
    check_team(
        "no Patient resource at all",
        world,
        but(team(&json!([koordinator()])), "subject", logical(FNR, ADULT)),
        &[],
    );
}

#[test]
fn parents() {
    for code in ["felles", "mor", "far", "medmor", "andre"] {
        check_giver(code, patient(CHILD), Some(parent(code)), by_relative(), &[]);
    }
    let away = |person: Value| but(person, "period", json!({ "end": "2026-11-21" }));
    let table = [
        ("unknown responsibility", patient(CHILD), parent("ukjent"), by_relative(), vec![COMPETENCE]),
        (
            "a relative without responsibility",
            patient(CHILD),
            relative(&json!([{ "text": "tante" }])),
            by_relative(),
            vec![COMPETENCE],
        ),
        (
            "no longer active",
            patient(CHILD),
            but(parent("mor"), "active", json!(false)),
            by_relative(),
            vec![COMPETENCE],
        ),
        ("period ended", patient(CHILD), away(parent("mor")), by_relative(), vec![COMPETENCE]),
        (
            "consented while it lasted",
            patient(CHILD),
            away(parent("mor")),
            but(by_relative(), "dateTime", json!("2026-11-20")),
            vec![],
        ),
        ("of an adult", patient(ADULT), parent("mor"), by_relative(), vec![COMPETENCE]),
        ("of a 17-year-old", born("2009-11-22"), parent("mor"), by_relative(), vec![COMPETENCE]),
        ("on the 16th birthday", born("2010-11-22"), parent("mor"), by_relative(), vec![COMPETENCE]),
        ("on the day before", born("2010-11-23"), parent("mor"), by_relative(), vec![]),
        ("by national number", patient(CHILD), parent("mor"), by(&logical(FNR, "15825512869")), vec![]),
        (
            "not here",
            patient(CHILD),
            parent("mor"),
            by(&json!({ "reference": "RelatedPerson/other" })),
            vec![COMPETENCE],
        ),
    ];
    for (what, patient, person, consent, expected) in table {
        check_giver(what, patient, Some(person), consent, &expected);
    }
}

#[test]
fn parents_of_those_who_cannot_decide() {
    let unknown = || json!({ "resourceType": "Patient", "id": "pat" });
    let table = [
        ("17 years, decided", born("2009-11-22"), decided(by_relative()), vec![]),
        ("18 today, decided", born("2008-11-22"), decided(by_relative()), vec![COMPETENCE]),
        ("an adult, decided", patient(ADULT), decided(by_relative()), vec![COMPETENCE]),
        ("age unknown", unknown(), by_relative(), vec![COMPETENCE]),
        ("age unknown, decided", unknown(), decided(by_relative()), vec![COMPETENCE]),
    ];
    for (what, patient, consent, expected) in table {
        check_giver(what, patient, Some(parent("mor")), consent, &expected);
    }
}

#[test]
fn a_parent_contained_in_the_consent() {
    let inside = |person: Value| but(by(&json!({ "reference": "#rel" })), "contained", json!([person]));
    check_giver("contained", patient(CHILD), None, inside(parent("mor")), &[]);
    let of_another = but(parent("mor"), "patient", json!({ "reference": "Patient/other" }));
    check_giver("contained, of another child", patient(CHILD), None, inside(of_another), &[COMPETENCE]);
}

#[test]
fn consent_for_a_child_who_has_turned_16_lasts_with_a_warning() {
    let early = but(by_relative(), "dateTime", json!("2026-11-01"));
    let world = |born_on: &str| {
        World::new()
            .with(HELSE_BERGEN, born(born_on))
            .with(HELSE_BERGEN, early.clone())
            .with(HELSE_BERGEN, parent("mor"))
    };
    for (birth, warned) in [("2010-11-22", true), ("2010-11-23", false)] {
        let world = world(birth).with(HELSE_BERGEN, team(&json!([koordinator()])));
        check(birth, &world, &[("CareTeam/t1", None)], &[]);
        let warnings = world.judge(&[("CareTeam/t1", None)]).warnings;
        assert_eq!(warnings.len(), usize::from(warned), "{birth}");
        assert!(
            warnings.iter().all(|it| it.rule.id == "consent-competence" && it.expression == "CareTeam.participant[0]")
        );
    }
    let future = but(by_relative(), "dateTime", json!("2030-01-01"));
    check_giver("a date to come counts as now", born("2010-11-23"), Some(parent("mor")), future, &[]);
}

#[test]
fn guardians() {
    let flag = |personal: bool| {
        but(
            guardian("oekonomiskeInteresser"),
            "extension",
            json!([{
        "url": "http://ehelse.no/fhir/StructureDefinition/gd-guardianship", "extension": [{ "url": "personalScope", "valueBoolean": personal }] }]),
        )
    };
    let coded = |system: &str, code: &str| relative(&json!([{ "coding": [{ "system": system, "code": code }] }]));
    let scope = "http://ehelse.no/fhir/CodeSystem/gd-person-guardianscope-v05";
    let kind = "http://ehelse.no/fhir/CodeSystem/gd-person-guardiantype";
    let on_relationship = relative(&json!([{ "extension": guardian("personligeInteresser")["extension"] }]));
    let table = [
        ("personal", guardian("personligeInteresser"), vec![]),
        ("personal and financial", guardian("personligeOgOekonomiskeInteresser"), vec![]),
        ("representative of a lone minor", guardian("utlendingssakerPersonligeOgOekonomiskeInteresser"), vec![]),
        ("financial only", guardian("oekonomiskeInteresser"), vec![COMPETENCE]),
        ("an unknown scope", guardian("annet"), vec![COMPETENCE]),
        ("flagged personal", flag(true), vec![]),
        ("flagged not personal", flag(false), vec![COMPETENCE]),
        ("scope as a relationship", coded(scope, "personligeInteresser"), vec![]),
        ("financial as a relationship", coded(scope, "oekonomiskeInteresser"), vec![COMPETENCE]),
        ("guardian without scope", coded(kind, "voksen"), vec![COMPETENCE]),
        ("on the relationship", on_relationship, vec![]),
        ("ended", but(guardian("personligeInteresser"), "period", json!({ "end": "2026-11-21" })), vec![COMPETENCE]),
    ];
    for (what, person, expected) in table {
        check_giver(what, patient(ADULT), Some(person.clone()), by_relative(), &expected);
        check_giver(what, patient(CHILD), Some(person), by_relative(), &expected);
    }
}

#[test]
fn organisations_and_personnel() {
    let welfare = || by(&json!({ "reference": "Organization/barnevern" }));
    let nurse = || by(&json!({ "reference": "Practitioner/nurse" }));
    let unsourced = but(decided(nurse()), "sourceAttachment", Value::Null);
    let marked = |value: Value| {
        but(nurse(), "extension", json!([{ "url": varde_rules::DECISION_BY_HEALTH_PERSONNEL, "valueBoolean": value }]))
    };
    let table = [
        ("child welfare for a child", patient(CHILD), welfare(), vec![]),
        ("child welfare for an adult", patient(ADULT), welfare(), vec![COMPETENCE]),
        (
            "a hospital department",
            patient(CHILD),
            by(&json!({ "reference": "Organization/surgery" })),
            vec![COMPETENCE],
        ),
        (
            "an organisation not known",
            patient(CHILD),
            by(&json!({ "reference": "Organization/none" })),
            vec![COMPETENCE],
        ),
        ("an organisation by number", patient(CHILD), by(&logical(RESH, "102954")), vec![COMPETENCE]),
        ("personnel without decision", patient(ADULT), nurse(), vec![COMPETENCE]),
        ("personnel with a documented decision", patient(ADULT), decided(nurse()), vec![]),
        ("by HPR", patient(ADULT), decided(by(&logical(HPR, "7654321"))), vec![]),
        ("decision not documented", patient(ADULT), unsourced, vec![COMPETENCE]),
        ("marked false", patient(ADULT), marked(json!(false)), vec![COMPETENCE]),
        ("marked with a text", patient(ADULT), marked(json!("true")), vec![COMPETENCE]),
        ("for a child", patient(CHILD), decided(nurse()), vec![COMPETENCE]),
        ("for an unknown age", json!({ "resourceType": "Patient", "id": "pat" }), decided(nurse()), vec![]),
    ];
    for (what, patient, consent, expected) in table {
        check_giver(what, patient, None, consent, &expected);
    }
}
