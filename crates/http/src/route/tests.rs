//! Tables: method and path against what is asked, refused or allowed.

use super::{Verb, act, allow, parse};
use varde_fhir::registry;

/// `Act key-ish` or `status issue-key`.
fn ask(method: &str, path: &str) -> String {
    let target = match parse(path) {
        Ok(target) => target,
        Err(refused) => return format!("{} {}", refused.status, refused.issue.key),
    };
    match act(&target, Verb::parse(method)) {
        Ok(None) => format!("OPTIONS {}", allow(&target)),
        Ok(Some(act)) => format!("{act:?} {}", target.template()),
        Err(refused) => match refused.allow {
            Some(allow) => format!("{} {allow}", refused.status),
            None => format!("{} {}", refused.status, refused.issue.key),
        },
    }
}

#[test]
fn every_interaction_has_its_address() {
    for (method, path, expected) in [
        ("POST", "/fhir", "Bundle /fhir"),
        ("POST", "/fhir/", "Bundle /fhir"),
        ("GET", "/fhir", "SearchByGet /fhir"),
        ("POST", "/fhir/_search", "SearchByPost /fhir/_search"),
        ("GET", "/fhir/Patient/1/CareTeam", "SearchByGet /fhir/Patient/{id}/{type}"),
        ("GET", "/fhir/Patient/1/*", "SearchByGet /fhir/Patient/{id}/{type}"),
        ("HEAD", "/fhir/Patient/1/*", "SearchByGet /fhir/Patient/{id}/{type}"),
        ("GET", "/fhir/metadata", "Capabilities /fhir/metadata"),
        ("HEAD", "/fhir/metadata", "Capabilities /fhir/metadata"),
        ("GET", "/fhir/CareTeam", "SearchByGet /fhir/{type}"),
        ("HEAD", "/fhir/CareTeam", "SearchByGet /fhir/{type}"),
        ("POST", "/fhir/CareTeam", "Create /fhir/{type}"),
        ("POST", "/fhir/CareTeam/_search", "SearchByPost /fhir/{type}/_search"),
        ("GET", "/fhir/CareTeam/a-1.b", "Read /fhir/{type}/{id}"),
        ("HEAD", "/fhir/CareTeam/1", "Read /fhir/{type}/{id}"),
        ("PUT", "/fhir/CareTeam/1", "Update /fhir/{type}/{id}"),
        ("DELETE", "/fhir/CareTeam/1", "Delete /fhir/{type}/{id}"),
        ("PATCH", "/fhir/CareTeam/1", "Patch /fhir/{type}/{id}"),
        ("PUT", "/fhir/CareTeam", "Update /fhir/{type}"),
        ("PATCH", "/fhir/CareTeam", "Patch /fhir/{type}"),
        ("DELETE", "/fhir/CareTeam", "Delete /fhir/{type}"),
        ("GET", "/fhir/_history", "History /fhir/_history"),
        ("GET", "/fhir/CareTeam/_history", "History /fhir/{type}/_history"),
        ("GET", "/fhir/CareTeam/1/_history", "History /fhir/{type}/{id}/_history"),
        ("GET", "/fhir/CareTeam/1/_history/2", "Vread /fhir/{type}/{id}/_history/{version}"),
        ("POST", "/fhir/CareTeam/$appoint", "Operation /fhir/{type}/${operation}"),
        ("POST", "/fhir/CareTeam/%24appoint", "Operation /fhir/{type}/${operation}"),
        ("POST", "/fhir/CareTeam/1/$end-appointment", "Operation /fhir/{type}/{id}/${operation}"),
        ("POST", "/fhir/CarePlan/$plan-status", "Operation /fhir/{type}/${operation}"),
        ("POST", "/fhir/Provenance", "Create /fhir/{type}"),
        ("GET", "/fhir/%43areTeam/%31", "Read /fhir/{type}/{id}"),
    ] {
        assert_eq!(ask(method, path), expected, "{method} {path}");
    }
}

