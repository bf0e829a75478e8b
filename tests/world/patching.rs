//! Changing parts of a resource: a JSON Patch, a FHIRPath Patch, by id, by search and in a Bundle; what it becomes is judged as any
//! update is.

use crate::answer::Answer;
use crate::people::{BERGEN, HARALDSPLASS, KOMMUNE, TESTINE, consent, patient, plan, team};
use crate::refusal::{assert_refused, sent};
use crate::story::created;
use crate::world::{World, each};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::blocking::RequestBuilder;
use serde_json::{Value, json};

const JSON_PATCH: &str = "application/json-patch+json";
const FHIR: &str = "application/fhir+json";

fn patching(world: &World, caller: &str, path: &str, media: &str, tag: Option<&str>, body: &Value) -> RequestBuilder {
    let request = world.as_(caller, "PATCH", path).header("content-type", media).body(body.to_string());
    tag.into_iter().fold(request, |request, tag| request.header("if-match", tag))
}

fn replace(path: &str, value: &Value) -> Value {
    json!([{ "op": "replace", "path": path, "value": value }])
}

/// A FHIRPath Patch of one operation.
fn fhirpath(kind: &str, path: &str, more: &[Value]) -> Value {
    let mut parts = vec![json!({ "name": "type", "valueCode": kind }), json!({ "name": "path", "valueString": path })];
    parts.extend_from_slice(more);
    json!({ "resourceType": "Parameters", "parameter": [{ "name": "operation", "part": parts }] })
}

#[test]
fn both_kinds_of_patch_make_a_version_that_stays_exact() {
    each(|world| {
        let made = world.post(BERGEN, "/fhir/CarePlan", &plan(TESTINE)).expect(201);
        let path = format!("/fhir/CarePlan/{}", made.id());
        let send =
            |media: &str, tag: &str, body: &Value| world.send(patching(world, BERGEN, &path, media, Some(tag), body));
        let titled = json!([
            { "op": "test", "path": "/status", "value": "active" },
            { "op": "add", "path": "/title", "value": "Plan" },
            { "op": "add", "path": "/note", "value": [{ "text": "en" }] },
        ]);
        let first = send(JSON_PATCH, "W/\"1\"", &titled).expect(200);
        assert_eq!((first.etag().as_str(), &first.json["title"]), ("W/\"2\"", &json!("Plan")));
        let noted = fhirpath(
            "add",
            "CarePlan",
            &[
                json!({ "name": "name", "valueString": "note" }),
                json!({ "name": "value", "valueAnnotation": { "text": "to" } }),
            ],
        );
        let second = send(FHIR, "W/\"2\"", &noted).expect(200);
        assert_eq!(second.json["note"], json!([{ "text": "en" }, { "text": "to" }]));
        let removed = fhirpath("delete", "CarePlan.note.where(text='en')", &[]);
        let third = send("application/json", "W/\"3\"", &removed).expect(200);
        assert_eq!(third.json["note"], json!([{ "text": "to" }]));
        assert_eq!(world.get(BERGEN, &path).expect(200).text, third.text);

        // What changes nothing makes no version, and nobody's history grows by it.
        let before = world.counts();
        let same = send(JSON_PATCH, "W/\"4\"", &replace("/title", &json!("Plan"))).expect(200);
        assert_eq!((same.etag().as_str(), &same.text), ("W/\"4\"", &third.text));
        assert_eq!(world.counts(), before);

        let history = world.get(BERGEN, &format!("{path}/_history")).expect(200);
        let methods: Vec<&str> = history.json["entry"]
            .as_array()
            .expect("entries")
            .iter()
            .filter_map(|e| e["request"]["method"].as_str())
            .collect();
        assert_eq!(methods, ["PATCH", "PATCH", "PATCH", "POST"]);
        let minimal = patching(world, BERGEN, &path, JSON_PATCH, Some("*"), &replace("/title", &json!("Ny")));
        let minimal = world.send(minimal.header("prefer", "return=minimal")).expect(200);
        assert_eq!((minimal.text.as_str(), minimal.header("preference-applied")), ("", Some("return=minimal")));
        assert!(world.store.verify().expect("a report").sound());
    });
}

