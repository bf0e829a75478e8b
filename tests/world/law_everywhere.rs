//! The law holds whatever the way in: each broken rule is refused alike by `$appoint`, by POST, by PUT and inside a transaction,
//! and nothing of it is stored.

use crate::answer::Answer;
use crate::people::{BARN, BERGEN, KOMMUNE, TESTINE, appointing, consent, koordinator, nurse, plan, team};
use crate::story::{APPOINT, BERGEN_KOMMUNE, appointing_to, created, set, status};
use crate::world::{World, each};
use reqwest::blocking::RequestBuilder;
use reqwest::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use serde_json::{Value, json};

/// A way to break a rule.
struct Breach {
    rule: &'static str,
    /// What stands there before.
    prepare: fn(&World),
    /// What is asked of `$appoint`, where the rule can be broken so.
    appoint: Option<Value>,
    /// The resource that breaks the rule.
    broken: Value,
    /// The same resource when it breaks nothing.
    harmless: Value,
}

impl Breach {
    /// Tries every way in, in both languages; each is refused and leaves no trace.
    fn refused_everywhere(&self) {
        each(|world| {
            (self.prepare)(world);
            let rtype = self.broken["resourceType"].as_str().expect("a type");
            let existing = created(world, BERGEN, &self.harmless);
            let before = world.counts();
            for language in ["en", "nb"] {
                for (name, request, body) in self.ways(world, rtype, &existing) {
                    let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static(language))]);
                    let answer = world.send_json(request.headers(headers), &body);
                    self.check(&answer, name, language);
                    assert_eq!(world.counts(), before, "{} by {name} left something", self.rule);
                }
            }
            let stored = world.get(BERGEN, &format!("/fhir/{existing}")).expect(200);
            assert_eq!(stored.etag(), "W/\"1\"");
        });
    }

    fn ways(&self, world: &World, rtype: &str, existing: &str) -> Vec<(&'static str, RequestBuilder, Value)> {
        let post = |path: &str| world.as_(BERGEN, "POST", path);
        let put = |address: &str| world.as_(BERGEN, "PUT", &format!("/fhir/{address}"));
        let id = existing.split_once('/').map(|(_, id)| id).expect("an id");
        let (fresh, over) = (named(&self.broken, "a-new-one"), named(&self.broken, id));
        let mut ways = vec![
            ("POST", post(&format!("/fhir/{rtype}")), self.broken.clone()),
            ("PUT of a new id", put(&format!("{rtype}/a-new-one")), fresh.clone()),
            ("PUT over a harmless one", put(existing).header("if-match", "W/\"1\""), over.clone()),
            ("transaction with POST", post("/fhir"), transaction("POST", rtype, None, &self.broken)),
            ("transaction with PUT", post("/fhir"), transaction("PUT", &format!("{rtype}/a-new-one"), None, &fresh)),
            ("transaction with PUT over", post("/fhir"), transaction("PUT", existing, Some("W/\"1\""), &over)),
        ];
        ways.extend(self.appoint.clone().map(|asked| ("$appoint", post(APPOINT), asked)));
        ways
    }

    fn check(&self, answer: &Answer, way: &str, language: &str) {
        let rule = varde_rules::rule(self.rule).expect("a rule");
        assert_eq!(answer.status, 422, "{} by {way}: {}", self.rule, answer.text);
        let issues = answer.json["issue"].as_array().expect("issues");
        let issue = issues.iter().find(|issue| issue["details"]["coding"][0]["code"] == self.rule);
        let issue = issue.unwrap_or_else(|| panic!("{} by {way}: {}", self.rule, answer.text));
        assert_eq!(issue["details"]["coding"][0]["system"], "https://varde.no/fhir/CodeSystem/varde-rule");
        assert_eq!((issue["severity"].as_str(), issue["code"].as_str()), (Some("error"), Some("business-rule")));
        let at = issue["expression"][0].as_str().unwrap_or_else(|| panic!("{} by {way} is nowhere", self.rule));
        let expected = if way.starts_with("transaction") { "Bundle.entry[1].resource." } else { "Care" };
        assert!(at.starts_with(expected), "{} by {way} at {at}", self.rule);
        let text = issue["details"]["text"].as_str().expect("a text");
        let remedy = if language == "nb" { rule.remedy_nb } else { rule.remedy_en };
        assert!(text.contains(remedy), "{} by {way} in {language}: {text}", self.rule);
        for number in [TESTINE, BARN] {
            assert!(!answer.text.contains(number), "{} by {way} tells a national number", self.rule);
        }
    }
}

