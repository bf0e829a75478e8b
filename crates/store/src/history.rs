//! `version` and `history`: earlier versions of one resource <https://hl7.org/fhir/R4/http.html#history>.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::{history, resource};
use crate::session::Session;
use crate::stored::{Row, Stored, VERSION};
use diesel::prelude::*;
use varde_fhir::ResourceKey;

impl Session<'_> {
    /// One version, whoever may see it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn version(&mut self, key: &ResourceKey, version: i64) -> Result<Option<Stored>, StoreError> {
        let row = on!(&mut *self.connection, c => history::table
            .inner_join(resource::table.on(resource::pk.eq(history::resource)))
            .filter(resource::rtype.eq(key.rtype.as_str()))
            .filter(resource::id.eq(key.id.as_str()))
            .filter(history::version.eq(version))
            .select(VERSION)
            .first::<Row>(c)
            .optional())?;
        row.map(Row::stored).transpose()
    }

    /// The newest `limit` versions, newest first; with `before`, those below that version.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn history(&mut self, key: &ResourceKey, limit: i64, before: Option<i64>) -> Result<Vec<Stored>, StoreError> {
        let rows = on!(&mut *self.connection, c => history::table
            .inner_join(resource::table.on(resource::pk.eq(history::resource)))
            .filter(resource::rtype.eq(key.rtype.as_str()))
            .filter(resource::id.eq(key.id.as_str()))
            .filter(history::version.lt(before.unwrap_or(i64::MAX)))
            .order(history::version.desc())
            .limit(limit)
            .select(VERSION)
            .load::<Row>(c))?;
        rows.into_iter().map(Row::stored).collect()
    }
}
