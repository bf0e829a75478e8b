//! Several acts at once: a transaction is all or nothing, in FHIR's order whatever the entries', with links between them; a
//! batch is each for itself.

mod linked;
mod operations;
mod refused;

use crate::answer::Answer;
use crate::people::{ANNEN, BERGEN, FNR, TESTINE, consent, patient, team};
use crate::refusal::{assert_refused, names_somebody};
use crate::world::{World, each};
use serde_json::{Value, json};

const PATIENT: &str = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a";
const CONSENT: &str = "urn:uuid:88f151c0-a954-468a-88bd-5ae15c08e059";
const TEAM: &str = "urn:uuid:0fc374a1-a226-4552-9683-55dd510e67c9";

#[test]
fn entries_refer_to_each_other_in_any_order() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        each(|world| {
            let all = family(TESTINE);
            let entries: Vec<Value> = order.iter().map(|index| all[*index].clone()).collect();
            let answer = post(world, "transaction", &entries).expect(200);
            assert_eq!(answer.json["type"], "transaction-response");
            assert_eq!(statuses(&answer), ["201"; 3]);
            let place = |index: usize| order.iter().position(|other| *other == index).expect("each stands once");
            let [patient, consent, team] = [0, 1, 2].map(|index| location(&answer, place(index)));
            let told = &answer.json["entry"][place(2)];
            assert_eq!(told["fullUrl"], format!("{}/{team}", world.base()));
            assert_eq!(told["response"]["etag"], "W/\"1\"");

            let read = world.get(BERGEN, &format!("/fhir/{team}")).expect(200);
            assert_eq!(read.json, told["resource"]);
            assert_eq!(read.json["subject"]["reference"], patient.as_str());
            let read = world.get(BERGEN, &format!("/fhir/{consent}")).expect(200);
            assert_eq!(read.json["patient"]["reference"], patient.as_str());
            assert_eq!(read.json["performer"][0]["reference"], patient.as_str());
            assert!(!read.text.contains("urn:uuid:"), "{}", read.text);
        });
    }
}

#[test]
fn a_condition_inside_finds_what_is_there() {
    each(|world| {
        let condition = format!("identifier={FNR}|{TESTINE}");
        let mut entries = family(TESTINE);
        entries[0]["request"]["ifNoneExist"] = json!(condition);
        let first = post(world, "transaction", &entries[..2]).expect(200);
        assert_eq!(statuses(&first), ["201", "201"]);

        // The second time the patient is there: the new team is about them.
        let second = post(world, "transaction", &[entries[0].clone(), entries[2].clone()]).expect(200);
        assert_eq!(statuses(&second), ["200", "201"]);
        assert_eq!(location(&second, 0), location(&first, 0));
        let team = world.get(BERGEN, &format!("/fhir/{}", location(&second, 1))).expect(200);
        assert_eq!(team.json["subject"]["reference"], location(&first, 0));
        assert!(!names_somebody(&Answer { text: second.json["entry"][1].to_string(), ..second }), "a number in a link");
    });
}

#[test]
fn a_reference_may_be_a_search() {
    each(|world| {
        let testine = post(world, "transaction", &family(TESTINE)[..2]).expect(200);
        let about = |search: &str| {
            let mut flag = flag(TESTINE);
            flag["subject"] = json!({ "reference": search });
            create("Flag", &flag)
        };
        let good = about(&format!("Patient?identifier={FNR}|{TESTINE}"));
        let answer = post(world, "transaction", &[good]).expect(200);
        let flag = world.get(BERGEN, &format!("/fhir/{}", location(&answer, 0))).expect(200);
        assert_eq!(flag.json["subject"]["reference"], location(&testine, 0));

        let before = world.counts();
        let unmatched = post(
            world,
            "transaction",
            &[create("Flag", &crate::bundles::flag(ANNEN)), about(&format!("Patient?identifier={FNR}|{ANNEN}"))],
        );
        assert_refused(&unmatched, 412, "conditional-reference-unmatched", Some("Bundle.entry[1].resource.subject"));
        let misspelt = post(world, "transaction", &[about("Patient?identifyer=x")]);
        assert_refused(&misspelt, 400, "unknown-parameter", Some("Bundle.entry[0].request.url"));
        assert_eq!(world.counts(), before);
    });
}

