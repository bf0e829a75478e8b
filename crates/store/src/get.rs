//! `get`: the current version of one resource <https://hl7.org/fhir/R4/http.html#read>, and its version alone.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::resource;
use crate::session::Session;
use crate::sql::Sql;
use crate::stored::{CURRENT, ROW_TEXT, Row, Stored};
use crate::visible::{View, visible_even_deleted};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use varde_fhir::{Micros, ResourceKey};

/// What is known of a resource without its body.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Version {
    /// Its version, counted from 1.
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    /// `meta.lastUpdated`, UTC microseconds.
    #[diesel(sql_type = BigInt)]
    pub last_updated: Micros,
    /// The person key of the patient whose compartment it belongs to.
    #[diesel(sql_type = Nullable<Text>)]
    pub patient: Option<String>,
    /// Whether this version says that the resource was deleted.
    #[diesel(sql_type = Bool)]
    pub deleted: bool,
}

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
            .get_result::<Row>(c)
            .optional())?;
        row.map(Row::stored).transpose()
    }

    /// The current version, when `view` may see it: what may not be seen does not exist.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn get_visible(&mut self, key: &ResourceKey, view: &View) -> Result<Option<Stored>, StoreError> {
        let rows: Vec<Row> = one(ROW_TEXT, key, view).load(self.connection)?;
        rows.into_iter().next().map(Row::stored).transpose()
    }

    /// The number of the current version, when `view` may see it, without its body: enough for "not modified".
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn version_visible(&mut self, key: &ResourceKey, view: &View) -> Result<Option<Version>, StoreError> {
        let rows = one("r.version, r.last_updated, r.patient, r.deleted", key, view).load(self.connection)?;
        Ok(rows.into_iter().next())
    }
}

/// One resource, when it may be seen.
fn one(columns: &str, key: &ResourceKey, view: &View) -> Sql {
    let mut sql = Sql::new();
    sql.push("SELECT ").push(columns).push(" FROM resource r WHERE r.rtype = ").text(key.rtype.as_str());
    sql.push(" AND r.id = ").text(key.id.as_str()).push(" AND ");
    visible_even_deleted(&mut sql, "r", view);
    sql
}
