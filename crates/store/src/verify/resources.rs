//! Each resource against its newest version in the history and against its index.

use super::report::VerifyReport;
use crate::error::StoreError;
use crate::session::Session;
use crate::stored::Stored;

/// Resources read at once.
const BATCH: i64 = 200;

impl Session<'_> {
    pub(crate) fn verify_resources(&mut self, report: &mut VerifyReport) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let batch = self.resources_after(after, BATCH)?;
            let Some((last, _)) = batch.last() else { return Ok(()) };
            after = *last;
            for (pk, stored) in batch {
                report.resources += 1;
                self.verify_history(&stored, report)?;
                self.verify_index(pk, &stored, report)?;
            }
        }
    }

    fn verify_history(&mut self, stored: &Stored, report: &mut VerifyReport) -> Result<(), StoreError> {
        match self.history(&stored.key, 1, None)?.first() {
            Some(newest) if newest == stored => {}
            Some(_) => report.find(stored.key.to_string(), "the current version is not the newest of its history"),
            None => report.find(stored.key.to_string(), "it has no history"),
        }
        Ok(())
    }

    fn verify_index(&mut self, pk: i64, stored: &Stored, report: &mut VerifyReport) -> Result<(), StoreError> {
        let entries = match self.entries_of(stored) {
            Ok(entries) => entries,
            Err(StoreError::Corrupt(problem)) => {
                report.find(stored.key.to_string(), problem);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let expected = self.index_rows(pk, stored.key.rtype, entries)?;
        let parameters = self.stored_index(pk)?.differences(&expected);
        if !parameters.is_empty() {
            let problem = format!("its search index differs in: {}", parameters.join(", "));
            report.find(stored.key.to_string(), problem);
        }
        Ok(())
    }
}
