//! Chains and reverse chains: a criterion on what is at the other end of a reference
//! <https://hl7.org/fhir/R4/search.html#chaining>, <https://hl7.org/fhir/R4/search.html#has>.
//!
//! Each end is narrowed to what the caller may see: through what is hidden nothing is found. A reference to a patient leads to
//! every visible `Patient` of that person, as in a search by the reference itself.

use super::predicate::{Of, Role, term};
use crate::sql::Sql;
use crate::visible::{View, visible};
use varde_fhir::ResourceType;
use varde_fhir::query::{Filter, Link};

/// Adds the predicate that a row named `row` has such a link; `depth` counts the links around it.
pub(crate) fn link(sql: &mut Sql, row: &str, link: &Link, view: &View, depth: usize) {
    let far = format!("f{depth}");
    sql.push(&format!(
        "{row}.pk IN (WITH {far} AS (SELECT x{depth}.pk, x{depth}.id, x{depth}.patient FROM resource x{depth} WHERE "
    ));
    matching(sql, link, view, depth);
    sql.push(") ");
    let ways: &[Way] =
        if link.target == ResourceType::Patient { &[Way::Literal, Way::Person] } else { &[Way::Literal] };
    for (place, way) in ways.iter().enumerate() {
        sql.push(if place == 0 { "" } else { " UNION " });
        if link.reverse { pointed_at(sql, &far, link, *way) } else { pointing(sql, &far, link, *way) }
    }
    sql.push(")");
}

/// How a reference leads to its target.
#[derive(Clone, Copy)]
enum Way {
    /// By `Type/id`.
    Literal,
    /// By whom it means.
    Person,
}

/// What is visible at the other end and has what is asked for.
fn matching(sql: &mut Sql, link: &Link, view: &View, depth: usize) {
    let (row, types) = (format!("x{depth}"), [link.far()]);
    let of = Of { row: &row, types: &types };
    of.typed(sql, &format!("{row}.rtype"));
    sql.push(&format!(" AND NOT {row}.deleted AND "));
    visible(sql, &row, view);
    sql.push(" AND ");
    match &*link.then {
        Filter::Term(then) if drives(then) => term(sql, of, then, view, Role::Drives),
        Filter::Term(then) => term(sql, of, then, view, Role::Stands),
        Filter::Link(then) => self::link(sql, &row, then, view, depth + 1),
    }
}

/// Whether the rows of its index are what is wanted, and not what is not.
fn drives(term: &varde_fhir::query::Term) -> bool {
    use varde_fhir::query::Modifier::{Missing, Not};
    !matches!(term.modifier, Not | Missing(_))
}

/// What points at the far end.
fn pointing(sql: &mut Sql, far: &str, link: &Link, way: Way) {
    sql.push(&format!("SELECT i.resource FROM {far} CROSS JOIN idx_reference i WHERE i.rtype = "));
    sql.text(link.param.rtype.as_str()).push(" AND i.param = ").text(link.param.name);
    match way {
        Way::Literal => sql.push(&format!(" AND i.target_type = '{}' AND i.target_id = {far}.id", link.target)),
        Way::Person => sql.push(&format!(" AND i.person = {far}.patient AND i.person <> ''")),
    };
}

/// What the far end points at.
fn pointed_at(sql: &mut Sql, far: &str, link: &Link, way: Way) {
    sql.push(&format!(
        "SELECT n.pk FROM {far} CROSS JOIN idx_reference i CROSS JOIN resource n WHERE i.resource = {far}.pk"
    ));
    sql.push(" AND i.param = ").text(link.param.name);
    sql.push(&format!(" AND n.rtype = '{}' AND ", link.target));
    match way {
        Way::Literal => sql.push(&format!("i.target_type = '{}' AND n.id = i.target_id", link.target)),
        Way::Person => sql.push("n.patient = i.person AND i.person <> ''"),
    };
}