/// A plan, and the requests to patch it.
struct Patching<'w> {
    world: &'w World,
    path: String,
}

impl<'w> Patching<'w> {
    fn of_a_plan(world: &'w World) -> Self {
        let made = world.post(BERGEN, "/fhir/CarePlan", &plan(TESTINE)).expect(201);
        Self { world, path: format!("/fhir/CarePlan/{}", made.id()) }
    }

    fn json(&self, body: &Value) -> RequestBuilder {
        patching(self.world, BERGEN, &self.path, JSON_PATCH, Some("W/\"1\""), body)
    }

    fn fhir(&self, body: &Value) -> RequestBuilder {
        patching(self.world, BERGEN, &self.path, FHIR, Some("W/\"1\""), body)
    }

    fn raw(&self, media: &str, body: &'static str) -> RequestBuilder {
        let request = self.world.as_(BERGEN, "PATCH", &self.path).header("content-type", media);
        request.header("if-match", "W/\"1\"").body(body)
    }

    /// Sends all; each is refused and nothing is stored.
    fn all_refused(&self, rows: Vec<(RequestBuilder, u16, &str, Option<&str>)>) {
        let before = self.world.counts();
        for (request, status, key, at) in rows {
            let (_, problem) = sent(self.world, request, status, key, at);
            assert!(problem.is_none(), "{problem:?}");
        }
        assert_eq!(self.world.counts(), before);
    }
}

#[test]
fn an_operation_that_does_not_fit_is_refused_and_named() {
    each(|world| {
        let ours = Patching::of_a_plan(world);
        let one = |path: &str, value: &Value| ours.json(&replace(path, value));
        let x = json!("x");
        let test = json!([{ "op": "test", "path": "/status", "value": "draft" }]);
        let string = json!({ "name": "value", "valueString": "x" });
        let by_path = |path: &str| ours.fhir(&fhirpath("replace", path, std::slice::from_ref(&string)));
        let place = Some("Parameters.parameter[0].part.where(name='path')");
        let colour = json!([{ "op": "add", "path": "/colour", "value": "blue" }]);
        ours.all_refused(vec![
            (one("/title", &x), 422, "patch-path-not-found", Some("patch[0].path")),
            (ours.json(&test), 422, "patch-test-failed", Some("patch[0].value")),
            (one("/id", &x), 422, "patch-fixed-element", Some("patch[0].path")),
            (one("/meta/versionId", &json!("9")), 422, "patch-fixed-element", Some("patch[0].path")),
            (one("/status", &x), 422, "code-invalid", Some("CarePlan.status")),
            (
                ours.json(&json!([{ "op": "remove", "path": "/intent" }])),
                422,
                "required-element",
                Some("CarePlan.intent"),
            ),
            (ours.json(&colour), 422, "unknown-element", Some("CarePlan.colour")),
            (by_path("CarePlan.title"), 422, "patch-path-not-found", place),
            (by_path("CarePlan.resolve()"), 400, "bad-patch", place),
        ]);
    });
}

#[test]
fn what_is_no_patch_is_refused() {
    each(|world| {
        let ours = Patching::of_a_plan(world);
        let double = "[{\"op\":\"remove\",\"op\":\"add\",\"path\":\"/a\"}]";
        ours.all_refused(vec![
            (ours.json(&json!([{ "op": "delete", "path": "/status" }])), 400, "bad-patch", Some("patch[0].op")),
            (ours.json(&json!({ "op": "remove", "path": "/status" })), 400, "bad-patch", Some("patch")),
            (ours.raw(JSON_PATCH, "[{]"), 400, "invalid-json", None),
            (ours.raw(JSON_PATCH, ""), 400, "empty-body", None),
            (ours.raw(JSON_PATCH, double), 400, "duplicate-key", None),
            (ours.fhir(&plan(TESTINE)), 400, "resource-type-mismatch", Some("resourceType")),
            (ours.raw("application/xml-patch+xml", "<a/>"), 415, "unsupported-media-type", None),
            (ours.raw("application/merge-patch+json", "{}"), 415, "unsupported-media-type", None),
        ]);
        let options = world.send(world.as_(BERGEN, "OPTIONS", &ours.path)).expect(204);
        let formats = "application/json-patch+json, application/fhir+json, application/json";
        assert_eq!(options.header("accept-patch"), Some(formats));
        assert_eq!(options.header("allow"), Some("GET, HEAD, PUT, PATCH, DELETE, OPTIONS"));
    });
}

