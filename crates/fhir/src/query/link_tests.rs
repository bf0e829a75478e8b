//! Criteria through references, and the codes of elements that have no system beside them.

use super::tests::{TEAM, good, pairs, refused, token};
use super::*;

#[test]
fn chains_that_lead_nowhere() {
    refused(&[
        (TEAM, "patient.nam", "x", "unknown-parameter", "Patient has no search parameter nam. Did you mean name?"),
        (TEAM, "patient.name:not", "x", "unknown-modifier", ":exact"),
        (TEAM, "patient:Practitioner.name", "x", "unknown-modifier", ":Patient"),
        (TEAM, "status.name", "x", "unknown-reference", "participant"),
        (TEAM, "participant.name", "x", "ambiguous-chain", "participant:Practitioner.name"),
        (TEAM, "participant.colour", "x", "unknown-parameter", "CareTeam has no search parameter colour"),
        (TEAM, "patient.birthdate", "x", "invalid-value", "prefix"),
        (TEAM, "patient.organization.partof.name", "x", "not-supported", "at most 2 references"),
        (TEAM, "patient.organization.nam", "x", "unknown-parameter", "Organization has no search parameter nam"),
        (ResourceType::CarePlan, "condition.code", "x", "unknown-reference", "patient"),
        (TEAM, "_has", "x", "invalid-value", "_has:CareTeam"),
        (TEAM, "_has:Task:focus", "x", "invalid-value", "_has:CareTeam"),
        (TEAM, "_has:Group:member:name", "x", "invalid-value", "_has:CareTeam"),
        (TEAM, "_has:Task:focs:status", "x", "unknown-reference", "Did you mean focus?"),
        (TEAM, "_has:CarePlan:goal:status", "x", "unknown-reference", "CarePlan has no such reference to CareTeam"),
        (TEAM, "_has:Task:focus:statuss", "x", "unknown-parameter", "Did you mean status?"),
        (TEAM, "_has:Task:focus:_has:Task:part-of:_has:Task:part-of:status", "x", "not-supported", "at most 2"),
        (TEAM, "_has:Task:focus:patient.organization.name", "x", "not-supported", "at most 2"),
        (TEAM, "patient.identifier", "01819019939", "national-number-in-url", "_search"),
    ]);
}

#[test]
fn chains() {
    fn shown(filter: &Filter) -> String {
        match filter {
            Filter::Term(term) => format!("{}{:?}={:?}", term.param.name, term.modifier, term.values),
            Filter::Link(link) if link.reverse => {
                format!("<{}.{}<{}", link.param.rtype, link.param.name, shown(&link.then))
            }
            Filter::Link(link) => format!("{}>{}>{}", link.param.name, link.target, shown(&link.then)),
        }
    }
    for (name, value, expected) in [
        ("patient.name", "x", r#"patient>Patient>nameNone=[Text("x")]"#),
        ("subject.name:exact", "x", r#"subject>Patient>nameExact=[Text("x")]"#),
        ("participant:Practitioner.name", "x", r#"participant>Practitioner>nameNone=[Text("x")]"#),
        ("participant.specialty", "x", r#"participant>PractitionerRole>specialtyNone=[Token(None|Some("x"))]"#),
        (
            "patient.organization.identifier",
            "x",
            r#"patient>Patient>organization>Organization>identifierNone=[Token(None|Some("x"))]"#,
        ),
        ("patient.organization:missing", "true", "patient>Patient>organizationMissing(true)=[]"),
        (
            "patient.organization",
            "Organization/1",
            "patient>Patient>organizationNone=[Reference(Some(Organization)/\"1\")]",
        ),
        ("_has:Task:focus:code", "x", r#"<Task.focus<codeNone=[Token(None|Some("x"))]"#),
        (
            "_has:Task:focus:_has:Communication:based-on:category",
            "x",
            r#"<Task.focus<<Communication.based-on<categoryNone=[Token(None|Some("x"))]"#,
        ),
        ("_has:Task:focus:patient.name", "x", r#"<Task.focus<patient>Patient>nameNone=[Text("x")]"#),
        (
            "patient._has:Flag:patient:identifier",
            "x",
            r#"patient>Patient><Flag.patient<identifierNone=[Token(None|Some("x"))]"#,
        ),
    ] {
        let query = good(TEAM, &[(name, value)]);
        let [link] = query.links.as_slice() else { panic!("{name}") };
        assert_eq!(shown(&Filter::Link(link.clone())), expected, "{name}");
        assert_eq!(query.used, pairs(&[(name, value)]));
    }
}

#[test]
fn a_code_is_found_by_the_system_its_element_is_bound_to() {
    const STATUS: &str = "http://hl7.org/fhir/care-team-status";
    for (rtype, name, value, expected) in [
        (TEAM, "status", &*format!("{STATUS}|active"), vec![token(Some(""), Some("active"))]),
        (TEAM, "status", "|active", vec![token(Some(""), Some("active"))]),
        (
            ResourceType::Patient,
            "gender",
            "http://hl7.org/fhir/administrative-gender|",
            ["female", "male", "other", "unknown"].map(|code| token(Some(""), Some(code))).to_vec(),
        ),
        (
            ResourceType::DocumentReference,
            "contenttype",
            "urn:ietf:bcp:13|text/plain",
            vec![token(Some(""), Some("text/plain"))],
        ),
        (TEAM, "category", "urn:x|a", vec![token(Some("urn:x"), Some("a"))]),
    ] {
        assert_eq!(good(rtype, &[(name, value)]).terms[0].values, expected, "{name}={value}");
    }
}

#[test]
fn uris_by_their_beginning() {
    for (name, modifier, value) in
        [("_profile:below", Modifier::Below, "http://p/"), ("_profile:above", Modifier::Above, "http://p/a")]
    {
        let query = good(TEAM, &[(name, value)]);
        assert_eq!(
            (query.terms[0].modifier, &query.terms[0].values[0]),
            (modifier, &TermValue::Uri { value: value.to_owned() })
        );
    }
    refused(&[(TEAM, "_profile:below", &"x".repeat(161), "invalid-value", "160")]);
}

#[test]
fn a_value_set_stands_for_its_codes() {
    const ROLES: &str = "urn:oid:2.16.578.1.12.4.1.1.9034";
    let appointed = ["18", "19", "20"].map(|code| token(Some(ROLES), Some(code)));
    for (name, modifier) in [("participant-role:in", Modifier::None), ("participant-role:not-in", Modifier::Not)] {
        let query = good(TEAM, &[(name, "https://varde.no/fhir/ValueSet/varde-appointed-role")]);
        assert_eq!((query.terms[0].modifier, query.terms[0].values.as_slice()), (modifier, &appointed[..]));
    }
    let bound = good(TEAM, &[("status:in", "http://hl7.org/fhir/ValueSet/care-team-status")]);
    assert_eq!(bound.terms[0].values[0], token(Some(""), Some("active")));
}
