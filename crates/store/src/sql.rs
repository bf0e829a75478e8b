//! SQL as text with every value bound, for what the typed query builder says badly: search, and statements that do much at once.
//!
//! The text of a statement depends on its shape and never on a value, a list's length included, so that the connection prepares
//! it once and keeps it ([`crate::connection::Kept`]).

mod value;

use crate::connection::{Connection, on};
use crate::error::StoreError;
use crate::text::clean;
use diesel::RunQueryDsl;
use diesel::deserialize::QueryableByName;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Untyped};
use diesel::sqlite::Sqlite;
use value::{Rows, Value};

/// A statement being written.
#[derive(Default)]
pub(crate) struct Sql {
    text: String,
    /// Each value, and how much of the text stands before it.
    values: Vec<(usize, Value)>,
    /// Whether PostgreSQL is to plan it for these very values.
    by_values: bool,
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
        Self::default()
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

    /// Adds a text value, or NULL.
    pub(crate) fn optional(&mut self, value: Option<&str>) -> &mut Self {
        self.value(Value::Optional(value.map(clean)))
    }

    /// Adds a number.
    pub(crate) fn number(&mut self, value: i64) -> &mut Self {
        self.value(Value::Number(value))
    }

    /// Adds ` LIMIT …`. As a sum, for SQLite prepares a statement anew whenever a limit that is a bare parameter gets a value.
    pub(crate) fn limit(&mut self, value: i64) -> &mut Self {
        self.push(" LIMIT ").number(value).push(" + 0")
    }

    /// Adds a truth value.
    pub(crate) fn flag(&mut self, value: bool) -> &mut Self {
        self.value(Value::Flag(value))
    }

    /// Adds bytes.
    pub(crate) fn bytes(&mut self, value: Vec<u8>) -> &mut Self {
        self.value(Value::Bytes(value))
    }

    /// Adds ` IN (…)` of any number of numbers, none included.
    pub(crate) fn in_numbers(&mut self, values: &[i64]) -> &mut Self {
        self.value(Value::InNumbers(values.to_vec().into()))
    }

    /// Adds ` IN (…)` of any number of texts, none included.
    pub(crate) fn in_texts(&mut self, values: impl IntoIterator<Item = String>) -> &mut Self {
        self.value(Value::InTexts(values.into_iter().map(|value| clean(&value)).collect()))
    }

    /// Adds a table of numbers, to select from: its name, its column, its rows.
    pub(crate) fn table(&mut self, name: &'static str, column: &'static str, rows: &[i64]) -> &mut Self {
        self.value(Value::Table(name, column, rows.to_vec().into()))
    }

    /// Adds a table of texts, to select from: its name, its columns, its rows.
    pub(crate) fn rows<const N: usize>(
        &mut self,
        name: &'static str,
        columns: [&'static str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) -> &mut Self {
        self.value(Value::Rows(Rows::new(name, columns, rows)))
    }

    /// Adds a column of texts: an array. Only on PostgreSQL.
    pub(crate) fn texts<'t>(&mut self, values: impl IntoIterator<Item = &'t str>) -> &mut Self {
        self.value(Value::Texts(values.into_iter().map(clean).collect()))
    }

    /// Adds a column of texts and NULLs: an array. Only on PostgreSQL.
    pub(crate) fn optional_texts<'t>(&mut self, values: impl IntoIterator<Item = Option<&'t str>>) -> &mut Self {
        self.value(Value::OptionalTexts(values.into_iter().map(|value| value.map(clean)).collect()))
    }

    /// Adds a column of numbers: an array. Only on PostgreSQL.
    pub(crate) fn numbers(&mut self, values: impl IntoIterator<Item = i64>) -> &mut Self {
        self.value(Value::Numbers(values.into_iter().collect()))
    }

    /// Lets PostgreSQL plan the statement anew each time, knowing its values: for one whose best plan depends on how many rows a
    /// value has. What is kept is planned once for any values.
    pub(crate) fn planned_by_values(&mut self) -> &mut Self {
        self.by_values = true;
        self
    }

    fn value(&mut self, value: Value) -> &mut Self {
        self.values.push((self.text.len(), value));
        self
    }

    /// Runs the query.
    pub(crate) fn load<R>(self, connection: &mut Connection) -> Result<Vec<R>, StoreError>
    where
        R: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static,
    {
        if !self.by_values {
            connection.keep(&self.text);
            return Ok(on!(connection, c => RunQueryDsl::load::<R>(self, c))?);
        }
        connection.plan_by_values(true)?;
        let rows = on!(&mut *connection, c => RunQueryDsl::load::<R>(self, c));
        let back = connection.plan_by_values(false);
        let rows = rows?;
        back?;
        Ok(rows)
    }

    /// Runs a query for one number, 0 when there is none.
    pub(crate) fn load_number(self, connection: &mut Connection) -> Result<i64, StoreError> {
        Ok(self.load::<Number>(connection)?.first().map_or(0, |row| row.number))
    }

    /// Runs a statement without an answer.
    pub(crate) fn run(self, connection: &mut Connection) -> Result<(), StoreError> {
        connection.keep(&self.text);
        on!(connection, c => RunQueryDsl::execute(self, c))?;
        Ok(())
    }

    /// The text before each value, and the value; then the rest of the text.
    fn parts(&self) -> (impl Iterator<Item = (&str, &Value)>, &str) {
        let mut from = 0;
        let parts = self.values.iter().map(move |(place, value)| {
            let text = self.text.get(from..*place).unwrap_or_default();
            from = *place;
            (text, value)
        });
        let rest = self.values.last().map_or(0, |(place, _)| *place);
        (parts, self.text.get(rest..).unwrap_or_default())
    }
}

impl QueryFragment<Sqlite> for Sql {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let (parts, rest) = self.parts();
        for (text, value) in parts {
            out.push_sql(text);
            value.bind_sqlite(out.reborrow())?;
        }
        out.push_sql(rest);
        Ok(())
    }
}

impl QueryFragment<Pg> for Sql {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if self.by_values {
            out.unsafe_to_cache_prepared();
        }
        let (parts, rest) = self.parts();
        for (text, value) in parts {
            out.push_sql(text);
            value.bind_postgres(out.reborrow())?;
        }
        out.push_sql(rest);
        Ok(())
    }
}

/// diesel's cache knows the statement by its text.
impl QueryId for Sql {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Sql {
    type SqlType = Untyped;
}

impl<C> RunQueryDsl<C> for Sql {}
