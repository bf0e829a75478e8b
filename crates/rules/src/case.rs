//! The aggregate the rules look at: everything about one person, as it is after a change.

use crate::lookup::MemberRef;
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;
use varde_fhir::{ResourceKey, ResourceType};

/// One person's state AFTER the change, with the people and organisations it names.
///
/// `resources` holds every current (not deleted) resource of the person, **from every organisation**: rules such as one
/// individual plan per person reach across tenants. What a caller may not see is never quoted in a violation.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The person key; `None` when the changed resource names no patient that can be resolved.
    pub person: Option<&'a str>,
    /// This server's FHIR base URL, to tell its own absolute references from others'.
    pub base: &'a str,
    /// The person's resources.
    pub resources: Vec<Loaded<'a>>,
    /// What [`crate::look_up`] found.
    pub people: &'a BTreeMap<MemberRef, Rc<Value>>,
}

/// A resource of the case.
#[derive(Clone, Copy, Debug)]
pub struct Loaded<'a> {
    /// Its key.
    pub key: &'a ResourceKey,
    /// The tenant that owns it: the orgnr of the legal entity. For a CareTeam this is the trust.
    pub owner: Option<&'a str>,
    /// Its content after the change.
    pub resource: &'a Value,
}

/// One change: `before: None` is a creation, `after: None` a deletion.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The resource.
    pub key: &'a ResourceKey,
    /// As it was stored.
    pub before: Option<&'a Value>,
    /// As it will be stored.
    pub after: Option<&'a Value>,
}

impl<'a> Case<'a> {
    /// The resources of a type.
    pub(crate) fn of(&self, rtype: ResourceType) -> impl Iterator<Item = &Loaded<'a>> {
        self.resources.iter().filter(move |loaded| loaded.key.rtype == rtype)
    }

    /// The resource with this key.
    pub(crate) fn get(&self, key: &ResourceKey) -> Option<&Loaded<'a>> {
        self.resources.iter().find(|loaded| loaded.key == key)
    }
}
