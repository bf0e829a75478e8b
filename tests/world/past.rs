//! Histories of an instance, of a type and of everything: in the order of the commits, each version as it was really made, and only
//! what the caller may see.

use crate::answer::Answer;
use crate::people::{BERGEN, HARALDSPLASS, KOMMUNE, TESTINE, patient};
use crate::refusal::assert_refused;
use crate::story::{created, set};
use crate::world::{World, each};
use serde_json::{Value, json};

fn flag(text: &str) -> Value {
    json!({ "resourceType": "Flag", "status": "active", "code": { "text": text }, "subject": patient(TESTINE) })
}

fn numbered(mut flag: Value) -> Value {
    flag["id"] = json!("a");
    flag
}

/// `METHOD status Type/id/version` of each entry.
fn told(answer: &Answer) -> Vec<String> {
    let entries = answer.json["entry"].as_array().map(Vec::as_slice).unwrap_or_default();
    entries
        .iter()
        .map(|entry| {
            let text = |pointer: &str| entry.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
            let url = text("/fullUrl");
            let place = url.rsplitn(3, '/').take(2).collect::<Vec<_>>();
            format!(
                "{} {} {}/{} {}",
                text("/request/method"),
                text("/response/status"),
                place[1],
                place[0],
                text("/response/etag")
            )
        })
        .collect()
}

fn pages(world: &World, caller: &str, path: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = world.get(caller, &path).expect(200);
        assert_eq!(page.json["type"], "history");
        all.extend(told(&page));
        let links = page.json["link"].as_array().cloned().unwrap_or_default();
        next = links
            .iter()
            .find(|link| link["relation"] == "next")
            .and_then(|link| link["url"].as_str().map(str::to_owned));
    }
    all
}

#[test]
fn a_history_tells_what_made_each_version_in_the_order_of_the_commits() {
    each(|world| {
        let flag_url = "/fhir/Flag/a";
        let body = numbered(flag("en"));
        world.put(BERGEN, flag_url, None, &body).expect(201);
        let other = created(world, BERGEN, &json!({ "resourceType": "Organization", "name": "Klinikk" }));
        world.put(BERGEN, flag_url, None, &set(body.clone(), "/code/text", json!("to"))).expect(200);
        let patch = world.as_(BERGEN, "PATCH", flag_url).header("content-type", "application/json-patch+json");
        world
            .send(patch.body(json!([{ "op": "replace", "path": "/code/text", "value": "tre" }]).to_string()))
            .expect(200);
        world.send(world.as_(BERGEN, "DELETE", flag_url)).expect(204);
        world.put(BERGEN, flag_url, None, &body).expect(201);
        let second = created(world, BERGEN, &flag("annen"));

        let of_flag = [
            "PUT 201 Flag/a W/\"5\"",
            "DELETE 204 Flag/a W/\"4\"",
            "PATCH 200 Flag/a W/\"3\"",
            "PUT 200 Flag/a W/\"2\"",
            "PUT 201 Flag/a W/\"1\"",
        ];
        let newest = format!("POST 201 {second} W/\"1\"");
        let of_type: Vec<&str> = std::iter::once(newest.as_str()).chain(of_flag).collect();
        let mut of_all: Vec<String> = of_type.iter().map(ToString::to_string).collect();
        of_all.insert(5, format!("POST 201 {other} W/\"1\""));
        for size in ["", "?_count=1", "?_count=2", "?_count=6", "?_count=7"] {
            assert_eq!(pages(world, BERGEN, &format!("{flag_url}/_history{size}")), of_flag, "{size}");
            assert_eq!(pages(world, BERGEN, &format!("/fhir/Flag/_history{size}")), of_type, "{size}");
            assert_eq!(pages(world, BERGEN, &format!("/fhir/_history{size}")), of_all, "{size}");
        }
        let whole = world.get(BERGEN, "/fhir/Flag/_history").expect(200);
        assert!(whole.json["entry"][2].get("resource").is_none(), "a deletion has no body");
        assert_eq!(whole.json["entry"][1]["resource"], world.get(BERGEN, flag_url).expect(200).json);
        let issues = varde_fhir::validate::validate(varde_fhir::ResourceType::Bundle, &whole.json);
        assert!(issues.is_empty(), "{issues:?}");
        let head = world.send(world.as_(BERGEN, "HEAD", "/fhir/Flag/_history")).expect(200);
        assert_eq!(head.text, "");
        let entries = [
            json!({ "request": { "method": "GET", "url": "Flag/_history?_count=2" } }),
            json!({ "request": { "method": "GET", "url": "_history" } }),
        ];
        let bundle = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
        let answer = world.post(BERGEN, "/fhir", &bundle).expect(200);
        assert_eq!(answer.json["entry"][0]["resource"]["entry"].as_array().map(Vec::len), Some(2));
        assert_eq!(answer.json["entry"][1]["resource"]["entry"].as_array().map(Vec::len), Some(7));
    });
}

