//! Who may hold a role, and how they are described.

use crate::fixture::*;
use serde_json::{Value, json};

const HEALTH: &str = "koordinator-health-personnel CareTeam.participant[0].member";
const PROFESSION_RULE: &str = "kontaktlege-profession CareTeam.participant[0].member";
const CONTACT: &str = "contact-details CareTeam.participant[0].member";

fn with_practitioner(practitioner: Value) -> World {
    let mut world = World::new();
    world.directory.retain(|it| it["id"] != practitioner["id"]);
    world.directory.push(practitioner);
    world
}

#[test]
fn koordinator_is_health_personnel() {
    let nurse = || practitioner("nurse", "7654321", "SP");
    let table = [
        ("literal", nurse(), koordinator(), vec![]),
        (
            "absolute literal",
            nurse(),
            participant("18", &format!("{BASE}/Practitioner/nurse"), "2026-11-20", ""),
            vec![],
        ),
        ("logical by HPR", nurse(), but(koordinator(), "member", logical(HPR, "7654321")), vec![]),
        ("logical by HPR, unknown here", nurse(), but(koordinator(), "member", logical(HPR, "1")), vec![CONTACT]),
        ("no HPR", but(nurse(), "identifier", Value::Null), koordinator(), vec![HEALTH]),
        (
            "malformed HPR",
            but(nurse(), "identifier", json!([{ "system": HPR, "value": "x" }])),
            koordinator(),
            vec![HEALTH],
        ),
        ("unknown person", nurse(), participant("18", "Practitioner/nobody", "2026-11-20", ""), vec![HEALTH, CONTACT]),
        (
            "somebody else's server",
            nurse(),
            participant("18", "https://other/fhir/Practitioner/nurse", "2026-11-20", ""),
            vec![HEALTH, CONTACT],
        ),
        ("a relative", nurse(), participant("18", "RelatedPerson/mother", "2026-11-20", ""), vec![HEALTH, CONTACT]),
        (
            "an organisation",
            nurse(),
            participant("18", "Organization/surgery", "2026-11-20", ""),
            vec![HEALTH, CONTACT],
        ),
        ("nobody", nurse(), but(koordinator(), "member", Value::Null), vec![HEALTH, CONTACT]),
        (
            "ended: history is not judged",
            nurse(),
            participant("18", "Practitioner/nobody", "2026-11-20", "2026-11-21"),
            vec![],
        ),
        ("another role is not judged", nurse(), participant("17", "Practitioner/nobody", "2026-11-20", ""), vec![]),
        (
            "a code without system is no role",
            nurse(),
            but(koordinator(), "role", json!([{ "coding": [{ "code": "18" }] }])),
            vec![],
        ),
    ];
    for (what, person, participant, expected) in table {
        check_team(what, with_practitioner(person), team(&json!([participant])), &expected);
    }
}

#[test]
fn kontaktlege_is_a_physician() {
    let doctor = || practitioner("doctor", "7654322", "LE");
    let coded = |profession: &str| json!([{ "code": { "coding": [{ "system": PROFESSION, "code": profession }] } }]);
    let licence = |end: &str| json!([{ "code": { "coding": [{ "system": PROFESSION, "code": "LE" }] }, "period": { "end": end } }]);
    let role = |code: &str, member: &str| participant(code, member, "2026-11-20", "");
    let table = [
        ("physician", doctor(), role("19", "Practitioner/doctor"), vec![]),
        ("physician through the role", doctor(), role("19", "PractitionerRole/doctor-surgery"), vec![]),
        ("nurse", doctor(), role("19", "Practitioner/nurse"), vec![PROFESSION_RULE]),
        ("psychologist", doctor(), role("20", "Practitioner/psychologist"), vec![]),
        ("physician as kontaktpsykolog", doctor(), role("20", "Practitioner/doctor"), vec![PROFESSION_RULE]),
        ("psychologist as kontaktlege", doctor(), role("19", "Practitioner/psychologist"), vec![PROFESSION_RULE]),
        (
            "licence in force",
            but(doctor(), "qualification", licence("2026-11-22")),
            role("19", "Practitioner/doctor"),
            vec![],
        ),
        (
            "licence ended",
            but(doctor(), "qualification", licence("2026-11-21")),
            role("19", "Practitioner/doctor"),
            vec![PROFESSION_RULE],
        ),
        (
            "9060 by its other url",
            but(
                doctor(),
                "qualification",
                json!([{ "code": { "text": "lege", "coding": [
            { "system": "http://helsedir.no/fhir/CodeSystem/no-kodeverk-9060", "code": "LE" }] } }]),
            ),
            role("19", "Practitioner/doctor"),
            vec![],
        ),
        (
            "LE of another system",
            but(
                doctor(),
                "qualification",
                json!([{ "code": { "text": "lege", "coding": [
            { "system": "urn:x", "code": "LE" }] } }]),
            ),
            role("19", "Practitioner/doctor"),
            vec![PROFESSION_RULE],
        ),
        (
            "unknown profession is no title either",
            but(doctor(), "qualification", coded("XX")),
            role("19", "Practitioner/doctor"),
            vec![PROFESSION_RULE, CONTACT],
        ),
        ("no consent is asked for", doctor(), role("19", "Practitioner/doctor"), vec![]),
    ];
    for (what, person, participant, expected) in table {
        check_team(what, with_practitioner(person).without("Consent/c1"), team(&json!([participant])), &expected);
    }
}

