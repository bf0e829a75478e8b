//! The index tables' parts of the statement.

use crate::index::IndexRows;
use crate::sql::Sql;

/// A table: its name, the part that holds its new rows, and its columns besides `resource` and `rtype`.
struct Table {
    name: &'static str,
    rows: &'static str,
    columns: &'static [&'static str],
}

const TOKENS: Table = Table { name: "idx_token", rows: "tokens", columns: &["param", "system", "code"] };
const REFERENCES: Table =
    Table { name: "idx_reference", rows: "refs", columns: &["param", "target_type", "target_id", "system", "value"] };
const DATES: Table = Table { name: "idx_date", rows: "dates", columns: &["param", "low", "high"] };
const TEXTS: Table = Table { name: "idx_text", rows: "words", columns: &["param", "head", "folded", "exact"] };
const URIS: Table = Table { name: "idx_uri", rows: "uris", columns: &["param", "value"] };

/// Whose the patient in a row `n` is: by the literal, which may be the very resource `f` that is being put, else by the number.
const PERSON: &str = "coalesce(CASE WHEN n.target_type <> 'Patient' THEN NULL \
                      WHEN n.target_id = f.id AND f.rtype = 'Patient' THEN f.patient \
                      ELSE (SELECT w.patient FROM resource w WHERE w.rtype = 'Patient' AND w.id = n.target_id) END, \
                      (SELECT i.person FROM person_identifier i \
                      WHERE n.national = 'yes' AND i.system = n.system AND i.value = n.value), '')";

/// Adds the parts of all index tables that need one.
pub(super) fn write(sql: &mut Sql, rows: &IndexRows, first: bool) {
    if !first || !rows.tokens.is_empty() {
        let of = rows.tokens.iter();
        sql.push(", tokens AS (SELECT * FROM unnest(").texts(of.clone().map(|row| row.param.as_str()));
        sql.push(", ").texts(of.clone().map(|row| row.system.as_str()));
        sql.push(", ").texts(of.map(|row| row.code.as_str())).push(") AS n (param, system, code))");
        TOKENS.change(sql, first);
    }
    if !first || !rows.references.is_empty() {
        references(sql, rows);
        REFERENCES.change(sql, first);
    }
    if !first || !rows.dates.is_empty() {
        let of = rows.dates.iter();
        sql.push(", dates AS (SELECT * FROM unnest(").texts(of.clone().map(|row| row.param.as_str()));
        sql.push(", ").numbers(of.clone().map(|row| row.low));
        sql.push(", ").numbers(of.map(|row| row.high)).push(") AS n (param, low, high))");
        DATES.change(sql, first);
    }
    if !first || !rows.texts.is_empty() {
        let of = rows.texts.iter();
        sql.push(", words AS (SELECT * FROM unnest(").texts(of.clone().map(|row| row.param.as_str()));
        sql.push(", ").texts(of.clone().map(|row| row.head.as_str()));
        sql.push(", ").texts(of.clone().map(|row| row.folded.as_str()));
        sql.push(", ").texts(of.map(|row| row.exact.as_str())).push(") AS n (param, head, folded, exact))");
        TEXTS.change(sql, first);
    }
    if !first || !rows.uris.is_empty() {
        let of = rows.uris.iter();
        sql.push(", uris AS (SELECT * FROM unnest(").texts(of.clone().map(|row| row.param.as_str()));
        sql.push(", ").texts(of.map(|row| row.value.as_str())).push(") AS n (param, value))");
        URIS.change(sql, first);
    }
}

fn references(sql: &mut Sql, rows: &IndexRows) {
    let of = rows.references.iter();
    sql.push(", refs AS (SELECT * FROM unnest(").texts(of.clone().map(|row| row.param.as_str()));
    sql.push(", ").texts(of.clone().map(|row| row.target_type.as_str()));
    sql.push(", ").texts(of.clone().map(|row| row.target_id.as_str()));
    sql.push(", ").texts(of.clone().map(|row| row.system.as_str()));
    sql.push(", ").texts(of.clone().map(|row| row.value.as_str()));
    sql.push(", ").texts(of.map(|row| if row.national_number().is_some() { "yes" } else { "no" }));
    sql.push(") AS n (param, target_type, target_id, system, value, national))");
}

impl Table {
    /// Removes what the new rows do not say, and adds what is not there.
    fn change(&self, sql: &mut Sql, first: bool) {
        let Self { name, rows, columns } = self;
        let same: Vec<String> = columns.iter().map(|column| format!("n.{column} = t.{column}")).collect();
        let same = same.join(" AND ");
        if !first {
            sql.push(&format!(
                ", less_{rows} AS (DELETE FROM {name} t USING prior p WHERE t.resource = p.pk \
                 AND NOT EXISTS (SELECT 1 FROM {rows} n WHERE {same}))"
            ));
        }
        let (person, value) =
            if *rows == REFERENCES.rows { (", person", format!(", {PERSON}")) } else { ("", String::new()) };
        sql.push(&format!(
            ", more_{rows} AS (INSERT INTO {name} (resource, rtype, {}{person}) SELECT f.pk, f.rtype, n.{}{value} FROM {rows} n, fresh f",
            columns.join(", "),
            columns.join(", n."),
        ));
        if !first {
            sql.push(&match *rows {
                "refs" => " ON CONFLICT (rtype, param, target_id, target_type, value, system, resource) DO UPDATE \
                           SET person = excluded.person WHERE idx_reference.person <> excluded.person"
                    .to_owned(),
                // The one table without a key.
                "words" => format!(" WHERE NOT EXISTS (SELECT 1 FROM {name} t WHERE t.resource = f.pk AND {same})"),
                _ => " ON CONFLICT DO NOTHING".to_owned(),
            });
        }
        sql.push(")");
    }
}

/// A `Patient` was put: references to it that are stored already follow its person key.
pub(super) fn repoint(sql: &mut Sql, first: bool) {
    sql.push(
        ", moved AS (UPDATE idx_reference i SET person = coalesce(f.patient, '') FROM fresh f \
         WHERE i.target_id = f.id AND i.target_type = 'Patient' AND i.resource <> f.pk",
    );
    if !first {
        sql.push(" AND NOT EXISTS (SELECT 1 FROM prior p WHERE p.patient IS NOT DISTINCT FROM f.patient)");
    }
    sql.push(")");
}
