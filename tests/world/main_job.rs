//! The main job over HTTP, as an EPJ and a municipal IP system do it: need → consent → appointment → journal note → the
//! municipality is told → individuell plan → plan status pulled by both sides → end.

use crate::answer::Answer;
use crate::people::{
    ANNEN, BERGEN, KOMMUNE, TESTINE, appointing, consent, haukeland, koordinator, nurse, organisation, patient,
    physician, plan, practitioner, team,
};
use crate::story::{
    APPOINT, BERGEN_KOMMUNE, HELSE_BERGEN, PLAN_STATUS, Ready, answering, appointing_to, by_hpr, created, ending,
    koordinerende_enhet, note_text, nowhere, parts, ready, resident, set, status, with, without,
};
use crate::world::{NOW, World, each};
use serde_json::{Value, json};

const KÅRE: &str = "Kåre Prøvesen, Sykepleier, 55 00 00 00";

#[test]
fn an_appointment_answers_the_need_and_writes_all_its_papers() {
    each(|world| {
        let ready = ready(world);
        let answer = world.post(BERGEN, APPOINT, &answering(&ready, "9144900", "1")).expect(200);
        assert!(answer.parameters("outcome").is_empty(), "{}", answer.text);
        let team = &answer.parameters("return")[0]["resource"];
        assert_eq!(team["managingOrganization"], json!([organisation(HELSE_BERGEN)]));
        let participant = &team["participant"][0];
        assert_eq!(participant["role"][0]["coding"][0]["code"], "18");
        assert_eq!(participant["onBehalfOf"], haukeland());
        assert_eq!(participant["period"], json!({ "start": "2026-11-20T08:00:00+01:00" }));
        let extensions = participant["extension"].as_array().expect("extensions");
        let names = extensions.iter().map(|e| e["url"].as_str().expect("a url").rsplit('/').next().expect("a name"));
        let names: Vec<&str> = names.collect();
        assert_eq!(names, ["patient-informed", "appointed-by", "criteria", "criteria", "appointment-identifier"]);
        assert_eq!(
            note_text(&answer.parameters("journalNote")[0]["resource"]),
            "Oppnevning av koordinator\n\nNavn: Kåre Prøvesen\nTittel: Sykepleier\nTelefon: 55 00 00 00\n\
             Gjelder fra: 20.11.2026\nPasienten er informert: Ja\n"
        );
        papers(world, &ready, &answer);
        let need = world.get(BERGEN, &format!("/fhir/{}", ready.need)).expect(200);
        assert_eq!((need.json["status"].as_str(), need.etag().as_str()), (Some("completed"), "W/\"2\""));
    });
}

/// Who is told, and the provenance that names everything that was made.
fn papers(world: &World, ready: &Ready, answer: &Answer) {
    let letters = answer.parameters("communication");
    let recipients: Vec<&Value> = letters.iter().map(|letter| &letter["resource"]["recipient"][0]).collect();
    assert_eq!(recipients[0], &patient(TESTINE));
    assert_eq!(recipients[1]["reference"], json!(ready.service));
    assert_eq!(recipients.len(), 2);
    let to_patient = letters[0]["resource"]["payload"][0]["contentString"].as_str().expect("a letter");
    for told in ["Kåre Prøvesen", "55 00 00 00", "Koordinator sørger for", "klage til statsforvalteren"] {
        assert!(to_patient.contains(told), "{told} in {to_patient}");
    }
    let team = format!("CareTeam/{}", answer.parameters("return")[0]["resource"]["id"].as_str().expect("an id"));
    let found = world.get(BERGEN, &format!("/fhir/Provenance?target={team}")).expect(200);
    let provenance = found.entries();
    assert_eq!(provenance.len(), 1, "{}", found.text);
    let named: Vec<&str> =
        provenance[0]["target"].as_array().expect("targets").iter().filter_map(|t| t["reference"].as_str()).collect();
    let made = ["return", "communication", "task", "journalNote"].iter().flat_map(|name| answer.parameters(name));
    let made: Vec<String> = made
        .map(|made| &made["resource"])
        .map(|made| {
            format!("{}/{}", made["resourceType"].as_str().expect("a type"), made["id"].as_str().expect("an id"))
        })
        .collect();
    assert_eq!(named, made);
    assert_eq!(provenance[0]["agent"][0]["who"], by_hpr("900000101"));
}

