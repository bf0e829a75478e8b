//! Places inside a resource, found by a path and changed through the table of R4.

use crate::table::{self, Element, ElementType, Node, Shape};
use serde_json::Value;

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// A JSON property.
    Name(String),
    /// An entry of a list.
    Index(usize),
}

/// From the resource to something in it.
pub(super) type Place = Vec<Key>;

/// What stands there.
pub(super) fn at<'v>(resource: &'v Value, place: &[Key]) -> Option<&'v Value> {
    place.iter().try_fold(resource, |value, key| match key {
        Key::Name(name) => value.get(name.as_str()),
        Key::Index(index) => value.get(*index),
    })
}

/// What stands there, to be changed.
pub(super) fn at_mut<'v>(resource: &'v mut Value, place: &[Key]) -> Option<&'v mut Value> {
    place.iter().try_fold(resource, |value, key| match key {
        Key::Name(name) => value.get_mut(name.as_str()),
        Key::Index(index) => value.get_mut(*index),
    })
}

/// What the object at a place may hold.
pub(super) fn node(resource: &Value, place: &[Key]) -> Option<&'static Node> {
    let mut node = content(resource)?;
    let mut value = resource;
    for key in place {
        match key {
            Key::Index(index) => value = value.get(*index)?,
            Key::Name(name) => {
                value = value.get(name.as_str())?;
                let (_, _, kind) = node.property(name)?;
                if kind.shape != Shape::Resource {
                    node = table::node_of(kind)?;
                    continue;
                }
            }
        }
        if value.get("resourceType").is_some() {
            node = content(value)?;
        }
    }
    Some(node)
}

fn content(resource: &Value) -> Option<&'static Node> {
    let name = resource.get("resourceType").and_then(Value::as_str)?;
    table::type_def(name).map(table::content)
}

/// The element of this name, and the JSON property that holds a value of this type in it (`value`, `DateTime` →
/// `valueDateTime`).
pub(super) fn property(
    node: &'static Node,
    name: &str,
    kind: Option<&str>,
) -> Option<(&'static Element, &'static ElementType)> {
    if let Some((_, element, kind)) = node.property(name) {
        return Some((element, kind));
    }
    let element = node.element(name).filter(|element| element.choice)?;
    let property = format!("{name}{}", kind?);
    let (_, element, kind) = node.property(&property).filter(|(_, found, _)| found.name == element.name)?;
    Some((element, kind))
}

/// The JSON properties of an object that an element's name means: itself, or those of a choice.
pub(super) fn properties<'v>(node: Option<&Node>, value: &'v Value, name: &str) -> Vec<&'v String> {
    let Some(members) = value.as_object() else { return Vec::new() };
    let is = |property: &str| {
        let found = node.and_then(|node| node.property(property));
        property == name || found.is_some_and(|(_, element, _)| element.choice && element.name == name)
    };
    members.keys().filter(|property| is(property)).collect()
}

/// Takes an element away, with what `_name` says of it, and a list that is empty then.
pub(super) fn remove(resource: &mut Value, place: &[Key]) {
    let Some((last, parents)) = place.split_last() else { return };
    match last {
        Key::Name(name) => {
            if let Some(Value::Object(members)) = at_mut(resource, parents) {
                members.shift_remove(name);
                members.shift_remove(&format!("_{name}"));
            }
        }
        Key::Index(index) => {
            let emptied = take(resource, parents, *index);
            if let Some((Key::Name(name), grandparents)) = parents.split_last() {
                let mut beside = grandparents.to_vec();
                beside.push(Key::Name(format!("_{name}")));
                take(resource, &beside, *index);
            }
            if emptied {
                remove(resource, parents);
            }
        }
    }
}

/// Takes an entry out of a list; whether the list is empty now.
fn take(resource: &mut Value, list: &[Key], index: usize) -> bool {
    let Some(Value::Array(items)) = at_mut(resource, list) else { return false };
    if index < items.len() {
        items.remove(index);
    }
    items.is_empty()
}
