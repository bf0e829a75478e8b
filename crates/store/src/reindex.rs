//! `reindex`: the search index written anew from the stored bodies, after a search parameter was added or changed.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::resource;
use crate::session::Session;
use crate::stored::{CURRENT, Row, Stored};
use diesel::prelude::*;
use serde_json::Value;
use varde_fhir::index::IndexEntry;
use varde_fhir::links::extract_all;

/// How many resources share a savepoint.
pub(crate) const BATCH: i64 = 100;

impl Session<'_> {
    /// Writes the index of the next `limit` resources after `after`; the last one's key unless there are no more, and how
    /// many there were.
    pub(crate) fn reindex(&mut self, after: i64, limit: i64) -> Result<(Option<i64>, u64), StoreError> {
        let batch = self.resources_after(after, limit)?;
        let (last, count) = (batch.last().map(|(pk, _)| *pk), batch.len() as u64);
        for (pk, stored) in batch {
            let entries = self.entries_of(&stored)?;
            let rows = self.index_rows(pk, stored.key.rtype, entries)?;
            let stored = self.stored_index(pk)?;
            self.change_index(&stored, &rows)?;
        }
        Ok((last, count))
    }

    /// The next resources by internal key, deleted ones included.
    pub(crate) fn resources_after(&mut self, after: i64, limit: i64) -> Result<Vec<(i64, Stored)>, StoreError> {
        let rows = on!(&mut *self.connection, c => resource::table
            .filter(resource::pk.gt(after))
            .order(resource::pk)
            .limit(limit)
            .select(CURRENT)
            .load::<Row>(c))?;
        rows.into_iter().map(|row| Ok((row.pk, row.stored()?))).collect()
    }

    /// What a stored version is found by.
    pub(crate) fn entries_of(&self, stored: &Stored) -> Result<Vec<IndexEntry>, StoreError> {
        if stored.deleted {
            return Ok(Vec::new());
        }
        let body: Value = serde_json::from_slice(&stored.body)
            .map_err(|_| StoreError::Corrupt(format!("the body of {} is not JSON", stored.key)))?;
        Ok(extract_all(stored.key.rtype, &body, self.base))
    }
}
