//! Good and bad searches, as a stranger's client writes them.

use super::*;
use crate::index::interval;
use crate::registry::search_params;
use crate::{IssueCode, Severity};

pub(super) const BASE: &str = "http://here/fhir";
pub(super) const TEAM: ResourceType = ResourceType::CareTeam;

pub(super) fn pairs(text: &[(&str, &str)]) -> Vec<(String, String)> {
    text.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub(super) fn good(rtype: ResourceType, params: &[(&str, &str)]) -> Query {
    // Beside a criterion that an index answers: some may not stand alone.
    let beside = [params, &[("_lastUpdated", "ge1900")]].concat();
    let parsed = parse(rtype, &pairs(&beside), BASE, false, false);
    let mut query = parsed.unwrap_or_else(|issues| panic!("{params:?}: {issues:?}"));
    query.terms.pop();
    query.used.pop();
    query
}

pub(super) fn bad(rtype: ResourceType, params: &[(&str, &str)]) -> Vec<Issue> {
    match parse(rtype, &pairs(params), BASE, false, false) {
        Ok(_) => panic!("{params:?} is accepted"),
        Err(issues) => issues,
    }
}

pub(super) fn token(system: Option<&str>, code: Option<&str>) -> TermValue {
    TermValue::Token { system: system.map(str::to_owned), code: code.map(str::to_owned) }
}

fn reference(rtype: Option<ResourceType>, id: &str) -> TermValue {
    TermValue::Reference { rtype, id: id.to_owned() }
}

fn date(prefix: Prefix, text: &str) -> TermValue {
    let (low, high) = interval(text).unwrap();
    TermValue::Date { prefix, low, high }
}

fn text(folded: &str, exact: &str) -> TermValue {
    TermValue::Text { folded: folded.to_owned(), exact: exact.to_owned() }
}

#[test]
fn criteria() {
    let patient = Some(ResourceType::Patient);
    let none = Modifier::None;
    for (rtype, name, value, modifier, values) in [
        (TEAM, "status", "active", none, vec![token(None, Some("active"))]),
        (TEAM, "status", "active,proposed", none, vec![token(None, Some("active")), token(None, Some("proposed"))]),
        (TEAM, "status:not", "inactive", Modifier::Not, vec![token(None, Some("inactive"))]),
        (
            TEAM,
            "category",
            "http://loinc.org|LA28865-6",
            none,
            vec![token(Some("http://loinc.org"), Some("LA28865-6"))],
        ),
        (TEAM, "identifier", "|7", none, vec![token(Some(""), Some("7"))]),
        (TEAM, "identifier", "urn:epj|", none, vec![token(Some("urn:epj"), None)]),
        (TEAM, "identifier", r"urn:a|x\|y\,z\\", none, vec![token(Some("urn:a"), Some(r"x|y,z\"))]),
        (TEAM, "_id", "a,b-1.2", none, vec![token(None, Some("a")), token(None, Some("b-1.2"))]),
        (TEAM, "_profile", "http://p/a|1.0", none, vec![TermValue::Uri { value: "http://p/a|1.0".to_owned() }]),
        (TEAM, "category:missing", "true", Modifier::Missing(true), vec![]),
        (TEAM, "participant:missing", "false", Modifier::Missing(false), vec![]),
        (TEAM, "patient", "1", none, vec![reference(patient, "1")]),
        (TEAM, "patient", "Patient/1", none, vec![reference(patient, "1")]),
        (TEAM, "patient", "http://here/fhir/Patient/1", none, vec![reference(patient, "1")]),
        (TEAM, "patient", "http://there/fhir/Patient/1", none, vec![reference(patient, "http://there/fhir/Patient/1")]),
        (TEAM, "participant", "1", none, vec![reference(None, "1")]),
        (ResourceType::CarePlan, "performer", "Device/1", none, vec![reference(None, "Device/1")]),
        (TEAM, "participant", "urn:uuid:1", none, vec![reference(None, "urn:uuid:1")]),
        (TEAM, "participant:Patient", "1", Modifier::Type(ResourceType::Patient), vec![reference(patient, "1")]),
        (
            TEAM,
            "participant:Patient",
            "Patient/1",
            Modifier::Type(ResourceType::Patient),
            vec![reference(patient, "1")],
        ),
        (
            TEAM,
            "participant:identifier",
            "urn:h|9144889",
            Modifier::Identifier,
            vec![token(Some("urn:h"), Some("9144889"))],
        ),
        (ResourceType::CarePlan, "instantiates-canonical", "http://p|2", none, vec![reference(None, "http://p|2")]),
        (ResourceType::MeasureReport, "measure", "Measure/m", none, vec![reference(Some(ResourceType::Measure), "m")]),
        (ResourceType::Patient, "name", "ØDEGÅRD", none, vec![text("ødegård", "ØDEGÅRD")]),
        (ResourceType::Patient, "name:exact", r"a\,B", Modifier::Exact, vec![text("a,b", "a,B")]),
        (ResourceType::Patient, "family:contains", "Élan", Modifier::Contains, vec![text("elan", "Élan")]),
        (ResourceType::Patient, "active", "true", none, vec![token(None, Some("true"))]),
        (ResourceType::CarePlan, "instantiates-uri", "urn:x", none, vec![TermValue::Uri { value: "urn:x".to_owned() }]),
    ] {
        let query = good(rtype, &[(name, value)]);
        let [term] = query.terms.as_slice() else { panic!("{name}") };
        assert_eq!(term.param.name, name.split(':').next().unwrap());
        assert_eq!((term.modifier, &term.values), (modifier, &values), "{name}={value}");
        assert_eq!(query.used, pairs(&[(name, value)]));
        assert!(!query.national_number);
    }
}

#[test]
fn dates() {
    use Prefix::{Ap, Eb, Eq, Ge, Gt, Le, Lt, Ne, Sa};
    for (value, expected) in [
        ("2026", date(Eq, "2026")),
        ("eq2026-05", date(Eq, "2026-05")),
        ("ne2026-05-17", date(Ne, "2026-05-17")),
        ("gt2026-03-29", date(Gt, "2026-03-29")),
        ("lt2026-10-25", date(Lt, "2026-10-25")),
        ("ge2026-05-17T10:00", date(Ge, "2026-05-17T10:00")),
        ("le2026-05-17T10:00:00Z", date(Le, "2026-05-17T10:00:00Z")),
        ("sa2026-05-17T10:00:00.5+02:00", date(Sa, "2026-05-17T10:00:00.5+02:00")),
        ("eb2026-05-17T10:00:00 02:00", date(Eb, "2026-05-17T10:00:00+02:00")),
        ("ap2026", date(Ap, "2026")),
    ] {
        for name in ["date", "_lastUpdated", "role-period"] {
            assert_eq!(good(TEAM, &[(name, value)]).terms[0].values, std::slice::from_ref(&expected), "{value}");
        }
    }
    let both = good(TEAM, &[("date", "ge2026"), ("date", "lt2027")]);
    assert_eq!(both.terms.len(), 2, "a repeated parameter is AND");
}

#[test]
fn controls() {
    let query = good(
        TEAM,
        &[
            ("_count", "10"),
            ("_total", "accurate"),
            ("_sort", "-date,_lastUpdated,status,_id"),
            ("_include", "CareTeam:participant:Practitioner"),
            ("_include", "CareTeam:patient"),
            ("_revinclude", "CarePlan:care-team"),
            ("_revinclude", "Task:focus:CareTeam"),
            ("_cursor", "b3BhcXVl"),
            ("_format", "json"),
        ],
    );
    assert_eq!((query.count, query.total, query.cursor.as_deref()), (10, TotalMode::Accurate, Some("b3BhcXVl")));
    let sort: Vec<(&str, bool)> = query.sort.iter().map(|sort| (sort.param.name, sort.descending)).collect();
    assert_eq!(sort, [("date", true), ("_lastUpdated", false), ("status", false), ("_id", false)]);
    let included = |list: &[Include]| -> Vec<String> {
        let target = |include: &Include| include.target.map_or("", ResourceType::as_str);
        list.iter().map(|i| format!("{}:{}:{}", i.source, i.param.name, target(i))).collect()
    };
    assert_eq!(included(&query.includes), ["CareTeam:participant:Practitioner", "CareTeam:patient:"]);
    assert_eq!(included(&query.revincludes), ["CarePlan:care-team:", "Task:focus:CareTeam"]);
    assert_eq!(query.used.len(), 8, "_format is the HTTP face's");

    for (params, count, total) in [
        (&[][..], 50, TotalMode::None),
        (&[("_count", "0")], 0, TotalMode::Accurate),
        (&[("_count", "200")], 200, TotalMode::None),
        (&[("_count", "201")], 200, TotalMode::None),
        (&[("_count", "99999999999999999999")], 200, TotalMode::None),
        (&[("_summary", "count")], 0, TotalMode::Accurate),
        (&[("_summary", "count"), ("_count", "5"), ("_total", "none")], 0, TotalMode::Accurate),
        (&[("_count", "5"), ("_summary", "count")], 0, TotalMode::Accurate),
        (&[("_summary", "false")], 50, TotalMode::None),
        (&[("_total", "none")], 50, TotalMode::None),
        (&[("_total", "estimate")], 50, TotalMode::Accurate),
    ] {
        let query = good(TEAM, params);
        assert_eq!((query.count, query.total), (count, total), "{params:?}");
    }
}

/// Each search is refused with one issue, with this key and this said.
pub(super) fn refused(table: &[(ResourceType, &str, &str, &str, &str)]) {
    for (rtype, name, value, key, said) in table {
        let issues = bad(*rtype, &[(*name, *value)]);
        let [issue] = issues.as_slice() else { panic!("{name}={value}: {issues:?}") };
        assert_eq!(issue.key, *key, "{name}={value}: {}", issue.en);
        assert!(issue.en.contains(said), "{name}={value}: {}", issue.en);
        assert_eq!(issue.severity, Severity::Error);
    }
}

#[test]
fn issues_say_where_and_come_together() {
    let issues = bad(TEAM, &[("colour", "x"), ("status", "active"), ("date", "x1"), ("_count", "1"), ("_count", "2")]);
    let found: Vec<(&str, Option<&str>)> = issues.iter().map(|i| (i.key, i.expression.as_deref())).collect();
    let expected = [
        ("unknown-parameter", Some("http.colour")),
        ("invalid-value", Some("http.date")),
        ("repeated-parameter", Some("http._count")),
    ];
    assert_eq!(found, expected);
    let many: Vec<(&str, &str)> = vec![("status", "a"); MAX_PARAMETERS + 1];
    assert_eq!(bad(TEAM, &many)[0].code, IssueCode::TooCostly);
}

#[test]
fn lenient_leaves_out_the_unknown_and_nothing_else() {
    let params = pairs(&[("statuss", "x"), ("status", "active"), ("foo.bar", "1")]);
    let query = parse(TEAM, &params, BASE, true, false).unwrap();
    assert_eq!(query.used, pairs(&[("status", "active")]));
    assert_eq!(query.terms.len(), 1);
    let found: Vec<(Severity, &str)> = query.ignored.iter().map(|issue| (issue.severity, issue.key)).collect();
    assert_eq!(found, [(Severity::Warning, "unknown-parameter"); 2]);
    assert!(query.ignored[0].en.contains("Did you mean status?"));
    for (name, value) in
        [("status:foo", "x"), ("date", "x1"), ("_has:Task:focus", "x"), ("_count", "x"), ("x", "01819019939")]
    {
        assert!(parse(TEAM, &pairs(&[(name, value)]), BASE, true, false).is_err(), "{name}");
    }
}

#[test]
fn a_national_number_never_stands_in_a_url() {
    for (name, value) in [
        ("identifier", "urn:oid:2.16.578.1.12.4.1.4.1|01819019939"),
        ("identifier", "01819019939"),
        ("patient:identifier", "urn:oid:2.16.578.1.12.4.1.4.2|41819026090"),
        ("identifier", "urn:oid:2.16.578.1.12.4.1.4.5|201012345678"),
        ("patient", "01819019939"),
        ("_tag", "018190 19939"),
        ("01819019939", "x"),
    ] {
        let issues = bad(TEAM, &[(name, value)]);
        let [issue] = issues.as_slice() else { panic!("{name}: {issues:?}") };
        assert_eq!((issue.key, issue.code), ("national-number-in-url", IssueCode::Invalid));
        assert!(issue.en.contains("POST CareTeam/_search") && issue.nb.contains("POST CareTeam/_search"));
        for shown in [format!("{issue:?}"), issue.nb.clone(), issue.en.clone()] {
            assert!(!shown.contains("19939") && !shown.contains("26090"), "{shown}");
        }
    }
    let number = "urn:oid:2.16.578.1.12.4.1.4.1|01819019939";
    let query = parse(TEAM, &pairs(&[("patient:identifier", number)]), BASE, false, true).unwrap();
    assert!(query.national_number);
    assert_eq!(query.terms[0].values, [token(Some("urn:oid:2.16.578.1.12.4.1.4.1"), Some("01819019939"))]);
    assert!(!format!("{query:?} {:?}", query.terms).contains("01819019939"));
    let unknown = parse(TEAM, &pairs(&[("01819019939", "x")]), BASE, false, true).unwrap_err();
    assert!(!format!("{unknown:?}").contains("01819019939"));
}

#[test]
fn what_is_indexed_can_be_asked_for() {
    // Every parameter of every type takes a value of its kind, and sorts and includes as the registry says.
    use crate::registry::{ParamKind, served_types};
    for param in served_types().iter().flat_map(|row| search_params(row.rtype)) {
        let value = match param.kind {
            ParamKind::Date => "2026",
            ParamKind::Reference => "http://x/1",
            ParamKind::Token => super::a_code(param),
            ParamKind::String | ParamKind::Uri => "x",
        };
        let query = good(param.rtype, &[(param.name, value)]);
        assert!(std::ptr::eq(query.terms[0].param, param));
        if !param.targets.is_empty() {
            good(param.rtype, &[("_include", &format!("{}:{}", param.rtype, param.name))]);
            for target in param.targets {
                good(*target, &[("_revinclude", &format!("{}:{}:{target}", param.rtype, param.name))]);
            }
        }
    }
}
