//! A version to store, and the grants it gives.

use crate::error::StoreError;
use crate::text::key as capped;
use diesel::deserialize::QueryableByName;
use diesel::sql_types::Text;
use serde_json::Value;
use varde_fhir::{Micros, ResourceKey};

/// A version to store.
pub struct Put<'a> {
    /// Type and id.
    pub key: &'a ResourceKey,
    /// Its version: 1, or one more than the current one.
    pub version: i64,
    /// `meta.lastUpdated`, UTC microseconds.
    pub last_updated: Micros,
    /// The person key of the patient whose compartment it belongs to.
    pub patient: Option<String>,
    /// The tenant (orgnr) that created it.
    pub owner: Option<String>,
    /// The HTTP method that made it.
    pub method: &'static str,
    /// Whether this version deletes it.
    pub deleted: bool,
    /// The resource, for the search index; `Value::Null` when deleted.
    pub resource: &'a Value,
    /// The JSON with id and meta in place, byte for byte as a read shall answer it.
    pub body: Vec<u8>,
    /// Its business-unique keys, in the place of its earlier ones; ignored when deleted.
    pub claims: Vec<String>,
    /// The grants it gives, in the place of those it gave before; ignored when deleted.
    pub grants: Vec<Grant>,
}

/// One reason to see something of a patient's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The patient's person key.
    pub patient: String,
    /// The organisation (orgnr) that may see.
    pub organisation: String,
    /// `*` (the whole compartment), a type (`CarePlan`) or one resource (`Task/id`).
    pub reach: String,
    /// Why, e.g. `team-member`, `task`, `consent`.
    pub basis: &'static str,
    /// From this instant on, UTC microseconds.
    pub valid_from: Micros,
    /// Until before this instant, UTC microseconds.
    pub valid_to: Micros,
}

/// A claim, and who holds it.
#[derive(QueryableByName)]
pub(super) struct Held {
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Text)]
    rtype: String,
    #[diesel(sql_type = Text)]
    id: String,
}

impl Held {
    /// The error, with the claim as the caller wrote it: the database has it capped.
    pub(super) fn refusal(self, claims: &[String]) -> StoreError {
        let claim = claims.iter().find(|claim| capped(claim) == self.key).cloned();
        StoreError::Claimed { claim: claim.unwrap_or(self.key), holder: format!("{}/{}", self.rtype, self.id) }
    }
}
