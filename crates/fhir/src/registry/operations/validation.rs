//! `[type]/$validate` and `[type]/{id}/$validate` <https://hl7.org/fhir/R4/resource-operation-validate.html>, for every type that
//! somebody may write.

use super::super::resources::{Interaction, served_types};
use super::model::{Operation, OperationKind, Parameter, given, made};
use crate::ResourceType;

/// A row for each writable type and level.
pub(super) fn rows() -> impl Iterator<Item = Operation> {
    let writable = served_types().iter().filter(|row| row.allows(Interaction::Create));
    writable.flat_map(|row| [row_of(row.rtype, false), row_of(row.rtype, true)])
}

fn row_of(rtype: ResourceType, instance: bool) -> Operation {
    // Lives as long as the process: the rows are made once.
    let leaked = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let (of, level) = if instance { ("Stored", " against the stored one") } else { ("", "") };
    Operation {
        rtype,
        name: "validate",
        instance,
        kind: OperationKind::Validate,
        affects_state: false,
        by_get: false,
        scope: "",
        operation_id: leaked(format!("validate{of}{rtype}")),
        title: leaked(format!("Validate {rtype}{level}; nothing is stored")),
        title_nb: leaked(format!("Valider {rtype}; ingenting lagres")),
        parameters: VALIDATE,
    }
}

const VALIDATE: &[Parameter] = &[
    given(
        "resource",
        0,
        "1",
        "Resource",
        "What is to be validated; only mode delete does without. It may be sent as the body itself.",
    ),
    given(
        "mode",
        0,
        "1",
        "code",
        "create, update or delete: also whether that could be done. Update and delete at an instance.",
    ),
    given("profile", 0, "1", "uri", "A profile of ours to hold it to, claimed or not."),
    made("return", 1, "1", "OperationOutcome", "What is wrong; an issue of severity information when nothing is."),
];
