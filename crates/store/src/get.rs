//! `get`: the current version of one resource <https://hl7.org/fhir/R4/http.html#read>.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::resource;
use crate::session::Session;
use crate::stored::{CURRENT, Row, Stored};
use crate::visible::View;
use diesel::prelude::*;
use varde_fhir::ResourceKey;

impl Session<'_> {
    /// The current version, whoever may see it; a deleted resource has `deleted = true`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn get(&mut self, key: &ResourceKey) -> Result<Option<Stored>, StoreError> {
        let row = on!(&mut *self.connection, c => resource::table
            .filter(resource::rtype.eq(key.rtype.as_str()))
            .filter(resource::id.eq(key.id.as_str()))
            .select(CURRENT)
            .first::<Row>(c)
            .optional())?;
        row.map(Row::stored).transpose()
    }

    /// The current version, when `view` may see it: what may not be seen does not exist.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn get_visible(&mut self, key: &ResourceKey, view: &View) -> Result<Option<Stored>, StoreError> {
        let Some(stored) = self.get(key)? else { return Ok(None) };
        Ok(self.sees(&stored, view)?.then_some(stored))
    }
}
