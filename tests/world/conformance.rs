//! What the server says of itself, as a stranger without a token reads it: every definition the CapabilityStatement refers to is
//! there, valid and cacheable, and its terminology answers questions.

use crate::answer::Answer;
use crate::people::BERGEN;
use crate::refusal::assert_refused;
use crate::world::{World, each};
use serde_json::{Value, json};
use varde_fhir::registry::{OperationKind, conformance_types, operations};
use varde_fhir::{ResourceType, validate};

const ROLE: &str = "urn:oid:2.16.578.1.12.4.1.1.9034";
const APPOINTED: &str = "https://varde.no/fhir/ValueSet/varde-appointed-role";

fn open(world: &World, path: &str) -> Answer {
    world.send(world.request("GET", path))
}

/// The value of an output parameter.
fn out<'a>(answer: &'a Answer, name: &str, element: &str) -> &'a Value {
    answer.parameters(name).first().map_or(&Value::Null, |parameter| &parameter[element])
}

#[test]
fn what_is_stated_can_be_read_by_anybody() {
    each(|world| {
        let before = (world.counts(), world.audited());
        let metadata = open(world, "/fhir/metadata").expect(200);
        let mut asked = 1;
        for stated in metadata.json["rest"][0]["resource"].as_array().expect("resources") {
            let list = |name: &str| stated[name].as_array().cloned().unwrap_or_default();
            let profiles = list("supportedProfile").into_iter().map(|url| ("StructureDefinition", url));
            let params = list("searchParam").into_iter().map(|one| ("SearchParameter", one["definition"].clone()));
            let operations =
                list("operation").into_iter().map(|one| ("OperationDefinition", one["definition"].clone()));
            for (rtype, url) in profiles.chain(params).chain(operations).filter(|(_, url)| url.is_string()) {
                // Half a thousand parameters: those of one type will do here, a test of the crate asks for all.
                if rtype == "SearchParameter" && stated["type"] != "CareTeam" {
                    continue;
                }
                let url = url.as_str().expect("a canonical");
                let found = open(world, &format!("/fhir/{rtype}?url={url}")).expect(200);
                assert_eq!((&found.json["total"], &found.entries()[0]["url"]), (&json!(1), &json!(url)));
                asked += 1;
            }
        }
        assert!(asked > 40, "{asked}");
        assert_eq!(world.counts(), before.0, "nothing of it is stored");
        assert_eq!(world.audited(), before.1 + asked, "one audit row for each request");
    });
}

#[test]
fn definitions_are_valid_and_cached() {
    each(|world| {
        for row in conformance_types() {
            let rtype = row.rtype;
            let found = open(world, &format!("/fhir/{rtype}?_count=3")).expect(200);
            assert_eq!(validate::validate(ResourceType::Bundle, &found.json), [], "{rtype}");
            let first = found.entries()[0];
            let path = format!("/fhir/{rtype}/{}", first["id"].as_str().expect("an id"));
            let read = open(world, &path).expect(200);
            assert_eq!(read.json, *first);
            let again = world.send(world.request("GET", &path).header("if-none-match", read.etag()));
            assert_eq!((again.status, again.text.as_str(), again.etag()), (304, "", read.etag()));
            let head = world.send(world.request("HEAD", &path)).expect(200);
            assert_eq!(head.etag(), read.etag());
            assert_refused(&open(world, &format!("/fhir/{rtype}/nothing")), 404, "not-found", None);
            assert_refused(&open(world, &format!("/fhir/{rtype}?nme=x")), 400, "unknown-parameter", Some("http.nme"));
            for method in ["PUT", "DELETE"] {
                let refused = world.send(world.as_(BERGEN, method, &path));
                assert_eq!(
                    (refused.status, refused.header("allow")),
                    (405, Some("GET, HEAD, OPTIONS")),
                    "{method} {path}"
                );
            }
        }
        let metadata = open(world, "/fhir/metadata").expect(200);
        let again = world.send(world.request("GET", "/fhir/metadata").header("if-none-match", metadata.etag()));
        assert_eq!((again.status, again.text.as_str()), (304, ""));
        assert_eq!(open(world, "/fhir/CapabilityStatement/varde").expect(200).text, metadata.text);
    });
}

