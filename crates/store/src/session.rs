//! What a closure works with: one connection inside one transaction. The verbs are `impl Session` blocks, one file each.

use crate::audit::row::AuditRow;
use crate::connection::{Connection, on};
use crate::error::StoreError;
use crate::schema::change;
use crate::whose::Whose;
use diesel::prelude::*;
use varde_fhir::Clock;

/// One connection inside one transaction. In [`crate::Store::read`] only the reading verbs work.
pub struct Session<'a> {
    pub(crate) connection: &'a mut Connection,
    pub(crate) clock: &'a Clock,
    pub(crate) base: &'a str,
    /// Entries for the access log that go with what this session does.
    pub(crate) records: Vec<AuditRow>,
    /// What it has found of whose what is.
    pub(crate) whose: Whose,
    sequence: Option<i64>,
}

impl<'a> Session<'a> {
    /// A session; `sequence` is the last commit sequence number when this transaction has already drawn one.
    pub(crate) fn new(connection: &'a mut Connection, clock: &'a Clock, base: &'a str, sequence: Option<i64>) -> Self {
        Self { connection, clock, base, records: Vec::new(), whose: Whose::default(), sequence }
    }

    /// Runs a part that may fail by itself: an error undoes the part and nothing else. Only inside [`crate::Store::write`].
    ///
    /// # Errors
    /// The part's own, or when the database does not answer.
    pub fn nested<T, E>(&mut self, part: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let (drawn, recorded) = (self.sequence, self.records.len());
        self.connection.run("SAVEPOINT part")?;
        let result = part(self);
        if result.is_ok() {
            self.connection.run("RELEASE SAVEPOINT part")?;
        } else {
            self.sequence = drawn;
            self.records.truncate(recorded);
            self.whose.clear();
            self.connection.run("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part")?;
        }
        result
    }

    /// The last commit sequence number this transaction has drawn, and the entries for the access log.
    pub(crate) fn finish(self) -> (Option<i64>, Vec<AuditRow>) {
        (self.sequence, self.records)
    }

    /// Draws the next commit sequence number. Read from the table once in each transaction, under the writer's lock: a
    /// number remembered between transactions would be wrong as soon as a second replica writes.
    pub(crate) fn next_sequence(&mut self) -> Result<i64, StoreError> {
        let last = match self.sequence {
            Some(last) => last,
            None => on!(&mut *self.connection, c => change::table
                .select(diesel::dsl::max(change::seq))
                .get_result::<Option<i64>>(c))?
            .unwrap_or(0),
        };
        self.sequence = Some(last + 1);
        Ok(last + 1)
    }

    /// Gives the number drawn last back: nothing was written with it.
    pub(crate) fn undraw(&mut self) {
        self.sequence = self.sequence.map(|last| last - 1);
    }
}
