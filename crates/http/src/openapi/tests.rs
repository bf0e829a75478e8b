//! The documents against the registry, the validator, each other and the committed files.

use super::*;
use crate::examples;
use serde_json::Map;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use varde_fhir::registry::{
    Interaction, ParamKind, conformance_types, operations, patient_compartment, search_params, served_types,
};
use varde_fhir::{ResourceType, validate::validate};

/// Synthetic numbers that may stand in examples; every other run of eleven digits is a mistake.
const SYNTHETIC: &[&str] = &["15825512869"];

fn made(development: bool) -> Value {
    document(&Options { development, ..Options::default() })
}

/// (method, path) → operation.
fn all(document: &Value) -> BTreeMap<(String, String), &Map<String, Value>> {
    let mut found = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.insert((method.clone(), path.clone()), operation.as_object().unwrap());
        }
    }
    found
}

/// `openapi/*.json` are what the code makes; `VARDE_BLESS=1` writes them anew.
#[test]
fn the_committed_files_are_current() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../openapi");
    let options = Options::default();
    for (name, made) in [("varde.json", document(&options)), ("varde-3.0.json", document_30(&options))] {
        let path = folder.join(name);
        let text = serde_json::to_string_pretty(&made).unwrap() + "\n";
        if std::env::var_os("VARDE_BLESS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == text, "openapi/{name} is not current: run VARDE_BLESS=1 cargo test -p varde-http");
    }
}

