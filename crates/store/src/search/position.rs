//! Where a page ended: the last row's internal key and version, as `key.version`.
//!
//! A cursor stands in URLs and logs, so it holds no sort key (a name, a birth date, an identifier); the sort keys are taken
//! again from that version in the history, as they were when the page was made, whatever happened to the row since.

use super::predicate::Of;
use crate::connection::on;
use crate::error::StoreError;
use crate::schema::{history, resource};
use crate::session::Session;
use crate::sql::{Number, Sql};
use crate::stored::{Row, Stored, VERSION};
use crate::text::{head, key, sort_key as text_key};
use crate::visible::{View, visible};
use diesel::prelude::*;
use varde_fhir::index::{IndexEntry, IndexValue};
use varde_fhir::query::{Query, Sort};
use varde_fhir::registry::ParamKind;
use varde_fhir::time::NEVER;

/// The end of a page.
pub(crate) struct Position {
    /// Sort keys, one for each key of the order.
    pub(crate) keys: Vec<Key>,
    /// Internal key.
    pub(crate) pk: i64,
}

/// A sort key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// Of tokens, strings, references and uris.
    Text(String),
    /// Of dates.
    Number(i64),
}

impl Key {
    /// What stands for "no value": after everything in this direction.
    pub(crate) fn none(kind: ParamKind, descending: bool) -> Self {
        match (kind, descending) {
            (ParamKind::Date, false) => Self::Number(i64::MAX),
            (ParamKind::Date, true) => Self::Number(i64::MIN),
            (_, false) => Self::Text("\u{10FFFF}".into()),
            (_, true) => Self::Text(String::new()),
        }
    }
}

/// The position after this row.
pub(crate) fn text(row: &Row) -> String {
    format!("{}.{}", row.pk, row.version)
}

impl Session<'_> {
    /// Reads a position. A row that may not be seen (any longer) is no position of a sorted search: what sorts before it and
    /// what after it would tell something about it.
    pub(crate) fn position(&mut self, query: &Query, view: &View, text: &str) -> Result<Position, StoreError> {
        let parts = text.split_once('.').and_then(|(pk, version)| pk.parse().ok().zip(version.parse().ok()));
        let (pk, version): (i64, i64) = parts.ok_or(StoreError::Position)?;
        if query.sort.is_empty() {
            return Ok(Position { keys: Vec::new(), pk });
        }
        let stored = self.seen(query, view, pk, version)?.ok_or(StoreError::Position)?;
        let entries = self.entries_of(&stored)?;
        let keys = query.sort.iter().map(|sort| sort_key(sort, &stored, &entries)).collect();
        Ok(Position { keys, pk })
    }

    fn seen(&mut self, query: &Query, view: &View, pk: i64, version: i64) -> Result<Option<Stored>, StoreError> {
        let mut sql = Sql::new();
        sql.push("SELECT count(*) AS number FROM resource r WHERE r.pk = ").number(pk);
        sql.push(" AND ");
        Of { row: "r", types: &query.types() }.typed(&mut sql, "r.rtype");
        sql.push(" AND ");
        visible(&mut sql, "r", view);
        if !sql.load::<Number>(self.connection)?.iter().any(|row| row.number > 0) {
            return Ok(None);
        }
        let row = on!(&mut *self.connection, c => history::table
            .inner_join(resource::table.on(resource::pk.eq(history::resource)))
            .filter(history::resource.eq(pk))
            .filter(history::version.eq(version))
            .select(VERSION)
            .get_result::<Row>(c)
            .optional())?;
        row.map(Row::stored).transpose()
    }
}

/// The sort key of a version, exactly as the SQL of `order` computes it.
fn sort_key(sort: &Sort, stored: &Stored, entries: &[IndexEntry]) -> Key {
    match sort.param.name {
        "_id" => return Key::Text(stored.key.id.as_str().to_owned()),
        "_lastUpdated" => return Key::Number(stored.last_updated),
        _ => {}
    }
    let keys = entries.iter().filter(|entry| entry.param == sort.param.name).map(|entry| match &entry.value {
        IndexValue::Token { code, .. } => Key::Text(key(code)),
        IndexValue::Reference { id, .. } => Key::Text(key(id)),
        IndexValue::Date { low, .. } => Key::Number(low + i64::from(*low == NEVER)),
        IndexValue::Text { folded, .. } => Key::Text(text_key(&head(folded))),
        IndexValue::Uri { value } => Key::Text(key(value)),
    });
    let extreme = if sort.descending { keys.max() } else { keys.min() };
    extreme.unwrap_or_else(|| Key::none(sort.param.kind, sort.descending))
}
