//! Links between entries wherever they stand, addresses that must not lead astray, and what an entry may be asked under.

use super::{create, post, statuses};
use crate::people::BERGEN;
use crate::refusal::assert_refused;
use crate::world::each;
use serde_json::{Value, json};

const UNIT: &str = "urn:uuid:6e0c1b52-54b1-4a2e-9c6c-0d8f1f0a7e11";

fn organisation(name: &str) -> Value {
    json!({ "resourceType": "Organization", "name": name })
}

/// A role at a unit, which is named in a reference, in a link of its extension, and in its narrative.
fn role(unit: &str) -> Value {
    let div = format!(
        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"{unit}\">unit</a> <a href='{unit}'>it</a> \
         <img src=\"{unit}\" alt=\"href={unit}\"/> href={unit}</div>"
    );
    json!({
        "resourceType": "PractitionerRole",
        "text": { "status": "generated", "div": div },
        "contained": [{ "resourceType": "Location", "id": "l", "managingOrganization": { "reference": unit } }],
        "extension": [{ "url": "https://example.org/of", "valueUri": unit }, { "url": "https://example.org/x", "valueString": unit }],
        "organization": { "reference": unit },
        "location": [{ "reference": "#l" }],
    })
}

#[test]
fn links_are_followed_wherever_they_stand() {
    each(|world| {
        let mut unit = create("Organization", &organisation("Avdeling"));
        unit["fullUrl"] = json!(UNIT);
        let answer = post(world, "transaction", &[create("PractitionerRole", &role(UNIT)), unit]).expect(200);
        let id = answer.json["entry"][1]["resource"]["id"].as_str().expect("an id").to_owned();
        let (unit, stored) = (format!("Organization/{id}"), &answer.json["entry"][0]["resource"]);
        let mut expected = role(&unit);
        // Text that is no link stays as it is.
        expected["extension"][1]["valueString"] = json!(UNIT);
        let div = role(&unit)["text"]["div"]
            .as_str()
            .expect("text")
            .replace(&format!("href={unit}"), &format!("href={UNIT}"));
        expected["text"]["div"] = json!(div);
        expected["id"] = stored["id"].clone();
        expected["meta"] = stored["meta"].clone();
        assert_eq!(stored, &expected);
    });
}

#[test]
fn the_entries_of_a_batch_cannot_refer_to_each_other() {
    each(|world| {
        let mut unit = create("Organization", &organisation("Avdeling"));
        unit["fullUrl"] = json!(UNIT);
        let answer = post(world, "batch", &[create("PractitionerRole", &role(UNIT)), unit]).expect(200);
        assert_eq!(statuses(&answer), ["400", "201"]);
        let issue = &answer.json["entry"][0]["response"]["outcome"]["issue"][0];
        assert_eq!(
            (&issue["details"]["coding"][0]["code"], &issue["expression"]),
            (&json!("batch-dependency"), &json!(["Bundle.entry[0].resource"]))
        );
    });
}

#[test]
fn an_address_with_another_id_leads_nowhere() {
    each(|world| {
        for kind in ["transaction", "batch"] {
            let mut unit = organisation("Ny");
            unit["id"] = json!("unit-b");
            let mut entry = json!({ "resource": unit, "request": { "method": "PUT", "url": "Organization/unit-b" } });
            for (full_url, status) in [
                (format!("{}/Organization/unit-a", world.base()), 400),
                ("https://elsewhere.example/fhir/Organization/unit-a".to_owned(), 400),
                (format!("{}/Organization/unit-b", world.base()), 201),
                (UNIT.to_owned(), 200),
            ] {
                entry["fullUrl"] = json!(full_url);
                let answer = post(world, kind, std::slice::from_ref(&entry));
                match (kind, status) {
                    ("transaction", 400) => {
                        assert_refused(&answer, 400, "full-url-mismatch", Some("Bundle.entry[0].fullUrl"));
                    }
                    ("batch", 201) => assert_eq!(statuses(&answer), ["200"], "{full_url}"),
                    _ => assert_eq!(statuses(&answer), [status.to_string()], "{full_url}"),
                }
            }
        }
    });
}

#[test]
fn an_entry_is_read_only_when_it_changed() {
    each(|world| {
        let unit = world.post(BERGEN, "/fhir/Organization", &organisation("Avdeling")).expect(201);
        let ask = |url: &str, condition: Value| {
            let mut request = json!({ "method": "GET", "url": url });
            request.as_object_mut().expect("an object").extend(condition.as_object().expect("an object").clone());
            json!({ "request": request })
        };
        let url = format!("Organization/{}", unit.id());
        for kind in ["transaction", "batch"] {
            let answer = post(
                world,
                kind,
                &[
                    ask(&url, json!({ "ifModifiedSince": "2026-11-22T16:00:00+01:00" })),
                    ask(&url, json!({ "ifModifiedSince": "2026-11-22T15:59:59+01:00" })),
                    ask(&url, json!({ "ifModifiedSince": "2026-11-22T15:00:01Z", "ifNoneMatch": "W/\"2\"" })),
                    ask(&format!("/{url}"), json!({})),
                ],
            );
            assert_eq!(statuses(&answer.expect(200)), ["304", "200", "200", "200"], "{kind}");
        }
    });
}
