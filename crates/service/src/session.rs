//! One unit of work inside one database transaction: changes are staged, judged together at the end, and written with
//! everything that goes with them (history, index, claims, grants, events) or not at all.

use crate::context::Context;
use crate::fault::Fault;
use crate::known::Known;
use crate::stamp::stamp;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use varde_fhir::registry::{Group, served};
use varde_fhir::{Id, Issue, ResourceKey, ResourceType, json};
use varde_store::{Stored, Version};

/// The unit of work.
pub(crate) struct Session<'a, 's> {
    /// The database session: one transaction.
    pub(crate) store: &'a mut varde_store::Session<'s>,
    /// Who asks, when.
    pub(crate) context: &'a Context,
    /// What will be written, in order.
    pub(crate) staged: Vec<Staged>,
    /// What the caller was shown: for the audit (pasientjournalloven § 22 a).
    pub(crate) shown: Vec<(String, i64)>,
    /// The people it concerned (person keys).
    pub(crate) patients: BTreeSet<String>,
    /// Things to tell the caller that did not stop the act.
    pub(crate) warnings: Vec<Issue>,
    /// What was looked up so far.
    pub(crate) known: Known,
}

/// What is known of what the actor sees at an address.
enum Sight {
    There(i64),
    Nothing,
    Unknown,
}

/// The HTTP method that made a version, for `Bundle.entry.request` of its history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// The method's name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// One change to one resource.
#[derive(Debug)]
pub(crate) struct Staged {
    /// The resource.
    pub(crate) key: ResourceKey,
    /// The version it gets.
    pub(crate) version: i64,
    /// What made it.
    pub(crate) method: Method,
    /// What stood there.
    pub(crate) before: Option<Rc<Value>>,
    /// The person key that stood there.
    pub(crate) patient_before: Option<String>,
    /// What will stand there, stamped; `None` for a delete.
    pub(crate) after: Option<Rc<Value>>,
    /// The same as text: what is stored and shown.
    pub(crate) body: Vec<u8>,
    /// The owning organisation.
    pub(crate) owner: Option<String>,
    /// The person key that will stand there: that which stood there, until commit works it out anew.
    pub(crate) patient: Option<String>,
}

impl<'a, 's> Session<'a, 's> {
    /// Opens a unit of work.
    pub(crate) fn new(store: &'a mut varde_store::Session<'s>, context: &'a Context) -> Self {
        Self {
            store,
            context,
            staged: Vec::new(),
            shown: Vec::new(),
            patients: BTreeSet::new(),
            warnings: Vec::new(),
            known: Known::default(),
        }
    }

    /// The resource as this actor sees it now: staged changes first, then what the actor may see of the stored.
    /// A deleted one is returned with `deleted` set.
    pub(crate) fn visible(&mut self, key: &ResourceKey) -> Result<Option<Stored>, Fault> {
        if let Some(staged) = self.staged_as_stored(key) {
            return Ok(Some(staged));
        }
        match self.known.resources.get(key) {
            Some(None) => Ok(None),
            Some(Some(stored)) if stored.owner.as_deref() == Some(self.context.actor.tenant.as_str()) => {
                Ok(Some(stored.clone()))
            }
            _ => {
                let found = self.store.get_visible(key, &self.context.view())?;
                let living = found.as_ref().filter(|stored| !stored.deleted);
                self.known.seen.insert(key.clone(), living.map(|stored| stored.version));
                Ok(found)
            }
        }
    }

    /// Which of these the actor sees, not deleted, and in which version: asked for together, as far as it is not known.
    pub(crate) fn there(&mut self, keys: &[ResourceKey]) -> Result<BTreeMap<ResourceKey, Option<i64>>, Fault> {
        let mut there = BTreeMap::new();
        let mut asked = Vec::new();
        for key in keys {
            match self.known_version(key) {
                Sight::There(version) => {
                    there.insert(key.clone(), Some(version));
                }
                Sight::Nothing => {
                    there.insert(key.clone(), None);
                }
                Sight::Unknown => asked.push(key.clone()),
            }
        }
        let found = self.store.versions_visible(&asked, &self.context.view())?;
        there.extend(asked.into_iter().map(|key| (key, None)));
        there.extend(found.into_iter().map(|(key, version)| (key, Some(version))));
        Ok(there)
    }

