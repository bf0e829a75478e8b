//! The facts of FHIR R4 (4.0.1) as a table: for every type its elements with types, cardinalities, required codes,
//! reference targets and nested elements <https://hl7.org/fhir/R4/resourcelist.html>. Validation walks it, OpenAPI schemas
//! and index extraction are made from it. Its origin: `data/README.md`.
//!
//! ```
//! use varde_fhir::table;
//! let team = table::type_def("CareTeam").map(table::content).unwrap();
//! let (_, participant, backbone) = team.property("participant").unwrap();
//! assert!(participant.repeats() && !participant.required());
//! let inside = table::node_of(backbone).unwrap();
//! assert_eq!(inside.path, "CareTeam.participant");
//! assert!(inside.element("member").unwrap().types[0].targets.contains(&"PractitionerRole"));
//! ```

mod finder;
mod load;
mod model;

pub use model::{Binding, CodeSet, Element, ElementType, Kind, Node, NodeId, Primitive, Shape, TypeDef};

use std::sync::LazyLock;

static PACKED: &[u8] = include_bytes!("../data/r4.json.gz");
/// A table that cannot be read is empty, and then nothing validates; the tests read it.
static TABLE: LazyLock<load::Table> = LazyLock::new(|| load::load(PACKED).unwrap_or_default());
static NOTHING: Node =
    Node { path: String::new(), elements: Vec::new(), properties: Vec::new(), names: finder::Finder::EMPTY };

/// A type by its FHIR name: resources, datatypes and primitives; `None` when the table does not hold it.
#[must_use]
pub fn type_def(name: &str) -> Option<&'static TypeDef> {
    TABLE.types.get(TABLE.type_names.find(name)?)
}

/// Every type, sorted by name.
#[must_use]
pub fn types() -> &'static [TypeDef] {
    &TABLE.types
}

/// The elements of a type.
#[must_use]
pub fn content(definition: &TypeDef) -> &'static Node {
    node(definition.root)
}

/// The elements at a place of the table.
#[must_use]
pub fn node(id: NodeId) -> &'static Node {
    TABLE.nodes.get(usize::from(id.0)).unwrap_or(&NOTHING)
}

/// The elements inside an element of this type; `None` for primitives and for resources of any type.
#[must_use]
pub fn node_of(element_type: &ElementType) -> Option<&'static Node> {
    match element_type.shape {
        Shape::Node(id) => Some(node(id)),
        Shape::Primitive(_) | Shape::Resource => None,
    }
}

/// Every node with its place, e.g. to make something for each.
pub fn nodes() -> impl Iterator<Item = (NodeId, &'static Node)> {
    (0..).map(NodeId).zip(&TABLE.nodes)
}

/// Whether R4 has a concrete resource type of this name (all of them, not only those Varde serves).
#[must_use]
pub fn is_resource(name: &str) -> bool {
    TABLE.resources.find(name).is_some()
}

/// The codes of a value set that a required binding names, by its canonical URL without version; `None` when they are not listed.
#[must_use]
pub fn code_set(url: &str) -> Option<&'static CodeSet> {
    let at = TABLE.code_sets.binary_search_by(|set| set.url.cmp(url)).ok()?;
    TABLE.code_sets.get(at).copied()
}

/// Every value set whose codes are listed, sorted by URL.
#[must_use]
pub fn code_sets() -> &'static [&'static CodeSet] {
    &TABLE.code_sets
}

/// Where the place of a type's content is.
pub(crate) fn root(definition: &TypeDef) -> NodeId {
    definition.root
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ResourceType;

    #[test]
    fn the_packed_table_is_readable() {
        assert_eq!(load::load(PACKED).map(|table| table.types.len()), Ok(types().len()));
        assert!(load::load(b"not a table").is_err());
        assert_eq!(TABLE.resources.count(), 146);
    }

    #[test]
    fn every_known_resource_type_is_in_the_table() {
        for rtype in ResourceType::ALL {
            let row = type_def(rtype.as_str()).unwrap_or_else(|| panic!("{rtype} is missing"));
            assert_eq!(row.kind, Kind::Resource, "{rtype}");
            assert!(is_resource(row.name));
        }
    }

    #[test]
    fn every_element_leads_somewhere() {
        for (_, node) in nodes() {
            assert!(!node.elements.is_empty(), "{} is empty", node.path);
            for element in &node.elements {
                assert!(!element.types.is_empty(), "{}.{}", node.path, element.name);
                for t in &element.types {
                    let resource = matches!(t.name, "Resource");
                    assert_eq!(t.shape == Shape::Resource, resource, "{}.{}: {}", node.path, element.name, t.name);
                    assert!(node.property(t.property).is_some());
                }
            }
        }
    }

    #[test]
    fn every_property_is_found_and_nothing_else() {
        for (_, node) in nodes() {
            for name in node.property_names() {
                assert_eq!(node.property(name).map(|(_, _, t)| t.property), Some(name), "{}", node.path);
                for near in [&name[1..], &format!("{name}x"), &format!("x{name}"), &name.to_uppercase()] {
                    assert_eq!(node.property(near).is_some(), node.property_names().any(|known| known == near));
                }
            }
        }
    }

    #[test]
    fn facts_of_the_specification() {
        let at = |name: &str| content(type_def(name).unwrap());
        let status = at("CareTeam").element("status").unwrap();
        let Some(Binding::Codes(codes)) = status.binding else { panic!("CareTeam.status has a required binding") };
        assert_eq!(codes.codes, ["active", "entered-in-error", "inactive", "proposed", "suspended"]);
        assert!(at("CarePlan").element("subject").unwrap().required());
        assert!(at("Extension").property("valueDateTime").is_some());
        assert!(!at("Extension").element("url").unwrap().extensible);
        assert!(at("Patient").element("birthDate").unwrap().extensible);
        assert_eq!(at("Patient").element("id").unwrap().types[0].name, "id");
        assert!(at("Meta").element("compartment").is_none(), "the source's own addition is left out");
        let part = nodes().find(|(_, n)| n.path == "Parameters.parameter").unwrap();
        assert_eq!(part.1.element("part").unwrap().types[0].shape, Shape::Node(part.0));
    }
}