#[test]
fn searches_of_definitions_have_pages() {
    each(|world| {
        let (mut path, mut ids) = ("/fhir/SearchParameter?base=CarePlan&_count=7".to_owned(), Vec::new());
        loop {
            let page = open(world, &path).expect(200);
            ids.extend(page.entries().iter().map(|one| one["id"].as_str().expect("an id").to_owned()));
            let links = page.json["link"].as_array().expect("links");
            let Some(next) = links.iter().find(|link| link["relation"] == "next") else {
                assert_eq!(page.json["total"], ids.len());
                break;
            };
            next["url"].as_str().expect("a url").clone_into(&mut path);
        }
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert!(count > 15 && ids.len() == count, "{count} {}", ids.len());
        let form = [("title:contains", "samtykke"), ("_count", "1")];
        let posted = world.send(world.request("POST", "/fhir/StructureDefinition/_search").form(&form)).expect(200);
        assert_eq!(posted.json["total"], 0, "titles are English");
        let lenient = world.request("GET", "/fhir/CodeSystem?nme=x&_count=1").header("prefer", "handling=lenient");
        let lenient = world.send(lenient).expect(200);
        assert_eq!(
            (&lenient.json["entry"][1]["search"]["mode"], lenient.json["link"][0]["url"].as_str()),
            (&json!("outcome"), Some(format!("{}/CodeSystem?_count=1", world.base()).as_str()))
        );
    });
}

#[test]
fn value_sets_are_expanded() {
    each(|world| {
        let path = format!("/fhir/ValueSet/$expand?url={APPOINTED}");
        let expanded = open(world, &path).expect(200);
        assert_eq!(validate::validate(ResourceType::ValueSet, &expanded.json), []);
        let contains = &expanded.json["expansion"]["contains"];
        assert_eq!(contains[1], json!({ "system": ROLE, "code": "19", "display": "Contact physician" }));
        let norwegian = open(world, &format!("{path}&displayLanguage=nb-NO&filter=LEGE")).expect(200);
        assert_eq!(
            norwegian.json["expansion"]["contains"],
            json!([{ "system": ROLE, "code": "19", "display": "Kontaktlege" }])
        );
        let paged = open(world, "/fhir/ValueSet/varde-team-role/$expand?offset=20&count=2").expect(200);
        let expansion = &paged.json["expansion"];
        assert_eq!((&expansion["total"], &expansion["offset"]), (&json!(25), &json!(20)));
        assert_eq!(expansion["contains"].as_array().map(Vec::len), Some(2));
        // A page says that it is one, also the first.
        let first = open(world, "/fhir/ValueSet/varde-team-role/$expand?count=2").expect(200);
        assert_eq!(first.json["expansion"]["offset"], 0);
        assert_eq!(
            open(world, "/fhir/ValueSet/varde-team-role/$expand").expect(200).json["expansion"].get("offset"),
            None
        );
        let body = json!({ "resourceType": "Parameters", "parameter": [{ "name": "url", "valueUri": "http://hl7.org/fhir/ValueSet/care-team-status" }] });
        let posted = world.send_json(world.request("POST", "/fhir/ValueSet/$expand"), &body).expect(200);
        assert_eq!(posted.json["expansion"]["total"], 5);
        for (path, status, key, at) in [
            ("/fhir/ValueSet/$expand", 400, "required-parameter", "http.url"),
            ("/fhir/ValueSet/$expand?url=http://example.org/x", 404, "unknown-canonical", "http.url"),
            ("/fhir/ValueSet/$expand?ulr=x", 400, "unknown-parameter", "http.url"),
            ("/fhir/ValueSet/varde-team-role/$expand?count=-1", 400, "invalid-value", "http.count"),
            ("/fhir/ValueSet/varde-team-role/$expand?displayLanguage=fr", 400, "invalid-value", "http.displayLanguage"),
        ] {
            assert_refused(&open(world, path), status, key, Some(at));
        }
    });
}

