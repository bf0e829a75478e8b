//! The policy as rows. One row for each served type, one for each operation, one for bundles; a test walks the registry and
//! finds each exactly once. Reviewed as text in `crates/auth/policy.txt`.

use crate::ActorKind;
use varde_fhir::ResourceType;
use varde_fhir::ResourceType as T;

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// The interactions of a type: letters of `cruds`.
    Type(ResourceType),
    /// An operation: `x`.
    Operation(ResourceType, &'static str),
    /// A Bundle: `x`.
    Transaction,
}

/// The right to run an operation or send a Bundle.
pub(super) const RUN: char = 'x';

/// One row: a subject and the rights of each kind, in the order of [`ActorKind::ALL`].
pub(super) struct Row {
    /// What it is about.
    pub(super) subject: Subject,
    /// hospital, ke, municipality, region, supervisor, system, other.
    pub(super) rights: [&'static str; 7],
}

const fn on(rtype: ResourceType, rights: [&'static str; 7]) -> Row {
    Row { subject: Subject::Type(rtype), rights }
}

const fn run(rtype: ResourceType, name: &'static str, rights: [&'static str; 7]) -> Row {
    Row { subject: Subject::Operation(rtype, name), rights }
}

// Patient-bound: hospital and KE write, the region and the supervisor read what they are granted (the store narrows).
const SHARED: [&str; 7] = ["cruds", "cruds", "cruds", "rs", "rs", "", ""];
// Stays and episodes belong to the specialist service; the municipality reads those it is granted.
const SPECIALIST: [&str; 7] = ["cruds", "cruds", "rs", "rs", "rs", "", ""];
// A municipality answers the Tasks it is sent; sending one needs the operations that come later.
const TASKS: [&str; 7] = ["cruds", "cruds", "rus", "rs", "rs", "", ""];
// Everybody reads the directory; writes are narrowed to the owner.
const DIRECTORY: [&str; 7] = ["cruds", "cruds", "cruds", "cruds", "rs", "cruds", "rs"];
const RECORDED: [&str; 7] = ["crs", "crs", "crs", "rs", "rs", "", ""];
const ACCESS_LOG: [&str; 7] = ["rs", "rs", "rs", "", "rs", "", ""];
const FIGURES: [&str; 7] = ["rs", "rs", "rs", "rs", "rs", "", ""];
const PUSH: [&str; 7] = ["cruds", "cruds", "cruds", "cruds", "", "", ""];
// Only the specialist service appoints its koordinator, kontaktlege and kontaktpsykolog.
const APPOINTING: [&str; 7] = ["x", "x", "", "", "", "", ""];
const PULLING: [&str; 7] = ["x", "x", "x", "", "", "", ""];
const BUNDLES: [&str; 7] = ["x", "x", "x", "x", "", "x", ""];

pub(super) static ROWS: &[Row] = &[
    on(T::CareTeam, SHARED),
    on(T::CarePlan, SHARED),
    on(T::Goal, SHARED),
    on(T::Task, TASKS),
    on(T::ServiceRequest, SHARED),
    on(T::Consent, SHARED),
    on(T::Communication, SHARED),
    on(T::Appointment, SHARED),
    on(T::DocumentReference, SHARED),
    on(T::Patient, SHARED),
    on(T::RelatedPerson, SHARED),
    on(T::EpisodeOfCare, SPECIALIST),
    on(T::Encounter, SPECIALIST),
    on(T::Flag, SHARED),
    on(T::Organization, DIRECTORY),
    on(T::HealthcareService, DIRECTORY),
    on(T::Practitioner, DIRECTORY),
    on(T::PractitionerRole, DIRECTORY),
    on(T::Location, DIRECTORY),
    on(T::Endpoint, DIRECTORY),
    on(T::Provenance, RECORDED),
    on(T::AuditEvent, ACCESS_LOG),
    on(T::MeasureReport, FIGURES),
    on(T::Subscription, PUSH),
    run(T::CareTeam, "appoint", APPOINTING),
    run(T::CareTeam, "end-appointment", APPOINTING),
    run(T::CarePlan, "plan-status", PULLING),
    Row { subject: Subject::Transaction, rights: BUNDLES },
];

/// The named scope that a type needs besides its SMART scope: a wildcard must not open the access log or the figures.
pub(super) const fn also(rtype: ResourceType) -> Option<&'static str> {
    match rtype {
        T::AuditEvent => Some("varde:audit"),
        T::MeasureReport => Some("varde:report"),
        _ => None,
    }
}

/// The rights of one kind on one subject; none for what has no row.
pub(super) fn rights(subject: Subject, kind: ActorKind) -> &'static str {
    let row = ROWS.iter().find(|row| row.subject == subject);
    let column = ActorKind::ALL.iter().position(|other| *other == kind);
    row.zip(column).and_then(|(row, column)| row.rights.get(column)).copied().unwrap_or_default()
}
