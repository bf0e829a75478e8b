//! The stock: resources of every type, their owners, people and grants; and what each is found by.

use super::VIEWERS;
use super::chance::Chance;
use super::fill::{EACH, FNR, PEOPLE, fill, id, number};
use super::meaning::{Meaning, Pointer, meanings, national};
use crate::suite::world::{Draft, HOSPITAL, MUNICIPALITY, STRANGER, World};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use varde_fhir::registry::{Group, search_params, served, served_types};
use varde_store::Grant;

/// One resource.
pub(super) struct Kept {
    pub(super) rtype: &'static str,
    pub(super) id: String,
    pub(super) updated: i64,
    pub(super) found: BTreeMap<&'static str, Vec<Meaning>>,
    /// Which of the viewers see it.
    seen: Vec<Option<&'static str>>,
    body: Value,
    owner: &'static str,
    pub(super) person: Option<usize>,
    deleted: bool,
    grants: Vec<(usize, &'static str, String, i64, i64)>,
}

/// All of them, in the order in which they were made.
pub(super) struct Stock {
    pub(super) all: Vec<Kept>,
    /// The instant of every search: 2026-11-22T12:00:00Z.
    pub(super) now: i64,
    places: BTreeMap<(&'static str, String), usize>,
}

const NOW: i64 = 1_795_348_800_000_000;
const HOUR: i64 = 3_600_000_000;
const OWNERS: [&str; 3] = [HOSPITAL, MUNICIPALITY, STRANGER];

impl Stock {
    pub(super) fn new(chance: &mut Chance) -> Self {
        let mut all = Vec::new();
        for n in 0..EACH {
            for row in served_types() {
                all.push(kept(row.rtype.as_str(), n, chance));
            }
        }
        let places = all.iter().enumerate().map(|(place, kept)| ((kept.rtype, kept.id.clone()), place)).collect();
        let mut stock = Self { all, now: NOW, places };
        for (place, kept) in stock.all.iter_mut().enumerate() {
            kept.updated = NOW - HOUR * i64::try_from(place % 97).unwrap();
            let params = search_params(kept.rtype.parse().unwrap()).iter();
            let own = params.filter(|param| !matches!(param.name, "_id" | "_lastUpdated"));
            kept.found = own.map(|param| (param.name, meanings(param, &kept.body))).collect();
        }
        for place in 0..stock.all.len() {
            stock.all[place].seen =
                VIEWERS.into_iter().filter(|viewer| stock.may_see(*viewer, &stock.all[place])).collect();
        }
        stock
    }

    /// Writes it: some resources twice, some and then no more.
    pub(super) fn put(&self, world: &World) {
        assert_eq!(world.now(), NOW);
        let people: Vec<Option<String>> = (0..PEOPLE).map(number).collect();
        let keys: Vec<String> = people
            .into_iter()
            .enumerate()
            .map(|(person, number)| match number {
                Some(number) => world.write(move |session| session.ensure_person(&[(FNR.to_owned(), number)])),
                None => format!("person-{person}"),
            })
            .collect();
        let drafts: Vec<(Draft, i64)> =
            self.all.iter().enumerate().flat_map(|(place, kept)| kept.drafts(place, &keys)).collect();
        world.write(move |session| {
            for (draft, updated) in drafts {
                draft.put(session, updated)?;
            }
            Ok(())
        });
    }

    /// Whether it is there for this viewer.
    #[expect(clippy::unused_self, reason = "whose stock it is belongs to the question")]
    pub(super) fn sees(&self, viewer: Option<&str>, kept: &Kept) -> bool {
        kept.seen.contains(&viewer)
    }

    fn may_see(&self, viewer: Option<&str>, kept: &Kept) -> bool {
        if kept.deleted {
            return false;
        }
        let Some(viewer) = viewer else { return true };
        let directory = served(kept.rtype.parse().unwrap()).unwrap().group == Group::Directory;
        if directory || kept.owner == viewer {
            return true;
        }
        let granted = self.all.iter().filter(|source| !source.deleted && source.owner == kept.owner).any(|source| {
            source.grants.iter().any(|(person, to, reach, from, until)| {
                let reaches = reach == "*" || reach == kept.rtype || *reach == format!("{}/{}", kept.rtype, kept.id);
                *to == viewer && kept.person == Some(*person) && reaches && *from <= NOW && *until > NOW
            })
        });
        let patients = self.all.iter().filter(|other| {
            other.rtype == "Patient"
                && other.person.is_some()
                && other.person == kept.person
                && other.owner == kept.owner
        });
        granted && !kept.is_protected() && !patients.into_iter().any(Kept::is_protected)
    }

