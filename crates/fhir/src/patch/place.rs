//! Places inside a resource, found by a path and changed through the table of R4. A primitive and what `_name` says of it are one
//! element <https://hl7.org/fhir/R4/json.html#primitive>: they are found, moved and taken away together.

use crate::table::{self, Element, ElementType, Node, Shape};
use serde_json::{Map, Value};

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
                let bare = name.strip_prefix('_');
                let (_, _, kind) = node.property(bare.unwrap_or(name))?;
                if bare.is_some() {
                    node = table::type_def("Element").map(table::content)?;
                    continue;
                }
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

/// Where the id and the extensions of the element at a place stand: in itself, or beside a primitive (`_birthDate`, `_given[1]`).
pub(super) fn holder(resource: &Value, place: &[Key]) -> Place {
    if at(resource, place).is_some_and(Value::is_object) { place.to_vec() } else { beside(place) }
}

/// [`holder`], made when nothing is said beside the primitive yet.
pub(super) fn open(resource: &mut Value, place: &[Key]) -> Place {
    let holder = holder(resource, place);
    let empty = || Value::Object(Map::new());
    if at(resource, &holder).is_some_and(Value::is_object) {
        return holder;
    }
    match place.split_last() {
        Some((Key::Index(index), list)) => {
            change(resource, list, |pairs| {
                if let Some((_, more)) = pairs.get_mut(*index) {
                    *more = empty();
                }
            });
        }
        Some((Key::Name(name), parents)) => {
            if let Some(Value::Object(members)) = at_mut(resource, parents) {
                members.insert(format!("_{name}"), empty());
            }
        }
        None => {}
    }
    holder
}

fn beside(place: &[Key]) -> Place {
    let mut beside = place.to_vec();
    if let Some(Key::Name(name)) = beside.iter_mut().rev().find(|key| matches!(key, Key::Name(_))) {
        name.insert(0, '_');
    }
    beside
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

/// The elements of an object that a name means, as JSON properties without `_`: itself, or those of a choice.
pub(super) fn properties<'v>(node: Option<&Node>, value: &'v Value, name: &str) -> Vec<&'v str> {
    let Some(members) = value.as_object() else { return Vec::new() };
    let is = |property: &&str| {
        let found = node.and_then(|node| node.property(property));
        *property == name || found.is_some_and(|(_, element, _)| element.choice && element.name == name)
    };
    let mut found: Vec<&str> =
        members.keys().map(|property| property.strip_prefix('_').unwrap_or(property)).filter(is).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// A value and what is said beside it; `Null` for what is not there.
pub(super) type Pair = (Value, Value);

/// Changes the entries of a list, in step with what is said beside each; a list of nothing goes. `None` when there is no list.
pub(super) fn change<R>(resource: &mut Value, list: &[Key], change: impl FnOnce(&mut Vec<Pair>) -> R) -> Option<R> {
    let Some((Key::Name(name), parents)) = list.split_last() else { return None };
    let Some(Value::Object(members)) = at_mut(resource, parents) else { return None };
    change_members(members, name, change)
}

/// [`change`] of a member of an object.
pub(super) fn change_members<R>(
    members: &mut Map<String, Value>,
    name: &str,
    change: impl FnOnce(&mut Vec<Pair>) -> R,
) -> Option<R> {
    let beside = format!("_{name}");
    let is_list = |name: &str| members.get(name).is_none_or(Value::is_array);
    if !(is_list(name) && is_list(&beside)) {
        return None;
    }
    let (mut values, mut more) = (taken(members, name).into_iter(), taken(members, &beside).into_iter());
    let mut pairs = Vec::new();
    loop {
        match (values.next(), more.next()) {
            (None, None) => break,
            (value, more) => pairs.push((value.unwrap_or_default(), more.unwrap_or_default())),
        }
    }
    let changed = change(&mut pairs);
    let (values, more): (Vec<Value>, Vec<Value>) = pairs.into_iter().unzip();
    put(members, name, values);
    put(members, &beside, more);
    Some(changed)
}

fn taken(members: &mut Map<String, Value>, name: &str) -> Vec<Value> {
    members.get_mut(name).and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default()
}

fn put(members: &mut Map<String, Value>, name: &str, items: Vec<Value>) {
    if items.iter().all(Value::is_null) {
        members.shift_remove(name);
    } else {
        members.insert(name.to_owned(), Value::Array(items));
    }
}

/// Sets a member that does not repeat, and what is said beside it.
pub(super) fn set(members: &mut Map<String, Value>, name: &str, (value, more): Pair) {
    for (name, value) in [(name.to_owned(), value), (format!("_{name}"), more)] {
        if value.is_null() {
            members.shift_remove(&name);
        } else {
            members.insert(name, value);
        }
    }
}

/// Takes an element away, with what `_name` says of it, and a list that is empty then.
pub(super) fn remove(resource: &mut Value, place: &[Key]) {
    match place.split_last() {
        Some((Key::Name(name), parents)) => {
            if let Some(Value::Object(members)) = at_mut(resource, parents) {
                set(members, name, Pair::default());
            }
        }
        Some((Key::Index(index), list)) => {
            change(resource, list, |pairs| {
                if *index < pairs.len() {
                    pairs.remove(*index);
                }
            });
        }
        None => {}
    }
}