    /// What is known of an address without asking: staged, seen, or looked up and the actor's to see whatever was granted.
    fn known_version(&self, key: &ResourceKey) -> Sight {
        let version = |version: Option<i64>| version.map_or(Sight::Nothing, Sight::There);
        if let Some(staged) = self.staged.iter().find(|staged| staged.key == *key) {
            return version(staged.after.as_ref().map(|_| staged.version));
        }
        if let Some(seen) = self.known.seen.get(key) {
            return version(*seen);
        }
        match self.known.resources.get(key) {
            None => Sight::Unknown,
            Some(None) => Sight::Nothing,
            Some(Some(stored)) if stored.deleted => Sight::Nothing,
            Some(Some(stored)) => {
                let own = stored.owner.as_deref() == Some(self.context.actor.tenant.as_str());
                let directory = served(key.rtype).is_some_and(|row| row.group == Group::Directory);
                if own || directory { Sight::There(stored.version) } else { Sight::Unknown }
            }
        }
    }

    /// Which version that is, without its body.
    pub(crate) fn version(&mut self, key: &ResourceKey) -> Result<Option<Version>, Fault> {
        if let Some(Stored { version, last_updated, patient, deleted, .. }) = self.staged_as_stored(key) {
            return Ok(Some(Version { version, last_updated, patient, deleted }));
        }
        Ok(self.store.version_visible(key, &self.context.view())?)
    }

    /// Whether it needs no look into the database to tell what stands there.
    pub(crate) fn is_known(&self, key: &ResourceKey) -> bool {
        self.known.resources.contains_key(key) || self.staged.iter().any(|staged| staged.key == *key)
    }

    /// The resource whoever may see it: for lookups the caller is never shown.
    pub(crate) fn current(&mut self, key: &ResourceKey) -> Result<Option<Stored>, Fault> {
        if let Some(staged) = self.staged_as_stored(key) {
            return Ok(Some(staged));
        }
        if let Some(known) = self.known.resources.get(key) {
            return Ok(known.clone());
        }
        let stored = self.store.get(key)?;
        self.known.resources.insert(key.clone(), stored.clone());
        Ok(stored)
    }

    /// The JSON of what was found here, staged or stored: read once.
    pub(crate) fn value(&mut self, stored: &Stored) -> Result<Rc<Value>, Fault> {
        let staged = self.staged.iter().find(|staged| staged.key == stored.key && staged.version == stored.version);
        if let Some(after) = staged.and_then(|staged| staged.after.as_ref()) {
            return Ok(Rc::clone(after));
        }
        match self.known.values.get(&stored.key) {
            Some((version, value)) if *version == stored.version => Ok(Rc::clone(value)),
            _ => {
                let value = Rc::new(parse_stored(stored)?);
                self.known.values.insert(stored.key.clone(), (stored.version, Rc::clone(&value)));
                Ok(value)
            }
        }
    }

    fn staged_as_stored(&self, key: &ResourceKey) -> Option<Stored> {
        let staged = self.staged.iter().rev().find(|staged| staged.key == *key)?;
        Some(Stored {
            key: key.clone(),
            version: staged.version,
            last_updated: self.context.now,
            patient: staged.patient.clone().or_else(|| staged.patient_before.clone()),
            owner: staged.owner.clone(),
            deleted: staged.after.is_none(),
            body: staged.body.clone(),
        })
    }

    /// Stages a new resource under a new id, owned by the actor's organisation.
    pub(crate) fn create(&mut self, rtype: ResourceType, resource: Value) -> Result<Stored, Fault> {
        let key = self.new_key(rtype);
        self.create_as(key, resource, Method::Post)
    }