#[test]
fn the_municipality_finds_its_task_and_reads_what_it_names_and_nothing_else() {
    each(|world| {
        let ready = ready(world);
        let answer = world.post(BERGEN, APPOINT, &answering(&ready, "9144900", "1")).expect(200);
        let found = world.get(KOMMUNE, "/fhir/Task?status=requested&code=notify-municipality").expect(200);
        let tasks = found.entries();
        assert_eq!(tasks.len(), 1, "{}", found.text);
        assert_eq!(tasks[0], &answer.parameters("task")[0]["resource"]);
        assert_eq!(tasks[0]["owner"]["reference"], json!(ready.service));
        let team = tasks[0]["focus"]["reference"].as_str().expect("a focus");
        let letter = tasks[0]["input"][0]["valueReference"]["reference"].as_str().expect("an input");
        for (address, status) in [
            (team, 200),
            (letter, 200),
            (ready.patient.as_str(), 200),
            (ready.consent.as_str(), 200),
            (ready.need.as_str(), 404),
            (&address(&answer, "journalNote"), 404),
            (&address(&answer, "communication"), 404),
        ] {
            world.get(KOMMUNE, &format!("/fhir/{address}")).expect(status);
        }
        let accepted = set(tasks[0].clone(), "/status", json!("accepted"));
        let path = format!("/fhir/Task/{}", tasks[0]["id"].as_str().expect("an id"));
        world.put(KOMMUNE, &path, Some("W/\"1\""), &accepted).expect(200);
        assert_eq!(world.get(BERGEN, &path).expect(200).json["status"], "accepted");
        // The receiver says how it goes, not what was asked.
        let other = set(accepted, "/description", json!("Noe annet"));
        world.put(KOMMUNE, &path, Some("W/\"2\""), &other).expect(403);
    });
}

/// `Type/id` of the first resource of this name in an answer.
fn address(answer: &Answer, name: &str) -> String {
    let resource = &answer.parameters(name)[0]["resource"];
    format!("{}/{}", resource["resourceType"].as_str().expect("a type"), resource["id"].as_str().expect("an id"))
}

#[test]
fn both_sides_pull_the_plan_and_the_koordinator_until_the_appointment_ends() {
    each(|world| {
        let ready = ready(world);
        let appointed = world.post(BERGEN, APPOINT, &answering(&ready, "9144900", "1")).expect(200);
        let team = address(&appointed, "return");
        created(world, KOMMUNE, &consent(TESTINE, "individuell-plan", &[HELSE_BERGEN]));
        let plan = created(world, KOMMUNE, &plan(TESTINE));
        for persona in [BERGEN, KOMMUNE] {
            let seen = status(world, persona, TESTINE);
            assert_eq!((seen.active, seen.plans, seen.koordinators), (true, vec![plan.clone()], vec![KÅRE.to_owned()]));
        }
        let told = world.post(BERGEN, PLAN_STATUS, &crate::people::status_of(&[TESTINE])).expect(200);
        let part = parts(&told.json["parameter"][0], "plan")[0];
        assert_eq!(parts(part, "responsible")[0]["valueReference"], organisation(BERGEN_KOMMUNE));
        assert_eq!(parts(part, "revisionDue")[0]["valueDate"], "2027-05-01");
        assert!(told.header("etag").is_some());

        let ended =
            world.post(BERGEN, &format!("/fhir/{team}/$end-appointment"), &ending("9144900", "Forløpet er slutt."));
        let ended = ended.expect(200);
        let participant = &ended.parameters("return")[0]["resource"]["participant"][0];
        assert_eq!(participant["period"]["end"], "2026-11-22T15:00:00.000Z");
        assert_eq!(
            note_text(&ended.parameters("journalNote")[0]["resource"]),
            "Avslutning av koordinator\n\nNavn: Kåre Prøvesen\nTittel: Sykepleier\nTelefon: 55 00 00 00\n\
             Gjelder til: 22.11.2026\nBegrunnelse: Forløpet er slutt.\n"
        );
        for persona in [BERGEN, KOMMUNE] {
            let seen = status(world, persona, TESTINE);
            assert_eq!((seen.active, seen.koordinators), (true, vec![]), "{persona}");
        }
        // What has ended cannot be ended again.
        let again = world.post(BERGEN, &format!("/fhir/{team}/$end-appointment"), &ending("9144900", "En gang til"));
        assert_eq!(again.expect(422).codes(), ["role-not-held"]);
    });
}

