//! Every definition in one list, written once: it depends on nothing that changes while the process lives.

use super::code_systems::{self, MoreCodes};
use super::{naming_systems, operation_definitions, search_parameters, structure_definitions, value_sets};
use crate::{ResourceType, json};
use serde_json::Value;
use std::collections::HashMap;

/// One definition.
#[derive(Debug)]
pub struct Definition {
    /// Its type.
    pub rtype: ResourceType,
    /// Its id.
    pub id: String,
    /// The resource.
    pub value: Value,
    /// The resource as it is sent.
    pub body: Vec<u8>,
    /// For `ETag`: changes when the body does.
    pub etag: String,
}

/// Every definition.
#[derive(Debug)]
pub struct Catalogue {
    definitions: Vec<Definition>,
    places: HashMap<(ResourceType, String), usize>,
}

impl Catalogue {
    /// Writes them all. `statement` is this server's CapabilityStatement, `more` what only higher floors know.
    #[must_use]
    pub fn new(statement: Value, more: &[MoreCodes]) -> Self {
        let mut all = vec![statement];
        all.extend(structure_definitions::all());
        all.extend(search_parameters::all());
        all.extend(operation_definitions::all());
        all.extend(code_systems::all(more));
        all.extend(value_sets::all());
        all.extend(naming_systems::all());
        let definitions: Vec<Definition> = all.into_iter().filter_map(defined).collect();
        let places = definitions.iter().enumerate().map(|(at, one)| ((one.rtype, one.id.clone()), at)).collect();
        Self { definitions, places }
    }

    /// All of a type, in order.
    pub fn of(&self, rtype: ResourceType) -> impl Iterator<Item = &Definition> {
        self.definitions.iter().filter(move |definition| definition.rtype == rtype)
    }

    /// The one with this id.
    #[must_use]
    pub fn find(&self, rtype: ResourceType, id: &str) -> Option<&Definition> {
        self.definitions.get(*self.places.get(&(rtype, id.to_owned()))?)
    }

    /// The one with this canonical URL.
    #[must_use]
    pub fn by_url(&self, rtype: ResourceType, url: &str) -> Option<&Definition> {
        self.of(rtype).find(|definition| definition.value.get("url").and_then(Value::as_str) == Some(url))
    }
}

fn defined(value: Value) -> Option<Definition> {
    let text = |name| value.get(name).and_then(Value::as_str);
    let rtype = text("resourceType")?.parse().ok()?;
    let id = text("id")?.to_owned();
    let body = json::to_bytes(&value);
    let etag = fingerprint(&body);
    Some(Definition { rtype, id, value, body, etag })
}

/// A short name of some bytes that others hardly share (FNV-1a).
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> String {
    let mixed = bytes
        .iter()
        .fold(0xCBF2_9CE4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3));
    format!("{mixed:016x}")
}
