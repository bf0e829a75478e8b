//! `put`: one version of one resource, with everything that goes with it, in one transaction: current, history, commit
//! sequence, search index, claims and grants. No caller can forget any of them.

mod claims;
mod grants;

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::{change, history, resource};
use crate::session::Session;
use diesel::prelude::*;
pub use grants::Grant;
use serde_json::Value;
use varde_fhir::index::extract;
use varde_fhir::{Micros, ResourceKey, ResourceType};

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

/// What is stored of the resource already.
#[derive(Queryable)]
struct Before {
    pk: i64,
    patient: Option<String>,
    deleted: bool,
}

impl Session<'_> {
    /// Stores a version and answers its commit sequence number.
    ///
    /// # Errors
    /// [`StoreError::Claimed`] when another resource holds one of the claims: then nothing was written. Otherwise when the
    /// database does not answer, or refuses (the version exists already).
    #[expect(clippy::needless_pass_by_value, reason = "a version is put once")]
    pub fn put(&mut self, put: Put<'_>) -> Result<i64, StoreError> {
        let before = self.before(put.key)?;
        let (claims, grants) = if put.deleted { (&[][..], &[][..]) } else { (&put.claims[..], &put.grants[..]) };
        self.refuse_claimed(before.as_ref().map(|before| before.pk), claims)?;
        let sequence = self.next_sequence()?;
        let pk = before.as_ref().map_or(sequence, |before| before.pk);
        self.put_current(&put, pk, sequence, before.is_none())?;
        self.put_version(&put, pk, sequence, before.as_ref())?;
        if before.is_some() {
            self.clear_index(pk)?;
            self.clear_claims(pk)?;
            self.clear_grants(pk)?;
        }
        let entries = if put.deleted { Vec::new() } else { extract(put.key.rtype, put.resource, self.base) };
        let rows = self.index_rows(pk, put.key.rtype, entries)?;
        self.add_index(&rows)?;
        self.add_claims(pk, claims)?;
        self.add_grants(pk, grants)?;
        let person_changed = before.is_none_or(|before| before.patient != put.patient);
        if put.key.rtype == ResourceType::Patient && person_changed {
            self.repoint_references(put.key.id.as_str(), put.patient.as_deref())?;
        }
        Ok(sequence)
    }

    fn before(&mut self, key: &ResourceKey) -> Result<Option<Before>, StoreError> {
        let before = on!(&mut *self.connection, c => resource::table
            .filter(resource::rtype.eq(key.rtype.as_str()))
            .filter(resource::id.eq(key.id.as_str()))
            .select((resource::pk, resource::patient, resource::deleted))
            .first::<Before>(c)
            .optional())?;
        Ok(before)
    }

    fn put_current(&mut self, put: &Put<'_>, pk: i64, sequence: i64, new: bool) -> Result<(), StoreError> {
        let values = (
            resource::version.eq(put.version),
            resource::last_updated.eq(put.last_updated),
            resource::patient.eq(&put.patient),
            resource::owner.eq(&put.owner),
            resource::deleted.eq(put.deleted),
            resource::seq.eq(sequence),
            resource::body.eq(&put.body),
        );
        if new {
            let key =
                (resource::pk.eq(pk), resource::rtype.eq(put.key.rtype.as_str()), resource::id.eq(put.key.id.as_str()));
            on!(&mut *self.connection, c => diesel::insert_into(resource::table).values((key, values)).execute(c))?;
        } else {
            on!(&mut *self.connection, c => diesel::update(resource::table.find(pk)).set(values).execute(c))?;
        }
        Ok(())
    }

    fn put_version(
        &mut self,
        put: &Put<'_>,
        pk: i64,
        sequence: i64,
        before: Option<&Before>,
    ) -> Result<(), StoreError> {
        let version = (
            history::resource.eq(pk),
            history::version.eq(put.version),
            history::last_updated.eq(put.last_updated),
            history::patient.eq(&put.patient),
            history::owner.eq(&put.owner),
            history::deleted.eq(put.deleted),
            history::seq.eq(sequence),
            history::body.eq(&put.body),
        );
        on!(&mut *self.connection, c => diesel::insert_into(history::table).values(version).execute(c))?;
        let created = before.is_none_or(|before| before.deleted);
        let kind = if put.deleted {
            "delete"
        } else if created {
            "create"
        } else {
            "update"
        };
        let change = (
            change::seq.eq(sequence),
            change::rtype.eq(put.key.rtype.as_str()),
            change::id.eq(put.key.id.as_str()),
            change::version.eq(put.version),
            change::kind.eq(kind),
            change::patient.eq(&put.patient),
            change::owner.eq(&put.owner),
        );
        on!(&mut *self.connection, c => diesel::insert_into(change::table).values(change).execute(c))?;
        Ok(())
    }
}
