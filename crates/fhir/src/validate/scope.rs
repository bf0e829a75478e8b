//! What one resource holds inside itself: its contained resources, and which of them are pointed at
//! <https://hl7.org/fhir/R4/references.html#contained>.

use super::report::Report;
use crate::IssueCode;
use crate::json::place::Place;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The contained resources of the resource that is being walked.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    contained: Vec<Contained<'a>>,
    /// The first of each id.
    by_id: HashMap<&'a str, usize>,
    /// The contained resource that is being walked now.
    pub(super) inside: Option<usize>,
}

#[derive(Debug)]
struct Contained<'a> {
    rtype: &'a str,
    /// The first with the same id: itself, unless an id stands twice.
    first: usize,
    /// It points at its container (`dom-3`).
    points: bool,
    /// Something points at its id; told of the first alone.
    pointed_at: bool,
}

impl<'a> Scope<'a> {
    pub(super) fn of(resource: &'a Map<String, Value>) -> Self {
        let list = resource.get("contained").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let text = |value: &'a Value, name| value.get(name).and_then(Value::as_str);
        let mut by_id = HashMap::new();
        let contained = list.iter().enumerate().map(|(at, c)| Contained {
            rtype: text(c, "resourceType").unwrap_or_default(),
            first: text(c, "id").map_or(at, |id| *by_id.entry(id).or_insert(at)),
            points: false,
            pointed_at: false,
        });
        Self { contained: contained.collect(), by_id, inside: None }
    }

    /// Notes that a uri, canonical, url or reference `#id` stands in the resource.
    pub(super) fn mark(&mut self, fragment: &str) {
        let container = self.inside.filter(|_| fragment.is_empty());
        if let Some(contained) = container.and_then(|at| self.contained.get_mut(at)) {
            contained.points = true;
        }
        if let Some(contained) = self.by_id.get(fragment).and_then(|at| self.contained.get_mut(*at)) {
            contained.pointed_at = true;
        }
    }

    /// The type of the contained resource with this id, empty when it is not named; `None` when there is no such resource.
    pub(super) fn find(&self, id: &str) -> Option<&'a str> {
        self.contained.get(*self.by_id.get(id)?).map(|contained| contained.rtype)
    }

    /// Once the whole resource is walked: everything contained is used and its ids differ.
    pub(super) fn close(&self, report: &mut Report, resource: &Place<'_>) {
        let list = resource.name("contained");
        for (at, contained) in self.contained.iter().enumerate() {
            let pointed_at = self.contained.get(contained.first).is_some_and(|first| first.pointed_at);
            if !contained.points && !pointed_at {
                report.invariant(
                    &list.index(at),
                    "dom-3",
                    "En innebygd ressurs (contained) må ha id og vises til med «#id» fra ressursen. Vis til den eller fjern den.",
                    "A contained resource needs an id and a reference “#id” in the resource. Refer to it or remove it.",
                );
            }
            if contained.first != at {
                let entry = list.index(at);
                report.add(
                    &entry.name("id"),
                    IssueCode::Value,
                    "duplicate-id",
                    "To innebygde ressurser (contained) har samme id. Gi dem ulike id-er.".to_owned(),
                    "Two contained resources have the same id. Give them different ids.".to_owned(),
                );
            }
        }
    }
}
