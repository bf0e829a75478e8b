//! Searches that are refused, each with its reason and remedy.

use super::tests::*;
use super::*;

#[test]
fn unknown_names_and_modifiers() {
    refused(&[
        (TEAM, "statuss", "x", "unknown-parameter", "Did you mean status?"),
        (TEAM, "role-periods", "x", "unknown-parameter", "Did you mean role-period?"),
        (TEAM, "_lastupdated", "x", "unknown-parameter", "Did you mean _lastUpdated?"),
        (TEAM, "_cuont", "x", "unknown-parameter", "Did you mean _count?"),
        (TEAM, "colour", "x", "unknown-parameter", "http://here/fhir/metadata"),
        (TEAM, "", "x", "unknown-parameter", "?"),
        (TEAM, "a<b>", "x", "unknown-parameter", "no search parameter ?."),
        (TEAM, "birthdate", "2026", "unknown-parameter", "CareTeam"),
        (TEAM, "colour.name", "x", "unknown-parameter", "colour.name"),
        (TEAM, "status:exact", "x", "unknown-modifier", ":not, :in, :not-in, :missing"),
        (TEAM, "status:", "x", "unknown-modifier", ":not"),
        (TEAM, "date:not", "2026", "unknown-modifier", ":missing"),
        (TEAM, "participant:Group", "1", "unknown-modifier", ":identifier, :missing, :CareTeam"),
        (TEAM, "patient:Practitioner", "1", "unknown-modifier", ":Patient"),
        (TEAM, "_id:missing", "true", "unknown-modifier", ":not"),
        (TEAM, "_count:not", "1", "unknown-modifier", "_count"),
        (TEAM, "status:in", "x", "invalid-value", "http://here/fhir/ValueSet"),
        (TEAM, "identifier:in", "x", "not-supported", ":not"),
        (TEAM, "category:text", "x", "not-supported", ":not"),
        (TEAM, "participant:below", "x", "not-supported", ":identifier"),
        (TEAM, "_text", "x", "not-supported", "_text"),
        (TEAM, "_elements", "nam", "invalid-value", "Did you mean name?"),
        (TEAM, "_include:recurse", "CareTeam:patient", "not-supported", "_include:iterate"),
        (TEAM, "_include:all", "CareTeam:patient", "unknown-modifier", ":iterate"),
        (TEAM, "_include", "*", "not-supported", "*"),
        (TEAM, "_include", "CareTeam:*", "not-supported", "*"),
    ]);
}

#[test]
fn bad_values() {
    let many = "a,".repeat(MAX_VALUES) + "a";
    refused(&[
        (TEAM, "status", "", "invalid-value", "empty"),
        (TEAM, "status", "active,,proposed", "invalid-value", "empty"),
        (TEAM, "status", "active,", "invalid-value", "empty"),
        (TEAM, "status", "|", "invalid-value", "system|code"),
        (TEAM, "status", "a|b|c", "invalid-value", "system|code"),
        (TEAM, "status", r"a\b", "invalid-value", "backslash"),
        (TEAM, "category", &many, "too-many-values", "1000"),
        (TEAM, "_profile:above", &format!("http://a{}", "/b".repeat(500)), "too-many-values", "1000"),
        (TEAM, "_profile:above", &format!("http://a/{}", "b".repeat(2048)), "invalid-value", "2048"),
        (
            TEAM,
            "status:in",
            &vec!["http://hl7.org/fhir/ValueSet/care-team-status"; 201].join(","),
            "too-many-values",
            "1000",
        ),
        (TEAM, "status:missing", "yes", "invalid-value", "true or false"),
        (TEAM, "status:missing", "", "invalid-value", "true or false"),
        (TEAM, "_id", "a b", "invalid-value", "1–64"),
        (TEAM, "date", "tomorrow", "invalid-value", "prefix"),
        (TEAM, "date", "xx2026", "invalid-value", "prefix"),
        (TEAM, "date", "GE2026", "invalid-value", "prefix"),
        (TEAM, "date", "ge", "invalid-value", "YYYY"),
        (TEAM, "date", "2026-02-30", "invalid-value", "YYYY"),
        (TEAM, "date", "ge2026-1-1", "invalid-value", "YYYY"),
        (TEAM, "patient", "urn:x|1", "invalid-value", "patient:identifier"),
        (TEAM, "patient", "Patient/1/_history/2", "invalid-value", "Type/id"),
        (TEAM, "patient", "patient/1", "invalid-value", "Type/id"),
        (TEAM, "patient", "Patient/", "invalid-value", "Type/id"),
        (TEAM, "patient", "#p", "invalid-value", "Type/id"),
        (TEAM, "patient", "Patient?a=b", "invalid-value", "Type/id"),
        (TEAM, "participant:Patient", "Practitioner/1", "invalid-value", "Type/id"),
        (ResourceType::Patient, "name", "\u{301} ", "invalid-value", "empty"),
    ]);
}

