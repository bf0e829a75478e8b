//! The formal invariants of R4 that are plain and cheap, each found by the node it belongs to.

mod datatypes;
mod definitions;
mod resources;
mod rule;

use super::report::Report;
use crate::json::place::Place;
use crate::table::{self, NodeId};
use rule::Invariant;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// The invariants of every node, by its place in the table.
static BY_NODE: LazyLock<Vec<Vec<&'static Invariant>>> = LazyLock::new(|| {
    table::nodes().map(|(_, node)| all().filter(|invariant| invariant.path == node.path).collect()).collect()
});

fn all() -> impl Iterator<Item = &'static Invariant> {
    datatypes::INVARIANTS.iter().chain(resources::INVARIANTS).chain(definitions::INVARIANTS)
}

/// Asks the invariants of this node.
pub(super) fn check(report: &mut Report, place: &Place<'_>, id: NodeId, object: &Map<String, Value>) {
    for invariant in BY_NODE.get(usize::from(id.0)).into_iter().flatten() {
        if !(invariant.holds)(object) {
            report.invariant(&place.name(invariant.at), invariant.key, invariant.nb, invariant.en);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_invariant_has_its_node() {
        for invariant in all() {
            let node = table::nodes().find(|(_, node)| node.path == invariant.path);
            let (_, node) = node.unwrap_or_else(|| panic!("{} has no node {}", invariant.key, invariant.path));
            assert!(invariant.at.is_empty() || node.element(invariant.at).is_some(), "{}", invariant.key);
        }
        assert_eq!(BY_NODE.len(), table::nodes().count());
    }
}
