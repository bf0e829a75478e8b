//! What a unit of work has looked up already: nobody else writes while it runs, so everything is asked for once.

use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;
use varde_fhir::ResourceKey;
use varde_store::{Identified, Stored};

/// The answers so far. What is staged comes before them.
#[derive(Default)]
pub(crate) struct Known {
    /// What stands at an address, whoever may see it.
    pub(crate) resources: BTreeMap<ResourceKey, Option<Stored>>,
    /// Whether the actor sees something at an address that is not deleted, and in which version.
    pub(crate) seen: BTreeMap<ResourceKey, Option<i64>>,
    /// The current resources with a business identifier, whoever may see them.
    pub(crate) identified: BTreeMap<Identified, Vec<Stored>>,
    /// The JSON of what was found, read once, and of which version it is.
    pub(crate) values: BTreeMap<ResourceKey, (i64, Rc<Value>)>,
    /// The person key that a national number (system, value) has.
    pub(crate) people: BTreeMap<(String, String), Option<String>>,
    /// What belongs to a person, as far as the law and the operations look at it.
    pub(crate) coordination: BTreeMap<String, Rc<[Stored]>>,
}
