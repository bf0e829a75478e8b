//! Each resource against its newest version in the history and against its index, many at a time: the number of statements does
//! not grow with every resource.

use super::report::VerifyReport;
use crate::error::StoreError;
use crate::index::IndexRows;
use crate::session::Session;
use crate::sql::Sql;
use crate::stored::{Row, Stored};
use std::collections::BTreeMap;

/// Resources read at once.
const BATCH: i64 = 200;

impl Session<'_> {
    pub(crate) fn verify_resources(&mut self, report: &mut VerifyReport) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let batch = self.resources_after(after, BATCH)?;
            let Some((last, _)) = batch.last() else { return Ok(()) };
            let last = *last;
            report.resources += batch.len() as u64;
            self.verify_histories(&batch, after + 1, last, report)?;
            self.verify_indexes(&batch, after + 1, last, report)?;
            after = last;
        }
    }

    fn verify_histories(
        &mut self,
        batch: &[(i64, Stored)],
        first: i64,
        last: i64,
        report: &mut VerifyReport,
    ) -> Result<(), StoreError> {
        let newest = self.newest_versions(first, last)?;
        for (pk, stored) in batch {
            match newest.get(pk) {
                Some(newest) if newest == stored => {}
                Some(_) => report.find(stored.key.to_string(), "the current version is not the newest of its history"),
                None => report.find(stored.key.to_string(), "it has no history"),
            }
        }
        Ok(())
    }

    fn verify_indexes(
        &mut self,
        batch: &[(i64, Stored)],
        first: i64,
        last: i64,
        report: &mut VerifyReport,
    ) -> Result<(), StoreError> {
        let stored = self.stored_indexes(first, last)?;
        let expected = self.expected_indexes(batch, report)?;
        let none = IndexRows::default();
        for (pk, of) in batch {
            let Some(expected) = expected.get(pk) else { continue };
            let parameters = stored.get(pk).unwrap_or(&none).differences(expected);
            if !parameters.is_empty() {
                report.find(of.key.to_string(), format!("its search index differs in: {}", parameters.join(", ")));
            }
        }
        Ok(())
    }

    /// The rows that each of these resources should have; none for one whose body cannot be read, which is reported.
    fn expected_indexes(
        &mut self,
        batch: &[(i64, Stored)],
        report: &mut VerifyReport,
    ) -> Result<BTreeMap<i64, IndexRows>, StoreError> {
        let (mut all, mut references) = (BTreeMap::new(), Vec::new());
        for (pk, stored) in batch {
            match self.entries_of(stored) {
                Ok(entries) => {
                    let mut rows = IndexRows::new(*pk, stored.key.rtype, entries);
                    references.append(&mut rows.references);
                    all.insert(*pk, rows);
                }
                Err(StoreError::Corrupt(problem)) => report.find(stored.key.to_string(), problem),
                Err(error) => return Err(error),
            }
        }
        self.name_persons(&mut references)?;
        for row in references {
            all.entry(row.resource).or_default().references.push(row);
        }
        all.values_mut().for_each(IndexRows::sort);
        Ok(all)
    }

    /// The newest version of each resource from `first` to `last`.
    fn newest_versions(&mut self, first: i64, last: i64) -> Result<BTreeMap<i64, Stored>, StoreError> {
        let mut sql = Sql::new();
        sql.push("SELECT r.pk, r.rtype, r.id, h.version, h.last_updated, h.patient, h.owner, h.deleted, h.body ")
            .push("FROM history h JOIN resource r ON r.pk = h.resource WHERE h.resource BETWEEN ")
            .number(first)
            .push(" AND ")
            .number(last)
            .push(" AND NOT EXISTS (SELECT 1 FROM history n WHERE n.resource = h.resource AND n.version > h.version)");
        sql.load::<Row>(self.connection)?.into_iter().map(|row| Ok((row.pk, row.stored()?))).collect()
    }
}
