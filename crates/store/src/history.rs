//! `version` and `history`: earlier versions of one resource <https://hl7.org/fhir/R4/http.html#history>.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::{history, resource};
use crate::session::Session;
use crate::sql::Sql;
use crate::stored::{Row, Stored, VERSION};
use crate::visible::{View, visible_even_deleted};
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
            .get_result::<Row>(c)
            .optional())?;
        row.map(Row::stored).transpose()
    }

    /// One version, when `view` may see the resource: who may see it now may see how it came to be.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn earlier_visible(
        &mut self,
        key: &ResourceKey,
        version: i64,
        view: &View,
    ) -> Result<Option<Stored>, StoreError> {
        let mut sql = versions(key, view);
        sql.push(" AND h.version = ").number(version);
        sql.load::<Row>(self.connection)?.into_iter().next().map(Row::stored).transpose()
    }

    /// [`Session::history`], when `view` may see the resource; nothing else.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn history_visible(
        &mut self,
        key: &ResourceKey,
        limit: i64,
        before: Option<i64>,
        view: &View,
    ) -> Result<Vec<Stored>, StoreError> {
        let mut sql = versions(key, view);
        sql.push(" AND h.version < ").number(before.unwrap_or(i64::MAX));
        sql.push(" ORDER BY h.version DESC").limit(limit);
        sql.load::<Row>(self.connection)?.into_iter().map(Row::stored).collect()
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

/// The versions of a resource that may be seen.
fn versions(key: &ResourceKey, view: &View) -> Sql {
    let mut sql = Sql::new();
    sql.push("SELECT r.pk, r.rtype, r.id, h.version, h.last_updated, h.patient, h.owner, h.deleted, h.body ");
    sql.push("FROM resource r JOIN history h ON h.resource = r.pk WHERE r.rtype = ").text(key.rtype.as_str());
    sql.push(" AND r.id = ").text(key.id.as_str()).push(" AND ");
    visible_even_deleted(&mut sql, "r", view);
    sql
}