/// <https://hl7.org/fhir/R4/http.html#trules>: references, elements of type uri, and the links of a narrative.
#[test]
fn links_of_every_kind_lead_to_the_entries() {
    each(|world| {
        let link = "urn:uuid:0fc374a1-a226-4552-9683-55dd510e67c9";
        let told = json!({
            "resourceType": "Communication", "status": "completed", "subject": flag(TESTINE)["subject"],
            "about": [{ "reference": link }], "instantiatesUri": ["http://example.org/x", link],
            "identifier": [{ "system": "http://example.org/id", "value": link }],
            "extension": [{ "url": "http://example.org/see", "valueUri": link }],
            "payload": [{ "contentAttachment": { "url": link } }],
            "text": { "status": "generated", "div": format!(
                "<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"{link}\">a</a><a href='{link}'>b</a>\
                 <a href=\"{link}x\">c</a> href={link}</div>") },
        });
        let mut first = create("Flag", &flag(TESTINE));
        first["fullUrl"] = json!(link);
        let answer = post(world, "transaction", &[create("Communication", &told), first]).expect(200);
        let flag = location(&answer, 1);
        let read = world.get(BERGEN, &format!("/fhir/{}", location(&answer, 0))).expect(200).json;
        assert_eq!(read["about"][0]["reference"], flag);
        assert_eq!(read["instantiatesUri"], json!(["http://example.org/x", flag]));
        assert_eq!(read["extension"][0]["valueUri"], flag);
        assert_eq!(read["payload"][0]["contentAttachment"]["url"], flag);
        // A business identifier that looks like one is the caller's own.
        assert_eq!(read["identifier"][0]["value"], link);
        let div = read["text"]["div"].as_str().expect("a narrative");
        let inside =
            format!("<a href=\"{flag}\">a</a><a href='{flag}'>b</a><a href=\"{link}x\">c</a> href={link}</div>");
        assert!(div.ends_with(&inside), "{div}");
    });
}

#[test]
fn a_search_is_a_reference_in_a_transaction_only() {
    each(|world| {
        let mut asking = flag(TESTINE);
        asking["encounter"] = json!({ "reference": "Encounter?identifier=urn:x|1" });
        let before = world.counts();
        let refused = world.post(BERGEN, "/fhir/Flag", &asking);
        assert_refused(&refused, 400, "conditional-reference", Some("Flag.encounter"));
        assert_eq!(world.counts(), before);
    });
}

#[test]
fn every_method_in_one_transaction() {
    each(|world| {
        let [gone, kept] = [0, 1].map(|_| world.post(BERGEN, "/fhir/Flag", &flag(TESTINE)).expect(201).id());
        let mut changed = with_id(flag(TESTINE), &kept);
        changed["status"] = json!("inactive");
        let entries = [
            json!({ "request": { "method": "GET", "url": format!("Flag/{kept}") } }),
            json!({ "request": { "method": "GET", "url": format!("Flag?_id={kept}") } }),
            json!({ "request": { "method": "GET", "url": format!("Flag/{kept}/_history/1") } }),
            json!({ "request": { "method": "GET", "url": format!("Flag/{gone}/_history") } }),
            json!({ "resource": changed, "request": { "method": "PUT", "url": format!("Flag/{kept}"), "ifMatch": "W/\"1\"" } }),
            json!({ "resource": with_id(flag(TESTINE), "own-id"), "request": { "method": "PUT", "url": "Flag/own-id" } }),
            json!({ "request": { "method": "DELETE", "url": format!("{}/Flag/{gone}", world.base()) } }),
        ];
        let answer = post(world, "transaction", &entries).expect(200);
        assert_eq!(statuses(&answer), ["200", "200", "200", "200", "200", "201", "204"]);
        let resource = |index: usize| &answer.json["entry"][index]["resource"];
        // Reads come last: they see what the others did.
        assert_eq!(resource(0)["meta"]["versionId"], "2");
        assert_eq!(resource(1)["entry"][0]["resource"], *resource(0));
        assert_eq!(resource(2)["meta"]["versionId"], "1");
        assert_eq!(resource(3)["entry"][0]["request"]["method"], "DELETE");
        assert_eq!(resource(4), resource(0));
        assert_eq!(location(&answer, 5), "Flag/own-id");
        assert!(resource(6).is_null());
        world.get(BERGEN, &format!("/fhir/Flag/{gone}")).expect(410);
    });
}