#[test]
fn other_methods_are_told_what_is_allowed() {
    for (method, path, expected) in [
        ("PUT", "/fhir", "405 GET, HEAD, POST, OPTIONS"),
        ("POST", "/fhir/Patient/1/CareTeam", "405 GET, HEAD, OPTIONS"),
        ("GET", "/fhir/_search", "405 POST, OPTIONS"),
        ("POST", "/fhir/metadata", "405 GET, HEAD, OPTIONS"),
        ("GET", "/fhir/CareTeam/_search", "405 POST, OPTIONS"),
        ("PATCH", "/fhir/Provenance/1", "405 GET, HEAD, OPTIONS"),
        ("DELETE", "/fhir/Provenance", "405 GET, HEAD, POST, OPTIONS"),
        ("POST", "/fhir/_history", "405 GET, HEAD, OPTIONS"),
        ("POST", "/fhir/CareTeam/_history", "405 GET, HEAD, OPTIONS"),
        ("POST", "/fhir/CareTeam/1", "405 GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
        ("get", "/fhir/CareTeam/1", "405 GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
        ("TRACE", "/fhir/CareTeam/1", "405 GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
        ("DELETE", "/fhir/CareTeam/1/_history/2", "405 GET, HEAD, OPTIONS"),
        ("GET", "/fhir/CareTeam/$appoint", "405 POST, OPTIONS"),
        ("GET", "/fhir/CarePlan/$plan-status", "405 POST, OPTIONS"),
        ("POST", "/fhir/MeasureReport", "405 GET, HEAD, OPTIONS"),
        ("PUT", "/fhir/MeasureReport/1", "405 GET, HEAD, OPTIONS"),
        ("PUT", "/fhir/Provenance/1", "405 GET, HEAD, OPTIONS"),
        ("DELETE", "/fhir/MeasureReport/1", "405 GET, HEAD, OPTIONS"),
        ("OPTIONS", "/fhir", "OPTIONS GET, HEAD, POST, OPTIONS"),
        ("OPTIONS", "/fhir/CareTeam/1", "OPTIONS GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
        ("OPTIONS", "/fhir/MeasureReport/1", "OPTIONS GET, HEAD, OPTIONS"),
    ] {
        assert_eq!(ask(method, path), expected, "{method} {path}");
    }
}

#[test]
fn what_is_not_served_is_not_there() {
    for (path, expected) in [
        ("/fhir/Observation", "404 unknown-type"),
        ("/fhir/careteam", "404 unknown-type"),
        ("/fhir/Bundle", "404 unknown-type"),
        ("/fhir//CareTeam", "404 unknown-type"),
        ("/fhir/../CareTeam", "404 unknown-type"),
        ("/fhir/CareTeam%2F1", "404 unknown-type"),
        ("/fhir/Patient/1/Organization", "404 not-in-compartment"),
        ("/fhir/Patient/1/Group", "404 unknown-type"),
        ("/fhir/Patient/1/CareTeam/2", "404 unknown-path"),
        ("/fhir/Practitioner/1/CareTeam", "404 unknown-path"),
        ("/fhir/$export", "404 system-level-not-supported"),
        ("/fhir/AuditEvent", "404 unknown-type"),
        ("/fhir/AuditEvent/1", "404 unknown-type"),
        ("/fhir/CareTeam/$nothing", "404 unknown-operation"),
        ("/fhir/CareTeam/$", "404 unknown-operation"),
        ("/fhir/CareTeam/$$appoint", "404 unknown-operation"),
        ("/fhir/CareTeam/1/$appoint", "404 unknown-operation"),
        ("/fhir/CareTeam/$end-appointment", "404 unknown-operation"),
        ("/fhir/Goal/$appoint", "404 unknown-operation"),
        ("/fhir/CareTeam/1/_history/2/3", "404 unknown-path"),
        ("/fhir/CareTeam/1/", "404 unknown-path"),
        ("/fhir/CareTeam/", "400 invalid-id"),
        ("/fhir/CareTeam/a_b", "400 invalid-id"),
        ("/fhir/CareTeam/a%20b", "400 invalid-id"),
        ("/fhir/CareTeam/a%2Fb", "400 invalid-id"),
        ("/fhir/CareTeam/%C3%A6", "400 invalid-id"),
        ("/fhir/CareTeam/1/_history/", "400 invalid-id"),
        ("/fhir/CareTeam/a_b/$end-appointment", "400 invalid-id"),
        ("/fhir/Patient/01010199999", "400 national-number-in-url"),
        ("/fhir/Patient/0198f000-0000-7000-8000-01010199999a/x", "404 unknown-path"),
        ("/fhir/CareTeam/%", "400 bad-url-encoding"),
        ("/fhir/CareTeam/%ff", "400 bad-url-encoding"),
        ("/fhir/CareTeam/1%00", "400 bad-url-encoding"),
    ] {
        assert_eq!(ask("GET", path), expected, "{path}");
        assert_eq!(ask("OPTIONS", path), expected, "OPTIONS {path}");
    }
    let long = format!("/fhir/CareTeam/{}", "a".repeat(65));
    assert_eq!(ask("GET", &long), "400 invalid-id");
}

#[test]
fn a_misspelt_type_is_met_with_the_nearest() {
    for (name, near) in [
        ("careteam", Some("CareTeam")),
        ("CareTeams", Some("CareTeam")),
        ("Careplan", Some("CarePlan")),
        ("Organisation", Some("Organization")),
        ("Patients", Some("Patient")),
        ("Observation", None),
        ("01010199999", None),
    ] {
        let refused = parse(&format!("/fhir/{name}")).unwrap_err();
        let suggests = near.map(|near| format!("Did you mean {near}?"));
        match suggests {
            Some(suggests) => assert!(refused.issue.en.ends_with(&suggests), "{name}: {}", refused.issue.en),
            None => assert!(!refused.issue.en.contains("Did you mean"), "{name}: {}", refused.issue.en),
        }
        assert!(!refused.issue.en.contains(name) || near.is_some_and(|near| near.contains(name)), "{name} is echoed");
    }
}

#[test]
fn the_addresses_are_the_registry() {
    for row in registry::served_types() {
        let reachable = |method: &str, path: String| !ask(method, &path).starts_with("40");
        for (interaction, method, path) in [
            (registry::Interaction::Read, "GET", format!("/fhir/{}/1", row.rtype)),
            (registry::Interaction::Vread, "GET", format!("/fhir/{}/1/_history/1", row.rtype)),
            (registry::Interaction::Create, "POST", format!("/fhir/{}", row.rtype)),
            (registry::Interaction::Update, "PUT", format!("/fhir/{}/1", row.rtype)),
            (registry::Interaction::Delete, "DELETE", format!("/fhir/{}/1", row.rtype)),
            (registry::Interaction::Patch, "PATCH", format!("/fhir/{}/1", row.rtype)),
            (registry::Interaction::Update, "PUT", format!("/fhir/{}", row.rtype)),
            (registry::Interaction::Patch, "PATCH", format!("/fhir/{}", row.rtype)),
            (registry::Interaction::Delete, "DELETE", format!("/fhir/{}", row.rtype)),
            (registry::Interaction::HistoryInstance, "GET", format!("/fhir/{}/1/_history", row.rtype)),
            (registry::Interaction::HistoryType, "GET", format!("/fhir/{}/_history", row.rtype)),
            (registry::Interaction::SearchType, "GET", format!("/fhir/{}", row.rtype)),
            (registry::Interaction::SearchType, "POST", format!("/fhir/{}/_search", row.rtype)),
        ] {
            assert_eq!(reachable(method, path), row.allows(interaction), "{} {interaction:?}", row.rtype);
        }
    }
    for operation in registry::operations() {
        let id = if operation.instance { "/1" } else { "" };
        let path = format!("/fhir/{}{id}/${}", operation.rtype, operation.name);
        assert!(ask("POST", &path).starts_with("Operation "), "{path}");
        assert_eq!(ask("GET", &path).starts_with("OperationByGet "), operation.by_get, "{path}");
    }
}
