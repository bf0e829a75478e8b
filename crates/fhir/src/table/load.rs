//! Reads the packed table (`data/README.md` names its keys) and resolves its names into places.

use super::finder::Finder;
use super::model::{Binding, CodeSet, Element, ElementType, Kind, Node, NodeId, Primitive, Property, Shape, TypeDef};
use serde::Deserialize;
use std::collections::HashMap;
use std::io::Read;

/// The whole table.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Sorted by name.
    pub(super) types: Vec<TypeDef>,
    /// The names of the types.
    pub(super) type_names: Finder,
    pub(super) nodes: Vec<Node>,
    /// The names of R4's concrete resource types.
    pub(super) resources: Finder,
    /// Sorted by URL.
    pub(super) code_sets: Vec<&'static CodeSet>,
}

/// The table, or why it cannot be read.
pub(super) fn load(packed: &[u8]) -> Result<Table, String> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).map_err(|error| error.to_string())?;
    // Lives as long as the process: every name in the table is a slice of it.
    let text: &'static str = Box::leak(text.into_boxed_str());
    let raw: RawTable = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(Loader::new(&raw).load(&raw))
}

#[derive(Deserialize)]
struct RawTable {
    #[serde(borrow)]
    resources: Vec<&'static str>,
    #[serde(rename = "valueSets")]
    value_sets: HashMap<&'static str, HashMap<&'static str, Vec<&'static str>>>,
    types: HashMap<&'static str, RawType>,
}

#[derive(Deserialize)]
struct RawType {
    #[serde(borrow)]
    kind: &'static str,
    elements: Vec<RawElement>,
}