#[test]
fn the_same_business_identifier_again_gives_the_same_answer_and_nothing_new() {
    each(|world| {
        let ready = ready(world);
        let asked = answering(&ready, "9144900", "1");
        let first = world.post(BERGEN, APPOINT, &asked).expect(200);
        let before = world.counts();
        let second = world.post(BERGEN, APPOINT, &asked).expect(200);
        assert_eq!(first.text, second.text);
        assert_eq!(world.counts(), before);
        // A letter that was deleted since does not stand in the way; nor is a warning lost.
        let (letter, note) = (address(&first, "communication"), address(&first, "journalNote"));
        let refused = world.send(world.as_(BERGEN, "DELETE", &format!("/fhir/{letter}"))).expect(409);
        assert_eq!(refused.codes(), ["still-referenced"]);
        let mut without = world.get(BERGEN, &format!("/fhir/{note}")).expect(200).json;
        let related = without["context"]["related"].as_array_mut().expect("what the note is about");
        related.retain(|to| to["reference"] != letter.as_str());
        world.transaction(BERGEN, &[("PUT", &note, Some(without)), ("DELETE", &letter, None)]).expect(200);
        let third = world.post(BERGEN, APPOINT, &asked).expect(200);
        assert_eq!((third.parameters("communication").len(), third.parameters("task").len()), (1, 1));
        let before = world.counts();
        let for_another = appointing(ANNEN, "9144900", "1");
        assert_eq!(world.post(BERGEN, APPOINT, &for_another).expect(422).codes(), ["identifier-reused"]);
        assert_eq!(world.counts(), before);
    });
}

#[test]
fn a_successor_takes_over_at_the_instant_the_predecessor_leaves() {
    each(|world| {
        world.post(BERGEN, APPOINT, &appointing(TESTINE, "9144900", "1")).expect(200);
        let change = "2026-11-22T16:00:00+01:00";
        let asked = without(without(appointing(TESTINE, "9144901", "2"), "consent"), "period");
        let asked = with(asked, "period", "valuePeriod", json!({ "start": change }));
        let asked = with(asked, "replaces", "valueReference", by_hpr("9144900"));
        let answer = world.post(BERGEN, APPOINT, &asked).expect(200);
        let participants = &answer.parameters("return")[0]["resource"]["participant"];
        assert_eq!(participants[0]["period"], json!({ "start": "2026-11-20T08:00:00+01:00", "end": change }));
        assert_eq!(participants[1]["period"], json!({ "start": change }));
        assert_eq!(status(world, BERGEN, TESTINE).koordinators, [KÅRE]);
        let nobody = with(without(asked, "replaces"), "replaces", "valueReference", by_hpr("9144999"));
        let nobody = with(without(nobody, "identifier"), "identifier", "valueIdentifier", json!({ "value": "3" }));
        assert_eq!(world.post(BERGEN, APPOINT, &nobody).expect(422).codes(), ["role-not-held"]);
    });
}

#[test]
fn an_appointment_joins_the_team_that_the_epj_already_has() {
    each(|world| {
        let mut empty = team(TESTINE, "9144900");
        let members = empty.as_object_mut().expect("a resource");
        members.shift_remove("contained");
        members.shift_remove("participant");
        let own = created(world, BERGEN, &empty);
        let answer = world.post(BERGEN, APPOINT, &appointing(TESTINE, "9144900", "1")).expect(200);
        let joined = &answer.parameters("return")[0]["resource"];
        assert_eq!((address(&answer, "return"), joined["meta"]["versionId"].as_str()), (own, Some("2")));
        assert_eq!(joined["participant"].as_array().map(Vec::len), Some(1));
        assert_eq!(status(world, BERGEN, TESTINE).koordinators, [KÅRE]);
    });
}

