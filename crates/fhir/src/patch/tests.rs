//! Tables: a resource, a patch, and what becomes of it.

use super::{Patch, PatchFault};
use serde_json::{Value, json};

fn team() -> Value {
    json!({
        "resourceType": "CareTeam", "id": "1", "meta": { "versionId": "3", "lastUpdated": "2026-11-22T15:00:00.000Z" },
        "status": "active", "name": "Team",
        "participant": [
            { "role": [{ "coding": [{ "system": "s", "code": "18" }] }], "member": { "reference": "Practitioner/a" } },
            { "role": [{ "coding": [{ "system": "s", "code": "19" }] }], "member": { "reference": "Practitioner/b" } },
        ],
        "extension": [{ "url": "http://x/one", "valueDateTime": "2026-01-01" }, { "url": "http://x/two", "valueString": "a" }],
    })
}

fn key(fault: &PatchFault) -> (&'static str, Option<&str>) {
    (fault.0.key, fault.0.expression.as_deref())
}

#[test]
fn json_patches_are_carried_out() {
    for (patch, at, expected) in [
        (json!([{ "op": "replace", "path": "/status", "value": "inactive" }]), "/status", json!("inactive")),
        (json!([{ "op": "add", "path": "/participant/-", "value": {} }]), "/participant/2", json!({})),
        (json!([{ "op": "add", "path": "/participant/0", "value": 1 }]), "/participant/0", json!(1)),
        (
            json!([{ "op": "remove", "path": "/participant/0" }]),
            "/participant/0/member/reference",
            json!("Practitioner/b"),
        ),
        (
            json!([{ "op": "move", "from": "/participant/0", "path": "/participant/1" }]),
            "/participant/1/member/reference",
            json!("Practitioner/a"),
        ),
        (json!([{ "op": "copy", "from": "/name", "path": "/status" }]), "/status", json!("Team")),
        (
            json!([{ "op": "test", "path": "/meta/versionId", "value": "3" }, { "op": "remove", "path": "/name", "more": 1 }]),
            "/name",
            Value::Null,
        ),
        (json!([{ "op": "add", "path": "/a~1b~0", "value": 1.50 }]), "/a~1b~0", json!(1.50)),
        (
            json!([{ "op": "replace", "path": "/meta", "value": { "versionId": "3", "lastUpdated": "2026-11-22T15:00:00.000Z", "tag": [] } }]),
            "/meta/tag",
            json!([]),
        ),
    ] {
        let patched = Patch::json(&patch).unwrap().apply(&team()).unwrap();
        assert_eq!(patched.pointer(at).cloned().unwrap_or_default(), expected, "{patch}");
    }
}

#[test]
fn json_patches_that_do_not_fit_are_refused_with_their_place() {
    for (patch, expected, place) in [
        (json!([{ "op": "test", "path": "/status", "value": "inactive" }]), "patch-test-failed", "patch[0].value"),
        (
            json!([{ "op": "replace", "path": "/name", "value": "x" }, { "op": "remove", "path": "/nothing" }]),
            "patch-path-not-found",
            "patch[1].path",
        ),
        (json!([{ "op": "replace", "path": "/nothing", "value": 1 }]), "patch-path-not-found", "patch[0].path"),
        (json!([{ "op": "add", "path": "/participant/3", "value": 1 }]), "patch-path-not-found", "patch[0].path"),
        (json!([{ "op": "add", "path": "/participant/01", "value": 1 }]), "patch-path-not-found", "patch[0].path"),
        (json!([{ "op": "remove", "path": "/participant/-" }]), "patch-path-not-found", "patch[0].path"),
        (json!([{ "op": "add", "path": "/status/a", "value": 1 }]), "patch-path-not-found", "patch[0].path"),
        (json!([{ "op": "move", "from": "/nothing", "path": "/name" }]), "patch-path-not-found", "patch[0].from"),
        (json!([{ "op": "replace", "path": "/id", "value": "2" }]), "patch-fixed-element", "patch[0].path"),
        (json!([{ "op": "remove", "path": "/meta" }]), "patch-fixed-element", "patch[0].path"),
        (json!([{ "op": "add", "path": "/resourceType", "value": "Patient" }]), "patch-fixed-element", "patch[0].path"),
        (json!([{ "op": "remove", "path": "" }]), "patch-fixed-element", "patch[0].path"),
    ] {
        let fault = Patch::json(&patch).unwrap().apply(&team()).unwrap_err();
        assert_eq!(key(&fault), (expected, Some(place)), "{patch}");
        assert!(fault.0.en.contains("counted from 0") && fault.0.nb.contains("talt fra 0"));
    }
}

