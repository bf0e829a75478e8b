//! The examples: the files of `fixtures/`, which stand in the OpenAPI document, are posted by the tests and printed by the
//! quick start. People are made up, their numbers synthetic; organisations are of the public registry.

use serde_json::Value;
use varde_fhir::ResourceType;

/// `POST /fhir/CareTeam/$appoint`: a koordinator, with everything inline; works on an empty server with the persona
/// `epj-helse-bergen`.
pub const APPOINT: &str = include_str!("../fixtures/appoint.json");
/// `POST /fhir/CareTeam/$appoint`: a kontaktlege, no consent needed.
pub const APPOINT_KONTAKTLEGE: &str = include_str!("../fixtures/appoint-kontaktlege.json");
/// The answer to [`APPOINT`].
pub const APPOINT_RESPONSE: &str = include_str!("../fixtures/appoint-response.json");
/// `POST /fhir/CareTeam/{id}/$end-appointment`: ends what [`APPOINT`] began.
pub const END_APPOINTMENT: &str = include_str!("../fixtures/end-appointment.json");
/// The answer to [`END_APPOINTMENT`].
pub const END_APPOINTMENT_RESPONSE: &str = include_str!("../fixtures/end-appointment-response.json");
/// `POST /fhir/CarePlan/$plan-status` for the patient of [`APPOINT`].
pub const PLAN_STATUS: &str = include_str!("../fixtures/plan-status.json");
/// The answer to [`PLAN_STATUS`].
pub const PLAN_STATUS_RESPONSE: &str = include_str!("../fixtures/plan-status-response.json");
/// `POST /fhir`: a transaction.
pub const TRANSACTION: &str = include_str!("../fixtures/transaction.json");
/// The answer to [`TRANSACTION`].
pub const TRANSACTION_RESPONSE: &str = include_str!("../fixtures/transaction-response.json");

macro_rules! resources {
    ($($name:ident),+ $(,)?) => {
        /// A resource of this type as a client would create it; `{}` for a type that is not served.
        #[must_use]
        pub const fn resource(rtype: ResourceType) -> &'static str {
            match rtype {
                $(ResourceType::$name => include_str!(concat!("../fixtures/resources/", stringify!($name), ".json")),)+
                _ => "{}",
            }
        }
    };
}

resources! {
    CareTeam, CarePlan, Goal, Task, ServiceRequest, Consent, Communication, Appointment, DocumentReference,
    Patient, RelatedPerson, EpisodeOfCare, Encounter, Flag,
    Organization, HealthcareService, Practitioner, PractitionerRole, Location, Endpoint,
    Provenance, MeasureReport, Subscription,
}

macro_rules! outcomes {
    ($($name:literal),+ $(,)?) => {
        /// The OperationOutcome of a refusal, by the name of its file in `fixtures/outcomes/`.
        #[must_use]
        pub fn outcome(name: &str) -> &'static str {
            match name {
                $($name => include_str!(concat!("../fixtures/outcomes/", $name, ".json")),)+
                _ => "{}",
            }
        }
    };
}

outcomes! {
    "bad-request", "unauthorized", "forbidden", "not-found", "method-not-allowed", "not-acceptable", "gone",
    "conflict", "precondition-failed", "too-large", "unsupported-media-type", "rule-violation", "precondition-required",
    "server-error", "unavailable", "storage-full",
}

/// An example as JSON; the tests read every one of them.
#[must_use]
pub(crate) fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
