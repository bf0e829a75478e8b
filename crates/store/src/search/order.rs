//! `_sort` as SQL: sort keys, the page after a position, and the order <https://hl7.org/fhir/R4/search.html#sort>.
//!
//! A resource without the element comes last in either direction; the internal key breaks ties, so the order is total.
//! Texts are ordered folded, with æ, ø and å last, and the same on both databases; codes by their bytes.

use super::position::{Key, Position};
use crate::sql::Sql;
use crate::text::sort_key_of;
use varde_fhir::query::Query;
use varde_fhir::registry::{ParamKind, SearchParam};

/// The order of a search.
pub(crate) struct Order {
    keys: Vec<(&'static SearchParam, bool)>,
}

impl Order {
    /// The order a query asks for.
    pub(crate) fn of(query: &Query) -> Self {
        Self { keys: query.sort.iter().map(|sort| (sort.param, sort.descending)).collect() }
    }

    /// Adds the sort keys to a select list, as `k0`, `k1` …
    pub(crate) fn columns(&self, sql: &mut Sql) {
        for (place, (param, descending)) in self.keys.iter().enumerate() {
            sql.push(", ");
            match param.name {
                "_id" => {
                    sql.push("r.id");
                }
                "_lastUpdated" => {
                    sql.push("r.last_updated");
                }
                name => indexed(sql, param.kind, name, *descending),
            }
            sql.push(&format!(" AS k{place}"));
        }
    }

    /// Adds "comes after the position", for a table `m` with the sort keys.
    pub(crate) fn after(&self, sql: &mut Sql, position: &Position) {
        sql.push("(");
        for (place, ((_, descending), key)) in self.keys.iter().zip(&position.keys).enumerate() {
            self.equal_before(sql, position, place);
            sql.push(&format!("m.k{place} {} ", if *descending { "<" } else { ">" }));
            bind(sql, key);
            sql.push(" OR ");
        }
        self.equal_before(sql, position, self.keys.len());
        sql.push("m.pk > ").number(position.pk).push(")");
    }

    fn equal_before(&self, sql: &mut Sql, position: &Position, places: usize) {
        for (place, key) in position.keys.iter().enumerate().take(places.min(self.keys.len())) {
            sql.push(&format!("m.k{place} = "));
            bind(sql, key);
            sql.push(" AND ");
        }
    }

    /// Adds the order, for a table with the sort keys.
    pub(crate) fn order_by(&self, sql: &mut Sql, table: &str) {
        sql.push(" ORDER BY ");
        for (place, (_, descending)) in self.keys.iter().enumerate() {
            sql.push(&format!("{table}.k{place}{}, ", if *descending { " DESC" } else { "" }));
        }
        sql.push(&format!("{table}.pk"));
    }
}

/// The smallest (descending: the largest) value of the parameter.
fn indexed(sql: &mut Sql, kind: ParamKind, name: &str, descending: bool) {
    let (table, column) = match kind {
        ParamKind::Token => ("idx_token", "x.code".to_owned()),
        ParamKind::Reference => ("idx_reference", "x.target_id".to_owned()),
        // What has no beginning is not what has no date.
        ParamKind::Date => {
            ("idx_date", "x.low + (CASE WHEN x.low < -9000000000000000000 THEN 1 ELSE 0 END)".to_owned())
        }
        ParamKind::String => ("idx_text", sort_key_of("x.head")),
        ParamKind::Uri => ("idx_uri", "x.value".to_owned()),
    };
    let extreme = if descending { "max" } else { "min" };
    sql.push(&format!("coalesce((SELECT {extreme}({column}) FROM {table} x WHERE x.resource = r.pk AND x.param = "));
    sql.text(name).push("), ");
    bind(sql, &Key::none(kind, descending));
    sql.push(")");
}

fn bind(sql: &mut Sql, key: &Key) {
    match key {
        Key::Text(text) => sql.text(text),
        Key::Number(number) => sql.number(*number),
    };
}