#[test]
fn codes_are_looked_up_and_validated() {
    each(|world| {
        let found =
            open(world, &format!("/fhir/CodeSystem/$lookup?system={ROLE}&code=18&displayLanguage=nb")).expect(200);
        assert_eq!(validate::validate(ResourceType::Parameters, &found.json), []);
        assert_eq!(out(&found, "display", "valueString"), "Koordinator (spesialisthelsetjenesteloven)");
        assert_eq!(found.parameters("designation").len(), 2);
        let body = |name: &str, value: Value| {
            json!({ "resourceType": "Parameters", "parameter": [
            { "name": "url", "valueUri": APPOINTED }, { "name": name, "valueCoding": value } ] })
        };
        let post = |body: &Value| world.send_json(world.request("POST", "/fhir/ValueSet/$validate-code"), body);
        let result = |answer: Answer| out(&answer.expect(200), "result", "valueBoolean").clone();
        assert_eq!(result(post(&body("coding", json!({ "system": ROLE, "code": "20" })))), true);
        assert_eq!(
            result(post(&body("coding", json!({ "system": ROLE, "code": "20", "display": "Contact psychologist" })))),
            true
        );
        assert_eq!(result(post(&body("coding", json!({ "system": ROLE, "code": "20", "display": "Nurse" })))), false);
        assert_eq!(result(post(&body("coding", json!({ "system": ROLE, "code": "6" })))), false);
        let concept = |codings: Value| {
            json!({ "resourceType": "Parameters", "parameter": [{ "name": "url", "valueUri": APPOINTED },
            { "name": "codeableConcept", "valueCodeableConcept": { "coding": codings } }] })
        };
        let misnamed = json!({ "system": ROLE, "code": "20", "display": "Nurse" });
        let named = json!({ "system": ROLE, "code": "19", "display": "KONTAKTLEGE" });
        let other = json!({ "system": "urn:x", "code": "1" });
        // One that is right is enough, wherever it stands.
        assert_eq!(result(post(&concept(json!([misnamed, other, named])))), true);
        assert_eq!(result(post(&concept(json!([misnamed, other])))), false);
        let mut both = concept(json!([named]));
        both["parameter"].as_array_mut().expect("a list").push(json!({ "name": "coding", "valueCoding": named }));
        assert_refused(&post(&both), 400, "too-many", Some("Parameters.parameter.where(name='code')"));
        assert_refused(&post(&body("codes", json!({}))), 400, "empty-value", Some("Parameters.parameter[1].value"));
        for (path, yes) in [
            (format!("/fhir/CodeSystem/$validate-code?url={ROLE}&code=6"), true),
            (format!("/fhir/CodeSystem/$validate-code?url={ROLE}&code=999"), false),
            ("/fhir/CodeSystem/varde-rule/$validate-code?code=one-ip".to_owned(), true),
            // What every error names can be looked up.
            ("/fhir/CodeSystem/varde-message/$validate-code?code=unknown-element".to_owned(), true),
            ("/fhir/CodeSystem/varde-message/$validate-code?code=no-such-code".to_owned(), false),
            ("/fhir/ValueSet/varde-criteria/$validate-code?code=kompleks&system=https://varde.no/fhir/CodeSystem/varde-criteria".to_owned(), true),
            ("/fhir/ValueSet/varde-criteria/$validate-code?code=kompleks&system=urn:x".to_owned(), false),
        ] {
            assert_eq!(result(open(world, &path)), yes, "{path}");
        }
        for (path, status, key) in [
            (format!("/fhir/CodeSystem/$lookup?system={ROLE}&code=999"), 404, "unknown-code"),
            ("/fhir/CodeSystem/$lookup?system=urn:x&code=1".to_owned(), 404, "unknown-canonical"),
            ("/fhir/CodeSystem/$lookup?code=1".to_owned(), 400, "required-parameter"),
            ("/fhir/ValueSet/varde-criteria/$validate-code?code=x".to_owned(), 400, "required-parameter"),
        ] {
            assert_refused(&open(world, &path), status, key, None);
        }
    });
}

/// Every operation that the registry says anybody may run, by each method it has.
#[test]
fn every_open_operation_is_answered() {
    each(|world| {
        for operation in operations().iter().filter(|operation| operation.kind == OperationKind::Terminology) {
            let (url, id, system) = match operation.rtype {
                ResourceType::ValueSet => (APPOINTED, "varde-appointed-role", Some(ROLE)),
                _ => (ROLE, "volven-9034", (operation.name == "lookup").then_some(ROLE)),
            };
            let known =
                |name: &str| operation.parameters.iter().any(|parameter| !parameter.out && parameter.name == name);
            let mut given = Vec::new();
            given.extend(known("url").then_some(("url", "valueUri", url)));
            given.extend(known("code").then_some(("code", "valueCode", "19")));
            given.extend(system.filter(|_| known("system")).map(|system| ("system", "valueUri", system)));
            let path = format!("/fhir/{}", operation.address().replace("{id}", id));
            let query: Vec<String> = given.iter().map(|(name, _, value)| format!("{name}={value}")).collect();
            let got = open(world, &format!("{path}?{}", query.join("&"))).expect(200);
            let parameters: Vec<Value> =
                given.iter().map(|(name, element, value)| json!({ "name": name, *element: value })).collect();
            let mut body = json!({ "resourceType": "Parameters", "parameter": parameters });
            if parameters.is_empty() {
                body = json!({ "resourceType": "Parameters" });
            }
            let posted = world.send_json(world.request("POST", &path), &body).expect(200);
            assert_eq!(got.json, posted.json, "{path}");
            let expected = if operation.name == "expand" { "ValueSet" } else { "Parameters" };
            assert_eq!(got.json["resourceType"], expected);
        }
    });
}
