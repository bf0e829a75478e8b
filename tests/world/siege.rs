//! Attacks that were tried on the house, each kept out: whoever finds another way in adds it here.

use crate::answer::Answer;
use crate::people::{
    ANNEN, BARN, BERGEN, FNR, HARALDSPLASS, KOMMUNE, TESTINE, appointing, consent, nurse, organisation, patient, team,
};
use crate::story::{
    APPOINT, BERGEN_KOMMUNE, HDS, answering, by_hpr, created, koordinerende_enhet, need, nowhere, ready, set, task_to,
    withdrawn,
};
use crate::world::{World, each};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// A mother, as an organisation recorded her.
fn mother(child: &str, number: &str) -> Value {
    let parental = "http://hl7.no/fhir/CodeSystem/no-basis-parental-responsibility";
    json!({
        "resourceType": "RelatedPerson",
        "identifier": [{ "system": FNR, "value": number }],
        "patient": patient(child),
        "relationship": [{ "coding": [{ "system": parental, "code": "mor" }] }],
    })
}

/// A participant without a statutory role who acts for an organisation.
fn acting_for(orgnr: &str) -> Value {
    json!({ "member": by_hpr("9144902"), "onBehalfOf": organisation(orgnr), "period": { "start": "2026-11-01" } })
}

fn bundle(kind: &str, entries: &[Value]) -> Value {
    json!({ "resourceType": "Bundle", "type": kind, "entry": entries })
}

fn family(mut parameters: Value, consent: &Value) -> Value {
    let all = parameters["parameter"].as_array_mut().expect("parameters");
    let given = all.iter_mut().find(|parameter| parameter["name"] == "consent").expect("a consent");
    given["resource"] = consent.clone();
    parameters
}

#[test]
fn relatives_that_another_organisation_recorded_are_not_named_and_decide_nothing() {
    each(|world| {
        let theirs = created(world, HARALDSPLASS, &mother(TESTINE, ANNEN));
        let appointed = world.post(BERGEN, APPOINT, &appointing(TESTINE, "9144900", "1")).expect(200);
        assert!(!appointed.text.contains(&theirs), "{}", appointed.text);

        created(world, HARALDSPLASS, &mother(BARN, ANNEN));
        let by_mother = json!([{ "type": "RelatedPerson", "identifier": { "system": FNR, "value": ANNEN } }]);
        let consent = set(consent(BARN, "koordinator", &[]), "/performer", by_mother);
        let asked = family(appointing(BARN, "9144901", "2"), &consent);
        let refused = world.post(BERGEN, APPOINT, &asked).expect(422);
        assert_eq!(refused.codes(), ["consent-competence"]);
        created(world, BERGEN, &mother(BARN, ANNEN));
        let appointed = world.post(BERGEN, APPOINT, &asked).expect(200);
        assert_eq!(appointed.parameters("communication").len(), 2);
    });
}

#[test]
fn a_member_of_the_team_changes_no_task_that_is_not_addressed_to_it() {
    each(|world| {
        created(world, BERGEN, &consent(TESTINE, "koordinator", &[]));
        let mut open = team(TESTINE, "9144900");
        open["participant"].as_array_mut().expect("participants").push(acting_for(BERGEN_KOMMUNE));
        let team_id = created(world, BERGEN, &open);
        let task = created(world, BERGEN, &need(TESTINE));
        let theirs = created(world, BERGEN, &task_to(TESTINE, BERGEN_KOMMUNE, &team_id));
        let done = |address: &str| {
            let stored = world.get(KOMMUNE, &format!("/fhir/{address}")).expect(200);
            let done = set(stored.json.clone(), "/status", json!("completed"));
            world.put(KOMMUNE, &format!("/fhir/{address}"), Some("W/\"1\""), &done)
        };
        assert_eq!(done(&task).expect(403).codes(), ["not-owner"]);
        done(&theirs).expect(200);
        // A deleted one would come back under the hospital's name, and open what it says.
        let id = task.trim_start_matches("Task/");
        world.send(world.as_(BERGEN, "DELETE", &format!("/fhir/{task}"))).expect(204);
        let mut back = task_to(TESTINE, BERGEN_KOMMUNE, "Consent/x");
        back["id"] = json!(id);
        let refused = world.put(KOMMUNE, &format!("/fhir/{task}"), None, &back);
        assert_eq!((refused.status, refused.codes()), (403, vec!["act-not-allowed"]));
    });
}