#[test]
fn a_patch_needs_the_version_and_something_to_patch() {
    each(|world| {
        let ours = Patching::of_a_plan(world);
        let title = json!([{ "op": "add", "path": "/title", "value": "x" }]);
        let send = |caller: &str, path: &str, tag: Option<&str>| patching(world, caller, path, JSON_PATCH, tag, &title);
        let (path, one) = (ours.path.as_str(), Some("W/\"1\""));
        let header = Some("http.if-match");
        let unless = send(BERGEN, path, one).header("if-none-match", "*");
        ours.all_refused(vec![
            (send(BERGEN, path, None), 428, "if-match-required", header),
            (send(BERGEN, path, Some("W/\"2\"")), 412, "stale-version", header),
            (unless, 400, "unsupported-precondition", Some("http.if-none-match")),
            (send(HARALDSPLASS, path, one), 404, "not-found", None),
            (send(BERGEN, "/fhir/CarePlan/unknown", one), 404, "not-found", None),
            (send(BERGEN, "/fhir/CarePlan?status=revoked", None), 404, "no-match", Some("http.condition")),
            (send(BERGEN, "/fhir/CarePlan?status=active", None), 428, "if-match-required", header),
            (send(BERGEN, "/fhir/CarePlan", None), 400, "condition-missing", Some("http.url")),
        ]);
        let patched = world.send(send(BERGEN, "/fhir/CarePlan?status=active", one)).expect(200);
        assert_eq!(patched.header("location"), Some(format!("{}{path}/_history/2", world.root).as_str()));
    });
}

#[test]
fn the_law_and_the_owner_judge_a_patch_as_they_judge_an_update() {
    each(|world| {
        created(world, KOMMUNE, &plan(TESTINE));
        let mut draft = plan(TESTINE);
        draft["status"] = json!("draft");
        let draft = created(world, BERGEN, &draft);
        let activate = |tag| {
            patching(world, BERGEN, &format!("/fhir/{draft}"), JSON_PATCH, tag, &replace("/status", &json!("active")))
        };
        let before = world.counts();
        assert_refused(&world.send(activate(Some("W/\"1\""))), 422, "one-ip", None);
        // The team is seen by whoever shares it, and is its owner's to change.
        assert_eq!(world.counts(), before);
        created(world, BERGEN, &consent(TESTINE, "koordinator", &["964338531"]));
        let team = created(world, BERGEN, &team(TESTINE, "9144889"));
        let foreign = patching(
            world,
            KOMMUNE,
            &format!("/fhir/{team}"),
            JSON_PATCH,
            Some("W/\"1\""),
            &replace("/status", &json!("inactive")),
        );
        assert_refused(&world.send(foreign), 403, "not-owner", None);
        let flag = json!({ "resourceType": "Flag", "status": "active", "code": { "text": "Tolk" }, "subject": patient(TESTINE) });
        let flag = format!("/fhir/{}", created(world, BERGEN, &flag));
        world.send(world.as_(BERGEN, "DELETE", &flag)).expect(204);
        assert_refused(
            &world.send(patching(world, BERGEN, &flag, JSON_PATCH, None, &replace("/status", &json!("inactive")))),
            410,
            "deleted",
            None,
        );
    });
}

