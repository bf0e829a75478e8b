//! The registry is the server: what it lists stands in the CapabilityStatement and in the OpenAPI document and is answered;
//! what it does not list stands in neither and is refused.

use crate::people::{BERGEN, TESTINE, appointing, status_of};
use crate::possible::codes;
use crate::refusal::assert_refused;
use crate::roundtrip::{fixture, fixtures};
use crate::world::{World, each};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use varde_fhir::index::elements;
use varde_fhir::registry::{
    Interaction, Operation, OperationKind, ParamKind, SearchParam, Served, conformance_types, operations,
    patient_compartment, search_params, served_types,
};
use varde_fhir::{ResourceType, validate};

#[test]
fn the_capability_statement_is_the_registry() {
    each(|world| {
        let statement = world.send(world.request("GET", "/fhir/metadata")).expect(200).json;
        let issues = validate::validate(ResourceType::CapabilityStatement, &statement);
        assert!(issues.is_empty(), "{issues:?}");
        assert_eq!(statement["implementation"]["url"], world.base());
        assert_eq!(statement["fhirVersion"], "4.0.1");
        let rest = &statement["rest"][0];
        assert_eq!(names(&rest["interaction"], "code"), ["batch", "history-system", "search-system", "transaction"]);
        let stated = rest["resource"].as_array().expect("resources");
        assert_eq!(stated.len(), served_types().len() + conformance_types().len());
        for (row, stated) in served_types().iter().zip(stated) {
            assert_eq!(stated["type"], row.rtype.as_str());
            let mut interactions: Vec<&str> = row.interactions.iter().map(|interaction| interaction.code()).collect();
            interactions.sort_unstable();
            assert_eq!(names(&stated["interaction"], "code"), interactions, "{}", row.rtype);
            let mut parameters: Vec<&str> = search_params(row.rtype).iter().map(|param| param.name).collect();
            parameters.sort_unstable();
            assert_eq!(names(&stated["searchParam"], "name"), parameters, "{}", row.rtype);
            let mut here: Vec<&str> =
                operations().iter().filter(|of| of.rtype == row.rtype).map(|of| of.name).collect();
            here.sort_unstable();
            here.dedup();
            assert_eq!(names(&stated["operation"], "name"), here, "{}", row.rtype);
        }
    });
}

