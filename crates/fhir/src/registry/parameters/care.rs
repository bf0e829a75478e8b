//! Search parameters of teams, plans, goals and consents: the facts of FHIR R4 (4.0.1)
//! <https://hl7.org/fhir/R4/searchparameter-registry.html>, and our own marked `own`.

use super::row::{ANY, Row, date, own, reference, token, uri};
use crate::ResourceType as T;

/// The rows, by type.
pub(super) static ROWS: &[(T, &[Row])] = &[
    (
        T::CareTeam,
        &[
            token("category", "CareTeam.category"),
            date("date", "CareTeam.period"),
            reference("encounter", "CareTeam.encounter", &[T::Encounter]),
            token("identifier", "CareTeam.identifier"),
            reference(
                "participant",
                "CareTeam.participant.member",
                &[T::CareTeam, T::Patient, T::RelatedPerson, T::Organization, T::Practitioner, T::PractitionerRole],
            ),
            reference("patient", "CareTeam.subject.where(resolve() is Patient)", &[T::Patient]),
            token("status", "CareTeam.status"),
            reference("subject", "CareTeam.subject", &[T::Patient]),
            own(token("participant-role", "CareTeam.participant.role")),
            own(reference("managing-organization", "CareTeam.managingOrganization", &[T::Organization])),
            own(date("role-period", "CareTeam.participant.period")),
        ],
    ),
    (
        T::CarePlan,
        &[
            token("activity-code", "CarePlan.activity.detail.code"),
            date("activity-date", "CarePlan.activity.detail.scheduled"),
            reference(
                "activity-reference",
                "CarePlan.activity.reference",
                &[T::Task, T::ServiceRequest, T::Appointment],
            ),
            reference("based-on", "CarePlan.basedOn", &[T::CarePlan]),
            reference("care-team", "CarePlan.careTeam", &[T::CareTeam]),
            token("category", "CarePlan.category"),
            reference("condition", "CarePlan.addresses", &[]),
            date("date", "CarePlan.period"),
            reference("encounter", "CarePlan.encounter", &[T::Encounter]),
            reference("goal", "CarePlan.goal", &[T::Goal]),
            token("identifier", "CarePlan.identifier"),
            reference("instantiates-canonical", "CarePlan.instantiatesCanonical", &[]),
            uri("instantiates-uri", "CarePlan.instantiatesUri"),
            token("intent", "CarePlan.intent"),
            reference("part-of", "CarePlan.partOf", &[T::CarePlan]),
            reference("patient", "CarePlan.subject.where(resolve() is Patient)", &[T::Patient]),
            reference(
                "performer",
                "CarePlan.activity.detail.performer",
                &[
                    T::CareTeam,
                    T::Patient,
                    T::RelatedPerson,
                    T::Organization,
                    T::HealthcareService,
                    T::Practitioner,
                    T::PractitionerRole,
                ],
            ),
            reference("replaces", "CarePlan.replaces", &[T::CarePlan]),
            token("status", "CarePlan.status"),
            reference("subject", "CarePlan.subject", &[T::Patient]),
            own(reference(
                "author",
                "CarePlan.author",
                &[T::Patient, T::Practitioner, T::PractitionerRole, T::RelatedPerson, T::Organization, T::CareTeam],
            )),
            own(date(
                "revision-due",
                "CarePlan.extension.where(url='https://varde.no/fhir/StructureDefinition/revision-date').value",
            )),
        ],
    ),
    (
        T::Goal,
        &[
            token("achievement-status", "Goal.achievementStatus"),
            token("category", "Goal.category"),
            token("identifier", "Goal.identifier"),
            token("lifecycle-status", "Goal.lifecycleStatus"),
            reference("patient", "Goal.subject.where(resolve() is Patient)", &[T::Patient]),
            date("start-date", "(Goal.start as date)"),
            reference("subject", "Goal.subject", &[T::Patient, T::Organization]),
            date("target-date", "(Goal.target.due as date)"),
        ],
    ),
    (
        T::Consent,
        &[
            token("action", "Consent.provision.action"),
            reference(
                "actor",
                "Consent.provision.actor.reference",
                &[T::CareTeam, T::Patient, T::RelatedPerson, T::Organization, T::Practitioner, T::PractitionerRole],
            ),
            token("category", "Consent.category"),
            reference(
                "consentor",
                "Consent.performer",
                &[T::Patient, T::RelatedPerson, T::Organization, T::Practitioner, T::PractitionerRole],
            ),
            reference("data", "Consent.provision.data.reference", ANY),
            date("date", "Consent.dateTime"),
            token("identifier", "Consent.identifier"),
            reference("organization", "Consent.organization", &[T::Organization]),
            reference("patient", "Consent.patient", &[T::Patient]),
            date("period", "Consent.provision.period"),
            token("purpose", "Consent.provision.purpose"),
            token("scope", "Consent.scope"),
            token("security-label", "Consent.provision.securityLabel"),
            reference("source-reference", "Consent.source", &[T::Consent, T::DocumentReference]),
            token("status", "Consent.status"),
        ],
    ),
];
