//! `$validate`, and what a client that sends wrong content is told: the place, the code, both languages, and no trace of it stored.

use crate::people::{BERGEN, KOMMUNE, TESTINE, appointing, consent, plan, team};
use crate::refusal::{assert_refused, sent};
use crate::roundtrip::fixtures;
use crate::world::{World, each};
use serde_json::{Value, json};
use varde_fhir::ResourceType;
use varde_fhir::validate;

const PROFILE: &str = "https://varde.no/fhir/StructureDefinition/varde-koordineringsteam";

fn set(mut resource: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = resource.pointer_mut(parent).expect("a parent");
    match parent {
        Value::Array(list) => list[name.parse::<usize>().expect("an index")] = value,
        parent => parent[name] = value,
    }
    resource
}

fn without(mut resource: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    resource.pointer_mut(parent).and_then(Value::as_object_mut).expect("a parent").shift_remove(name);
    resource
}

fn claiming(resource: Value, profile: &str) -> Value {
    set(resource, "/meta", json!({ "profile": [profile] }))
}

fn parameters(parts: &[(&str, &str, Value)]) -> Value {
    let all: Vec<Value> = parts.iter().map(|(name, element, value)| json!({ "name": name, *element: value })).collect();
    json!({ "resourceType": "Parameters", "parameter": all })
}

/// `code at` of every issue.
fn told(world: &World, path: &str, body: &Value) -> Vec<String> {
    let answer = world.post(BERGEN, path, body).expect(200);
    assert_eq!(validate::validate(ResourceType::OperationOutcome, &answer.json), []);
    let issues = answer.json["issue"].as_array().expect("issues").iter();
    let line = |issue: &Value| {
        let code = issue["details"]["coding"][0]["code"].as_str().expect("a code");
        issue["expression"][0].as_str().map_or_else(|| code.to_owned(), |at| format!("{code} {at}"))
    };
    issues.map(line).collect()
}

/// A resource, and the code and place of what is wrong with it.
type Row = (Value, &'static str, &'static str);

fn of_r4() -> Vec<Row> {
    let narrative = |inside: &str| {
        let div = format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{inside}</div>");
        set(team(TESTINE, "9144889"), "/text", json!({ "status": "generated", "div": div }))
    };
    let team = || team(TESTINE, "9144889");
    vec![
        (set(team(), "/participants", json!([])), "unknown-element", "CareTeam.participants"),
        (set(team(), "/name", json!(7)), "wrong-type", "CareTeam.name"),
        (set(team(), "/subject", json!([{ "display": "x" }])), "too-many", "CareTeam.subject"),
        (set(team(), "/status", json!("Active")), "code-invalid", "CareTeam.status"),
        (set(team(), "/period", json!({ "start": "2026-02-30" })), "invalid-date", "CareTeam.period.start"),
        (set(team(), "/subject", json!({ "reference": "Location/1" })), "reference-target", "CareTeam.subject"),
        (
            set(team(), "/subject", json!({ "reference": format!("{}/Location/1", "http://localhost/fhir") })),
            "reference-target",
            "CareTeam.subject",
        ),
        (set(team(), "/language", json!("norsk bokmål")), "code-invalid", "CareTeam.language"),
        (
            set(team(), "/participant/0/member", json!({ "reference": "#none" })),
            "invariant",
            "CareTeam.participant[0].member.reference",
        ),
        (narrative("<script>alert(1)</script>"), "invariant", "CareTeam.text.div"),
        (narrative("<a href='javascript:alert(1)'>x</a>"), "invariant", "CareTeam.text.div"),
        (narrative(" "), "invariant", "CareTeam.text.div"),
        (narrative("<p>x"), "invariant", "CareTeam.text.div"),
    ]
}

