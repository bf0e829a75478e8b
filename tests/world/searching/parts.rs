//! Parts of resources: `_summary` and `_elements` wherever a resource is answered.

use super::{Stock, ids, stock};
use crate::people::BERGEN;
use crate::refusal::assert_refused;
use crate::world::each;
use serde_json::{Value, json};

/// The names of a resource's members; the last of `meta.tag` says whether it is a part.
fn shape(resource: &Value) -> (Vec<&str>, bool) {
    let names = resource.as_object().expect("a resource").keys().map(String::as_str).collect();
    let tags = resource["meta"]["tag"].as_array().map(Vec::as_slice).unwrap_or_default();
    (names, tags.iter().any(|tag| tag["code"] == "SUBSETTED"))
}

#[test]
fn a_part_is_marked_and_the_stored_stays_whole() {
    each(|world| {
        let Stock { annen, .. } = stock(world);
        let whole = ["resourceType", "id", "meta", "identifier", "name", "gender", "birthDate"];
        let patient = format!("/fhir/Patient/{annen}");
        for (ask, members, part) in [
            ("_elements=birthDate", &["resourceType", "id", "meta", "birthDate"][..], true),
            ("_summary=text", &["resourceType", "id", "meta"], true),
            ("_summary=true", &whole, true),
            ("_summary=data", &whole, true),
            ("_summary=false", &whole, false),
        ] {
            for path in [format!("{patient}?{ask}"), format!("{patient}/_history/1?{ask}")] {
                let read = world.get(BERGEN, &path).expect(200);
                let mut names = shape(&read.json).0;
                names.sort_unstable();
                let mut expected = members.to_vec();
                expected.sort_unstable();
                assert_eq!((names, shape(&read.json).1), (expected, part), "{path}: {}", read.text);
                assert_eq!(read.header("etag"), Some("W/\"1\""));
            }
            for path in [format!("/fhir/Patient?_id={annen}&{ask}"), format!("{patient}/_history?{ask}")] {
                let found = world.get(BERGEN, &path).expect(200);
                assert_eq!((shape(found.entries()[0]).1, found.entries().len()), (part, 1), "{path}: {}", found.text);
            }
        }
        let (names, part) = (world.get(BERGEN, &patient).expect(200).json, false);
        assert_eq!(shape(&names).1, part);
    });
}

/// Who reads a part, changes it and sends it back would lose the rest.
#[test]
fn a_part_is_not_written_back() {
    each(|world| {
        let Stock { annen, .. } = stock(world);
        let path = format!("/fhir/Patient/{annen}");
        for ask in ["_elements=gender", "_summary=true"] {
            let part = world.get(BERGEN, &format!("{path}?{ask}")).expect(200).json;
            let update = world.put(BERGEN, &path, None, &part);
            assert_refused(&update, 400, "subsetted", Some("Patient.meta.tag"));
            let entry = json!({ "resource": part, "request": { "method": "PUT", "url": format!("Patient/{annen}") } });
            let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry] });
            let refused = world.post(BERGEN, "/fhir", &bundle);
            assert_refused(&refused, 400, "subsetted", Some("Bundle.entry[0].resource.meta.tag"));
        }
        let mut whole = world.get(BERGEN, &path).expect(200);
        assert_eq!(whole.header("etag"), Some("W/\"1\""));
        // A tag of somebody's own is no such thing.
        whole.json["meta"]["tag"] = json!([{ "system": "http://example.org/tags", "code": "SUBSETTED" }]);
        world.put(BERGEN, &path, None, &whole.json).expect(200);
    });
}

#[test]
fn what_is_included_beside_elements_is_whole() {
    each(|world| {
        let Stock { team, .. } = stock(world);
        let path = format!("/fhir/CareTeam?_id={team}&_include=CareTeam:patient&_elements=status");
        let found = world.get(BERGEN, &path).expect(200);
        assert_eq!(ids(&found).len(), 2);
        let parts: Vec<bool> = found.entries().iter().map(|resource| shape(resource).1).collect();
        assert_eq!(parts, [true, false], "{}", found.text);
        assert_eq!(found.entries()[0].get("participant"), None);
    });
}

#[test]
fn a_part_there_is_not_is_refused() {
    each(|world| {
        let Stock { annen, .. } = stock(world);
        for (path, code, said) in [
            (format!("/fhir/Patient/{annen}?_elements=nam"), "invalid-value", "Did you mean name?"),
            (format!("/fhir/Patient/{annen}?_summary=yes"), "invalid-value", "data"),
            ("/fhir/Patient?_elements=name&_summary=true".to_owned(), "repeated-parameter", "either"),
            ("/fhir/CareTeam?_summary=text&_include=CareTeam:patient".to_owned(), "text-and-includes", "_summary=true"),
            (format!("/fhir/Patient/{annen}?colour=x"), "unknown-parameter", "not used here"),
        ] {
            let answer = world.get(BERGEN, &path);
            assert_refused(&answer, 400, code, None);
            assert!(answer.text.contains(said), "{path}: {}", answer.text);
        }
        assert_eq!(world.get(BERGEN, "/fhir/Patient?_summary=count").expect(200).json["total"], json!(2));
    });
}
