//! The operations of the main job: post an appointment, end it, pull plan status.

use super::model::{Operation, OperationKind, Parameter, given, made};
use crate::ResourceType;

/// The rows, the most asked for first.
pub(super) fn rows() -> [Operation; 3] {
    [
        Operation {
            rtype: ResourceType::CareTeam,
            name: "appoint",
            instance: false,
            kind: OperationKind::Job,
            affects_state: true,
            by_get: false,
            scope: "varde:appoint",
            operation_id: "appointCoordinator",
            title: "Appoint a koordinator, kontaktlege or kontaktpsykolog",
            title_nb: "Oppnevn koordinator, kontaktlege eller kontaktpsykolog",
            parameters: APPOINT,
        },
        Operation {
            rtype: ResourceType::CareTeam,
            name: "end-appointment",
            instance: true,
            kind: OperationKind::Job,
            affects_state: true,
            by_get: false,
            scope: "varde:appoint",
            operation_id: "endAppointment",
            title: "End an appointment, with reason",
            title_nb: "Avslutt en oppnevning, med begrunnelse",
            parameters: END_APPOINTMENT,
        },
        Operation {
            rtype: ResourceType::CarePlan,
            name: "plan-status",
            instance: false,
            kind: OperationKind::Job,
            affects_state: false,
            // The patient's national number stands in it.
            by_get: false,
            scope: "varde:plan-status",
            operation_id: "pullPlanStatus",
            title: "Pull plan status for up to 100 patients",
            title_nb: "Hent planstatus for inntil 100 pasienter",
            parameters: PLAN_STATUS,
        },
    ]
}

const APPOINT: &[Parameter] = &[
    given("role", 1, "1", "Coding", "9034: 18 koordinator, 19 kontaktlege, 20 kontaktpsykolog."),
    given("patient", 1, "1", "Reference", "The patient, by identifier or id."),
    given("member", 1, "1", "Any", "Who is appointed: a reference (by HPR number or id), or the resource."),
    given("unit", 1, "1", "Reference", "The department."),
    given("period", 0, "1", "Period", "From now on, when left out."),
    given("consent", 0, "1", "Any", "The consent it rests on: a reference, or the resource."),
    given("appointedBy", 0, "1", "Reference", "The unit leader."),
    given("patientInformed", 0, "1", "boolean", "Whether the patient was told."),
    given("criteria", 0, "*", "Coding", "Codes of varde-criteria."),
    given("basedOn", 0, "1", "Reference", "The Task of the need."),
    given("identifier", 0, "1", "Identifier", "The EPJ's own id of the appointment: makes it safe to send again."),
    given("replaces", 0, "1", "Reference", "The member whose role ends when this one starts."),
    made("return", 1, "1", "CareTeam", "The team."),
    made("journalNote", 0, "1", "DocumentReference", "The journal note."),
    made("communication", 0, "*", "Communication", "What the patient and others are told."),
    made("task", 0, "*", "Task", "What others are asked to do."),
    made("outcome", 0, "1", "OperationOutcome", "Warnings."),
];

const END_APPOINTMENT: &[Parameter] = &[
    given("role", 1, "1", "Coding", "9034: 18, 19 or 20."),
    given("member", 1, "1", "Reference", "Whose role ends."),
    given("end", 0, "1", "dateTime", "Now, when left out."),
    given("reason", 1, "1", "string", "Why."),
    made("return", 1, "1", "CareTeam", "The team."),
    made("journalNote", 0, "1", "DocumentReference", "The journal note."),
];

const PLAN_STATUS: &[Parameter] = &[
    given("patient", 1, "100", "Identifier", "A national identity number."),
    Parameter {
        name: "patient",
        out: true,
        min: 0,
        max: "*",
        rtype: "",
        parts: STATUS,
        about: "One for each patient, in the order asked.",
    },
];

const STATUS: &[Parameter] = &[
    made("identifier", 1, "1", "Identifier", "As it was asked."),
    made("hasActivePlan", 1, "1", "boolean", "Whether there is an active individual plan."),
    Parameter {
        name: "plan",
        out: true,
        min: 0,
        max: "*",
        rtype: "",
        parts: PLAN,
        about: "Each individual plan the caller may see.",
    },
    Parameter {
        name: "koordinator",
        out: true,
        min: 0,
        max: "*",
        rtype: "",
        parts: KOORDINATOR,
        about: "Each who coordinates now, and how they are reached.",
    },
    made("addressProtection", 0, "1", "code", "protected, when the patient's address is."),
];

const PLAN: &[Parameter] = &[
    made("reference", 1, "1", "Reference", "The plan."),
    made("status", 0, "1", "code", "Its status."),
    made("responsible", 0, "1", "Reference", "The organisation that is responsible."),
    made("lastChanged", 1, "1", "instant", "When it was last changed."),
    made("revisionDue", 0, "1", "date", "When it is to be revised."),
];

const KOORDINATOR: &[Parameter] = &[
    made("role", 1, "1", "Coding", "18 in the specialist health service, 8 for the individual plan."),
    made("name", 0, "1", "string", "Name."),
    made("title", 0, "1", "string", "Title."),
    made("phone", 0, "1", "string", "Telephone."),
    made("organization", 0, "1", "Reference", "The department."),
    made("since", 0, "1", "dateTime", "Since when."),
];
