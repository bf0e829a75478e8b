//! `get`: the current version of one resource <https://hl7.org/fhir/R4/http.html#read>.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::resource;
use crate::session::Session;
use crate::sql::Sql;
use crate::stored::{CURRENT, ROW_TEXT, Row, Stored};
use crate::visible::{View, visible};
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
        let mut sql = Sql::new();
        sql.push("SELECT ").push(ROW_TEXT).push(" FROM resource r WHERE r.rtype = ").text(key.rtype.as_str());
        sql.push(" AND r.id = ").text(key.id.as_str()).push(" AND ");
        visible(&mut sql, "r", view);
        sql.load::<Row>(self.connection)?.pop().map(Row::stored).transpose()
    }
}