fn named(resource: &Value, id: &str) -> Value {
    let mut resource = resource.clone();
    resource["id"] = json!(id);
    resource
}

/// A transaction whose second entry breaks the rule; the first alone would be fine.
fn transaction(method: &str, url: &str, if_match: Option<&str>, resource: &Value) -> Value {
    let mut request = json!({ "method": method, "url": url });
    if let Some(tag) = if_match {
        request["ifMatch"] = json!(tag);
    }
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
        { "resource": nurse("9144950"), "request": { "method": "POST", "url": "Practitioner" } },
        { "resource": resource, "request": request },
    ] })
}

/// A team with this person, contained, in this role.
fn team_of(number: &str, role: &str, mut practitioner: Value) -> Value {
    practitioner["id"] = json!("p1");
    let team = set(team(number, "1"), "/contained", json!([practitioner]));
    set(team, "/participant", json!([koordinator(role)]))
}

fn nobody(number: &str) -> Value {
    let mut team = team(number, "1");
    let members = team.as_object_mut().expect("a resource");
    members.shift_remove("contained");
    members.shift_remove("participant");
    team
}

fn consented(world: &World) {
    created(world, BERGEN, &consent(TESTINE, "koordinator", &[]));
}

fn of_koordinator(rule: &'static str, prepare: fn(&World), practitioner: &Value) -> Breach {
    Breach {
        rule,
        prepare,
        appoint: Some(appointing_to(TESTINE, "18", practitioner, "2")),
        broken: team_of(TESTINE, "18", practitioner.clone()),
        harmless: nobody(TESTINE),
    }
}

#[test]
fn a_second_koordinator_is_refused_on_every_path() {
    let prepare = |world: &World| drop(world.post(BERGEN, APPOINT, &appointing(TESTINE, "9144900", "1")).expect(200));
    of_koordinator("one-koordinator", prepare, &nurse("9144901")).refused_everywhere();
}

#[test]
fn a_koordinator_without_consent_is_refused_on_every_path() {
    of_koordinator("consent-required", |_| (), &nurse("9144900")).refused_everywhere();
}

#[test]
fn a_koordinator_without_hpr_number_is_refused_on_every_path() {
    let mut nameless = nurse("9144900");
    nameless.as_object_mut().expect("a resource").shift_remove("identifier");
    of_koordinator("koordinator-health-personnel", consented, &nameless).refused_everywhere();
}

#[test]
fn a_koordinator_without_telephone_is_refused_on_every_path() {
    let mut silent = nurse("9144900");
    silent.as_object_mut().expect("a resource").shift_remove("telecom");
    of_koordinator("contact-details", consented, &silent).refused_everywhere();
}

#[test]
fn a_kontaktlege_who_is_a_nurse_is_refused_on_every_path() {
    Breach {
        rule: "kontaktlege-profession",
        prepare: |_| (),
        appoint: Some(appointing_to(TESTINE, "19", &nurse("9144900"), "2")),
        broken: team_of(TESTINE, "19", nurse("9144900")),
        harmless: nobody(TESTINE),
    }
    .refused_everywhere();
}

#[test]
fn a_consent_by_a_fifteen_year_old_is_refused_on_every_path() {
    Breach {
        rule: "consent-competence",
        prepare: |world| drop(created(world, BERGEN, &consent(BARN, "koordinator", &[]))),
        appoint: Some(appointing(BARN, "9144900", "2")),
        broken: team_of(BARN, "18", nurse("9144900")),
        harmless: nobody(BARN),
    }
    .refused_everywhere();
}

#[test]
fn a_second_active_plan_is_refused_on_every_path_whoever_has_the_first() {
    Breach {
        rule: "one-ip",
        prepare: |world| drop(created(world, KOMMUNE, &plan(TESTINE))),
        appoint: None,
        broken: plan(TESTINE),
        harmless: set(plan(TESTINE), "/status", json!("draft")),
    }
    .refused_everywhere();
}

