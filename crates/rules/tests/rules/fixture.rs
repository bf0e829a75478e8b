//! A small world: Helse Bergen, a patient, a few people; all synthetic.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::rc::Rc;
use varde_fhir::{Clock, Micros, ResourceKey, view};
use varde_rules::{Case, Change, Loaded, MemberRef, Verdict, judge, look_up};

pub(crate) const BASE: &str = "https://varde.example/fhir";
pub(crate) const HELSE_BERGEN: &str = "983974724";
pub(crate) const HARALDSPLASS: &str = "984027737";
pub(crate) const ROLE: &str = "urn:oid:2.16.578.1.12.4.1.1.9034";
pub(crate) const PROFESSION: &str = "urn:oid:2.16.578.1.12.4.1.1.9060";
pub(crate) const HPR: &str = "urn:oid:2.16.578.1.12.4.1.4.4";
pub(crate) const FNR: &str = "urn:oid:2.16.578.1.12.4.1.4.1";
pub(crate) const RESH: &str = "urn:oid:2.16.578.1.12.4.1.4.102";
/// Born 1990-01-01.
pub(crate) const ADULT: &str = "01819019939";
/// Born 2011-09-22: 15 years old at [`now`].
pub(crate) const CHILD: &str = "22891153620";

/// 2026-11-22 15:00 in Oslo.
pub(crate) fn now() -> Micros {
    at("2026-11-22T14:00:00Z")
}

pub(crate) fn at(instant: &str) -> Micros {
    Clock::fixed(instant).unwrap().now()
}

/// The state after a change.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) resources: Vec<(ResourceKey, &'static str, Value)>,
    pub(crate) directory: Vec<Value>,
    pub(crate) now: Micros,
}

impl World {
    /// An adult patient with a consent to a koordinator, and a directory of well-described people.
    pub(crate) fn new() -> Self {
        let world = Self { resources: Vec::new(), directory: directory(), now: now() };
        world.with(HELSE_BERGEN, patient(ADULT)).with(HELSE_BERGEN, consent())
    }

    /// Adds or replaces a resource.
    pub(crate) fn with(mut self, owner: &'static str, resource: Value) -> Self {
        let key = key_of(&resource);
        self.resources.retain(|(its_key, ..)| *its_key != key);
        self.resources.push((key, owner, resource));
        self
    }

    pub(crate) fn without(mut self, key: &str) -> Self {
        self.resources.retain(|(its_key, ..)| its_key.to_string() != key);
        self
    }

    pub(crate) fn judge(&self, changes: &[(&str, Option<Value>)]) -> Verdict {
        let resources: Vec<Loaded<'_>> =
            self.resources.iter().map(|(key, owner, resource)| Loaded { key, owner: Some(owner), resource }).collect();
        let people = self.people();
        let keys: Vec<ResourceKey> = changes.iter().map(|(key, _)| ResourceKey::parse(key).unwrap()).collect();
        let after = |key: &ResourceKey| {
            self.resources.iter().find(|(its_key, ..)| its_key == key).map(|(.., resource)| resource)
        };
        let changes: Vec<Change<'_>> = keys
            .iter()
            .zip(changes)
            .map(|(key, (_, before))| Change { key, before: before.as_ref(), after: after(key) })
            .collect();
        judge(&Case { person: Some("p-1"), base: BASE, resources, people: &people }, &changes, self.now)
    }

    pub(crate) fn people(&self) -> BTreeMap<MemberRef, Rc<Value>> {
        let load = |member: &MemberRef| -> Result<Option<Rc<Value>>, Infallible> {
            Ok(self
                .directory
                .iter()
                .find(|resource| match member {
                    MemberRef::Key(key) => key_of(resource) == *key,
                    MemberRef::Identifier { rtype, system, value } => {
                        resource["resourceType"] == rtype.as_str() && view::has_identifier(resource, system, value)
                    }
                })
                .map(|resource| Rc::new(resource.clone())))
        };
        look_up(self.resources.iter().map(|(.., resource)| resource), BASE, load).unwrap()
    }
}