    /// The resource of this type and id.
    pub(super) fn at(&self, rtype: &str, id: &str) -> Option<&Kept> {
        // The key borrows a name that lives as long as the program.
        let rtype = served_types().iter().map(|row| row.rtype.as_str()).find(|name| *name == rtype)?;
        self.places.get(&(rtype, id.to_owned())).map(|place| &self.all[*place])
    }

    /// Whom a reference means.
    pub(super) fn person(&self, pointer: &Pointer) -> Option<usize> {
        if pointer.rtype.as_deref() == Some("Patient")
            && let Some(patient) = self.at("Patient", &pointer.id)
        {
            return patient.person;
        }
        let (system, value) = pointer.identifier.as_ref()?;
        let may = pointer.rtype.as_deref().is_none_or(|rtype| rtype == "Patient");
        if may { numbered(system, value) } else { None }
    }
}

/// Whose national number it is.
pub(super) fn numbered(system: &str, value: &str) -> Option<usize> {
    if !national(system) || system != FNR {
        return None;
    }
    (0..PEOPLE).find(|person| number(*person).as_deref() == Some(value))
}

fn kept(rtype: &'static str, n: usize, chance: &mut Chance) -> Kept {
    let mut body = json!({ "resourceType": rtype });
    for param in search_params(rtype.parse().unwrap()) {
        if !matches!(param.name, "_id" | "_lastUpdated") && chance.below(5) < 2 {
            fill(param, &mut body, chance);
        }
    }
    let person = (rtype == "Patient" || !chance.once_in(4)).then(|| chance.below(PEOPLE));
    let grants = (0..if chance.once_in(6) { 1 + chance.below(3) } else { 0 }).map(|_| {
        let reach = chance.of(&["*", "CareTeam", "Patient", "Task", "CareTeam/shared", "Goal/goal1", "Consent"]);
        let until = *chance.of(&[i64::MAX, i64::MAX, NOW, NOW + 1]);
        let from = *chance.of(&[i64::MIN, i64::MIN, NOW, NOW + 1]);
        (chance.below(PEOPLE), *chance.of(&OWNERS), (*reach).to_owned(), from, until)
    });
    let grants = grants.collect();
    Kept {
        rtype,
        id: id(rtype, n),
        updated: NOW,
        found: BTreeMap::new(),
        seen: Vec::new(),
        body,
        owner: OWNERS[chance.below(OWNERS.len())],
        person,
        deleted: chance.once_in(12),
        grants,
    }
}

impl Kept {
    /// `Type/id`
    pub(super) fn address(&self) -> String {
        format!("{}/{}", self.rtype, self.id)
    }

    /// What it is, for the one who looks into a difference.
    pub(super) fn shown(&self) -> String {
        format!("{} of {}, person {:?}: {}", self.address(), self.owner, self.person, self.body)
    }

    fn is_protected(&self) -> bool {
        let label = |meaning: &Meaning| matches!(meaning, Meaning::Token { code, .. } if code == "R" || code == "V");
        !self.deleted && self.found["_security"].iter().any(label)
    }

    /// The versions to put, and when each was made.
    fn drafts(&self, place: usize, keys: &[String]) -> Vec<(Draft, i64)> {
        let address = format!("{}/{}", self.rtype, self.id);
        let draft = |resource: &Value, version| {
            let mut draft = Draft::new(&address, resource.clone()).owner(self.owner).version(version);
            if let Some(person) = self.person {
                draft = draft.patient(&keys[person]);
            }
            for (person, to, reach, from, until) in &self.grants {
                draft = draft.grant(Grant {
                    patient: keys[*person].clone(),
                    organisation: (*to).to_owned(),
                    reach: reach.clone(),
                    basis: "oracle",
                    valid_from: *from,
                    valid_to: *until,
                });
            }
            (draft, self.updated)
        };
        let empty = json!({ "resourceType": self.rtype, "language": "nb" });
        match place % 5 {
            _ if self.deleted => vec![draft(&self.body, 1), (draft(&Value::Null, 2).0.deleted(), self.updated)],
            0 => vec![draft(&empty, 1), draft(&self.body, 2)],
            _ => vec![draft(&self.body, 1)],
        }
    }
}
