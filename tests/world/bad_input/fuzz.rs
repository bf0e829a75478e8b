//! Chance: a few hundred seeded mutations of good bodies and of good requests. Whatever comes, no 5xx, every refusal of a body
//! an OperationOutcome, and afterwards the server is well and its database sound.

use crate::dice::{Dice, mutated_bytes};
use crate::people::{BERGEN, TESTINE, appointing, plan, status_of, team};
use crate::roundtrip::fixture;
use crate::wire;
use crate::world::{World, each};
use serde_json::{Value, json};
use varde_fhir::ResourceType;

/// How many of each kind.
const ROUNDS: usize = 300;

/// Values that break things.
const NASTY: &[&str] = &[
    "null",
    "{}",
    "[]",
    "[[]]",
    "\"\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "0",
    "-1",
    "1e400",
    "-0.0",
    "1e-400",
    "99999999999999999999",
    "true",
    "\"2026-02-30\"",
    "\"Patient/\"",
    "\"#\"",
    "\"urn:uuid:\"",
    "\"CareTeam?_id=\"",
    "\"../../etc\"",
    "\"' OR 1=1 --\"",
    "\"𝕏\"",
    "{\"resourceType\":\"Patient\"}",
    "{\"extension\":null}",
    "[null]",
    "{\"$serde_json::private::Number\":\"1\"}",
];

#[test]
fn mutated_bodies_never_break_the_server() {
    each(|world| {
        let mut dice = Dice(20_261_122);
        let token = world.token(BERGEN);
        let good = good_bodies();
        for round in 0..ROUNDS {
            let (path, body) = &good[dice.throw(good.len())];
            let mutated = if dice.throw(2) == 0 {
                mutated_bytes(body.as_bytes(), &mut dice)
            } else {
                mutated_json(body, &mut dice)
            };
            let request =
                world.request("POST", path).bearer_auth(&token).header("content-type", "application/fhir+json");
            let answer = world.send(request.body(mutated.clone()));
            let shown = String::from_utf8_lossy(&mutated);
            assert!(answer.status < 500, "round {round}: {path} {shown}: {}", answer.text);
            let refused = answer.status >= 400;
            assert_eq!(
                answer.json["resourceType"] == "OperationOutcome",
                refused,
                "round {round}: {path} {shown}: {}",
                answer.text
            );
        }
        well(world);
    });
}

#[test]
fn mutated_requests_never_break_the_server() {
    each(|world| {
        let mut dice = Dice(1_814);
        let token = world.token(BERGEN);
        for round in 0..ROUNDS {
            let line = dice.pick(&[
                "GET /fhir/CareTeam?status=active&_sort=-date&_count=5&participant-role=urn:oid:2.16.578.1.12.4.1.1.9034|18 HTTP/1.1",
                "GET /fhir/Patient/0198f000-0000-7000-8000-000000000001/_history/1 HTTP/1.1",
                "GET /fhir/CarePlan?date=ge2026-01-01T00:00:00+01:00&patient=Patient/1&_include=CarePlan:care-team HTTP/1.1",
                "GET /fhir/metadata?_format=json&_pretty=true HTTP/1.1",
                "DELETE /fhir/Flag/unknown HTTP/1.1",
                "OPTIONS /fhir/CareTeam/1 HTTP/1.1",
                "GET /swagger-ui/index.html HTTP/1.1",
            ]);
            let authorization = format!("Authorization: Bearer {token}");
            let headers = [
                "Host: varde",
                "Accept: application/fhir+json;q=0.9, */*;q=0.1",
                "Accept-Language: nb-NO, en;q=0.5",
                "If-None-Match: W/\"1\"",
                "If-Modified-Since: Sun, 22 Nov 2026 15:00:00 GMT",
                "Prefer: return=minimal, handling=lenient",
                "X-Request-Id: abc-1",
                authorization.as_str(),
            ];
            let struck = dice.throw(headers.len() + 4);
            let mut request = one_line(line.as_bytes(), struck >= headers.len(), &mut dice);
            for (index, header) in headers.iter().enumerate() {
                request.extend(one_line(header.as_bytes(), struck == index, &mut dice));
            }
            request.extend_from_slice(b"Connection: close\r\n\r\n");
            let (status, answer) = wire::send(world, &request)
                .unwrap_or_else(|| panic!("round {round}: no answer to {}", String::from_utf8_lossy(&request)));
            assert!((200..500).contains(&status), "round {round}: {}: {answer}", String::from_utf8_lossy(&request));
        }
        well(world);
    });
}

