//! The paths on which a resource could come out: each tells whether the viewer sees it there. A path that says no must say it
//! with the very answer that would be given if the resource never was.

use super::cast::Probes;
use crate::answer::Answer;
use crate::world::World;
use serde_json::{Value, json};

/// One path.
pub(super) struct Path {
    /// What it is called in messages.
    pub(super) name: &'static str,
    /// Whether it asks to change something: only for who may do that kind of act at all.
    pub(super) writes: bool,
    /// Whether it leads through the Patient, who must be visible too; it is not asked of the Patient itself.
    pub(super) needs_patient: bool,
    /// Whether this viewer sees the probe of this type and id.
    pub(super) look: fn(&World, &str, &str, &str, &Probes) -> bool,
}

const fn reading(name: &'static str, look: fn(&World, &str, &str, &str, &Probes) -> bool) -> Path {
    Path { name, writes: false, needs_patient: false, look }
}

const fn through(name: &'static str, look: fn(&World, &str, &str, &str, &Probes) -> bool) -> Path {
    Path { name, writes: false, needs_patient: true, look }
}

const fn writing(name: &'static str, look: fn(&World, &str, &str, &str, &Probes) -> bool) -> Path {
    Path { name, writes: true, needs_patient: false, look }
}

/// All of them.
pub(super) const PATHS: [Path; 25] = [
    reading("read", |world, viewer, rtype, id, _| at(world, viewer, "GET", rtype, id, "")),
    reading("HEAD", |world, viewer, rtype, id, _| at(world, viewer, "HEAD", rtype, id, "")),
    reading("_elements", |world, viewer, rtype, id, _| at(world, viewer, "GET", rtype, id, "?_elements=id")),
    reading("vread", |world, viewer, rtype, id, _| at(world, viewer, "GET", rtype, id, "/_history/1")),
    reading("history-instance", |world, viewer, rtype, id, _| at(world, viewer, "GET", rtype, id, "/_history")),
    reading("history-type", |world, viewer, rtype, id, _| pages(world, viewer, &format!("{rtype}/_history"), id)),
    reading("history-system", |world, viewer, _, id, _| pages(world, viewer, "_history?_count=200", id)),
    reading("ETag", |world, viewer, rtype, id, _| {
        let asked = world.as_(viewer, "GET", &format!("/fhir/{rtype}/{id}")).header("if-none-match", "W/\"1\"");
        one_of(&world.send(asked), 304, 404)
    }),
    reading("search by _id", |world, viewer, rtype, id, _| found(world, viewer, &format!("{rtype}?_id={id}"), id)),
    reading("search by POST", |world, viewer, rtype, id, _| {
        holds(&world.search(viewer, rtype, &[("_id", id)]).expect(200), id)
    }),
    reading("search of the whole type", |world, viewer, rtype, id, _| {
        pages(world, viewer, &format!("{rtype}?_count=200&_sort=-_lastUpdated"), id)
    }),
    reading("total", |world, viewer, rtype, id, _| {
        let counted = world.get(viewer, &format!("/fhir/{rtype}?_id={id}&_summary=count")).expect(200);
        counted.json["total"].as_i64().expect("a total") == 1
    }),
    reading("system search", |world, viewer, rtype, id, _| {
        found(world, viewer, &format!("?_type={rtype}&_id={id}"), id)
    }),
    through("search by patient", |world, viewer, rtype, id, probes| {
        found(world, viewer, &format!("{rtype}?patient=Patient/{}", probes.patient()), id)
    }),
    through("chain", |world, viewer, rtype, id, probes| {
        found(world, viewer, &format!("{rtype}?patient:Patient.family={}", probes.family), id)
    }),
    through("_has", |world, viewer, rtype, id, probes| {
        found(world, viewer, &format!("Patient?_has:{rtype}:patient:_id={id}"), probes.patient())
    }),
    through("_include", |world, viewer, rtype, id, probes| {
        found(world, viewer, &format!("{rtype}?_id={id}&_include={rtype}:patient"), probes.patient())
    }),
    through("_revinclude", |world, viewer, rtype, id, probes| {
        let patient = probes.patient();
        found(world, viewer, &format!("Patient?_id={patient}&_revinclude={rtype}:patient"), id)
    }),
    through("compartment", |world, viewer, rtype, id, probes| {
        let asked = world.get(viewer, &format!("/fhir/Patient/{}/{rtype}", probes.patient()));
        asked.status == 200 && holds(&asked, id)
    }),
    reading("read in a batch", |world, viewer, rtype, id, _| {
        let entry =
            &bundle(world, viewer, &json!([{ "request": { "method": "GET", "url": format!("{rtype}/{id}") } }]));
        entry["response"]["status"].as_str().expect("a status").starts_with("200")
    }),
    reading("search in a batch", |world, viewer, rtype, id, _| {
        let entry =
            bundle(world, viewer, &json!([{ "request": { "method": "GET", "url": format!("{rtype}?_id={id}") } }]));
        entry["resource"]["entry"].as_array().is_some_and(|entries| !entries.is_empty())
    }),
    writing("delete", |world, viewer, rtype, id, _| {
        let asked = world.as_(viewer, "DELETE", &format!("/fhir/{rtype}/{id}")).header("if-match", "W/\"999\"");
        refused_as(&world.send(asked))
    }),
    writing("patch", |world, viewer, rtype, id, _| {
        let asked = world.as_(viewer, "PATCH", &format!("/fhir/{rtype}/{id}")).header("if-match", "W/\"999\"");
        refused_as(&world.send(asked.header("content-type", "application/json-patch+json").body(nothing(rtype))))
    }),
    writing("conditional patch", |world, viewer, rtype, id, _| {
        let asked = world.as_(viewer, "PATCH", &format!("/fhir/{rtype}?_id={id}")).header("if-match", "W/\"999\"");
        refused_as(&world.send(asked.header("content-type", "application/json-patch+json").body(nothing(rtype))))
    }),
    writing("conditional delete", |world, viewer, rtype, id, _| {
        let asked = world.as_(viewer, "DELETE", &format!("/fhir/{rtype}?_id={id}")).header("if-match", "W/\"999\"");
        refused_as(&world.send(asked))
    }),
];

