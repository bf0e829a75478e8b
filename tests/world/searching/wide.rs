//! Searches of several types at once, and of what belongs to a patient.

use super::{Stock, ids, modes, sorted, stock};
use crate::answer::Answer;
use crate::people::{BERGEN, HARALDSPLASS};
use crate::refusal::assert_refused;
use crate::world::{World, each};
use serde_json::json;

fn types(answer: &Answer) -> Vec<&str> {
    let mut types: Vec<&str> = modes(answer).iter().map(|(rtype, _)| *rtype).collect();
    types.dedup();
    types
}

#[test]
fn several_types_are_searched_at_once() {
    each(|world| {
        let Stock { testine, annen, team } = stock(world);
        let answer = world.get(BERGEN, "/fhir?_type=CareTeam,Patient&_count=50").expect(200);
        assert_eq!(sorted(&ids(&answer)), sorted(&[&testine, &annen, &team]));
        assert!(
            answer.json["link"][0]["url"]
                .as_str()
                .is_some_and(|url| url.ends_with("/fhir?_type=CareTeam,Patient&_count=50"))
        );
        let tagged = world.get(BERGEN, "/fhir?_tag=x&_total=accurate").expect(200);
        assert_eq!((sorted(&ids(&tagged)), &tagged.json["total"]), (sorted(&[&testine, &annen]), &json!(2)));
        let one = world.get(BERGEN, &format!("/fhir?_id={team}")).expect(200);
        assert_eq!(modes(&one), [("CareTeam", "match")]);
        let posted = world
            .send(world.as_(BERGEN, "POST", "/fhir/_search").form(&[("_type", "Patient"), ("_sort", "-birthdate")]));
        assert_eq!(ids(&posted.expect(200)), [annen.as_str(), &testine]);
        assert!(world.get(HARALDSPLASS, "/fhir?_tag=x").expect(200).entries().is_empty());
        // Page by page, as any other.
        let (mut found, mut next) =
            (Vec::new(), Some("/fhir?_type=Communication,Patient&_sort=_id&_count=2".to_owned()));
        while let Some(path) = next {
            let page = world.get(BERGEN, &path).expect(200);
            found.extend(ids(&page).into_iter().map(str::to_owned));
            let links = page.json["link"].as_array().cloned().unwrap_or_default();
            next = links
                .iter()
                .find(|link| link["relation"] == "next")
                .and_then(|link| link["url"].as_str())
                .map(str::to_owned);
        }
        assert!(found.is_sorted() && found.len() == 8, "{found:?}");
    });
}

#[test]
fn what_belongs_to_a_patient_is_found_under_it() {
    each(|world| {
        let Stock { testine, annen, team } = stock(world);
        let teams = world.get(BERGEN, &format!("/fhir/Patient/{testine}/CareTeam?status=active")).expect(200);
        assert_eq!(ids(&teams), [team.as_str()]);
        let letters = world.get(BERGEN, &format!("/fhir/Patient/{annen}/Communication?_summary=count")).expect(200);
        assert_eq!(letters.json["total"], 5);
        let all = world.get(BERGEN, &format!("/fhir/Patient/{annen}/*?_count=200")).expect(200);
        assert_eq!(types(&all), ["Patient", "Communication"]);
        let some = world.get(BERGEN, &format!("/fhir/Patient/{testine}/*?_type=CareTeam,Consent")).expect(200);
        assert_eq!(types(&some).first(), Some(&"Consent"), "{}", some.text);
        assert!(ids(&some).contains(&team.as_str()) && !ids(&some).contains(&testine.as_str()));
        // A patient that may not be seen is one that never was.
        let theirs = world.get(HARALDSPLASS, &format!("/fhir/Patient/{testine}/CareTeam"));
        let never = world.get(HARALDSPLASS, "/fhir/Patient/never/CareTeam");
        assert_refused(&theirs, 404, "not-found", None);
        let without_id = |answer: &Answer| answer.json["issue"][0]["details"].clone();
        assert_eq!((theirs.status, without_id(&theirs)), (never.status, without_id(&never)));
    });
}

#[test]
fn an_entry_of_a_bundle_searches_as_widely() {
    each(|world| {
        let Stock { testine, annen, team } = stock(world);
        let asked = |persona: &str, kind: &str, url: &str| {
            let entry = json!([{ "request": { "method": "GET", "url": url } }]);
            world.post(persona, "/fhir", &json!({ "resourceType": "Bundle", "type": kind, "entry": entry }))
        };
        for (url, expected) in [
            ("?_type=CareTeam,Patient&_count=50".to_owned(), vec![&testine, &annen, &team]),
            (format!("Patient/{testine}/CareTeam?status=active"), vec![&team]),
            (format!("Patient/{testine}/*?_type=CareTeam"), vec![&team]),
        ] {
            for kind in ["batch", "transaction"] {
                let answer = asked(BERGEN, kind, &url).expect(200);
                let found = answer.json["entry"][0]["resource"]["entry"].as_array().cloned().unwrap_or_default();
                let found: Vec<&str> = found.iter().filter_map(|entry| entry["resource"]["id"].as_str()).collect();
                let expected: Vec<&str> = expected.iter().map(|id| id.as_str()).collect();
                assert_eq!(sorted(&found), sorted(&expected), "{kind} {url}");
            }
        }
        // Another's patient has no compartment, and what a read would ignore is refused.
        let hidden = asked(HARALDSPLASS, "batch", &format!("Patient/{testine}/CareTeam")).expect(200);
        assert_eq!(hidden.json["entry"][0]["response"]["status"], "404");
        for url in [
            format!("Patient/{testine}?_summary=text"),
            format!("Patient/{testine}/_history/1?a=b"),
            format!("Patient/{testine}/Organization"),
            format!("CareTeam/{team}/Patient"),
        ] {
            let answer = asked(BERGEN, "transaction", &url);
            assert!((400..500).contains(&answer.status), "{url}: {}", answer.text);
        }
    });
}

#[test]
fn what_cannot_be_searched_so_is_refused_with_the_remedy() {
    each(|world| {
        let Stock { testine, .. } = stock(world);
        for (path, status, code, said) in [
            ("?_type=CareTeem".to_owned(), 400, "invalid-value", "Did you mean CareTeam?"),
            (
                "?_type=CareTeam,Organization&status=active".to_owned(),
                400,
                "unknown-parameter",
                "Organization has no search parameter status",
            ),
            ("?_type=CareTeam,CarePlan&subject.name=x".to_owned(), 400, "not-supported", "Search one type"),
            ("?_type=CareTeam&_type=CarePlan".to_owned(), 400, "repeated-parameter", "only once"),
            ("/CareTeam?_type=CarePlan".to_owned(), 400, "not-supported", "_type"),
            (format!("/Patient/{testine}/Organization"), 404, "not-in-compartment", "belong to no patient"),
            (format!("/Patient/{testine}/CareTeam?_type=CareTeam"), 400, "not-supported", "_type"),
        ] {
            let answer = world.get(BERGEN, &format!("/fhir{path}"));
            assert_refused(&answer, status, code, None);
            assert!(answer.text.contains(said), "{path}: {}", answer.text);
        }
        let narrow = |world: &World, path: &str| {
            let token = world.token_with(BERGEN, json!({ "scope": "system/CareTeam.rs" }), json!({}));
            world.send(world.request("GET", path).bearer_auth(token))
        };
        assert_refused(&narrow(world, "/fhir?_type=CareTeam,Patient"), 403, "scope-missing", None);
        assert_eq!(types(&narrow(world, "/fhir?_lastUpdated=ge2020").expect(200)), ["CareTeam"]);
    });
}
