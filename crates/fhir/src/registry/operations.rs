//! The operations of `api.md` §4 that work today; each row is a route, an OperationDefinition and an OpenAPI path.

mod job;
mod model;
mod terminology;
mod validation;

pub use model::{Operation, OperationKind, Parameter};

use crate::ResourceType;
use std::sync::LazyLock;

static OPERATIONS: LazyLock<Vec<Operation>> =
    LazyLock::new(|| job::rows().into_iter().chain(validation::rows()).chain(terminology::rows()).collect());

/// Every operation: the main job first, then `$validate`, then terminology.
#[must_use]
pub fn operations() -> &'static [Operation] {
    &OPERATIONS
}

/// The operation of this name on this type and level.
#[must_use]
pub fn operation(rtype: ResourceType, name: &str, instance: bool) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|o| o.rtype == rtype && o.name == name && o.instance == instance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table;
    use std::collections::BTreeSet;

    #[test]
    fn rows_are_whole() {
        let mut ids = BTreeSet::new();
        for operation in operations() {
            assert!(ids.insert(operation.operation_id), "{}", operation.operation_id);
            assert!(!(operation.by_get && operation.affects_state), "{}", operation.operation_id);
            assert_eq!(operation.kind == OperationKind::Job, !operation.scope.is_empty(), "{}", operation.operation_id);
            assert!(operation.parameters.iter().any(|parameter| parameter.out), "{}", operation.operation_id);
            for parameter in operation.parameters {
                let known =
                    ["Any", "Resource"].contains(&parameter.rtype) || table::type_def(parameter.rtype).is_some();
                assert!(known || !parameter.parts.is_empty(), "{} {}", operation.operation_id, parameter.name);
            }
        }
    }
}
