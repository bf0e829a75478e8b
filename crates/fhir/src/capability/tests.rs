//! The statement says what the registry says.

use super::*;
use crate::registry::{Interaction, conformance_types, operations, search_params};
use crate::{ResourceType, query, validate};

const BASE: &str = "http://here/fhir";

fn made() -> Value {
    let security = Security { issuer: "https://issuer.example", token_endpoint: Some("https://issuer.example/token") };
    statement(BASE, "0.1.0", "2026-11-22", security)
}

fn of(statement: &Value, rtype: &str) -> Value {
    let resources = statement["rest"][0]["resource"].as_array().unwrap();
    resources.iter().find(|resource| resource["type"] == rtype).unwrap_or_else(|| panic!("{rtype}")).clone()
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

#[test]
fn it_is_valid() {
    assert_eq!(validate::validate(ResourceType::CapabilityStatement, &made()), []);
    let bare =
        statement(BASE, "0.1.0", "2026-11-22", Security { issuer: "https://issuer.example", token_endpoint: None });
    assert_eq!(validate::validate(ResourceType::CapabilityStatement, &bare), []);
    assert!(bare["rest"][0]["security"].get("extension").is_none());
}

#[test]
fn the_head() {
    let statement = made();
    for (pointer, expected) in [
        ("/resourceType", json!("CapabilityStatement")),
        ("/status", json!("active")),
        ("/kind", json!("instance")),
        ("/fhirVersion", json!("4.0.1")),
        ("/date", json!("2026-11-22")),
        ("/software/version", json!("0.1.0")),
        ("/implementation/url", json!(BASE)),
        ("/rest/0/mode", json!("server")),
        (
            "/rest/0/interaction",
            json!([{ "code": "transaction" }, { "code": "batch" }, { "code": "search-system" }, { "code": "history-system" }]),
        ),
        ("/rest/0/security/service/0/coding/0/code", json!("OAuth")),
        ("/rest/0/security/extension/0/extension/0/valueUri", json!("https://issuer.example/token")),
    ] {
        assert_eq!(statement.pointer(pointer), Some(&expected), "{pointer}");
    }
}

#[test]
fn a_team_and_a_report() {
    let statement = made();
    let team = of(&statement, "CareTeam");
    let codes: Vec<&str> =
        team["interaction"].as_array().unwrap().iter().map(|i| i["code"].as_str().unwrap()).collect();
    assert_eq!(codes, Interaction::ALL.map(Interaction::code));
    assert_eq!((&team["conditionalUpdate"], &team["conditionalDelete"]), (&json!(true), &json!("single")));
    assert_eq!(team["versioning"], "versioned-update");
    assert_eq!(team["conditionalCreate"], true);
    assert_eq!(
        texts(&team["searchInclude"]),
        [
            "CareTeam:encounter",
            "CareTeam:participant",
            "CareTeam:patient",
            "CareTeam:subject",
            "CareTeam:managing-organization"
        ]
    );
    assert!(texts(&team["searchRevInclude"]).contains(&"CarePlan:care-team"));
    let role = team["searchParam"].as_array().unwrap().iter().find(|param| param["name"] == "participant-role");
    let definition = "https://varde.no/fhir/SearchParameter/CareTeam-participant-role";
    assert_eq!(role, Some(&json!({ "name": "participant-role", "definition": definition, "type": "token" })));
    let operations: Vec<&str> =
        team["operation"].as_array().unwrap().iter().map(|o| o["name"].as_str().unwrap()).collect();
    assert_eq!(operations, ["appoint", "end-appointment", "validate"]);
    assert_eq!(team["supportedProfile"], json!(["https://varde.no/fhir/StructureDefinition/varde-koordineringsteam"]));

    let event = of(&statement, "MeasureReport");
    assert_eq!(
        (&event["versioning"], &event["updateCreate"], &event["conditionalCreate"]),
        (&json!("versioned"), &json!(false), &json!(false))
    );
    assert!(event.get("operation").is_none());
    let sets = of(&statement, "ValueSet");
    assert_eq!((&sets["versioning"], &sets["operation"][0]["name"]), (&json!("no-version"), &json!("expand")));
    assert!(!statement.to_string().contains("AuditEvent"), "not before it works");
    assert_eq!(of(&statement, "Goal")["versioning"], "versioned");
}

/// US Core 6.1: CareTeam by patient and status, CarePlan by patient and category, with date and status.
#[test]
fn what_us_core_searches_by() {
    let statement = made();
    for (rtype, params) in
        [("CareTeam", &["patient", "status"][..]), ("CarePlan", &["patient", "category", "status", "date"])]
    {
        let stated = of(&statement, rtype);
        let codes: Vec<&str> =
            stated["interaction"].as_array().unwrap().iter().map(|i| i["code"].as_str().unwrap()).collect();
        assert!(codes.contains(&"read") && codes.contains(&"search-type"), "{rtype}");
        for name in params {
            assert!(
                stated["searchParam"].as_array().unwrap().iter().any(|param| param["name"] == *name),
                "{rtype} {name}"
            );
        }
    }
}

#[test]
fn every_type_parameter_and_operation_is_stated_and_works() {
    let statement = made();
    let resources = statement["rest"][0]["resource"].as_array().unwrap();
    assert_eq!(resources.len(), served_types().len() + conformance_types().len());
    for operation in operations() {
        let stated = of(&statement, operation.rtype.as_str());
        let here = stated["operation"].as_array().unwrap().iter().filter(|one| one["name"] == operation.name);
        let definitions: Vec<&str> = here.map(|one| one["definition"].as_str().unwrap()).collect();
        assert_eq!(definitions, [operation.definition()]);
    }
    for row in served_types().iter().filter(|row| row.allows(Interaction::SearchType)) {
        let resource = of(&statement, row.rtype.as_str());
        let names: Vec<&str> =
            resource["searchParam"].as_array().unwrap().iter().map(|param| param["name"].as_str().unwrap()).collect();
        let registered: Vec<&str> = search_params(row.rtype).iter().map(|param| param.name).collect();
        assert_eq!(names, registered, "{}", row.rtype);
        for (control, list) in
            [("_include", &resource["searchInclude"]), ("_revinclude", &resource["searchRevInclude"])]
        {
            for value in list.as_array().into_iter().flatten() {
                let params = [(control.to_owned(), value.as_str().unwrap().to_owned())];
                assert!(query::parse(row.rtype, &params, BASE, false, false).is_ok(), "{params:?}");
            }
        }
    }
}
