//! FHIRPath Patch <https://hl7.org/fhir/R4/fhirpatch.html>: add, insert, delete, replace and move.

mod model;
mod read;

use super::bounds::touches_fixed;
use super::fault::{At, PatchFault};
use super::place::{self, Key, Pair, Place};
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
            "path",
            IssueCode::MultipleMatches,
            "patch-path-not-single",
            "banen treffer flere elementer. Gjør den entydig med [n], .first() eller .where(…).",
            "the path matches several elements. Make it single with [n], .first() or .where(…).",
        )),
    }
}

fn add(at: At, resource: &mut Value, place: &Place, name: &str, given: &Given) -> Result<(), PatchFault> {
    let place = place::open(resource, place);
    let node = place::node(resource, &place);
    let Some((element, kind)) = node.and_then(|node| place::property(node, name, given.kind.as_deref())) else {
        return Err(no_such_element(at));
    };
    let pair = fitting(at, place.len() + 2, given.pair(crate::table::node_of(kind)))?;
    let Some(Value::Object(members)) = place::at_mut(resource, &place) else { return Err(at.nothing_there("path")) };
    if element.repeats() {
        return place::change_members(members, kind.property, |pairs| pairs.push(pair)).ok_or_else(|| no_list(at));
    }
    if members.contains_key(kind.property) || members.contains_key(&format!("_{}", kind.property)) {
        return Err(at.unfit(
            "name",
            IssueCode::Duplicate,
            "patch-already-there",
            "elementet finnes allerede og kan bare stå én gang. Bruk replace.",
            "the element is there already and may stand only once. Use replace.",
        ));
    }
    place::set(members, kind.property, pair);
    Ok(())
}

/// A value that may stand so many steps down.
fn fitting(at: At, steps: usize, pair: Pair) -> Result<Pair, PatchFault> {
    if fits(steps, &pair.0) && fits(steps, &pair.1) { Ok(pair) } else { Err(at.too_large()) }
}

fn insert(at: At, resource: &mut Value, found: &[Place], index: usize, given: &Given) -> Result<(), PatchFault> {
    let (list, entry) = list_of(at, found)?;
    let pair = fitting(at, entry.len(), given.pair(place::node(resource, entry)))?;
    let inserted = place::change(resource, list, |pairs| {
        if index > pairs.len() {
            return Err(outside(at, "index"));
        }
        pairs.insert(index, pair);
        Ok(())
    });
    inserted.unwrap_or_else(|| Err(no_list(at)))
}

fn replace(at: At, resource: &mut Value, place: &Place, given: &Given) -> Result<(), PatchFault> {
    let pair = fitting(at, place.len(), given.pair(place::node(resource, place)))?;
    let (property, parents) = match place.split_last() {
        Some((Key::Name(property), parents)) => (property, parents),
        Some((Key::Index(index), list)) => {
            place::change(resource, list, |pairs| pairs.get_mut(*index).map(|there| *there = pair));
            return Ok(());
        }
        None => return Err(no_such_element(at)),
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
        place::set(members, &wanted, pair);
    }
    Ok(())
}

fn shift(at: At, resource: &mut Value, found: &[Place], from: usize, to: usize) -> Result<(), PatchFault> {
    let (list, _) = list_of(at, found)?;
    let shifted = place::change(resource, list, |pairs| {
        if from >= pairs.len() {
            return Err(outside(at, "source"));
        }
        if to >= pairs.len() {
            return Err(outside(at, "destination"));
        }
        let pair = pairs.remove(from);
        pairs.insert(to, pair);
        Ok(())
    });
    shifted.unwrap_or_else(|| Err(no_list(at)))
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
        "name",
        IssueCode::Structure,
        "patch-unknown-element",
        "elementet finnes ikke der i FHIR R4, eller verdien har en type det ikke kan ha. Se typens definisjon.",
        "FHIR R4 has no such element there, or the value is of a type it cannot have. See the type's definition.",
    )
}

fn no_list(at: At) -> PatchFault {
    at.unfit(
        "path",
        IssueCode::Value,
        "patch-not-a-list",
        "banen skal navngi en liste, for eksempel CareTeam.participant.",
        "the path must name a list, for example CareTeam.participant.",
    )
}

fn outside(at: At, part: &str) -> PatchFault {
    at.unfit(
        part,
        IssueCode::Value,
        "patch-index-outside",
        "listen har ikke så mange elementer. Tell fra 0.",
        "the list does not have that many elements. Count from 0.",
    )
}