/// Judges the changes and compares `rule expression` of each violation, in any order.
#[track_caller]
pub(crate) fn check(what: &str, world: &World, changes: &[(&str, Option<Value>)], expected: &[&str]) {
    let verdict = world.judge(changes);
    let mut found: Vec<String> =
        verdict.violations.iter().map(|it| format!("{} {}", it.rule.id, it.expression)).collect();
    found.sort();
    let mut expected: Vec<&str> = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected, "{what}: {:#?}", verdict.violations);
    for violation in &verdict.violations {
        let shown = format!("{violation:?}");
        assert!(!shown.contains(ADULT) && !shown.contains(CHILD), "{what}: a national number in {shown}");
        assert!(
            violation.nb.contains(violation.rule.remedy_nb) && violation.en.contains(violation.rule.remedy_en),
            "{what}"
        );
    }
}

/// The team `CareTeam/t1` of Helse Bergen is created.
#[track_caller]
pub(crate) fn check_team(what: &str, world: World, team: Value, expected: &[&str]) {
    check(what, &world.with(HELSE_BERGEN, team), &[("CareTeam/t1", None)], expected);
}

pub(crate) fn key_of(resource: &Value) -> ResourceKey {
    ResourceKey::parse(&format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap()))
        .unwrap()
}

pub(crate) fn patient(fnr: &str) -> Value {
    json!({ "resourceType": "Patient", "id": "pat", "identifier": [{ "system": FNR, "value": fnr }] })
}

pub(crate) fn consent() -> Value {
    json!({
        "resourceType": "Consent", "id": "c1", "status": "active",
        "category": [{ "coding": [{ "system": "https://varde.no/fhir/CodeSystem/varde-consent-category", "code": "koordinator" }] }],
        "patient": { "reference": "Patient/pat" },
        "performer": [{ "reference": "Patient/pat" }],
        "sourceAttachment": { "title": "journalnotat" },
        "provision": { "type": "permit", "period": { "start": "2026-11-01" } },
    })
}

pub(crate) fn team(participants: &Value) -> Value {
    json!({ "resourceType": "CareTeam", "id": "t1", "status": "active", "subject": { "reference": "Patient/pat" }, "participant": participants })
}

/// A participant with a 9034 role and a period.
pub(crate) fn participant(role: &str, member: &str, start: &str, end: &str) -> Value {
    let mut period = json!({ "start": start });
    if !end.is_empty() {
        period["end"] = json!(end);
    }
    json!({ "role": [{ "coding": [{ "system": ROLE, "code": role }] }], "member": { "reference": member }, "period": period })
}

pub(crate) fn koordinator() -> Value {
    participant("18", "Practitioner/nurse", "2026-11-20", "")
}

pub(crate) fn logical(system: &str, value: &str) -> Value {
    json!({ "identifier": { "system": system, "value": value } })
}

pub(crate) fn practitioner(id: &str, hpr: &str, profession: &str) -> Value {
    json!({
        "resourceType": "Practitioner", "id": id,
        "identifier": [{ "system": HPR, "value": hpr }],
        "name": [{ "given": ["Syn"], "family": "Tetisk" }],
        "telecom": [{ "system": "phone", "value": "55 97 00 00" }],
        "qualification": [{ "code": { "coding": [{ "system": PROFESSION, "code": profession }] } }],
    })
}

fn directory() -> Vec<Value> {
    vec![
        practitioner("nurse", "7654321", "SP"),
        practitioner("doctor", "7654322", "LE"),
        practitioner("psychologist", "7654323", "PS"),
        json!({ "resourceType": "PractitionerRole", "id": "doctor-surgery", "practitioner": { "reference": "Practitioner/doctor" },
                "organization": { "reference": "Organization/surgery" }, "telecom": [{ "system": "phone", "value": "12345" }] }),
        json!({ "resourceType": "Organization", "id": "surgery", "identifier": [{ "system": RESH, "value": "102954" }] }),
        json!({ "resourceType": "Organization", "id": "barnevern",
                "type": [{ "coding": [{ "system": "https://varde.no/fhir/CodeSystem/varde-organisation-kind", "code": "barneverntjeneste" }] }] }),
    ]
}

/// A value with one member replaced (`Value::Null` removes it).
pub(crate) fn but(mut value: Value, name: &str, new: Value) -> Value {
    let object = value.as_object_mut().unwrap();
    if new.is_null() {
        object.remove(name);
    } else {
        object.insert(name.to_owned(), new);
    }
    value
}