#[test]
fn nobody_ends_another_organisations_role_by_withdrawing_something_of_its_own() {
    each(|world| {
        let mut short = consent(TESTINE, "koordinator", &[]);
        short["provision"]["period"]["end"] = json!("2026-11-22T16:30:00+01:00");
        created(world, BERGEN, &short);
        let ours = created(world, BERGEN, &team(TESTINE, "9144900"));
        world.clock.advance(45 * 60 * 1_000_000);
        let stranger = created(world, HARALDSPLASS, &consent(TESTINE, "koordinator", &[]));
        let stored = world.get(HARALDSPLASS, &format!("/fhir/{stranger}")).expect(200);
        let take_back = json!({ "request": { "method": "PUT", "url": stranger }, "resource": withdrawn(&stored.json) });
        let look = json!({ "request": { "method": "GET", "url": ours } });
        let peek = world.post(HARALDSPLASS, "/fhir", &bundle("transaction", &[take_back, look])).expect(404);
        assert!(!peek.text.contains("9144900"), "{}", peek.text);
        world.put(HARALDSPLASS, &format!("/fhir/{stranger}"), None, &withdrawn(&stored.json)).expect(200);
        assert_eq!(world.get(BERGEN, &format!("/fhir/{ours}")).expect(200).etag(), "W/\"1\"");
    });
}

#[test]
fn a_condition_is_a_search_and_needs_the_right_to_search() {
    each(|world| {
        created(world, BERGEN, &nowhere(TESTINE));
        let token = world.token_with(BERGEN, json!({ "scope": "system/Patient.c system/Flag.c" }), json!({}));
        let ask = |method: &str, path: &str| world.request(method, path).bearer_auth(&token);
        let condition = format!("identifier={FNR}|{TESTINE}");
        let conditional = ask("POST", "/fhir/Patient").header("if-none-exist", condition);
        assert_eq!(world.send_json(conditional, &nowhere(TESTINE)).expect(403).codes(), ["scope-missing"]);
        let code = json!({ "text": "x" });
        let subject = json!({ "reference": format!("Patient?identifier={FNR}|{TESTINE}") });
        let flag = json!({ "resourceType": "Flag", "status": "active", "code": code, "subject": subject });
        let entry = json!({ "request": { "method": "POST", "url": "Flag" }, "resource": flag });
        let refused = world.send_json(ask("POST", "/fhir"), &bundle("transaction", &[entry])).expect(403);
        assert_eq!(refused.codes(), ["scope-missing"]);
        world.send_json(ask("POST", "/fhir/Patient"), &nowhere(TESTINE)).expect(201);
    });
}

#[test]
fn a_national_number_becomes_no_id_no_echo_and_no_entry_of_the_directory() {
    each(|world| {
        let before = world.counts();
        let mut named = nowhere(TESTINE);
        named["id"] = json!(TESTINE);
        let url = format!("Patient/{TESTINE}");
        let entry = json!({ "request": { "method": "PUT", "url": url }, "resource": named });
        let refused = world.post(BERGEN, "/fhir", &bundle("transaction", std::slice::from_ref(&entry))).expect(400);
        assert_eq!(refused.codes(), ["national-number-in-url"]);
        let batch = world.post(BERGEN, "/fhir", &bundle("batch", &[entry])).expect(200);
        assert_eq!(batch.json["entry"][0]["response"]["status"], "400");
        let echo = world.get(BERGEN, &format!("/fhir/CareTeam/x/_history?a{TESTINE}=1")).expect(400);
        let mut public = nurse("9144900");
        public["identifier"].as_array_mut().expect("identifiers").push(patient(ANNEN)["identifier"].clone());
        let listed = world.post(BERGEN, "/fhir/Practitioner", &public).expect(400);
        // A condition that finds nothing would make the body's id an address.
        let found = world.put(BERGEN, "/fhir/Patient?family=Ingen", None, &named).expect(400);
        let entry = json!({ "request": { "method": "PUT", "url": "Patient?family=Ingen" }, "resource": named });
        let planned = world.post(BERGEN, "/fhir", &bundle("transaction", &[entry])).expect(400);
        let defined = world.get(BERGEN, &format!("/fhir/StructureDefinition?url={TESTINE}")).expect(400);
        // Beside the form of a search the URL is as open as any.
        let number = format!("identifier={FNR}%7C{TESTINE}");
        let form = world.as_(BERGEN, "POST", &format!("/fhir/Patient/_search?{number}"));
        let beside = world.send(form.form(&[("family", "x")])).expect(400);
        let looked = world.get(BERGEN, &format!("/fhir/CodeSystem/$lookup?system=x&code={TESTINE}")).expect(400);
        for answer in [&found, &planned, &defined, &beside, &looked] {
            assert_eq!(answer.codes(), ["national-number-in-url"]);
        }
        assert_eq!(listed.codes(), ["national-number-in-directory"]);
        for answer in [refused, batch, echo, listed, found, planned, defined, beside, looked] {
            assert!(!answer.text.contains(TESTINE) && !answer.text.contains(ANNEN), "{}", answer.text);
        }
        assert_eq!(world.counts(), before);
    });
}