/// Whether there is an answer at the resource's address.
fn at(world: &World, viewer: &str, method: &str, rtype: &str, id: &str, rest: &str) -> bool {
    let same = |id: &str| {
        let asked = world.as_(viewer, method, &format!("/fhir/{rtype}/{id}{rest}")).header("x-request-id", "the-same");
        world.send(asked)
    };
    let answer = same(id);
    let seen = one_of(&answer, 200, 404);
    assert!(seen || answer.text == same("never-was").text, "{viewer} {method} {rtype}{rest}: {}", answer.text);
    seen
}

#[track_caller]
fn one_of(answer: &Answer, yes: u16, no: u16) -> bool {
    assert!([yes, no].contains(&answer.status), "{} {}", answer.status, answer.text);
    answer.status == yes
}

/// Whether a search's answer holds this id, in any of its entries.
fn found(world: &World, viewer: &str, search: &str, id: &str) -> bool {
    let separator = if search.starts_with('?') { "" } else { "/" };
    holds(&world.get(viewer, &format!("/fhir{separator}{search}")).expect(200), id)
}

fn holds(answer: &Answer, id: &str) -> bool {
    answer.entries().iter().any(|resource| resource["id"] == id)
}

/// Whether any page from here on holds this id; at most 40.
fn pages(world: &World, viewer: &str, from: &str, id: &str) -> bool {
    let mut next = format!("/fhir/{from}");
    for _ in 0..40 {
        let page = world.get(viewer, &next).expect(200);
        if holds(&page, id) {
            return true;
        }
        let links = page.json["link"].as_array().cloned().unwrap_or_default();
        match links.iter().find(|link| link["relation"] == "next").and_then(|link| link["url"].as_str()) {
            Some(url) => next = url.to_owned(),
            None => return false,
        }
    }
    panic!("{from} has no end");
}

/// The first answer of a batch.
fn bundle(world: &World, viewer: &str, entries: &Value) -> Value {
    let bundle = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
    world.post(viewer, "/fhir", &bundle).expect(200).json["entry"][0].clone()
}

/// A patch that changes nothing.
fn nothing(rtype: &str) -> String {
    json!([{ "op": "test", "path": "/resourceType", "value": rtype }]).to_string()
}

/// A write with a version that cannot be: what is seen is refused for a reason (another's, or not this version), what is not
/// seen is not there.
fn refused_as(answer: &Answer) -> bool {
    match answer.status {
        403 | 409 | 412 | 422 => true,
        204 | 404 => false,
        other => panic!("{other} {}", answer.text),
    }
}