#[test]
fn a_batch_is_each_for_itself() {
    each(|world| {
        let mut misspelt = flag(TESTINE);
        misspelt["colour"] = json!("blue");
        let entries = [
            create("Flag", &flag(TESTINE)),
            create("Flag", &misspelt),
            json!({ "request": { "method": "GET", "url": "Flag/unknown" } }),
            create("CareTeam", &team(TESTINE, "9144889")),
            json!({ "request": { "method": "DELETE", "url": "Flag/unknown" } }),
            json!({ "resource": with_id(flag(TESTINE), "mine"), "request": { "method": "PUT", "url": "Flag/mine" } }),
            json!({ "request": { "method": "GET", "url": "Flag/mine" } }),
            json!({ "request": { "method": "GET", "url": "Flag?colour=blue" } }),
            json!({ "request": { "method": "POST", "url": "Observation" }, "resource": flag(TESTINE) }),
        ];
        let answer = post(world, "batch", &entries).expect(200);
        assert_eq!(answer.json["type"], "batch-response");
        assert_eq!(statuses(&answer), ["201", "400", "404", "422", "404", "201", "200", "400", "400"]);
        let outcome = |index: usize| &answer.json["entry"][index]["response"]["outcome"]["issue"][0];
        for (index, key, at) in [
            (1, "unknown-element", "Bundle.entry[1].resource.colour"),
            (2, "not-found", "Bundle.entry[2].request.url"),
            (4, "not-found", "Bundle.entry[4].request.url"),
            (7, "unknown-parameter", "Bundle.entry[7].request.url"),
            (8, "unsupported-entry", "Bundle.entry[8].request.url"),
        ] {
            assert_eq!(
                (&outcome(index)["details"]["coding"][0]["code"], &outcome(index)["expression"][0]),
                (&json!(key), &json!(at))
            );
        }
        assert_eq!(outcome(3)["details"]["coding"][0]["code"], "consent-required");
        let found = world.get(BERGEN, "/fhir/Flag?_total=accurate").expect(200);
        assert_eq!(found.json["total"], 2);
        assert_eq!(world.get(BERGEN, "/fhir/CareTeam?_summary=count").expect(200).json["total"], 0);
    });
}

#[test]
fn the_answer_is_as_long_as_preferred() {
    each(|world| {
        let send = |preference: &str, path: &str, body: &Value| {
            world.send_json(world.as_(BERGEN, "POST", path).header("prefer", preference), body)
        };
        let bundle =
            json!({ "resourceType": "Bundle", "type": "transaction", "entry": [create("Flag", &flag(TESTINE))] });
        let minimal = send("return=minimal", "/fhir", &bundle).expect(200);
        assert!(minimal.json["entry"][0].get("resource").is_none(), "{}", minimal.text);
        assert_eq!(statuses(&minimal), ["201"]);
        world.get(BERGEN, &format!("/fhir/{}", location(&minimal, 0))).expect(200);

        let one = send("return=minimal", "/fhir/Flag", &flag(TESTINE)).expect(201);
        assert_eq!(one.text, "");
        assert!(one.header("location").is_some() && one.header("etag") == Some("W/\"1\""));
        let outcome = send("return=OperationOutcome", "/fhir/Flag", &flag(TESTINE)).expect(201);
        assert_eq!(
            (&outcome.json["resourceType"], &outcome.json["issue"][0]["severity"]),
            (&json!("OperationOutcome"), &json!("information"))
        );
        assert_eq!(
            send("return=representation", "/fhir/Flag", &flag(TESTINE)).expect(201).json["resourceType"],
            "Flag"
        );
    });
}

/// A patient, a consent of theirs, and a team with a koordinator that rests on it: linked by `urn:uuid`.
fn family(number: &str) -> [Value; 3] {
    let about = json!({ "reference": PATIENT });
    let person = json!({ "resourceType": "Patient", "identifier": [{ "system": FNR, "value": number }], "name": [{ "family": "Prøve" }] });
    let mut agreed = consent(number, "koordinator", &[]);
    agreed["patient"] = about.clone();
    agreed["performer"] = json!([about]);
    let mut together = team(number, "9144889");
    together["subject"] = about;
    [(PATIENT, "Patient", person), (CONSENT, "Consent", agreed), (TEAM, "CareTeam", together)].map(
        |(url, rtype, resource)| {
            let mut entry = create(rtype, &resource);
            entry["fullUrl"] = json!(url);
            entry
        },
    )
}

fn flag(number: &str) -> Value {
    json!({ "resourceType": "Flag", "status": "active", "code": { "text": "Tolk" }, "subject": patient(number) })
}

fn with_id(mut resource: Value, id: &str) -> Value {
    resource["id"] = json!(id);
    resource
}

fn create(rtype: &str, resource: &Value) -> Value {
    json!({ "resource": resource, "request": { "method": "POST", "url": rtype } })
}

fn post(world: &World, kind: &str, entries: &[Value]) -> Answer {
    world.post(BERGEN, "/fhir", &json!({ "resourceType": "Bundle", "type": kind, "entry": entries }))
}

fn statuses(answer: &Answer) -> Vec<&str> {
    let entries = answer.json["entry"].as_array().expect("entries");
    entries.iter().map(|entry| entry["response"]["status"].as_str().expect("a status")).collect()
}

/// `Type/id` of what became of an entry.
fn location(answer: &Answer, index: usize) -> String {
    let location = answer.json["entry"][index]["response"]["location"].as_str();
    let location = location.unwrap_or_else(|| panic!("no location in {}", answer.json["entry"][index]));
    location.split("/_history").next().unwrap_or_default().to_owned()
}