#[test]
fn malformed_json_patches_are_refused() {
    for (patch, place) in [
        (json!({}), "patch"),
        (json!([]), "patch"),
        (json!([1]), "patch[0].op"),
        (json!([{ "op": "delete", "path": "/name" }]), "patch[0].op"),
        (json!([{ "op": "remove" }]), "patch[0].path"),
        (json!([{ "op": "remove", "path": "name" }]), "patch[0].path"),
        (json!([{ "op": "remove", "path": "/a~2" }]), "patch[0].path"),
        (json!([{ "op": "remove", "path": "/a~" }]), "patch[0].path"),
        (json!([{ "op": "add", "path": "/name" }]), "patch[0].value"),
        (json!([{ "op": "copy", "path": "/name" }]), "patch[0].from"),
        (json!([{ "op": "move", "path": "/a/b", "from": "/a" }]), "patch[0].from"),
        (json!(vec![json!({ "op": "remove", "path": "/name" }); 501]), "patch"),
    ] {
        let issue = Patch::json(&patch).unwrap_err();
        assert_eq!((issue.key, issue.expression.as_deref()), ("bad-patch", Some(place)));
    }
}

#[test]
fn a_patch_cannot_make_a_bomb() {
    let double = json!({ "op": "copy", "from": "/participant", "path": "/participant/-" });
    let fault = Patch::json(&json!(vec![double; 100])).unwrap().apply(&team()).unwrap_err();
    assert_eq!(fault.0.key, "patch-too-large");
    let mut deep = json!(1);
    for _ in 0..60 {
        deep = json!([deep]);
    }
    let nested = json!([{ "op": "add", "path": "/a", "value": deep }, { "op": "move", "from": "/a", "path": "/participant/0/role/0/b" }]);
    assert_eq!(Patch::json(&nested).unwrap().apply(&team()).unwrap_err().0.key, "patch-too-large");
}

fn part(name: &str, property: &str, value: Value) -> Value {
    let mut part = json!({ "name": name });
    part[property] = value;
    part
}

fn operation(kind: &str, path: &str, more: Vec<Value>) -> Value {
    let mut parts = vec![part("type", "valueCode", json!(kind)), part("path", "valueString", json!(path))];
    parts.extend(more);
    json!({ "name": "operation", "part": parts })
}

fn parameters(operations: &[Value]) -> Value {
    json!({ "resourceType": "Parameters", "parameter": operations })
}

/// `replace CareTeam.status` and further parts as JSON, by their names.
fn written(asked: &str, more: &str) -> Patch {
    let (kind, path) = asked.split_once(' ').unwrap();
    let more: Value = serde_json::from_str(&format!("{{{more}}}")).unwrap();
    let more = more.as_object().unwrap().iter().map(|(name, part)| {
        let mut part = part.clone();
        part["name"] = json!(name);
        part
    });
    Patch::fhirpath(&parameters(&[operation(kind, path, more.collect())])).unwrap()
}

const PARTICIPANT: &str = r#""value":{"part":[{"name":"member","valueReference":{"reference":"Practitioner/c"}},
    {"name":"role","valueCodeableConcept":{"text":"x"}}]}"#;

