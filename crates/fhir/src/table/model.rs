//! The shape of the R4 table in memory: types, nodes (groups of elements), elements
//! <https://hl7.org/fhir/R4/elementdefinition.html>.

use super::finder::Finder;

/// A FHIR type: a primitive, a datatype or a resource.
#[derive(Debug)]
pub struct TypeDef {
    /// The FHIR name, e.g. `CareTeam`, `HumanName`, `dateTime`.
    pub name: &'static str,
    /// What kind of type it is.
    pub kind: Kind,
    pub(super) root: NodeId,
}

/// What kind of type a [`TypeDef`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A JSON string, number or boolean.
    Primitive(Primitive),
    /// An object inside a resource.
    Datatype,
    /// An object with a `resourceType`.
    Resource,
}

/// The place of a [`Node`] in the table; opened with [`super::node`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeId(pub(crate) u16);

/// The elements that one JSON object may hold: those of a type, or of a backbone element such as `CareTeam.participant`.
#[derive(Debug)]
pub struct Node {
    /// `CareTeam`, `CareTeam.participant`, `Period`.
    pub path: String,
    /// The elements in the order of the specification.
    pub elements: Vec<Element>,
    /// JSON property → element and type, sorted by name.
    pub(super) properties: Vec<Property>,
    /// The same names, to be found quickly.
    pub(super) names: Finder,
}

/// One JSON property name: `birthDate`, or `valueQuantity` of the choice `value[x]`.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) name: &'static str,
    pub(super) element: u16,
    pub(super) type_: u16,
}

/// One element of a node.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts of R4 that are independent of each other")]
pub struct Element {
    /// Name without `[x]`.
    pub name: &'static str,
    /// Whether the JSON property is the name followed by the type (`value[x]`).
    pub choice: bool,
    /// The least number of occurrences: 0 or 1 (rarely 2).
    pub min: u32,
    /// The greatest number of occurrences; `None` when there is no limit.
    pub max: Option<u32>,
    /// Whether it belongs to `_summary=true`.
    pub summary: bool,
    /// Whether it changes what the others mean (`status`, `doNotPerform`): who does not read it misreads them.
    pub modifier: bool,
    /// Whether `_name` may stand beside it: true for primitives except ids, `Extension.url` and `Narrative.div`.
    pub extensible: bool,
    /// Its types: one, or several when it is a choice.
    pub types: Vec<ElementType>,
    /// The value set of a required binding.
    pub binding: Option<Binding>,
}

/// One type that an element may have.
#[derive(Debug)]
pub struct ElementType {
    /// The FHIR name: `string`, `Reference`, `BackboneElement`, `Resource`.
    pub name: &'static str,
    /// The JSON property: `birthDate`, `valueQuantity`.
    pub property: &'static str,
    /// What stands in the JSON value.
    pub shape: Shape,
    /// The types a `Reference` may point at; empty for any.
    pub targets: Vec<&'static str>,
}

/// What stands in the JSON value of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A string, number or boolean.
    Primitive(Primitive),
    /// An object with these elements (nested elements, a datatype, or a content reference).
    Node(NodeId),
    /// A resource of any type (`contained`, `Bundle.entry.resource`).
    Resource,
}

/// A required binding <https://hl7.org/fhir/R4/terminologies.html#required>.
#[derive(Clone, Copy, Debug)]
pub enum Binding {
    /// These codes and no others.
    Codes(&'static CodeSet),
    /// Media types (BCP 13), `type/subtype`.
    MediaType,
    /// Currencies (ISO 4217).
    Currency,
    /// Languages (BCP 47).
    Language,
}

/// The codes of a value set.
#[derive(Debug)]
pub struct CodeSet {
    /// The canonical URL of the value set, without version.
    pub url: &'static str,
    /// System and codes, both sorted.
    pub systems: Vec<(&'static str, Vec<&'static str>)>,
    /// All codes, sorted, without repetition.
    pub codes: Vec<&'static str>,
}

impl CodeSet {
    /// Whether a bare `code` is in the set.
    #[must_use]
    pub fn contains(&self, code: &str) -> bool {
        self.codes.binary_search(&code).is_ok()
    }

    /// Whether a `Coding` is in the set.
    #[must_use]
    pub fn contains_coding(&self, system: &str, code: &str) -> bool {
        self.systems.iter().any(|(known, codes)| *known == system && codes.binary_search(&code).is_ok())
    }
}

impl Node {
    /// The element and type of a JSON property (without leading `_`).
    #[must_use]
    pub fn property(&self, name: &str) -> Option<(usize, &Element, &ElementType)> {
        let property = self.properties.get(self.names.find(name)?)?;
        let element = self.elements.get(usize::from(property.element))?;
        Some((usize::from(property.element), element, element.types.get(usize::from(property.type_))?))
    }

    /// The element of this name (without `[x]`).
    #[must_use]
    pub fn element(&self, name: &str) -> Option<&Element> {
        self.elements.iter().find(|element| element.name == name)
    }

    /// The names of all JSON properties, sorted.
    pub fn property_names(&self) -> impl Iterator<Item = &'static str> {
        self.properties.iter().map(|property| property.name)
    }
}

impl Element {
    /// Whether the JSON value is an array.
    #[must_use]
    pub fn repeats(&self) -> bool {
        self.max != Some(1)
    }

    /// Whether it must be there.
    #[must_use]
    pub fn required(&self) -> bool {
        self.min > 0
    }
}

macro_rules! primitives {
    ($($name:ident = $code:literal),+ $(,)?) => {
        /// The primitive types of R4 <https://hl7.org/fhir/R4/datatypes.html#primitive>.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the variants are the names of FHIR primitives")]
        pub enum Primitive { $($name),+ }

        impl Primitive {
            /// The FHIR name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// The primitive of this FHIR name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($code => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

primitives! {
    Boolean = "boolean", Integer = "integer", UnsignedInt = "unsignedInt", PositiveInt = "positiveInt", Decimal = "decimal",
    String = "string", Markdown = "markdown", Code = "code", Id = "id", Uri = "uri", Url = "url", Canonical = "canonical",
    Oid = "oid", Uuid = "uuid", Base64Binary = "base64Binary", Date = "date", DateTime = "dateTime", Instant = "instant",
    Time = "time", Xhtml = "xhtml",
}
