//! One row of the parameter tables, and the short words they are written in.

use crate::ResourceType;

/// The parameter types of FHIR search <https://hl7.org/fhir/R4/search.html#ptypes>. Composite, quantity and special
/// parameters are left out ([`super::LEFT_OUT`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants are FHIR search parameter types")]
pub enum ParamKind {
    Token,
    Reference,
    Date,
    String,
    Uri,
}

impl ParamKind {
    /// The code in `CapabilityStatement.rest.resource.searchParam.type`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Reference => "reference",
            Self::Date => "date",
            Self::String => "string",
            Self::Uri => "uri",
        }
    }
}

/// A search parameter before it is tied to its type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) kind: ParamKind,
    pub(super) expression: &'static str,
    pub(super) targets: &'static [ResourceType],
    pub(super) own: bool,
}

const fn row(kind: ParamKind, name: &'static str, expression: &'static str, targets: &'static [ResourceType]) -> Row {
    Row { name, kind, expression, targets, own: false }
}

pub(super) const fn token(name: &'static str, expression: &'static str) -> Row {
    row(ParamKind::Token, name, expression, &[])
}

pub(super) const fn date(name: &'static str, expression: &'static str) -> Row {
    row(ParamKind::Date, name, expression, &[])
}

pub(super) const fn string(name: &'static str, expression: &'static str) -> Row {
    row(ParamKind::String, name, expression, &[])
}

pub(super) const fn uri(name: &'static str, expression: &'static str) -> Row {
    row(ParamKind::Uri, name, expression, &[])
}

/// `targets`: those of the standard that are served here; empty when none is (the value is then found as a URL or by
/// `:identifier`).
pub(super) const fn reference(name: &'static str, expression: &'static str, targets: &'static [ResourceType]) -> Row {
    row(ParamKind::Reference, name, expression, targets)
}

/// Marks a parameter that R4 does not define.
pub(super) const fn own(row: Row) -> Row {
    Row { own: true, ..row }
}

use ResourceType as T;

/// What `Reference(Any)` may point at here: every served type.
pub(super) const ANY: &[ResourceType] = &[
    T::CareTeam,
    T::CarePlan,
    T::Goal,
    T::Task,
    T::ServiceRequest,
    T::Consent,
    T::Communication,
    T::Appointment,
    T::DocumentReference,
    T::Patient,
    T::RelatedPerson,
    T::EpisodeOfCare,
    T::Encounter,
    T::Flag,
    T::Organization,
    T::HealthcareService,
    T::Practitioner,
    T::PractitionerRole,
    T::Location,
    T::Endpoint,
    T::Provenance,
    T::MeasureReport,
    T::Subscription,
];
