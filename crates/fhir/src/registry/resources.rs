//! The served types: group, interactions, and how each is bound to a patient (`api.md` §1, `domain.md` §5).

use crate::ResourceType;
use ResourceType as T;

/// One row of the registry: a type and what may be done with it.
#[derive(Debug)]
pub struct Served {
    /// The type.
    pub rtype: ResourceType,
    /// Its group.
    pub group: Group,
    /// What works for it.
    pub interactions: &'static [Interaction],
    /// The element that names the patient (`subject`, `patient`, `for` …): the Patient compartment
    /// <https://hl7.org/fhir/R4/compartmentdefinition-patient.html>. `None` for directory types; `Patient` itself has `Some("")`.
    pub patient_element: Option<&'static str>,
}

/// The groups of `api.md` §1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Teams, plans, tasks, consents and what goes with them.
    Coordination,
    /// The patient and the stay.
    Context,
    /// Organisations, services and people: readable by every authenticated actor.
    Directory,
    /// Who did what.
    Record,
    /// Subscriptions.
    Push,
    /// What the server says of itself: computed, read-only, for anybody.
    Conformance,
}

/// A FHIR RESTful interaction at type or instance level <https://hl7.org/fhir/R4/http.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants are FHIR interaction codes")]
pub enum Interaction {
    Read,
    Vread,
    Create,
    Update,
    Patch,
    Delete,
    HistoryInstance,
    HistoryType,
    SearchType,
}

impl Interaction {
    /// Every one there is, in the order in which they are told.
    pub const ALL: [Self; 9] = [
        Self::Read,
        Self::Vread,
        Self::Create,
        Self::Update,
        Self::Patch,
        Self::Delete,
        Self::HistoryInstance,
        Self::HistoryType,
        Self::SearchType,
    ];

    /// The code in `CapabilityStatement.rest.resource.interaction.code`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Vread => "vread",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::HistoryInstance => "history-instance",
            Self::HistoryType => "history-type",
            Self::SearchType => "search-type",
        }
    }
}

/// What may be asked of the whole system <https://hl7.org/fhir/R4/valueset-system-restful-interaction.html>.
pub const SYSTEM: [&str; 4] = ["transaction", "batch", "search-system", "history-system"];

use Interaction::{Create, HistoryInstance, HistoryType, Read, SearchType, Vread};
const ALL: &[Interaction] = &Interaction::ALL;
const RECORD_CREATE: &[Interaction] = &[Read, Vread, Create, HistoryInstance, HistoryType, SearchType];
const REPORT: &[Interaction] = &[Read, Vread, HistoryInstance, HistoryType, SearchType];
const DEFINED: &[Interaction] = &[Read, SearchType];

const fn row(
    rtype: ResourceType,
    group: Group,
    interactions: &'static [Interaction],
    patient_element: Option<&'static str>,
) -> Served {
    Served { rtype, group, interactions, patient_element }
}

static SERVED: &[Served] = &[
    row(T::CareTeam, Group::Coordination, ALL, Some("subject")),
    row(T::CarePlan, Group::Coordination, ALL, Some("subject")),
    row(T::Goal, Group::Coordination, ALL, Some("subject")),
    row(T::Task, Group::Coordination, ALL, Some("for")),
    row(T::ServiceRequest, Group::Coordination, ALL, Some("subject")),
    row(T::Consent, Group::Coordination, ALL, Some("patient")),
    row(T::Communication, Group::Coordination, ALL, Some("subject")),
    row(T::Appointment, Group::Coordination, ALL, Some("participant.actor")),
    row(T::DocumentReference, Group::Coordination, ALL, Some("subject")),
    row(T::Patient, Group::Context, ALL, Some("")),
    row(T::RelatedPerson, Group::Context, ALL, Some("patient")),
    row(T::EpisodeOfCare, Group::Context, ALL, Some("patient")),
    row(T::Encounter, Group::Context, ALL, Some("subject")),
    row(T::Flag, Group::Context, ALL, Some("subject")),
    row(T::Organization, Group::Directory, ALL, None),
    row(T::HealthcareService, Group::Directory, ALL, None),
    row(T::Practitioner, Group::Directory, ALL, None),
    row(T::PractitionerRole, Group::Directory, ALL, None),
    row(T::Location, Group::Directory, ALL, None),
    row(T::Endpoint, Group::Directory, ALL, None),
    row(T::Provenance, Group::Record, RECORD_CREATE, Some("target")),
    row(T::MeasureReport, Group::Record, REPORT, Some("subject")),
    row(T::Subscription, Group::Push, ALL, None),
];

/// The definitions the server publishes: nothing of them is stored, so they have no versions to read.
static CONFORMANCE: &[Served] = &[
    row(T::CapabilityStatement, Group::Conformance, DEFINED, None),
    row(T::StructureDefinition, Group::Conformance, DEFINED, None),
    row(T::SearchParameter, Group::Conformance, DEFINED, None),
    row(T::OperationDefinition, Group::Conformance, DEFINED, None),
    row(T::CodeSystem, Group::Conformance, DEFINED, None),
    row(T::ValueSet, Group::Conformance, DEFINED, None),
    row(T::NamingSystem, Group::Conformance, DEFINED, None),
];

/// The conformance types in `api.md` order. Measure joins them when something is measured (docs/decisions/0006).
#[must_use]
pub fn conformance_types() -> &'static [Served] {
    CONFORMANCE
}

/// The row of a type that has an address: a stored one, or one of the conformance types.
#[must_use]
pub fn routed(rtype: ResourceType) -> Option<&'static Served> {
    served(rtype).or_else(|| CONFORMANCE.iter().find(|row| row.rtype == rtype))
}

/// Whether a type is published by the server itself, for anybody.
#[must_use]
pub fn is_conformance(rtype: ResourceType) -> bool {
    CONFORMANCE.iter().any(|row| row.rtype == rtype)
}

/// The served types in `api.md` order. AuditEvent joins them when the audit can be read as FHIR (docs/decisions/0006).
#[must_use]
pub fn served_types() -> &'static [Served] {
    SERVED
}

/// The row of a type; `None` when it is not served as a stored resource.
#[must_use]
pub fn served(rtype: ResourceType) -> Option<&'static Served> {
    SERVED.iter().find(|row| row.rtype == rtype)
}

impl Served {
    /// Whether an interaction works for this type.
    #[must_use]
    pub fn allows(&self, interaction: Interaction) -> bool {
        self.interactions.contains(&interaction)
    }
}
