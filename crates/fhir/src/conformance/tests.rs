//! Every definition is valid R4, has an id of its own, and is found by what the CapabilityStatement calls it.

use super::*;
use crate::capability::{self, Security};
use crate::profile::{Words, profiles};
use crate::registry::{conformance_types, operations, search_params, served_types};
use crate::{ResourceType, terminology, validate};
use ResourceType::{CodeSystem, NamingSystem, OperationDefinition, SearchParameter, StructureDefinition};
use serde_json::Value;
use std::collections::BTreeSet;

fn catalogue() -> Catalogue {
    let security = Security { issuer: "https://issuer.example", token_endpoint: None };
    let statement = capability::statement("http://here/fhir", "0.1.0", "2026-11-23", security);
    let more = MoreCodes {
        url: "https://varde.no/fhir/CodeSystem/varde-rule",
        name: "VardeRule",
        title: Words { nb: "Regler", en: "Rules" },
        concepts: vec![("one-ip", Words { nb: "Én plan", en: "One plan" })],
    };
    Catalogue::new(statement, &[more])
}

#[test]
fn every_definition_is_valid_and_unique() {
    let catalogue = catalogue();
    let mut urls = BTreeSet::new();
    for row in conformance_types() {
        let mut count = 0;
        for definition in catalogue.of(row.rtype) {
            count += 1;
            assert_eq!(validate::validate(row.rtype, &definition.value), [], "{}", definition.value);
            assert!(std::ptr::eq(catalogue.find(row.rtype, &definition.id).unwrap(), definition), "{}", definition.id);
            if let Some(url) = definition.value["url"].as_str() {
                assert!(urls.insert((row.rtype, url.to_owned())), "{url}");
                assert!(catalogue.by_url(row.rtype, url).is_some());
            }
            assert!(crate::Id::parse(&definition.id).is_some(), "{}", definition.id);
        }
        assert!(count > 0, "{}", row.rtype);
    }
    assert_eq!(catalogue.of(ResourceType::StructureDefinition).count(), 13);
    assert_eq!(catalogue.of(ResourceType::CodeSystem).count(), terminology::code_systems().len() + 1);
}

#[test]
fn what_is_stated_is_defined() {
    let catalogue = catalogue();
    for param in served_types().iter().flat_map(|row| search_params(row.rtype)) {
        let definition = catalogue.by_url(ResourceType::SearchParameter, &param.definition()).unwrap();
        assert_eq!(
            (&definition.value["code"], &definition.value["type"]),
            (&param.name.into(), &param.kind.code().into())
        );
        let base = definition.value["base"].as_array().unwrap();
        assert!(base.contains(&param.rtype.as_str().into()) || *base == [Value::from("Resource")], "{}", definition.id);
    }
    for operation in operations() {
        let definition = catalogue.by_url(ResourceType::OperationDefinition, &operation.definition()).unwrap();
        assert_eq!(definition.value["code"], operation.name);
        let level = if operation.instance { "instance" } else { "type" };
        assert_eq!(definition.value[level], true, "{}", definition.id);
    }
    for profile in profiles() {
        assert!(catalogue.by_url(ResourceType::StructureDefinition, &profile.url()).is_some());
    }
}

#[test]
fn searches() {
    let catalogue = catalogue();
    let ids = |rtype, asked: &[(&str, &str)]| -> Result<Vec<String>, Vec<&'static str>> {
        let asked: Vec<(String, String)> = asked.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        match search(&catalogue, rtype, &asked, false) {
            Ok(found) => Ok(found.page.iter().map(|one| one.id.clone()).collect()),
            Err(issues) => Err(issues.iter().map(|issue| issue.key).collect()),
        }
    };
    let one = |id: &str| Ok(vec![id.to_owned()]);
    assert_eq!(ids(CodeSystem, &[("url", "urn:oid:2.16.578.1.12.4.1.1.9034")]), one("volven-9034"));
    assert_eq!(ids(CodeSystem, &[("code", "barnekoordinator")]), one("varde-role"));
    assert_eq!(ids(CodeSystem, &[("title", "9060")]), one("volven-9060"));
    assert_eq!(ids(CodeSystem, &[("title:contains", "RULES")]), one("varde-rule"));
    assert_eq!(ids(StructureDefinition, &[("type", "CareTeam")]), one("varde-koordineringsteam"));
    assert_eq!(
        ids(StructureDefinition, &[("_id", "varde-samtykke,varde-oppgave"), ("kind", "resource")]).unwrap().len(),
        2
    );
    assert_eq!(ids(OperationDefinition, &[("code", "appoint")]), one("CareTeam-appoint"));
    assert_eq!(ids(SearchParameter, &[("base", "CareTeam"), ("code", "patient")]), one("clinical-patient"));
    assert_eq!(
        ids(NamingSystem, &[("value", "urn:oid:2.16.578.1.12.4.1.4.4,2.16.578.1.12.4.1.4.101")]).unwrap().len(),
        2
    );
    assert_eq!(
        ids(CodeSystem, &[("code", "https://varde.no/fhir/CodeSystem/varde-role|barnekoordinator")]),
        one("varde-role")
    );
    assert_eq!(ids(CodeSystem, &[("code", "http://loinc.org|barnekoordinator")]), Ok(Vec::new()));
    let (of_status, all) = ("http://hl7.org/fhir/publication-status|", ids(NamingSystem, &[]).unwrap());
    assert_eq!(ids(NamingSystem, &[("status", &format!("{of_status}active"))]).unwrap(), all);
    assert_eq!(ids(NamingSystem, &[("status", of_status)]).unwrap(), all);
    assert_eq!(ids(NamingSystem, &[("status", "|active")]).unwrap(), all);
    assert_eq!(ids(NamingSystem, &[("status", "http://x|active,|retired")]), Ok(Vec::new()));
    let asked = [("urll".to_owned(), "x".to_owned()), ("01819019939".to_owned(), String::new())];
    let places = search(&catalogue, CodeSystem, &asked, false).unwrap_err();
    assert_eq!(
        places.iter().map(|issue| issue.expression.as_deref()).collect::<Vec<_>>(),
        [Some("http.urll"), Some("http.url")]
    );
    assert_eq!(ids(CodeSystem, &[("urll", "x"), ("status", "")]), Err(vec!["unknown-parameter", "invalid-value"]));
    assert_eq!(ids(CodeSystem, &[("url:below", "x")]), Err(vec!["unknown-modifier"]));
    assert_eq!(ids(NamingSystem, &[("url", "x")]), Err(vec!["unknown-parameter"]));
    assert_eq!(ids(CodeSystem, &[("_count", "x")]), Err(vec!["invalid-value"]));
    let many = "a,".repeat(1000) + "a";
    assert_eq!(ids(CodeSystem, &[("name:contains", many.as_str())]), Err(vec!["too-many-values"]));
    assert_eq!(ids(CodeSystem, &vec![("name", "a"); 101]), Err(vec!["too-many-parameters"]));
    assert_eq!(ids(CodeSystem, &[("url", "15825512869")]), Err(vec!["national-number-in-url"]));
    let asked = [("_count".to_owned(), "2".to_owned()), ("x".to_owned(), "y".to_owned())];
    let found = search(&catalogue, CodeSystem, &asked, true).unwrap();
    assert_eq!((found.page.len(), found.total, found.next, found.ignored.len()), (2, 10, Some(2), 1));
}
