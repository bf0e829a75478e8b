//! Search parameters of the record of who did what, figures and subscriptions: the facts of FHIR R4 (4.0.1)
//! <https://hl7.org/fhir/R4/searchparameter-registry.html>, and our own marked `own`.

use super::row::{ANY, Row, date, reference, string, token, uri};
use crate::ResourceType as T;

/// The rows, by type.
pub(super) static ROWS: &[(T, &[Row])] = &[
    (
        T::Provenance,
        &[
            reference(
                "agent",
                "Provenance.agent.who",
                &[T::Patient, T::RelatedPerson, T::Organization, T::Practitioner, T::PractitionerRole],
            ),
            token("agent-role", "Provenance.agent.role"),
            token("agent-type", "Provenance.agent.type"),
            reference("entity", "Provenance.entity.what", ANY),
            reference("location", "Provenance.location", &[T::Location]),
            reference("patient", "Provenance.target.where(resolve() is Patient)", &[T::Patient]),
            date("recorded", "Provenance.recorded"),
            token("signature-type", "Provenance.signature.type"),
            reference("target", "Provenance.target", ANY),
            date("when", "(Provenance.occurred as dateTime)"),
        ],
    ),
    (
        T::AuditEvent,
        &[
            token("action", "AuditEvent.action"),
            string("address", "AuditEvent.agent.network.address"),
            reference(
                "agent",
                "AuditEvent.agent.who",
                &[T::Patient, T::RelatedPerson, T::Organization, T::Practitioner, T::PractitionerRole],
            ),
            string("agent-name", "AuditEvent.agent.name"),
            token("agent-role", "AuditEvent.agent.role"),
            token("altid", "AuditEvent.agent.altId"),
            date("date", "AuditEvent.recorded"),
            reference("entity", "AuditEvent.entity.what", ANY),
            string("entity-name", "AuditEvent.entity.name"),
            token("entity-role", "AuditEvent.entity.role"),
            token("entity-type", "AuditEvent.entity.type"),
            token("outcome", "AuditEvent.outcome"),
            reference(
                "patient",
                "AuditEvent.agent.who.where(resolve() is Patient) | AuditEvent.entity.what.where(resolve() is Patient)",
                &[T::Patient],
            ),
            uri("policy", "AuditEvent.agent.policy"),
            token("site", "AuditEvent.source.site"),
            reference(
                "source",
                "AuditEvent.source.observer",
                &[T::Patient, T::RelatedPerson, T::Organization, T::Practitioner, T::PractitionerRole],
            ),
            token("subtype", "AuditEvent.subtype"),
            token("type", "AuditEvent.type"),
        ],
    ),
    (
        T::MeasureReport,
        &[
            date("date", "MeasureReport.date"),
            reference("evaluated-resource", "MeasureReport.evaluatedResource", ANY),
            token("identifier", "MeasureReport.identifier"),
            reference("measure", "MeasureReport.measure", &[]),
            reference("patient", "MeasureReport.subject.where(resolve() is Patient)", &[T::Patient]),
            date("period", "MeasureReport.period"),
            reference(
                "reporter",
                "MeasureReport.reporter",
                &[T::Organization, T::Practitioner, T::PractitionerRole, T::Location],
            ),
            token("status", "MeasureReport.status"),
            reference(
                "subject",
                "MeasureReport.subject",
                &[
                    T::CareTeam,
                    T::Patient,
                    T::RelatedPerson,
                    T::Organization,
                    T::HealthcareService,
                    T::Practitioner,
                    T::PractitionerRole,
                    T::Location,
                ],
            ),
        ],
    ),
    (
        T::Subscription,
        &[
            token("contact", "Subscription.contact"),
            string("criteria", "Subscription.criteria"),
            token("payload", "Subscription.channel.payload"),
            token("status", "Subscription.status"),
            token("type", "Subscription.channel.type"),
            uri("url", "Subscription.channel.endpoint"),
        ],
    ),
];