/// What no resource can have: to find nothing, or with `:not` everything, would hide a slip of the pen.
#[test]
fn impossible_values() {
    use ResourceType as T;
    refused(&[
        (TEAM, "status", "activ", "invalid-value", "Did you mean active?"),
        (TEAM, "status", "Active", "invalid-value", "Did you mean active?"),
        (TEAM, "status", "active,foo", "invalid-value", "entered-in-error"),
        (TEAM, "status:not", "foo", "invalid-value", "entered-in-error"),
        (TEAM, "status", "urn:x|active", "invalid-value", "care-team-status"),
        (TEAM, "status", "urn:x|", "invalid-value", "care-team-status"),
        (TEAM, "status", "|activ", "invalid-value", "Did you mean active?"),
        (TEAM, "_has:CarePlan:care-team:status", "activ", "invalid-value", "Did you mean active?"),
        (TEAM, "patient.gender", "femal", "invalid-value", "Did you mean female?"),
        (T::Patient, "active", "True", "invalid-value", "true or false"),
        (T::Patient, "deceased", "1", "invalid-value", "true or false"),
        (T::Patient, "organization", "Patient/1", "invalid-value", "(Organization)"),
        (T::Patient, "organization", "Organisation/1", "invalid-value", "Did you mean Organization?"),
        (T::Patient, "organization", "https://elsewhere.example/fhir/Patient/1", "invalid-value", "(Organization)"),
        (TEAM, "participant", "Device/1", "invalid-value", "RelatedPerson"),
        (TEAM, "patient", "Group/1", "invalid-value", "(Patient)"),
        (T::Task, "focus", "Nothing/1", "invalid-value", "of that type"),
    ]);
    for (rtype, name, value) in [
        (TEAM, "status", "http://hl7.org/fhir/care-team-status|active"),
        (TEAM, "status", "http://hl7.org/fhir/care-team-status|"),
        (TEAM, "subject", "Group/1"),
        (TEAM, "patient", "https://elsewhere.example/fhir/Patient/1"),
        (TEAM, "patient", "urn:uuid:0b1e1111-1111-4111-8111-111111111111"),
        (T::Task, "focus", "Observation/1"),
        (T::Patient, "deceased", "false"),
        (T::Patient, "active", "http://terminology.hl7.org/CodeSystem/special-values|true"),
    ] {
        good(rtype, &[(name, value)]);
    }
}

#[test]
fn bad_controls() {
    refused(&[
        (TEAM, "_summary", "all", "invalid-value", "count"),
        (TEAM, "_count", "-1", "invalid-value", "whole number"),
        (TEAM, "_count", "+5", "invalid-value", "whole number"),
        (TEAM, "_count", "1e2", "invalid-value", "whole number"),
        (TEAM, "_count", "", "invalid-value", "empty"),
        (TEAM, "_total", "all", "invalid-value", "accurate"),
        (TEAM, "_cursor", "", "invalid-value", "empty"),
        (TEAM, "_sort", "dat", "invalid-value", "date"),
        (TEAM, "_sort", "patient", "invalid-value", "CareTeam"),
        (TEAM, "_sort", "status,,date", "invalid-value", "CareTeam"),
        (TEAM, "_sort", "_id,_id,_id,_id,_id,_id,_id,_id,_id", "invalid-value", "at most"),
        (TEAM, "_include", "CareTeam", "invalid-value", "Type:parameter"),
        (TEAM, "_include", "CareTeam:status", "invalid-value", "no such reference"),
        (TEAM, "_include", "CareTeam:participants", "invalid-value", "Did you mean participant?"),
        (TEAM, "_include", "CareTeam:participant:Group", "invalid-value", "Type:parameter"),
        (TEAM, "_include", "CareTeam:participant:Patient:x", "invalid-value", "Type:parameter"),
        (TEAM, "_include", "CarePlan:care-team", "invalid-value", "the type searched"),
        (TEAM, "_include", "Group:x", "invalid-value", "Type:parameter"),
        (TEAM, "_revinclude", "CarePlan:goal", "invalid-value", "does not point at CareTeam"),
        (TEAM, "_revinclude", "Task:focus:Goal", "invalid-value", "does not point at CareTeam"),
        (TEAM, "_revinclude", "CareTeam", "invalid-value", "Type:parameter"),
    ]);
}