fn of_ours() -> Vec<Row> {
    let team = || team(TESTINE, "9144889");
    let profiled = || claiming(team(), PROFILE);
    vec![
        (
            claiming(team(), "https://varde.no/fhir/StructureDefinition/varde-koordineringstem"),
            "unknown-profile",
            "CareTeam.meta.profile[0]",
        ),
        (claiming(team(), &format!("{PROFILE}|99")), "unknown-profile", "CareTeam.meta.profile[0]"),
        (
            claiming(team(), "https://varde.no/fhir/StructureDefinition/varde-samtykke"),
            "profile-type",
            "CareTeam.meta.profile[0]",
        ),
        (without(profiled(), "/status"), "profile-required", "CareTeam.status"),
        (without(profiled(), "/category"), "profile-required", "CareTeam.category"),
        (set(profiled(), "/category/0/coding/0/code", json!("x")), "profile-code", "CareTeam.category"),
        (
            without(profiled(), "/participant/0/period/start"),
            "profile-required",
            "CareTeam.participant[0].period.start",
        ),
        (
            set(profiled(), "/subject", json!({ "type": "Group", "display": "x" })),
            "profile-reference",
            "CareTeam.subject",
        ),
        (
            claiming(plan(TESTINE), "https://varde.no/fhir/StructureDefinition/varde-individuell-plan"),
            "profile-required",
            "CarePlan.period",
        ),
        (
            set(
                plan(TESTINE),
                "/extension/0",
                json!({ "url": "https://varde.no/fhir/StructureDefinition/revision-date", "valueString": "x" }),
            ),
            "wrong-type",
            "CarePlan.extension[0].value",
        ),
        (
            set(plan(TESTINE), "/extension/0/url", json!("https://varde.no/fhir/StructureDefinition/revisiondate")),
            "unknown-extension",
            "CarePlan.extension[0].url",
        ),
        (without(consent(TESTINE, "koordinator", &[]), "/policyRule"), "invariant", "Consent.policyRule"),
        (
            set(team(), "/subject/identifier/value", json!("15825512868")),
            "identifier-check-digit",
            "CareTeam.subject.identifier.value",
        ),
    ]
}