#[test]
fn a_cursor_made_for_a_number_fits_no_other_and_does_not_hold_it() {
    each(|world| {
        for _ in 0..2 {
            created(world, BERGEN, &nowhere(TESTINE));
        }
        let links = by_number(world, TESTINE, None).expect(200).json["link"].to_string();
        let cursor = links.split_once("_cursor=").expect("a next page").1.split('"').next().expect("a cursor");
        // Sealed with a key of the database: whoever sees it in a URL cannot try numbers until one fits.
        assert_eq!(by_number(world, ANNEN, Some(cursor)).expect(400).codes(), ["bad-cursor"]);
        assert_eq!(by_number(world, TESTINE, Some(cursor)).expect(200).entries().len(), 1);
        let sealed = URL_SAFE_NO_PAD.decode(cursor).expect("base64url");
        assert!(!sealed.windows(TESTINE.len()).any(|window| window == TESTINE.as_bytes()));
    });
}

/// One page of the Patients with this number.
fn by_number(world: &World, number: &str, cursor: Option<&str>) -> Answer {
    let identifier = format!("{FNR}|{number}");
    let mut form = vec![("identifier", identifier.as_str()), ("_count", "1")];
    form.extend(cursor.map(|cursor| ("_cursor", cursor)));
    world.search(BERGEN, "Patient", &form)
}

#[test]
fn no_single_request_is_larger_than_the_others_can_wait_for() {
    let world = World::sqlite();
    let participant = |role: &str, number: usize| {
        json!({
            "role": [{ "coding": [{ "system": crate::people::ROLE, "code": role }] }],
            "member": { "identifier": { "system": crate::people::HPR, "value": (9_200_000 + number).to_string() } },
            "onBehalfOf": organisation(BERGEN_KOMMUNE),
        })
    };
    let crowd = |count: usize| {
        let participants = (0..count).map(|number| participant("17", number)).collect();
        let mut crowd = set(team(TESTINE, "1"), "/participant", participants);
        crowd.as_object_mut().expect("a team").remove("contained");
        crowd
    };
    world.post(BERGEN, "/fhir/CareTeam", &crowd(300)).expect(201);
    assert_eq!(world.post(BERGEN, "/fhir/CareTeam", &crowd(301)).expect(400).codes(), ["too-many-participants"]);

    let text = "x".repeat(900_000);
    let letter = json!({
        "resourceType": "Communication",
        "status": "preparation",
        "subject": patient(TESTINE),
        "payload": [{ "contentString": text }, { "contentString": text }],
    });
    for _ in 0..5 {
        created(&world, BERGEN, &letter);
    }
    for (kind, status) in [("batch", 200), ("transaction", 413)] {
        let look = json!({ "request": { "method": "GET", "url": "Communication" } });
        let answer = world.post(BERGEN, "/fhir", &bundle(kind, &vec![look; 9])).expect(status);
        let last = answer.json["entry"][8]["response"]["status"].as_str();
        assert_eq!(last, (kind == "batch").then_some("413"), "{kind}");
    }
}

#[test]
fn a_web_page_that_was_led_to_this_machine_gets_no_token() {
    let world = World::sqlite();
    let asked = |host: &str| {
        let request = world.request("POST", "/dev/token").header("host", host);
        world.send(request.form(&[("client_id", BERGEN)])).status
    };
    let port = world.root.rsplit_once(':').expect("a port").1;
    for (host, status) in [
        ("localhost", 200),
        (&format!("127.0.0.1:{port}"), 200),
        ("[::1]:8080", 200),
        ("evil.example", 400),
        (&format!("evil.example:{port}"), 400),
        ("127.0.0.1.evil.example", 400),
        ("localhost.evil.example:80", 400),
    ] {
        assert_eq!(asked(host), status, "{host}");
    }
}

#[test]
fn who_puts_itself_up_as_a_municipalitys_unit_neither_gets_its_mail_nor_stops_it() {
    each(|world| {
        let service = koordinerende_enhet_of(world, HARALDSPLASS, HDS);
        let ready = ready(world);
        let appointed = world.post(BERGEN, APPOINT, &answering(&ready, "9144900", "1")).expect(200);
        let tasks = appointed.parameters("task");
        assert_eq!(tasks[0]["resource"]["owner"]["reference"], ready.service.as_str(), "{}", appointed.text);
        assert_eq!(tasks.len(), 1);
        assert!(!appointed.text.contains(&service));
    });
}

/// The koordinerende enhet of Bergen kommune, as somebody says who provides it.
fn koordinerende_enhet_of(world: &World, persona: &str, provider: &str) -> String {
    let address = koordinerende_enhet(world, persona);
    let service = world.get(persona, &format!("/fhir/{address}")).expect(200);
    let service = set(service.json.clone(), "/providedBy", organisation(provider));
    world.put(persona, &format!("/fhir/{address}"), Some("W/\"1\""), &service).expect(200);
    address
}

