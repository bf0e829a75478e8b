//! The part of FHIRPath <http://hl7.org/fhirpath/N1/> that a patch needs: names, `[n]`, `.where(…)`, `.first()`, `.last()`,
//! `.single()`, `.extension('url')`, `.ofType(T)`; inside `where` also `=`, `!=`, `and`, `or`, `.exists()`, `.empty()`.

mod model;
mod parse;

use super::place::{self, Key, Place};
pub(super) use model::Path;
use model::{Literal, Step, Test};
use serde_json::Value;

impl Path {
    /// Reads a path; `None` for what is no path, or one that a patch has no use for.
    pub(super) fn parse(text: &str) -> Option<Self> {
        parse::path(text)
    }

    /// The places it names, in their order. The type's own name may stand first.
    pub(super) fn find(&self, resource: &Value) -> Vec<Place> {
        let named = |name: &String| resource.get("resourceType").and_then(Value::as_str) == Some(name.as_str());
        let steps = match self.0.split_first() {
            Some((Step::Child(name), rest)) if named(name) => rest,
            _ => &self.0,
        };
        walk(resource, vec![Vec::new()], steps)
    }
}

fn walk(resource: &Value, start: Vec<Place>, steps: &[Step]) -> Vec<Place> {
    steps.iter().fold(start, |found, step| step.take(resource, found))
}

impl Step {
    fn take(&self, resource: &Value, mut found: Vec<Place>) -> Vec<Place> {
        match self {
            Self::Child(name) => found.iter().flat_map(|place| children(resource, place, name)).collect(),
            Self::Index(index) => found.into_iter().nth(*index).into_iter().collect(),
            Self::First => found.into_iter().take(1).collect(),
            Self::Last => found.pop().into_iter().collect(),
            Self::Single => {
                if found.len() == 1 {
                    found
                } else {
                    Vec::new()
                }
            }
            Self::Extension(url) => {
                let own = |place: &Place| {
                    place::at(resource, place).and_then(|value| value.get("url")).and_then(Value::as_str) == Some(url)
                };
                let mut all: Vec<Place> =
                    found.iter().flat_map(|place| children(resource, place, "extension")).collect();
                all.retain(own);
                all
            }
            Self::OfType(name) => {
                found.retain(|place| is_of_type(place, name));
                found
            }
            Self::Where(test) => {
                found.retain(|place| test.holds(resource, place));
                found
            }
        }
    }
}

/// The elements of this name, each entry of a list by itself; a primitive of which only `_name` speaks is one too.
fn children(resource: &Value, place: &Place, name: &str) -> Vec<Place> {
    let holder = place::holder(resource, place);
    let Some(value) = place::at(resource, &holder) else { return Vec::new() };
    let mut found = Vec::new();
    for property in place::properties(place::node(resource, &holder), value, name) {
        let mut child = holder.clone();
        child.push(Key::Name(property.to_owned()));
        let list = |name: &str| value.get(name).and_then(Value::as_array).map(Vec::len);
        match list(property).max(list(&format!("_{property}"))) {
            Some(length) => found.extend((0..length).map(|index| {
                let mut entry = child.clone();
                entry.push(Key::Index(index));
                entry
            })),
            None => found.push(child),
        }
    }
    found
}

/// Whether the JSON property of a choice is that of a type: `valueQuantity` of `Quantity`.
fn is_of_type(place: &Place, name: &str) -> bool {
    let property = place.iter().rev().find_map(|key| if let Key::Name(name) = key { Some(name) } else { None });
    let mut letters = name.chars();
    let capital: String = letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect();
    property.is_some_and(|property| property.ends_with(&capital))
}

impl Test {
    fn holds(&self, resource: &Value, place: &Place) -> bool {
        let find = |path: &Path| walk(resource, vec![place.clone()], &path.0);
        // Of nothing neither is true; several are not equal to one <http://hl7.org/fhirpath/N1/#equals>.
        let says = |path: &Path, literal: &Literal| match find(path).as_slice() {
            [] => None,
            [one] => place::at(resource, one).filter(|value| !value.is_null()).map(|value| literal.is(value)),
            _ => Some(false),
        };
        match self {
            Self::Equals(path, literal) => says(path, literal) == Some(true),
            Self::Differs(path, literal) => says(path, literal) == Some(false),
            Self::Exists(path) => !find(path).is_empty(),
            Self::Empty(path) => find(path).is_empty(),
            Self::And(left, right) => left.holds(resource, place) && right.holds(resource, place),
            Self::Or(left, right) => left.holds(resource, place) || right.holds(resource, place),
        }
    }
}

impl Literal {
    fn is(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text(text), Value::String(found)) => text == found,
            (Self::Number(text), Value::Number(found)) => {
                found.to_string() == *text || found.as_f64().is_some_and(|number| text.parse() == Ok(number))
            }
            (Self::Boolean(boolean), Value::Bool(found)) => boolean == found,
            _ => false,
        }
    }
}