#[test]
fn fhirpath_patches_are_carried_out() {
    let adding = format!(r#""name":{{"valueString":"participant"}},{PARTICIPANT}"#);
    let inserting = format!(r#""index":{{"valueInteger":0}},{PARTICIPANT}"#);
    let inactive = r#""value":{"valueCode":"inactive"}"#;
    let moving = r#""source":{"valueInteger":0},"destination":{"valueInteger":1}"#;
    let noting = r#""name":{"valueString":"note"},"value":{"valueAnnotation":{"text":"n"}}"#;
    let ending = r#""name":{"valueString":"period"},"value":{"valuePeriod":{"end":"2026"}}"#;
    let by_code = "delete CareTeam.participant.where(role.coding.where(code = '19' and system = 's').exists())";
    let (first, second) = ("/participant/0/member/reference", "/participant/1/member/reference");
    let (one, extension) = ("CareTeam.extension('http://x/one').value", "/extension/0");
    for (asked, more, at, expected) in [
        ("replace CareTeam.status", inactive, "/status", json!("inactive")),
        ("replace status", inactive, "/status", json!("inactive")),
        ("add CareTeam", noting, "/note", json!([{ "text": "n" }])),
        ("add CareTeam", &adding, "/participant/2/role/0/text", json!("x")),
        ("add CareTeam.participant[0]", ending, "/participant/0/period/end", json!("2026")),
        ("insert CareTeam.participant", &inserting, first, json!("Practitioner/c")),
        ("delete CareTeam.participant.where(role.coding.code='18')", "", first, json!("Practitioner/b")),
        (by_code, "", "/participant/1", Value::Null),
        ("delete CareTeam.note", "", "/status", json!("active")),
        (
            "replace CareTeam.participant.last().member.reference",
            r#""value":{"valueString":"P/z"}"#,
            second,
            json!("P/z"),
        ),
        ("move CareTeam.participant", moving, second, json!("Practitioner/a")),
        (&format!("replace {one}"), r#""value":{"valueString":"b"}"#, &format!("{extension}/valueString"), json!("b")),
        (
            &format!("replace {one}.ofType(dateTime)"),
            r#""value":{"valueDateTime":"2027"}"#,
            &format!("{extension}/valueDateTime"),
            json!("2027"),
        ),
        (
            "add CareTeam.extension.where(url='http://x/two').first()",
            r#""name":{"valueString":"id"},"value":{"valueString":"e"}"#,
            "/extension/1/id",
            json!("e"),
        ),
    ] {
        let patched = written(asked, more).apply(&team()).unwrap_or_else(|fault| panic!("{asked}: {fault:?}"));
        assert_eq!(patched.pointer(at).cloned().unwrap_or_default(), expected, "{asked}");
    }
}

/// Primitives of which `_name` says something, alone and in lists.
fn person() -> Value {
    json!({
        "resourceType": "Patient", "id": "1", "gender": "male", "_gender": { "id": "g" },
        "_birthDate": { "extension": [{ "url": "http://x/why", "valueCode": "unknown" }] },
        "name": [{ "given": ["A", "B"], "_given": [null, { "id": "b" }] }],
        "address": [{ "district": "Bergen" }],
    })
}

#[test]
fn what_is_said_beside_a_primitive_goes_with_it() {
    let text = |value: &str| format!(r#""value":{{"valueString":"{value}"}}"#);
    let named = |name: &str| format!(r#""name":{{"valueString":"{name}"}}"#);
    let (given, gone) = (json!({ "given": ["Z", "A", "B"], "_given": [null, null, { "id": "b" }] }), Value::Null);
    let extension = r#""value":{"part":[{"name":"url","valueUri":"http://x/m"},{"name":"value","valueCode":"4601"}]}"#;
    let district =
        json!({ "district": "Bergen", "_district": { "extension": [{ "url": "http://x/m", "valueCode": "4601" }] } });
    let beside = r#""value":{"valueString":"C","_valueString":{"id":"c"}}"#;
    let unsaid = r#""value":{"_valueDate":{"id":"u"}}"#;
    let name = "Patient.name[0].given";
    for (asked, more, at, expected) in [
        (format!("insert {name}"), format!(r#""index":{{"valueInteger":0}},{}"#, text("Z")), "/name/0", given),
        (
            format!("move {name}"),
            r#""source":{"valueInteger":0},"destination":{"valueInteger":1}"#.to_owned(),
            "/name/0",
            json!({ "given": ["B", "A"], "_given": [{ "id": "b" }, null] }),
        ),
        (format!("delete {name}[0]"), String::new(), "/name/0", json!({ "given": ["B"], "_given": [{ "id": "b" }] })),
        (format!("delete {name}[1]"), String::new(), "/name/0", json!({ "given": ["A"] })),
        (format!("replace {name}[1]"), text("C"), "/name/0", json!({ "given": ["A", "C"] })),
        (
            "add Patient.name[0]".to_owned(),
            format!("{},{beside}", named("given")),
            "/name/0",
            json!({ "given": ["A", "B", "C"], "_given": [null, { "id": "b" }, { "id": "c" }] }),
        ),
        ("replace Patient.gender".to_owned(), text("female"), "/_gender", gone.clone()),
        ("delete Patient.gender".to_owned(), String::new(), "/_gender", gone.clone()),
        ("delete Patient.birthDate".to_owned(), String::new(), "/_birthDate", gone.clone()),
        ("replace Patient.birthDate".to_owned(), text("2001"), "/_birthDate", gone.clone()),
        ("replace Patient.birthDate".to_owned(), unsaid.to_owned(), "/_birthDate", json!({ "id": "u" })),
        ("delete Patient.birthDate.extension('http://x/why')".to_owned(), String::new(), "/_birthDate/extension", gone),
        (
            "add Patient.address[0].district".to_owned(),
            format!("{},{extension}", named("extension")),
            "/address/0",
            district,
        ),
        (
            format!("add {name}[0]"),
            format!("{},{}", named("id"), text("a")),
            "/name/0",
            json!({ "given": ["A", "B"], "_given": [{ "id": "a" }, { "id": "b" }] }),
        ),
    ] {
        let patched = written(&asked, &more).apply(&person()).unwrap_or_else(|fault| panic!("{asked}: {fault:?}"));
        assert_eq!(patched.pointer(at).cloned().unwrap_or_default(), expected, "{asked}");
    }
    let add = format!("{},{}", named("birthDate"), text("2001"));
    let fault = written("add Patient", &add).apply(&person()).unwrap_err();
    assert_eq!(fault.0.key, "patch-already-there");
}

#[test]
fn comparing_is_that_of_fhirpath() {
    let person = json!({ "resourceType": "Patient", "name": [
        { "given": ["A", "B"], "family": "O'Hara\t\u{e6}" }, { "given": ["A"] }, { "text": "x" }] });
    for (test, found) in [
        ("given = 'A'", "1"),
        ("given != 'A'", "0"),
        ("given != 'C' and family.exists()", "0"),
        (r"family = 'O\'Hara\t\u00e6'", "0"),
        ("text = 'x' or family = 'y'", "2"),
        ("family != 'y' and text.empty()", "0"),
    ] {
        let more = vec![part("name", "valueString", json!("id")), part("value", "valueString", json!("found"))];
        let operation = operation("add", &format!("Patient.name.where({test})"), more);
        let patch = Patch::fhirpath(&parameters(&[operation])).unwrap();
        let patched = patch.apply(&person).unwrap_or_else(|fault| panic!("{test}: {fault:?}"));
        assert_eq!(patched.pointer(&format!("/name/{found}/id")), Some(&json!("found")), "{test}");
    }
}

#[test]
fn a_list_that_is_emptied_goes() {
    let all = ["CareTeam.participant[0]", "CareTeam.participant.first()"].map(|path| operation("delete", path, vec![]));
    let patched = Patch::fhirpath(&parameters(&all)).unwrap().apply(&team()).unwrap();
    assert!(patched.get("participant").is_none());
}

#[test]
fn fhirpath_patches_that_do_not_fit_are_refused_with_their_place() {
    let text = r#""value":{"valueString":"x"}"#;
    let named = |name: &str| format!(r#""name":{{"valueString":"{name}"}},{text}"#);
    let index = |index: u32| format!(r#""index":{{"valueInteger":{index}}},{text}"#);
    let moving = r#""source":{"valueInteger":2},"destination":{"valueInteger":0}"#;
    for (asked, more, expected, place) in [
        ("replace CareTeam.note", text, "patch-path-not-found", "path"),
        ("replace Patient.name", text, "patch-path-not-found", "path"),
        ("delete CareTeam.participant", "", "patch-path-not-single", "path"),
        ("add CareTeam", &named("name"), "patch-already-there", "name"),
        ("add CareTeam", &named("nme"), "patch-unknown-element", "name"),
        ("insert CareTeam.participant", &index(3), "patch-index-outside", "index"),
        ("insert CareTeam.name", &index(0), "patch-not-a-list", "path"),
        ("move CareTeam.participant", moving, "patch-index-outside", "source"),
        ("replace CareTeam.id", text, "patch-fixed-element", "path"),
        ("delete CareTeam.meta", "", "patch-fixed-element", "path"),
        ("replace CareTeam", text, "patch-unknown-element", "name"),
    ] {
        let fault = written(asked, more).apply(&team()).unwrap_err();
        let place = format!("Parameters.parameter[0].part.where(name='{place}')");
        assert_eq!(key(&fault), (expected, Some(place.as_str())), "{asked}");
    }
}

#[test]
fn malformed_fhirpath_patches_are_refused() {
    let text = |name: &str, value: &str| part(name, "valueString", json!(value));
    for (operation, place) in [
        (json!({ "name": "op" }), ""),
        (operation("replace", "a", vec![text("path", "b")]), ""),
        (operation("replace", "a", vec![text("colour", "b")]), ""),
        (operation("change", "a", vec![]), "type"),
        (operation("replace", "a", vec![]), "value"),
        (operation("insert", "a", vec![text("value", "b")]), "index"),
        (operation("move", "a", vec![text("source", "0")]), "source"),
        (operation("delete", "a.resolve()", vec![]), "path"),
        (operation("delete", "a.where(b='c)", vec![]), "path"),
        (operation("delete", "a[", vec![]), "path"),
        (operation("delete", "", vec![]), "path"),
        (operation("delete", &"a.where(".repeat(500), vec![]), "path"),
    ] {
        let issue = Patch::fhirpath(&parameters(&[operation])).unwrap_err();
        let part = if place.is_empty() { String::new() } else { format!(".part.where(name='{place}')") };
        let expected = format!("Parameters.parameter[0]{part}");
        assert_eq!((issue.key, issue.expression.as_deref()), ("bad-patch", Some(expected.as_str())));
    }
    assert!(Patch::fhirpath(&parameters(&[])).is_err());
}