#[test]
fn what_is_labelled_as_of_a_protected_patient_is_nobody_elses() {
    each(|world| {
        created(world, BERGEN, &consent(TESTINE, "koordinator", &[BERGEN_KOMMUNE]));
        let ours = created(world, BERGEN, &nowhere(TESTINE));
        let shared = created(world, BERGEN, &team(TESTINE, "9144900"));
        let sees = || {
            let found = world.get(KOMMUNE, "/fhir/CareTeam?_total=accurate&_include=CareTeam:subject").expect(200);
            let (read, total) = (world.get(KOMMUNE, &format!("/fhir/{shared}")).status, &found.json["total"]);
            (read, total.as_i64().expect("a total"), found.entries().len())
        };
        let events = || world.counts().into_iter().find(|(table, _)| table == "outbox").expect("an outbox").1;
        assert_eq!(sees(), (200, 1, 2));
        let labelled = |address: &str, code: Option<&str>| {
            let path = format!("/fhir/{address}");
            let stored = world.get(BERGEN, &path).expect(200);
            let mut body = stored.json.clone();
            body["meta"] = code.map_or(json!({ "tag": [{ "code": "x" }] }), |code| {
                json!({ "security": [{
                    "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
                    "code": code,
                }] })
            });
            world.put(BERGEN, &path, Some(&stored.etag()), &body).expect(200);
        };
        for (address, code) in [(&ours, "V"), (&ours, "R"), (&shared, "R")] {
            labelled(address, Some(code));
            let before = events();
            assert_eq!(sees(), (404, 0, 0), "{address} {code}");
            if *address == ours {
                labelled(&shared, None);
                assert_eq!(events(), before, "{address} {code}");
            }
            labelled(address, None);
            assert_eq!(sees(), (200, 1, 2), "{address} {code}");
        }
        // The municipality's own label closes nothing of the hospital's.
        let mut theirs = nowhere(TESTINE);
        theirs["meta"] = json!({ "security": [{ "code": "V" }] });
        created(world, KOMMUNE, &theirs);
        assert_eq!(sees().0, 200);
        // What is deleted took its labels with it: it is its owner's alone.
        labelled(&shared, Some("V"));
        world.send(world.as_(BERGEN, "DELETE", &format!("/fhir/{shared}"))).expect(204);
        for rest in ["", "/_history", "/_history/1"] {
            world.get(KOMMUNE, &format!("/fhir/{shared}{rest}")).expect(404);
        }
    });
}

#[test]
fn an_update_under_a_free_id_needs_the_right_to_create() {
    each(|world| {
        // A municipality answers the Tasks it is sent, and sends none: whether there is one of that id or not.
        let theirs = created(world, BERGEN, &need(TESTINE));
        let (_, taken) = theirs.split_once('/').expect("Type/id");
        let put = |id: &str| {
            let task = set(with_id(need(TESTINE), id), "/requester", organisation(BERGEN_KOMMUNE));
            let request = world.as_(KOMMUNE, "PUT", &format!("/fhir/Task/{id}")).header("x-request-id", "the-same");
            world.send_json(request, &task).expect(403)
        };
        let (free, taken) = (put("not-there-yet"), put(taken));
        assert_eq!((free.codes(), &free.text), (vec!["act-not-allowed"], &taken.text));
    });
}

fn with_id(mut resource: Value, id: &str) -> Value {
    resource["id"] = json!(id);
    resource
}

#[test]
fn nobody_makes_everybody_wait_for_one_bundle() {
    each(|world| {
        let before = world.counts();
        let asks = |number: usize| json!({ "url": "urn:x", "valueReference": { "reference": format!("Organization?_id=a{number}") } });
        let many: Vec<Value> = (0..501).map(asks).collect();
        let organisation = json!({ "resourceType": "Organization", "name": "x", "extension": many });
        let entry = json!({ "request": { "method": "POST", "url": "Organization" }, "resource": organisation });
        let asked = world.post(BERGEN, "/fhir", &bundle("transaction", &[entry])).expect(422);
        let values: Vec<String> = (0..1000).map(|number| format!("a{number}")).collect();
        let search = json!({ "request": { "method": "GET", "url": format!("Task?_id={}", values.join(",")) } });
        let searched = world.post(BERGEN, "/fhir", &bundle("batch", &vec![search.clone(); 11])).expect(422);
        assert_eq!((asked.codes(), searched.codes()), (vec!["too-costly"], vec!["too-costly"]));
        world.post(BERGEN, "/fhir", &bundle("batch", &vec![search; 10])).expect(200);
        assert_eq!(world.counts(), before);
    });
}
