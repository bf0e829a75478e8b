//! `version`, `history` and `past`: earlier versions of one resource, of a type, of everything
//! <https://hl7.org/fhir/R4/http.html#history>.

mod newest;
mod past;

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::{history, resource};
use crate::session::Session;
use crate::sql::Sql;
use crate::stored::{Row, Stored, VERSION};
use crate::visible::{View, visible_even_deleted};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use newest::newest;
pub use past::{Past, Reach};
use varde_fhir::ResourceKey;

/// A version, and how it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The version.
    pub stored: Stored,
    /// The HTTP method that made it; empty when nobody noted it.
    pub method: String,
    /// Whether nothing stood there before: it is the first, or follows a deletion.
    pub anew: bool,
}

#[derive(QueryableByName)]
struct MadeRow {
    #[diesel(sql_type = Text)]
    method: String,
    #[diesel(sql_type = Bool)]
    anew: bool,
    #[diesel(embed)]
    row: Row,
}

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

    /// The versions that `view` may see, newest first in the order of their commits.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn past(&mut self, past: &Past<'_>, view: &View) -> Result<Vec<Made>, StoreError> {
        if matches!(past.of, Reach::Types([])) {
            return Ok(Vec::new());
        }
        let found = statement(past, view).load::<MadeRow>(self.connection)?;
        found
            .into_iter()
            .map(|MadeRow { row, method, anew }| Ok(Made { stored: row.stored()?, method, anew }))
            .collect()
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

fn statement(past: &Past<'_>, view: &View) -> Sql {
    let mut sql = Sql::new();
    sql.push("SELECT ").push(ONE).push(
        ", h.method, h.version = 1 OR EXISTS (SELECT 1 FROM history b WHERE b.resource = h.resource \
             AND b.version = h.version - 1 AND b.deleted) AS anew FROM ",
    );
    match (past.of, &view.organisation) {
        (Reach::Types(types), Some(organisation)) => {
            sql.push("(");
            newest(&mut sql, past, types, organisation, view);
            sql.push(") p JOIN history h ON h.seq = p.seq JOIN resource r ON r.pk = h.resource WHERE ");
            visible_even_deleted(&mut sql, "r", view);
            sql.push(" ORDER BY p.seq DESC");
            return sql;
        }
        (Reach::Types(types), None) => {
            sql.push("history h JOIN resource r ON r.pk = h.resource WHERE r.rtype");
            sql.in_texts(types.iter().map(ToString::to_string));
        }
        (Reach::Resource(key), _) => {
            sql.push("history h JOIN resource r ON r.pk = h.resource WHERE r.rtype = ").text(key.rtype.as_str());
            sql.push(" AND r.id = ").text(key.id.as_str());
        }
    }
    past.narrow(&mut sql, "h.seq");
    sql.push(" AND ");
    visible_even_deleted(&mut sql, "r", view);
    sql.push(" ORDER BY h.seq DESC").limit(past.limit);
    sql
}

/// The columns of a version, of `history` h and `resource` r.
const ONE: &str = "r.pk, r.rtype, r.id, h.version, h.last_updated, h.patient, h.owner, h.deleted, h.body";

/// The versions of a resource that may be seen.
fn versions(key: &ResourceKey, view: &View) -> Sql {
    let mut sql = Sql::new();
    sql.push("SELECT ").push(ONE);
    sql.push(" FROM resource r JOIN history h ON h.resource = r.pk WHERE r.rtype = ").text(key.rtype.as_str());
    sql.push(" AND r.id = ").text(key.id.as_str()).push(" AND ");
    visible_even_deleted(&mut sql, "r", view);
    sql
}

#[cfg(test)]
mod tests;
