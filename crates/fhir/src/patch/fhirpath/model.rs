//! The operations of a FHIRPath Patch as they were read.

use crate::patch::path::Path;
use crate::patch::place::{self, Pair};
use crate::table;
use serde_json::Value;

/// One operation.
#[derive(Clone, Debug)]
pub(in crate::patch) struct Operation {
    pub(super) path: Path,
    pub(super) act: Act,
}

/// What it does.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Add(String, Given),
    Insert(usize, Given),
    Delete,
    Replace(Given),
    Move(usize, usize),
}

/// A value as `Parameters` holds it.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// The end of `value[x]`: `DateTime`.
    pub(super) kind: Option<String>,
    pub(super) content: Content,
    /// What `_value[x]` says of a primitive; `Null` when nothing.
    pub(super) beside: Value,
}

/// What the value is.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// `Null` when a primitive has extensions only.
    Whole(Value),
    /// The elements of something that `value[x]` has no name for.
    Parts(Vec<(String, Given)>),
}

impl Given {
    /// The JSON of it, as something that holds these elements.
    pub(super) fn pair(&self, node: Option<&'static table::Node>) -> Pair {
        let parts = match &self.content {
            Content::Whole(value) => return (value.clone(), self.beside.clone()),
            Content::Parts(parts) => parts,
        };
        let mut members = serde_json::Map::new();
        for (name, given) in parts {
            let known = node.and_then(|node| place::property(node, name, given.kind.as_deref()));
            let pair = given.pair(known.and_then(|(_, kind)| table::node_of(kind)));
            let property = known.map_or(name.as_str(), |(_, kind)| kind.property);
            if known.is_some_and(|(element, _)| element.repeats()) {
                place::change_members(&mut members, property, |pairs| pairs.push(pair));
            } else {
                place::set(&mut members, property, pair);
            }
        }
        (Value::Object(members), Value::Null)
    }
}