#[test]
fn a_kontaktlege_is_a_physician_and_a_kontaktpsykolog_a_psychologist() {
    each(|world| {
        let psychologist = practitioner("9144903", "PS", "Psykolog");
        for (role, holder, name) in
            [("19", physician("9144902"), "kontaktlege"), ("20", psychologist, "kontaktpsykolog")]
        {
            let number = if role == "19" { TESTINE } else { ANNEN };
            let before = world.counts();
            let refused =
                world.post(BERGEN, APPOINT, &appointing_to(number, role, &nurse("9144900"), role)).expect(422);
            assert_eq!(refused.codes(), ["kontaktlege-profession"]);
            assert_eq!(world.counts(), before);
            let answer = world.post(BERGEN, APPOINT, &appointing_to(number, role, &holder, role)).expect(200);
            assert!(answer.parameters("outcome").is_empty(), "the municipality is not concerned");
            let note = note_text(&answer.parameters("journalNote")[0]["resource"]);
            assert!(note.starts_with(&format!("Oppnevning av {name}\n\nNavn: Kåre Prøvesen\n")), "{note}");
        }
    });
}

#[test]
fn a_plain_team_of_logical_references_is_taken_found_and_shown() {
    each(|world| {
        created(world, BERGEN, &nurse("9144900"));
        let patient = created(world, BERGEN, &resident(TESTINE));
        created(world, BERGEN, &consent(TESTINE, "koordinator", &[]));
        let mut plain = set(team(TESTINE, "9144900"), "/participant", json!([koordinator("18")]));
        plain["participant"][0]["member"] = by_hpr("9144900");
        plain.as_object_mut().expect("a resource").shift_remove("contained");
        let team = created(world, BERGEN, &plain);
        assert_eq!(status(world, BERGEN, TESTINE).koordinators, [KÅRE]);
        for search in
            [format!("patient={patient}"), "participant:identifier=9144900".to_owned(), "status=active".to_owned()]
        {
            let found = world.get(BERGEN, &format!("/fhir/CareTeam?{search}")).expect(200);
            let ids: Vec<String> =
                found.entries().iter().map(|e| format!("CareTeam/{}", e["id"].as_str().expect("an id"))).collect();
            assert_eq!(ids, [team.as_str()], "{search}");
        }
        let unknown = set(plain, "/participant/0/member", by_hpr("9144999"));
        let refused = world.post(BERGEN, "/fhir/CareTeam", &unknown).expect(422);
        assert!(refused.codes().contains(&"contact-details"), "{}", refused.text);
    });
}