#[test]
fn the_document_is_the_registry_and_nothing_else() {
    let mut expected: BTreeSet<(String, String)> = BTreeSet::new();
    let mut expect = |method: &str, path: String| expected.insert((method.to_owned(), path));
    for row in served_types() {
        let base = format!("/fhir/{}", row.rtype);
        for interaction in row.interactions {
            match interaction {
                Interaction::Read => expect("get", format!("{base}/{{id}}")),
                Interaction::Vread => expect("get", format!("{base}/{{id}}/_history/{{vid}}")),
                Interaction::Create => expect("post", base.clone()),
                Interaction::Update => {
                    expect("put", base.clone());
                    expect("put", format!("{base}/{{id}}"))
                }
                Interaction::Patch => {
                    expect("patch", base.clone());
                    expect("patch", format!("{base}/{{id}}"))
                }
                Interaction::Delete => {
                    expect("delete", base.clone());
                    expect("delete", format!("{base}/{{id}}"))
                }
                Interaction::HistoryType => expect("get", format!("{base}/_history")),
                Interaction::HistoryInstance => expect("get", format!("{base}/{{id}}/_history")),
                Interaction::SearchType => {
                    expect("post", format!("{base}/_search"));
                    if !patient_compartment(row.rtype).is_empty() {
                        expect("get", format!("/fhir/Patient/{{id}}/{}", row.rtype));
                    }
                    expect("get", base.clone())
                }
            };
        }
    }
    for operation in operations() {
        expect("post", format!("/fhir/{}", operation.address()));
        if operation.by_get {
            expect("get", format!("/fhir/{}", operation.address()));
        }
    }
    for row in conformance_types() {
        expect("get", format!("/fhir/{}/{{id}}", row.rtype));
        expect("get", format!("/fhir/{}", row.rtype));
        expect("post", format!("/fhir/{}/_search", row.rtype));
    }
    for (method, path) in [
        ("post", "/fhir"),
        ("get", "/fhir/_history"),
        ("get", "/fhir"),
        ("post", "/fhir/_search"),
        ("get", "/fhir/Patient/{id}/*"),
        ("get", "/fhir/metadata"),
        ("get", "/.well-known/smart-configuration"),
        ("get", "/fhir/.well-known/smart-configuration"),
        ("get", "/health/live"),
        ("get", "/health/ready"),
        ("get", "/metrics"),
    ] {
        expect(method, path.to_owned());
    }
    let document = made(false);
    assert_eq!(all(&document).into_keys().collect::<BTreeSet<_>>(), expected);
    expected.insert(("post".to_owned(), "/dev/token".to_owned()));
    let development = made(true);
    assert_eq!(all(&development).into_keys().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn operation_ids_give_good_client_names() {
    let document = made(true);
    let operations = all(&document);
    let ids: BTreeSet<&str> = operations.values().map(|operation| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), operations.len(), "operation ids are unique");
    for id in [
        "appointCoordinator",
        "endAppointment",
        "pullPlanStatus",
        "readCareTeam",
        "vreadCareTeam",
        "createCareTeam",
        "updateCareTeam",
        "deleteCareTeam",
        "historyCareTeam",
        "historyOfCareTeamType",
        "historyOfSystem",
        "patchCareTeam",
        "patchCareTeamBySearch",
        "updateCareTeamBySearch",
        "deleteCareTeamBySearch",
        "searchCareTeam",
        "searchCareTeamByPost",
        "postBundle",
        "devToken",
    ] {
        assert!(ids.contains(id), "{id}");
    }
}

#[test]
fn every_search_parameter_stands_in_both_searches() {
    let document = made(false);
    let operations = all(&document);
    for row in served_types() {
        let by_get = operations[&("get".to_owned(), format!("/fhir/{}", row.rtype))];
        let by_post = operations[&("post".to_owned(), format!("/fhir/{}/_search", row.rtype))];
        let form = &by_post["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]["properties"];
        for param in search_params(row.rtype) {
            let place = format!("{}.{}", row.rtype, param.name);
            let found = by_get["parameters"].as_array().unwrap().iter().find(|p| p["name"] == param.name);
            let found = found.unwrap_or_else(|| panic!("{place} is missing"));
            let kind = if param.kind == ParamKind::Date { "array" } else { "string" };
            assert_eq!(
                (&found["in"], &found["style"], &found["explode"]),
                (&"query".into(), &"form".into(), &true.into())
            );
            assert_eq!(found["schema"]["type"], kind, "{place}");
            assert_eq!(form[param.name]["type"], kind, "{place} in the form");
            assert!(found["description"].as_str().unwrap().contains(param.expression), "{place}");
        }
    }
}

#[test]
fn every_operation_says_what_it_requires_and_how_it_refuses() {
    let document = made(false);
    let scopes = document["components"]["securitySchemes"]["issuer"]["flows"]["clientCredentials"]["scopes"]
        .as_object()
        .unwrap();
    for ((method, path), operation) in all(&document) {
        let open = ["/health/", "/metrics", "/.well-known/", "/fhir/.well-known/", "/fhir/metadata"];
        let security = operation["security"].as_array().unwrap();
        let published = conformance_types().iter().any(|row| path.starts_with(&format!("/fhir/{}", row.rtype)));
        let is_open = published || open.iter().any(|start| path.starts_with(start));
        assert_eq!(security.is_empty(), is_open, "{method} {path}");
        for scope in security.iter().filter_map(|all| all.get("issuer")).flat_map(|all| all.as_array().unwrap()) {
            assert!(scopes.contains_key(scope.as_str().unwrap()), "{method} {path}: {scope}");
        }
        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.keys().any(|status| status.starts_with('2')), "{method} {path}");
        assert!(answers.contains_key("default") || answers.contains_key("4XX"), "{method} {path}");
        if !is_open {
            for status in ["400", "401", "403", "406", "500", "503", "507"] {
                assert!(answers.contains_key(status), "{method} {path}: {status}");
            }
        }
    }
    let appoint = &document["paths"]["/fhir/CareTeam/$appoint"]["post"]["security"];
    assert_eq!(*appoint, serde_json::json!([{ "bearer": [] }, { "issuer": ["varde:appoint"] }]));
}

#[test]
fn scope_names_follow_the_deployment() {
    let document = document(&Options { scope_prefix: "nhn:varde/".to_owned(), ..Options::default() });
    let security = &document["paths"]["/fhir/CarePlan/$plan-status"]["post"]["security"];
    assert_eq!(security[1]["issuer"], serde_json::json!(["nhn:varde/plan-status"]));
}

#[test]
fn references_lead_somewhere_and_nothing_is_unused() {
    for document in [made(true), made(false), document_30(&Options::default())] {
        let used = prune::references(&document);
        for target in &used {
            assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target}");
        }
        for section in ["parameters", "headers", "responses", "examples", "schemas"] {
            for name in document["components"][section].as_object().unwrap().keys() {
                assert!(used.contains(&format!("#/components/{section}/{name}")), "{section}/{name} is unused");
            }
        }
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            assert_eq!(schema["type"], "object", "{name}");
        }
    }
}

