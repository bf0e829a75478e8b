//! Rows of an index table, several with one statement: on SQLite a statement by itself costs as much as the row it writes.

use super::rows::{DateRow, ReferenceRow, TextRow, TokenRow, UriRow};
use crate::error::StoreError;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::Sqlite;

/// How many rows a statement takes at most: few different texts to keep prepared.
const TOGETHER: usize = 8;

/// A row that knows its columns.
pub(crate) trait Columns {
    /// The beginning of the statement: the table and its columns. A row that stands there already is an error, and whoever asked
    /// undoes everything: with `OR FAIL` SQLite need not be able to undo the statement alone.
    const INTO: &'static str;

    /// Binds the columns, in their order.
    fn bind<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()>;
}

macro_rules! columns {
    ($row:ident, $into:literal, $first:ident $of_first:ty $(, $column:ident $of:ty)+) => {
        impl Columns for $row {
            const INTO: &'static str = concat!("INSERT OR FAIL INTO ", $into, " VALUES ");

            fn bind<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                out.push_bind_param::<$of_first, _>(&self.$first)?;
                $(
                    out.push_sql(", ");
                    out.push_bind_param::<$of, _>(&self.$column)?;
                )+
                Ok(())
            }
        }
    };
}

columns!(TokenRow, "idx_token (resource, rtype, param, system, code)",
    resource BigInt, rtype Text, param Text, system Text, code Text);
columns!(ReferenceRow, "idx_reference (resource, rtype, param, target_type, target_id, system, value, person)",
    resource BigInt, rtype Text, param Text, target_type Text, target_id Text, system Text, value Text, person Text);
columns!(DateRow, "idx_date (resource, rtype, param, low, high)",
    resource BigInt, rtype Text, param Text, low BigInt, high BigInt);
columns!(TextRow, "idx_text (resource, rtype, param, head, folded, exact)",
    resource BigInt, rtype Text, param Text, head Text, folded Text, exact Text);
columns!(UriRow, "idx_uri (resource, rtype, param, value)",
    resource BigInt, rtype Text, param Text, value Text);

/// One statement.
struct Insert<'r, R>(&'r [&'r R]);

impl<R: Columns> QueryFragment<Sqlite> for Insert<'_, R> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(R::INTO);
        for (place, row) in self.0.iter().enumerate() {
            out.push_sql(if place == 0 { "(" } else { ", (" });
            row.bind(out.reborrow())?;
            out.push_sql(")");
        }
        Ok(())
    }
}

/// diesel's cache knows the statement by its text.
impl<R> QueryId for Insert<'_, R> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<R> RunQueryDsl<SqliteConnection> for Insert<'_, R> {}

/// Writes the rows.
pub(crate) fn insert<R: Columns>(connection: &mut SqliteConnection, rows: &[&R]) -> Result<(), StoreError> {
    for rows in rows.chunks(TOGETHER) {
        Insert(rows).execute(connection)?;
    }
    Ok(())
}