/// Why the municipality is not told, with this Patient, its koordinerende enhet written by this persona, these consented to.
type Untold<'a> = (&'a str, Option<Value>, Option<&'a str>, &'a [&'a str]);

#[test]
fn when_the_municipality_is_not_told_the_answer_says_why() {
    let protected = |code: &str| {
        let mut patient = resident(TESTINE);
        patient["address"][0]["extension"] = json!([{
            "url": "http://hl7.no/fhir/StructureDefinition/no-basis-address-official",
            "valueCoding": { "system": "http://ehelse.no/fhir/CodeSystem/gd-address-confidentiality", "code": code },
        }]);
        patient
    };
    let mut labelled = resident(TESTINE);
    labelled["meta"] =
        json!({ "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "V" }] });
    let all: &[&str] = &[BERGEN_KOMMUNE];
    let table: [Untold<'_>; 8] = [
        ("municipality-unknown", None, Some(KOMMUNE), all),
        ("municipality-unknown", Some(nowhere(TESTINE)), Some(KOMMUNE), all),
        ("municipality-without-unit", Some(resident(TESTINE)), None, all),
        // Nobody can put themselves up as another municipality's receiver.
        ("municipality-without-unit", Some(resident(TESTINE)), Some(crate::people::HARALDSPLASS), all),
        ("municipality-not-consented", Some(resident(TESTINE)), Some(KOMMUNE), &[]),
        ("protected-address", Some(protected("fortrolig")), Some(KOMMUNE), all),
        ("protected-address", Some(protected("strengtFortrolig")), Some(KOMMUNE), all),
        ("protected-address", Some(labelled), Some(KOMMUNE), all),
    ];
    for (reason, patient, directory, named) in &table {
        each(|world| {
            if let Some(persona) = directory {
                koordinerende_enhet(world, persona);
            }
            if let Some(patient) = patient {
                created(world, BERGEN, patient);
            }
            let asked = without(appointing(TESTINE, "9144900", "1"), "consent");
            let asked = with(asked, "consent", "resource", consent(TESTINE, "koordinator", named));
            let answer = world.post(BERGEN, APPOINT, &asked).expect(200);
            assert!(answer.parameters("task").is_empty());
            assert_eq!(answer.parameters("communication").len(), 1, "to the patient alone");
            let issue = &answer.parameters("outcome")[0]["resource"]["issue"][0];
            assert_eq!(
                (issue["severity"].as_str(), issue["details"]["coding"][0]["code"].as_str()),
                (Some("warning"), Some(*reason))
            );
            assert!(world.get(KOMMUNE, "/fhir/Task").expect(200).entries().is_empty());
            assert_eq!(
                world.post(BERGEN, APPOINT, &asked).expect(200).parameters("outcome")[0]["resource"]["issue"][0]["details"],
                issue["details"]
            );
        });
    }
}

#[test]
fn a_refused_appointment_leaves_nothing_behind() {
    each(|world| {
        let asked = appointing(TESTINE, "9144900", "1");
        let before = world.counts();
        for (body, status, code) in [
            (without(asked.clone(), "consent"), 422, "consent-required"),
            (
                with(asked.clone(), "basedOn", "valueReference", json!({ "reference": "Task/none" })),
                422,
                "need-not-found",
            ),
            (with(asked.clone(), "replaces", "valueReference", by_hpr("9144999")), 422, "role-not-held"),
            (set(asked.clone(), "/parameter/2/resource/telecom/0/system", json!("email")), 422, "contact-details"),
            (
                with(
                    without(asked.clone(), "member"),
                    "member",
                    "valueReference",
                    json!({ "reference": "Practitioner/none" }),
                ),
                422,
                "member-not-found",
            ),
            (
                with(without(asked.clone(), "patient"), "patient", "valueReference", json!({ "display": "Testine" })),
                422,
                "patient-not-found",
            ),
            (
                with(
                    without(asked.clone(), "consent"),
                    "consent",
                    "valueReference",
                    json!({ "reference": "Consent/none" }),
                ),
                422,
                "consent-not-found",
            ),
            (without(asked.clone(), "unit"), 400, "required-parameter"),
            (with(asked.clone(), "colour", "valueString", json!("red")), 400, "unknown-parameter"),
        ] {
            let refused = world.post(BERGEN, APPOINT, &body).expect(status);
            assert_eq!(refused.codes(), [code], "{}", refused.text);
            assert_eq!(world.counts(), before, "{code}");
        }
        world.post(BERGEN, APPOINT, &asked).expect(200);
    });
}

#[test]
fn the_quick_start_works_on_an_empty_server() {
    each(|world| {
        let send = |path: &str, example: &str| world.post(BERGEN, path, &serde_json::from_str(example).expect("JSON"));
        let appointed = send(APPOINT, varde_http::examples::APPOINT).expect(200);
        let team = address(&appointed, "return");
        assert_eq!(
            appointed.parameters("return")[0]["resource"]["participant"][0]["period"]["start"],
            "2026-11-22T15:00:00.000Z"
        );
        assert!(NOW.starts_with("2026-11-22T15:00:00"));
        let told = send(PLAN_STATUS, varde_http::examples::PLAN_STATUS).expect(200);
        let koordinator = parts(&told.json["parameter"][0], "koordinator")[0];
        assert_eq!(parts(koordinator, "name")[0]["valueString"], "Konstanse Prøvesen");
        send(&format!("/fhir/{team}/$end-appointment"), varde_http::examples::END_APPOINTMENT).expect(200);
        send(APPOINT, varde_http::examples::APPOINT_KONTAKTLEGE).expect(200);
    });
}