#[derive(Deserialize)]
struct RawElement {
    #[serde(borrow)]
    n: &'static str,
    #[serde(default)]
    m: u32,
    #[serde(default = "one")]
    x: u32,
    #[serde(default)]
    s: bool,
    #[serde(default)]
    q: bool,
    #[serde(default)]
    t: Vec<RawTypeRef>,
    #[serde(default)]
    b: Option<&'static str>,
    #[serde(default)]
    e: Vec<RawElement>,
    #[serde(default)]
    c: Option<&'static str>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawTypeRef {
    Plain(&'static str),
    Targets(Vec<&'static str>),
}

impl RawTypeRef {
    fn is_code(&self) -> bool {
        matches!(self, Self::Plain("code"))
    }
}

const fn one() -> u32 {
    1
}

#[derive(Default)]
struct Loader {
    table: Table,
    /// Path of every node, for types and content references.
    places: HashMap<String, NodeId>,
    code_sets: HashMap<&'static str, &'static CodeSet>,
}

impl Loader {
    fn new(raw: &RawTable) -> Self {
        let mut loader = Self::default();
        loader.table.resources = Finder::of(raw.resources.iter().copied());
        for (url, systems) in &raw.value_sets {
            let mut systems: Vec<_> = systems.iter().map(|(system, codes)| (*system, codes.clone())).collect();
            systems.sort_unstable();
            let mut codes: Vec<_> = systems.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
            codes.sort_unstable();
            codes.dedup();
            loader.code_sets.insert(url, Box::leak(Box::new(CodeSet { url, systems, codes })));
        }
        loader
    }

    fn load(mut self, raw: &RawTable) -> Table {
        let mut names: Vec<_> = raw.types.iter().collect();
        names.sort_unstable_by_key(|(name, _)| **name);
        // First every node gets its place, so that elements can point forwards and at themselves.
        for (name, row) in &names {
            self.place((*name).to_string(), &row.elements);
        }
        for (name, row) in &names {
            let root = self.fill(name, &row.elements);
            let kind = match (row.kind, Primitive::parse(name)) {
                ("resource", _) => Kind::Resource,
                (_, Some(primitive)) => Kind::Primitive(primitive),
                _ => Kind::Datatype,
            };
            self.table.types.push(TypeDef { name, kind, root });
        }
        self.table.type_names = Finder::of(self.table.types.iter().map(|row| row.name));
        self.table.code_sets = self.code_sets.into_values().collect();
        self.table.code_sets.sort_unstable_by_key(|set| set.url);
        self.table
    }

    fn place(&mut self, path: String, elements: &[RawElement]) {
        for element in elements.iter().filter(|element| !element.e.is_empty()) {
            self.place(format!("{path}.{}", element.n), &element.e);
        }
        let id = NodeId(u16::try_from(self.table.nodes.len()).unwrap_or(u16::MAX));
        self.places.insert(path.clone(), id);
        self.table.nodes.push(Node { path, elements: Vec::new(), properties: Vec::new(), names: Finder::EMPTY });
    }

    fn fill(&mut self, path: &str, raw: &[RawElement]) -> NodeId {
        for element in raw.iter().filter(|element| !element.e.is_empty()) {
            self.fill(&format!("{path}.{}", element.n), &element.e);
        }
        let elements: Vec<Element> = raw.iter().map(|row| self.element(path, row)).collect();
        let mut properties = Vec::new();
        for (element, row) in (0..).zip(&elements) {
            properties.extend((0..).zip(&row.types).map(|(type_, t)| Property { name: t.property, element, type_ }));
        }
        properties.sort_unstable_by_key(|property| property.name);
        let id = self.places.get(path).copied().unwrap_or(NodeId(u16::MAX));
        if let Some(node) = self.table.nodes.get_mut(usize::from(id.0)) {
            node.elements = elements;
            node.names = Finder::of(properties.iter().map(|property| property.name));
            node.properties = properties;
        }
        id
    }

    fn element(&self, path: &str, raw: &RawElement) -> Element {
        let stem = raw.n.strip_suffix("[x]");
        let name = stem.unwrap_or(raw.n);
        let types: Vec<ElementType> = match raw.c {
            Some(content) => vec![self.element_type("BackboneElement", name, None, Vec::new(), content)],
            None => raw.t.iter().map(|t| self.type_of(path, name, stem, t)).collect(),
        };
        let xml_attribute = name == "id" || (path == "Extension" && name == "url");
        // All languages are the outer bound of a preferred binding; an expression's `language` is another thing.
        let spoken = name == "language" && path != "Expression" && raw.t.iter().any(RawTypeRef::is_code);
        let binding = raw.b.and_then(|url| self.binding(path, url)).or(spoken.then_some(Binding::Language));
        let primitive = types.iter().any(|t| matches!(t.shape, Shape::Primitive(p) if p != Primitive::Xhtml));
        Element {
            name,
            choice: stem.is_some(),
            min: raw.m,
            max: (raw.x != 0).then_some(raw.x),
            summary: raw.s,
            modifier: raw.q,
            extensible: primitive && !xml_attribute,
            types,
            binding,
        }
    }

    fn type_of(&self, path: &str, name: &'static str, stem: Option<&'static str>, raw: &RawTypeRef) -> ElementType {
        let (type_name, targets) = match raw {
            RawTypeRef::Plain(type_name) => (*type_name, Vec::new()),
            RawTypeRef::Targets(list) => match list.split_first() {
                Some((type_name, targets)) => (*type_name, targets.to_vec()),
                None => ("Reference", Vec::new()),
            },
        };
        self.element_type(type_name, name, stem, targets, &format!("{path}.{name}"))
    }

    fn element_type(
        &self,
        type_name: &'static str,
        name: &'static str,
        stem: Option<&'static str>,
        targets: Vec<&'static str>,
        backbone: &str,
    ) -> ElementType {
        let property = stem.map_or(name, |stem| choice_property(stem, type_name));
        // The elements of a backbone stand in the element itself; so do those of the few with type `Element`.
        let place = self.places.get(backbone).or_else(|| self.places.get(type_name)).copied();
        let shape = match (Primitive::parse(type_name), place) {
            (Some(primitive), _) => Shape::Primitive(primitive),
            (None, Some(id)) => Shape::Node(id),
            (None, None) => Shape::Resource,
        };
        ElementType { name: type_name, property, shape, targets }
    }

    fn binding(&self, path: &str, url: &str) -> Option<Binding> {
        match url {
            // `CapabilityStatement.format` also knows the short forms `json` and `xml`.
            "http://hl7.org/fhir/ValueSet/mimetypes" if path == "CapabilityStatement" => None,
            "http://hl7.org/fhir/ValueSet/mimetypes" => Some(Binding::MediaType),
            "http://hl7.org/fhir/ValueSet/currencies" => Some(Binding::Currency),
            _ => self.code_sets.get(url).copied().map(Binding::Codes),
        }
    }
}

/// `value` and `dateTime` → `valueDateTime`.
fn choice_property(stem: &str, type_name: &str) -> &'static str {
    let mut letters = type_name.chars();
    let first: String = letters.next().map(|letter| letter.to_ascii_uppercase()).into_iter().collect();
    Box::leak(format!("{stem}{first}{}", letters.as_str()).into_boxed_str())
}
