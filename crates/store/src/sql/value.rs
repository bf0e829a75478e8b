//! The values of a statement, as each database takes them. A list is one value: PostgreSQL's array
//! <https://www.postgresql.org/docs/current/functions-comparisons.html>, SQLite's JSON <https://www.sqlite.org/json1.html#jeach>.

use diesel::pg::Pg;
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;
use diesel::serialize::{IsNull, Output, Result as Serialized, ToSql};
use diesel::sql_types::{Array, BigInt, Binary, Bool, Nullable, Text};
use diesel::sqlite::Sqlite;
use serde_json::json;

/// One value.
pub(super) enum Value {
    Text(String),
    Optional(Option<String>),
    Number(i64),
    Flag(bool),
    Bytes(Vec<u8>),
    InNumbers(List<i64>),
    InTexts(List<String>),
    Table(&'static str, &'static str, List<i64>),
    Rows(Rows),
    /// PostgreSQL's alone.
    Texts(List<String>),
    /// PostgreSQL's alone.
    OptionalTexts(List<Option<String>>),
    /// PostgreSQL's alone.
    Numbers(List<i64>),
}

/// Values of one kind.
#[derive(Debug)]
pub(super) struct List<T>(Vec<T>);

/// A table of texts.
#[derive(Debug)]
pub(super) struct Rows {
    name: &'static str,
    columns: Vec<&'static str>,
    /// Column by column.
    values: Vec<List<String>>,
}

impl Rows {
    /// A table with this name, these columns and rows.
    pub(super) fn new<const N: usize>(
        name: &'static str,
        columns: [&'static str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) -> Self {
        let mut values: Vec<List<String>> = columns.iter().map(|_| List(Vec::new())).collect();
        for row in rows {
            for (column, text) in values.iter_mut().zip(row) {
                column.0.push(text);
            }
        }
        Self { name, columns: columns.to_vec(), values }
    }
}

impl Value {
    /// Writes the value's place and binds it.
    pub(super) fn bind_sqlite<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        match self {
            Self::Text(value) => out.push_bind_param::<Text, _>(value),
            Self::Optional(value) => out.push_bind_param::<Nullable<Text>, _>(value),
            Self::Number(value) => out.push_bind_param::<BigInt, _>(value),
            Self::Flag(value) => out.push_bind_param::<Bool, _>(value),
            Self::Bytes(value) => out.push_bind_param::<Binary, _>(value),
            Self::InNumbers(list) => {
                out.push_sql(" IN (SELECT value FROM json_each(");
                out.push_bind_param::<Text, _>(list)?;
                out.push_sql("))");
                Ok(())
            }
            Self::InTexts(list) => {
                out.push_sql(" IN (SELECT value FROM json_each(");
                out.push_bind_param::<Text, _>(list)?;
                out.push_sql("))");
                Ok(())
            }
            Self::Table(name, column, list) => {
                out.push_sql(&format!("(SELECT value AS {column} FROM json_each("));
                out.push_bind_param::<Text, _>(list)?;
                out.push_sql(&format!(")) AS {name}"));
                Ok(())
            }
            Self::Rows(rows) => {
                out.push_sql("(SELECT ");
                for (place, column) in rows.columns.iter().enumerate() {
                    let comma = if place == 0 { "" } else { ", " };
                    out.push_sql(&format!("{comma}json_extract(value, '$[{place}]') AS {column}"));
                }
                out.push_sql(" FROM json_each(");
                out.push_bind_param::<Text, _>(rows)?;
                out.push_sql(&format!(")) AS {}", rows.name));
                Ok(())
            }
            Self::Texts(_) | Self::OptionalTexts(_) | Self::Numbers(_) => Err(foreign()),
        }
    }

    /// Writes the value's place and binds it.
    pub(super) fn bind_postgres<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self {
            Self::Text(value) => out.push_bind_param::<Text, _>(value),
            Self::Optional(value) => out.push_bind_param::<Nullable<Text>, _>(value),
            Self::Number(value) => out.push_bind_param::<BigInt, _>(value),
            Self::Flag(value) => out.push_bind_param::<Bool, _>(value),
            Self::Bytes(value) => out.push_bind_param::<Binary, _>(value),
            Self::InNumbers(list) => {
                out.push_sql(" = ANY(");
                out.push_bind_param::<Array<BigInt>, _>(&list.0)?;
                out.push_sql(")");
                Ok(())
            }
            Self::InTexts(list) => {
                out.push_sql(" = ANY(");
                out.push_bind_param::<Array<Text>, _>(&list.0)?;
                out.push_sql(")");
                Ok(())
            }
            Self::Table(name, column, list) => {
                out.push_sql("unnest(");
                out.push_bind_param::<Array<BigInt>, _>(&list.0)?;
                out.push_sql(&format!(") AS {name} ({column})"));
                Ok(())
            }
            Self::Rows(rows) => {
                out.push_sql("unnest(");
                for (place, values) in rows.values.iter().enumerate() {
                    out.push_sql(if place == 0 { "" } else { ", " });
                    out.push_bind_param::<Array<Text>, _>(&values.0)?;
                }
                out.push_sql(&format!(") AS {} ({})", rows.name, rows.columns.join(", ")));
                Ok(())
            }
            Self::Texts(list) => out.push_bind_param::<Array<Text>, _>(&list.0),
            Self::OptionalTexts(list) => out.push_bind_param::<Array<Nullable<Text>>, _>(&list.0),
            Self::Numbers(list) => out.push_bind_param::<Array<BigInt>, _>(&list.0),
        }
    }
}

fn foreign() -> diesel::result::Error {
    diesel::result::Error::QueryBuilderError("an array on SQLite".into())
}

impl<T> From<Vec<T>> for List<T> {
    fn from(values: Vec<T>) -> Self {
        Self(values)
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl ToSql<Text, Sqlite> for List<i64> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> Serialized {
        out.set_value(json!(self.0).to_string());
        Ok(IsNull::No)
    }
}

impl ToSql<Text, Sqlite> for List<String> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> Serialized {
        out.set_value(json!(self.0).to_string());
        Ok(IsNull::No)
    }
}

impl ToSql<Text, Sqlite> for Rows {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> Serialized {
        let height = self.values.first().map_or(0, |column| column.0.len());
        let row = |place| self.values.iter().map(|column| column.0.get(place)).collect::<Vec<_>>();
        out.set_value(json!((0..height).map(row).collect::<Vec<_>>()).to_string());
        Ok(IsNull::No)
    }
}