/// Still ready, and everything that was stored on the way is whole.
fn well(world: &World) {
    world.send(world.request("GET", "/health/ready")).expect(200);
    let report = world.store.verify().expect("a database that can be verified");
    assert!(report.sound(), "{:?}", report.findings);
    world.post(BERGEN, "/fhir/CarePlan/$plan-status", &status_of(&[TESTINE])).expect(200);
}

fn good_bodies() -> Vec<(String, String)> {
    let resources = [
        ResourceType::Patient,
        ResourceType::Task,
        ResourceType::Consent,
        ResourceType::Goal,
        ResourceType::Provenance,
    ];
    let mut good: Vec<(String, String)> =
        resources.into_iter().map(|rtype| (format!("/fhir/{rtype}"), fixture(rtype))).collect();
    let entries = json!([
        { "fullUrl": "urn:uuid:1", "resource": plan(TESTINE), "request": { "method": "POST", "url": "CarePlan" } },
        { "resource": { "resourceType": "Patient", "id": "a" }, "request": { "method": "PUT", "url": "Patient/a", "ifMatch": "W/\"1\"" } },
        { "request": { "method": "GET", "url": "CareTeam?status=active&_count=2" } },
    ]);
    for kind in ["transaction", "batch"] {
        good.push((
            "/fhir".to_owned(),
            json!({ "resourceType": "Bundle", "type": kind, "entry": entries }).to_string(),
        ));
    }
    good.push(("/fhir/CareTeam".to_owned(), team(TESTINE, "9144889").to_string()));
    good.push(("/fhir/CareTeam/$appoint".to_owned(), appointing(TESTINE, "9144889", "1").to_string()));
    good.push(("/fhir/CarePlan/$plan-status".to_owned(), status_of(&[TESTINE]).to_string()));
    good
}

/// A line of the request head, mutated or not; its end stays.
fn one_line(line: &[u8], mutate: bool, dice: &mut Dice) -> Vec<u8> {
    let mut line = if mutate { mutated_bytes(line, dice) } else { line.to_vec() };
    line.retain(|byte| !matches!(byte, b'\r' | b'\n'));
    if line.is_empty() {
        line.push(b'x');
    }
    line.extend_from_slice(b"\r\n");
    line
}

/// One value somewhere in the JSON replaced by something nasty, its name misspelt, or itself taken out.
fn mutated_json(good: &str, dice: &mut Dice) -> Vec<u8> {
    let value: Value = serde_json::from_str(good).expect("JSON");
    let mut places = Vec::new();
    pointers(&value, String::new(), &mut places);
    let place = &places[dice.throw(places.len())];
    let marked = "\u{1}here\u{1}";
    let mut struck = value;
    if let Some(target) = struck.pointer_mut(place) {
        *target = json!(marked);
    }
    let text = struck.to_string();
    let mark = json!(marked).to_string();
    match dice.throw(4) {
        0 => text.replacen(&format!(":{mark}"), ":", 1).into_bytes(),
        1 => text.replacen(&format!("\":{mark}"), "x\":1", 1).into_bytes(),
        _ => text.replacen(&mark, dice.pick(NASTY), 1).into_bytes(),
    }
}

/// The JSON pointer of every value.
fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, child)| {
            pointers(child, format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
        }),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, child)| pointers(child, format!("{at}/{index}"), found));
        }
        _ => {}
    }
    found.push(at);
}