    /// Stages a new resource under a given id (update-as-create, transactions).
    pub(crate) fn create_as(&mut self, key: ResourceKey, resource: Value, method: Method) -> Result<Stored, Fault> {
        let owner = Some(self.context.actor.tenant.clone());
        let staged = Staged {
            key,
            version: 1,
            method,
            before: None,
            patient_before: None,
            after: None,
            body: Vec::new(),
            owner,
            patient: None,
        };
        self.stage(staged, resource)
    }

    /// Stages a new version of a stored (or staged) resource; a deleted one comes back to life.
    pub(crate) fn update(&mut self, before: &Stored, resource: Value, method: Method) -> Result<Stored, Fault> {
        let value = if before.deleted { None } else { Some(self.value(before)?) };
        let staged = Staged {
            key: before.key.clone(),
            version: before.version + 1,
            method,
            before: value,
            patient_before: before.patient.clone(),
            after: None,
            body: Vec::new(),
            owner: before.owner.clone(),
            patient: before.patient.clone(),
        };
        self.stage(staged, resource)
    }

    /// Stages a deletion: a version without a body.
    pub(crate) fn delete(&mut self, before: &Stored) -> Result<(), Fault> {
        let staged = Staged {
            key: before.key.clone(),
            version: before.version + 1,
            method: Method::Delete,
            before: Some(self.value(before)?),
            patient_before: before.patient.clone(),
            after: None,
            body: Vec::new(),
            owner: before.owner.clone(),
            patient: None,
        };
        self.merge(staged);
        Ok(())
    }

    fn stage(&mut self, mut staged: Staged, resource: Value) -> Result<Stored, Fault> {
        let version =
            self.staged.iter().find(|s| s.key == staged.key).map_or(staged.version, |earlier| earlier.version);
        staged.version = version;
        let stamped = stamp(resource, &staged.key, version, self.context.now);
        staged.body = json::to_bytes(&stamped);
        staged.after = Some(Rc::new(stamped));
        let key = staged.key.clone();
        self.merge(staged);
        self.staged_as_stored(&key).ok_or(Fault::NotFound(key))
    }

    /// A second change to the same resource in one unit of work becomes one version: what stood there before stays the first's.
    fn merge(&mut self, staged: Staged) {
        match self.staged.iter_mut().find(|earlier| earlier.key == staged.key) {
            Some(earlier) => (earlier.after, earlier.body) = (staged.after, staged.body),
            None => self.staged.push(staged),
        }
    }

    /// A new key; a transaction draws it early, so that its entries can refer to it.
    pub(crate) fn new_key(&self, rtype: ResourceType) -> ResourceKey {
        ResourceKey::new(rtype, Id::new(&self.context.clock))
    }

    /// What was staged is written: from here on it is read like everything else, for others may change it in the same transaction.
    pub(crate) fn written(&mut self) {
        let staged = std::mem::take(&mut self.staged);
        self.shown.extend(staged.iter().map(|staged| (staged.key.to_string(), staged.version)));
        self.known = Known::default();
    }

    /// Notes that the caller was shown this version.
    pub(crate) fn show(&mut self, stored: &Stored) {
        self.show_version(&stored.key, stored.version, stored.patient.as_ref());
    }

    /// Notes that the caller was shown this version of a resource about this person.
    pub(crate) fn show_version(&mut self, key: &ResourceKey, version: i64, person: Option<&String>) {
        self.shown.push((key.to_string(), version));
        self.patients.extend(person.cloned());
    }
}

/// The JSON of a stored body.
pub(crate) fn parse_stored(stored: &Stored) -> Result<Value, Fault> {
    serde_json::from_slice(&stored.body)
        .map_err(|error| Fault::Store(varde_store::StoreError::Corrupt(format!("{}: {error}", stored.key))))
}
