//! The walk: one pass over a resource, object by object, with the table at hand. Paths live on the stack and are only
//! written out when there is an issue.

use super::report::Report;
use super::scope::Scope;
use super::{coding, extensions, invariants, primitive, profiles, references, texts};
use crate::ResourceType;
use crate::json::place::Place;
use crate::table::{self, Element, ElementType, NodeId, Primitive, Shape};
use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// What an object is in the body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A resource: `resourceType` stands in it, and it may be empty otherwise.
    Resource,
    /// An element: it must have content (`ele-1`).
    Element,
    /// `_name` beside a value: an id alone is enough.
    Beside,
}

/// The state of one walk.
pub(super) struct Walk<'a> {
    pub(super) report: Report,
    scope: Scope<'a>,
    /// The content of `_name`.
    element: Option<NodeId>,
    /// The content of `Extension`.
    extension: Option<NodeId>,
    /// Whether resources inside resources are walked too.
    inside: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new() -> Self {
        let of = |name| table::type_def(name).map(table::root);
        let (element, extension) = (of("Element"), of("Extension"));
        Self { report: Report::default(), scope: Scope::default(), element, extension, inside: true }
    }

    /// A walk that goes past the resources inside resources.
    pub(super) fn past_resources() -> Self {
        Self { inside: false, ..Self::new() }
    }

    /// A resource of its own: the one that was sent, a Bundle entry, a parameter.
    pub(super) fn resource(&mut self, place: &Place<'_>, value: &'a Value, expected: Option<ResourceType>) {
        let Value::Object(object) = value else {
            return self.report.not_a_resource(place);
        };
        let outer = std::mem::replace(&mut self.scope, Scope::of(object));
        self.typed(place, object, expected);
        self.scope.close(&mut self.report, place);
        self.scope = outer;
    }

    /// A resource inside `contained`: it shares the scope of its container.
    fn contained(&mut self, place: &Place<'_>, value: &'a Value, at: usize) {
        let Value::Object(object) = value else {
            return self.report.not_a_resource(place);
        };
        let meta = |name| object.get("meta").and_then(|meta| meta.get(name)).is_some();
        if meta("versionId") || meta("lastUpdated") {
            texts::contained_meta(&mut self.report, place, "dom-4", "meta.versionId, meta.lastUpdated");
        }
        if meta("security") {
            texts::contained_meta(&mut self.report, place, "dom-5", "meta.security");
        }
        self.scope.inside = Some(at);
        self.typed(place, object, None);
        self.scope.inside = None;
    }

    fn typed(&mut self, place: &Place<'_>, object: &'a Object, expected: Option<ResourceType>) {
        let Some(name) = object.get("resourceType") else {
            return texts::no_type(&mut self.report, &place.name("resourceType"));
        };
        let rtype = name.as_str().and_then(|name| name.parse::<ResourceType>().ok());
        let Some((rtype, row)) = rtype.and_then(|rtype| Some((rtype, table::type_def(rtype.as_str())?))) else {
            return texts::unsupported_type(&mut self.report, &place.name("resourceType"));
        };
        if let Some(expected) = expected.filter(|expected| *expected != rtype) {
            return texts::other_type(&mut self.report, &place.name("resourceType"), expected);
        }
        self.node(place, object, table::root(row), Role::Resource);
        profiles::claimed(&mut self.report, place, object);
    }

    /// The elements of one object.
    fn node(&mut self, place: &Place<'_>, object: &'a Object, id: NodeId, role: Role) {
        let node = table::node(id);
        let mut seen = 0_u128;
        for (name, value) in object {
            if self.report.full() {
                return;
            }
            let bare = name.strip_prefix('_');
            let Some((at, element, t)) = node
                .property(bare.unwrap_or(name))
                .filter(|found| bare.is_none() || (found.1.extensible && matches!(found.2.shape, Shape::Primitive(_))))
            else {
                if !(role == Role::Resource && name == "resourceType") {
                    texts::unknown_element(&mut self.report, place, node, name);
                }
                continue;
            };
            let here = place.name(element.name);
            let bit = bit(at);
            if element.choice && seen & bit != 0 {
                self.one_choice(&here, object, element, t);
            }
            seen |= bit;
            if let Some(bare) = bare {
                self.more(&here, element, value, object.get(bare));
            } else {
                self.value(&here, element, t, value, object);
            }
        }
        for (at, element) in node.elements.iter().enumerate().filter(|(_, element)| element.required()) {
            if seen & bit(at) == 0 {
                texts::required(&mut self.report, &place.name(element.name), node, element);
            }
        }
        if role != Role::Resource && !self.has_content(place, object, role) {
            return;
        }
        invariants::check(&mut self.report, place, id, object);
        extensions::placed(&mut self.report, place, &node.path, object);
        if self.extension == Some(id) {
            extensions::check(&mut self.report, place, object);
        }
    }

    /// `ele-1`: an element has a value or children, an id alone is not enough.
    fn has_content(&mut self, place: &Place<'_>, object: &Object, role: Role) -> bool {
        let content = object.keys().any(|key| key != "id");
        if object.is_empty() {
            self.report.empty(place);
        } else if !content && role == Role::Element {
            texts::only_an_id(&mut self.report, place);
        }
        content
    }

    /// A choice may have one type; `valueString` and `_valueString` are the same type.
    fn one_choice(&mut self, place: &Place<'_>, object: &Object, element: &Element, t: &ElementType) {
        let other = |key: &String| {
            let bare = key.trim_start_matches('_');
            bare != t.property && element.types.iter().any(|t| t.property == bare)
        };
        if object.keys().any(other) {
            texts::two_types(&mut self.report, place);
        }
    }

    /// The JSON value of an element: one, or an array when the element repeats.
    fn value(&mut self, place: &Place<'_>, element: &Element, t: &ElementType, value: &'a Value, object: &Object) {
        match (element.repeats(), value) {
            (false, Value::Array(_)) => texts::too_many(&mut self.report, place, Some(1)),
            (false, _) => self.item(place, element, t, value),
            (true, Value::Array(list)) => {
                self.count(place, element, list.len());
                for (at, item) in list.iter().enumerate() {
                    let entry = place.index(at);
                    match (item, t.shape) {
                        (Value::Null, Shape::Primitive(_)) if companion(object, t.property, at) => {}
                        (_, Shape::Resource) if element.name == "contained" => self.contained_entry(&entry, item, at),
                        _ => self.item(&entry, element, t, item),
                    }
                }
            }
            (true, _) => self.report.not_an_array(place),
        }
    }

    fn contained_entry(&mut self, place: &Place<'_>, item: &'a Value, at: usize) {
        if self.scope.inside.is_some() {
            texts::nested_contained(&mut self.report, place);
        } else {
            self.contained(place, item, at);
        }
    }

    fn count(&mut self, place: &Place<'_>, element: &Element, count: usize) {
        if count == 0 {
            self.report.empty(place);
        } else if element.max.is_some_and(|max| usize::try_from(max).is_ok_and(|max| count > max)) {
            texts::too_many(&mut self.report, place, element.max);
        } else if usize::try_from(element.min).is_ok_and(|min| count < min) {
            texts::too_few(&mut self.report, place, element.min);
        }
    }

    /// One value of an element.
    fn item(&mut self, place: &Place<'_>, element: &Element, t: &ElementType, value: &'a Value) {
        if value.is_null() {
            return self.report.empty(place);
        }
        match (t.shape, value) {
            (Shape::Primitive(primitive), _) => self.primitive(place, element, primitive, value),
            (Shape::Node(id), Value::Object(object)) => {
                self.node(place, object, id, Role::Element);
                if t.name == "Reference" {
                    references::check(&mut self.report, &mut self.scope, place, object, &t.targets);
                }
                if matches!(t.name, "Quantity" | "Age" | "Count" | "Distance" | "Duration") {
                    coding::unit(&mut self.report, place, object);
                }
                if let Some(binding) = element.binding.filter(|_| matches!(t.name, "Coding" | "CodeableConcept")) {
                    coding::check(&mut self.report, place, binding, value);
                }
            }
            (Shape::Node(_), _) => self.report.wrong_type(place, "et JSON-objekt", "a JSON object"),
            (Shape::Resource, _) if self.inside => self.resource(place, value, None),
            (Shape::Resource, _) => {}
        }
    }

    fn primitive(&mut self, place: &Place<'_>, element: &Element, primitive: Primitive, value: &Value) {
        if let Err(bad) = primitive::check(primitive, value) {
            return texts::bad_primitive(&mut self.report, place, primitive, bad);
        }
        if let Some(binding) = element.binding.filter(|_| primitive == Primitive::Code) {
            coding::check(&mut self.report, place, binding, value);
        }
        if let (Primitive::Uri | Primitive::Url | Primitive::Canonical, Some(text)) = (primitive, value.as_str()) {
            text.strip_prefix('#').into_iter().for_each(|id| self.scope.mark(id));
        }
    }

    /// `_name`: ids and extensions of a primitive, beside its value or instead of it
    /// <https://hl7.org/fhir/R4/json.html#primitive>.
    fn more(&mut self, place: &Place<'_>, element: &Element, value: &'a Value, main: Option<&Value>) {
        if !element.repeats() {
            return self.companion(place, value, main.is_some_and(|main| !main.is_null()));
        }
        let Value::Array(list) = value else {
            return self.report.wrong_type(
                place,
                "en JSON-liste, også for én verdi",
                "a JSON array, also for one value",
            );
        };
        let main = main.and_then(Value::as_array);
        if main.is_none() {
            self.count(place, element, list.len());
        }
        if main.is_some_and(|main| main.len() != list.len()) {
            texts::uneven(&mut self.report, place);
        }
        for (at, item) in list.iter().enumerate() {
            let has_value = main.and_then(|main| main.get(at)).is_some_and(|main| !main.is_null());
            if !(item.is_null() && has_value) {
                self.companion(&place.index(at), item, has_value);
            }
        }
    }

    fn companion(&mut self, place: &Place<'_>, value: &'a Value, has_value: bool) {
        let (Value::Object(object), Some(id)) = (value, self.element) else {
            return if value.is_null() {
                self.report.empty(place);
            } else {
                self.report.wrong_type(
                    place,
                    "et JSON-objekt med id eller extension",
                    "a JSON object with id or extension",
                );
            };
        };
        self.node(place, object, id, if has_value { Role::Beside } else { Role::Element });
    }
}

/// Whether `_name` has content for the entry where the value is null.
fn companion(object: &Object, property: &str, at: usize) -> bool {
    let more = object.get(&format!("_{property}")).and_then(Value::as_array);
    more.and_then(|list| list.get(at)).is_some_and(|item| !item.is_null())
}

/// The mark of an element among those seen in an object; no R4 node has more than 128 elements.
fn bit(at: usize) -> u128 {
    u32::try_from(at).ok().and_then(|at| 1_u128.checked_shl(at)).unwrap_or(0)
}
