//! A version of a resource as it lies in the store.

use crate::error::StoreError;
use crate::schema::{history, resource};
use diesel::prelude::*;
use varde_fhir::{Id, Micros, ResourceKey};

/// One version of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Type and id.
    pub key: ResourceKey,
    /// Its version, counted from 1.
    pub version: i64,
    /// `meta.lastUpdated`, UTC microseconds.
    pub last_updated: Micros,
    /// The person key of the patient whose compartment it belongs to.
    pub patient: Option<String>,
    /// The tenant (orgnr) that created it.
    pub owner: Option<String>,
    /// Whether this version says that the resource was deleted.
    pub deleted: bool,
    /// The JSON, byte for byte as a read answers it; empty when deleted without a body.
    pub body: Vec<u8>,
}

/// A row of `resource`, or of `history` joined with it.
#[derive(Queryable, QueryableByName)]
#[diesel(table_name = resource)]
pub(crate) struct Row {
    pub(crate) pk: i64,
    rtype: String,
    id: String,
    pub(crate) version: i64,
    last_updated: i64,
    patient: Option<String>,
    owner: Option<String>,
    deleted: bool,
    body: Vec<u8>,
}

impl Row {
    /// Names the type and the id.
    pub(crate) fn stored(self) -> Result<Stored, StoreError> {
        Ok(Stored {
            key: key_of(&self.rtype, &self.id)?,
            version: self.version,
            last_updated: self.last_updated,
            patient: self.patient,
            owner: self.owner,
            deleted: self.deleted,
            body: self.body,
        })
    }
}

/// Reads a stored type and id.
pub(crate) fn key_of(rtype: &str, id: &str) -> Result<ResourceKey, StoreError> {
    let key = rtype.parse().ok().zip(Id::parse(id)).map(|(rtype, id)| ResourceKey::new(rtype, id));
    key.ok_or_else(|| StoreError::Corrupt(format!("no resource has the address {rtype}/{id}")))
}

/// The columns of [`Row`] with the table named `r`, for SQL text.
pub(crate) const ROW_TEXT: &str =
    "r.pk, r.rtype, r.id, r.version, r.last_updated, r.patient, r.owner, r.deleted, r.body";

/// The columns of [`Row`] for the current version.
pub(crate) const CURRENT: (
    resource::pk,
    resource::rtype,
    resource::id,
    resource::version,
    resource::last_updated,
    resource::patient,
    resource::owner,
    resource::deleted,
    resource::body,
) = (
    resource::pk,
    resource::rtype,
    resource::id,
    resource::version,
    resource::last_updated,
    resource::patient,
    resource::owner,
    resource::deleted,
    resource::body,
);

/// The columns of [`Row`] for any version.
pub(crate) const VERSION: (
    resource::pk,
    resource::rtype,
    resource::id,
    history::version,
    history::last_updated,
    history::patient,
    history::owner,
    history::deleted,
    history::body,
) = (
    resource::pk,
    resource::rtype,
    resource::id,
    history::version,
    history::last_updated,
    history::patient,
    history::owner,
    history::deleted,
    history::body,
);
