//! `components.schemas`: what the document refers to, and what that refers to in turn. The main job and the service have
//! schemas of their own ([`super::job`], [`super::service`]); every other name is a FHIR type and made from the R4 facts.
//!
//! Objects are open: primitive extensions (`_birthDate`) and, in wide choices, the rarer `value…` properties are accepted
//! by the server without standing here, so that generated clients stay readable.

use super::{job, primitive, prune, service};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::LazyLock;
use varde_fhir::table::{self, Binding, Element, ElementType, Kind, Node, Shape};

const PREFIX: &str = "#/components/schemas/";
/// A choice of more types than this is cut to [`FREQUENT`].
const WIDE: usize = 20;
/// The types of `Extension.value[x]` and the like that people meet.
const FREQUENT: &[&str] = &[
    "boolean",
    "canonical",
    "code",
    "date",
    "dateTime",
    "decimal",
    "id",
    "instant",
    "integer",
    "markdown",
    "string",
    "uri",
    "url",
    "Address",
    "Attachment",
    "CodeableConcept",
    "Coding",
    "ContactPoint",
    "HumanName",
    "Identifier",
    "Period",
    "Quantity",
    "Reference",
];

/// Types that say in so many words that they are open: no-basis puts the municipality number of an address into an
/// extension of the primitive `district` <http://hl7.no/fhir/StructureDefinition/no-basis-municipalitycode>.
const OPEN: &[&str] = &["Address"];

/// Our own words for types and elements: by path, else by the element's name.
static WORDS: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("words.json")).unwrap_or_default());

/// Adds the schemas.
pub(super) fn complete(document: &mut Value) {
    let own: BTreeMap<&str, Value> = job::schemas().into_iter().chain(service::schemas()).collect();
    let mut made: BTreeMap<String, Value> = BTreeMap::new();
    let mut wanted: VecDeque<String> = names(document).collect();
    let nested: BTreeMap<String, &'static Node> =
        table::nodes().map(|(_, node)| (schema_name(&node.path), node)).collect();
    while let Some(name) = wanted.pop_front() {
        if made.contains_key(&name) {
            continue;
        }
        let schema = match own.get(name.as_str()) {
            Some(schema) => schema.clone(),
            None => nested.get(&name).map_or_else(|| json!({}), |node| of_node(node)),
        };
        wanted.extend(names(&schema));
        made.insert(name, schema);
    }
    if let Some(Value::Object(components)) = document.get_mut("components") {
        components.insert("schemas".to_owned(), json!(made));
    }
}

fn names(value: &Value) -> impl Iterator<Item = String> + use<> {
    prune::references(value).into_iter().filter_map(|target| target.strip_prefix(PREFIX).map(str::to_owned))
}

/// `CareTeam.participant` → `CareTeamParticipant`.
fn schema_name(path: &str) -> String {
    let mut name = String::with_capacity(path.len());
    for part in path.split('.') {
        let mut letters = part.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

fn of_node(node: &Node) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    if table::type_def(&node.path).is_some_and(|row| row.kind == Kind::Resource) {
        properties.insert("resourceType".to_owned(), json!({ "type": "string", "enum": [node.path] }));
        required.push("resourceType");
    }
    for element in &node.elements {
        for choice in
            element.types.iter().filter(|choice| element.types.len() <= WIDE || FREQUENT.contains(&choice.name))
        {
            properties.insert(choice.property.to_owned(), of_element(node, element, choice));
            if element.required() && !element.choice {
                required.push(choice.property);
            }
        }
    }
    let mut schema = json!({ "type": "object", "description": words_of_node(node), "properties": properties });
    if let (false, Some(schema)) = (required.is_empty(), schema.as_object_mut()) {
        schema.insert("required".to_owned(), json!(required));
    }
    if let (true, Some(schema)) = (OPEN.contains(&node.path.as_str()), schema.as_object_mut()) {
        schema.insert("additionalProperties".to_owned(), json!(true));
    }
    schema
}

fn words_of_node(node: &Node) -> String {
    let name = node.path.rsplit('.').next().unwrap_or_default();
    let words = WORDS.get(&node.path).or_else(|| WORDS.get(name));
    words.cloned().unwrap_or_else(|| format!("FHIR R4 `{}`.", node.path))
}

fn of_element(node: &Node, element: &Element, choice: &ElementType) -> Value {
    let mut words = words_of_element(node, element);
    if !choice.targets.is_empty() {
        words.push_str(" Refers to ");
        words.push_str(&choice.targets.join(", "));
        words.push('.');
    }
    let inner = of_type(element, choice);
    if element.repeats() {
        let mut list = json!({ "type": "array", "description": words, "items": inner });
        if let (true, Some(list)) = (element.required(), list.as_object_mut()) {
            list.insert("minItems".to_owned(), json!(element.min));
        }
        return list;
    }
    described(inner, words)
}

fn words_of_element(node: &Node, element: &Element) -> String {
    let words = WORDS.get(&format!("{}.{}", node.path, element.name)).or_else(|| WORDS.get(element.name));
    words.cloned().unwrap_or_else(|| format!("FHIR R4 `{}.{}`.", node.path, element.name))
}

fn of_type(element: &Element, choice: &ElementType) -> Value {
    match choice.shape {
        Shape::Primitive(primitive) => match element.binding {
            Some(Binding::Codes(codes)) => json!({ "type": "string", "enum": codes.codes }),
            Some(Binding::MediaType | Binding::Currency | Binding::Language) | None => primitive::schema(primitive),
        },
        Shape::Node(id) => reference(&schema_name(&table::node(id).path)),
        Shape::Resource => reference("Resource"),
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("{PREFIX}{name}") })
}

fn described(mut schema: Value, words: String) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), Value::String(words));
    }
    schema
}
