//! A compiled path asks for every name an element may be spelt with; R4's table knows which of them there are.

use super::path::Step;
use crate::ResourceType;
use crate::table::{self, ElementType, Node, Shape};

/// Leaves out of the steps of a path, from a resource of this type on, the names that R4 does not have there. Where the table says
/// nothing (a resource of any type), and where it knows no name at all, all stay.
pub(super) fn leave_out_unknown(steps: &mut [Step], rtype: ResourceType) {
    let mut nodes: Vec<&'static Node> = table::type_def(rtype.as_str()).map(table::content).into_iter().collect();
    for step in steps {
        let Step::Child(names) = step else { continue };
        let known = |name: &String| nodes.iter().any(|node| member(node, name).is_some());
        if !names.iter().any(known) {
            return;
        }
        names.retain(known);
        let members = nodes.iter().flat_map(|node| names.iter().filter_map(|name| member(node, name)));
        nodes = members.filter_map(Member::content).collect();
    }
}

/// What stands under one JSON name.
enum Member {
    /// A value of this type.
    Value(&'static ElementType),
    /// Ids and extensions of a primitive.
    Beside,
}

fn member(node: &'static Node, name: &str) -> Option<Member> {
    let bare = name.strip_prefix('_');
    let (_, element, t) = node.property(bare.unwrap_or(name))?;
    match bare {
        None => Some(Member::Value(t)),
        Some(_) => (element.extensible && matches!(t.shape, Shape::Primitive(_))).then_some(Member::Beside),
    }
}

impl Member {
    /// The elements inside it, when the table knows them.
    fn content(self) -> Option<&'static Node> {
        match self {
            Self::Value(t) => table::node_of(t),
            Self::Beside => table::type_def("Element").map(table::content),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::path::compile;

    fn left(rtype: ResourceType, expression: &str, choices: &[&str]) -> Vec<Vec<String>> {
        let mut paths = compile(expression, choices).unwrap();
        for path in &mut paths {
            leave_out_unknown(&mut path.steps, rtype);
        }
        let names = |step: &Step| match step {
            Step::Child(names) => Some(names.clone()),
            Step::Resolves(_) | Step::Equals(..) => None,
        };
        paths.iter().flat_map(|path| path.steps.iter().filter_map(names)).collect()
    }

    #[test]
    fn what_r4_does_not_have_is_not_asked_for() {
        use ResourceType as T;
        for (rtype, expression, choices, expected) in [
            (T::CareTeam, "CareTeam.subject", &["Reference", "Canonical"][..], vec![vec!["subject"]]),
            (
                T::CareTeam,
                "CareTeam.participant.role",
                &["CodeableConcept", "Coding"],
                vec![vec!["participant"], vec!["role"]],
            ),
            (
                T::ServiceRequest,
                "ServiceRequest.occurrence",
                &["DateTime", "Period", "Timing"],
                vec![vec!["occurrenceDateTime", "occurrencePeriod", "occurrenceTiming"]],
            ),
            (
                T::Patient,
                "Patient.address.district.extension.where(url='a').value",
                &["Coding", "Nonsense"],
                vec![vec!["address"], vec!["district", "_district"], vec!["extension"], vec!["valueCoding"]],
            ),
            (T::CareTeam, "CareTeam.nothing.there", &[], vec![vec!["nothing"], vec!["there"]]),
            (T::Bundle, "Bundle.entry.resource.anything", &[], vec![vec!["entry"], vec!["resource"], vec!["anything"]]),
        ] {
            assert_eq!(left(rtype, expression, choices), expected, "{expression}");
        }
    }
}