#[test]
fn wrong_content_is_refused_at_its_place_in_both_languages() {
    let table: Vec<Row> = of_r4().into_iter().chain(of_ours()).collect();
    each(|world| {
        let before = world.counts();
        let mut wrong = Vec::new();
        for (body, key, at) in &table {
            let rtype = body["resourceType"].as_str().expect("a type");
            let request = world.as_(BERGEN, "POST", &format!("/fhir/{rtype}"));
            let request = request.header("content-type", "application/fhir+json").body(body.to_string());
            let (_, problem) = sent(world, request, 400, key, Some(at));
            wrong.extend(problem);
            // `$validate` says the same, and that all is well with nothing.
            let told = told(world, &format!("/fhir/{rtype}/$validate"), body);
            if !told.contains(&format!("{key} {at}")) {
                wrong.push(format!("$validate: {key} {at}: {told:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(world.counts(), before, "nothing is stored");
        let near =
            claiming(team(TESTINE, "9144889"), "https://varde.no/fhir/StructureDefinition/varde-koordineringstem");
        let answer = world.post(BERGEN, "/fhir/CareTeam", &near);
        assert!(answer.text.contains(&format!("Did you mean {PROFILE}?")), "{}", answer.text);
    });
}

#[test]
fn every_writable_type_can_be_validated_and_nothing_is_stored() {
    each(|world| {
        let before = (world.counts(), world.audited());
        let mut asked = 0;
        for (rtype, text) in fixtures() {
            let body: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(told(world, &format!("/fhir/{rtype}/$validate"), &body), ["valid"], "{rtype}");
            let wrapped = parameters(&[("resource", "resource", set(body, "/nonsense", json!(1)))]);
            let expected = format!("unknown-element {rtype}.nonsense");
            assert_eq!(told(world, &format!("/fhir/{rtype}/$validate"), &wrapped), [expected], "{rtype}");
            asked += 2;
        }
        assert_eq!((world.counts(), world.audited()), (before.0, before.1 + asked));
    });
}

#[test]
fn profiles_are_claimed_or_asked_for() {
    each(|world| {
        let team = || team(TESTINE, "9144889");
        let path = "/fhir/CareTeam/$validate";
        assert_eq!(told(world, path, &claiming(team(), PROFILE)), ["valid"]);
        assert_eq!(told(world, path, &claiming(team(), "http://example.org/StructureDefinition/theirs")), ["valid"]);
        let asked = |resource: Value, profile: &str| {
            told(
                world,
                path,
                &parameters(&[("resource", "resource", resource), ("profile", "valueUri", json!(profile))]),
            )
        };
        assert_eq!(asked(team(), PROFILE), ["valid"]);
        assert_eq!(asked(without(team(), "/category"), PROFILE), ["profile-required CareTeam.category"]);
        assert_eq!(
            asked(team(), "https://varde.no/fhir/StructureDefinition/x"),
            ["unknown-profile Parameters.parameter.where(name='profile')"]
        );
        let theirs = asked(team(), "http://example.org/StructureDefinition/x");
        assert_eq!(theirs, ["profile-not-checked Parameters.parameter.where(name='profile')", "valid"]);
    });
}

#[test]
fn with_a_mode_the_act_is_tried_and_undone() {
    each(|world| {
        let mode = |mode: &str, resource: Option<Value>| {
            let resource = resource.map(|resource| ("resource", "resource", resource));
            let all: Vec<_> = resource.into_iter().chain([("mode", "valueCode", json!(mode))]).collect();
            parameters(&all)
        };
        let path = "/fhir/CareTeam/$validate";
        let before = world.counts();
        assert_eq!(
            told(world, path, &mode("create", Some(team(TESTINE, "9144889")))),
            ["consent-required CareTeam.participant[0]"]
        );
        assert_eq!(world.counts(), before, "nothing is stored");
        world.post(BERGEN, "/fhir/Consent", &consent(TESTINE, "koordinator", &[])).expect(201);
        let before = world.counts();
        assert_eq!(told(world, path, &mode("create", Some(team(TESTINE, "9144889")))), ["valid"]);
        assert_eq!(world.counts(), before, "what could be done is undone");

        let appointed = world.post(BERGEN, "/fhir/CareTeam/$appoint", &appointing(TESTINE, "9144889", "1")).expect(200);
        let stored = appointed.parameters("return")[0]["resource"].clone();
        let id = stored["id"].as_str().expect("an id");
        let at = format!("/fhir/CareTeam/{id}/$validate");
        let before = world.counts();
        let one = world.send(world.as_(BERGEN, "POST", &at)).expect(200);
        assert_eq!(one.codes(), ["valid"], "{}", one.text);
        assert_eq!(told(world, &at, &stored), ["valid"]);
        assert_eq!(told(world, &at, &set(stored.clone(), "/id", json!("other"))), ["id-mismatch id"]);
        // The journal note refers to the team: what the delete itself would be told.
        assert_eq!(told(world, &at, &mode("delete", None)), ["still-referenced http.url"]);
        let dangling = set(plan(TESTINE), "/careTeam", json!([{ "reference": "CareTeam/none" }]));
        let dangling = told(world, "/fhir/CarePlan/$validate", &mode("create", Some(dangling)));
        assert_eq!(dangling, ["reference-not-found CarePlan.careTeam[0]"]);
        assert_eq!(world.counts(), before, "nothing is stored");
        world.get(BERGEN, &format!("/fhir/CareTeam/{id}")).expect(200);

        // What a caller may not see or do is refused as the act itself is.
        let unknown = world.post(BERGEN, "/fhir/CareTeam/none/$validate", &mode("delete", None));
        assert_refused(&unknown, 404, "not-found", None);
        let municipality = world.post(
            KOMMUNE,
            "/fhir/Encounter/$validate",
            &mode("create", Some(json!({ "resourceType": "Encounter" }))),
        );
        assert_refused(&municipality, 403, "act-not-allowed", None);
        assert_refused(&world.send(world.request("POST", path)), 401, "token-missing", None);
        for (body, key, at) in [
            (mode("update", Some(stored.clone())), "required-parameter", "Parameters.parameter"),
            (mode("profile", Some(stored.clone())), "invalid-value", "Parameters.parameter[1]"),
            (json!({ "resourceType": "Parameters" }), "required-parameter", "Parameters.parameter"),
            (
                parameters(&[("resorce", "resource", stored.clone())]),
                "unknown-parameter",
                "Parameters.parameter[0].name",
            ),
        ] {
            assert_refused(&world.post(BERGEN, path, &body), 400, key, Some(at));
        }
    });
}

#[test]
fn what_is_asked_of_a_resource_may_stand_in_the_url() {
    each(|world| {
        let bare = json!({ "resourceType": "CareTeam", "status": "active" });
        let profile = format!("/fhir/CareTeam/$validate?profile={PROFILE}");
        let asked = parameters(&[("resource", "resource", bare.clone()), ("profile", "valueUri", json!(PROFILE))]);
        let said = told(world, "/fhir/CareTeam/$validate", &asked);
        assert_eq!(told(world, &profile, &bare), said);
        assert!(said.contains(&"profile-required CareTeam.category".to_owned()), "{said:?}");
        // A mode tries the act.
        assert_eq!(told(world, "/fhir/CareTeam/$validate", &bare), ["valid"]);
        let tried = told(world, "/fhir/CareTeam/$validate?mode=create", &bare);
        assert_eq!(tried.first().map(|line| line.starts_with("patient-required")), Some(true), "{tried:?}");
        for (query, body, code, at) in [
            ("mode=make", &bare, "invalid-value", "http.mode"),
            ("mode=create&mode=create", &bare, "invalid-value", "http.mode"),
            (&*format!("profile={PROFILE}"), &asked, "invalid-value", "http.profile"),
            ("profile=", &bare, "invalid-value", "http.profile"),
            ("colour=blue", &bare, "unknown-parameter", "http.url"),
        ] {
            let request = world.as_(BERGEN, "POST", &format!("/fhir/CareTeam/$validate?{query}"));
            let request = request.header("content-type", "application/fhir+json").body(body.to_string());
            let (_, problem) = sent(world, request, 400, code, Some(at));
            assert_eq!(problem, None, "{query}");
        }
    });
}
