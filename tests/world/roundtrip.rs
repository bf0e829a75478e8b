//! What is stored comes back: for every type that can be created, the fixture of all its elements is posted and read back,
//! identical in meaning and in the text of its numbers, and byte for byte the same on every way of reading it.

use crate::people::BERGEN;
use crate::world::{World, each};
use serde_json::Value;
use std::path::PathBuf;
use varde_fhir::ResourceType;
use varde_fhir::registry::{Interaction, served_types};

/// Numbers of the fixtures whose text says more than their value.
const NUMBERS: &[&str] = &["1.50", "1e-22", "-0.00", "0.10"];

/// Types that can be created, with their fixture. A type without one fails here.
pub(crate) fn fixtures() -> Vec<(ResourceType, String)> {
    let served = served_types().iter().filter(|row| row.allows(Interaction::Create));
    served.map(|row| (row.rtype, fixture(row.rtype))).collect()
}

/// The fixture of a type as it stands in its file.
pub(crate) fn fixture(rtype: ResourceType) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../crates/fhir/fixtures/{rtype}.json"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{rtype} can be created and has no fixture: {error}"))
}

#[test]
fn every_type_comes_back_as_it_was_sent() {
    each(|world| {
        for (rtype, text) in fixtures() {
            comes_back(world, rtype, &text);
        }
        let report = world.store.verify().expect("a database that can be verified");
        assert!(report.sound(), "{:?}", report.findings);
    });
}

fn comes_back(world: &World, rtype: ResourceType, text: &str) {
    let post = world.as_(BERGEN, "POST", &format!("/fhir/{rtype}")).header("content-type", "application/fhir+json");
    let created = world.send(post.body(text.to_owned())).expect(201);
    let path = format!("/fhir/{rtype}/{}", created.id());
    let location = format!("{}{path}/_history/1", world.root);
    assert_eq!(created.header("location"), Some(location.as_str()));

    let read = world.get(BERGEN, &path).expect(200);
    assert_eq!(read.text, created.text, "{rtype}: POST and GET differ");
    assert_eq!(world.get(BERGEN, &format!("{path}/_history/1")).expect(200).text, read.text, "{rtype}: vread differs");
    let history = world.get(BERGEN, &format!("{path}/_history")).expect(200);
    assert!(
        history.text.contains(&format!("\"resource\":{},", read.text)),
        "{rtype}: history differs: {}",
        history.text
    );
    let found = world.get(BERGEN, &format!("/fhir/{rtype}?_id={}", read.id())).expect(200);
    assert!(found.text.contains(&format!("\"resource\":{},", read.text)), "{rtype}: search differs: {}", found.text);
    let pretty = world.get(BERGEN, &format!("{path}?_pretty=true")).expect(200);
    assert_eq!(pretty.json, read.json, "{rtype}: pretty differs");

    let sent: Value = serde_json::from_str(text).expect("a fixture that is JSON");
    assert_eq!(read.json["meta"]["versionId"], "1");
    assert_eq!(read.json["meta"]["lastUpdated"], "2026-11-22T15:00:00.000Z");
    // With `arbitrary_precision` two numbers are equal when their text is.
    assert_eq!(meaning(read.json.clone()), meaning(sent), "{rtype}: something was lost, added or changed");
    for number in NUMBERS {
        assert!(read.text.contains(&format!(":{number}")), "{rtype}: {number} is gone");
    }
    again(world, rtype, &path, &read.text);
}

/// The same once more by PUT, with the body as it was read: a new version of the same meaning, and the first one stays.
fn again(world: &World, rtype: ResourceType, path: &str, read: &str) {
    if !served_types().iter().any(|row| row.rtype == rtype && row.allows(Interaction::Update)) {
        return;
    }
    let body: Value = serde_json::from_str(read).expect("JSON");
    let updated = world.put(BERGEN, path, Some("W/\"1\""), &body).expect(200);
    assert_eq!(updated.header("etag"), Some("W/\"2\""));
    assert_eq!(world.get(BERGEN, path).expect(200).text, updated.text, "{rtype}: PUT and GET differ");
    assert_eq!(meaning(updated.json), meaning(body), "{rtype}: an update changed something");
    assert_eq!(world.get(BERGEN, &format!("{path}/_history/1")).expect(200).text, read, "{rtype}: version 1 changed");
}

/// A resource without what the server gives it.
fn meaning(mut resource: Value) -> Value {
    let object = resource.as_object_mut().expect("a resource");
    object.shift_remove("id");
    if let Some(meta) = object.get_mut("meta").and_then(Value::as_object_mut) {
        meta.shift_remove("versionId");
        meta.shift_remove("lastUpdated");
    }
    resource
}
