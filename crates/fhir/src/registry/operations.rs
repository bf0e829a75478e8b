//! The operations of `api.md` §4 that work today; each row is a route, an OperationDefinition and an OpenAPI path.

use crate::ResourceType;

/// One `$operation`.
#[derive(Debug)]
pub struct Operation {
    /// The type it stands on.
    pub rtype: ResourceType,
    /// Name without `$`.
    pub name: &'static str,
    /// Whether the URL names an instance (`Type/{id}/$name`) or the type (`Type/$name`).
    pub instance: bool,
    /// Whether it changes something (then only POST).
    pub affects_state: bool,
    /// Named scope that gives the kind of act, e.g. `varde:appoint`.
    pub scope: &'static str,
    /// Name a generated client gets (OpenAPI `operationId`).
    pub operation_id: &'static str,
    /// One line in English.
    pub title: &'static str,
    /// One line in Norwegian.
    pub title_nb: &'static str,
}

static OPERATIONS: &[Operation] = &[
    Operation {
        rtype: ResourceType::CareTeam,
        name: "appoint",
        instance: false,
        affects_state: true,
        scope: "varde:appoint",
        operation_id: "appointCoordinator",
        title: "Appoint a koordinator, kontaktlege or kontaktpsykolog",
        title_nb: "Oppnevn koordinator, kontaktlege eller kontaktpsykolog",
    },
    Operation {
        rtype: ResourceType::CareTeam,
        name: "end-appointment",
        instance: true,
        affects_state: true,
        scope: "varde:appoint",
        operation_id: "endAppointment",
        title: "End an appointment, with reason",
        title_nb: "Avslutt en oppnevning, med begrunnelse",
    },
    Operation {
        rtype: ResourceType::CarePlan,
        name: "plan-status",
        instance: false,
        affects_state: false,
        scope: "varde:plan-status",
        operation_id: "pullPlanStatus",
        title: "Pull plan status for up to 100 patients",
        title_nb: "Hent planstatus for inntil 100 pasienter",
    },
];

/// Every operation.
#[must_use]
pub fn operations() -> &'static [Operation] {
    OPERATIONS
}

/// The operation of this name on this type and level.
#[must_use]
pub fn operation(rtype: ResourceType, name: &str, instance: bool) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|o| o.rtype == rtype && o.name == name && o.instance == instance)
}
