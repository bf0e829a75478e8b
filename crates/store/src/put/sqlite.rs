//! `put` on SQLite: a step for each table. A statement costs a few microseconds there; the pages it changes cost more, so that
//! nothing is written twice.

use super::version::{Grant, Held, Put};
use crate::connection::on;
use crate::error::StoreError;
use crate::index::IndexRows;
use crate::schema::{access_grant, change, claim, history, resource};
use crate::session::Session;
use crate::sql::Sql;
use crate::text::key as capped;
use diesel::prelude::*;
use varde_fhir::index::IndexEntry;
use varde_fhir::{ResourceKey, ResourceType};

/// What is stored of the resource already.
#[derive(Queryable)]
struct Before {
    pk: i64,
    patient: Option<String>,
    deleted: bool,
}

impl Session<'_> {
    pub(crate) fn put_in_steps(&mut self, put: &Put<'_>, entries: Vec<IndexEntry>) -> Result<i64, StoreError> {
        // The first version of a resource has nothing before it; were there something, the insert would say so.
        let before = if put.version > 1 { self.before(put.key)? } else { None };
        let own = before.as_ref().map(|before| before.pk);
        self.refuse_claimed(own, &put.claims)?;
        let sequence = self.next_sequence()?;
        let pk = own.unwrap_or(sequence);
        self.put_current(put, pk, sequence, before.is_none())?;
        self.put_version(put, pk, sequence)?;
        self.put_change(put, sequence, before.as_ref())?;
        let stored = if own.is_some() { self.stored_index(pk)? } else { IndexRows::default() };
        let rows = self.index_rows(pk, put.key.rtype, entries)?;
        self.change_index(&stored, &rows)?;
        self.put_claims(pk, own.is_some(), &put.claims)?;
        self.put_grants(pk, own.is_some(), &put.grants)?;
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
            .get_result::<Before>(c)
            .optional())?;
        Ok(before)
    }

    /// Errs when another resource than `own` holds one of these. Under the writer's lock the answer stays true.
    fn refuse_claimed(&mut self, own: Option<i64>, claims: &[String]) -> Result<(), StoreError> {
        if claims.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new();
        sql.push("SELECT c.key, r.rtype, r.id FROM claim c JOIN resource r ON r.pk = c.resource WHERE c.key");
        sql.in_texts(claims.iter().map(|claim| capped(claim)));
        sql.push(" AND c.resource <> ").number(own.unwrap_or(0)).push(" ORDER BY c.key LIMIT 1");
        let held = sql.load::<Held>(self.connection)?.into_iter().next();
        held.map_or(Ok(()), |held| Err(held.refusal(claims)))
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

    fn put_version(&mut self, put: &Put<'_>, pk: i64, sequence: i64) -> Result<(), StoreError> {
        let version = (
            history::resource.eq(pk),
            history::version.eq(put.version),
            history::last_updated.eq(put.last_updated),
            history::patient.eq(&put.patient),
            history::owner.eq(&put.owner),
            history::deleted.eq(put.deleted),
            history::seq.eq(sequence),
            history::body.eq(&put.body),
            history::method.eq(put.method),
        );
        on!(&mut *self.connection, c => diesel::insert_into(history::table).values(version).execute(c))?;
        Ok(())
    }

    fn put_change(&mut self, put: &Put<'_>, sequence: i64, before: Option<&Before>) -> Result<(), StoreError> {
        let kind = if put.deleted {
            "delete"
        } else if before.is_none_or(|before| before.deleted) {
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

    fn put_claims(&mut self, pk: i64, clear: bool, claims: &[String]) -> Result<(), StoreError> {
        if clear {
            on!(&mut *self.connection, c => diesel::delete(claim::table).filter(claim::resource.eq(pk)).execute(c))?;
        }
        for text in claims {
            let row = (claim::key.eq(capped(text)), claim::resource.eq(pk));
            on!(&mut *self.connection, c => diesel::insert_into(claim::table).values(row).execute(c))?;
        }
        Ok(())
    }

    fn put_grants(&mut self, pk: i64, clear: bool, grants: &[Grant]) -> Result<(), StoreError> {
        if clear {
            on!(&mut *self.connection, c => diesel::delete(access_grant::table)
                .filter(access_grant::source.eq(pk))
                .execute(c))?;
        }
        for (number, grant) in (1_i64..).zip(grants) {
            let row = (
                access_grant::source.eq(pk),
                access_grant::number.eq(number),
                access_grant::patient.eq(&grant.patient),
                access_grant::organisation.eq(&grant.organisation),
                access_grant::reach.eq(&grant.reach),
                access_grant::basis.eq(grant.basis),
                access_grant::valid_from.eq(grant.valid_from),
                access_grant::valid_to.eq(grant.valid_to),
            );
            on!(&mut *self.connection, c => diesel::insert_into(access_grant::table).values(row).execute(c))?;
        }
        Ok(())
    }

    /// A `Patient` was put: references to it that are stored already follow its person key.
    fn repoint_references(&mut self, id: &str, person: Option<&str>) -> Result<(), StoreError> {
        let mut sql = Sql::new();
        sql.push("UPDATE idx_reference SET person = ").text(person.unwrap_or_default());
        sql.push(" WHERE target_id = ").text(id).push(" AND target_type = 'Patient'");
        sql.run(self.connection)
    }
}