fn binary(patch: &Value) -> Value {
    json!({ "resourceType": "Binary", "contentType": JSON_PATCH, "data": STANDARD.encode(patch.to_string()) })
}

fn entry(url: &str, resource: &Value) -> Value {
    json!({ "request": { "method": "PATCH", "url": url }, "resource": resource })
}

fn bundle(world: &World, kind: &str, entries: &[Value]) -> Answer {
    world.post(BERGEN, "/fhir", &json!({ "resourceType": "Bundle", "type": kind, "entry": entries }))
}

fn statuses(answer: &Answer) -> Vec<&str> {
    let entries = answer.json["entry"].as_array().expect("entries");
    entries.iter().filter_map(|entry| entry["response"]["status"].as_str()).collect()
}

/// The addresses of two flags, numbered 0 and 1.
fn flags(world: &World) -> [String; 2] {
    [0, 1].map(|n| {
        let identifier = json!({ "system": "urn:x", "value": n.to_string() });
        let flag = json!({ "resourceType": "Flag", "identifier": [identifier], "status": "active",
                           "code": { "text": "Tolk" }, "subject": patient(TESTINE) });
        created(world, BERGEN, &flag)
    })
}

#[test]
fn a_bundle_patches_by_binary_and_by_parameters() {
    each(|world| {
        let [one, two] = flags(world);
        for (kind, status) in [("transaction", "inactive"), ("batch", "entered-in-error")] {
            let coded = json!({ "name": "value", "valueCode": status });
            let entries = [
                json!({ "request": { "method": "GET", "url": one } }),
                entry(&one, &binary(&replace("/status", &json!(status)))),
                entry("Flag?identifier=urn:x%7C1", &fhirpath("replace", "Flag.status", &[coded])),
            ];
            let answer = bundle(world, kind, &entries).expect(200);
            assert_eq!(statuses(&answer), ["200"; 3], "{}", answer.text);
            for flag in [&one, &two] {
                assert_eq!(world.get(BERGEN, &format!("/fhir/{flag}")).expect(200).json["status"], status);
            }
        }
        let good = entry(&one, &binary(&replace("/status", &json!("active"))));
        let alone = bundle(world, "batch", &[entry(&two, &binary(&json!([]))), good]).expect(200);
        assert_eq!(statuses(&alone), ["400", "200"]);
    });
}

#[test]
fn a_bad_patch_in_a_bundle_fails_all_and_is_named() {
    each(|world| {
        let [one, two] = flags(world);
        let before = world.counts();
        let good = entry(&one, &binary(&replace("/status", &json!("inactive"))));
        let holding = |media: &str, data: &str| {
            entry(&two, &json!({ "resourceType": "Binary", "contentType": media, "data": data }))
        };
        let same = entry(&one, &binary(&replace("/status", &json!("active"))));
        let nobody = entry("Flag?identifier=urn:x%7C7", &binary(&replace("/status", &json!("active"))));
        let bare = json!({ "request": { "method": "PATCH", "url": two } });
        for (bad, status, key, at) in [
            (entry(&two, &binary(&replace("/nothing", &json!(1)))), 422, "patch-path-not-found", "resource.data"),
            (holding("text/plain", "YQ=="), 400, "bad-patch", "resource.data"),
            (holding(JSON_PATCH, "%%"), 400, "bad-patch", "resource.data"),
            (entry(&two, &fhirpath("delete", "Flag.code", &[])), 422, "required-element", "resource.code"),
            (bare, 400, "required-element", "resource"),
            (nobody, 404, "no-match", "request.url"),
        ] {
            let refused = bundle(world, "transaction", &[good.clone(), bad]);
            assert_refused(&refused, status, key, Some(&format!("Bundle.entry[1].{at}")));
        }
        let twice = bundle(world, "transaction", &[good, same]);
        assert_refused(&twice, 400, "duplicate-identity", Some("Bundle.entry[1]"));
        assert_eq!(world.counts(), before);
    });
}
