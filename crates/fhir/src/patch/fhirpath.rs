//! FHIRPath Patch <https://hl7.org/fhir/R4/fhirpatch.html>: add, insert, delete, replace and move.

mod model;
mod read;

use super::bounds::touches_fixed;
use super::fault::{At, PatchFault};
use super::place::{self, Key, Place};
use super::value::fits;
use crate::IssueCode;
pub(super) use model::Operation;
use model::{Act, Given};
pub(super) use read::read;
use serde_json::Value;

/// Carries them out in order.
pub(super) fn apply(operations: &[Operation], resource: &mut Value) -> Result<(), PatchFault> {
    let original = resource.clone();
    for (index, operation) in operations.iter().enumerate() {
        let at = At::Fhir(index);
        let found = operation.path.find(resource);
        match &operation.act {
            Act::Add(name, given) => add(at, resource, &one(at, found)?, name, given)?,
            Act::Insert(index, given) => insert(at, resource, &found, *index, given)?,
            // What is not there is deleted already.
            Act::Delete if found.is_empty() => {}
            Act::Delete => place::remove(resource, &one(at, found)?),
            Act::Replace(given) => replace(at, resource, &one(at, found)?, given)?,
            Act::Move(source, destination) => shift(at, resource, &found, *source, *destination)?,
        }
        if touches_fixed(&original, resource) {
            return Err(at.fixed());
        }
    }
    Ok(())
}

fn one(at: At, mut found: Vec<Place>) -> Result<Place, PatchFault> {
    match (found.pop(), found.is_empty()) {
        (Some(place), true) => Ok(place),
        (None, _) => Err(at.nothing_there("path")),
        (Some(_), false) => Err(at.unfit(
            "patch-path-not-single",
            IssueCode::MultipleMatches,
            "path",
            "banen treffer flere elementer. Gjør den entydig med [n], .first() eller .where(…).",
            "the path matches several elements. Make it single with [n], .first() or .where(…).",
        )),
    }
}

fn add(at: At, resource: &mut Value, place: &Place, name: &str, given: &Given) -> Result<(), PatchFault> {
    let node = place::node(resource, place);
    let Some((element, kind)) = node.and_then(|node| place::property(node, name, given.kind.as_deref())) else {
        return Err(no_such_element(at));
    };
    let value = given.value(crate::table::node_of(kind));
    if !fits(place.len() + 2, &value) {
        return Err(at.too_large());
    }
    let Some(Value::Object(members)) = place::at_mut(resource, place) else { return Err(at.nothing_there("path")) };
    if element.repeats() {
        match members.entry(kind.property).or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(items) => items.push(value),
            other => *other = value,
        }
        return Ok(());
    }
    if members.contains_key(kind.property) {
        return Err(at.unfit(
            "patch-already-there",
            IssueCode::Duplicate,
            "name",
            "elementet finnes allerede og kan bare stå én gang. Bruk replace.",
            "the element is there already and may stand only once. Use replace.",
        ));
    }
    members.insert(kind.property.to_owned(), value);
    Ok(())
}

fn insert(at: At, resource: &mut Value, found: &[Place], index: usize, given: &Given) -> Result<(), PatchFault> {
    let (list, entry) = list_of(at, found)?;
    let value = given.value(place::node(resource, entry));
    if !fits(entry.len(), &value) {
        return Err(at.too_large());
    }
    match place::at_mut(resource, list) {
        Some(Value::Array(items)) if index <= items.len() => {
            items.insert(index, value);
            Ok(())
        }
        Some(Value::Array(_)) => Err(outside(at, "index")),
        _ => Err(no_list(at)),
    }
}

fn replace(at: At, resource: &mut Value, place: &Place, given: &Given) -> Result<(), PatchFault> {
    let value = given.value(place::node(resource, place));
    if !fits(place.len(), &value) {
        return Err(at.too_large());
    }
    let Some((Key::Name(property), parents)) = place.split_last() else {
        if let Some(there) = place::at_mut(resource, place).filter(|_| !place.is_empty()) {
            *there = value;
            return Ok(());
        }
        return Err(no_such_element(at));
    };
    // The value of a choice may be of another type than before: its JSON property is another then.
    let node = place::node(resource, parents);
    let choice = node.and_then(|node| node.property(property)).filter(|(_, element, _)| element.choice);
    let renamed = choice.and_then(|(_, element, _)| place::property(node?, element.name, given.kind.as_deref()));
    let wanted = renamed.map_or(property.as_str(), |(_, kind)| kind.property).to_owned();
    if wanted != *property {
        place::remove(resource, place);
    }
    if let Some(Value::Object(members)) = place::at_mut(resource, parents) {
        members.insert(wanted, value);
    }
    Ok(())
}

fn shift(at: At, resource: &mut Value, found: &[Place], from: usize, to: usize) -> Result<(), PatchFault> {
    let (list, _) = list_of(at, found)?;
    let Some(Value::Array(items)) = place::at_mut(resource, list) else { return Err(no_list(at)) };
    if from >= items.len() {
        return Err(outside(at, "source"));
    }
    if to >= items.len() {
        return Err(outside(at, "destination"));
    }
    let item = items.remove(from);
    items.insert(to, item);
    Ok(())
}

/// The list whose entries a path names, and the first of them.
fn list_of(at: At, found: &[Place]) -> Result<(&[Key], &Place), PatchFault> {
    let first = found.first().ok_or_else(|| at.nothing_there("path"))?;
    let (Some((Key::Index(_), list)), true) = (first.split_last(), found.iter().all(|place| same_list(place, first)))
    else {
        return Err(no_list(at));
    };
    Ok((list, first))
}

fn same_list(place: &Place, first: &Place) -> bool {
    place.split_last().map(|(_, list)| list) == first.split_last().map(|(_, list)| list)
}

fn no_such_element(at: At) -> PatchFault {
    at.unfit(
        "patch-unknown-element",
        IssueCode::Structure,
        "name",
        "elementet finnes ikke der i FHIR R4, eller verdien har en type det ikke kan ha. Se typens definisjon.",
        "FHIR R4 has no such element there, or the value is of a type it cannot have. See the type's definition.",
    )
}

fn no_list(at: At) -> PatchFault {
    at.unfit(
        "patch-not-a-list",
        IssueCode::Value,
        "path",
        "banen skal navngi en liste, for eksempel CareTeam.participant.",
        "the path must name a list, for example CareTeam.participant.",
    )
}

fn outside(at: At, part: &str) -> PatchFault {
    at.unfit(
        "patch-index-outside",
        IssueCode::Value,
        part,
        "listen har ikke så mange elementer. Tell fra 0.",
        "the list does not have that many elements. Count from 0.",
    )
}