#[test]
fn the_openapi_document_is_the_registry() {
    each(|world| {
        let document = world.send(world.request("GET", "/openapi.json")).expect(200).json;
        let mut described = BTreeSet::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for method in item.as_object().expect("methods").keys() {
                described.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
        let mut expected: BTreeSet<String> = [
            "POST /fhir",
            "GET /fhir/_history",
            "GET /fhir",
            "POST /fhir/_search",
            "GET /fhir/Patient/{id}/*",
            "GET /fhir/metadata",
            "GET /.well-known/smart-configuration",
            "GET /fhir/.well-known/smart-configuration",
            "GET /health/live",
            "GET /health/ready",
            "GET /metrics",
            "POST /dev/token",
        ]
        .map(str::to_owned)
        .into();
        for row in served_types() {
            expected.extend(
                row.interactions.iter().flat_map(|interaction| addresses(row.rtype, *interaction, "{id}", "{vid}")),
            );
        }
        let of_patients = served_types().iter().filter(|row| !patient_compartment(row.rtype).is_empty());
        expected.extend(of_patients.map(|row| format!("GET /fhir/Patient/{{id}}/{}", row.rtype)));
        expected.extend(operations().iter().map(|operation| format!("POST {}", address(operation, "{id}"))));
        let by_get = operations().iter().filter(|operation| operation.by_get);
        expected.extend(by_get.map(|operation| format!("GET {}", address(operation, "{id}"))));
        for row in conformance_types() {
            let of_row = row.interactions.iter();
            expected.extend(of_row.flat_map(|interaction| addresses(row.rtype, *interaction, "{id}", "{vid}")));
        }
        assert_eq!(described, expected);
        for row in served_types() {
            let described = names(&document["paths"][format!("/fhir/{}", row.rtype)]["get"]["parameters"], "name");
            for param in search_params(row.rtype) {
                assert!(described.contains(&param.name), "{}.{} is not described", row.rtype, param.name);
            }
        }
        for operation in operations() {
            let id = &document["paths"][address(operation, "{id}")]["post"]["operationId"];
            assert_eq!(id, operation.operation_id);
        }
    });
}

#[test]
fn what_the_registry_lists_is_answered() {
    each(|world| {
        for row in served_types().iter().filter(|row| row.allows(Interaction::Create)) {
            let create = world
                .as_(BERGEN, "POST", &format!("/fhir/{}", row.rtype))
                .header("content-type", "application/fhir+json");
            let created = world.send(create.body(fixture(row.rtype))).expect(201);
            let id = created.id();
            for interaction in Interaction::ALL.into_iter().filter(|interaction| *interaction != Interaction::Create) {
                let listed = row.allows(interaction);
                for address in addresses(row.rtype, interaction, &id, "1") {
                    let status = answered(world, &address, &created.json);
                    let expected = if interaction == Interaction::Delete { 204 } else { 200 };
                    assert_eq!(status == expected, listed, "{address}: {status}");
                    assert_eq!(status == 404 || status == 405, !listed, "{address}: {status}");
                }
            }
        }
        // Types that only the server writes: there is nothing yet, and that is what is said.
        for row in served_types().iter().filter(|row| !row.allows(Interaction::Create)) {
            for interaction in Interaction::ALL {
                for address in addresses(row.rtype, interaction, "unknown", "1") {
                    refused_or_empty(world, row, interaction, &address);
                }
            }
        }
    });
}

#[test]
fn what_nobody_lists_is_refused() {
    each(|world| {
        for row in served_types() {
            let rtype = row.rtype;
            for (method, path) in [
                ("POST", format!("/fhir/{rtype}/1")),
                ("POST", format!("/fhir/{rtype}/_history")),
                ("PATCH", format!("/fhir/{rtype}/1/_history/1")),
                ("POST", format!("/fhir/{rtype}/$nothing")),
                ("POST", format!("/fhir/{rtype}/1/$nothing")),
            ] {
                let status = world.send(world.as_(BERGEN, method, &path)).status;
                assert!(status == 404 || status == 405, "{method} {path}: {status}");
            }
        }
        let all = served_types().iter().chain(conformance_types());
        let served: BTreeSet<ResourceType> = all.map(|row| row.rtype).collect();
        for rtype in ResourceType::ALL.iter().filter(|rtype| !served.contains(rtype)) {
            for (method, path) in [
                ("GET", format!("/fhir/{rtype}")),
                ("POST", format!("/fhir/{rtype}")),
                ("GET", format!("/fhir/{rtype}/1")),
            ] {
                assert_refused(&world.send(world.as_(BERGEN, method, &path)), 404, "unknown-type", None);
            }
        }
    });
}

#[test]
fn every_operation_is_answered() {
    each(|world| {
        let appointed = world.post(BERGEN, "/fhir/CareTeam/$appoint", &appointing(TESTINE, "9144889", "1")).expect(200);
        let team = appointed.parameters("return")[0]["resource"]["id"].as_str().expect("a team");
        let ending = json!({ "resourceType": "Parameters", "parameter": [
            { "name": "role", "valueCoding": { "system": "urn:oid:2.16.578.1.12.4.1.1.9034", "code": "18" } },
            { "name": "member", "valueReference": { "identifier": { "system": "urn:oid:2.16.578.1.12.4.1.4.4", "value": "9144889" } } },
            { "name": "reason", "valueString": "Behovet er borte" },
        ] });
        let bodies = BTreeMap::from([
            ("appoint", appointing(TESTINE, "9144889", "1")),
            ("end-appointment", ending),
            ("plan-status", status_of(&[TESTINE])),
        ]);
        for operation in operations().iter().filter(|operation| operation.kind == OperationKind::Job) {
            let body = bodies.get(operation.name).unwrap_or_else(|| panic!("no example of ${}", operation.name));
            let answer = world.post(BERGEN, &address(operation, team), body).expect(200);
            assert_eq!(answer.json["resourceType"], "Parameters");
            let issues = validate::validate(ResourceType::Parameters, &answer.json);
            assert!(issues.is_empty(), "${}: {issues:?}", operation.name);
        }
    });
}

#[test]
fn every_search_parameter_is_taken() {
    each(|world| {
        for (rtype, text) in fixtures() {
            let create =
                world.as_(BERGEN, "POST", &format!("/fhir/{rtype}")).header("content-type", "application/fhir+json");
            world.send(create.body(text)).expect(201);
        }
        let token = world.token_with(BERGEN, json!({ "scope": "system/*.cruds varde:audit varde:report" }), json!({}));
        let get = |path: &str| {
            let answer = world.send(world.request("GET", path).bearer_auth(&token));
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
            answer
        };
        for row in served_types() {
            let rtype = row.rtype;
            for param in search_params(rtype) {
                for value in values(param) {
                    get(&format!("/fhir/{rtype}?{}={value}", param.name));
                }
                for (suffix, value) in modifiers(param) {
                    // Some modifiers narrow a search, and are not all of it.
                    get(&format!("/fhir/{rtype}?{}:{suffix}={value}&_lastUpdated=ge2020", param.name));
                }
                if matches!(param.kind, ParamKind::Token | ParamKind::Date | ParamKind::String) {
                    get(&format!("/fhir/{rtype}?_sort=-{}&_count=1", param.name));
                }
            }
        }
        let statement = world.send(world.request("GET", "/fhir/metadata")).json;
        for stated in statement["rest"][0]["resource"].as_array().expect("resources") {
            let rtype = stated["type"].as_str().expect("a type");
            for (name, element) in [("_include", "searchInclude"), ("_revinclude", "searchRevInclude")] {
                let all = stated[element].as_array().map(Vec::as_slice).unwrap_or_default();
                for some in all.chunks(50) {
                    let asked: Vec<String> =
                        some.iter().map(|value| format!("{name}={}", value.as_str().expect("text"))).collect();
                    get(&format!("/fhir/{rtype}?{}", asked.join("&")));
                }
            }
        }
    });
}

#[test]
fn the_examples_of_the_document_are_taken() {
    each(|world| {
        // The team of the example rests on the consent of the example.
        let mut created: Vec<ResourceType> = fixtures().iter().map(|(rtype, _)| *rtype).collect();
        created.sort_by_key(|rtype| *rtype != ResourceType::Consent);
        for rtype in created {
            let create = world.as_(BERGEN, "POST", &format!("/fhir/{rtype}"));
            let create = create.header("content-type", "application/fhir+json");
            let answer = world.send(create.body(varde_http::examples::resource(rtype)));
            assert_eq!(answer.status, 201, "{rtype}: {}", answer.text);
        }
    });
}

/// `METHOD /path` of an interaction; what can be searched for has two.
fn addresses(rtype: ResourceType, interaction: Interaction, id: &str, version: &str) -> Vec<String> {
    let one = |method: &str, rest: &str| format!("{method} /fhir/{rtype}{rest}");
    match interaction {
        Interaction::Read => vec![one("GET", &format!("/{id}"))],
        Interaction::Vread => vec![one("GET", &format!("/{id}/_history/{version}"))],
        Interaction::Create => vec![one("POST", "")],
        Interaction::Update => vec![one("PUT", &format!("/{id}")), one("PUT", &searched(id))],
        Interaction::Patch => vec![one("PATCH", &format!("/{id}")), one("PATCH", &searched(id))],
        Interaction::Delete => vec![one("DELETE", &format!("/{id}")), one("DELETE", &searched(id))],
        Interaction::HistoryInstance => vec![one("GET", &format!("/{id}/_history"))],
        Interaction::HistoryType => vec![one("GET", "/_history")],
        Interaction::SearchType => vec![one("GET", ""), one("POST", "/_search")],
    }
}

/// A search in the place of the id; none where an address is only described.
fn searched(id: &str) -> String {
    if id.starts_with('{') { String::new() } else { format!("?_id={id}") }
}

fn address(operation: &Operation, id: &str) -> String {
    let level = if operation.instance { format!("/{id}") } else { String::new() };
    format!("/fhir/{}{level}/${}", operation.rtype, operation.name)
}

/// The status of an address asked with what it needs.
fn answered(world: &World, address: &str, body: &Value) -> u16 {
    let (method, path) = address.split_once(' ').expect("METHOD /path");
    let request = world.as_(BERGEN, method, path);
    let nothing = json!([{ "op": "test", "path": "/id", "value": body["id"] }]).to_string();
    let answer = match method {
        "PUT" => world.put(BERGEN, path, Some("*"), body),
        "PATCH" => {
            let request = request.header("content-type", "application/json-patch+json").header("if-match", "*");
            world.send(request.body(nothing))
        }
        "POST" => world.send(request.form(&[("_count", "1")])),
        _ => world.send(request),
    };
    answer.status
}

fn refused_or_empty(world: &World, row: &Served, interaction: Interaction, address: &str) {
    let (method, path) = address.split_once(' ').expect("METHOD /path");
    let scopes = json!({ "scope": "system/*.cruds varde:audit varde:report" });
    let request = world.request(method, path).bearer_auth(world.token_with(BERGEN, scopes, json!({})));
    let answer = match (method, interaction) {
        ("POST", Interaction::SearchType) => world.send(request.form(&[("_count", "1")])),
        ("POST" | "PUT" | "PATCH", _) => world.send_json(request, &json!({})),
        _ => world.send(request),
    };
    match (row.allows(interaction), interaction) {
        (true, Interaction::SearchType | Interaction::HistoryType) => {
            assert_eq!(answer.status, 200, "{address}: {}", answer.text);
        }
        (true, _) => assert_refused(&answer, 404, "not-found", None),
        (false, _) if answer.status == 405 => assert!(answer.header("allow").is_some(), "{address}"),
        (false, _) => assert_refused(&answer, 404, "interaction-not-supported", None),
    }
}

/// Values of the parameter's kind.
fn values(param: &SearchParam) -> Vec<String> {
    match param.kind {
        ParamKind::Token if param.name == "_id" => vec!["a-1.b".to_owned()],
        // What else would be refused: no resource can have it.
        ParamKind::Token if codes(param).is_some() => codes(param).map(|codes| codes.join(",")).into_iter().collect(),
        ParamKind::Token => vec!["x".to_owned(), "urn:x|y,|z,urn:x|".to_owned()],
        ParamKind::Date => vec!["2026-01-01".to_owned(), "gt2026-01-01T10:00:00Z,eb2025".to_owned()],
        ParamKind::String => vec!["x".to_owned()],
        ParamKind::Uri => vec!["https://example.org/x".to_owned()],
        ParamKind::Reference if param.is_canonical() => vec!["https://example.org/x|1".to_owned()],
        ParamKind::Reference => {
            let named = elements(param).into_iter().find_map(|looked| looked.of.targets.first().copied());
            let target = param.targets.first().map(|target| target.as_str()).or(named).unwrap_or("Patient");
            vec![format!("{target}/x"), format!("https://example.org/{target}/x")]
        }
    }
}

/// Modifiers of the parameter's kind, with a value.
fn modifiers(param: &SearchParam) -> Vec<(String, String)> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let missing = (!matches!(param.name, "_id" | "_lastUpdated")).then(|| pair("missing", "true"));
    let own: Vec<(String, String)> = match param.kind {
        ParamKind::Token => vec![pair("not", codes(param).and_then(|codes| codes.first().copied()).unwrap_or("x"))],
        ParamKind::String => vec![pair("exact", "x"), pair("contains", "x")],
        ParamKind::Reference if !param.is_canonical() => {
            let types = param.targets.iter().map(|target| pair(target.as_str(), "x"));
            types.chain([pair("identifier", "urn:x|y")]).collect()
        }
        _ => Vec::new(),
    };
    own.into_iter().chain(missing).collect()
}

/// The texts of a member of each item, in order.
fn names<'v>(list: &'v Value, member: &str) -> Vec<&'v str> {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut names: Vec<&str> = items.iter().filter_map(|item| item[member].as_str()).collect();
    names.sort_unstable();
    names
}
