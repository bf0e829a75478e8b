//! A patient of any size: teams, consents and a plan, and the directory that the teams name. All of it is synthetic.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::rc::Rc;
use varde_fhir::{ResourceKey, view};
use varde_rules::{Case, Loaded, MemberRef, look_up};

/// This server's address, for references.
const BASE: &str = "https://varde.example.no/fhir";
const TRUST: &str = "983974724";
const HPR: &str = "urn:oid:2.16.578.1.12.4.1.4.4";

/// How much there is of everything.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    /// What the benchmark is called.
    pub(crate) name: &'static str,
    /// Teams of the person.
    pub(crate) teams: usize,
    /// Participants of a team: one koordinator, the others kontaktleger at a department each.
    pub(crate) participants: usize,
    /// Consents to a koordinator.
    pub(crate) consents: usize,
}

/// The resources of one person and the people they name.
pub(crate) struct World {
    resources: Vec<(ResourceKey, Value)>,
    people: BTreeMap<MemberRef, Rc<Value>>,
}

impl World {
    /// A person of this size.
    pub(crate) fn of(size: Size) -> Self {
        let mut resources = vec![patient(), plan()];
        resources.extend((0..size.consents).map(consent));
        resources.extend((0..size.teams).map(|number| team(number, size.participants)));
        let load = |member: &MemberRef| Ok::<_, Infallible>(Some(Rc::new(person(member))));
        let Ok(people) = look_up(&resources, BASE, load);
        Self { resources: resources.into_iter().map(|resource| (key(&resource), resource)).collect(), people }
    }

    /// What the law is asked.
    pub(crate) fn case(&self) -> Case<'_> {
        let loaded = |(key, resource)| Loaded { key, owner: Some(TRUST), resource };
        let resources = self.resources.iter().map(|(key, resource)| loaded((key, resource))).collect();
        Case { person: Some("p"), base: BASE, resources, people: &self.people }
    }

    /// The team that is changed.
    pub(crate) fn team(&self) -> (&ResourceKey, &Value) {
        let team = self.resources.iter().find(|(key, _)| key.id.as_str() == "t0");
        team.map(|(key, resource)| (key, resource)).expect("a team")
    }

    /// Every resource, as the service looks the people up.
    pub(crate) fn resources(&self) -> impl Iterator<Item = &Value> {
        self.resources.iter().map(|(_, resource)| resource)
    }

    /// Looks the people up, all of them found.
    pub(crate) fn look_up(&self) -> usize {
        let load = |member: &MemberRef| Ok::<_, Infallible>(self.people.get(member).cloned());
        let Ok(people) = look_up(self.resources(), BASE, load);
        people.len()
    }
}

fn key(resource: &Value) -> ResourceKey {
    let name = |name| view::text(resource, name).unwrap_or_default();
    ResourceKey::parse(&format!("{}/{}", name("resourceType"), name("id"))).expect("a key")
}

fn subject() -> Value {
    json!({ "type": "Patient", "identifier": { "system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "15825512869" } })
}

fn patient() -> Value {
    json!({
        "resourceType": "Patient", "id": "p1", "birthDate": "1955-02-15",
        "identifier": [{ "system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "15825512869" }],
    })
}

fn plan() -> Value {
    let category = json!([{ "coding": [{ "system": "urn:oid:2.16.578.1.12.4.1.1.9602", "code": "A02-2" }] }]);
    json!({ "resourceType": "CarePlan", "id": "ip", "status": "active", "intent": "plan", "category": category, "subject": subject() })
}

/// Only the last is in force.
fn consent(number: usize) -> Value {
    let category = "https://varde.no/fhir/CodeSystem/varde-consent-category";
    let end = if number == 0 { "2030-01-01" } else { "2020-01-01" };
    json!({
        "resourceType": "Consent", "id": format!("c{number}"), "status": "active", "patient": subject(),
        "category": [{ "coding": [{ "system": category, "code": "koordinator" }] }],
        "dateTime": "2019-01-01", "performer": [subject()],
        "provision": { "type": "permit", "period": { "start": "2019-01-01", "end": end } },
    })
}

/// Team `t0` has a koordinator; no two roles clash.
fn team(number: usize, participants: usize) -> Value {
    let participant = |at: usize| {
        let code = if number == 0 && at == 0 { "18" } else { "19" };
        json!({
            "role": [{ "coding": [{ "system": "urn:oid:2.16.578.1.12.4.1.1.9034", "code": code }] }],
            "member": { "type": "Practitioner", "identifier": { "system": HPR, "value": (1_000_000 + at).to_string() } },
            "onBehalfOf": { "reference": format!("Organization/unit-{number}-{at}") },
            "period": { "start": "2026-01-05T08:00:00+01:00" },
        })
    };
    json!({
        "resourceType": "CareTeam", "id": format!("t{number}"), "status": "active", "subject": subject(),
        "participant": (0..participants).map(participant).collect::<Vec<_>>(),
    })
}

/// Whoever is asked for, well described.
fn person(member: &MemberRef) -> Value {
    match member {
        MemberRef::Key(key) => json!({
            "resourceType": key.rtype.as_str(), "id": key.id.as_str(), "name": "Avdeling",
            "identifier": [{ "system": "https://example.org/unit", "value": key.id.as_str() }],
        }),
        MemberRef::Identifier { system, value, .. } => json!({
            "resourceType": "Practitioner", "id": format!("hpr-{value}"),
            "identifier": [{ "system": system, "value": value }],
            "name": [{ "family": "Demolege", "given": ["Dagfinn"] }],
            "telecom": [{ "system": "phone", "value": "+47 00 00 09 19" }],
            "qualification": [{ "code": { "coding": [{ "system": "urn:oid:2.16.578.1.12.4.1.1.9060", "code": "LE" }], "text": "Lege" } }],
        }),
    }
}