#[test]
fn appointing_needs_no_individual_plan() {
    each(|world| {
        world.post(BERGEN, APPOINT, &appointing(TESTINE, "9144900", "1")).expect(200);
        assert!(world.get(BERGEN, "/fhir/CarePlan").expect(200).entries().is_empty());
        assert!(!status(world, BERGEN, TESTINE).active);
    });
}

#[test]
fn in_a_batch_only_the_entry_that_breaks_the_law_is_refused() {
    each(|world| {
        let mut batch = transaction("POST", "CareTeam", None, &team(TESTINE, "9144900"));
        batch["type"] = json!("batch");
        let answer = world.post(BERGEN, "/fhir", &batch).expect(200);
        let statuses: Vec<&str> = answer.json["entry"]
            .as_array()
            .expect("entries")
            .iter()
            .filter_map(|e| e["response"]["status"].as_str())
            .collect();
        assert_eq!(statuses, ["201", "422"]);
        let outcome = &answer.json["entry"][1]["response"]["outcome"];
        assert_eq!(outcome["issue"][0]["details"]["coding"][0]["code"], "consent-required");
        assert!(world.get(BERGEN, "/fhir/CareTeam").expect(200).entries().is_empty());
    });
}

/// A way to withdraw the consent at this address, and the status it is answered with.
type Withdrawal = fn(&World, &str, Value) -> Answer;

#[test]
fn a_withdrawn_consent_ends_the_role_and_the_municipalitys_sight_at_once() {
    let table: [(&str, Withdrawal); 4] = [
        ("inactive", |world, at, consent| {
            world.put(BERGEN, &format!("/fhir/{at}"), None, &set(consent, "/status", json!("inactive"))).expect(200)
        }),
        ("denied", |world, at, consent| {
            world.put(BERGEN, &format!("/fhir/{at}"), None, &set(consent, "/provision/type", json!("deny"))).expect(200)
        }),
        ("deleted", |world, at, _| world.send(world.as_(BERGEN, "DELETE", &format!("/fhir/{at}"))).expect(204)),
        ("in a transaction", |world, at, consent| {
            world.transaction(BERGEN, &[("PUT", at, Some(set(consent, "/status", json!("rejected"))))]).expect(200)
        }),
    ];
    for (way, withdraw) in table {
        each(|world| {
            let consent =
                world.post(BERGEN, "/fhir/Consent", &consent(TESTINE, "koordinator", &[BERGEN_KOMMUNE])).expect(201);
            let at = format!("Consent/{}", consent.id());
            let team = created(world, BERGEN, &team_of(TESTINE, "18", nurse("9144900")));
            world.get(KOMMUNE, &format!("/fhir/{team}")).expect(200);
            world.clock.advance(1_000_000);
            drop(events(world));
            withdraw(world, &at, consent.json);

            let ended = world.get(BERGEN, &format!("/fhir/{team}")).expect(200);
            assert_eq!(ended.etag(), "W/\"2\"", "{way}");
            assert_eq!(ended.json["meta"]["lastUpdated"], "2026-11-22T15:00:01.000Z");
            assert_eq!(ended.json["participant"][0]["period"]["end"], "2026-11-22T15:00:01.000Z");
            let reason = &ended.json["participant"][0]["extension"][0];
            assert_eq!(reason["url"], "https://varde.no/fhir/StructureDefinition/end-reason");
            assert!(status(world, BERGEN, TESTINE).koordinators.is_empty());
            world.get(KOMMUNE, &format!("/fhir/{team}")).expect(404);
            world.get(KOMMUNE, &format!("/fhir/{at}")).expect(404);
            assert!(events(world).contains(&("access-ended".to_owned(), BERGEN_KOMMUNE.to_owned(), at)), "{way}");
            assert!(world.store.verify().expect("a report").sound());
        });
    }
}

/// What the outbox holds now: kind, receiver and focus. They are lent out for an hour.
fn events(world: &World) -> Vec<(String, String, String)> {
    let now = world.clock.now();
    let leased = world.store.write(move |session| session.outbox_lease(now, now + 3_600_000_000, 100));
    let leased: Result<_, varde_store::StoreError> = leased;
    let leased = leased.expect("the outbox");
    leased.into_iter().map(|l| (l.event.kind, l.event.organisation, l.event.focus)).collect()
}
