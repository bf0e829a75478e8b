//! Which elements of R4 a search parameter looks at, by the facts table: what a code's system is, which parameters hold codes.

use super::path::{Step, choices, compile};
use crate::registry::SearchParam;
use crate::table::{self, Binding, ElementType, Node};

/// An element a parameter looks at.
#[derive(Clone, Copy, Debug)]
pub struct Looked {
    /// Its type.
    pub of: &'static ElementType,
    /// The value set it is bound to.
    pub binding: Option<&'static Binding>,
}

/// The elements a parameter looks at, one for each type they may have.
#[must_use]
pub fn elements(param: &SearchParam) -> Vec<Looked> {
    let paths = compile(param.expression, choices(param.kind)).unwrap_or_default();
    let mut found = Vec::new();
    for path in paths {
        let mut nodes: Vec<&'static Node> =
            table::type_def(param.rtype.as_str()).map(table::content).into_iter().collect();
        let mut last = Vec::new();
        for step in &path.steps {
            let Step::Child(names) = step else { continue };
            last = nodes.iter().flat_map(|node| names.iter().filter_map(|name| member(node, name))).collect();
            nodes = last.iter().filter_map(Member::content).collect();
        }
        found.extend(last.into_iter().filter_map(Member::looked));
    }
    found
}

/// Whether the parameter asks if something is so (`Patient.deceased`): its values are `true` and `false`, whatever it looks at.
#[must_use]
pub fn is_truth(param: &SearchParam) -> bool {
    compile(param.expression, choices(param.kind)).is_some_and(|paths| paths.iter().any(|path| path.truth))
}

/// What stands under one JSON name.
#[derive(Clone, Copy)]
enum Member {
    Value(Looked),
    /// Ids and extensions of a primitive.
    Beside,
}

fn member(node: &'static Node, name: &str) -> Option<Member> {
    let (_, element, of) = node.property(name.strip_prefix('_').unwrap_or(name))?;
    let looked = Looked { of, binding: element.binding.as_ref() };
    Some(if name.starts_with('_') { Member::Beside } else { Member::Value(looked) })
}

impl Member {
    fn content(&self) -> Option<&'static Node> {
        match self {
            Self::Value(looked) => table::node_of(looked.of),
            Self::Beside => table::type_def("Element").map(table::content),
        }
    }

    fn looked(self) -> Option<Looked> {
        match self {
            Self::Value(looked) => Some(looked),
            Self::Beside => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ResourceType as T;
    use crate::registry::search_param;

    #[test]
    fn knows_what_a_parameter_looks_at() {
        for (rtype, name, types, bound) in [
            (T::CareTeam, "status", vec!["code"], true),
            (T::CareTeam, "category", vec!["CodeableConcept"], false),
            (T::CareTeam, "_tag", vec!["Coding"], false),
            (T::Patient, "gender", vec!["code"], true),
            (T::Patient, "address-use", vec!["code"], true),
            (T::Patient, "identifier", vec!["Identifier"], false),
            (T::Patient, "deceased", vec!["boolean", "dateTime"], false),
            (
                T::Organization,
                "municipality",
                vec!["CodeableConcept", "Coding", "code", "Identifier", "boolean", "dateTime"],
                false,
            ),
            (T::DocumentReference, "contenttype", vec!["code"], true),
            (T::ServiceRequest, "order-detail", vec!["CodeableConcept", "string"], false),
        ] {
            let found = elements(search_param(rtype, name).unwrap());
            assert_eq!(found.iter().map(|looked| looked.of.name).collect::<Vec<_>>(), types, "{rtype}.{name}");
            assert_eq!(found.iter().all(|looked| looked.binding.is_some()), bound, "{rtype}.{name}");
        }
    }
}