#[test]
fn one_entry_with_two_roles() {
    let both = but(
        participant("18", "Practitioner/nurse", "2026-11-20", ""),
        "role",
        json!([{ "coding": [{ "system": ROLE, "code": "18" }, { "system": ROLE, "code": "19" }] }]),
    );
    check_team("one entry, two roles", World::new(), team(&json!([both])), &[PROFESSION_RULE]);
}

#[test]
fn contact_details() {
    let nurse = || practitioner("nurse", "7654321", "SP");
    let phone = |point: Value| but(nurse(), "telecom", json!([point]));
    let table = [
        ("no telephone", but(nurse(), "telecom", Value::Null), vec![CONTACT]),
        ("e-mail is no telephone", phone(json!({ "system": "email", "value": "a@b.no" })), vec![CONTACT]),
        ("an old number", phone(json!({ "system": "phone", "value": "55970000", "use": "old" })), vec![CONTACT]),
        ("no digits", phone(json!({ "system": "phone", "value": "ukjent" })), vec![CONTACT]),
        ("internal number", phone(json!({ "system": "phone", "value": "70012" })), vec![]),
        ("no name", but(nurse(), "name", Value::Null), vec![CONTACT]),
        ("no title", but(nurse(), "qualification", Value::Null), vec![CONTACT]),
        ("title as text", but(nurse(), "qualification", json!([{ "code": { "text": "spesialsykepleier" } }])), vec![]),
        (
            "title as prefix",
            but(
                but(nurse(), "qualification", Value::Null),
                "name",
                json!([{ "text": "Syn Tetisk", "prefix": ["vernepleier"] }]),
            ),
            vec![],
        ),
        (
            "nothing but HPR",
            but(but(but(nurse(), "name", Value::Null), "telecom", Value::Null), "qualification", Value::Null),
            vec![CONTACT],
        ),
    ];
    for (what, person, expected) in table {
        check_team(what, with_practitioner(person), team(&json!([koordinator()])), &expected);
    }
    let verdict = with_practitioner(phone(json!({})))
        .with(HELSE_BERGEN, team(&json!([koordinator()])))
        .judge(&[("CareTeam/t1", None)]);
    assert!(
        verdict.violations[0].nb.starts_with("Rollen koordinator mangler telefonnummer."),
        "{}",
        verdict.violations[0].nb
    );
    assert!(
        verdict.violations[0].en.starts_with("The role koordinator lacks telephone number."),
        "{}",
        verdict.violations[0].en
    );
}

#[test]
fn people_contained_in_the_team() {
    let nurse = || but(practitioner("p1", "7654321", "SP"), "telecom", Value::Null);
    let role = |practitioner: Value| {
        json!({
            "resourceType": "PractitionerRole", "id": "r1", "practitioner": practitioner,
            "code": [{ "text": "fagsykepleier" }], "telecom": [{ "system": "phone", "value": "55970001" }],
        })
    };
    let contained = |inner: Value, member: &str| {
        but(team(&json!([participant("18", member, "2026-11-20", "")])), "contained", inner)
    };
    let table = [
        ("practitioner", contained(json!([practitioner("p1", "7654321", "SP")]), "#p1"), vec![]),
        ("practitioner without telephone", contained(json!([nurse()]), "#p1"), vec![CONTACT]),
        ("role and practitioner", contained(json!([nurse(), role(json!({ "reference": "#p1" }))]), "#r1"), vec![]),
        (
            "role and practitioner in the directory",
            contained(json!([role(json!({ "reference": "Practitioner/nurse" }))]), "#r1"),
            vec![],
        ),
        ("role and HPR in the directory", contained(json!([role(logical(HPR, "7654321"))]), "#r1"), vec![]),
        ("role and HPR unknown here", contained(json!([role(logical(HPR, "1"))]), "#r1"), vec![CONTACT]),
        ("role without practitioner", contained(json!([role(Value::Null)]), "#r1"), vec![HEALTH, CONTACT]),
        (
            "role that is its own practitioner",
            contained(json!([role(json!({ "reference": "#r1" }))]), "#r1"),
            vec![HEALTH, CONTACT],
        ),
        ("a fragment that is not there", contained(json!([nurse()]), "#p2"), vec![HEALTH, CONTACT]),
    ];
    for (what, team, expected) in table {
        check_team(what, World::new(), team, &expected);
    }
}

