//! One search term as a predicate on a row of `resource`: one shape for each parameter type
//! <https://hl7.org/fhir/R4/search.html#ptypes>.

use super::date;
use super::reference;
use super::token::token;
use crate::sql::Sql;
use crate::text::{clean, head, key};
use crate::visible::View;
use varde_fhir::query::{Modifier, Term, TermValue};
use varde_fhir::registry::ParamKind;
use varde_fhir::{Micros, ResourceType};

/// What a term is asked of.
#[derive(Clone, Copy)]
pub(crate) struct Of<'a> {
    /// The name of the row of `resource`.
    pub(crate) row: &'a str,
    /// The types it may have.
    pub(crate) types: &'a [ResourceType],
}

impl Of<'_> {
    /// Adds that a column holds one of the types.
    pub(crate) fn typed(&self, sql: &mut Sql, column: &str) {
        match self.types {
            [] => {
                sql.push("1 = 0");
            }
            [one] => {
                sql.push(&format!("{column} = ")).text(one.as_str());
            }
            several => {
                let names: Vec<String> = several.iter().map(|rtype| format!("'{rtype}'")).collect();
                sql.push(&format!("{column} IN ({})", names.join(", ")));
            }
        }
    }
}

/// What a term does in a search.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Its index names the resources.
    Drives,
    /// It is tested for each resource that the driving term names.
    Tests,
    /// No term drives; which goes first is for the database to say.
    Stands,
}

/// Adds the predicate of one term.
pub(crate) fn term(sql: &mut Sql, of: Of<'_>, term: &Term, view: &View, role: Role) {
    let row = of.row;
    match (term.param.name, term.modifier) {
        ("_id" | "_lastUpdated", Modifier::Missing(missing)) => {
            sql.push(if missing { "1 = 0" } else { "1 = 1" });
        }
        ("_id", Modifier::Not) => {
            sql.push("NOT ");
            any(sql, &term.values, &|sql, value| id(sql, row, value));
        }
        ("_id", _) => any(sql, &term.values, &|sql, value| id(sql, row, value)),
        ("_lastUpdated", _) => any(sql, &term.values, &|sql, value| match value {
            TermValue::Date { prefix, low, high } => {
                let stored = (format!("{row}.last_updated"), format!("({row}.last_updated + 1)"));
                date::condition(sql, (&stored.0, &stored.1), *prefix, (*low, *high), view.now);
            }
            _ => nothing(sql),
        }),
        _ if role == Role::Drives => driving(sql, of, term, view),
        _ => tested(sql, of, term, view, role),
    }
}

/// The term's index names the resources; persons in a part of their own, so that each part has one index to go by.
fn driving(sql: &mut Sql, of: Of<'_>, term: &Term, view: &View) {
    let rows_of = |sql: &mut Sql| {
        sql.push(&format!("SELECT i.resource FROM {} i WHERE ", table(term.param.kind)));
        of.typed(sql, "i.rtype");
        sql.push(" AND i.param = ").text(term.param.name).push(" AND ");
    };
    sql.push(of.row).push(".pk IN (");
    rows_of(sql);
    any(sql, &term.values, &|sql, value| condition(sql, term, value, view.now));
    let persons = people(term);
    if !persons.is_empty() {
        sql.push(" UNION ALL ");
        rows_of(sql);
        // Said for the partial index on persons.
        sql.push("i.person <> '' AND ");
        any(sql, &persons, &|sql, value| reference::person(sql, value, view));
    }
    sql.push(")");
}

/// The term is tested for each resource that the others name. `OFFSET 0` keeps PostgreSQL from beginning with it: a plan for any
/// value takes every code for a rare one.
fn tested(sql: &mut Sql, of: Of<'_>, term: &Term, view: &View, role: Role) {
    let not = if matches!(term.modifier, Modifier::Not | Modifier::Missing(true)) { "NOT " } else { "" };
    sql.push(&format!("{not}EXISTS (SELECT 1 FROM {} i WHERE i.resource = {}.pk", table(term.param.kind), of.row));
    if role == Role::Stands {
        // Then a database that knows that the value is rare may begin with it.
        sql.push(" AND ");
        of.typed(sql, "i.rtype");
    }
    sql.push(" AND i.param = ").text(term.param.name);
    if !matches!(term.modifier, Modifier::Missing(_)) {
        sql.push(" AND (");
        any(sql, &term.values, &|sql, value| condition(sql, term, value, view.now));
        let persons = people(term);
        if !persons.is_empty() {
            sql.push(" OR ");
            any(sql, &persons, &|sql, value| reference::person(sql, value, view));
        }
        sql.push(")");
    }
    sql.push(if role == Role::Tests { " LIMIT 1 OFFSET 0)" } else { ")" });
}