#[test]
fn since_and_at_choose_among_the_versions() {
    each(|world| {
        let body = numbered(flag("en"));
        for hour in 0..4 {
            world
                .put(BERGEN, "/fhir/Flag/a", None, &set(body.clone(), "/code/text", json!(hour.to_string())))
                .expect(if hour == 0 { 201 } else { 200 });
            world.clock.advance(3_600_000_000);
        }
        // Made at 15:00, 16:00, 17:00 and 18:00 UTC; Oslo is an hour ahead.
        for (asked, expected) in [
            ("_since=2026-11-22T17:00:00Z", vec!["4", "3"]),
            ("_since=2026-11-22T18:00:00%2B01:00", vec!["4", "3"]),
            ("_since=2026-11-22T19:00:01", vec![]),
            ("_since=2026-11-22T19:00:00", vec!["4"]),
            ("_since=2026-11-23", vec![]),
            ("_at=2026-11-22T16:30:00Z", vec!["2"]),
            ("_at=2026-11-22T16:00:00Z", vec!["2"]),
            ("_at=2026-11-22", vec!["4", "3", "2", "1"]),
            ("_at=2026-11-21", vec![]),
            ("_at=2027", vec!["4"]),
            ("_at=2026-11-22&_since=2026-11-22T16:00:00Z", vec!["4", "3", "2"]),
        ] {
            for path in ["/fhir/Flag/a/_history", "/fhir/Flag/_history", "/fhir/_history"] {
                let found = pages(world, BERGEN, &format!("{path}?{asked}&_count=1"));
                let versions: Vec<&str> = found.iter().filter_map(|told| told.split('"').nth(1)).collect();
                assert_eq!(versions, expected, "{path}?{asked}");
            }
        }
    });
}

#[test]
fn a_history_shows_what_its_caller_may_see_and_no_more() {
    each(|world| {
        let before = world.get(HARALDSPLASS, "/fhir/_history").expect(200).text;
        let ours = created(world, BERGEN, &flag("vår"));
        world.send(world.as_(BERGEN, "DELETE", &format!("/fhir/{ours}"))).expect(204);
        for path in ["/fhir/_history", "/fhir/Flag/_history", "/fhir/Flag/_history?_count=1"] {
            let seen = world.get(HARALDSPLASS, path).expect(200);
            assert!(
                seen.entries().is_empty() && seen.json["link"].as_array().map(Vec::len) == Some(1),
                "{}",
                seen.text
            );
        }
        assert_eq!(world.get(HARALDSPLASS, "/fhir/_history").expect(200).text, before);
        assert_refused(&world.get(HARALDSPLASS, &format!("/fhir/{ours}/_history")), 404, "not-found", None);

        // A cursor is its caller's, and of the question it came from.
        created(world, BERGEN, &flag("en"));
        let page = world.get(BERGEN, "/fhir/Flag/_history?_count=1").expect(200);
        let next = page.json["link"][1]["url"].as_str().expect("a next page").to_owned();
        assert_refused(&world.get(KOMMUNE, &next), 400, "bad-cursor", Some("http._cursor"));
        assert_refused(&world.get(BERGEN, &next.replace("/Flag", "")), 400, "bad-cursor", Some("http._cursor"));
        assert_refused(&world.get(BERGEN, &format!("{next}&_since=2026")), 400, "bad-cursor", Some("http._cursor"));

        // A token for one type shows the history of that type alone.
        created(world, BERGEN, &json!({ "resourceType": "Organization", "name": "Klinikk" }));
        let narrow = world.token_with(BERGEN, json!({ "scope": "system/Flag.s" }), json!({}));
        let seen = world.send(world.request("GET", "/fhir/_history").bearer_auth(&narrow)).expect(200);
        assert!(seen.entries().iter().all(|entry| entry.is_null() || entry["resourceType"] == "Flag"), "{}", seen.text);
        let none = world.token_with(BERGEN, json!({ "scope": "system/Flag.r" }), json!({}));
        for path in ["/fhir/_history", "/fhir/Flag/_history"] {
            assert_refused(&world.send(world.request("GET", path).bearer_auth(&none)), 403, "scope-missing", None);
        }
    });
}