#[test]
fn barnekoordinator_for_children() {
    const AGE: &str = "barnekoordinator-age CareTeam.participant[0].role";
    let role = |start: &str, end: &str| {
        but(
            participant("x", "Practitioner/nobody", start, end),
            "role",
            json!([{ "coding": [
        { "system": "https://varde.no/fhir/CodeSystem/varde-role", "code": "barnekoordinator" }] }]),
        )
    };
    let born = |date: &str| json!({ "resourceType": "Patient", "id": "pat", "birthDate": date });
    let table = [
        ("a child by national number", patient(CHILD), role("2026-11-20", ""), vec![]),
        ("an adult", patient(ADULT), role("2026-11-20", ""), vec![AGE]),
        ("an adult, ended", patient(ADULT), role("2005-01-01", "2008-01-01"), vec![]),
        ("18 tomorrow", born("2008-11-23"), role("2026-11-20", ""), vec![]),
        ("18 today", born("2008-11-22"), role("2026-11-20", ""), vec![AGE]),
        ("18 when it begins", born("2008-11-23"), role("2026-11-23", ""), vec![AGE]),
        ("some day of the month", born("2008-11"), role("2026-11-20", ""), vec![]),
        ("unknown", json!({ "resourceType": "Patient", "id": "pat" }), role("2026-11-20", ""), vec![AGE]),
        (
            "the number is right when a date disagrees",
            but(patient(ADULT), "birthDate", json!("2015-01-01")),
            role("2026-11-20", ""),
            vec![AGE],
        ),
    ];
    for (what, patient, participant, expected) in table {
        check_team(what, World::new().with(HELSE_BERGEN, patient), team(&json!([participant])), &expected);
    }
    let by_number = but(team(&json!([role("2026-11-20", "")])), "subject", logical(FNR, CHILD));
    check_team(
        "the number stands in the team alone",
        World::new().without("Patient/pat").without("Consent/c1"),
        by_number,
        &[],
    );
}

#[test]
fn only_active_teams_are_judged() {
    let nobody = team(&json!([participant("18", "Practitioner/nobody", "2026-11-20", "")]));
    let broken = [HEALTH, CONTACT];
    check_team("no status", World::new(), but(nobody.clone(), "status", Value::Null), &broken);
    for status in ["proposed", "suspended", "inactive", "entered-in-error"] {
        check_team(status, World::new(), but(nobody.clone(), "status", json!(status)), &[]);
    }
    check("an unchanged team", &World::new().with(HELSE_BERGEN, nobody), &[], &[]);
}

#[test]
fn independent_of_ip() {
    // Neither the absence nor any state of an individual plan touches an appointment.
    check_team("no plan", World::new(), team(&json!([koordinator()])), &[]);
    for status in ["draft", "active", "on-hold", "revoked", "completed"] {
        let plan = json!({ "resourceType": "CarePlan", "id": "ip", "status": status });
        check_team(status, World::new().with(HELSE_BERGEN, plan), team(&json!([koordinator()])), &[]);
    }
}

#[test]
fn one_verdict_names_everything() {
    let world = World::new().without("Consent/c1");
    let two = json!([
        participant("18", "Practitioner/nobody", "2026-11-20", ""),
        participant("19", "Practitioner/nurse", "2026-11-20", "")
    ]);
    check_team(
        "all at once",
        world,
        team(&two),
        &[
            "consent-required CareTeam.participant[0]",
            HEALTH,
            CONTACT,
            "kontaktlege-profession CareTeam.participant[1].member",
        ],
    );
}
