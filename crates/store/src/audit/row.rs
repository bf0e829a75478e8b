//! One request's entry in the access log, as the service writes it.

use varde_fhir::Micros;

/// One request's entry in the access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// The id of the AuditEvent it is shown as.
    pub id: String,
    /// When, UTC microseconds.
    pub at: Micros,
    /// The request's id.
    pub request_id: String,
    /// The tenant (orgnr), `""` when unknown.
    pub tenant: String,
    /// The client system.
    pub client: String,
    /// The person's HPR number.
    pub person: Option<String>,
    /// FHIR `C R U D E`.
    pub action: String,
    /// The interaction or operation.
    pub interaction: String,
    /// `Type` or `Type/id`.
    pub target: Option<String>,
    /// The HTTP status that was answered.
    pub status: i64,
    /// The patient's person key.
    pub patient: Option<String>,
    /// JSON: purpose, decision reference.
    pub basis: String,
    /// What was shown: `Type/id` and version.
    pub shown: Vec<(String, i64)>,
}