#[test]
fn every_example_is_valid_fhir() {
    let document = made(true);
    for (name, example) in document["components"]["examples"].as_object().unwrap() {
        let Some(rtype) = example["value"]["resourceType"].as_str() else { continue };
        let rtype: ResourceType = rtype.parse().unwrap();
        let issues = validate(rtype, &example["value"]);
        assert_eq!(issues, [], "{name}");
    }
    for row in served_types() {
        assert_eq!(examples::value(examples::resource(row.rtype))["resourceType"], row.rtype.as_str());
    }
}

#[test]
fn the_main_job_comes_first_with_examples_that_are_the_fixtures() {
    let document = made(true);
    assert_eq!(document["tags"][0]["name"], "Main job");
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().take(3).collect();
    assert_eq!(
        paths,
        ["/fhir/CareTeam/$appoint", "/fhir/CareTeam/{id}/$end-appointment", "/fhir/CarePlan/$plan-status"]
    );
    let examples = &document["components"]["examples"];
    for (name, text) in [
        ("appoint", examples::APPOINT),
        ("endAppointment", examples::END_APPOINTMENT),
        ("planStatus", examples::PLAN_STATUS),
    ] {
        assert_eq!(examples[name]["value"], serde_json::from_str::<Value>(text).unwrap());
    }
}

#[test]
fn the_twin_uses_nothing_of_the_newer_version() {
    fn check(value: &Value, at: &str) {
        match value {
            Value::Object(object) => {
                if object.get("$ref").is_some_and(Value::is_string) {
                    assert_eq!(object.len(), 1, "{at}: something beside $ref");
                }
                for (name, inner) in object {
                    let data = at.ends_with("/properties") || at.ends_with("/mapping") || at.contains("/examples");
                    assert!(data || !matches!(name.as_str(), "const" | "contentEncoding" | "webhooks"), "{at}/{name}");
                    assert!(data || name != "type" || !inner.is_array(), "{at}/{name}");
                    check(inner, &format!("{at}/{name}"));
                }
            }
            Value::Array(items) => items.iter().for_each(|inner| check(inner, at)),
            _ => {}
        }
    }
    let twin = document_30(&Options::default());
    assert_eq!(twin["openapi"], "3.0.3");
    check(&twin, "");
    let newer = made(false);
    assert_eq!(all(&newer).into_keys().collect::<Vec<_>>(), all(&twin).into_keys().collect::<Vec<_>>());
}

#[test]
fn the_conversion_knows_the_older_dialect() {
    let newer = serde_json::json!({
        "openapi": "3.1.0", "webhooks": {}, "paths": {},
        "components": { "schemas": {
            "A": { "type": ["string", "null"], "examples": ["x", "y"] },
            "B": { "type": "number", "exclusiveMinimum": 0, "description": "n" },
            "C": { "type": "object", "properties": { "const": { "type": "string", "const": "k" } }, "patternProperties": {} },
            "D": { "$ref": "#/components/schemas/A", "description": "beside" },
        } },
    });
    let expected = serde_json::json!({
        "openapi": "3.0.3", "paths": {},
        "components": { "schemas": {
            "A": { "type": "string", "nullable": true, "example": "x" },
            "B": { "type": "number", "minimum": 0, "exclusiveMinimum": true, "description": "n" },
            "C": { "type": "object", "properties": { "const": { "type": "string", "enum": ["k"] } } },
            "D": { "$ref": "#/components/schemas/A" },
        } },
    });
    assert_eq!(v30::convert(newer), expected);
}

#[test]
fn people_in_the_fixtures_are_synthetic() {
    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { files(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    files(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures"), &mut found);
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        for run in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|run| run.len() == 11) {
            let digits = run.bytes().all(|byte| byte.is_ascii_digit());
            assert!(!digits || SYNTHETIC.contains(&run), "{}: {run}", path.display());
        }
    }
}