/// The values of a reference term that may name a human.
fn people(term: &Term) -> Vec<TermValue> {
    let may = |value: &&TermValue| term.param.kind == ParamKind::Reference && reference::may_be_a_person(term, value);
    term.values.iter().filter(may).cloned().collect()
}

fn table(kind: ParamKind) -> &'static str {
    match kind {
        ParamKind::Token => "idx_token",
        ParamKind::Reference => "idx_reference",
        ParamKind::Date => "idx_date",
        ParamKind::String => "idx_text",
        ParamKind::Uri => "idx_uri",
    }
}

/// The alternatives of a term, joined by OR as a balanced tree: SQLite bounds the depth of an expression.
fn any(sql: &mut Sql, values: &[TermValue], one: &dyn Fn(&mut Sql, &TermValue)) {
    match values {
        [] => nothing(sql),
        [value] => one(sql, value),
        values => {
            let (left, right) = values.split_at(values.len() / 2);
            sql.push("(");
            any(sql, left, one);
            sql.push(" OR ");
            any(sql, right, one);
            sql.push(")");
        }
    }
}

/// A condition on the index row `i`.
fn condition(sql: &mut Sql, term: &Term, value: &TermValue, now: Micros) {
    match (term.param.kind, value) {
        (ParamKind::Token, TermValue::Token { system, code }) => {
            token(sql, ("i.system", "i.code"), system.as_deref(), code.as_deref());
        }
        (ParamKind::Reference, TermValue::Token { system, code }) => {
            if code.as_ref().is_some_and(|code| !code.is_empty()) {
                // Said for the partial index on identifiers.
                sql.push("i.value <> '' AND ");
            }
            token(sql, ("i.system", "i.value"), system.as_deref(), code.as_deref());
        }
        (ParamKind::Reference, TermValue::Reference { rtype, id }) => {
            reference::target(sql, rtype.or(reference::narrowed(term)), id);
        }
        (ParamKind::Date, TermValue::Date { prefix, low, high }) => {
            date::condition(sql, ("i.low", "i.high"), *prefix, (*low, *high), now);
        }
        (ParamKind::String, TermValue::Text { folded, exact }) => text(sql, term.modifier, folded, exact),
        (ParamKind::Uri, TermValue::Uri { value }) => uri(sql, term.modifier, value),
        _ => nothing(sql),
    }
}

/// Begins with, `:exact`, `:contains` <https://hl7.org/fhir/R4/search.html#string>. Not with `LIKE`, which the two databases
/// understand differently.
fn text(sql: &mut Sql, modifier: Modifier, folded: &str, exact: &str) {
    let (folded, beginning) = (clean(folded), head(folded));
    match modifier {
        Modifier::Exact => {
            sql.push("(i.head = ").text(&beginning).push(" AND i.exact = ").text(exact).push(")");
        }
        Modifier::Contains => {
            sql.push("replace(i.folded, ").text(&folded).push(", '') <> i.folded");
        }
        _ => {
            sql.push("(i.head >= ").text(&beginning).push(" AND i.head <= ").text(&format!("{beginning}\u{10FFFF}"));
            if beginning != folded {
                let characters = i64::try_from(folded.chars().count()).unwrap_or(i64::MAX);
                sql.push(" AND substr(i.folded, 1, CAST(").number(characters).push(" AS INTEGER)) = ").text(&folded);
            }
            sql.push(")");
        }
    }
}

/// The whole uri, what begins with it, or what it begins with <https://hl7.org/fhir/R4/search.html#uri>.
fn uri(sql: &mut Sql, modifier: Modifier, value: &str) {
    match modifier {
        Modifier::Below => {
            let beginning = clean(value);
            sql.push("(i.value >= ").text(&beginning).push(" AND i.value <= ").text(&format!("{beginning}\u{10FFFF}"));
            sql.push(")");
        }
        Modifier::Above => {
            sql.push("i.value").in_texts(above(value).into_iter().map(|value| key(&value)));
        }
        _ => {
            sql.push("i.value = ").text(&key(value));
        }
    }
}

/// The uri itself, and what is left of it at each `/`, with that and without.
fn above(value: &str) -> Vec<String> {
    let places = value.match_indices('/').flat_map(|(place, _)| [value.get(..place), value.get(..=place)]);
    places.flatten().filter(|part| !part.is_empty()).chain([value]).map(str::to_owned).collect()
}

fn id(sql: &mut Sql, row: &str, value: &TermValue) {
    match value {
        TermValue::Token { code: Some(code), .. } => {
            sql.push(&format!("{row}.id = ")).text(code);
        }
        _ => nothing(sql),
    }
}

/// A value that does not fit the parameter matches nothing; the parser refuses it before.
fn nothing(sql: &mut Sql) {
    sql.push("1 = 0");
}
