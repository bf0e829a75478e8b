//! SQL as text with every value bound, for what the typed query builder says badly: search.
//!
//! The place of a value is written `$1`, `$2`, … in the order of the text: PostgreSQL's own notation, which SQLite reads as
//! named parameters numbered by first appearance <https://www.sqlite.org/lang_expr.html#varparam>.

use crate::connection::{Connection, on};
use crate::error::StoreError;
use crate::text::clean;
use diesel::RunQueryDsl;
use diesel::deserialize::QueryableByName;
use diesel::pg::Pg;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::Sqlite;

/// A statement being written.
pub(crate) struct Sql {
    text: String,
    values: Vec<Value>,
}

enum Value {
    Text(String),
    Number(i64),
}

/// One number, e.g. of `count(*)`.
#[derive(QueryableByName)]
pub(crate) struct Number {
    #[diesel(sql_type = BigInt)]
    pub(crate) number: i64,
}

impl Sql {
    /// An empty statement.
    pub(crate) fn new() -> Self {
        Self { text: String::new(), values: Vec::new() }
    }

    /// Adds SQL: never a value that came from outside.
    pub(crate) fn push(&mut self, sql: &str) -> &mut Self {
        self.text.push_str(sql);
        self
    }

    /// Adds a text value.
    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        self.value(Value::Text(clean(value)))
    }

    /// Adds a number.
    pub(crate) fn number(&mut self, value: i64) -> &mut Self {
        self.value(Value::Number(value))
    }

    /// Adds a list of numbers, without parentheses; `NULL` when it is empty, which `IN` never finds.
    pub(crate) fn numbers(&mut self, values: &[i64]) -> &mut Self {
        if values.is_empty() {
            return self.push("NULL");
        }
        for (position, value) in values.iter().enumerate() {
            self.push(if position == 0 { "" } else { ", " }).number(*value);
        }
        self
    }

    fn value(&mut self, value: Value) -> &mut Self {
        self.values.push(value);
        let place = format!("${}", self.values.len());
        self.push(&place)
    }

    /// Runs the query.
    pub(crate) fn load<R>(self, connection: &mut Connection) -> Result<Vec<R>, StoreError>
    where
        R: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static,
    {
        let Self { text, values } = self;
        let rows = on!(connection, c => {
            let mut query = diesel::sql_query(text).into_boxed();
            for value in values {
                query = bound(query, value);
            }
            query.load::<R>(c)
        })?;
        Ok(rows)
    }

    /// Runs a query for one number, 0 when there is none.
    pub(crate) fn load_number(self, connection: &mut Connection) -> Result<i64, StoreError> {
        Ok(self.load::<Number>(connection)?.first().map_or(0, |row| row.number))
    }
}

fn bound<DB>(query: BoxedSqlQuery<'static, DB, SqlQuery>, value: Value) -> BoxedSqlQuery<'static, DB, SqlQuery>
where
    DB: diesel::backend::Backend
        + diesel::sql_types::HasSqlType<BigInt>
        + diesel::sql_types::HasSqlType<Text>
        + diesel::backend::DieselReserveSpecialization,
    String: diesel::serialize::ToSql<Text, DB>,
    i64: diesel::serialize::ToSql<BigInt, DB>,
{
    match value {
        Value::Text(value) => query.bind::<Text, _>(value),
        Value::Number(value) => query.bind::<BigInt, _>(value),
    }
}
